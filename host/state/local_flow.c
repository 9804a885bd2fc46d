#include "state/local_flow.h"

#include <stdlib.h>

#include "state/phase_grid.h"

static qfp_status plain_terms(const qfp_polynomial *p, qfp_real_polynomial *out)
{
    qfp_symbol_term *terms = NULL;
    QFP_TRY(qfp_real_polynomial_terms(p, &out->term_count, &terms));
    out->terms = terms;
    return QFP_OK;
}

qfp_status qfp_local_flow_create(const qfp_backend *backend, qfp_context *context,
                                 const qfp_polynomial *real, double kappa, double C, qfp_flow **out)
{
    int axes = real->variables;
    qfp_real_polynomial gradient[2 * QFP_MAX_MODES] = {{0}};
    qfp_real_polynomial hessian[4 * QFP_MAX_MODES * QFP_MAX_MODES] = {{0}};
    qfp_polynomial first, second;
    qfp_polynomial_init(&first, axes);
    qfp_polynomial_init(&second, axes);
    qfp_status status = QFP_OK;
    for (int a = 0; a < axes; a++) {
        QFP_TRY_GOTO(qfp_polynomial_differentiate(real, a, &first));
        QFP_TRY_GOTO(plain_terms(&first, &gradient[a]));
        for (int b = 0; b < axes; b++) {
            QFP_TRY_GOTO(qfp_polynomial_differentiate(&first, b, &second));
            QFP_TRY_GOTO(plain_terms(&second, &hessian[a * axes + b]));
        }
    }
    status = backend->flow->create(context, axes / 2, kappa, C, gradient, hessian, out);
done:
    qfp_polynomial_destroy(&first);
    qfp_polynomial_destroy(&second);
    for (int a = 0; a < axes; a++)
        free((void *)gradient[a].terms);
    for (int ab = 0; ab < axes * axes; ab++)
        free((void *)hessian[ab].terms);
    return status;
}
