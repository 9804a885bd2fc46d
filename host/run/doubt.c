#include "run/doubt.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ERRORS_PER_SHARE 0.1

qfp_status qfp_doubt_create(const qfp_solution *s, qfp_doubt *out)
{
    *out = (qfp_doubt){0};
    QFP_TRY(QFP_ALLOCATE(out->shares, s->mean_count, "observables"));
    QFP_TRY(QFP_ALLOCATE(out->values, s->mean_count, "observables"));
    return QFP_ALLOCATE(out->times, s->mean_count, "observables");
}

void qfp_doubt_destroy(qfp_doubt *d)
{
    free(d->shares);
    free(d->values);
    free(d->times);
    *d = (qfp_doubt){0};
}

void qfp_doubt_note(qfp_doubt *d, const qfp_solution *s, const double *values, const double *inner,
                    double t)
{
    for (size_t i = 0; i < s->mean_count; i++) {
        double share = fabs(values[i] - inner[i]) / fmax(1.0, fabs(values[i]));
        if (!(share > d->shares[i]))
            continue;
        d->shares[i] = share;
        d->values[i] = values[i];
        d->times[i] = t;
    }
}

void qfp_doubt_append(const qfp_doubt *d, const qfp_solution *s, const qfp_config *config,
                      char *text, size_t size)
{
    size_t worst = 0, used = strlen(text);
    double limit = config->tolerance / ERRORS_PER_SHARE;
    bool is_grid = config->basis == QFP_BASIS_FOURIER;
    char others[256] = "";
    for (size_t i = 1; i < s->mean_count; i++)
        worst = d->shares[i] > d->shares[worst] ? i : worst;
    if (d->shares[worst] <= limit)
        return;
    for (size_t i = 0; i < s->mean_count; i++)
        if (i != worst && d->shares[i] > limit) {
            size_t length = strlen(others);
            if (length + strlen(s->observables[i].name) + 12 > sizeof others)
                continue; /* the sentence has named enough */
            snprintf(others + length, sizeof others - length, "%s%s", length > 0 ? ", " : "; also ",
                     s->observables[i].name);
        }
    double value = d->values[worst], scale = fmax(1.0, fabs(value));
    snprintf(text + used, size - used,
             "%sthe %s adds %.1e to %s = %.6g at t = %.6g, which may be off by more than the "
             "tolerance, %.0e%s; %s or a smaller solver.tolerance",
             used > 0 ? "; " : "", is_grid ? "outer tenth of the box" : "pair of last levels",
             d->shares[worst] * scale, s->observables[worst].name, value, d->times[worst],
             config->tolerance, others, is_grid ? "use basis: fock" : "use more solver.levels");
}
