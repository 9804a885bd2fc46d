#include "evolve/square_forms.h"

#include <math.h>
#include <stdlib.h>

#include "backend.h"

/* One mode's letters of A alone, or of B: a multiplier, and so is its square. */
static bool can_fold(const qfp_polynomial *form)
{
    int modes = form->variables / 4, mode = -1;
    bool of_a = false, of_b = false;
    for (size_t t = 0; t < form->count; t++)
        for (int v = 0; v < 4 * modes; v++) {
            int power = form->terms[t].power[v];
            if (power == 0)
                continue;
            if ((mode >= 0 && mode != v % modes) || 2 * power > QFPI_MAX_DEGREE)
                return false;
            of_a = of_a || v < 2 * modes;
            of_b = of_b || v >= 2 * modes;
            mode = v % modes;
        }
    return !(of_a && of_b);
}

/* weight K² */
static qfp_status add_square(const qfp_square *from, qfpi_square_forms *out)
{
    qfp_polynomial form;
    qfp_polynomial_init(&form, from->map.variables);
    double root = sqrt(fabs(from->weight));
    qfp_status status;
    QFP_TRY_GOTO(qfp_generator_to_real(&from->map, &form));
    QFP_TRY_GOTO(qfp_generator_to_symmetrised(&form, &form));
    if (can_fold(&form)) { /* letters that commute */
        QFP_TRY_GOTO(qfp_polynomial_multiply(&form, &form, &form));
        status = qfp_polynomial_add(&out->body, from->weight, &form, &out->body);
        goto done;
    }
    for (size_t t = 0; t < form.count; t++)
        form.terms[t].coefficient *= root;
    out->sign[out->count] = from->weight < 0.0 ? -1.0 : 1.0;
    out->root[out->count++] = form;
    return QFP_OK;
done:
    qfp_polynomial_destroy(&form);
    return status;
}

qfp_status qfpi_square_forms_create(const qfp_lindblad *lindblad, const qfp_theory *theory,
                                    qfpi_square_forms *out)
{
    qfp_squares parts;
    *out = (qfpi_square_forms){0};
    qfp_polynomial_init(&out->body, 2 * lindblad->wick.variables);
    qfp_polynomial_init(&out->rest, 2 * lindblad->wick.variables);
    qfp_status status;
    QFP_TRY_GOTO(qfp_squares_create(lindblad, theory, &parts));
    QFP_TRY_GOTO(qfp_generator_to_real(&parts.skew, &out->body));
    QFP_TRY_GOTO(qfp_generator_to_symmetrised(&out->body, &out->body));
    QFP_TRY_GOTO(qfp_generator_to_real(&parts.symmetric, &out->rest));
    QFP_TRY_GOTO(qfp_generator_to_symmetrised_even(&out->rest, &out->rest));
    QFP_TRY_GOTO(qfp_polynomial_add(&out->body, 1.0, &out->rest, &out->body));
    QFP_TRY_GOTO(QFP_ALLOCATE(out->root, parts.count, "the squares of a generator"));
    QFP_TRY_GOTO(QFP_ALLOCATE(out->sign, parts.count, "the squares of a generator"));
    for (size_t i = 0; i < parts.count; i++)
        QFP_TRY_GOTO(add_square(&parts.square[i], out));
done:
    qfp_squares_destroy(&parts);
    return status;
}

void qfpi_square_forms_destroy(qfpi_square_forms *f)
{
    for (size_t i = 0; i < f->count; i++)
        qfp_polynomial_destroy(&f->root[i]);
    free(f->root);
    free(f->sign);
    qfp_polynomial_destroy(&f->body);
    qfp_polynomial_destroy(&f->rest);
    *f = (qfpi_square_forms){0};
}

double qfpi_square_forms_bound(const qfpi_square_forms *f, const double *radius)
{
    int modes = f->rest.variables / 4;
    double bound = 0.0;
    for (size_t t = 0; t < f->rest.count; t++) {
        const qfp_term *term = &f->rest.terms[t];
        double size = 1.0;
        int degree = 0;
        for (int j = 0; j < modes; j++) {
            const uint8_t *p = term->power + j; /* Q, ∂_P of the radius along Q; P, ∂_Q along P */
            size *= pow(radius[j], p[0]) * pow(2.0 * radius[j], p[modes]);
            size *=
                pow(radius[modes + j], p[2 * modes]) * pow(2.0 * radius[modes + j], p[3 * modes]);
            degree += p[0] + p[modes] + p[2 * modes] + p[3 * modes];
        }
        double value = creal(term->coefficient);
        bound += degree == 0 ? value : fabs(value) * size;
    }
    return fmax(bound, 0.0);
}
