#include "algebra/class.h"

#include <stdlib.h>

/* Number of derivatives of the order, C(modes + order − 1, order). */
static size_t count_derivatives(int modes, int order)
{
    size_t count = 1;
    for (int i = 1; i <= order; i++)
        count = count * (size_t)(modes + i - 1) / (size_t)i;
    return count;
}

/* Appends the derivatives of `value` (already differentiated by mode[0…depth−1]) that complete the
 * order and do not vanish. */
static qfp_status collect(const qfp_polynomial *value, int *mode, int depth, int order,
                          qfp_hamiltonian_class *out)
{
    int modes = value->variables / 2;
    for (int j = depth > 0 ? mode[depth - 1] : 0; j < modes; j++) {
        qfp_polynomial derivative;
        qfp_polynomial_init(&derivative, value->variables);
        mode[depth] = j;
        qfp_status status = qfp_polynomial_differentiate(value, j, &derivative);
        if (status == QFP_OK && derivative.count > 0 && depth + 1 == order) {
            qfp_breaking_derivative *found = &out->breaking[out->breaking_count++];
            *found = (qfp_breaking_derivative){.order = order, .value = derivative};
            for (int i = 0; i < order; i++)
                found->mode[i] = mode[i];
            continue;
        }
        if (status == QFP_OK && derivative.count > 0)
            status = collect(&derivative, mode, depth + 1, order, out);
        qfp_polynomial_destroy(&derivative);
        QFP_TRY(status);
    }
    return QFP_OK;
}

qfp_status qfp_classify(const qfp_polynomial *antiwick, int modes, qfp_hamiltonian_class *out)
{
    *out = (qfp_hamiltonian_class){0};
    size_t most = count_derivatives(modes, 3) + count_derivatives(modes, 4);
    int mode[4] = {0};
    QFP_TRY(QFP_ALLOCATE(out->breaking, most, "the class of a Hamiltonian"));
    /* H is Hermitian: the derivatives by α* are the conjugates of those by α. */
    qfp_status status;
    QFP_TRY_GOTO(collect(antiwick, mode, 0, 3, out));
    out->third_count = out->breaking_count;
    out->satisfies_64 = out->third_count == 0;
    QFP_TRY_GOTO(collect(antiwick, mode, 0, 4, out));
    /* The term ∂̄^m((∂^m H_aW)Q) of Eq. (63) lives as long as some m derivatives by α do not
     * vanish. */
    out->order = qfp_polynomial_degree(antiwick, 0, modes);
done:
    if (status != QFP_OK)
        qfp_hamiltonian_class_destroy(out);
    return status;
}

void qfp_hamiltonian_class_destroy(qfp_hamiltonian_class *c)
{
    if (c == NULL)
        return;
    for (size_t b = 0; b < c->breaking_count; b++)
        qfp_polynomial_destroy(&c->breaking[b].value);
    free(c->breaking);
    *c = (qfp_hamiltonian_class){0};
}
