/* bench_ranks.c - one application of a generator by all ranks against one rank alone, the others waiting: on the same
 * grid (strong scaling), and on one with about as many times the cells (weak), for which the time of one is
 * scaled by the cells.  mpirun -n 2 qfp_bench_ranks [POINTS]
 *
 * Beside it what the machine allows: every rank applies a generator of its own at once, which have nothing to do with each
 * other but caches and memory.  Medians of ROUNDS, taken in turn, so that all see the same machine. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/ranks.h"
#include "rank_systems.h"

/* Wall seconds of one application, the norm of the result included, which waits for all. */
static qfp_status time_one(bench_rig *rig, double *seconds)
{
    size_t count = rig->grid->doubles[QFP_SPACE_Z];
    double norm, start = qfpi_seconds_now();
    QFP_TRY(qfp_linear_map_apply(qfp_grid_generator_map(rig->generator), rig->u, rig->y));
    QFP_TRY(rig->backend->vector->inner(count, 1, &rig->y, rig->y, &norm));
    *seconds = qfpi_seconds_now() - start;
    return QFP_OK;
}

/* The first `ranks` by themselves, each its own; the others wait for the slowest. */
static qfp_status time_apart(int ranks, bench_rig *rig, double *seconds)
{
    qfp_status status = qfpi_ranks_agree(QFP_OK);
    *seconds = 0.0;
    if (qfpi_rank() < ranks) {
        qfpi_ranks_apart(true);
        status = time_one(rig, seconds);
        qfpi_ranks_apart(false);
    }
    *seconds = qfpi_ranks_most(*seconds);
    return qfpi_ranks_agree(status);
}

static qfp_status create_apart(const bench_system *system, bench_rig *rig)
{
    qfpi_ranks_apart(true);
    qfp_status status = bench_rig_create(qfp_backend_cpu(), system, rig);
    qfpi_ranks_apart(false);
    return qfpi_ranks_agree(status);
}

static void print_row(const char *name, const char *what, const bench_rig *rig, double one,
                      double allowed, double all, const qfpi_traffic *traffic)
{
    char grid[64];
    const qfp_grid *g = &rig->grid->shape;
    snprintf(grid, sizeof grid, "%d² × %d²", g->points[0], g->points[1]);
    if (qfpi_rank() == 0)
        printf("| %s | %s | %s | %.3f | %.3f | %.2f of %.2f | %zu | %.1f | %.0f %% | %.2f |\n",
               name, what, grid, one, all, one / all, allowed, traffic->transpositions,
               traffic->bytes / 1e6, 100.0 * traffic->seconds / all,
               traffic->bytes / traffic->seconds / 1e9);
}

/* last: points of mode 2 in the grid of all ranks. */
static qfp_status compare(const bench_system *system, const char *what, int last)
{
    bench_system grown = *system;
    bench_rig alone = {0}, all = {0};
    double one[ROUNDS], at_once[ROUNDS], each[ROUNDS];
    qfpi_traffic traffic = {0};
    grown.last = last;
    QFP_TRY(create_apart(system, &alone));
    QFP_TRY(bench_rig_create(qfp_backend_distributed(qfp_backend_cpu()), &grown, &all));
    QFP_TRY(time_one(&all, &each[0])); /* cold */
    for (int round = 0; round < ROUNDS; round++) {
        QFP_TRY(time_apart(1, &alone, &one[round]));
        QFP_TRY(time_apart(qfpi_ranks(), &alone, &at_once[round]));
        qfpi_traffic before = qfpi_ranks_traffic();
        QFP_TRY(time_one(&all, &each[round]));
        qfpi_traffic after = qfpi_ranks_traffic();
        traffic.transpositions = after.transpositions - before.transpositions;
        traffic.bytes = after.bytes - before.bytes;
        traffic.seconds += (after.seconds - before.seconds) / ROUNDS;
    }
    double larger = (double)last * last / ((double)system->points * system->points);
    double allowed = qfpi_ranks() * median(one) / median(at_once);
    print_row(system->name, what, &all, larger * median(one), allowed, median(each), &traffic);
    qfpi_ranks_apart(true);
    bench_rig_destroy(&alone);
    qfpi_ranks_apart(false);
    bench_rig_destroy(&all);
    return QFP_OK;
}

static qfp_status run(int points)
{
    if (qfpi_rank() == 0)
        printf("%d ranks; seconds of one application, medians of %d\n\n"
               "| generator | scaling | grid | one rank | all | times as fast, of what the machine "
               "allows | transpositions | "
               "MB sent by each | share "
               "of the time | GB/s |\n|---|---|---|---|---|---|---|---|---|---|\n",
               qfpi_ranks(), (int)ROUNDS);
    for (size_t i = 0; i < sizeof systems / sizeof *systems; i++) {
        bench_system system = systems[i];
        system.points = points;
        QFP_TRY(compare(&system, "strong", points));
        QFP_TRY(compare(&system, "weak", 8 * (int)lround(points * sqrt(qfpi_ranks()) / 8.0)));
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
        fprintf(stderr, "qfp_bench_ranks: %s\n", qfp_last_error());
    qfpi_ranks_end();
    return qfp_status_exit(status);
}
