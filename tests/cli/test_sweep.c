/* Sweeps: every point is a run, failures are points too, and what was solved is never lost. */
#define _GNU_SOURCE
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../support/program.h"
#include "../support/text_attribute.h"
#include "io/snapshot.h"

static const char head[] = "hamiltonian: {parameters: {U: 1.0}, operator: 'U/2*ad^2*a^2'}\n"
                           "initial: {coherent: [1.0]}\n"
                           "solver: {basis: fock, tolerance: 1e-6}\n"
                           "output: {times: [0, 0.5, 1], husimi: {from: -4, to: 4, points: 9}}\n";

static void write_config(const char *name, const char *sweep)
{
    char *text = NULL;
    cr_assert(asprintf(&text, "%s%s", head, sweep) > 0);
    write_text(name, text);
    free(text);
}

TestSuite(sweep, .init = scratch_make, .fini = scratch_remove, .timeout = 120);

/* A dataset of the file, its size in *count. */
static double *numbers(const char *file, const char *name, size_t *count)
{
    size_t shape[16];
    int rank, is_complex;
    double *values = NULL;
    cr_assert(qfp_hdf5_read(scratch_path(file), name, &rank, shape, &is_complex, &values) == QFP_OK,
              "%s", qfp_last_error());
    *count = 1;
    for (int a = 0; a < rank; a++)
        *count *= shape[a];
    return values;
}

/* Point (U, alpha) of the sweep against a run of its own, to the bits. */
static void assert_point_is_run(const char *u, const char *alpha, size_t point, size_t points)
{
    static const char *const datasets[] = {"/observables/re_a_1", "/observables/wehrl",
                                           "/errors/n_1", "/husimi/mode_1"};
    char set_u[64], set_alpha[64];
    snprintf(set_u, sizeof set_u, "hamiltonian.parameters.U=%s", u);
    snprintf(set_alpha, sizeof set_alpha, "initial.coherent=%s", alpha);
    outcome o =
        RUN("run", "one.yaml", "-o", "one.h5", "--force", "--set", set_u, "--set", set_alpha);
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    for (size_t d = 0; d < sizeof datasets / sizeof *datasets; d++) {
        size_t all, own;
        double *swept = numbers("s.h5", datasets[d], &all);
        double *alone = numbers("one.h5", datasets[d], &own);
        cr_assert(eq(sz, all, points * own), "%s", datasets[d]);
        cr_assert(memcmp(swept + point * own, alone, own * sizeof *alone) == 0, "%s at U = %s",
                  datasets[d], u);
        free(swept);
        free(alone);
    }
}

Test(sweep, every_point_is_a_run)
{
    write_config("s.yaml",
                 "sweep: {U: {from: 0, to: 1, count: 3}, initial.coherent: [0.5, '1-I']}\n");
    write_config("one.yaml", "");
    outcome o = RUN("sweep", "s.yaml", "-o", "s.h5");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    cr_assert(strstr(o.out, "6 points, 0 failed") != NULL, "%s", o.out);
    assert_point_is_run("0.5", "0.5", 2, 6); /* the last axis runs fastest */
    assert_point_is_run("1", "1-I", 5, 6);
    cr_assert(access(scratch_path("s.h5.points"), F_OK) != 0);
    cr_assert(strstr(o.err, "output.state") == NULL, "%s", o.err);
    o = RUN("sweep", "s.yaml", "-o", "t.h5", "--set", "output.state={times: last}");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    cr_assert(strstr(o.err, "warning: output.state: a sweep writes none") != NULL, "%s", o.err);
}

/* A run has attributes kappa and lengths too, and /points a dataset `seconds`: the axis is what was swept. */
Test(sweep, an_axis_has_the_values_that_were_swept)
{
    size_t count;
    const char *operator=
        "hamiltonian={parameters: {U: 1, seconds: 1}, operator: seconds*U*ad^2*a^2}";
    write_config("s.yaml", "sweep: {kappa: [1, 2], seconds: [3, 4, 5], lengths: [[1], [1.5]]}\n");
    outcome o = RUN("sweep", "s.yaml", "-o", "s.h5", "--set", operator);
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    cr_assert(strstr(o.out, "swept_seconds") != NULL && strstr(o.out, " [1.5] ") != NULL, "%s",
              o.out);
    double *kappa = numbers("s.h5", "/axes/kappa", &count);
    cr_assert(count == 2 && kappa[0] == 1.0 && kappa[1] == 2.0);
    double *seconds = numbers("s.h5", "/axes/swept_seconds", &count);
    cr_assert(count == 3 && seconds[0] == 3.0 && seconds[1] == 4.0 && seconds[2] == 5.0);
    double *taken = numbers("s.h5", "/points/seconds", &count);
    cr_assert(eq(sz, count, 12));
    double *energy = numbers("s.h5", "/observables/energy", &count);
    cr_assert(eq(sz, count, 12 * 3));
    /* U⟨a†²a²⟩ = U|α|⁴ of the first and the last of seconds, at kappa 1 and lengths [1] */
    cr_assert(epsilon_eq(dbl, energy[4 * 3] / energy[0], 5.0 / 3.0, 1e-10)); /* rounding */
    free(energy);
    free(taken);
    free(seconds);
    free(kappa);
}

/* |⟨a⟩| = |α| exp(−|α|²(1 − cos Ut)) of a coherent state under U/2 a†²a² */
Test(sweep, the_example_meets_its_closed_form)
{
    size_t count;
    outcome o = RUN("sweep", QFP_SOURCE_DIR "/configs/kerr_sweep.yaml", "-o", "k.h5", "--json");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    double *re = numbers("k.h5", "/observables/re_a_1", &count);
    double *im = numbers("k.h5", "/observables/im_a_1", &count);
    cr_assert(eq(sz, count, 21 * 2 * 3));
    for (int i = 0; i < 21; i++)
        for (int k = 0; k < 2; k++)
            for (int t = 0; t < 3; t++) {
                double u = 0.1 * i, alpha = k + 1.0, at = 0.5 * t;
                size_t point = (size_t)(i * 2 + k) * 3 + (size_t)t;
                double exact = alpha * exp(-alpha * alpha * (1.0 - cos(u * at)));
                /* what configs/kerr_sweep.yaml says; the tolerance is 1e-8 */
                cr_assert(epsilon_eq(dbl, hypot(re[point], im[point]), exact, 1e-7), "U = %g", u);
            }
    free(re);
    free(im);
}

/* Too few levels at one point: NaN, a sentence, exit status 3, and the others are there; --resume tries it alone. */
Test(sweep, a_failure_is_a_point)
{
    size_t count;
    write_config("s.yaml", "sweep: {solver.levels: [30, 4, 40]}\n");
    outcome o = RUN("sweep", "s.yaml", "-o", "s.h5");
    cr_assert(eq(int, o.exit_status, 3), "%s", o.err);
    cr_assert(strstr(o.err, "1 of 3 points failed, the first at solver_levels = 4: ") != NULL, "%s",
              o.err);
    cr_assert(strstr(o.out, "failed: ") != NULL, "%s", o.out);
    double *n = numbers("s.h5", "/observables/n_1", &count);
    for (int p = 0; p < 3; p++)
        cr_assert(eq(int, isnan(n[3 * p + 2]) != 0, p == 1));
    double *seconds = numbers("s.h5", "/points/seconds", &count);
    o = RUN("sweep", "s.yaml", "-o", "s.h5");
    cr_assert(eq(int, o.exit_status, 4), "%s", o.err);
    cr_assert(strstr(o.err, "--resume") != NULL, "%s", o.err);
    o = RUN("sweep", "s.yaml", "-o", "s.h5", "--resume");
    cr_assert(eq(int, o.exit_status, 3), "%s", o.err);
    double *again = numbers("s.h5", "/points/seconds", &count),
           *status = numbers("s.h5", "/points/exit_status", &count);
    for (int p = 0; p < 3; p++) {
        cr_assert(eq(int, again[p] == seconds[p], p != 1)); /* solved anew or not */
        cr_assert(eq(dbl, status[p], p == 1 ? 3.0 : 0.0));
    }
    o = RUN("sweep", "s.yaml", "-o", "s.h5", "--resume", "--set", "solver.tolerance=1e-5");
    cr_assert(eq(int, o.exit_status, 2)); /* another configuration */
    cr_assert(strstr(o.err, "--force begins anew") != NULL, "%s", o.err);
    free(n);
    free(seconds);
    free(again);
    free(status);
}

/* Points of about a tenth of a second, in two processes. */
static const char slow[] = "sweep: {U: {from: 0, to: 2, count: 40}}\n";
#define SLOW "--set", "initial.coherent=6", "--set", "output.times={from: 0, to: 1, count: 20}"

static void wait_for_points(void)
{
    struct stat found;
    for (int i = 0; i < 1000; i++) {
        if (stat(scratch_path("s.h5.points"), &found) == 0 && found.st_size > 20000)
            return;
        usleep(10000);
    }
    cr_assert(false, "no point was solved");
}

static void assert_complete_after_resume(void)
{
    size_t count;
    outcome o = RUN("sweep", "s.yaml", "-o", "s.h5", SLOW, "--resume");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    double *status = numbers("s.h5", "/points/exit_status", &count);
    cr_assert(eq(sz, count, 40));
    for (size_t i = 0; i < count; i++)
        cr_assert(eq(dbl, status[i], 0.0));
    free(status);
}

static void interrupt_with(int number, int exit_status)
{
    write_config("s.yaml", slow);
    const char *const arguments[] = {"sweep", "s.yaml", "-o", "s.h5", SLOW, NULL};
    pid_t pid = program_start(arguments);
    wait_for_points();
    kill(pid, number);
    outcome o = program_wait(pid);
    cr_assert(eq(int, o.exit_status, exit_status), "%s", o.err);
    cr_assert(access(scratch_path("s.h5"), F_OK) != 0);
    if (exit_status > 0)
        cr_assert(strstr(o.err, "for --resume") != NULL, "%s", o.err);
}

Test(sweep, an_interrupted_one_goes_on)
{
    interrupt_with(SIGTERM, 143);
    assert_complete_after_resume();
}

Test(sweep, a_killed_one_goes_on)
{
    interrupt_with(SIGKILL, -SIGKILL);
    assert_complete_after_resume();
}

/* The child is killed as for lack of memory: its point fails, the others do not. */
Test(sweep, a_child_that_dies_takes_one_point_with_it)
{
    char path[64];
    int child = 0;
    write_config("s.yaml", slow);
    const char *const arguments[] = {"sweep", "s.yaml", "-o", "s.h5", SLOW, NULL};
    pid_t pid = program_start(arguments);
    wait_for_points();
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid, (int)pid);
    FILE *children = fopen(path, "r");
    cr_assert(children != NULL && fscanf(children, "%d", &child) == 1);
    fclose(children);
    kill(child, SIGKILL);
    outcome o = program_wait(pid);
    cr_assert(eq(int, o.exit_status, 4), "%s", o.err);
    cr_assert(strstr(o.err, "1 of 40 points failed") != NULL, "%s", o.err);
    cr_assert(strstr(o.err, "ended by signal 9") != NULL, "%s", o.err);
    assert_complete_after_resume();
}

/* ρ of a driven, damped oscillator ends as the coherent state −iF/(κ_1/2 + iΔ), its gap is κ_1/2. */
Test(sweep, stationary_states)
{
    size_t count;
    write_text("d.yaml", "hamiltonian: {parameters: {F: 1, D: 0.5}, operator: 'D*n + F*(a + ad)'}\n"
                         "dissipation: [{operator: a, rate: 1}]\n"
                         "solver: {tolerance: 1e-6}\n"
                         "output: {husimi: {points: 9}}\n"
                         "sweep: {F: [0.5, 1, 2], D: [0, 0.5]}\n");
    outcome o = RUN("sweep", "d.yaml", "--steady", "-o", "d.h5");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    cr_assert(strstr(o.out, "stationary states\n") != NULL, "%s", o.out);
    double *n = numbers("d.h5", "/observables/n_1", &count);
    cr_assert(eq(sz, count, 6));
    for (size_t i = 0; i < 6; i++) {
        static const double f[] = {0.5, 1.0, 2.0};
        double detuning = i % 2 == 0 ? 0.0 : 0.5;
        double exact = f[i / 2] * f[i / 2] / (0.25 + detuning * detuning);
        cr_assert(epsilon_eq(dbl, n[i], exact, 1e-5), "%g and %g", n[i], exact); /* stated: 1e-6 */
    }
    double *x = numbers("d.h5", "/axes/x", &count);
    cr_assert(x[8] > 6.0, "the widest point is at |a| = 4: x reaches %g", x[8]);
    free(x);
    free(n);
}

/* As wide as it is, with all modes, and a list as it was written. */
Test(sweep, the_table_has_every_mode)
{
    write_text("t.yaml", "hamiltonian: {modes: 2, operator: 'hc(ad[1]*a[2])'}\n"
                         "initial: {fock: [1, 0]}\nsolver: {basis: fock}\n"
                         "output: {times: [0, 1], husimi: {points: 5}}\n"
                         "sweep: {solver.levels: [[3, 3], [1, 3]], kappa: [1, 2]}\n");
    outcome o = RUN("sweep", "t.yaml", "-o", "t.h5");
    cr_assert(strstr(o.out, "solver_levels        kappa         norm       energy          n_1 ") !=
                  NULL,
              "%s", o.out);
    cr_assert(strstr(o.out,
                     "solver_levels        kappa          n_2       re_a_2       im_a_2\n") != NULL,
              "%s", o.out);
    cr_assert(strstr(o.out, "       [3, 3]            2            1            0     0.770151 ") !=
                  NULL, /* cos(1/2)^2 */
              "%s", o.out);
    const char *failed =
        strstr(o.out, "       [1, 3]            1  failed: --set solver.levels[1]");
    cr_assert(failed != NULL, "%s", o.out);
    cr_assert(strstr(failed + 20, "[1, 3]            1  failed") == NULL, "%s", o.out); /* once */
    cr_assert(strstr(o.out, "with --show: var_x_1") != NULL, "%s", o.out);
    /* where all failed there are rows as well */
    o = RUN("sweep", "t.yaml", "-o", "u.h5", "--steady", "--set", "sweep={kappa: [1, 2]}");
    cr_assert(strstr(o.out, "            2  failed: t.yaml: dissipation") != NULL, "%s", o.out);
}

Test(sweep, mistakes_are_named)
{
    static const struct {
        const char *sweep, *said;
    } mistakes[] = {
        {"sweep: {V: [1, 2]}\n", "s.yaml:5:9: sweep.V: neither a parameter of the hamiltonian nor"},
        {"sweep: {initial.coheernt: [1]}\n", "did you mean 'initial.coherent'?"},
        {"sweep: {U: 3}\n", "s.yaml:5:12: sweep.U: expected a list of values or a range"},
        {"sweep: {U: {from: 0, to: 1}}\n", "expected a list of values or a range"},
        {"sweep: {U: {from: 0, to: 1, count: 1}}\n",
         "sweep.U.count: expected a whole number from 2 to 10000000"},
        {"sweep: {}\n", "but found an empty mapping"},
        {"sweep: {U: []}\n", "sweep.U: expected at least one value"},
        {"sweep: {output.times: [1, 2]}\n", "must have the same 'output.times'"},
        {"sweep: {U: [1], hamiltonian.parameters.U: [2]}\n",
         "the same as 'hamiltonian.parameters.U'"},
        {"sweep: []\n", "sweep: expected a mapping from parameters or keys"},
        {"sweep: {U: {from: 0, to: 1, count: 10000}, kappa: {from: 1, to: 2, count: 10000}}\n",
         "1e+08 points, at most 10000000"},
        {"", "the key 'sweep' is missing"},
    };
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        write_config("s.yaml", mistakes[i].sweep);
        outcome o = RUN("sweep", "s.yaml", "-o", "s.h5");
        cr_assert(eq(int, o.exit_status, 2), "%s%s", mistakes[i].sweep, o.err);
        cr_assert(strstr(o.err, mistakes[i].said) != NULL, "%s%s", mistakes[i].sweep, o.err);
        cr_assert(access(scratch_path("s.h5.points"), F_OK) != 0);
    }
    write_config("s.yaml", "sweep: {U: [1, 2]}\n");
    outcome o = RUN("run", "s.yaml");
    cr_assert(eq(int, o.exit_status, 2));
    cr_assert(strstr(o.err, "2 systems; `qfp sweep` solves them") != NULL, "%s", o.err);
}
