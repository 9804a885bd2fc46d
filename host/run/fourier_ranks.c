#include "run/fourier_ranks.h"

#include <math.h>

#include "run/engine.h"

double qfpi_fourier_share(const qfp_config *config, qfp_plan *plan)
{
    qfp_grid shape = qfp_engine_shape(plan);
    plan->ranks = config->cluster.ranks > 0 ? config->cluster.ranks : qfpi_ranks();
    int unit = qfp_slab_unit(&shape, 0), units = (plan->points[0] + unit - 1) / unit;
    plan->working = plan->ranks < units ? plan->ranks : units;
    int most = (units + plan->working - 1) / plan->working * unit;
    return fmin(most, plan->points[0]) / plan->points[0];
}

double qfpi_fourier_exchanged_bytes(const qfp_plan *plan, double real, double share, bool on_cards)
{
    /* Z in slabs of P_1; for planes of mode 1 of Q_2, there and back, and what they add; blocks for others, which of
     * cards are in the host's memory, by P_1 and by Q_2 */
    int arrays = plan->modes == 1 ? 1 : 4, packed = on_cards ? 0 : plan->modes == 1 ? 1 : 2;
    if (plan->ranks == 1)
        return 0.0;
    return (arrays + packed) * real * plan->cells * share;
}

/* Measured here where the plan is about these ranks, else by the rates that are given. */
static void take_rates(const qfp_config *config, const qfp_plan *plan, const qfpi_traffic *traffic,
                       double share, qfp_plan_timing *out)
{
    const qfp_cluster *c = &config->cluster;
    double alone = out->application_seconds * qfpi_ranks(), w = plan->working;
    bool is_here = plan->ranks == qfpi_ranks() && c->moves == 0.0 && c->network == 0.0;
    if (is_here && plan->ranks > 1) {
        out->exchange_seconds = traffic->seconds;
        return;
    }
    double network = c->network > 0.0         ? c->network
                     : traffic->seconds > 0.0 ? traffic->bytes / traffic->seconds
                                              : NAN;
    out->application_seconds = (c->moves > 0.0 ? out->bytes / c->moves : alone) * share;
    out->by_rates = c->moves > 0.0;
    out->exchange_seconds = 0.0;
    if (plan->working == 1)
        return;
    out->exchange_seconds = out->bytes_sent / network +
                            out->transpositions * (w - 1.0) * c->latency +
                            2.0 * ceil(log2(w)) * c->latency;
    if (!isnan(out->exchange_seconds))
        out->application_seconds += out->exchange_seconds;
}

void qfpi_fourier_time_ranks(const qfp_config *config, const qfp_plan *plan,
                             const qfpi_traffic *traffic, qfp_plan_timing *out)
{
    qfp_plan copy = *plan;
    double share = qfpi_fourier_share(config, &copy), real = config->single_precision ? 4.0 : 8.0;
    out->bytes_sent =
        out->transpositions * (1.0 - 1.0 / plan->working) * real * plan->cells * share;
    take_rates(config, plan, traffic, share, out);
}
