#include "ensemble/quadratic_frame.h"

#include <math.h>

#include "ensemble/method.h"

static qfp_status check_terms(const qfp_config *config, const char *others,
                              const qfp_polynomial *symbol, double least)
{
    for (size_t t = 0; t < symbol->count; t++) {
        int degree = symbol->terms[t].power[0] + symbol->terms[t].power[1];
        if (degree > 2 && cabs(symbol->terms[t].coefficient) > least)
            return QFP_FAIL(QFP_CONFIG,
                            "%s: ensemble.method: %s takes Hamiltonians of second degree in a and "
                            "ad%s, whose diffusion is constant; here a term of degree %d makes "
                            "drift and diffusion depend on both variables",
                            config->path, config->ensemble.method->name, others, degree);
    }
    return QFP_OK;
}

qfp_status qfp_quadratic_frame_read(const qfp_config *config, const char *others,
                                    qfp_quadratic_frame *out)
{
    const uint8_t square[] = {2, 0}, linear[] = {1, 0}, number[] = {1, 1};
    const char *method = config->ensemble.method->name;
    qfp_polynomial symbol;
    qfp_status status;
    if (config->modes != 1)
        return QFP_FAIL(QFP_CONFIG, "%s: ensemble.method: %s takes one mode; here there are %d",
                        config->path, method, config->modes);
    qfp_polynomial_init(&symbol, 2);
    QFP_TRY_GOTO(qfp_symbol_exp_laplacian(&config->wick, -1.0, &symbol));
    double least = 1e-12 * qfp_polynomial_norm(&symbol);
    double complex c = qfp_polynomial_coefficient(&symbol, square);
    double e = creal(qfp_polynomial_coefficient(&symbol, number));
    QFP_TRY_GOTO(check_terms(config, others, &symbol, least));
    double theta = 0.5 * (-0.5 * 3.14159265358979323846 - carg(c));
    double complex d = sqrt(2.0) * cexp(I * theta) * qfp_polynomial_coefficient(&symbol, linear);
    *out = (qfp_quadratic_frame){.rate = 2.0 * cabs(c) / config->kappa,
                                 .coupling = fabs(e) <= least ? 0.0 : e / config->kappa,
                                 .force = {-cimag(d) / config->kappa, -creal(d) / config->kappa},
                                 .turn = {cos(theta), sin(theta)}};
    if (cabs(c) <= least && out->coupling == 0.0)
        status = QFP_FAIL(QFP_CONFIG,
                          "%s: ensemble.method: %s needs diffusion, a term with a^2; here there is "
                          "none and trajectories would only be moved",
                          config->path, method);
done:
    qfp_polynomial_destroy(&symbol);
    return status;
}
