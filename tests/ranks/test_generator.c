/* test_generator.c - a generator on several ranks: the bits of one, as many transpositions as its cost says, and as many
 * bytes as the arithmetic of slabs. */
#include "core/ranks.h"
#include "distributed/distributed.h"
#include "evolve/grid_generator.h"
#include "evolve/propagator.h"
#include "run/equation.h"
#include "suite.h"

#ifdef QFP_MPI
#include <mpi.h>

static double bytes_sent;

/* Stands before MPI's: what it is given to send. */
int MPI_Isend(const void *data, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm,
              MPI_Request *request)
{
    int each;
    MPI_Type_size(type, &each);
    bytes_sent += (double)count * each;
    return PMPI_Isend(data, count, type, to, tag, comm, request);
}
#endif

typedef struct problem {
    const char *yaml;
    qfp_grid grid;
    int transpositions; /* of one application, counted by hand */
} problem;

#define TAIL "\ninitial: {coherent: [0.5]}\noutput: {times: [0.0, 0.1]}\n"
#define TAIL_2 "\ninitial: {coherent: [0.5, 0.2]}\noutput: {times: [0.0, 0.1]}\n"

enum { PROBLEMS = 6 };
static const problem problems[PROBLEMS] = {
    /* one mode has no planes: F_Q u, the inverse in the end, and two of each of two products */
    {"hamiltonian: {modes: 1, operator: \"0.5*ad^2*a^2\"}" TAIL,
     {.modes = 1, .points = {24}, .extent = {8.0, 9.0}},
     6},
    /* hopping and Kerr terms are planes of single modes: those of mode 1, there and back */
    {"hamiltonian: {modes: 2, operator: \"hc(ad[1]*a[2]) + 0.5*ad[1]^2*a[1]^2 + "
     "0.5*ad[2]^2*a[2]^2\"}" TAIL_2,
     {.modes = 2, .points = {12, 10}, .extent = {7.0, 7.5, 7.0, 6.5}},
     2},
    /* derivatives of both modes in one term: four products, transforms of the whole grid serve all of it */
    {"hamiltonian: {modes: 2, operator: \"hc(ad[1]*a[2]) + 0.5*ad[1]^2*a[1]^2 + "
     "n[1]*n[2]\"}" TAIL_2,
     {.modes = 2, .points = {8, 12}, .extent = {7.0, 7.5, 7.0, 6.5}},
     10},
    /* open: loss of mode 1 stays in its planes, what mode 2 loses in those of mode 2 and in A */
    {"hamiltonian: {modes: 2, operator: \"hc(ad[1]*a[2])\"}\ndissipation: [{operator: \"a[1]\", "
     "rate: 0.1}, "
     "{operator: \"n[2]\", rate: 0.2}]" TAIL_2,
     {.modes = 2, .points = {10, 8}, .extent = {7.0, 7.5, 7.0, 6.5}},
     2},
    /* mode 2 alone: nothing passes between ranks */
    {"hamiltonian: {modes: 2, operator: \"0.5*ad[2]^2*a[2]^2\"}" TAIL_2,
     {.modes = 2, .points = {6, 8}, .extent = {7.0, 7.5, 7.0, 6.5}},
     0},
    {"hamiltonian: {modes: 3, operator: \"hc(ad[1]*a[2]) + hc(ad[2]*a[3]) + 0.5*ad[1]^2*a[1]^2\"}\n"
     "initial: {coherent: [0.5, 0.2, 0.1]}\noutput: {times: [0.0, 0.1]}\n",
     {.modes = 3, .points = {6, 4, 4}, .extent = {5.0, 5.5, 5.0, 5.0, 5.5, 5.0}},
     2},
};

/* What every rank does by itself.  One rank alone has the CPU, or one rank of a device: planes of mode 1, and those
 * of one mode, a device takes in another order than ranks of it. */
#define ALONE(action)                                                                              \
    do {                                                                                           \
        qfpi_ranks_apart(true);                                                                    \
        action;                                                                                    \
        qfpi_ranks_apart(false);                                                                   \
    } while (0)

typedef struct side {
    const qfp_backend *backend;
    qfp_context *context;
    qfp_phase_grid *grid;
    qfp_grid_generator *generator;
    qfp_buffer *u, *y;
} side;

static side side_create(const qfp_backend *b, const problem *p, const qfp_equation *equation)
{
    side s = {.backend = b};
    OK(b->device->context_create(1, &s.context));
    OK(qfp_phase_grid_create(b, s.context, &p->grid, &s.grid));
    for (int axis = 0; axis < 2 * p->grid.modes; axis++)
        s.grid->taper[axis] = 2.5;
    OK(qfp_grid_generator_create(s.grid, &equation->generator, &s.generator));
    size_t count = s.grid->doubles[QFP_SPACE_Z];
    OK(b->vector->create(s.context, count, &s.u));
    OK(b->vector->create(s.context, count, &s.y));
    double *u = suite_random_array(count, 12);
    OK(b->vector->upload(s.u, 0, count, u));
    free(u);
    return s;
}

static void side_destroy(side *s)
{
    s->backend->vector->destroy(s->u);
    s->backend->vector->destroy(s->y);
    qfp_grid_generator_destroy(s->generator);
    qfp_phase_grid_destroy(s->grid);
    s->backend->device->context_destroy(s->context);
}

static void same_buffers(const side *one, qfp_buffer *x, const side *all, qfp_buffer *y)
{
    size_t count = one->grid->doubles[QFP_SPACE_Z];
    double *a = malloc(count * sizeof *a), *b = malloc(count * sizeof *b), largest = 0.0;
    ALONE(OK(one->backend->vector->download(x, 0, count, a)));
    OK(all->backend->vector->download(y, 0, count, b));
    for (size_t i = 0; i < count; i++)
        largest = fmax(largest, fabs(a[i]));
    cr_assert(lt(dbl, 0.0, largest));
#ifdef QFP_STRICT_ARITHMETIC
    cr_assert(memcmp(a, b, count * sizeof *a) == 0);
#else
    for (size_t i = 0; i < count; i++)
        cr_assert(
            epsilon_eq(dbl, a[i], b[i], 1e-12 * largest)); /* roundings of some hundred sums */
#endif
    free(a);
    free(b);
}

/* Doubles that a rank sends when an array on Z passes from slabs of Q_1 to slabs of an axis of m points: of
 * the cells that it holds all but the share that stays, both by the division itself. */
static double doubles_sent(const problem *p, size_t q_share, int m, size_t share)
{
    double cells = (double)qfp_grid_doubles(&p->grid, QFP_SPACE_Z), n = p->grid.points[0];
    return cells * (double)q_share / n * (double)((size_t)m - share) / m;
}

static size_t share_of(int points, int unit, int rank)
{
    size_t units = ((size_t)points + (size_t)unit - 1) / (size_t)unit, ranks = (size_t)qfpi_ranks();
    size_t first = (size_t)rank * units / ranks * (size_t)unit,
           last = (size_t)(rank + 1) * units / ranks * (size_t)unit;
    size_t n = (size_t)points;
    return (last < n ? last : n) - (first < n ? first : n);
}

static void check_traffic(const problem *p, const side *all)
{
    qfp_application_cost cost;
    qfp_grid_generator_cost(all->generator, &cost);
    qfpi_traffic before = qfpi_ranks_traffic();
#ifdef QFP_MPI
    double sent_before = bytes_sent;
#endif
    OK(qfp_linear_map_apply(qfp_grid_generator_map(all->generator), all->u, all->y));
    cr_assert(eq(int, cost.transpositions, p->transpositions));
    if (qfpi_ranks() == 1)
        return;
    qfpi_traffic after = qfpi_ranks_traffic();
    cr_assert(eq(sz, after.transpositions - before.transpositions, (size_t)cost.transpositions));
#ifdef QFP_MPI
    /* on one machine ranks of the CPU write to each other's memory: nothing of it goes through MPI */
    bool through_mpi = dist_by_messages || dist_inner_backend() != qfp_backend_cpu();
    cr_assert(eq(dbl, bytes_sent - sent_before, through_mpi ? after.bytes - before.bytes : 0.0));
#endif
    /* transpositions come in pairs, there and back; those of planes lead to slabs of Q_2, others to slabs of P_1 */
    int modes = p->grid.modes, by_q2 = cost.planes > 0 ? cost.transpositions : 0;
    size_t q = share_of(p->grid.points[0], qfp_slab_unit(&p->grid, 0), qfpi_rank());
    size_t p1 = share_of(p->grid.points[0], qfp_slab_unit(&p->grid, modes), qfpi_rank());
    double there = doubles_sent(p, q, p->grid.points[0], p1);
    if (modes > 1 && by_q2 == 2) { /* planes alone */
        size_t q2 = share_of(p->grid.points[1], qfp_slab_unit(&p->grid, 1), qfpi_rank());
        there = doubles_sent(p, q, p->grid.points[1], q2);
        double back = (double)qfp_grid_doubles(&p->grid, QFP_SPACE_Z) * (double)q2 /
                      p->grid.points[1] * (p->grid.points[0] - (double)q) / p->grid.points[0];
        cr_assert(epsilon_eq(dbl, after.bytes - before.bytes, 8.0 * (there + back),
                             1.0)); /* whole numbers */
    } else if (modes == 1) {
        double back = (double)p1 * (p->grid.points[0] - (double)q);
        cr_assert(epsilon_eq(dbl, after.bytes - before.bytes,
                             8.0 * cost.transpositions / 2 * (there + back), 1.0));
    }
}

/* One application, and a step of every integrator. */
static void check_problem(const qfp_backend *b, const problem *p)
{
    const qfp_integrator integrators[] = {QFP_INTEGRATOR_KRYLOV, QFP_INTEGRATOR_CHEBYSHEV,
                                          QFP_INTEGRATOR_RK4};
    qfp_config *config = NULL;
    qfp_equation equation;
    OK(qfp_config_parse(p->yaml, strlen(p->yaml), "a test", NULL, 0, &config));
    OK(qfp_equation_create(config, &equation));
    side one, all = side_create(b, p, &equation);
    ALONE(one = side_create(suite_is_cuda(b) ? b : SUITE_ONE, p, &equation));
    check_traffic(p, &all);
    ALONE(OK(qfp_linear_map_apply(qfp_grid_generator_map(one.generator), one.u, one.y)));
    same_buffers(&one, one.y, &all, all.y);
    for (int i = 0; i < 3; i++) {
        const qfp_propagator_options options = {
            .integrator = integrators[i], .tolerance = 1e-8, .time_scale = 1.0, .step = 1e-3};
        side *const both[2] = {&one, &all};
        bool is_slow = suite_is_cuda(b); /* on the host */
        if (integrators[i] != QFP_INTEGRATOR_RK4 && (equation.is_open || is_slow))
            continue;
        for (int k = 0; k < 2; k++) {
            qfpi_ranks_apart(k == 0);
            qfp_propagator *propagator = NULL;
            OK(qfp_propagator_create(qfp_grid_generator_map(both[k]->generator), &options,
                                     &propagator));
            OK(qfp_propagator_advance(propagator, both[k]->u, is_slow ? 1e-3 : 1e-2, NULL, NULL));
            qfp_propagator_destroy(propagator);
        }
        qfpi_ranks_apart(false);
        same_buffers(&one, one.u, &all, all.u);
    }
    side_destroy(&all);
    ALONE(side_destroy(&one));
    qfp_equation_destroy(&equation);
    qfp_config_destroy(config);
}

static void generators(const qfp_backend *b)
{
    for (int i = 0; i < PROBLEMS; i++)
        check_problem(b, &problems[i]);
}
ON_EVERY_BACKEND(generators)
