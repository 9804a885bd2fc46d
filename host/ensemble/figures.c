#include "ensemble/figures.h"

#include <stdio.h>
#include <string.h>

void qfp_figures_describe(const qfp_quantity *mean, qfp_quantity figures[QFP_FIGURES])
{
    static const struct {
        const char *suffix, *before, *after;
    } kinds[QFP_FIGURES] = {
        {"", "", ", mean over the trajectories"},
        {"_stderr", "standard error of the sampled mean: ", ""},
        {"_step_error", "mean minus that of half as many steps with the same noise: ", ""},
        {"_exact", "", ", of the exact distribution"}};
    for (size_t f = 0; f < QFP_FIGURES; f++) {
        qfp_quantity *q = &figures[f];
        snprintf(q->name, sizeof q->name, "%.32s%s", mean->name, kinds[f].suffix);
        memcpy(q->unit, mean->unit, sizeof q->unit);
        snprintf(q->long_name, sizeof q->long_name, "%s%.300s%s", kinds[f].before, mean->long_name,
                 kinds[f].after);
    }
}
