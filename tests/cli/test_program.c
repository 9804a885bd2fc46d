/* The program as its users meet it: the answers of every subcommand, numerical stops, resuming. */
#define _GNU_SOURCE
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>
#include <time.h>
#include <hdf5.h>
#include <jansson.h>

#include "../support/program.h"
#include "../support/same_files.h"
#include "io/snapshot.h"

static const char kerr[] = "title: Kerr\n"
                           "hamiltonian: {modes: 1, operator: \"0.5*ad^2*a^2\"}\n"
                           "initial: {coherent: [1.0]}\n"
                           "solver: {basis: fourier, tolerance: 1.0e-5}\n"
                           "output:\n"
                           "  times: [0.0, 0.2, 0.4]\n"
                           "  husimi: {from: -3.0, to: 3.0, points: 9}\n";

static void is_json(const char *text)
{
    json_t *document = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    cr_assert(document != NULL, "not JSON: %s", text);
    json_decref(document);
}

static double *dataset(const char *file, const char *name, size_t *count)
{
    double *data = NULL;
    int rank, is_complex;
    size_t shape[16];
    cr_assert(qfp_hdf5_read(scratch_path(file), name, &rank, shape, &is_complex, &data) == QFP_OK,
              "%s", qfp_last_error());
    *count = 1;
    for (int d = 0; d < rank; d++)
        *count *= shape[d];
    return data;
}

Test(program, runs_compares_and_plans)
{
    scratch_make();
    write_text("kerr.yaml", kerr);
    outcome o = RUN("run", "kerr.yaml"); /* default output name */
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    cr_assert(left_behind("kerr.h5"));
    o = RUN("run", "kerr.yaml", "--basis", "reference", "-o", "exact.h5");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    o = RUN("compare", "kerr.h5", "exact.h5", "--tol", "1e-4");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    cr_assert(strstr(o.out, "  not judged\n") != NULL, "%s", o.out);
    for (size_t at = 0, length; o.out[at] != '\0'; at += length + 1) { /* in 80 columns */
        length = strcspn(o.out + at, "\n");
        cr_assert(length <= 80, "%.*s", (int)length, o.out + at);
    }
    o = RUN("compare", "kerr.h5", "exact.h5", "--tol", "1e-15");
    cr_assert(eq(int, o.exit_status, 1), "%s", o.err);
    o = RUN("compare", "kerr.h5", "kerr.h5", "--tol", "0");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    o = RUN("help");
    cr_assert(eq(int, o.exit_status, 0));
    cr_assert(strstr(o.out, "Example") != NULL);
    o = RUN("help", "config");
    cr_assert(strstr(o.out, "tolerance") != NULL);
    o = RUN("version");
    cr_assert(strncmp(o.out, "qfp ", 4) == 0);
    scratch_remove();
}

/* A file that holds times and nothing else. */
static void write_times(const char *path, size_t count, const double *times)
{
    const hsize_t extent = count;
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t space = H5Screate_simple(1, &extent, NULL);
    hid_t made =
        H5Dcreate2(file, "time", H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    cr_assert(H5Dwrite(made, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, times) >= 0);
    H5Dclose(made);
    H5Sclose(space);
    H5Fclose(file);
}

Test(program, a_verdict_needs_what_it_is_about)
{
    const double times[] = {0.0, 0.5};
    scratch_make();
    write_text("sm.yaml", "hamiltonian: {operator: \"ad*a\"}\ninitial: {coherent: [1.0]}\n"
                          "solver: {basis: fock, levels: 12}\n"
                          "output: {times: [0, 0.5], husimi: {points: 11}}\n");
    write_times(scratch_path("onlytime.h5"), 2, times);
    RUN("run", "sm.yaml", "-o", "sm.h5");
    outcome o = RUN("compare", "sm.h5", "onlytime.h5", "--tol", "1e-6");
    cr_assert(eq(int, o.exit_status, 1), "%s", o.err);
    cr_assert(strstr(o.err, "nothing could be compared") != NULL, "%s", o.err);
    const char *row = strstr(o.out, "/husimi/mode_1 ");
    cr_assert(row != NULL, "%s", o.out);
    row += strcspn(row, " ");
    row += strspn(row, " ");
    cr_assert(strncmp(row, "only in the first ", 18) == 0, "%s", o.out);
    o = RUN("compare", "sm.h5", "onlytime.h5"); /* no verdict asked for, but nothing to show */
    cr_assert(eq(int, o.exit_status, 1), "%s", o.err);
    o = RUN("compare", "sm.h5", "onlytime.h5", "--only", "time", "--tol", "0");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    o = RUN("compare", "sm.h5", "sm.h5", "--only", "husimi,enery");
    cr_assert(eq(int, o.exit_status, 2), "%s", o.err);
    cr_assert(strstr(o.err, "did you mean 'energy'?") != NULL, "%s", o.err);
    scratch_remove();
}

/* Each line of the example as it is printed, in the folder of the sources but for what it writes. */
Test(program, the_example_of_help_succeeds)
{
    scratch_make();
    cr_assert(symlink(QFP_SOURCE_DIR "/configs", scratch_path("configs")) == 0);
    char *line = strstr(RUN("help").out, "\nExample:\n");
    cr_assert(line != NULL);
    line = strdup(line + strlen("\nExample:\n"));
    int lines = 0;
    for (char *end; strncmp(line, "  qfp ", 6) == 0; line = end + 1, lines++) {
        const char *words[12] = {NULL};
        int count = 0;
        end = strchr(line, '\n');
        *end = '\0';
        for (char *word = strtok(line + 6, " "); word != NULL; word = strtok(NULL, " "))
            words[count++] = word;
        outcome o = program_wait(program_start(words));
        cr_assert(o.exit_status == 0 || strstr(o.err, "install") != NULL, "%s: %s", words[0],
                  o.err);
    }
    cr_assert(eq(int, lines, 4));
    scratch_remove();
}

Test(program, json_is_json_and_progress_stays_on_stderr)
{
    scratch_make();
    write_text("kerr.yaml", kerr);
    is_json(RUN("run", "kerr.yaml", "--json").out);
    is_json(RUN("plan", "kerr.yaml", "--json").out);
    is_json(RUN("audit", "kerr.yaml", "--json").out);
    is_json(RUN("compare", "kerr.h5", "kerr.h5", "--json").out);
    is_json(RUN("devices", "--json").out);
    is_json(RUN("version", "--json").out);
    scratch_remove();
}

/* `auto` never fails for want of a device, and never hides that there is none. */
Test(program, auto_says_why_it_is_the_cpu)
{
    scratch_make();
    write_text("kerr.yaml", kerr);
    int has_device = strstr(RUN("devices").out, "cuda 0  available") != NULL;
    outcome o = RUN("run", "kerr.yaml");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    cr_assert(eq(int, strstr(o.err, "backend auto is the CPU: ") != NULL, !has_device), "%s",
              o.err);
    o = RUN("run", "kerr.yaml", "--backend", "cpu");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    cr_assert(strstr(o.err, "backend") == NULL, "%s", o.err);
    o = RUN("run", "kerr.yaml", "--backend", "cuda");
    cr_assert(eq(int, o.exit_status, has_device ? 0 : 5), "%s", o.err);
    o = RUN("run", "kerr.yaml", "--device", "0"); /* a device asked for is not replaced */
    cr_assert(eq(int, o.exit_status, has_device ? 0 : 5), "%s", o.err);
    scratch_remove();
}

/* The negative control: evolving Q itself must be stopped, and what came before is kept. */
Test(program, evolving_q_itself_is_stopped_by_the_growth_monitor)
{
    scratch_make();
    write_text("kerr.yaml", kerr);
    outcome o = RUN("run", "kerr.yaml", "-o", "q.h5", "--set", "initial.coherent=[2.0]", "--set",
                    "solver.grid={points: 64, extent: 16.0}", "--set", "solver.ordering=0");
    cr_assert(eq(int, o.exit_status, 3), "%s", o.err);
    cr_assert(strstr(o.err, "noise is being amplified") != NULL, "%s", o.err);
    cr_assert(strstr(o.err, "balanced") != NULL, "%s", o.err);
    size_t times;
    free(dataset("q.h5", "/time", &times));
    cr_assert(ge(ulong, times, 1));
    cr_assert(lt(ulong, times, 3));
    cr_assert(not(left_behind(".part")));
    /* and the same run in the balanced variable goes through */
    o = RUN("run", "kerr.yaml", "-o", "u.h5", "--set", "initial.coherent=[2.0]", "--set",
            "solver.grid={points: 64, extent: 16.0}");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    scratch_remove();
}

Test(program, refusals_for_numerical_reasons)
{
    scratch_make();
    write_text("kerr.yaml", kerr);
    outcome o = RUN("run", "kerr.yaml", "-o", "out.h5", "--set", "hamiltonian.operator=x^4",
                    "--set", "theory.order=2");
    cr_assert(eq(int, o.exit_status, 3), "%s", o.err);
    cr_assert(strstr(o.err, "not balanced") != NULL, "%s", o.err);
    cr_assert(not(left_behind("out.h5")));
    o = RUN("run", "kerr.yaml", "-o", "out.h5", "--set", "solver.grid={points: 32, extent: 4.0}");
    cr_assert(eq(int, o.exit_status, 3), "%s", o.err);
    cr_assert(strstr(o.err, "extent") != NULL, "%s", o.err);
    cr_assert(not(left_behind("out.h5")));
    o = RUN("run", "kerr.yaml", "-o", "out.h5", "--set", "solver.grid={points: 16, extent: 16.0}");
    cr_assert(eq(int, o.exit_status, 3), "%s", o.err);
    cr_assert(strstr(o.err, "points") != NULL, "%s", o.err);
    o = RUN("run", "kerr.yaml", "-o", "out.h5", "--set", "initial.coherent=[3.0]", "--basis",
            "reference", "--set", "solver.levels=12");
    cr_assert(eq(int, o.exit_status, 3), "%s", o.err);
    cr_assert(strstr(o.err, "levels") != NULL, "%s", o.err);
    scratch_remove();
}

/* Kills a run with checkpoints on its way, twice, and resumes it: the file is that of a run that was left
 * alone. */
static void kill_and_resume(const char *text)
{
    scratch_make();
    write_text("slow.yaml", text);
    outcome o = RUN("run", "slow.yaml", "-o", "whole.h5");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    for (int resume = 0; resume < 2; resume++) {
        pid_t pid = program_start((const char *const[]){"run", "slow.yaml", "-o", "killed.h5",
                                                        resume ? "--resume" : NULL, NULL});
        program_until(pid, "killed.h5.part.checkpoint", 2);
        kill(pid, SIGKILL);
        program_wait(pid);
    }
    cr_assert(left_behind("killed.h5.part"));
    o = RUN("run", "slow.yaml", "-o", "killed.h5", "--resume");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    cr_assert(strstr(o.err, "resumed: on one machine to the bits of an uninterrupted run") != NULL,
              "%s", o.err);
    cr_assert(not(left_behind(".part")));
    assert_same_bits("whole.h5", "killed.h5", "a run that was killed");
    scratch_remove();
}

Test(program, a_killed_run_resumes_to_the_same_answer)
{
    kill_and_resume("hamiltonian: {modes: 1, operator: \"0.5*ad^2*a^2\"}\n"
                    "initial: {coherent: [2.0]}\n"
                    "solver: {grid: {points: 64}, reproducible: true}\n"
                    "output:\n"
                    "  times: [0.0, 0.1, 0.5]\n"
                    "  series: {from: 0, to: 0.5, count: 101}\n"
                    "  husimi: {from: -5.0, to: 5.0, points: 17}\n"
                    "  checkpoint: {every: 0.05s}\n");
}

/* One theory has stopped before the run is killed, and stays stopped. */
Test(program, a_killed_run_of_several_theories_resumes_to_the_same_answer)
{
    kill_and_resume("hamiltonian: {modes: 1, operator: \"n + 0.1*x^4\"}\n"
                    "initial: {coherent: [0.5]}\n"
                    "theory: [{}, {order: 2, accept_unbalanced: true}, {order: 1}]\n"
                    "solver: {grid: {points: 80}, reproducible: true}\n"
                    "output:\n"
                    "  times: [0.0, 0.001, 0.5, 2.0]\n"
                    "  series: {from: 0, to: 1.9, count: 20}\n"
                    "  husimi: {from: -4.0, to: 4.0, points: 17}\n"
                    "  checkpoint: {every: 0.05s}\n");
}

/* initial.file: what one run wrote is where another starts. */
Test(program, a_q_grid_from_a_file_is_an_initial_state)
{
    static const char from_file[] =
        "hamiltonian: {modes: 1, operator: \"0.5*ad^2*a^2\"}\n"
        "initial: {file: {path: start.h5, dataset: /husimi/mode_1}}\n"
        "solver: {grid: {points: 48, extent: 12.0}, tolerance: 1.0e-5}\n"
        "output:\n"
        "  times: [0.0, 0.3]\n"
        "  husimi: {from: -3.0, to: 3.0, points: 9}\n";
    scratch_make();
    write_text("kerr.yaml", kerr);
    write_text("file.yaml", from_file);
    /* the whole of Q, on a grid fine enough for its wavenumbers */
    outcome o =
        RUN("run", "kerr.yaml", "-o", "start.h5", "--set", "output.times=[0.0]", "--set",
            "output.husimi={from: -9.0, to: 9.0, points: 73}", "--set", "solver.tolerance=1e-12");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    o = RUN("run", "file.yaml", "-o", "file.h5");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    o = RUN("run", "kerr.yaml", "-o", "direct.h5", "--set", "output.times=[0.0, 0.3]");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    size_t count, same;
    double *a = dataset("file.h5", "/husimi/mode_1", &count);
    double *b = dataset("direct.h5", "/husimi/mode_1", &same);
    cr_assert(eq(ulong, count, same));
    for (size_t i = 0; i < count; i++)
        /* the tolerance */
        cr_assert(epsilon_eq(dbl, a[i], b[i], 1e-5));
    free(a);
    free(b);
    scratch_remove();
}

static const char rivals[] = "hamiltonian: {modes: 1, operator: \"n + 0.1*x^4\"}\n"
                             "initial: {coherent: [0.5]}\n"
                             "theory:\n"
                             "  - {order: exact}\n"
                             "  - {order: 2, accept_unbalanced: true}\n"
                             "  - {order: 1}\n"
                             "solver: {tolerance: 1.0e-3}\n"
                             "output:\n"
                             "  times: [0.0, 0.001, 0.1]\n"
                             "  husimi: {from: -4.0, to: 4.0, points: 17}\n";

Test(program, several_theories_in_one_file)
{
    size_t count;
    scratch_make();
    write_text("rivals.yaml", rivals);
    outcome o = RUN("run", "rivals.yaml", "-o", "rivals.h5");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err); /* only the accepted one stopped */
    cr_assert(strstr(o.out, "distance of Q to exact") != NULL, "%s", o.out);
    cr_assert(strstr(o.out, "M2: order 2, C = 1, ordering 0.5: stopped") != NULL, "%s", o.out);
    cr_assert(strstr(o.out, "liouville: order 1, C = 1, ordering 0: reached t = 0.1") != NULL);
    cr_assert(strstr(o.err, "1 of 3 theories") != NULL, "%s", o.err);
    double *distance = dataset("rivals.h5", "/distance/M2/husimi_l2_1", &count);
    cr_assert(eq(sz, count, 3));
    cr_assert(eq(dbl, distance[0], 0.0));
    cr_assert(lt(dbl, 0.0, distance[1]));
    cr_assert(isnan(distance[2]));
    free(distance);
    double *norm = dataset("rivals.h5", "/theories/M2/observables/norm_u", &count);
    cr_assert(eq(sz, count, 3));
    cr_assert(eq(dbl, norm[0], 1.0));
    free(norm);
    is_json(RUN("run", "rivals.yaml", "-o", "rivals.h5", "--json").out);
    is_json(RUN("plan", "rivals.yaml", "--json").out);
    is_json(RUN("audit", "rivals.yaml", "--json").out);
    o = RUN("plan", "rivals.yaml");
    cr_assert(strstr(o.out, "together") != NULL, "%s", o.out);
    o = RUN("audit", "rivals.yaml");
    cr_assert(strstr(o.out, "Theory liouville") != NULL, "%s", o.out);
    o = RUN("compare", "rivals.h5", "rivals.h5", "--tol", "0"); /* NaN against NaN agrees */
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    cr_assert(strstr(o.out, "/theories/M2/husimi/mode_1") != NULL, "%s", o.out);
    o = RUN("plot", "rivals.h5");
    cr_assert(o.exit_status == 0 || strstr(o.err, "install") != NULL, "%s", o.err);
    scratch_remove();
}

/* A theory that is well-posed and still has to stop makes the run end with 3, after the others. */
Test(program, a_stop_without_consent_ends_with_3_and_keeps_the_file)
{
    size_t count;
    scratch_make();
    write_text("rivals.yaml", rivals);
    outcome o = RUN("run", "rivals.yaml", "-o", "r.h5", "--set", "theory=[{order: 1}, {}]", "--set",
                    "hamiltonian.operator=0.5*ad^2*a^2", "--set", "initial.coherent=[2.0]", "--set",
                    "solver.grid={points: 44, extent: 14.0}", "--set", "output.times=[0, 0.05, 1]");
    cr_assert(eq(int, o.exit_status, 3), "%s", o.err);
    cr_assert(strstr(o.err, "1 of 2 theories had to stop: liouville after t = 0.05") != NULL, "%s",
              o.err);
    double *n = dataset("r.h5", "/theories/exact/observables/n_1", &count);
    cr_assert(eq(sz, count, 3));
    cr_assert(not(isnan(n[2]))); /* the other one went on */
    free(n);
    n = dataset("r.h5", "/observables/n_1", &count);
    cr_assert(eq(sz, count, 3));
    cr_assert(isnan(n[2]));
    free(n);
    scratch_remove();
}

Test(program, what_a_list_of_theories_refuses)
{
    static const struct {
        const char *set, *value, *says;
        int exit_status;
    } cases[] = {
        {"--set", "theory=[{}, {order: 2}]", "order 2, C = 1 of this Hamiltonian is not balanced",
         3},
        {"--set", "solver.basis=reference", "solver.basis", 2},
        {"--set", "theory.order=2", "is a list in the file", 2},
        {"--backend", "cpu", NULL, 0},
    };
    scratch_make();
    write_text("rivals.yaml", rivals);
    for (int i = 0; i < 4; i++) {
        outcome o = RUN("run", "rivals.yaml", "-o", "x.h5", cases[i].set, cases[i].value);
        cr_assert(eq(int, o.exit_status, cases[i].exit_status), "%s: %s", cases[i].value, o.err);
        if (cases[i].exit_status != 0) {
            cr_assert(strstr(o.err, cases[i].says) != NULL, "%s: %s", cases[i].value, o.err);
            cr_assert(not(left_behind("x.h5")), "%s", cases[i].value);
        }
    }
    outcome o = RUN("run", "rivals.yaml", "-o", "x.h5", "--resume");
    cr_assert(eq(int, o.exit_status, 4));
    cr_assert(strstr(o.err, "no interrupted run to resume") != NULL, "%s", o.err);
    scratch_remove();
}

/* With consent an ill-posed theory runs, shows what watches it, and is stopped with its file
 * kept. */
Test(program, an_accepted_theory_is_watched_and_stopped)
{
    size_t times;
    scratch_make();
    write_text("rivals.yaml", rivals);
    outcome o = RUN("run", "rivals.yaml", "-o", "m2.h5", "--set",
                    "theory={order: 2, accept_unbalanced: true}");
    cr_assert(eq(int, o.exit_status, 3), "%s", o.err);
    char watch[3][32] = {""};
    const char *second = strstr(o.out, "\n\n"); /* a line of its own */
    cr_assert(second != NULL, "%s", o.out);
    sscanf(second, "%*s%31s%31s%31s", watch[0], watch[1], watch[2]);
    cr_assert(eq(str, watch[0], (char *)"norm_u"), "%s", o.out);
    cr_assert(eq(str, watch[1], (char *)"growth"), "%s", o.out);
    cr_assert(eq(str, watch[2], (char *)"min_q"), "%s", o.out);
    cr_assert(strstr(o.err, "accepted as unbalanced") != NULL, "%s", o.err);
    free(dataset("m2.h5", "/time", &times));
    cr_assert(eq(sz, times, 2));
    hid_t file = H5Fopen(scratch_path("m2.h5"), H5F_ACC_RDONLY, H5P_DEFAULT);
    cr_assert(H5Aexists(file, "stopped") > 0);
    cr_assert(H5Aexists(file, "warning") > 0);
    H5Fclose(file);
    scratch_remove();
}
