/* output.series: the expectation values at more times than Q is written at. */
#include "../support/simulate.h"

#include <criterion/new/assert.h>
#include <stdio.h>

#include "qfp/compare.h"
#include "qfp/plot.h"

#define SYSTEM                                                                                     \
    "hamiltonian: {modes: 1, operator: \"0.5*ad^2*a^2\"}\ninitial: {coherent: [0.8]}\n"            \
    "solver: {basis: %s, tolerance: 1.0e-6}\n"
#define OUTPUT "husimi: {points: 9}, observables: [\"ad*a^2\"]}\n"

static double *read_series(const char *file, const char *name, size_t expected)
{
    double *data = NULL;
    int rank, is_complex;
    size_t shape[16];
    OK(qfp_hdf5_read(scratch_path(file), name, &rank, shape, &is_complex, &data));
    cr_assert(rank == 1 && shape[0] == expected, "%s", name);
    return data;
}

/* Stated as for the rows of the table, which the one at t = 0.4 is. */
static void check_errors(const qfp_run_result *few, const char *name)
{
    const qfp_theory_result *theory = &few->theories[0];
    char dataset[64];
    size_t column = 0;
    while (strcmp(theory->names[column], name) != 0)
        column++;
    snprintf(dataset, sizeof dataset, "/errors/series/%s", name);
    double *errors = read_series("few.h5", dataset, 7);
    double of_row = theory->errors[theory->observable_count + column];
    cr_expect(epsilon_eq(dbl, errors[4], of_row, 1e-3 * of_row + 1e-13), "%s",
              name); /* or rounding */
    for (size_t i = 0; i < 7; i++)
        cr_expect(isfinite(errors[i]) && errors[i] >= 0.0, "%s at %zu", name, i);
    free(errors);
}

/* The evolution stops at the same times either way. */
static void check_basis(const char *basis)
{
    static const char *const names[] = {"norm",    "energy",  "n_1",       "re_a_1",   "im_a_1",
                                        "var_x_1", "var_p_1", "re_ad_a_2", "im_ad_a_2"};
    char sparse[512], dense[512];
    snprintf(sparse, sizeof sparse,
             SYSTEM "output: {times: [0, 0.4, 0.7], series: {from: 0, to: 0.6, count: 7}, " OUTPUT,
             basis);
    snprintf(dense, sizeof dense,
             SYSTEM "output: {times: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7], " OUTPUT, basis);
    qfp_run_result few = simulate(sparse, "few.h5"), all = simulate(dense, "all.h5");
    cr_assert(eq(sz, few.time_count, 3));
    double *time = read_series("few.h5", "/series/time", 7);
    for (size_t i = 0; i < 7; i++)
        cr_expect(epsilon_eq(dbl, time[i], all.times[i], 1e-15));
    free(time);
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        char name[64];
        snprintf(name, sizeof name, "/series/%s", names[n]);
        double *series = read_series("few.h5", name, 7);
        /* times of a range are rounded, which moves the last bits of the steps */
        for (size_t i = 0; i < 7; i++)
            cr_expect(epsilon_eq(dbl, series[i], observable(&all, names[n], i), 1e-13), "%s at %zu",
                      name, i);
        cr_expect(
            epsilon_eq(dbl, observable(&few, names[n], 2), observable(&all, names[n], 7), 1e-13));
        free(series);
        check_errors(&few, names[n]);
    }
    qfp_run_result_destroy(&few);
    qfp_run_result_destroy(&all);
}

Test(series, is_what_dense_outputs_are)
{
    static const char *const bases[] = {"fourier", "fock", "reference"};
    scratch_make();
    for (int b = 0; b < 3; b++)
        check_basis(bases[b]);
    scratch_remove();
}

/* From the beginning to the end of the run where it says nothing else. */
Test(series, a_count_alone_spans_the_run)
{
    char text[512];
    snprintf(text, sizeof text, SYSTEM "output: {times: [0.2, 0.8], series: {count: 5}, " OUTPUT,
             "fock");
    scratch_make();
    qfp_run_result r = simulate(text, "few.h5");
    double *time = read_series("few.h5", "/series/time", 5);
    for (int i = 0; i < 5; i++)
        cr_assert(epsilon_eq(dbl, time[i], 0.2 * i, 1e-15)); /* one rounding */
    free(time);
    qfp_run_result_destroy(&r);
    scratch_remove();
}

/* Both files' count where they are compared. */
Test(series, errors_are_compared)
{
    static const char yaml[] = SYSTEM "output: {times: [0, 0.7], series: [0, 0.3], " OUTPUT;
    static const char *const bases[] = {"fourier", "fock"};
    char text[512], file[16];
    qfp_comparison c;
    int seen = 0;
    scratch_make();
    for (int b = 0; b < 2; b++) {
        snprintf(text, sizeof text, yaml, bases[b]);
        snprintf(file, sizeof file, "%s.h5", bases[b]);
        qfp_run_result r = simulate(text, file);
        qfp_run_result_destroy(&r);
    }
    OK(qfp_compare_files(scratch_path("fock.h5"), scratch_path("fourier.h5"), NULL, &c));
    for (size_t i = 0; i < c.count; i++)
        if (strcmp(c.rows[i].dataset, "/series/n_1") == 0) {
            cr_expect(lt(dbl, c.rows[i].disagreement, c.rows[i].stated));
            seen++;
        }
    cr_expect(eq(int, seen, 1));
    qfp_comparison_destroy(&c);
    scratch_remove();
}

/* Each theory has its own; one that stops leaves NaN from there on. */
Test(series, of_several_theories)
{
    scratch_make();
    qfp_run_result r =
        simulate("hamiltonian: {modes: 1, operator: \"n + 0.1*x^4\"}\ninitial: {coherent: [0.5]}\n"
                 "theory: [{}, {order: 2, accept_unbalanced: true, label: M2}]\n"
                 "solver: {grid: {points: 48}, tolerance: 1e-4}\n"
                 "output: {times: [0, 1], series: [0, 0.01, 0.9, 1], husimi: {points: 9}}\n",
                 "out.h5");
    cr_assert(ne(chr, r.theories[1].stopped[0], '\0'));
    double *exact = read_series("out.h5", "/series/n_1", 4);
    double *rival = read_series("out.h5", "/theories/M2/series/n_1", 4);
    cr_expect(epsilon_eq(dbl, exact[0], 0.25, 1e-3));
    cr_expect(epsilon_eq(dbl, rival[0], 0.25, 1e-3));
    cr_expect(isfinite(exact[3]) && isnan(rival[2]) && isnan(rival[3]));
    cr_expect(eq(dbl, exact[3], observable(&r, "n_1", 1)));
    free(exact);
    free(rival);
    qfp_run_result_destroy(&r);
    scratch_remove();
}

/* A run that is stopped keeps what it reached after its last output too. */
Test(series, of_a_run_that_stops)
{
    scratch_make();
    qfp_config *config =
        load_text("hamiltonian: {modes: 1, operator: \"x*p + p*x\"}\ninitial: {coherent: [1.0]}\n"
                  "solver: {grid: {points: 32, extent: 12}, tolerance: 1e-4}\n"
                  "output: {times: [0, 3], series: [0, 0.05, 3], husimi: {points: 9}}\n");
    qfp_run_options options = {.output_path = scratch_path("out.h5")};
    qfp_run_result r;
    cr_assert(eq(int, qfp_run(config, &options, &r), QFP_RESOLUTION), "%s", qfp_last_error());
    double *energy = read_series("out.h5", "/series/norm", 3);
    cr_expect(isfinite(energy[1]) && isnan(energy[2]));
    free(energy);
    qfp_run_result_destroy(&r);
    qfp_config_destroy(config);
    scratch_remove();
}

static unsigned height_of(const char *png)
{
    unsigned char head[24];
    FILE *file = fopen(png, "rb");
    cr_assert(file != NULL && fread(head, 1, sizeof head, file) == sizeof head);
    fclose(file);
    return (unsigned)head[20] << 24 | head[21] << 16 | head[22] << 8 | head[23];
}

/* One output time has no curves; its series has. */
Test(series, is_drawn)
{
    unsigned heights[2];
    scratch_make();
    if (system("command -v gnuplot >/dev/null 2>&1") != 0)
        cr_skip_test("no gnuplot");
    for (int with = 0; with < 2; with++) {
        char yaml[512];
        snprintf(yaml, sizeof yaml, SYSTEM "output: {times: [0.5], %s" OUTPUT, "fock",
                 with ? "series: {from: 0, to: 0.5, count: 20}, " : "");
        qfp_run_result r = simulate(yaml, "out.h5");
        OK(qfp_plot_file(scratch_path("out.h5"), scratch_path("out.png"), NULL));
        heights[with] = height_of(scratch_path("out.png"));
        qfp_run_result_destroy(&r);
    }
    cr_expect(lt(uint, heights[0] + 200, heights[1]));
    scratch_remove();
}
