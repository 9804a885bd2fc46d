/* A run that goes on from a checkpoint takes the steps of one that was not interrupted: from whatever step,
 * in every basis and with every integrator, to the bits of its values, their errors and its state. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../support/kept_state.h"
#include "../support/simulate.h"
#include "run/member.h"

TestSuite(resumed, .init = scratch_make, .fini = scratch_remove);

enum { MOST_STEPS = 400, RESUMES = 12 };

typedef struct checkpoint {
    double time, *state;
    size_t count, steps;
} checkpoint;

typedef struct journey {
    qfp_member member;
    checkpoint at[MOST_STEPS];
    size_t steps;
    bool keeps; /* a checkpoint after every step */
} journey;

static checkpoint save(journey *j, double t)
{
    checkpoint c = {.time = t, .count = qfp_member_state_count(&j->member), .steps = j->steps};
    c.state = malloc(c.count * sizeof *c.state);
    OK(qfp_member_save(&j->member, TO_MEMORY(c.state)));
    return c;
}

static qfp_status after_step(void *data, double t)
{
    journey *j = data;
    j->steps++;
    cr_assert(lt(sz, j->steps, MOST_STEPS));
    if (j->keeps)
        j->at[j->steps - 1] = save(j, t);
    return QFP_OK;
}

/* Every output time from the one after `from` on. */
static void travel(journey *j, const qfp_config *config, double from)
{
    const qfp_step_hook hook = {.data = j, .after_step = after_step};
    qfp_member *m = &j->member;
    for (size_t i = 0; i < config->time_count; i++) {
        if (config->times[i] < from)
            continue;
        OK(m->basis->advance(m->solution.self, config->times[i], &hook));
        m->time = config->times[i];
        OK(qfp_member_observe(m));
        OK(qfp_member_husimi(m));
    }
}

static bool same_numbers(const double *a, const double *b, size_t count)
{
    return memcmp(a, b, count * sizeof *a) == 0;
}

static void assert_same_end(journey *a, journey *b, const char *what)
{
    const qfp_member *m = &a->member, *n = &b->member;
    size_t count = m->solution.observable_count, points = (size_t)m->config.husimi_points;
    cr_assert(eq(sz, a->steps, b->steps), "%s", what);
    for (size_t i = 0; i < count; i++) {
        const char *name = m->solution.observables[i].name;
        cr_assert(same_numbers(&m->values[i], &n->values[i], 1), "%s: %s is %.17g, resumed %.17g",
                  what, name, m->values[i], n->values[i]);
        cr_assert(same_numbers(&m->accuracy.errors[i], &n->accuracy.errors[i], 1),
                  "%s: the error of %s is %.17g, resumed %.17g", what, name, m->accuracy.errors[i],
                  n->accuracy.errors[i]);
    }
    cr_assert(same_numbers(m->marginals[0], n->marginals[0], points * points), "%s: Q", what);
    checkpoint end = save(a, 0.0), other = save(b, 0.0);
    cr_assert(eq(sz, end.count, other.count), "%s", what);
    cr_assert(same_numbers(end.state, other.state, end.count), "%s: the state", what);
    cr_assert(eq(str, (char *)m->basis->warning(m->solution.self),
                 (char *)n->basis->warning(n->solution.self)),
              "%s", what);
    free(end.state);
    free(other.state);
}

static void start(const qfp_config *config, journey *j)
{
    OK(qfp_member_prepare(config, 0, &j->member));
    OK(qfp_member_start(&j->member));
}

static void go_on_from_every_step(const char *what, const char *text)
{
    qfp_config *config = load_text(text);
    journey *whole = calloc(1, sizeof *whole), *other = calloc(1, sizeof *other);
    whole->keeps = true;
    start(config, whole);
    travel(whole, config, 0.0);
    size_t stride = whole->steps > RESUMES ? whole->steps / RESUMES : 1;
    cr_assert(lt(sz, 1, whole->steps), "%s", what);
    whole->keeps = false;
    for (size_t s = 0; s < whole->steps; s += stride) {
        const checkpoint *c = &whole->at[s];
        char where[160];
        snprintf(where, sizeof where, "%s, from step %zu", what, s + 1);
        memset(other, 0, sizeof *other);
        start(config, other);
        other->member.time = c->time;
        other->steps = c->steps;
        OK(qfp_member_load(&other->member, c->count, FROM_MEMORY(c->state)));
        travel(other, config, c->time);
        assert_same_end(whole, other, where);
        qfp_member_destroy(&other->member);
    }
    for (size_t s = 0; s < whole->steps; s++)
        free(whole->at[s].state);
    qfp_member_destroy(&whole->member);
    free(whole);
    free(other);
    qfp_config_destroy(config);
}

static void try_until(const char *end, const char *system, const char *solver)
{
    char text[1024];
    snprintf(text, sizeof text,
             "hamiltonian: {%s}\nbackend: cpu\nsolver: {reproducible: true, %s}\n"
             "output: {times: [0, 0.1, 0.35, %s], husimi: {from: -5, to: 5, points: 9}}\n",
             system, solver, end);
    go_on_from_every_step(solver, text);
}

static void try_solver(const char *system, const char *solver)
{
    try_until("1.1", system, solver);
}

#define SOFT "operator: \"n + 0.02*x^4\"}\ninitial: {coherent: [0.6]"

Test(resumed, on_a_grid)
{
    try_until("0.6", SOFT, "grid: {points: 52, extent: 14.5}, tolerance: 1.0e-2");
    try_until("0.6", SOFT,
              "grid: {points: 52, extent: 14.5}, tolerance: 1.0e-2, integrator: chebyshev");
    try_until("0.6", SOFT,
              "grid: {points: 52, extent: 14.5}, tolerance: 9.0e-2, integrator: rk4, "
              "step: 0.02");
    /* no three terms: Arnoldi */
    try_until("0.6", SOFT, "grid: {points: 52, extent: 14.5}, tolerance: 1.0e-2, ordering: 0.4");
    /* a space that ends, and one that does not */
    try_until("0.6", "operator: \"0.5*ad^2*a^2\"}\ninitial: {fock: [1]",
              "grid: {points: 52, extent: 14.5}, tolerance: 1.0e-2");
}

Test(resumed, in_the_fock_basis)
{
    try_solver(SOFT, "basis: fock, tolerance: 1.0e-6"); /* diagonalised */
    try_solver(SOFT, "basis: fock, levels: 60, tolerance: 1.0e-3, integrator: krylov");
    try_solver(SOFT, "basis: fock, levels: 40, tolerance: 1.0e-2, integrator: chebyshev");
    try_solver(SOFT, "basis: fock, levels: 30, tolerance: 1.0e-2, integrator: rk4");
    try_solver("operator: \"0.5*ad^2*a^2\"}\ninitial: {coherent: [0.8]", "basis: fock");
    /* a mixed state, which no exact kets accompany */
    try_solver("modes: 2, operator: \"0.5*ad[1]^2*a[1]^2 + hc(a[1]*ad[2])\"}\n"
               "initial: {product: [{coherent: [0.4]}, {thermal: {nbar: [0.1]}}]",
               "basis: fock, levels: [6, 6], tolerance: 5.0e-2, integrator: krylov");
}

/* Magnus steps in the middle of a pulse and behind it, and series for a master equation; with levels that
 * grow on the way. */
Test(resumed, in_driven_and_open_systems)
{
    const char *pulse = "operator: \"n + 2*exp(-((t - 0.3)/0.05)^2)*x\"}\n"
                        "initial: {coherent: [0.4]";
    try_until("0.5", pulse, "basis: fock, tolerance: 1.0e-3");
    try_until("0.5", pulse, "basis: fock, levels: 12, tolerance: 5.0e-2, integrator: chebyshev");
    try_until("0.5",
              "operator: \"n + x*cos(3*t)\"}\n"
              "dissipation: [{operator: a, rate: \"0.3*sin(t)^2\"}]\ninitial: {coherent: [0.4]",
              "basis: fock, levels: 12, tolerance: 5.0e-2");
    try_until("1.0",
              "operator: \"0.3*n\"}\n"
              "dissipation: [{operator: ad, rate: 1}]\ninitial: {fock: [1]",
              "basis: fock, tolerance: 1.0e-4");
}

/* The levels of the checkpoint are not those that were planned. */
Test(resumed, with_levels_that_grew)
{
    static const char leaving[] =
        "operator: \"p^2/2 + x^2/2 - 0.01*x^4\"}\ninitial: {coherent: [0.5]";
    try_until("0.5", leaving, "basis: fock");
    try_until("0.5", leaving, "basis: fock, integrator: krylov");
    /* which no exact kets accompany: the error of the start is that of fewer levels */
    try_until("0.5",
              "operator: \"p^2/2 + x^2/2 - 0.02*x^4\"}\n"
              "initial: {squeezed_thermal: {alpha: [0.4], r: [0.1], phi: [0.0], nbar: [0.05]}",
              "basis: fock, tolerance: 1.0e-6, integrator: krylov");
}

/* The exact kets find it off at an output time, and it is computed again; one of the checkpoints is of the
 * time where that ends and nobody has said yet whether it helped. */
Test(resumed, with_a_state_that_was_computed_again)
{
    static const char *const integrators[] = {"auto", "krylov"};
    for (int i = 0; i < 2; i++) {
        char text[512];
        snprintf(text, sizeof text,
                 "hamiltonian: {operator: \"1.241*n + hc((0.301+0.2749*I)*ad^2)\"}\n"
                 "initial: {coherent: [\"0.9928-2.171*I\"]}\n"
                 "solver: {basis: fock, tolerance: 6.6e-09, integrator: %s}\n"
                 "output: {times: [0, 0.361131, 1.32068, 1.74645], husimi: {points: 9}}\n",
                 integrators[i]);
        go_on_from_every_step(integrators[i], text);
    }
}

/* What was noted of earlier outputs, which later ones need not outdo: the worst error and the least share
 * of Q (excess, value, time, error; share, time), and in the Fock basis whether the tolerance was kept, and what the start was off by. */
Test(resumed, what_was_noted_is_what_is_noted)
{
    static const char *const bases[] = {"fourier", "fock"};
    static const size_t noted[] = {0, 2, 3, 4, 5, 7, 10, 17, 18};
    for (size_t b = 0; b < 2; b++) {
        char text[512];
        snprintf(text, sizeof text,
                 "hamiltonian: {" SOFT "}\nsolver: {basis: %s}\nbackend: cpu\n"
                 "output: {times: [0, 0.1], husimi: {from: -5, to: 5, points: 9}}\n",
                 bases[b]);
        qfp_config *config = load_text(text);
        journey *j = calloc(1, sizeof *j);
        start(config, j);
        checkpoint c = save(j, 0.0);
        for (size_t i = 0; i < 6 + 3 * b; i++)
            c.state[noted[i]] = noted[i] == 10 ? 1.0 - c.state[10] : 0.25 + 0.125 * (double)i;
        OK(qfp_member_load(&j->member, c.count, FROM_MEMORY(c.state)));
        checkpoint again = save(j, 0.0);
        cr_assert(same_numbers(c.state, again.state, c.count), "%s", bases[b]);
        free(c.state);
        free(again.state);
        qfp_member_destroy(&j->member);
        free(j);
        qfp_config_destroy(config);
    }
}

/* What watches it goes on, too. */
Test(resumed, an_unbalanced_theory)
{
    static const char system[] = "operator: \"n + 0.004*x^4\"}\ninitial: {coherent: [0.6]}\n"
                                 "theory: {order: 2, accept_unbalanced: true";
    try_until("0.4", system, "grid: {points: 32, extent: 11.0}");
    try_until("0.4", system, "basis: fock, levels: 14, integrator: krylov");
}
