#include "algebra/class.h"

#include <stdlib.h>

static qfp_status third_derivative(const qfp_polynomial *antiwick, int i, int j, int k,
                                   qfp_polynomial *out)
{
    QFP_TRY(qfp_polynomial_differentiate(antiwick, i, out));
    QFP_TRY(qfp_polynomial_differentiate(out, j, out));
    return qfp_polynomial_differentiate(out, k, out);
}

qfp_status qfp_classify(const qfp_polynomial *antiwick, int modes, qfp_hamiltonian_class *out)
{
    *out = (qfp_hamiltonian_class){.satisfies_64 = true};
    size_t triples = (size_t)modes * (size_t)(modes + 1) * (size_t)(modes + 2) / 6;
    QFP_TRY(QFP_ALLOCATE(out->breaking, triples, "the class of a Hamiltonian"));
    qfp_status status = QFP_OK;
    /* H is Hermitian: the derivatives by α* are the conjugates of those by α. */
    for (int i = 0; i < modes; i++)
        for (int j = i; j < modes; j++)
            for (int k = j; k < modes && status == QFP_OK; k++) {
                qfp_polynomial value;
                qfp_polynomial_init(&value, antiwick->variables);
                status = third_derivative(antiwick, i, j, k, &value);
                if (status == QFP_OK && value.count > 0) {
                    out->satisfies_64 = false;
                    out->breaking[out->breaking_count].i = i;
                    out->breaking[out->breaking_count].j = j;
                    out->breaking[out->breaking_count].k = k;
                    out->breaking[out->breaking_count++].value = value;
                } else {
                    qfp_polynomial_destroy(&value);
                }
            }
    /* The term ∂̄^m((∂^m H_aW)Q) of Eq. (63) lives as long as some m derivatives by α do not vanish.
     */
    out->order = qfp_polynomial_degree(antiwick, 0, modes);
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
