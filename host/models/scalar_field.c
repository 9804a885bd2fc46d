/* scalar_field.c - a real scalar field on a periodic chain of L sites at spacing s (III.F).
 *
 *   H = s Σ_x [ ½π_x² + ½((φ_{x+1} − φ_x)/s)² + ½m²φ_x² + λφ_x⁴ ],   [φ_x, π_y] = iκ δ_xy / s
 *
 * Momentum basis: mode j carries k_j = 2π(j − 1)/(Ls), ω_k² = m² + (2/s)² sin²(k s/2), and
 *
 *   φ_x = Σ_k √(κ/(2ω_k L s)) (a_k e^{ikxs} + a_k† e^{−ikxs})
 *       = (Ls)^{−1/2} Σ_k [ q_k cos(kxs) − (p_k/ω_k) sin(kxs) ]
 *   H₀  = Σ_k ½(p_k² + ω_k²q_k² − κω_k)
 *
 * (travelling waves; the zero-point energy is left out).  In terms of q_k, p_k this holds for any
 * lengths ℓ_k, and with ℓ_k = √(κ/ω_k) H₀ = Σ_k κω_k n_k (Eqs. 57 to 59).
 *
 * Position basis: q_x = √s φ_x, p_x = √s π_x; one frequency √(m² + 2/s²), that of a site whose
 * neighbours are at rest, sets the default length.  The gradient couples the sites, so that no
 * choice of lengths makes the free Hessian proportional to the identity (Eq. 58 and below).
 */
#include <math.h>

#include "models/model_text.h"
#include "models/models.h"

enum { SITES, SPACING, MASS, LAMBDA, BASIS, PARAMETERS };
enum { MOMENTUM, POSITION };
static const char *const bases[] = {"momentum", "position", NULL};

static const qfp_model_parameter parameters[PARAMETERS] = {
    [SITES] = {.name = "sites",
               .type = QFP_MODEL_INTEGER,
               .low = 1,
               .high = QFP_MAX_MODES,
               .required = true,
               .example = "sites: 4",
               .meaning = "Sites L of the periodic chain, one mode each."},
    [SPACING] = {.name = "spacing",
                 .type = QFP_MODEL_POSITIVE,
                 .fallback = 1.0,
                 .example = "spacing: 0.5",
                 .meaning = "Lattice spacing s."},
    [MASS] = {.name = "mass",
              .type = QFP_MODEL_POSITIVE,
              .fallback = 1.0,
              .example = "mass: 1.0",
              .meaning = "Mass m; positive, a massless field has a mode without length scale."},
    [LAMBDA] = {.name = "lambda",
                .type = QFP_MODEL_REAL,
                .fallback = 0.0,
                .example = "lambda: 0.1",
                .meaning = "Coupling of phi^4; 0 is the free field."},
    [BASIS] = {.name = "basis",
               .type = QFP_MODEL_CHOICE,
               .words = bases,
               .fallback = MOMENTUM,
               .example = "basis: position",
               .meaning = "Modes of momentum, or one mode per site."},
};

static double lattice_frequency(const qfp_model_value *values, int k)
{
    double s = values[SPACING].number, m = values[MASS].number;
    return hypot(m, 2.0 / s * sin(M_PI * k / values[SITES].number));
}

static qfp_status set_shape(const qfp_model_value *values, qfp_model_shape *out)
{
    out->modes = (int)values[SITES].number;
    for (int k = 0; k < out->modes; k++)
        out->frequency[k] = values[BASIS].choice == MOMENTUM || out->modes == 1
                                ? lattice_frequency(values, k)
                                : hypot(values[MASS].number, M_SQRT2 / values[SPACING].number);
    return QFP_OK;
}

/* cos and sin of 2πm/L, exactly zero where they vanish */
static double without_rounding(double value)
{
    return fabs(value) < 1e-15 ? 0.0 : value;
}

/* (λ/(L²s)) Σ_x (Σ_k q_k cos − (p_k/ω_k) sin)⁴ */
static void write_momentum(const qfp_model_value *values, const qfp_model_shape *shape,
                           const qfp_model_units *units, qfp_text *text)
{
    int sites = shape->modes;
    double lambda = values[LAMBDA].number;
    for (int k = 0; k < sites; k++)
        qfpi_model_oscillator(text, k + 1, shape->frequency[k], units);
    for (int x = 0; x < sites && lambda != 0.0; x++) {
        qfpi_model_term(text, lambda / (sites * sites * values[SPACING].number), "(");
        for (int k = 0; k < sites; k++) {
            double angle = 2.0 * M_PI * (k * x % sites) / sites, length = units->length[k];
            qfpi_model_term(text, length * without_rounding(cos(angle)), "x[%d]", k + 1);
            qfpi_model_term(
                text, -units->kappa / (length * shape->frequency[k]) * without_rounding(sin(angle)),
                "p[%d]", k + 1);
        }
        qfpi_text_put(text, ")^4");
    }
}

/* Σ_x ½p_x² + ½m²q_x² + ½(q_{x+1} − q_x)²/s² + (λ/s) q_x⁴ − ½κω_x */
static void write_position(const qfp_model_value *values, const qfp_model_shape *shape,
                           const qfp_model_units *units, qfp_text *text)
{
    int sites = shape->modes;
    double s = values[SPACING].number, zero_point = 0.0;
    for (int x = 0; x < sites; x++) {
        double length = units->length[x], momentum = units->kappa / length;
        qfpi_model_term(text, 0.5 * momentum * momentum, "p[%d]^2", x + 1);
        qfpi_model_term(text, 0.5 * pow(values[MASS].number * length, 2), "x[%d]^2", x + 1);
        zero_point += 0.5 * units->kappa * lattice_frequency(values, x);
    }
    for (int x = 0; x < sites && sites > 1; x++) {
        qfpi_model_term(text, 0.5 / (s * s), "(");
        qfpi_model_term(text, units->length[(x + 1) % sites], "x[%d]", (x + 1) % sites + 1);
        qfpi_model_term(text, -units->length[x], "x[%d]", x + 1);
        qfpi_text_put(text, ")^2");
    }
    for (int x = 0; x < sites; x++)
        qfpi_model_term(text, values[LAMBDA].number / s * pow(units->length[x], 4), "x[%d]^4",
                        x + 1);
    qfpi_model_term(text, -zero_point, "%s", "");
}

static void write_operator(const qfp_model_value *values, const qfp_model_shape *shape,
                           const qfp_model_units *units, qfp_text *text)
{
    if (values[BASIS].choice == MOMENTUM)
        write_momentum(values, shape, units, text);
    else
        write_position(values, shape, units, text);
}

const qfp_model qfpi_model_scalar_field = {
    .name = "scalar_field",
    .meaning = "real scalar field on a periodic chain, free or phi^4 (III.F)",
    .formula =
        "H = s Sum_x [pi_x^2/2 + (phi_(x+1) - phi_x)^2/(2 s^2) + m^2 phi_x^2/2 + lambda phi_x^4]\n"
        "in momentum modes, k_j = 2 pi (j-1)/(L s), omega_k^2 = m^2 + (2/s)^2 sin^2(k s/2):\n"
        "H = Sum_k kappa omega_k n_k + lambda s Sum_x phi_x^4,\n"
        "phi_x = Sum_k sqrt(kappa/(2 omega_k L s)) (a_k e^(i k x s) + h.c.); zero point left out.",
    .outcome = "Free: D = 0 with l_k = sqrt(kappa/omega_k), the default, and with no other; the\n"
               "position basis fails C7. lambda != 0 violates (64).",
    .parameter_count = PARAMETERS,
    .parameters = parameters,
    .shape = set_shape,
    .write = write_operator,
};
