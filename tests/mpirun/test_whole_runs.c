/* Several ranks write the file that one process writes, bit for bit, and start from the same. */
#define _GNU_SOURCE /* posix_spawn_file_actions_addchdir_np */
#include "mpirun.h"

TestSuite(whole_runs, .init = ranks_make, .fini = scratch_remove, .timeout = 300);

/* ---- the same bits ------------------------------------------------------------------------------ */

typedef struct problem {
    const char *name, *command, *text;
} problem;

static const problem problems[] = {
    {"one mode, auto", "run",
     "hamiltonian: {parameters: {U: 1.0}, operator: \"U/2*ad^2*a^2\"}\n"
     "initial: {coherent: [1.0]}\n"
     "output: {times: [0.0, 0.5, 1.0], husimi: {from: -4, to: 4, points: 17},\n"
     "  series: {from: 0, to: 1, count: 5}, checkpoint: {every: 0.001s}}\n"},
    {"one mode, grid, three theories", "run",
     "hamiltonian: {operator: \"n + 0.1*x^4\"}\n"
     "initial: {coherent: [0.5]}\n"
     "theory: [{}, {order: 2, accept_unbalanced: true}, {order: 1}]\n"
     "solver: {basis: fourier, tolerance: 1e-4}\n"
     "output: {times: [0.0, 0.05, 0.1], husimi: {from: -4, to: 4, points: 17},\n"
     "  fields: [drift, current]}\n"},
    {"two modes with hopping, grid", "run",
     "hamiltonian: {modes: 2, parameters: {J: 1.0, U: 0.5},\n"
     "  operator: \"-J*hc(ad[1]*a[2]) + sum(j, U/2*ad[j]^2*a[j]^2)\"}\n"
     "initial: {coherent: [0.5, 0.0]}\n"
     "solver: {basis: fourier, grid: {points: 12, extent: 8}, tolerance: 1e-2}\n"
     "output: {times: [0.0, 0.05], husimi: {from: -4, to: 4, points: 9, full: true}}\n"},
    {"two lossy modes, levels that grow", "run",
     "hamiltonian: {modes: 2, parameters: {J: 1.0, U: 0.5},\n"
     "  operator: \"-J*hc(ad[1]*a[2]) + sum(j, U/2*ad[j]^2*a[j]^2) + 0.2*(a[1] + ad[1])\"}\n"
     "dissipation: [{operator: \"a[1]\", rate: 0.5}]\n"
     "initial: {coherent: [0.0, 0.0]}\n"
     "solver: {basis: fock, tolerance: 1e-3}\n"
     "output: {times: [0.0, 0.2, 0.4], husimi: {from: -4, to: 4, points: 9},\n"
     "  state: {times: last}, correlations: [{left: \"ad[1]\", right: \"a[1]\", at: 0.2,\n"
     "  tau: {to: 0.2, count: 3}}]}\n"},
    {"three modes, grid", "run",
     "hamiltonian: {modes: 3, operator: \"n[1] + n[2] + n[3] - hc(ad[1]*a[3])\"}\n"
     "initial: {fock: [0, 0, 0]}\n"
     "solver: {basis: fourier, grid: {points: 8, extent: 5}, tolerance: 0.09}\n"
     "output: {times: [0.002], husimi: {from: -3, to: 3, points: 5}}\n"},
    {"the reference", "run",
     "hamiltonian: {operator: \"n + 0.1*ad^2*a^2\"}\n"
     "initial: {coherent: [0.5]}\n"
     "solver: {basis: reference}\n"
     "output: {times: [0.0, 0.5], husimi: {from: -4, to: 4, points: 9}}\n"},
    {"a stationary state", "steady",
     "hamiltonian: {parameters: {U: 0.6, F: 0.4}, operator: \"U/2*ad^2*a^2 + F*(a + ad)\"}\n"
     "dissipation: [{operator: \"a\", rate: 1.0}]\n"
     "output: {husimi: {from: -4, to: 4, points: 9}}\n"},
};

static void assert_done(const outcome *o, const char *what)
{
    cr_assert(eq(int, o->exit_status, 0), "%s: %s", what, o->err);
}

Test(whole_runs, any_number_of_them_writes_the_file_of_one_process)
{
    for (size_t i = 0; i < sizeof problems / sizeof *problems; i++) {
        const problem *p = &problems[i];
        write_text("p.yaml", p->text);
        outcome alone = RUN(p->command, "p.yaml", "-o", "one.h5", "-q");
        assert_done(&alone, p->name);
        for (int ranks = 2; ranks <= 4; ranks++) {
            char number[4], what[96];
            snprintf(number, sizeof number, "%d", ranks);
            snprintf(what, sizeof what, "%s, %d ranks", p->name, ranks);
            outcome o = MPIRUN("-n", number, QFP_PROGRAM, p->command, "p.yaml", "-o", "all.h5",
                               "-q", "--force");
            assert_done(&o, what);
            cr_assert(eq(str, o.err, alone.err), "%s", what);
            assert_same_bits("one.h5", "all.h5", what);
        }
        remove(scratch_path("all.h5"));
        remove(scratch_path("all.h5~"));
        cr_assert(not(left_behind("all.h5")), "%s", p->name);
    }
}

/* ---- one voice ---------------------------------------------------------------------------------- */

static int count_of(const char *text, const char *part)
{
    int count = 0;
    for (; (text = strstr(text, part)) != NULL; text += strlen(part))
        count++;
    return count;
}

/* A number that a file says of itself. */
static double real_of(const char *file, const char *name)
{
    double value = -1.0;
    hid_t opened = H5Fopen(scratch_path(file), H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t attribute = H5Aopen(opened, name, H5P_DEFAULT);
    H5Aread(attribute, H5T_NATIVE_DOUBLE, &value);
    H5Aclose(attribute);
    H5Fclose(opened);
    return value;
}

static int whole_of(const char *file, const char *name)
{
    return (int)real_of(file, name);
}

static const char small[] = "hamiltonian: {operator: \"n\"}\n"
                            "initial: {coherent: [0.5]}\n"
                            "output: {times: [0.0, 1.0], husimi: {from: -4, to: 4, points: 9}}\n";

Test(whole_runs, one_of_them_speaks)
{
    write_text("p.yaml", small);
    outcome table = MPIRUN("-n", "3", QFP_PROGRAM, "run", "p.yaml");
    assert_done(&table, "a table");
    cr_assert(eq(int, count_of(table.out, "wrote p.h5"), 1), "%s", table.out);
    outcome document = MPIRUN("-n", "3", QFP_PROGRAM, "run", "p.yaml", "--json");
    cr_assert(eq(int, count_of(document.out, "\"status\""), 1), "%s", document.out);
    cr_assert(eq(int, count_of(document.out, "\"ranks\": {\"count\": 3, "), 1), "%s", document.out);
    cr_assert(eq(int, count_of(table.err, "each of the 3 ranks computed all of this run"), 1), "%s",
              table.err);
    cr_assert(eq(int, whole_of("p.h5", "ranks"), 3));
    outcome version = MPIRUN("-n", "3", QFP_PROGRAM, "version");
    cr_assert(eq(int, count_of(version.out, "qfp "), 1), "%s", version.out);
    outcome plan = MPIRUN("-n", "3", QFP_PROGRAM, "plan", "p.yaml", "--json");
    assert_done(&plan, "a plan");
    cr_assert(eq(int, count_of(plan.out, "\"bytes_available\""), 1), "%s", plan.out);
    outcome audit = MPIRUN("-n", "2", QFP_PROGRAM, "audit", "p.yaml", "--json");
    assert_done(&audit, "an audit");
    outcome wrong = MPIRUN("-n", "3", QFP_PROGRAM, "run", "nothing.yaml");
    cr_assert(eq(int, wrong.exit_status, 4));
    cr_assert(eq(int, count_of(wrong.err, "qfp: nothing.yaml: cannot be opened"), 1), "%s",
              wrong.err);
    cr_assert(strstr(wrong.err, "qfp: rank") == NULL, "%s", wrong.err);
}

Test(whole_runs, what_they_exchanged_is_told)
{
    write_text("p.yaml", problems[1].text);
    outcome table = MPIRUN("-n", "2", QFP_PROGRAM, "run", "p.yaml", "-o", "p.h5");
    double table_gigabytes, rate, share, waited, bytes = 0.0, seconds = 0.0;
    const char *line = strstr(table.out, "\n2 ranks exchanged ");
    cr_assert(line != NULL, "%s%s", table.out, table.err);
    int found = sscanf(line,
                       "\n2 ranks exchanged %lf GB, %lf GB/s out of each, in %lf %% of the time; "
                       "waited for each other in %lf %%\n",
                       &table_gigabytes, &rate, &share, &waited);
    cr_assert(eq(int, found, 4), "%s", line);
    cr_assert(share > 0.0 && waited > 0.0 && share <= 100.0 && rate > 0.0, "%s", line);
    cr_assert(strstr(table.err, "computed all of this run") == NULL, "%s", table.err);
    cr_assert(eq(int, whole_of("p.h5", "ranks"), 2));
    cr_assert(real_of("p.h5", "exchange_seconds") > 0.0);
    cr_assert(real_of("p.h5", "wait_seconds") > 0.0);

    outcome document = MPIRUN("-n", "2", QFP_PROGRAM, "run", "p.yaml", "-o", "p.h5", "--json");
    line = strstr(document.out, "\"ranks\": {");
    cr_assert(line != NULL, "%s", document.out);
    found = sscanf(line,
                   "\"ranks\": {\"count\": 2, \"exchanged_bytes\": %lf, \"exchange_seconds\": %lf, "
                   "\"bytes_per_second\": %lf, ",
                   &bytes, &seconds, &rate);
    cr_assert(eq(int, found, 3), "%s", line);
    cr_assert(bytes == real_of("p.h5", "exchanged_bytes"), "%s", line);
    cr_assert(
        epsilon_eq(dbl, rate, 0.5 * bytes / seconds, 1e-9 * rate)); /* roundings in decimals */
    cr_assert(epsilon_eq(dbl, 1e9 * table_gigabytes, bytes, 0.005 * bytes)); /* three digits */
}

Test(whole_runs, too_many_of_them_for_a_grid_are_counted)
{
    write_text("p.yaml", "hamiltonian: {operator: \"n + 0.1*x^4\"}\n"
                         "initial: {coherent: [0.5]}\n"
                         "solver: {basis: fourier, grid: {points: 10}, tolerance: 1e-2}\n"
                         "output: {times: [0.0, 0.1]}\n");
    outcome plan = MPIRUN("-n", "6", QFP_PROGRAM, "plan", "p.yaml");
    outcome o = MPIRUN("-n", "6", QFP_PROGRAM, "run", "p.yaml");
    int idle = 0;
    const char *caution = strstr(plan.out, "caution ");
    cr_assert(caution != NULL, "%s%s", plan.out, plan.err);
    cr_assert(eq(int, sscanf(caution, "caution %d of them", &idle), 1));
    assert_done(&o, "six ranks");
    char says[64];
    snprintf(says, sizeof says, "%d of the 6 ranks had no part of the grid", idle);
    cr_assert(eq(int, count_of(o.err, says), 1), "%s", o.err);
    outcome two = MPIRUN("-n", "2", QFP_PROGRAM, "run", "p.yaml");
    assert_done(&two, "two ranks");
    cr_assert(strstr(two.err, "no part of the grid") == NULL, "%s", two.err);
}

/* Standard input is that of rank 0. */
Test(whole_runs, a_configuration_comes_through_one_pipe)
{
    int ends[2], before = dup(0);
    cr_assert(eq(int, pipe(ends), 0));
    cr_assert(eq(long, (long)write(ends[1], small, strlen(small)), (long)strlen(small)));
    close(ends[1]);
    dup2(ends[0], 0);
    outcome o = MPIRUN("-n", "2", QFP_PROGRAM, "run", "-", "-o", "piped.h5", "-q");
    dup2(before, 0);
    assert_done(&o, "a pipe");
    write_text("stdin", small);
    outcome alone = RUN("run", "stdin", "-o", "named.h5", "-q");
    assert_done(&alone, "a file");
    assert_same_bits("named.h5", "piped.h5", "a pipe");
}

/* ---- what is made of MPI ------------------------------------------------------------------------- */

/* calls.c */
Test(whole_runs, calls_of_ranks_do_what_they_say)
{
    outcome three = MPIRUN("-n", "3", QFP_CALLS, "common");
    assert_done(&three, "three");
    outcome one = MPIRUN("-n", "1", QFP_CALLS, "common");
    assert_done(&one, "one");
    outcome gathered = MPIRUN("-n", "3", QFP_CALLS, "gathered");
    assert_done(&gathered, "gathered");
    outcome messages = MPIRUN("-n", "3", QFP_CALLS, "messages");
    assert_done(&messages, "messages");
    outcome program = MPIRUN("-n", "3", QFP_CALLS, "program");
    cr_assert(eq(int, program.exit_status, 2), "%s", program.err);
    cr_assert(eq(int,
                 count_of(program.err, "line 2 of the program is 'of rank 1' on rank 1 of 3, "
                                       "on rank 0 'of rank 0'; "),
                 1),
              "%s", program.err);
    outcome steps = MPIRUN("-n", "3", QFP_CALLS, "steps");
    cr_assert(eq(int, steps.exit_status, 5), "%s", steps.err);
    cr_assert(eq(int, count_of(steps.err, "one rank is at t = 1, another at t = 1.5: "), 1), "%s",
              steps.err);
    outcome alone = MPIRUN("-n", "3", QFP_CALLS, "alone");
    cr_assert(eq(int, alone.exit_status, 3), "%s", alone.err);
    cr_assert(eq(int, count_of(alone.err, "qfp: rank 2 of 3: left the others"), 1), "%s",
              alone.err);
}

/* ---- the same start ----------------------------------------------------------------------------- */

static void assert_refused(const outcome *o, const char *sentence)
{
    cr_assert(eq(int, o->exit_status, 2), "%s", o->err);
    cr_assert(eq(int, count_of(o->err, sentence), 1), "%s", o->err);
    cr_assert(not(left_behind(".h5")));
}

Test(whole_runs, with_another_command_line_or_configuration_are_refused)
{
    char here[256], other[256];
    write_text("a.yaml", small);
    write_text("b.yaml", small);
    outcome names = MPIRUN("-n", "1", QFP_PROGRAM, "run", "a.yaml", ":", "-n", "2", QFP_PROGRAM,
                           "run", "b.yaml");
    assert_refused(&names, "qfp: line 1 of the command line is 'run b.yaml' on rank 1 of 3, on "
                           "rank 0 'run a.yaml'");
    outcome set = MPIRUN("-n", "2", QFP_PROGRAM, "run", "a.yaml", ":", "-n", "1", QFP_PROGRAM,
                         "run", "a.yaml", "--set", "kappa=2");
    assert_refused(&set, "'run a.yaml --set kappa=2' on rank 2 of 3, on rank 0 'run a.yaml'");

    snprintf(here, sizeof here, "%s", scratch_path("."));
    snprintf(other, sizeof other, "%s", scratch_path("other"));
    mkdir(other, 0700);
    char *changed = qfpi_format("%s# nothing else\n", small);
    write_text("other/a.yaml", changed);
    free(changed);
    outcome text = MPIRUN("-n", "1", "-wdir", here, QFP_PROGRAM, "run", "a.yaml", ":", "-n", "1",
                          "-wdir", other, QFP_PROGRAM, "run", "a.yaml");
    assert_refused(&text, "qfp: line 4 of the configuration is '# nothing else' on rank 1 of 2, on "
                          "rank 0 ''");
}

/* A folder with a configuration on its grid of `state`, and that state in a file. */
static void prepare_folder(const char *name, const char *state)
{
    char path[64], set[64];
    mkdir(scratch_path(name), 0700);
    snprintf(path, sizeof path, "%s/s.h5", name);
    snprintf(set, sizeof set, "initial.coherent=[%s]", state);
    write_text("s.yaml", "hamiltonian: {operator: \"n\"}\n"
                         "initial: {coherent: [0.0]}\n"
                         "solver: {basis: fock}\n"
                         "output: {times: [0.0, 1.0], state: {times: last}}\n");
    outcome made = RUN("run", "s.yaml", "-o", path, "--set", set, "-q");
    assert_done(&made, path);
    snprintf(path, sizeof path, "%s/r.yaml", name);
    write_text(
        path,
        "hamiltonian: {operator: \"n\"}\n"
        "initial: {mixture: [{file: {path: s.h5}, weight: 0.5}, {coherent: [0.0], weight: 0.5}]}\n"
        "solver: {basis: fourier, grid: {points: 24, extent: 12}, tolerance: 0.09}\n"
        "output: {times: [0.0, 0.1]}\n");
}

/* Slabs of two different states would be the state of nobody. */
Test(whole_runs, with_other_numbers_in_a_file_are_refused)
{
    char first[256], second[256];
    prepare_folder("first", "0.5");
    prepare_folder("second", "1.0");
    snprintf(first, sizeof first, "%s", scratch_path("first"));
    snprintf(second, sizeof second, "%s", scratch_path("second"));
    outcome same = MPIRUN("-n", "2", QFP_PROGRAM, "run", "first/r.yaml", "-o", "r.h5", "-q");
    assert_done(&same, "the same file");
    remove(scratch_path("r.h5"));
    outcome other = MPIRUN("-n", "1", "-wdir", first, QFP_PROGRAM, "run", "r.yaml", ":", "-n", "1",
                           "-wdir", second, QFP_PROGRAM, "run", "r.yaml");
    cr_assert(eq(int, other.exit_status, 2), "%s", other.err);
    cr_assert(eq(int,
                 count_of(other.err, "qfp: line 1 of what is read from files is 's.h5: /state/rho, "
                                     "checksum "),
                 1),
              "%s", other.err);
    remove(scratch_path("second/s.h5"));
    outcome none = MPIRUN("-n", "1", "-wdir", first, QFP_PROGRAM, "run", "r.yaml", ":", "-n", "1",
                          "-wdir", second, QFP_PROGRAM, "run", "r.yaml");
    cr_assert(eq(int, none.exit_status, 2), "%s", none.err);
    cr_assert(strstr(none.err, "'s.h5: cannot be opened: ") != NULL, "%s", none.err);
    cr_assert(not(left_behind(".part")));
}

static void make_pulse(const char *folder, double top)
{
    char path[64];
    const hsize_t extent[2] = {3, 2};
    const double rows[6] = {0.0, 0.0, 0.5, top, 1.0, 0.0};
    mkdir(scratch_path(folder), 0700);
    snprintf(path, sizeof path, "%s/f.h5", folder);
    hid_t file = H5Fcreate(scratch_path(path), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t space = H5Screate_simple(2, extent, NULL);
    hid_t dataset =
        H5Dcreate2(file, "/F", H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, rows);
    H5Dclose(dataset);
    H5Sclose(space);
    H5Fclose(file);
    snprintf(path, sizeof path, "%s/p.yaml", folder);
    write_text(path, "hamiltonian:\n"
                     "  parameters: {F: {file: f.h5, dataset: /F}}\n"
                     "  operator: \"n + F*x\"\n"
                     "initial: {coherent: [0.0]}\n"
                     "output: {times: [0.0, 1.0]}\n");
}

Test(whole_runs, with_another_pulse_are_refused)
{
    char first[256], second[256];
    make_pulse("first", 1.0);
    make_pulse("second", 2.0);
    snprintf(first, sizeof first, "%s", scratch_path("first"));
    snprintf(second, sizeof second, "%s", scratch_path("second"));
    outcome o = MPIRUN("-n", "1", "-wdir", first, QFP_PROGRAM, "run", "p.yaml", ":", "-n", "1",
                       "-wdir", second, QFP_PROGRAM, "run", "p.yaml");
    cr_assert(eq(int, o.exit_status, 2), "%s", o.err);
    cr_assert(strstr(o.err, "'hamiltonian.parameters.F: checksum ") != NULL, "%s", o.err);
}

/* ---- the same end ------------------------------------------------------------------------------- */

/* mpirun ends the others when one has ended with a failure, those too that have nothing left to do but end. */
Test(whole_runs, that_ended_are_not_interrupted)
{
    write_text("p.yaml", "hamiltonian: {operator: \"n\"}\n"
                         "initial: {coherent: [9.0]}\n"
                         "solver: {basis: fock, levels: 4}\n"
                         "output: {times: [0.0, 1.0]}\n");
    outcome o = MPIRUN("-x", "LD_PRELOAD=" QFP_LATE, "-n", "1", QFP_PROGRAM, "run", "p.yaml", ":",
                       "-n", "1", QFP_PROGRAM, "run", "p.yaml");
    cr_assert(eq(int, o.exit_status, 3), "%s", o.err);
    cr_assert(eq(int, count_of(o.err, "qfp: "), 1), "%s", o.err);
}

/* The mpirun of another MPI starts processes that do not find each other. */
Test(whole_runs, that_do_not_find_each_other_are_refused)
{
    write_text("p.yaml", small);
    setenv("PMI_SIZE", "2", 1);
    setenv("PMI_RANK", "0", 1);
    outcome first = RUN("run", "p.yaml");
    assert_refused(&first, "qfp: PMI_SIZE says that several processes were started, but ");
    setenv("PMI_RANK", "1", 1);
    outcome second = RUN("run", "p.yaml");
    cr_assert(eq(int, second.exit_status, 2), "%s", second.err);
    cr_assert(eq(str, second.err, ""));
    unsetenv("PMI_SIZE");
    unsetenv("PMI_RANK");
}
