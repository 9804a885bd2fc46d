/* parametric_amplifier.c - the amplifier that turns a superposition into two outcomes (V.E):
 *
 *   H = (iκg/2)(a†² − a²) = (κg/2)(xp + px)  (Eq. of V.E, ħ = κ)  + κω n
 *
 * Without ω the quadrature x grows like e^{gt}, p shrinks, and D is constant: D_QQ = −g, D_PP = +g.
 */
#include "models/model_text.h"
#include "models/models.h"

enum { GAIN, FREQUENCY, PARAMETERS };

static const qfp_model_parameter parameters[PARAMETERS] = {
    [GAIN] = {.name = "g",
              .type = QFP_MODEL_REAL,
              .required = true,
              .example = "g: 1.0",
              .meaning = "Gain: x grows like exp(g t)."},
    [FREQUENCY] = {.name = "omega",
                   .type = QFP_MODEL_REAL,
                   .fallback = 0.0,
                   .example = "omega: 0.3",
                   .meaning = "Detuning; adds kappa omega n."},
};

static qfp_status set_shape(const qfp_model_value *values, qfp_model_shape *out)
{
    (void)values;
    out->modes = 1;
    return QFP_OK;
}

static void write_operator(const qfp_model_value *values, const qfp_model_shape *shape,
                           const qfp_model_units *units, qfp_text *text)
{
    (void)shape;
    qfpi_model_term(text, 0.5 * units->kappa * values[GAIN].number, "I*(ad^2 - a^2)");
    qfpi_model_term(text, units->kappa * values[FREQUENCY].number, "n");
}

const qfp_model qfpi_model_parametric_amplifier = {
    .name = "parametric_amplifier",
    .meaning = "amplification of one quadrature, the measurement of V.E",
    .formula = "H = (I kappa g/2) (ad^2 - a^2) + kappa omega n",
    .outcome = "Quadratic, constant D with eigenvalues +-g. A superposition of two values of x\n"
               "becomes two peaks with the Born weights.",
    .parameter_count = PARAMETERS,
    .parameters = parameters,
    .shape = set_shape,
    .write = write_operator,
};
