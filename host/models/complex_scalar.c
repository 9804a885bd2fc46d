/* complex_scalar.c - one mode of a complex scalar, the Higgs field without gauge couplings (V.B):
 *
 *   H = π†π + m²φ†φ + (λ/2)(φ†φ)²                                                     (Eq. 70)
 *   φ = √(κ/2m) (a + b†),  π = i√(κm/2) (b − a†)                                      (Eq. 71)
 *   a: particle, mode 1; b: antiparticle, mode 2
 *
 * φ and φ† commute, so (φ†φ)² needs no ordering.  With q_j, p_j of the two modes
 * φ†φ = ¼[(q₁ + q₂)² + (p₁ − p₂)²/m²], and with ℓ = √(κ/m) H₀ = κm(n₁ + n₂), zero point left out.
 */
#include <math.h>

#include "models/model_text.h"
#include "models/models.h"

enum { MASS, LAMBDA, PARAMETERS };

static const qfp_model_parameter parameters[PARAMETERS] = {
    [MASS] = {.name = "mass",
              .type = QFP_MODEL_POSITIVE,
              .fallback = 1.0,
              .example = "mass: 1.0",
              .meaning = "Mass m, the frequency of both modes."},
    [LAMBDA] = {.name = "lambda",
                .type = QFP_MODEL_REAL,
                .fallback = 0.0,
                .example = "lambda: 0.4",
                .meaning = "Coupling of (lambda/2) |phi|^4."},
};

static qfp_status set_shape(const qfp_model_value *values, qfp_model_shape *out)
{
    out->modes = 2;
    out->frequency[0] = out->frequency[1] = values[MASS].number;
    return QFP_OK;
}

static void write_operator(const qfp_model_value *values, const qfp_model_shape *shape,
                           const qfp_model_units *units, qfp_text *text)
{
    double mass = values[MASS].number, lambda = values[LAMBDA].number;
    for (int j = 0; j < shape->modes; j++)
        qfpi_model_oscillator(text, j + 1, mass, units);
    if (lambda == 0.0)
        return;
    qfpi_model_term(text, lambda / 32.0, "((");
    qfpi_model_term(text, units->length[0], "x[1]");
    qfpi_model_term(text, units->length[1], "x[2]");
    qfpi_text_put(text, ")^2 + (");
    qfpi_model_term(text, units->kappa / (units->length[0] * mass), "p[1]");
    qfpi_model_term(text, -units->kappa / (units->length[1] * mass), "p[2]");
    qfpi_text_put(text, ")^2)^2");
}

const qfp_model qfpi_model_complex_scalar = {
    .name = "complex_scalar",
    .meaning = "one mode of a complex scalar field: particle (mode 1), antiparticle (mode 2) (V.B)",
    .formula = "H = pi^+ pi + m^2 phi^+ phi + (lambda/2) (phi^+ phi)^2\n"
               "phi = sqrt(kappa/(2 m)) (a_1 + ad_2), pi = I sqrt(kappa m/2) (a_2 - ad_1)\n"
               "= kappa m (n_1 + n_2) + (lambda/2) |phi|^4 (Eqs. 70-72); zero point left out.",
    .outcome = "Violates (64): the order of the exact equation is 4. n_1 - n_2 (the charge) is\n"
               "conserved.",
    .parameter_count = PARAMETERS,
    .parameters = parameters,
    .shape = set_shape,
    .write = write_operator,
};
