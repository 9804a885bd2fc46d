/* driven_kerr.c - a driven anharmonic mode in the frame of its drive:
 *
 *   H = −Δ n + (U/2) n(n − 1) + F(a + a†),   n(n − 1) = a†²a²
 */
#include "models/model_text.h"
#include "models/models.h"

enum { DETUNING, INTERACTION, DRIVE, PARAMETERS };

static const qfp_model_parameter parameters[PARAMETERS] = {
    [DETUNING] = {.name = "Delta",
                  .type = QFP_MODEL_REAL,
                  .fallback = 0.0,
                  .example = "Delta: 1.0",
                  .meaning = "Detuning of the drive; enters as -Delta n."},
    [INTERACTION] = {.name = "U",
                     .type = QFP_MODEL_REAL,
                     .required = true,
                     .example = "U: 0.5",
                     .meaning = "Anharmonicity, (U/2) n (n-1)."},
    [DRIVE] = {.name = "F",
               .type = QFP_MODEL_REAL,
               .fallback = 0.0,
               .example = "F: 1.0",
               .meaning = "Amplitude of the drive."},
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
    (void)units; /* Δ, U and F are energies */
    qfpi_model_term(text, -values[DETUNING].number, "n");
    qfpi_model_term(text, 0.5 * values[INTERACTION].number, "ad^2*a^2");
    qfpi_model_term(text, values[DRIVE].number, "(a + ad)");
}

const qfp_model qfpi_model_driven_kerr = {
    .name = "driven_kerr",
    .meaning = "one anharmonic mode with a coherent drive",
    .formula = "H = -Delta n + (U/2) n (n - 1) + F (a + ad)",
    .outcome = "Satisfies (64): the Fokker-Planck equation is exact.",
    .parameter_count = PARAMETERS,
    .parameters = parameters,
    .shape = set_shape,
    .write = write_operator,
};
