/* What a run by the exact flow of one mode states of its errors: against the reference, on grids that are too
 * small, so that there is something to state. */
#include "../support/kept_state.h"
#include "../support/simulate.h"

#include <criterion/new/assert.h>
#include <stdio.h>

#include "evolve/propagator.h"
#include "run/basis.h"

static qfp_run_result run(const char *system, const char *solver, const char *name)
{
    char text[1024];
    snprintf(text, sizeof text,
             "%s\nsolver: {%s}\noutput: {husimi: {points: 3}, times: [0, 0.3, 1.5, 6]}\n"
             "backend: cpu\n",
             system, solver);
    return simulate(text, name);
}

/* The factor by which errors are overstated, at its median over means and times; none is understated. */
static double overstated(const char *system, int points)
{
    static const char *const means[] = {"n_1",     "re_a_1",  "im_a_1", "var_x_1",
                                        "var_p_1", "var_n_1", "purity", "energy"};
    char solver[128];
    double sum = 0.0, count = 0.0;
    snprintf(solver, sizeof solver, "basis: fourier, integrator: split, grid: {points: %d}",
             points);
    scratch_make();
    qfp_run_result flow = run(system, solver, "flow.h5");
    qfp_run_result exact = run(system, "basis: reference", "exact.h5");
    for (size_t m = 0; m < sizeof means / sizeof *means; m++)
        for (size_t t = 0; t < 4; t++) {
            double truth = fabs(observable(&flow, means[m], t) - observable(&exact, means[m], t));
            double limit = stated_error(&flow, means[m], t) + stated_error(&exact, means[m], t);
            cr_assert(le(dbl, truth, limit), "%s, %d points, %s at t[%zu]", system, points,
                      means[m], t);
            if (truth > 1e-12) {
                sum += log(limit / truth);
                count += 1.0;
            }
        }
    qfp_run_result_destroy(&flow);
    qfp_run_result_destroy(&exact);
    scratch_remove();
    return count > 0.0 ? exp(sum / count) : 1.0;
}

#define KERR                                                                                       \
    "hamiltonian: {modes: 1, operator: 0.5*ad^2*a^2 + 0.7*(a + ad)}\ninitial: {coherent: [1.2]}"
#define WELL                                                                                       \
    "hamiltonian: {modes: 1, operator: 0.5*p^2 - 0.5*x^2 + 0.05*x^4}\ninitial: {coherent: [1.0]}"
#define SQUEEZER                                                                                   \
    "hamiltonian: {modes: 1, operator: '0.1*I*(ad^2 - a^2) + 0.1*n^2'}\ninitial: {coherent: "      \
    "[0.8]}"

/* What each system loses differs: Kerr the tail beyond the box, the well the projection on number states, the
 * squeezer both, with moments to first order in the ket. */
Test(split_errors, no_mean_is_off_by_more_than_is_stated)
{
    static const int points[] = {40, 48, 64};
    for (size_t i = 0; i < 3; i++) {
        double kerr = overstated(KERR, points[i]), well = overstated(WELL, points[i]),
               squeezer = overstated(SQUEEZER, points[i]);
        cr_log_info("%d points: %.0f %.0f %.0f times\n", points[i], kerr, well, squeezer);
        cr_assert(lt(dbl, fmax(fmax(kerr, well), squeezer), 2000.0));
    }
}

/* ---- there and back, in one step or many, and from a checkpoint in between ------------------- */

typedef struct caught {
    const qfp_solution *s;
    double *state; /* after the third step */
    int steps;
    double time;
} caught;

static qfp_status catch_third(void *data, double t)
{
    caught *c = data;
    if (++c->steps != 3)
        return QFP_OK;
    c->time = t;
    return qfp_basis_fourier.save(c->s->self, TO_MEMORY(c->state));
}

static qfp_status nothing(void *data, double t)
{
    (void)data, (void)t;
    return QFP_OK;
}

typedef struct world {
    qfp_config *config;
    qfp_equation equation;
    qfp_plan plan;
    qfp_solution s;
    size_t count, cells;
} world;

static world begin(const char *text)
{
    world w = {.config = load_text(text)};
    OK(qfp_equation_create(w.config, &w.equation));
    OK(qfp_basis_plan(w.config, &w.equation, &w.plan));
    OK(qfp_basis_fourier.create(w.config, &w.equation, &w.plan, &w.s));
    w.count = qfp_basis_fourier.state_count(w.s.self);
    w.cells = (size_t)w.plan.cells;
    return w;
}

static void end(world *w)
{
    qfp_basis_fourier.destroy(w->s.self);
    free(w->s.observables);
    free(w->s.degrees);
    qfp_equation_destroy(&w->equation);
    qfp_config_destroy(w->config);
}

#define DRIVEN                                                                                     \
    "hamiltonian: {modes: 1, operator: 0.5*ad^2*a^2 + 0.7*(a + ad) + 0.3*p^2}\n"                   \
    "initial: {squeezed: {alpha: '1.0+0.5*I', r: 0.3, phi: 0.4}}\n"                                \
    "solver: {basis: fourier, integrator: split, grid: {points: 96}}\n"                            \
    "output: {times: [0, 1.3], husimi: {points: 3}}\nbackend: cpu\n"

Test(split_errors, a_run_goes_on_from_the_middle_of_an_interval_to_the_bit)
{
    scratch_make();
    world whole = begin(DRIVEN), resumed = begin(DRIVEN);
    double *middle = malloc(whole.count * sizeof *middle), *one = malloc(whole.count * sizeof *one),
           *other = malloc(whole.count * sizeof *other);
    caught c = {.s = &whole.s, .state = middle};
    const qfp_step_hook catching = {.after_step = catch_third, .data = &c},
                        plain = {.after_step = nothing};
    OK(qfp_basis_fourier.advance(whole.s.self, 1.3, &catching));
    cr_assert(c.time > 0.0 && c.time < 1.0);
    OK(qfp_basis_fourier.load(resumed.s.self, c.time, whole.count, FROM_MEMORY(middle)));
    OK(qfp_basis_fourier.advance(resumed.s.self, 1.3, &plain));
    OK(qfp_basis_fourier.save(whole.s.self, TO_MEMORY(one)));
    OK(qfp_basis_fourier.save(resumed.s.self, TO_MEMORY(other)));
    cr_assert(eq(int, memcmp(one, other, whole.cells * sizeof *one), 0));
    free(middle);
    free(one);
    free(other);
    end(&whole);
    end(&resumed);
    scratch_remove();
}

/* P → −P of u [n][n], n even: the first point of the axis, −L/2, is its own image. */
static void reverse(const double *u, size_t n, double *out)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++)
            out[i * n + k] = u[i * n + (n - k) % n];
}

/* H(Q, P) = H(Q, −P), so that T e^{tL} T e^{tL} u = u (Eq. 19), and ‖u‖ stays what it was, to rounding. */
Test(split_errors, the_way_back_ends_where_it_began)
{
    const qfp_step_hook plain = {.after_step = nothing};
    scratch_make();
    world there = begin(DRIVEN), back = begin(DRIVEN);
    size_t n = (size_t)there.plan.points[0];
    double *first = malloc(there.count * sizeof *first), *at = malloc(there.count * sizeof *at),
           *last = malloc(there.count * sizeof *last),
           *back_again = malloc(there.cells * sizeof *last), moved = 0.0, apart = 0.0, own = 0.0,
           later = 0.0;
    OK(qfp_basis_fourier.save(there.s.self, TO_MEMORY(first)));
    OK(qfp_basis_fourier.advance(there.s.self, 1.3, &plain));
    OK(qfp_basis_fourier.save(there.s.self, TO_MEMORY(at)));
    OK(qfp_basis_fourier.save(back.s.self, TO_MEMORY(last)));
    reverse(at, n, last); /* behind it stands the history of `back`, which is at t = 0 */
    OK(qfp_basis_fourier.load(back.s.self, 0.0, there.count, FROM_MEMORY(last)));
    OK(qfp_basis_fourier.advance(back.s.self, 1.3, &plain));
    OK(qfp_basis_fourier.save(back.s.self, TO_MEMORY(last)));
    reverse(last, n, back_again);
    for (size_t i = 0; i < there.cells; i++) {
        moved += (at[i] - first[i]) * (at[i] - first[i]);
        apart += (back_again[i] - first[i]) * (back_again[i] - first[i]);
        own += first[i] * first[i];
        later += at[i] * at[i];
    }
    cr_assert(sqrt(moved / own) > 0.5);
    cr_assert(lt(dbl, sqrt(apart / own), 1e-10));
    cr_assert(lt(dbl, fabs(later / own - 1.0), 1e-12));
    free(first);
    free(at);
    free(last);
    free(back_again);
    end(&there);
    end(&back);
    scratch_remove();
}
