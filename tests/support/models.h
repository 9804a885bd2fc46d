/* models.h - a model built without a configuration, and its energy at a point of phase space. */
#ifndef QFP_TEST_MODELS_H
#define QFP_TEST_MODELS_H

#include "../support/operators.h"

#include <stdio.h>
#include <stdlib.h>

#include "algebra/class.h"
#include "models/model.h"

typedef struct setting {
    const char *name;
    double number; /* of a choice: its index */
} setting;

typedef struct built {
    int modes;
    double kappa, length[QFP_MAX_MODES];
    qfp_polynomial wick, weyl, antiwick;
} built;

#define MOST 8
typedef struct request {
    const char *name;
    double kappa;         /* 0: 1 */
    const double *length; /* NULL: those of the model */
    setting settings[MOST];
} request;

static inline built build(const request *r)
{
    const qfp_model *model = qfp_model_find(r->name, NULL);
    qfp_model_value values[QFP_MODEL_MOST_PARAMETERS];
    qfp_model_shape shape = {.fault = -1};
    built b = {.kappa = r->kappa > 0 ? r->kappa : 1.0};
    cr_assert(model != NULL, "%s", r->name);
    qfp_model_defaults(model, values);
    for (int i = 0; i < MOST && r->settings[i].name != NULL; i++) {
        size_t p = 0;
        while (strcmp(model->parameters[p].name, r->settings[i].name) != 0)
            cr_assert(lt(sz, ++p, model->parameter_count), "%s", r->settings[i].name);
        values[p].given = true;
        values[p].number = r->settings[i].number;
        values[p].choice = (int)r->settings[i].number;
    }
    MUST(model->shape(values, &shape));
    b.modes = shape.modes;
    for (int j = 0; j < b.modes; j++)
        b.length[j] = r->length != NULL          ? r->length[j]
                      : shape.frequency[j] > 0.0 ? sqrt(b.kappa / shape.frequency[j])
                                                 : 1.0;
    char *text;
    const qfp_model_units units = {.kappa = b.kappa, .length = b.length};
    MUST(qfp_model_operator(model, values, &shape, &units, &text));
    b.wick = wick_of(text, b.modes);
    qfp_polynomial_init(&b.weyl, 2 * b.modes);
    qfp_polynomial_init(&b.antiwick, 2 * b.modes);
    MUST(qfp_symbol_exp_laplacian(&b.wick, -0.5, &b.weyl));
    MUST(qfp_symbol_exp_laplacian(&b.wick, -1.0, &b.antiwick));
    cr_assert(lt(dbl, qfp_symbol_antihermitian_part(&b.wick), 1e-13), "%s: not Hermitian", text);
    free(text);
    return b;
}
#define BUILD(model_name, ...) build(&(const request){.name = (model_name), __VA_ARGS__})

static inline void discard(built *b)
{
    qfp_polynomial_destroy(&b->wick);
    qfp_polynomial_destroy(&b->weyl);
    qfp_polynomial_destroy(&b->antiwick);
}

/* H_Weyl at the physical point (q, p): α = (q/ℓ + ipℓ/κ)/√2 (Eq. 7) */
static inline double weyl_at(const built *b, const double *q, const double *p)
{
    double complex z[QFP_MAX_VARIABLES];
    for (int j = 0; j < b->modes; j++) {
        z[j] = (q[j] / b->length[j] + I * p[j] * b->length[j] / b->kappa) * M_SQRT1_2;
        z[b->modes + j] = conj(z[j]);
    }
    return creal(qfp_polynomial_value(&b->weyl, z));
}

static inline void random_point(int modes, uint64_t *seed, double *q, double *p)
{
    for (int j = 0; j < modes; j++) {
        q[j] = 1.5 * random_number(seed);
        p[j] = 1.5 * random_number(seed);
    }
}

/* lengths that belong to no model */
static const double odd_lengths[QFP_MAX_MODES] = {0.7, 1.9, 1.1, 0.45, 1.3, 2.2, 0.9, 1.6};

/* 1e-12 of the energy: sums of some thousand products of coefficients with 16 digits */
#define ASSERT_ENERGY(found, expected)                                                             \
    cr_assert(epsilon_eq(dbl, (found), (expected), 1e-12 * (1.0 + fabs(expected))))

#endif
