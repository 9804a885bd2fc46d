#include "core/conserved.h"

#include <string.h>

enum { LARGEST_WEIGHT = 3, FEWEST_MODES = 2 };

/* The next of all weights, as a counter; false after the last. */
static bool count_on(int modes, int *weight)
{
    for (int j = 0; j < modes; j++) {
        if (++weight[j] <= LARGEST_WEIGHT)
            return true;
        weight[j] = 0;
    }
    return false;
}

void qfp_conserved_weights(int modes, bool (*keeps)(const void *data, const int *weight),
                           const void *data, int *weight)
{
    int tried[QFP_MAX_MODES] = {0}, most_modes = FEWEST_MODES - 1, least_sum = 0;
    memset(weight, 0, QFP_MAX_MODES * sizeof *weight);
    while (count_on(modes, tried)) {
        int used = 0, sum = 0;
        for (int j = 0; j < modes; j++) {
            used += tried[j] > 0;
            sum += tried[j];
        }
        bool is_better = used > most_modes || (used == most_modes && sum < least_sum);
        if (!is_better || used < FEWEST_MODES || !keeps(data, tried))
            continue;
        most_modes = used;
        least_sum = sum;
        memcpy(weight, tried, (size_t)modes * sizeof *weight);
    }
}

double qfp_conserved_states(int modes, const int *levels, const int *weight, int most)
{
    double ways[2][QFP_MOST_CONSERVED + 1] = {{1.0}}, sum = 0.0;
    int from = 0;
    for (int j = 0; j < modes; j++) {
        const double *old = ways[from];
        double *now = ways[1 - from];
        int w = weight[j], beyond = w * levels[j];
        for (int k = 0; k <= most && w == 0; k++)
            now[k] = old[k] * levels[j];
        for (int k = 0; k <= most && w > 0; k++) /* of a window of levels that moves by one */
            now[k] = old[k] + (k >= w ? now[k - w] : 0.0) - (k >= beyond ? old[k - beyond] : 0.0);
        from = 1 - from;
    }
    for (int k = 0; k <= most; k++)
        sum += ways[from][k];
    return sum;
}
