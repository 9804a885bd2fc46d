/* bench_overlap.c - how much of the exchange between ranks their work hides: one application by all ranks over a network
 * that is simulated by delays (network.h), of arrays that travel in one piece and in several.
 * mpirun -n 2 qfp_bench_overlap [POINTS]
 *
 * Medians of ROUNDS, all taken in turn, so that they see the same machine. */
#include <stdio.h>
#include <stdlib.h>

#include "core/clock.h"
#include "core/ranks.h"
#include "distributed/distributed.h"
#include "network.h"
#include "rank_systems.h"

enum { RATES = 4, WAYS = 2 };

static const double rates[RATES] = {0.0, 4e9, 1e9, 0.25e9};
static const double latency = 2e-6;

/* Wall seconds of one application by the slowest rank, and bytes sent by this one. */
static qfp_status time_one(bench_rig *rig, double *seconds, double *bytes)
{
    size_t count = rig->grid->doubles[QFP_SPACE_Z];
    double norm, before = qfpi_ranks_traffic().bytes;
    QFP_TRY(rig->backend->vector->inner(count, 1, &rig->u, rig->u, &norm)); /* waits for all */
    double start = qfpi_seconds_now();
    QFP_TRY(qfp_linear_map_apply(qfp_grid_generator_map(rig->generator), rig->u, rig->y));
    *seconds = qfpi_ranks_most(qfpi_seconds_now() - start);
    *bytes = qfpi_ranks_traffic().bytes - before;
    return QFP_OK;
}

/* seconds[rate][way][round] */
static qfp_status measure(bench_rig *rig, double seconds[RATES][WAYS][ROUNDS], double *bytes)
{
    for (int way = 0; way < WAYS; way++) /* cold */
        QFP_TRY(time_one(&rig[way], &seconds[0][way][0], bytes));
    for (int round = 0; round < ROUNDS; round++)
        for (int rate = 0; rate < RATES; rate++)
            for (int way = 0; way < WAYS; way++) {
                bench_network(rates[rate], latency);
                QFP_TRY(time_one(&rig[way], &seconds[rate][way][round], bytes));
            }
    bench_network(0.0, 0.0);
    return QFP_OK;
}

static qfp_status compare(const bench_system *system)
{
    static double seconds[RATES][WAYS][ROUNDS];
    const size_t least[WAYS] = {(size_t)-1, QFP_LEAST_MESSAGE};
    bench_rig rig[WAYS] = {0};
    double bytes;
    dist_by_messages = 1;
    for (int way = 0; way < WAYS; way++) {
        dist_least_block = least[way];
        QFP_TRY(bench_rig_create(qfp_backend_distributed(qfp_backend_cpu()), system, &rig[way]));
    }
    QFP_TRY(measure(rig, seconds, &bytes));
    for (int rate = 0; rate < RATES; rate++) {
        double one = median(seconds[rate][0]), several = median(seconds[rate][1]);
        double sending = bytes / rates[rate];
        if (qfpi_rank() == 0 && rate == 0)
            printf("| %s | %d^4 | none | 0 | %.4f | %.4f | |\n", system->name, system->points, one,
                   several);
        else if (qfpi_rank() == 0)
            printf("| %s | %d^4 | %.2f | %.4f | %.4f | %.4f | %.0f %% |\n", system->name,
                   system->points, rates[rate] / 1e9, sending, one, several,
                   100.0 * (one - several) / sending);
    }
    for (int way = 0; way < WAYS; way++)
        bench_rig_destroy(&rig[way]);
    return QFP_OK;
}

static qfp_status run(int points)
{
    if (qfpi_rank() == 0)
        printf("%d ranks; seconds of one application, medians of %d; hidden: of the sending, by "
               "pieces\n\n"
               "| generator | grid | network, GB/s | sending | one piece | up to %d | hidden |\n"
               "|---|---|---|---|---|---|---|\n",
               qfpi_ranks(), (int)ROUNDS, (int)QFP_MESSAGES);
    for (size_t i = 0; i < sizeof systems / sizeof *systems; i++) {
        bench_system system = systems[i];
        system.points = points;
        QFP_TRY(compare(&system));
    }
    return QFP_OK;
}

int main(int argc, char **argv)
{
    int points = argc > 1 ? atoi(argv[1]) : 32;
    qfp_status status = qfpi_ranks_begin();
    if (status == QFP_OK)
        status = qfpi_ranks_meet(run(points), 5.0);
    if (status != QFP_OK)
        fprintf(stderr, "qfp_bench_overlap: %s\n", qfp_last_error());
    qfpi_ranks_end();
    return qfp_status_exit(status);
}
