#include "ensemble/kerr_frame.h"

#include <math.h>

#include "ensemble/method.h"

static bool is_kerr(const qfp_polynomial *symbol, double least)
{
    for (size_t t = 0; t < symbol->count; t++) {
        const uint8_t *power = symbol->terms[t].power;
        bool known = power[0] == power[1] && power[0] <= 2;
        if (!known && cabs(symbol->terms[t].coefficient) > least)
            return false;
    }
    return true;
}

qfp_status qfp_kerr_frame_read(const qfp_config *config, qfp_kerr_frame *out, bool *found)
{
    const uint8_t fourth[] = {2, 2}, second[] = {1, 1};
    qfp_polynomial symbol;
    *found = false;
    if (config->modes != 1)
        return QFP_OK;
    qfp_polynomial_init(&symbol, 2);
    qfp_status status = qfp_symbol_exp_laplacian(&config->wick, -1.0, &symbol);
    if (status == QFP_OK) {
        double least = 1e-12 * qfp_polynomial_norm(&symbol);
        double U = 2.0 * creal(qfp_polynomial_coefficient(&symbol, fourth));
        double e = creal(qfp_polynomial_coefficient(&symbol, second));
        *found = fabs(U) > least && is_kerr(&symbol, least);
        out->sign = U < 0.0 ? -1.0 : 1.0;
        out->strength = fabs(U) / config->kappa;
        out->frequency = out->sign * (e + 0.5 * U) / config->kappa;
    }
    qfp_polynomial_destroy(&symbol);
    return status;
}
