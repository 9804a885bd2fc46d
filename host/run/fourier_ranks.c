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

double qfpi_fourier_exchanged_bytes(const qfp_plan *plan, double real, double share)
{
    /* Z in slabs of P_1 or of Q_2; for planes of mode 1 what they make of it; blocks for others */
    int arrays = plan->modes == 1 ? 2 : 3;
    return plan->ranks == 1 ? 0.0 : arrays * real * plan->cells * share;
}

/* Seconds of the transpositions of an application that its own work, of `own` seconds, does not hide. */
static double exposed(const qfp_plan *plan, double sending, double latency, double own,
                      const qfp_plan_timing *out)
{
    qfp_grid shape = qfp_engine_shape(plan);
    bool planes = plan->modes > 1 && out->transpositions == 2;
    int pieces = qfp_slab_pieces(&shape, planes ? 1 : plan->modes, plan->ranks, QFP_MESSAGES,
                                 QFP_LEAST_MESSAGE);
    double count = out->transpositions;
    double each = sending / count + pieces * (plan->working - 1.0) * latency;
    double work = own * 16.0 * plan->cells / out->bytes;
    /* the way back from planes of mode 1 has no work left to do */
    double hidden = (planes ? 1.0 : count) * (1.0 - 1.0 / pieces) * fmin(each, work);
    return count * each - hidden;
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
    out->exchange_seconds =
        exposed(plan, out->bytes_sent / network, c->latency, out->application_seconds, out) +
        2.0 * ceil(log2(w)) * c->latency;
    if (!isnan(out->exchange_seconds))
        out->application_seconds += out->exchange_seconds;
}

void qfpi_fourier_time_ranks(const qfp_config *config, const qfp_plan *plan,
                             const qfpi_traffic *traffic, qfp_plan_timing *out)
{
    qfp_plan copy = *plan;
    double share = qfpi_fourier_share(config, &copy);
    out->bytes_sent =
        out->transpositions * (1.0 - 1.0 / plan->working) * sizeof(double) * plan->cells * share;
    take_rates(config, plan, traffic, share, out);
}
