/* What pictures of runs, theories, ensembles, processes and stationary states show, as data. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../support/configurations.h"
#include "../support/sampling.h"
#include "io/hdf5_access.h"
#include "plot/describe.h"
#include "qfp/steady.h"
#include "qfp/sweep.h"

TestSuite(pictures, .init = scratch_make, .fini = scratch_remove);

static qfp_picture describe(const char *name, bool is_movie)
{
    hid_t file;
    qfp_picture q;
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    OK(qfp_hdf5_open(scratch_path(name), &file));
    OK(qfpi_describe(file, "a file", is_movie, &q));
    H5Fclose(file);
    qfp_hdf5_quiet_end(quiet);
    return q;
}

static const qfp_panel *find_panel(const qfp_picture *q, const char *title)
{
    const qfp_panel *p = q->first;
    while (p != NULL && (p->title == NULL || strcmp(p->title, title) != 0))
        p = p->next;
    return p;
}

static const qfp_panel *panel_of(const qfp_picture *q, const char *title)
{
    const qfp_panel *p = find_panel(q, title);
    cr_assert(p != NULL, "no panel '%s'", title);
    return p;
}

static bool says(const qfp_picture *q, const char *part)
{
    for (size_t i = 0; i < q->note_count; i++)
        if (strstr(q->notes[i], part) != NULL)
            return true;
    return false;
}

/* ---- fields ------------------------------------------------------------------------------------ */

/* H = xp + px squeezes: the drift is (x, −p), and D, the same everywhere, is diag(−, +) or diag(+, −): its two directions
 * are the axes. */
static const char squeezing[] =
    "hamiltonian: {operator: \"(x*p + p*x)/2\"}\n"
    "dissipation: [{operator: a, rate: 0.1}]\ninitial: {coherent: [1.0]}\n"
    "solver: {basis: fourier, tolerance: 1.0e-4}\n"
    "output: {times: [0, 0.1], fields: [drift, diffusion, current],\n"
    "         husimi: {from: -4, to: 4, points: 27}}\n";

Test(pictures, fields_as_arrows_and_needles)
{
    qfp_run_result r = simulate(squeezing, "a.h5");
    qfp_picture q = describe("a.h5", false);
    const qfp_panel *drift = panel_of(&q, "drift"), *d = panel_of(&q, "D: + white, − orange");
    const qfp_layer *arrows = drift->first;
    cr_assert(eq(int, (int)arrows->mark, (int)QFP_ARROWS));
    cr_assert(eq(sz, arrows->count, 80)); /* 9 × 9, every third point, without the middle */
    for (size_t i = 0; i < arrows->count; i++) {
        /* from the middle of an arrow: 0.95 = 1 − γ/2 times x outwards, and p inwards */
        double x = arrows->at[0][i] + 0.5 * arrows->at[2][i];
        double p = arrows->at[1][i] + 0.5 * arrows->at[3][i];
        double ratio = arrows->at[3][i] * 0.95 * x + arrows->at[2][i] * 1.05 * p;
        cr_assert(epsilon_eq(dbl, ratio, 0.0, 1e-9)); /* rounding */
        cr_assert(le(dbl, 0.0, arrows->at[2][i] * x + 1e-12));
    }
    cr_assert(eq(sz, d->layer_count, 2));
    for (size_t i = 0; i < d->first->count; i++) {
        const qfp_layer *plus = d->first, *minus = d->last;
        double dot = plus->at[2][i] * minus->at[2][i] + plus->at[3][i] * minus->at[3][i];
        cr_assert(epsilon_eq(dbl, dot, 0.0, 1e-12)); /* at right angles */
        double along = fmin(fabs(plus->at[2][i]), fabs(plus->at[3][i]));
        cr_assert(epsilon_eq(dbl, along, 0.0, 1e-9)); /* along an axis */
    }
    /* Tr D of loss is 2γ everywhere; the current has one scale for both times */
    const qfp_panel *trace = panel_of(&q, "Tr D(x, p)");
    cr_assert(epsilon_eq(dbl, trace->scale->most, 0.2, 1e-9));
    const qfp_panel *current = panel_of(&q, "current, t = 0");
    cr_assert(current->scale == panel_of(&q, "current, t = 0.1")->scale);
    qfp_picture_destroy(&q);
    qfp_run_result_destroy(&r);
}

/* ---- runs -------------------------------------------------------------------------------------- */

Test(pictures, observables_of_all_kinds)
{
    qfp_run_result r = simulate(
        "hamiltonian: {modes: 2, operator: \"-hc(ad[1]*a[2]) + 0.5*ad[1]^2*a[1]^2\"}\n"
        "initial: {coherent: [1.0, 0.0]}\nsolver: {basis: fock, levels: 10, tolerance: 1.0e-2}\n"
        "output: {times: [0, 0.5], series: {from: 0, to: 0.5, count: 70}, wigner: true,\n"
        "         planes: [[x_1, x_2]], observables: [{name: odd, operator: \"a[1]^2\"}],\n"
        "         husimi: {from: -4, to: 4, points: 21}}\n",
        "a.h5");
    qfp_picture q = describe("a.h5", false);
    const qfp_panel *n = panel_of(&q, "mean quanta");
    cr_assert(eq(sz, n->layer_count, 2));
    cr_assert(eq(int, (int)n->first->mark, (int)QFP_LINE)); /* of the series */
    cr_assert(eq(sz, n->first->count, 70));
    cr_assert(eq(str, (char *)(size_t)n->last->name, "n₂"));
    cr_assert(eq(sz, panel_of(&q, "mean amplitude")->layer_count, 4));
    const qfp_panel *odd = panel_of(&q, "odd");
    cr_assert(eq(str, (char *)(size_t)odd->first->name, "Re odd"));
    cr_assert(eq(str, (char *)(size_t)odd->last->name, "Im odd"));
    cr_assert(says(&q, "energy = "));
    cr_assert(not(says(&q, "truncation")));
    size_t maps = 0, signed_maps = 0;
    for (const qfp_panel *p = q.first; p != NULL; p = p->next) {
        maps += p->map != NULL;
        signed_maps += p->map != NULL && p->scale->is_signed;
    }
    cr_assert(eq(sz, maps, 10)); /* Q and W of two modes and a plane, at two times */
    cr_assert(eq(sz, signed_maps, 4));
    qfp_picture_destroy(&q);
    qfp_run_result_destroy(&r);
}

/* ---- theories ---------------------------------------------------------------------------------- */

Test(pictures, theories_where_they_differ)
{
    qfp_config *config = configuration("theories_quartic", "output.husimi.points=21", NULL, NULL);
    qfp_run_options options = {.output_path = scratch_path("a.h5")};
    qfp_run_result r;
    (void)!qfp_run(config, &options, &r);
    qfp_picture q = describe("a.h5", false);
    const qfp_panel *last = NULL, *change = NULL;
    for (const qfp_panel *p = q.first; p != NULL; p = p->next) {
        last = p->map != NULL && !p->scale->is_signed ? p : last;
        change = p->map != NULL && p->scale->is_signed ? p : change;
    }
    /* one rival is left at the end, where it is farthest off */
    cr_assert(eq(str, (char *)(size_t)last->title, "liouville"));
    cr_assert(eq(str, (char *)(size_t)last->corner, "t = 2"));
    cr_assert(eq(str, (char *)(size_t)change->corner, "liouville − exact"));
    cr_assert(lt(dbl, 0.1, change->scale->most));
    cr_assert(eq(sz, q.note_count, 3)); /* why three stopped */
    cr_assert(says(&q, "M2 stopped: t = 0.005"));
    const qfp_panel *distance = panel_of(&q, "distance of Q, relative");
    cr_assert(eq(sz, distance->layer_count, 4));
    cr_assert(distance->logarithmic[0] && distance->logarithmic[1]);
    qfp_picture_destroy(&q);
    q = describe("a.h5", true);
    cr_assert(eq(sz, q.frame_count, 12));
    qfp_picture_destroy(&q);
    qfp_run_result_destroy(&r);
    qfp_config_destroy(config);
}

/* ---- ensembles and processes ------------------------------------------------------------------- */

static qfp_status draw_sample(const char *name, const char *a, const char *b)
{
    qfp_config *config = configuration(name, a, b, NULL);
    qfp_sample_options options = {.output_path = scratch_path("a.h5")};
    qfp_sample_result r;
    qfp_status status = qfp_sample(config, &options, &r);
    qfp_sample_result_destroy(&r);
    qfp_config_destroy(config);
    return status;
}

/* Without a Q: figures with bands, and which ensemble it is. */
Test(pictures, an_action_shows_what_it_computed)
{
    OK(draw_sample("kerr_action", "ensemble.paths=200", "ensemble.sweeps=4"));
    qfp_picture q = describe("a.h5", false);
    cr_assert(says(&q, "time-symmetric action"));
    cr_assert(says(&q, "bands: standard error of the mean"));
    const qfp_panel *n = panel_of(&q, "mean quanta");
    cr_assert(eq(sz, n->layer_count, 2));
    cr_assert(eq(int, (int)n->first->mark, (int)QFP_BAND));
    for (size_t i = 0; i < n->first->count; i++)
        cr_assert(n->first->at[1][i] < n->last->at[1][i] && n->last->at[1][i] < n->first->at[2][i]);
    qfp_picture_destroy(&q);
}

Test(pictures, an_ensemble_that_stops_says_when_and_why)
{
    qfp_status status = draw_sample("kerr_positive_p_beyond", "ensemble.paths=2000", NULL);
    cr_assert(eq(int, qfp_status_exit(status), 3));
    qfp_picture q = describe("a.h5", false);
    cr_assert(eq(dbl, q.stop_time, 0.15));
    cr_assert(says(&q, "stopped: t = 0.5: the sampling error"));
    const qfp_panel *n = panel_of(&q, "mean quanta");
    cr_assert(n->is_in_time);
    cr_assert(eq(int, (int)n->first->mark, (int)QFP_BAND));
    cr_assert(eq(int, (int)n->last->mark, (int)QFP_CROSSES));  /* exact */
    cr_assert(epsilon_eq(dbl, n->last->at[1][3], 9.0, 1e-12)); /* a sum of levels */
    cr_assert(says(&q, "crosses: exact"));
    qfp_picture_destroy(&q);
}

Test(pictures, a_process_with_its_kernels)
{
    OK(draw_sample("watanabe", "ensemble.paths=4000", "ensemble.steps=10"));
    qfp_picture q = describe("a.h5", false);
    const qfp_panel *forward = panel_of(&q, "forward, preparation 1");
    cr_assert(forward->scale == panel_of(&q, "backward, preparation 2")->scale);
    cr_assert(eq(str, (char *)(size_t)forward->axis[0], "x at t = 0"));
    size_t n = forward->plane.n[0], conditions = 0;
    double step = forward->plane.grid[0][1] - forward->plane.grid[0][0];
    int rank, is_complex;
    size_t shape[16];
    double *counts = NULL; /* [x at t = 0][x at the end] */
    OK(qfp_hdf5_read(scratch_path("a.h5"), "/kernel/counts_1", &rank, shape, &is_complex, &counts));
    for (size_t i = 0; i < n; i++) { /* a density under every condition that was met */
        double sum = 0.0, met = 0.0;
        for (size_t k = 0; k < n; k++) {
            sum += step * forward->map[i * n + k];
            met += counts[i * n + k];
        }
        for (size_t k = 0; k < n && met >= 50.0; k++)
            cr_assert(epsilon_eq(dbl, forward->map[i * n + k] * met * step, counts[i * n + k],
                                 1e-9)); /* rounding */
        if (isnan(sum))
            continue;
        cr_assert(epsilon_eq(dbl, sum, 1.0, 1e-12)); /* rounding */
        conditions++;
    }
    free(counts);
    cr_assert(lt(sz, 5, conditions));
    cr_assert(eq(sz, panel_of(&q, "density at t = 0.5")->layer_count, 4));
    cr_assert(eq(sz, panel_of(&q, "trajectories")->layer_count, 40));
    cr_assert(lt(sz, 4, panel_of(&q, "mean of x")->layer_count)); /* two, exact, bands */
    qfp_picture_destroy(&q);
}

/* ---- two times, stationary states -------------------------------------------------------------- */

Test(pictures, correlations_and_slow_modes)
{
    static const char cavity[] =
        "hamiltonian: {operator: n}\n"
        "dissipation: [{operator: a, rate: 0.9}, {operator: ad, rate: 0.4}]\n"
        "initial: {thermal: {nbar: 0.8}}\nsolver: {basis: fock, levels: 24, tolerance: 1.0e-2}\n"
        "output: {times: [0], husimi: {from: -4, to: 4, points: 9},\n"
        "         correlations: [{left: ad, right: a, at: 0, tau: {to: 20, count: 101}}]}\n";
    qfp_config *config = load_text(cavity);
    qfp_run_options options = {.output_path = scratch_path("a.h5")};
    qfp_run_result r;
    qfp_steady_modes slow;
    OK(qfp_steady(config, &options, &r, &slow));
    qfp_picture q = describe("a.h5", false);
    cr_assert(find_panel(&q, "stationary state") != NULL);
    cr_assert(says(&q, "n₁ = 0.8"));
    const qfp_panel *modes = panel_of(&q, "slowest modes of the generator");
    cr_assert(epsilon_eq(dbl, modes->first->at[0][0], 0.0, 1e-6)); /* what decays not at all */
    const qfp_panel *c = panel_of(&q, "<A(t + tau) B(t)>, A = ad, B = a, t = 0");
    cr_assert(eq(sz, c->first->count, 101));
    cr_assert(epsilon_eq(dbl, c->first->at[1][0], 0.8, 1e-2)); /* the tolerance */
    cr_assert(eq(str, (char *)(size_t)panel_of(&q, "spectrum S(ω)")->axis[0], "ω"));
    qfp_picture_destroy(&q);
    qfp_run_result_destroy(&r);
    qfp_config_destroy(config);
}

/* ---- sweeps ------------------------------------------------------------------------------------ */

/* Against what was swept first, at the last time; a curve for each value of the other, maps for its first. */
Test(pictures, a_sweep_against_its_first_axis)
{
    qfp_config *config =
        load_text("hamiltonian: {parameters: {U: 1.0, V: 0.0}, operator: \"U*n + V*x\"}\n"
                  "initial: {coherent: [1.0]}\nsolver: {basis: fock}\n"
                  "output: {times: [0, 0.5], husimi: {from: -4, to: 4, points: 9}}\n"
                  "sweep: {V: [0, 0.5, 1.5], U: [0, 2]}\n");
    qfp_sweep_options options = {.output_path = scratch_path("a.h5"), .processes = 1};
    qfp_sweep_result r;
    OK(qfp_sweep(config, &options, &r));
    qfp_picture q = describe("a.h5", false);
    cr_assert(says(&q, "at t = 0.5, maps at the first value of U"));
    const qfp_panel *n = panel_of(&q, "mean quanta");
    cr_assert(eq(str, (char *)(size_t)n->axis[0], "V"));
    for (size_t i = 0; i < 3; i++) {
        double V = n->first->at[0][i], kick = 0.5 * V / sqrt(2.0); /* of Im a, after 0.5 */
        cr_assert(epsilon_eq(dbl, n->first->at[1][i], 1.0 + kick * kick, 1e-7)); /* stated */
    }
    cr_assert(eq(str, (char *)(size_t)n->first->name, "U = 0"));
    cr_assert(eq(str, (char *)(size_t)n->last->name, "U = 2"));
    /* exactly: a(t) = e^{-iUt} + (V/(sqrt2 U)) (e^{-iUt} - 1), which is 1 at U t = 2 pi only */
    double c = cos(1.0), s = sin(1.0), shift = 1.5 / (2.0 * sqrt(2.0));
    double re = c + shift * (c - 1.0), im = -s - shift * s;
    cr_assert(epsilon_eq(dbl, n->last->at[1][2], re * re + im * im, 1e-7)); /* stated */
    cr_assert(eq(str, (char *)(size_t)q.first->next->title, "V = 0.5"));
    qfp_picture_destroy(&q);
    q = describe("a.h5", true);
    cr_assert(eq(sz, q.frame_count, 3));
    qfp_picture_destroy(&q);
    qfp_sweep_result_destroy(&r);
    qfp_config_destroy(config);
}

/* Texts have numbers for places and are named where there is room. */
Test(pictures, a_sweep_of_texts)
{
    qfp_config *config = load_text("hamiltonian: {operator: n}\ninitial: {coherent: [1.0]}\n"
                                   "output: {times: [0, 1], husimi: {points: 9}}\n"
                                   "sweep: {hamiltonian.operator: [n, \"2*n\", \"n^2\"], "
                                   "initial.coherent: [\"I\", \"1+I\"]}\n");
    qfp_sweep_options options = {.output_path = scratch_path("a.h5"), .processes = 1};
    qfp_sweep_result r;
    OK(qfp_sweep(config, &options, &r));
    qfp_picture q = describe("a.h5", true);
    cr_assert(says(&q, "hamiltonian_operator: 1 is n, 2 is 2*n, 3 is n^2"));
    cr_assert(eq(str, (char *)(size_t)q.frame_name[1], "hamiltonian_operator = 2*n"));
    const qfp_panel *n = panel_of(&q, "mean quanta");
    cr_assert(eq(str, (char *)(size_t)n->last->name, "initial_coherent = 1+I"));
    cr_assert(eq(dbl, n->last->at[0][2], 3.0));
    cr_assert(epsilon_eq(dbl, n->last->at[1][2], 2.0, 1e-7)); /* stated */
    qfp_picture_destroy(&q);
    qfp_sweep_result_destroy(&r);
    qfp_config_destroy(config);
}
