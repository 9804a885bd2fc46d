/* What every basis owes a checkpoint and its observer. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../support/kept_state.h"
#include "../support/simulate.h"
#include "run/member.h"

TestSuite(solution, .init = scratch_make, .fini = scratch_remove);

/* Those with checkpoints. */
static const char *const bases[] = {"basis: fourier, grid: {points: 32, extent: 13.0}",
                                    "basis: fock, levels: 14"};
enum { BASES = 2 };

static qfp_config *config_of(const char *solver)
{
    char text[512];
    snprintf(text, sizeof text,
             "hamiltonian: {operator: \"n + 0.1*x^3\"}\ninitial: {coherent: [0.4]}\n"
             "solver: {%s, tolerance: 1.0e-4}\nbackend: cpu\n"
             "output: {times: [0, 0.2], husimi: {points: 9}}\n",
             solver);
    return load_text(text);
}

static qfp_status nothing_to_do(void *data, double t)
{
    (void)data, (void)t;
    return QFP_OK;
}

static void start(const qfp_config *config, qfp_member *m)
{
    OK(qfp_member_prepare(config, 0, m));
    OK(qfp_member_start(m));
}

static bool has_observable(const qfp_member *m, const char *name)
{
    bool found = false;
    for (size_t k = 0; k < m->solution.observable_count; k++)
        found = found || strcmp(m->solution.observables[k].name, name) == 0;
    return found;
}

/* One number less or more is another run's; the right number brings back the values to the bit. */
Test(solution, a_checkpoint_has_the_size_of_its_run)
{
    const qfp_step_hook hook = {.after_step = nothing_to_do};
    for (int b = 0; b < BASES; b++) {
        qfp_config *config = config_of(bases[b]);
        qfp_member m, other;
        start(config, &m);
        start(config, &other);
        OK(m.basis->advance(m.solution.self, 0.2, &hook));
        OK(qfp_member_observe(&m));
        size_t count = m.basis->state_count(m.solution.self);
        double *state = calloc(count + 1, sizeof *state);
        OK(m.basis->save(m.solution.self, TO_MEMORY(state)));
        for (int more = -1; more <= 1; more += 2) {
            size_t wrong = more < 0 ? count - 1 : count + 1;
            cr_assert(
                eq(int, (int)other.basis->load(other.solution.self, 0.2, wrong, FROM_MEMORY(state)),
                   QFP_USAGE),
                "%s %d", bases[b], more);
            cr_assert(strstr(qfp_last_error(), "checkpoint") != NULL, "%s", qfp_last_error());
        }
        OK(other.basis->load(other.solution.self, 0.2, count, FROM_MEMORY(state)));
        other.time = 0.2;
        OK(qfp_member_observe(&other));
        for (size_t i = 0; i < m.solution.mean_count; i++)
            cr_assert(eq(dbl, m.values[i], other.values[i]), "%s: %s", bases[b],
                      m.solution.observables[i].name);
        free(state);
        qfp_member_destroy(&m);
        qfp_member_destroy(&other);
        qfp_config_destroy(config);
    }
}

/* A state that is no number reaches no series, whatever watches it otherwise. */
Test(solution, a_value_that_is_no_number_is_not_written)
{
    qfp_config *config = config_of(bases[0]);
    qfp_member m;
    start(config, &m);
    size_t count = m.basis->state_count(m.solution.self);
    double *state = calloc(count, sizeof *state);
    OK(m.basis->save(m.solution.self, TO_MEMORY(state)));
    for (size_t i = 0; i < 32 * 32; i++)
        state[i] = NAN;
    OK(m.basis->load(m.solution.self, 0.1, count, FROM_MEMORY(state)));
    m.time = 0.1;
    cr_assert(eq(int, (int)qfp_member_observe_series(&m), QFP_NOT_FINITE));
    cr_assert(strstr(qfp_last_error(), "t = 0.1") != NULL, "%s", qfp_last_error());
    free(state);
    qfp_member_destroy(&m);
    qfp_config_destroy(config);
}

/* Eq. (56) holds where L is of second order: for Kerr, and not for a cubic. */
Test(solution, the_residual_belongs_to_second_order)
{
    static const char *const operators[] = {"0.5*ad^2*a^2", "n + 0.1*x^3"};
    for (int i = 0; i < 2; i++) {
        char text[512];
        snprintf(text, sizeof text,
                 "hamiltonian: {operator: \"%s\"}\ninitial: {coherent: [0.4]}\n"
                 "solver: {%s, tolerance: 1.0e-4}\nbackend: cpu\n"
                 "output: {times: [0, 0.2], husimi: {points: 9}}\n",
                 operators[i], bases[0]);
        qfp_config *config = load_text(text);
        qfp_member m;
        start(config, &m);
        cr_assert(eq(int, has_observable(&m, "fpe_residual"), i == 0));
        qfp_member_destroy(&m);
        qfp_config_destroy(config);
    }
}

/* Liouville's theory has no diffusion: Eq. (56) with D would not be its equation, by a share of order
 * one; on this grid the rest is the grid's, below 1e-3. */
Test(solution, the_residual_of_first_order_knows_no_diffusion)
{
    qfp_config *config = load_text(
        "hamiltonian: {operator: \"0.5*ad^2*a^2\"}\ninitial: {coherent: [1.0]}\n"
        "theory: {order: 1}\nsolver: {grid: {points: 48, extent: 14.0}, tolerance: 1.0e-4}\n"
        "backend: cpu\noutput: {times: [0, 0.1], husimi: {points: 9}}\n");
    qfp_member m;
    start(config, &m);
    OK(qfp_member_observe(&m));
    for (size_t k = 0; k < m.solution.observable_count; k++)
        if (strcmp(m.solution.observables[k].name, "fpe_residual") == 0)
            cr_assert(lt(dbl, m.values[k], 1e-3), "%g", m.values[k]);
    cr_assert(has_observable(&m, "fpe_residual"));
    qfp_member_destroy(&m);
    qfp_config_destroy(config);
}

/* Both parts of an amplitude, in every basis: of a coherent state at the start they are those of α. */
Test(solution, amplitudes_have_two_parts)
{
    static const char *const all[] = {"basis: fourier, grid: {points: 32, extent: 13.0}",
                                      "basis: fock, levels: 14", "basis: reference, levels: 14"};
    for (int b = 0; b < 3; b++) {
        char text[512];
        snprintf(text, sizeof text,
                 "hamiltonian: {operator: n}\ninitial: {coherent: ['0.4-0.3*I']}\n"
                 "solver: {%s, tolerance: 1.0e-4}\nbackend: cpu\n"
                 "output: {times: [0, 0.2], husimi: {points: 9}}\n",
                 all[b]);
        qfp_config *config = load_text(text);
        qfp_member m;
        start(config, &m);
        OK(qfp_member_observe(&m));
        for (size_t k = 0; k < m.solution.observable_count; k++) {
            const char *name = m.solution.observables[k].name;
            if (strcmp(name, "re_a_1") == 0)
                cr_assert(epsilon_eq(dbl, m.values[k], 0.4, 1e-4), "%s", all[b]);
            if (strcmp(name, "im_a_1") == 0)
                cr_assert(epsilon_eq(dbl, m.values[k], -0.3, 1e-4), "%s", all[b]);
        }
        qfp_member_destroy(&m);
        qfp_config_destroy(config);
    }
}

/* Tr ρ² is an integral of u² where u is the Wigner function only: at the ordering ½. */
Test(solution, purity_belongs_to_the_wigner_function)
{
    static const char *const orderings[] = {"0.5", "0.25"};
    for (int i = 0; i < 2; i++) {
        char solver[128];
        snprintf(solver, sizeof solver, "%s, ordering: %s", bases[0], orderings[i]);
        qfp_config *config = config_of(solver);
        qfp_member m;
        start(config, &m);
        cr_assert(eq(int, has_observable(&m, "purity"), i == 0));
        qfp_member_destroy(&m);
        qfp_config_destroy(config);
    }
}
