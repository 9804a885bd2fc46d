/* What a flow states of the error of its state, against what it is: u of the reference's ket on the same grid. */
#include "../support/kept_state.h"
#include "../support/simulate.h"

#include <criterion/new/assert.h>
#include <stdio.h>

#include "run/basis.h"

typedef struct world {
    qfp_config *config;
    qfp_equation equation;
    qfp_plan plan;
    qfp_solution s;
    size_t cells;
    double *u;
} world;

static qfp_status nothing(void *data, double t)
{
    (void)data, (void)t;
    return QFP_OK;
}

/* A solution borrows its equation, so that a world stays where it is. */
static void solve(const char *text, double t, world *out)
{
    const qfp_step_hook plain = {.after_step = nothing};
    *out = (world){.config = load_text(text)};
    OK(qfp_equation_create(out->config, &out->equation));
    OK(qfp_basis_plan(out->config, &out->equation, &out->plan));
    OK(qfp_basis_fourier.create(out->config, &out->equation, &out->plan, &out->s));
    if (t > 0.0)
        OK(qfp_basis_fourier.advance(out->s.self, t, &plain));
    out->cells = (size_t)out->plan.cells;
    out->u = malloc(qfp_basis_fourier.state_count(out->s.self) * sizeof *out->u);
    OK(qfp_basis_fourier.save(out->s.self, TO_MEMORY(out->u)));
}

static double stated(world *w)
{
    double *values = malloc(2 * w->s.observable_count * sizeof *values), state;
    OK(qfp_basis_fourier.means(w->s.self, values));
    OK(qfp_basis_fourier.diagnose(w->s.self, values + w->s.mean_count));
    OK(qfp_basis_fourier.errors(w->s.self, values, &state, values + w->s.observable_count));
    free(values);
    return state;
}

static void end(world *w)
{
    qfp_basis_fourier.destroy(w->s.self);
    free(w->s.observables);
    free(w->s.degrees);
    qfp_equation_destroy(&w->equation);
    qfp_config_destroy(w->config);
    free(w->u);
}

/* Stated over true. */
static double overstated(const char *system, int points, double t)
{
    char text[2048];
    double apart = 0.0, size = 0.0, extent = sqrt(M_PI * points);
    world flow, right;
    snprintf(text, sizeof text,
             "%s\nsolver: {basis: reference, tolerance: 1.0e-11}\n"
             "output: {times: [0, %g], husimi: {points: 3}, state: {times: last}}\n",
             system, t);
    qfp_run_result exact = simulate(text, "exact.h5");
    snprintf(text, sizeof text,
             "%s\nsolver: {basis: fourier, integrator: split, grid: {points: %d, extent: %.15g}}\n"
             "output: {times: [0, %g], husimi: {points: 3}}\nbackend: cpu\n",
             system, points, extent, t);
    solve(text, t, &flow);
    double says = stated(&flow);
    const char *initial = strstr(system, "initial:");
    snprintf(text, sizeof text,
             "%.*sinitial: {file: {path: %s, dataset: /state/ket}}\nsolver: {basis: fourier, "
             "integrator: krylov, grid: {points: %d, extent: %.15g}}\n"
             "output: {times: [0, 1], husimi: {points: 3}}\nbackend: cpu\n",
             (int)(initial - system), system, scratch_path("exact.h5"), points, extent);
    solve(text, 0.0, &right);
    for (size_t i = 0; i < flow.cells; i++) {
        apart += pow(flow.u[i] - right.u[i], 2.0);
        size += pow(right.u[i], 2.0);
    }
    end(&flow);
    end(&right);
    qfp_run_result_destroy(&exact);
    double truth = sqrt(apart / size);
    cr_log_info("%.60s, %d points, t = %g: %.2e, stated %.2e\n", system, points, t, truth, says);
    cr_assert(le(dbl, truth, says), "%s, %d points, t = %g", system, points, t);
    return truth > 1e-8 ? says / truth : 1.0;
}

/* What is cut differs: tails beyond the box along one axis (rotations, Kerr), number states that H leaves (wells, cubic),
 * corners (the two-photon drive), both modes. */
Test(flow_truth, the_state_is_off_by_less_than_is_stated_and_not_by_much_less, .init = scratch_make,
     .fini = scratch_remove)
{
    static const struct {
        const char *system;
        int points[2];
    } cases[] = {
        {"hamiltonian: {modes: 1, operator: 0.5*ad^2*a^2 + 0.7*(a + ad)}\n"
         "initial: {coherent: [1.2]}",
         {32, 56}},
        {"hamiltonian: {modes: 1, operator: 0.5*p^2 - 0.5*x^2 + 0.05*x^4}\n"
         "initial: {coherent: [1.0]}",
         {48, 80}},
        {"hamiltonian: {modes: 1, operator: '0.1*I*(ad^2 - a^2) + 0.1*n^2'}\n"
         "initial: {coherent: [0.8]}",
         {40, 64}},
        {"hamiltonian: {modes: 1, operator: n + 0.04*x^3 + 0.1*p}\ninitial: {fock: [2]}", {40, 72}},
        {"hamiltonian: {modes: 1, operator: 0.5*ad^2*a^2 - 1.5*(a^2 + ad^2)}\n"
         "initial: {coherent: [0]}",
         {40, 56}},
        {"hamiltonian: {modes: 1, operator: n}\ninitial: {coherent: [2.5]}", {72, 96}},
        {"hamiltonian: {modes: 1, operator: 0.2*ad^2*a^2 + 0.3*x}\n"
         "initial: {superposition: [{coherent: [1.5], weight: 1}, {coherent: [-1.5], weight: 1}]}",
         {48, 80}},
        {"hamiltonian: {modes: 1, operator: 0.5*ad^2*a^2}\n"
         "initial: {squeezed: {alpha: 0.5, r: 0.6, phi: 1.0}}",
         {48, 80}},
        {"hamiltonian: {modes: 2, operator: \"-hc(ad[1]*a[2]) + sum(j, 0.25*ad[j]^2*a[j]^2)\"}\n"
         "initial: {coherent: [0.8, -0.3]}",
         {20, 22}},
        {"hamiltonian: {modes: 2, operator: \"0.5*hc(ad[1]^2*a[2])\"}\n"
         "initial: {coherent: [0.8, 0.3]}",
         {20, 22}},
    };
    double sum = 0.0, count = 0.0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int p = 0; p < 2; p++) { /* a tail may be cut where it would be out of the box later */
            double times = overstated(cases[i].system, cases[i].points[p], p == 0 ? 0.3 : 1.5);
            cr_assert(lt(dbl, times, 1000.0), "%s, %d points", cases[i].system, cases[i].points[p]);
            sum += log(times);
            count += 1.0;
        }
    cr_log_info("on average %.1f times\n", exp(sum / count));
    cr_assert(lt(dbl, exp(sum / count), 30.0));
}
