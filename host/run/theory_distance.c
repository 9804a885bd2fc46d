#include "run/theory_distance.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void qfp_theory_distance_name(int mode, int which, char *name, size_t size)
{
    static const char *const names[] = {"husimi_l2", "husimi_max", "n", "a"};
    snprintf(name, size, "%s_%d", names[which], mode + 1);
}

const char *qfp_theory_distance_meaning(int which)
{
    static const char *const meanings[] = {
        "2-norm of the difference of the Husimi marginals on the output grid, relative to that of "
        "the first theory",
        "largest difference of the Husimi marginals on the output grid, relative to the largest "
        "value of the first theory",
        "absolute difference of the mean number of quanta <n>",
        "modulus of the difference of the mean amplitude <a>",
    };
    return meanings[which];
}

static double observable(const qfp_member *m, const char *name, int mode)
{
    char wanted[32];
    snprintf(wanted, sizeof wanted, "%s_%d", name, mode + 1);
    for (size_t i = 0; i < m->solution.observable_count; i++)
        if (strcmp(m->solution.observables[i].name, wanted) == 0)
            return m->values[i];
    return NAN;
}

static void husimi_distance(const qfp_member *first, const qfp_member *other, int mode, double *l2,
                            double *largest)
{
    const double *a = first->marginals[mode], *b = other->marginals[mode];
    size_t count = (size_t)first->config.husimi_points * (size_t)first->config.husimi_points;
    double squared = 0.0, scale_squared = 0.0, most = 0.0, scale = 0.0;
    for (size_t i = 0; i < count; i++) {
        double difference = b[i] - a[i];
        squared += difference * difference;
        scale_squared += a[i] * a[i];
        most = fmax(most, fabs(difference));
        scale = fmax(scale, fabs(a[i]));
    }
    *l2 = sqrt(squared / scale_squared);
    *largest = most / scale;
}

void qfp_theory_distance(const qfp_member *first, const qfp_member *other, double *out)
{
    for (int j = 0; j < first->config.modes; j++) {
        double *d = out + j * QFP_DISTANCES_PER_MODE;
        husimi_distance(first, other, j, &d[0], &d[1]);
        d[2] = fabs(observable(other, "n", j) - observable(first, "n", j));
        d[3] = hypot(observable(other, "re_a", j) - observable(first, "re_a", j),
                     observable(other, "im_a", j) - observable(first, "im_a", j));
    }
}
