/* output.state: what stands in /state, and that initial.file goes on from it. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <complex.h>

#include "../support/simulate.h"
#include "io/file_density.h"

TestSuite(output_states, .init = scratch_make, .fini = scratch_remove);

/* malloc'ed; complex datasets alone */
static double complex *read_state(const char *file, const char *name, int *rank, size_t *shape)
{
    double *data = NULL;
    int is_complex;
    OK(qfp_hdf5_read(scratch_path(file), name, rank, shape, &is_complex, &data));
    cr_assert(is_complex == 1, "%s", name);
    return (double complex *)(void *)data;
}

/* e^{−|α|²/2} α^n/√n! */
static double complex amplitude(double complex alpha, int n)
{
    double complex c = exp(-0.5 * creal(alpha * conj(alpha)));
    for (int k = 1; k <= n; k++)
        c *= alpha / sqrt(k);
    return c;
}

#define ROTATED                                                                                    \
    "hamiltonian: {modes: %d, operator: \"%s\"}\ninitial: {%s}\n"                                  \
    "solver: {basis: %s}\noutput: {times: [0, 0.5, 1], state: {times: %s}, "                       \
    "husimi: {from: -6, to: 6, points: 9}}\n"

/* A coherent state turns: α = 1.1 e^{−it}.  Tolerance: of the run, 1e-8. */
Test(output_states, a_coherent_state_has_its_amplitudes)
{
    static const char *const bases[] = {"reference", "fock", "fourier"};
    char text[512];
    int rank;
    size_t shape[16];
    for (int b = 0; b < 3; b++) {
        snprintf(text, sizeof text, ROTATED, 1, "n", "coherent: [1.1]", bases[b], "last");
        qfp_run_result r = simulate(text, "a.h5");
        double complex alpha = 1.1 * cexp(-I);
        double complex *x = read_state("a.h5", b == 0 ? "/state/ket" : "/state/rho", &rank, shape);
        cr_assert(eq(int, rank, b == 0 ? 1 : 2));
        cr_assert(lt(sz, 8, shape[0]));
        double complex phase = b == 0 ? x[0] / cabs(x[0]) : 1.0; /* a ket's is free */
        for (size_t m = 0; m < shape[0]; m++)
            for (size_t n = 0; n < (b == 0 ? 1 : shape[0]); n++) {
                double complex exact =
                    amplitude(alpha, (int)m) * (b == 0 ? phase : conj(amplitude(alpha, (int)n)));
                double complex found = x[b == 0 ? m : m * shape[0] + n];
                cr_assert(lt(dbl, cabs(found - exact), 1e-8), "%s: [%zu, %zu]", bases[b], m, n);
            }
        free(x);
        qfp_run_result_destroy(&r);
    }
}

/* A mixed state is a matrix in every basis; modes and levels are in their places: |2⟩ of mode 1 and
 * a thermal mode 2, with the populations n̄^n/(1 + n̄)^{n+1}. */
Test(output_states, modes_and_times_are_in_their_places)
{
    static const char *const bases[] = {"reference", "fock"};
    char text[512];
    int rank;
    size_t s[16];
    for (int b = 0; b < 2; b++) {
        snprintf(text, sizeof text, ROTATED, 2, "n[1] + 2*n[2]",
                 "product: [{fock: [2]}, {thermal: {nbar: [0.1]}}]", bases[b], "[0.5, 1]");
        qfp_run_result r = simulate(text, "a.h5");
        double complex *x = read_state("a.h5", "/state/rho", &rank, s);
        cr_assert(eq(int, rank, 5));
        cr_assert(s[0] == 2 && s[1] == s[3] && s[2] == s[4] && s[1] != s[2]);
        for (size_t t = 0; t < 2; t++)
            for (size_t n = 0; n < s[2]; n++) {
                double exact = pow(0.1, (double)n) / pow(1.1, (double)n + 1.0);
                size_t place = (((t * s[1] + 2) * s[2] + n) * s[3] + 2) * s[4] + n;
                cr_assert(lt(dbl, cabs(x[place] - exact), 1e-9), "%s: %zu", bases[b], n);
            }
        free(x);
        qfp_run_result_destroy(&r);
    }
}

#define SYSTEM                                                                                     \
    "hamiltonian: {modes: %d, operator: \"%s\"}\ninitial: {%s}\nsolver: {basis: %s%s}\n"           \
    "output: {times: [%s], state: {times: %s}, husimi: {from: -6, to: 6, points: 9}}\n"

typedef struct journey {
    int modes;
    const char *operator, * initial, *solver;
} journey;

static qfp_run_result travel(const journey *j, const char *basis, const char *initial,
                             const char *times, const char *state, const char *name)
{
    char text[1024];
    snprintf(text, sizeof text, SYSTEM, j->modes, j->operator, initial, basis, j->solver, times,
             state);
    return simulate(text, name);
}

/* To t = 0.7 in one basis and on from its file in another, against one run: within the errors that
 * both state, the first of which the file carries. */
static void go_on(const journey *j, const char *before, const char *after, const char *state)
{
    char initial[512];
    bool is_ket = strcmp(before, "reference") == 0;
    qfp_run_result first = travel(j, before, j->initial, "0, 0.3, 0.7", state, "first.h5");
    snprintf(initial, sizeof initial, "file: {path: %s, dataset: /state/%s}",
             scratch_path("first.h5"), is_ket ? "ket" : "rho");
    qfp_run_result rest = travel(j, after, initial, "0, 0.5", "last", "rest.h5");
    qfp_run_result whole = travel(j, after, j->initial, "0, 0.7, 1.2", "last", "whole.h5");
    const qfp_theory_result *a = &rest.theories[0], *b = &whole.theories[0];
    size_t count = a->observable_count;
    cr_assert(eq(sz, count, b->observable_count));
    for (size_t i = 0; i + 1 < count; i++) { /* the last states the error */
        double stated = a->errors[count + i] + b->errors[2 * count + i];
        double off = fabs(a->values[count + i] - b->values[2 * count + i]);
        bool is_method = !isfinite(stated) || strcmp(a->names[i], "tail") == 0 ||
                         strcmp(a->names[i], "min_q") == 0;
        cr_assert(is_method || off <= stated, "%s to %s: %s is off by %.2e, stated %.2e", before,
                  after, a->names[i], off, stated);
    }
    /* what the file states is part of it */
    double told = observable(&first, "truncation", 2);
    cr_assert(le(dbl, told, observable(&rest, "truncation", 1)));
    /* no worse than what a tolerance of 1e-8 leaves of each */
    cr_assert(
        lt(dbl, disagreement(scratch_path("rest.h5"), scratch_path("whole.h5"), "/axes/x"), 1e-15));
    qfp_run_result_destroy(&first);
    qfp_run_result_destroy(&rest);
    qfp_run_result_destroy(&whole);
}

/* The tolerance is a demand: what the file is off by was judged when it was made. */
Test(output_states, a_run_goes_on_from_its_file)
{
    static const char *const ways[][2] = {
        {"reference", "fock"}, {"fock", "fourier"}, {"fourier", "reference"}, {"fock", "fock"}};
    static const journey kerr = {1, "0.5*ad^2*a^2 + 0.4*x", "coherent: ['1.2+0.5*I']",
                                 ", tolerance: 1.0e-6"};
    for (int w = 0; w < 4; w++)
        go_on(&kerr, ways[w][0], ways[w][1], w == 1 ? "all" : "last");
}

/* Also from the last of several times. */
Test(output_states, a_run_of_two_modes_goes_on_from_its_file)
{
    static const char *const bases[] = {"reference", "fock"};
    static const journey dimer = {2, "0.5*ad[1]^2*a[1]^2 + 0.3*hc(ad[1]*a[2])",
                                  "product: [{fock: [1]}, {coherent: [0.4]}]",
                                  ", tolerance: 1.0e-8"};
    for (int b = 0; b < 2; b++)
        for (int c = 0; c < 2; c++)
            go_on(&dimer, bases[b], bases[c], "[0.3, 0.7]");
}

/* Two modes on a grid: all of ρ, against the reference. */
Test(output_states, a_grid_of_two_modes_gives_its_matrix)
{
    int rank, other;
    size_t s[16], k[16];
    static const journey pair = {2, "hc(ad[1]*a[2])", "product: [{fock: [1]}, {coherent: [0.3]}]",
                                 ", tolerance: 1.0e-4"};
    qfp_run_result a = travel(&pair, "fourier", pair.initial, "0.4", "last", "a.h5");
    qfp_run_result b = travel(&pair, "reference", pair.initial, "0.4", "last", "b.h5");
    double complex *rho = read_state("a.h5", "/state/rho", &rank, s);
    double complex *ket = read_state("b.h5", "/state/ket", &other, k);
    cr_assert(rank == 4 && other == 2 && s[0] <= k[0] && s[1] <= k[1]);
    double worst = 0.0;
    for (size_t m = 0; m < s[0] * s[1]; m++)
        for (size_t n = 0; n < s[0] * s[1]; n++) {
            double complex exact =
                ket[m / s[1] * k[1] + m % s[1]] * conj(ket[n / s[1] * k[1] + n % s[1]]);
            worst = fmax(worst, cabs(rho[m * s[0] * s[1] + n] - exact));
        }
    cr_assert(lt(dbl, worst, 1e-4));
    free(rho);
    free(ket);
    qfp_run_result_destroy(&a);
    qfp_run_result_destroy(&b);
}

/* The rows before the levels grew have zeros there, those that a stopped run never reached NaN. */
Test(output_states, levels_grow_on_the_way)
{
    int rank, other;
    size_t s[16], k[16];
    static const journey leaving = {1, "p^2/2 + x^2/2 - 0.01*x^4", "coherent: [0.5]",
                                    ", tolerance: 1.0e-8"};
    qfp_run_result a = travel(&leaving, "fock", leaving.initial, "0, 0.3, 0.6", "all", "a.h5");
    qfp_run_result b = travel(&leaving, "reference", leaving.initial, "0, 0.3, 0.6", "all", "b.h5");
    cr_assert(strstr(a.warning, "raised") != NULL, "%s", a.warning);
    double complex *rho = read_state("a.h5", "/state/rho", &rank, s);
    double complex *ket = read_state("b.h5", "/state/ket", &other, k);
    cr_assert(rank == 3 && s[0] == 3 && other == 2 && k[0] == 3);
    for (size_t t = 0; t < 3; t++)
        for (size_t m = 0; m < s[1]; m++)
            for (size_t n = 0; n < s[1]; n++) {
                double complex exact =
                    m < k[1] && n < k[1] ? ket[t * k[1] + m] * conj(ket[t * k[1] + n]) : 0.0;
                cr_assert(lt(dbl, cabs(rho[(t * s[1] + m) * s[2] + n] - exact), 2e-8),
                          "t %zu [%zu, %zu]", t, m, n);
            }
    free(rho);
    free(ket);
    qfp_run_result_destroy(&a);
    qfp_run_result_destroy(&b);
}

static void refused(const char *initial, const char *solver, const char *output,
                    qfp_status expected, const char *says)
{
    char text[1024];
    qfp_config *config = NULL;
    qfp_run_result r = {0};
    qfp_run_options options = {.output_path = scratch_path("never.h5")};
    snprintf(text, sizeof text,
             "hamiltonian: {modes: 2, operator: \"n[1]\"}\ninitial: {%s}\n%s\n"
             "output: {times: [0, 1], %s}\n",
             initial, solver, output);
    scratch_write(scratch_path("test.yaml"), text, strlen(text));
    qfp_status status = qfp_config_load(scratch_path("test.yaml"), NULL, 0, &config);
    if (status == QFP_OK)
        status = qfp_run(config, &options, &r);
    cr_assert(eq(int, status, expected), "%s: %s", output, qfp_last_error());
    cr_assert(eq(int, qfp_status_exit(status), 2));
    cr_assert(strstr(qfp_last_error(), says) != NULL, "'%s' does not say '%s'", qfp_last_error(),
              says);
    cr_assert(not(scratch_exists(scratch_path("never.h5"))));
    qfp_config_destroy(config);
}

Test(output_states, what_cannot_be_is_refused)
{
    static const char plain[] = "coherent: [1, 0]";
    refused(plain, "", "state: {times: [0.5]}", QFP_CONFIG,
            "0.5 is none of output.times; add it there");
    refused(plain, "", "state: {times: first}", QFP_CONFIG, "expected last, all");
    refused(plain, "", "state: {}", QFP_CONFIG, "times");
    refused(plain, "", "state: last", QFP_CONFIG, "expected a mapping");
    refused(plain, "solver: {ordering: 0.4}", "state: {times: last}", QFP_UNSUPPORTED,
            "basis: fock");
    refused(plain, "solver: {ordering: 0.4}", "wigner: true", QFP_UNSUPPORTED, "output.wigner");
    refused(plain, "", "planes: [[x_1, x_3]]", QFP_CONFIG, "there is no mode 3 among 2");
    refused(plain, "", "planes: [[x_1, x_1]]", QFP_CONFIG, "two different axes");
    refused(plain, "", "planes: [[x, p]]", QFP_CONFIG, "such as [x_1, p_2]");
    refused(plain, "", "planes: [[x_1, p_2], [x_1, p_2]]", QFP_CONFIG, "twice");
    refused(plain, "", "planes: [[x_1, p_2, x_2]]", QFP_CONFIG, "such as [x_1, p_2]");
}

/* output.state writes a ket in the reference and a density matrix in the Fock basis: without `dataset` either is found. */
Test(output_states, the_next_run_finds_what_is_there)
{
    static const char *const bases[] = {"reference", "fock"}, *const names[] = {"/state/ket",
                                                                                "/state/rho"};
    for (int b = 0; b < 2; b++) {
        char yaml[512];
        snprintf(yaml, sizeof yaml,
                 "hamiltonian: {operator: n}\ninitial: {coherent: [1]}\nsolver: {basis: %s}\n"
                 "output: {times: [0, 0.5], state: {times: last}, husimi: {points: 3}}\n",
                 bases[b]);
        qfp_run_result r = simulate(yaml, "first.h5");
        qfp_run_result_destroy(&r);
        snprintf(
            yaml, sizeof yaml,
            "hamiltonian: {operator: n}\ninitial: {file: {path: '%s'}}\nsolver: {basis: fock}\n"
            "output: {times: [0], husimi: {points: 3}}\n",
            scratch_path("first.h5"));
        qfp_config *config = NULL;
        OK(qfp_config_parse(yaml, strlen(yaml), "next.yaml", NULL, 0, &config));
        cr_assert(eq(str, config->initial.dataset, (char *)names[b]));
        qfp_config_destroy(config);
    }
}

/* An array is often longer than its state, QuTiP's always: |3, 1⟩ on 9 levels each, of which a number that is conserved
 * leaves the reference 5, and `solver.levels` no more than are needed. */
Test(output_states, zeros_at_the_end_are_no_levels)
{
    static const char *const levels[] = {"", ", levels: [5, 5]"};
    char initial[512];
    static const journey wide = {2, "hc(ad[1]*a[2])", "fock: [3, 1]", ", levels: [9, 9]"};
    qfp_run_result first = travel(&wide, "fock", wide.initial, "0", "last", "wide.h5");
    snprintf(initial, sizeof initial, "file: {path: %s}", scratch_path("wide.h5"));
    for (int k = 0; k < 2; k++) {
        const journey on = {2, wide.operator, initial, levels[k]};
        qfp_run_result next = travel(&on, "reference", initial, "0, 0.5", "last", "next.h5");
        double turn = cos(0.5) * cos(0.5); /* a_1 → a_1 cos t − i a_2 sin t */
        /* rounding of ten numbers */
        cr_assert(epsilon_eq(dbl, observable(&next, "n_1", 1), 3 * turn + 1 * (1 - turn), 1e-12));
        qfp_run_result_destroy(&next);
    }
    qfp_run_result_destroy(&first);
    refused(initial, "solver: {basis: reference, levels: [3, 5]}", "husimi: {points: 3}",
            QFP_CONFIG, "needs 4 levels of mode 1, but solver.levels is 3");
}
