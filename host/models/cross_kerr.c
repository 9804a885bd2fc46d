/* cross_kerr.c - two modes that shift each other's frequency:
 *
 *   H = χ n₁n₂ + ω₁n₁ + ω₂n₂
 *
 * The anti-Wick symbol of n₁n₂ is (|α₁|² − 1)(|α₂|² − 1): D has complex off-diagonal blocks only.
 */
#include "models/model_text.h"
#include "models/models.h"

enum { COUPLING, FIRST, SECOND, PARAMETERS };

static const qfp_model_parameter parameters[PARAMETERS] = {
    [COUPLING] = {.name = "chi",
                  .type = QFP_MODEL_REAL,
                  .required = true,
                  .example = "chi: 1.0",
                  .meaning = "Coupling chi n_1 n_2."},
    [FIRST] = {.name = "omega_1",
               .type = QFP_MODEL_REAL,
               .fallback = 0.0,
               .example = "omega_1: 1.0",
               .meaning = "Energy of one quantum of mode 1."},
    [SECOND] = {.name = "omega_2",
                .type = QFP_MODEL_REAL,
                .fallback = 0.0,
                .example = "omega_2: 1.2",
                .meaning = "Energy of one quantum of mode 2."},
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
    (void)units;
    qfpi_model_term(text, values[FIRST].number, "n[1]");
    qfpi_model_term(text, values[SECOND].number, "n[2]");
    qfpi_model_term(text, values[COUPLING].number, "n[1]*n[2]");
}

const qfp_model qfpi_model_cross_kerr = {
    .name = "cross_kerr",
    .meaning = "two modes with a density-density coupling",
    .formula = "H = chi n_1 n_2 + omega_1 n_1 + omega_2 n_2",
    .outcome = "Satisfies (64): the Fokker-Planck equation is exact, D couples the modes only.",
    .parameter_count = PARAMETERS,
    .parameters = parameters,
    .shape = set_shape,
    .write = write_operator,
};
