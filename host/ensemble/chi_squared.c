#include "ensemble/chi_squared.h"

#include <math.h>

#define FEWEST 5.0 /* expected counts: below, a square is no normal deviation any more */

qfp_chi_squared qfp_chi_squared_of(size_t cells, const double *observed, const double *expected,
                                   double total)
{
    qfp_chi_squared result = {0};
    double rest_observed = total, rest_expected = total;
    size_t used = 0;
    for (size_t i = 0; i < cells; i++) {
        if (!(expected[i] >= FEWEST))
            continue;
        double difference = observed[i] - expected[i];
        result.value += difference * difference / expected[i];
        rest_observed -= observed[i];
        rest_expected -= expected[i];
        used++;
    }
    if (rest_expected >= FEWEST) {
        double difference = rest_observed - rest_expected;
        result.value += difference * difference / rest_expected;
        used++;
    }
    result.degrees = used > 1 ? (double)used - 1.0 : 0.0;
    if (result.degrees < 1.0) {
        result.probability = NAN;
        return result;
    }
    double k = result.degrees, width = 2.0 / (9.0 * k);
    double normal = (cbrt(result.value / k) - (1.0 - width)) / sqrt(width);
    result.probability = 0.5 * erfc(normal / sqrt(2.0));
    return result;
}
