/* pointer.c - a system (mode 1) read by an apparatus (mode 2, the pointer) (V.E):
 *
 *   H = κχ n₁ p₂ + (κg/2)(x₂p₂ + p₂x₂)
 *
 * n₁ is conserved; in its eigenspace n the pointer obeys dx₂/dt = χn + g x₂: it moves to
 * (χn/g)(e^{gt} − 1) while it is amplified.  From the vacuum its Husimi marginal is a mixture of
 * Gaussians with variances (1 + e^{±2gt})/2 and the Born weights of n₁, resolved when χ/g ≫ 1.
 */
#include "models/model_text.h"
#include "models/models.h"

enum { COUPLING, GAIN, PARAMETERS };

static const qfp_model_parameter parameters[PARAMETERS] = {
    [COUPLING] = {.name = "chi",
                  .type = QFP_MODEL_REAL,
                  .required = true,
                  .example = "chi: 3.0",
                  .meaning = "Coupling: n_1 pushes the pointer with the speed chi n_1."},
    [GAIN] = {.name = "g",
              .type = QFP_MODEL_REAL,
              .fallback = 0.0,
              .example = "g: 0.5",
              .meaning = "Gain of the pointer: x_2 grows like exp(g t)."},
};

static qfp_status set_shape(const qfp_model_value *values, qfp_model_shape *out)
{
    (void)values;
    out->modes = 2;
    return QFP_OK;
}

static void write_operator(const qfp_model_value *values, const qfp_model_shape *shape,
                           const qfp_model_units *units, qfp_text *text)
{
    (void)shape;
    qfpi_model_term(text, units->kappa * values[COUPLING].number, "n[1]*p[2]");
    qfpi_model_term(text, 0.5 * units->kappa * values[GAIN].number, "(x[2]*p[2] + p[2]*x[2])");
}

const qfp_model qfpi_model_pointer = {
    .name = "pointer",
    .meaning = "a system (mode 1) whose n_1 shifts an amplified pointer (mode 2) (V.E)",
    .formula = "H = kappa chi n_1 p_2 + (kappa g/2) (x_2 p_2 + p_2 x_2)",
    .outcome = "Satisfies (64). The marginal Q of the pointer is a mixture of Gaussians at\n"
               "(chi n/g)(e^(g t) - 1) with the Born weights of n_1.",
    .parameter_count = PARAMETERS,
    .parameters = parameters,
    .shape = set_shape,
    .write = write_operator,
};
