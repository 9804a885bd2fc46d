#include "run/audit_numbers.h"

#include <math.h>

#include "run/audit_density.h"
#include "run/audit_measurements.h"

/* H_κ: the classical function h of β = √κ α with h = H_Weyl at the configured κ. */
static qfp_status scaled_wick(const qfp_audit_facts *f, double ratio, qfp_polynomial *out)
{
    QFP_TRY(qfp_polynomial_copy(&f->weyl, out));
    for (size_t t = 0; t < out->count; t++) {
        int degree = 0;
        for (int v = 0; v < 2 * f->modes; v++)
            degree += out->terms[t].power[v];
        out->terms[t].coefficient *= pow(ratio, 0.5 * degree);
    }
    return qfp_symbol_exp_laplacian(out, 0.5, out);
}

static qfp_audit_density density_at(const qfp_config *config, double ratio)
{
    qfp_audit_density d = {.modes = config->modes, .s = ratio};
    for (int j = 0; j < config->modes; j++) /* nowhere special, the same for every user */
        d.centre[j] = (1.1 - 0.2 * j + 0.6 * I) / sqrt(ratio);
    return d;
}

/* Distance of `theory` to `other`, both made of iκL at κ = ratio × the configured one. */
static qfp_status distance(const qfp_config *config, const qfp_polynomial *derived, double ratio,
                           qfp_theory theory, qfp_theory other, double *out)
{
    qfp_polynomial a, b;
    qfp_audit_density density = density_at(config, ratio);
    qfp_polynomial_init(&a, derived->variables);
    qfp_polynomial_init(&b, derived->variables);
    theory.kappa = other.kappa = ratio * config->kappa;
    qfp_status status;
    QFP_TRY_GOTO(qfp_generator_of_theory(derived, &theory, &a));
    QFP_TRY_GOTO(qfp_generator_of_theory(derived, &other, &b));
    status = qfp_audit_density_distance(&density, &a, &b, out);
done:
    qfp_polynomial_destroy(&a);
    qfp_polynomial_destroy(&b);
    return status;
}

/* The distance to Liouville's equation at κ = ratio × the configured one. */
static qfp_status classical_distance(const qfp_config *config, const qfp_audit_facts *f,
                                     double ratio, double *out)
{
    const qfp_theory liouville = {.order = 1};
    qfp_polynomial wick, derived;
    qfp_polynomial_init(&wick, 2 * f->modes);
    qfp_polynomial_init(&derived, 4 * f->modes);
    qfp_status status = scaled_wick(f, ratio, &wick);
    if (status == QFP_OK)
        status = qfp_generator_derive(&wick, &derived);
    if (status == QFP_OK)
        status = distance(config, &derived, ratio, config->theory, liouville, out);
    qfp_polynomial_destroy(&wick);
    qfp_polynomial_destroy(&derived);
    return status;
}

/* Observed order of d(x) → 0 from two small x; NaN where d vanishes already. */
static double order_of(double x1, double d1, double x2, double d2)
{
    return d1 > QFP_AUDIT_ZERO && d2 > QFP_AUDIT_ZERO ? log(d1 / d2) / log(x1 / x2) : NAN;
}

static qfp_status measure_limits(const qfp_config *config, const qfp_audit_facts *f,
                                 qfp_audit_numbers *out)
{
    static const double ratios[QFP_AUDIT_STEPS] = {1.0, 0.25, 0.0625, 0.015625};
    static const double constants[QFP_AUDIT_STEPS] = {0.5, 0.9, 0.99, 1.0};
    const qfp_theory exact = {.order = QFP_ORDER_EXACT, .C = 1.0};
    const qfp_polynomial *derived = &f->equation.derived;
    for (int i = 0; i < QFP_AUDIT_STEPS; i++) {
        qfp_theory varied = config->theory;
        varied.C = out->C[i] = constants[i];
        out->kappa[i] = ratios[i] * config->kappa;
        QFP_TRY(classical_distance(config, f, ratios[i], &out->classical[i]));
        QFP_TRY(distance(config, derived, 1.0, varied, exact, &out->schrodinger[i]));
    }
    out->classical_order = order_of(ratios[2], out->classical[2], ratios[3], out->classical[3]);
    QFP_TRY(distance(config, derived, 1.0, config->theory, exact, &out->schrodinger_own));
    out->schrodinger_order = NAN;
    if (out->schrodinger[QFP_AUDIT_STEPS - 1] <= QFP_AUDIT_ZERO) /* a limit other than 0 has none */
        out->schrodinger_order = order_of(0.1, out->schrodinger[1], 0.01, out->schrodinger[2]);
    return QFP_OK;
}

/* d⟨H⟩/dt = ∫ H_aW L Q = ∫ (Lᵀ H_aW) Q: Lᵀ H must vanish as a polynomial. */
static qfp_status measure_energy(const qfp_audit_facts *f, qfp_audit_numbers *out)
{
    qfp_polynomial transpose, image;
    qfp_audit_density constant = {.modes = f->modes, .s = 0.0};
    qfp_polynomial_init(&transpose, 4 * f->modes);
    qfp_polynomial_init(&image, 2 * f->modes);
    qfp_status status;
    QFP_TRY_GOTO(qfp_generator_transpose(&f->equation.hamiltonian, &transpose));
    QFP_TRY_GOTO(qfp_audit_density_apply(&constant, &transpose, &f->equation.antiwick, &image));
    double largest =
        qfp_polynomial_norm(&f->equation.hamiltonian) * qfp_polynomial_norm(&f->equation.antiwick);
    out->energy = largest > 0.0 ? qfp_polynomial_norm(&image) / largest : 0.0;
done:
    qfp_polynomial_destroy(&transpose);
    qfp_polynomial_destroy(&image);
    return status;
}

qfp_status qfp_audit_numbers_find(const qfp_config *config, const qfp_audit_facts *facts,
                                  qfp_audit_numbers *out)
{
    qfp_context *context = NULL;
    *out = (qfp_audit_numbers){0};
    QFP_TRY(qfp_backend_cpu()->device->context_create(1, &context));
    qfp_status status;
    QFP_TRY_GOTO(qfpi_audit_measure_points(config, facts, context, out));
    QFP_TRY_GOTO(measure_limits(config, facts, out));
    QFP_TRY_GOTO(measure_energy(facts, out));
    QFP_TRY_GOTO(qfpi_audit_measure_reversal(config, facts, context, out));
    status = qfpi_audit_measure_free_part(config, facts, context, out);
done:
    qfp_backend_cpu()->device->context_destroy(context);
    return status;
}
