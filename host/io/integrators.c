#include "io/integrators.h"

#include <math.h>
#include <stddef.h>

const char *const qfp_integrator_names[] = {
    [QFP_INTEGRATOR_AUTO] = "auto",
#define X(NAME, name, most, least) [QFP_INTEGRATOR_##NAME] = #name,
    QFP_INTEGRATORS(X)
#undef X
        NULL,
};

int qfp_integrator_vectors(qfp_integrator integrator, double fit)
{
    static const struct {
        double most, least;
    } vectors[] = {
#define X(NAME, name, most, least) [QFP_INTEGRATOR_##NAME] = {most, least},
        QFP_INTEGRATORS(X)
#undef X
    };
    if (integrator == QFP_INTEGRATOR_AUTO)
        integrator = QFP_INTEGRATOR_KRYLOV;
    return (int)fmax(vectors[integrator].least, fmin(vectors[integrator].most, floor(fit)));
}
