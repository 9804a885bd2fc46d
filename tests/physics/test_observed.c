/* `observed`: what was measured beside what a run computes, against closed forms. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <complex.h>
#include <hdf5.h>

#include "../support/simulate.h"
#include "io/config_keys.h"
#include "io/hdf5_access.h"
#include "plot/describe.h"

enum { POINTS = 5 };
static const double times[POINTS] = {0.1, 0.25, 0.5, 0.75, 1.0};
/* In standard errors, of a decay that is otherwise exact: their squares add up to 9.25. */
static const double off[POINTS] = {1.0, -2.0, 0.5, 0.0, 2.0};
static const double errors[POINTS] = {0.1, 0.1, 0.05, 0.05, 0.02};

static void write_list(hid_t file, const char *name, const double *values, hsize_t count)
{
    hid_t links = H5Pcreate(H5P_LINK_CREATE), space = H5Screate_simple(1, &count, NULL);
    H5Pset_create_intermediate_group(links, 1);
    hid_t dataset =
        H5Dcreate2(file, name, H5T_NATIVE_DOUBLE, space, links, H5P_DEFAULT, H5P_DEFAULT);
    cr_assert(0 <= H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values));
    H5Dclose(dataset);
    H5Sclose(space);
    H5Pclose(links);
}

/* |α|² e^{−γt} of a coherent state, measured; what is wrong stands beside it. */
static void write_measurement(void)
{
    static const double zeros[POINTS] = {0.0}, backwards[2] = {1.0, 0.5}, late[1] = {3.0};
    double n[POINTS];
    for (int i = 0; i < POINTS; i++)
        n[i] = 4.0 * exp(-0.5 * times[i]) + off[i] * errors[i];
    hid_t file = H5Fcreate(scratch_path("lab.h5"), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    write_list(file, "/lab/n_1", n, POINTS);
    write_list(file, "/lab/time", times, POINTS);
    write_list(file, "/lab/error", errors, POINTS);
    write_list(file, "/lab/n_1_error", errors, POINTS);
    write_list(file, "/lab/zeros", zeros, POINTS);
    write_list(file, "/back/n_1", n, 2);
    write_list(file, "/back/time", backwards, 2);
    write_list(file, "/late/n_1", n, 1);
    write_list(file, "/late/time", late, 1);
    write_list(file, "/short/n_1", n, 3);
    H5Fclose(file);
}

static void prepare(void)
{
    scratch_make();
    write_measurement();
}

TestSuite(observed, .init = prepare, .fini = scratch_remove);

#define SYSTEM                                                                                     \
    "hamiltonian: {operator: \"n\"}\ndissipation: [{operator: a, rate: 0.5}]\n"                    \
    "initial: {coherent: [2.0]}\nsolver: {basis: fock}\n"                                          \
    "output: {times: [0, 1.0], husimi: {from: -5, to: 5, points: 9}}\n"

Test(observed, chi_squared_of_a_known_decay)
{
    qfp_run_result r = simulate(SYSTEM "observed: {file: lab.h5, dataset: /lab/n_1, "
                                       "error: /lab/error}\n",
                                "a.h5");
    const qfp_theory_result *t = &r.theories[0];
    cr_assert(eq(sz, t->observed_count, 1));
    cr_assert(eq(str, t->observed[0].name, "n_1"));
    cr_assert(eq(sz, t->observed[0].points, POINTS));
    cr_assert(epsilon_eq(dbl, t->observed[0].chi2, 9.25, 1e-5)); /* the run is exact to 1e-7 */
    double *computed = NULL, *series = NULL;
    int rank, is_complex;
    size_t shape[16];
    OK(qfp_hdf5_read(scratch_path("a.h5"), "/observed/1/computed", &rank, shape, &is_complex,
                     &computed));
    for (int i = 0; i < POINTS; i++)
        cr_assert(epsilon_eq(dbl, computed[i], 4.0 * exp(-0.5 * times[i]), 1e-7));
    free(computed);
    OK(qfp_hdf5_read(scratch_path("a.h5"), "/observed/1/chi2", &rank, shape, &is_complex,
                     &computed));
    cr_assert(rank == 0 && computed[0] == t->observed[0].chi2);
    /* without a series of its own the run has one by way of its output times and these */
    OK(qfp_hdf5_read(scratch_path("a.h5"), "/series/n_1", &rank, shape, &is_complex, &series));
    cr_assert(eq(sz, shape[0], POINTS + 1));
    cr_assert(epsilon_eq(dbl, series[0], 4.0, 1e-7));
    free(computed);
    free(series);
    qfp_run_result_destroy(&r);
}

Test(observed, a_list_and_one_error_for_all)
{
    qfp_run_result r = simulate(SYSTEM "observed: [{file: lab.h5, dataset: /lab/n_1, error: 0.1}, "
                                       "{file: lab.h5, dataset: /lab/n_1, error: 1.0}]\n",
                                "a.h5");
    const qfp_theory_result *t = &r.theories[0];
    double sum = 0.0;
    for (int i = 0; i < POINTS; i++)
        sum += pow(off[i] * errors[i], 2.0);
    cr_assert(eq(sz, t->observed_count, 2));
    cr_assert(epsilon_eq(dbl, t->observed[0].chi2, 100.0 * sum, 1e-4));
    cr_assert(epsilon_eq(dbl, t->observed[1].chi2, sum, 1e-6));
    qfp_run_result_destroy(&r);
}

Test(observed, the_points_are_drawn_with_their_errors)
{
    hid_t file;
    qfp_picture q;
    qfp_run_result r = simulate(SYSTEM "observed: {file: lab.h5, dataset: /lab/n_1, "
                                       "error: /lab/error}\n",
                                "a.h5");
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    OK(qfp_hdf5_open(scratch_path("a.h5"), &file));
    OK(qfpi_describe(file, "a.h5", false, &q));
    H5Fclose(file);
    qfp_hdf5_quiet_end(quiet);
    const qfp_layer *points = NULL;
    for (const qfp_panel *p = q.first; p != NULL; p = p->next)
        if (p->last != NULL && p->last->mark == QFP_ERRORS) {
            cr_assert(eq(str, (char *)(size_t)p->title, "mean quanta"));
            points = p->last;
        }
    cr_assert(points != NULL);
    cr_assert(eq(sz, points->count, POINTS));
    cr_assert(eq(dbl, points->at[2][4], errors[4]));
    cr_assert(eq(str, (char *)(size_t)q.notes[0], "circles: n₁ observed, χ² = 9.25 of 5 points"));
    qfp_picture_destroy(&q);
    qfp_run_result_destroy(&r);
}

/* What another run has at the end is the measurement: χ² from the two files. */
Test(observed, a_measured_q_of_each_mode)
{
    static const char system[] =
        "hamiltonian: {modes: 2, operator: \"%s*n[1] + n[2]\"}\ninitial: {coherent: [1.0, 0.5]}\n"
        "solver: {basis: fock, levels: 12, tolerance: 1.0e-2}\n"
        "output: {times: [0, 1.0], husimi: {from: -5, to: 5, points: %d}}\n%s";
    char text[1024], name[32];
    snprintf(text, sizeof text, system, "1.0", 9, "");
    qfp_run_result r = simulate(text, "q.h5");
    qfp_run_result_destroy(&r);
    snprintf(text, sizeof text, system, "1.5", 9,
             "observed: [{file: q.h5, dataset: /husimi/mode_1, error: 0.01},\n"
             "           {file: q.h5, dataset: /husimi/mode_2, error: 0.01}]\n");
    r = simulate(text, "a.h5");
    for (int j = 1; j <= 2; j++) {
        double *a = NULL, *b = NULL, sum = 0.0;
        int rank, is_complex;
        size_t shape[16];
        snprintf(name, sizeof name, "/husimi/mode_%d", j);
        OK(qfp_hdf5_read(scratch_path("a.h5"), name, &rank, shape, &is_complex, &a));
        OK(qfp_hdf5_read(scratch_path("q.h5"), name, &rank, shape, &is_complex, &b));
        for (size_t i = 81; i < 162; i++) /* the last of two times */
            sum += pow((a[i] - b[i]) / 0.01, 2.0);
        const qfp_observed_result *o = &r.theories[0].observed[j - 1];
        cr_assert(eq(sz, o->points, 81));
        cr_assert(epsilon_eq(dbl, o->chi2, sum, 1e-6 * (1.0 + sum))); /* rounding of files */
        cr_assert(j == 1 ? sum > 100.0 : sum < 1.0); /* the second mode is the same in both */
        free(a);
        free(b);
    }
    qfp_run_result_destroy(&r);
}

enum { NX = 5, NP = 4 };
static const double own_x[NX] = {-2.0, -0.5, 1.0, 2.5, 4.0}, own_p[NP] = {-1.5, -0.5, 0.5, 1.5};

/* Q of a coherent state of mode 2 that has turned, with κ = ½ and ℓ = 2: d²α is normalised to 1. */
static double exact_q(double x, double p)
{
    double complex alpha = (x / 2.0 + I * p * 2.0 / 0.5) / sqrt(2.0);
    double complex at = 0.5 * cexp(-I * 2.0 * 0.3 / 0.5); /* frequency 2 over κ, at t = 0.3 */
    return exp(-pow(cabs(alpha - at), 2.0)) / M_PI;
}

static void write_own_q(void)
{
    double q[NX * NP], error[NX * NP], zero[NX * NP] = {0.0};
    hsize_t shape[2] = {NX, NP};
    hid_t file = H5Fcreate(scratch_path("own.h5"), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t space = H5Screate_simple(2, shape, NULL), links = H5Pcreate(H5P_LINK_CREATE);
    H5Pset_create_intermediate_group(links, 1);
    for (int i = 0; i < NX * NP; i++) {
        error[i] = 0.01 * (1 + i);
        q[i] = exact_q(own_x[i / NP], own_p[i % NP]) + (i == 6 ? 3.0 : -1.0) * error[i];
    }
    const char *const names[] = {"/lab/mode_2", "/lab/error", "/lab/zero", "/bare/mode_2"};
    const double *const values[] = {q, error, zero, q};
    for (int k = 0; k < 4; k++) {
        hid_t dataset =
            H5Dcreate2(file, names[k], H5T_NATIVE_DOUBLE, space, links, H5P_DEFAULT, H5P_DEFAULT);
        H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values[k]);
        H5Dclose(dataset);
    }
    write_list(file, "/lab/x", own_x, NX);
    write_list(file, "/lab/p", own_p, NP);
    H5Sclose(space);
    H5Pclose(links);
    H5Fclose(file);
}

#define TURNED                                                                                     \
    "hamiltonian: {modes: 2, operator: \"n[1] + 2*n[2]\"}\nkappa: 0.5\nlengths: [1, 2]\n"          \
    "initial: {coherent: [1.0, 0.5]}\nsolver: {basis: %s, tolerance: 1.0e-6%s}\n"                  \
    "output: {times: [0, 0.3], husimi: {points: 7}}\nobserved: {file: own.h5, %s}\n"

/* On axes of its own, an error for every number: one is three errors away, all others one.  Of the reference in kets, of
 * Fock in a density matrix. */
Test(observed, a_q_on_axes_of_its_own)
{
    static const char *const bases[] = {"reference", "fock"};
    char text[1024];
    write_own_q();
    for (int b = 0; b < 2; b++) {
        snprintf(text, sizeof text, TURNED, bases[b], "",
                 "dataset: /lab/mode_2, error: /lab/error");
        qfp_run_result r = simulate(text, "a.h5");
        const qfp_observed_result *o = &r.theories[0].observed[0];
        double *computed = NULL, *x = NULL;
        int rank, is_complex;
        size_t shape[16];
        cr_assert(eq(sz, o->points, NX * NP));
        cr_assert(epsilon_eq(dbl, o->chi2, NX * NP - 1 + 9.0, 1e-2)); /* 1e-6 of errors of 0.01 */
        OK(qfp_hdf5_read(scratch_path("a.h5"), "/observed/1/computed", &rank, shape, &is_complex,
                         &computed));
        cr_assert(rank == 2 && shape[0] == NX && shape[1] == NP);
        for (int i = 0; i < NX * NP; i++)
            cr_assert(epsilon_eq(dbl, computed[i], exact_q(own_x[i / NP], own_p[i % NP]), 1e-6));
        OK(qfp_hdf5_read(scratch_path("a.h5"), "/observed/1/x", &rank, shape, &is_complex, &x));
        cr_assert(rank == 1 && shape[0] == NX && x[3] == own_x[3]);
        free(computed);
        free(x);
        qfp_run_result_destroy(&r);
    }
}

/* What is drawn of it has its own axes too. */
Test(observed, a_q_on_axes_of_its_own_is_drawn)
{
    char text[1024];
    hid_t file;
    qfp_picture q;
    int maps = 0;
    write_own_q();
    snprintf(text, sizeof text, TURNED, "fock", "", "dataset: /lab/mode_2, error: 0.1");
    qfp_run_result r = simulate(text, "a.h5");
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    OK(qfp_hdf5_open(scratch_path("a.h5"), &file));
    OK(qfpi_describe(file, "a.h5", false, &q));
    H5Fclose(file);
    qfp_hdf5_quiet_end(quiet);
    for (const qfp_panel *p = q.first; p != NULL; p = p->next)
        if (p->map != NULL && p->plane.n[0] == NX && p->plane.n[1] == NP) {
            cr_assert(p->plane.grid[0][4] == own_x[4] && p->plane.grid[1][0] == own_p[0]);
            maps++;
        }
    cr_assert(eq(int, maps, 2));
    qfp_picture_destroy(&q);
    qfp_run_result_destroy(&r);
}

/* Where a grid cannot give its state the basis says so, and what to do. */
Test(observed, a_q_on_axes_of_its_own_needs_the_state)
{
    char text[1024];
    qfp_run_result r = {0};
    qfp_run_options options = {.output_path = scratch_path("b.h5")};
    write_own_q();
    snprintf(text, sizeof text, TURNED, "fourier",
             ", ordering: 0.4, grid: {points: 16, extent: 12.0}",
             "dataset: /lab/mode_2, error: 0.1");
    qfp_config *config = load_text(text);
    cr_assert(eq(int, (int)qfp_run(config, &options, &r), QFP_UNSUPPORTED));
    cr_assert(strstr(qfp_last_error(), "observed, on axes that are not output.husimi's") != NULL,
              "%s", qfp_last_error());
    qfp_config_destroy(config);
}

Test(observed, the_example_of_the_help_page_is_valid)
{
    char text[1024];
    snprintf(text, sizeof text, SYSTEM "%s\n", qfp_config_key_find("observed")->example);
    qfp_config *config = load_text(text);
    cr_assert(eq(sz, config->observed_count, 1));
    cr_assert(eq(dbl, config->observed[0].errors[4], errors[4]));
    qfp_config_destroy(config);
}

/* Each with the place in the configuration and what to do. */
Test(observed, mistakes_are_named)
{
    write_own_q();
    static const char *const cases[][2] = {
        {"{file: lab.h5, dataset: /lab/error, error: 1}",
         "'error', the last part of /lab/error, is"},
        {"{file: none.h5, dataset: /lab/n_1, error: 1}", "none.h5"},
        {"{file: lab.h5, dataset: /lab/n_2, error: 1}", "/lab/n_2"},
        {"{file: lab.h5, dataset: n_1, error: 1}", "observed.dataset"},
        {"{file: lab.h5, dataset: /lab/n_1}", "the key 'error' is missing"},
        {"{file: lab.h5, dataset: /lab/n_1, error: 0}", "errors are above 0, but entry 1 is 0"},
        {"{file: lab.h5, dataset: /lab/n_1, error: /lab/zeros}", "errors are above 0"},
        {"{file: lab.h5, dataset: /lab/n_1, error: /back/time}", "/back/time of"},
        {"{file: lab.h5, dataset: /lab/n_1, error: /back/time}",
         "has 2 numbers, but what was measured has 5"},
        {"{file: lab.h5, dataset: /back/n_1, error: 1}", "must increase, but 0.5 follows 1"},
        {"{file: lab.h5, dataset: /late/n_1, error: 1}", "measured at t = 3, outside of the run"},
        {"{file: lab.h5, dataset: /short/n_1, error: 1}", "sought in /short/time and /time"},
        {"{file: own.h5, dataset: /lab/mode_1, error: 1}", "/lab/mode_1"},
        {"{file: own.h5, dataset: /lab/mode_2, error: 1}", "Q of mode 2, but there is 1"},
        {"[]", "a mapping with file, dataset and error"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = qfpi_format(SYSTEM "observed: %s\n", cases[i][0]);
        const char *path = scratch_path("bad.yaml");
        qfp_config *config = NULL;
        qfp_run_options options = {.output_path = scratch_path("bad.h5")};
        qfp_run_result r;
        scratch_write(path, text, strlen(text));
        qfp_status status = qfp_config_load(path, NULL, 0, &config);
        if (status == QFP_OK)
            status = qfp_run(config, &options, &r);
        cr_assert(ne(int, (int)status, QFP_OK), "%s", cases[i][0]);
        cr_assert(strstr(qfp_last_error(), cases[i][1]) != NULL, "%s: %s", cases[i][0],
                  qfp_last_error());
        cr_assert(not(scratch_exists(scratch_path("bad.h5"))));
        qfp_config_destroy(config);
        free(text);
    }
}

/* What was measured is an input: it is not written over. */
Test(observed, the_measurement_is_not_replaced)
{
    qfp_config *config =
        load_text(SYSTEM "observed: {file: lab.h5, dataset: /lab/n_1, error: 1}\n");
    qfp_run_options options = {.output_path = scratch_path("lab.h5"), .force = 1};
    qfp_run_result r;
    cr_assert(eq(int, (int)qfp_run(config, &options, &r), QFP_USAGE));
    cr_assert(strstr(qfp_last_error(), "would replace the input") != NULL, "%s", qfp_last_error());
    qfp_config_destroy(config);
}
