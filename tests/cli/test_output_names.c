/* What stands under the name of an output before a run: kept, replaced or refused. */
#define _GNU_SOURCE /* posix_spawn_file_actions_addchdir_np */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <hdf5.h>
#include <sys/stat.h>

#include "../support/program.h"
#include "core/error.h"

static const char quick[] = "hamiltonian: {modes: 1, operator: \"n\"}\n"
                            "initial: {coherent: [0.5]}\n"
                            "solver: {basis: reference}\n"
                            "ensemble: {method: guided, paths: 64, steps: 4}\n"
                            "output: {times: [0.0, 0.1], husimi: {from: -4, to: 4, points: 17}}\n";

static void prepare(void)
{
    scratch_make();
    write_text("quick.yaml", quick);
}

TestSuite(output_names, .init = prepare, .fini = scratch_remove);

static void assert_refused(outcome o, int status, const char *reason)
{
    cr_assert(eq(int, o.exit_status, status), "%s", o.err);
    cr_assert(strstr(o.err, reason) != NULL, "'%s' does not say '%s'", o.err, reason);
    cr_assert(not(left_behind(".part")));
}

/* The date of a result tells the generations apart no better than its inode does. */
static ino_t inode_of(const char *name)
{
    struct stat found;
    return stat(scratch_path(name), &found) == 0 ? found.st_ino : 0;
}

Test(output_names, an_older_result_is_kept)
{
    static const char *const commands[] = {"run", "sample"};
    for (int i = 0; i < 2; i++) {
        outcome first = RUN(commands[i], "quick.yaml", "-o", "r.h5");
        cr_assert(eq(int, first.exit_status, 0), "%s", first.err);
        ino_t older = inode_of("r.h5");
        outcome o = RUN(commands[i], "quick.yaml", "-o", "r.h5");
        cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
        bool said = strstr(first.err, "is kept as") != NULL;
        cr_assert(eq(int, said, i > 0), "%s", first.err);
        cr_assert(strstr(o.err, "the older result is kept as r.h5~") != NULL, "%s", o.err);
        cr_assert(eq(u64, inode_of("r.h5~"), older));
        cr_assert(ne(u64, inode_of("r.h5"), older));
        cr_assert(not(left_behind(".part")));
    }
}

/* By a kill between the two renames. */
Test(output_names, a_result_that_is_kept_already_is_replaced)
{
    outcome o = RUN("run", "quick.yaml", "-o", "r.h5");
    cr_assert(link(scratch_path("r.h5"), scratch_path("r.h5~")) == 0);
    o = RUN("run", "quick.yaml", "-o", "r.h5");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    cr_assert(ne(u64, inode_of("r.h5"), inode_of("r.h5~")));
    cr_assert(not(left_behind(".part")));
}

Test(output_names, what_is_no_result_is_not_replaced)
{
    static const char *const names[] = {"r.h5", "r.h5~", "r.h5.part"};
    char kept[32];
    for (int i = 0; i < 3; i++) {
        if (i == 1)
            cr_assert(eq(int, RUN("run", "quick.yaml", "-o", "r.h5").exit_status, 0));
        write_text(names[i], "dear");
        outcome o = RUN("run", "quick.yaml", "-o", "r.h5");
        cr_assert(eq(int, o.exit_status, 4), "%s: %s", names[i], o.err);
        cr_assert(strstr(o.err, "is no result of this program") != NULL, "%s", o.err);
        cr_assert(strstr(o.err, names[i]) != NULL && strstr(o.err, "--force") != NULL, "%s", o.err);
        read_back(scratch_path(names[i]), kept, sizeof kept);
        cr_assert(eq(str, kept, "dear"));
        o = RUN("run", "quick.yaml", "-o", "r.h5", "--force");
        cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
        read_back(scratch_path("r.h5~"), kept, sizeof kept);
        bool is_kept = strcmp(kept, "dear") == 0; /* the two others were not the older file */
        cr_assert(eq(int, is_kept, i == 0));
        unlink(scratch_path("r.h5"));
        unlink(scratch_path("r.h5~"));
    }
    hid_t file = H5Fcreate(scratch_path("r.h5"), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    H5Fclose(file);
    assert_refused(RUN("sample", "quick.yaml", "-o", "r.h5"), 4, "is no result of this program");
    write_text("empty.h5", ""); /* of mktemp */
    cr_assert(eq(int, RUN("run", "quick.yaml", "-o", "empty.h5").exit_status, 0));
}

/* As its lock says, which a run that is refused leaves there. */
Test(output_names, what_a_killed_run_left_without_a_checkpoint_is_replaced)
{
    write_text("r.h5.part", "half of a file");
    write_text("r.h5.part.lock", "999999999 elsewhere\n");
    outcome refused = RUN("run", "quick.yaml", "-o", "r.h5", "--resume");
    cr_assert(eq(int, refused.exit_status, 4), "%s", refused.err);
    cr_assert(strstr(refused.err, "run without --resume to begin anew") != NULL, "%s", refused.err);
    outcome o = RUN("run", "quick.yaml", "-o", "r.h5");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    cr_assert(not(left_behind(".part")));
}

Test(output_names, inputs_are_not_replaced)
{
    cr_assert(eq(int, RUN("run", "quick.yaml", "-o", "state.h5").exit_status, 0));
    static const char *const initials[] = {
        "{file: {path: state.h5, dataset: /husimi/mode_1}}",
        "{mixture: [{weight: 1, fock: [0]}, "
        "{weight: 1, file: {path: state.h5, dataset: /husimi/mode_1}}]}"};
    /* by every name that a run writes: the link is what the run would meet there */
    static const char *const links[] = {"state.h5", "r.h5", "r.h5~", "r.h5.part",
                                        "r.h5.part.checkpoint"};
    ino_t input = inode_of("state.h5");
    for (int k = 0; k < 2; k++) {
        char *text = qfpi_format("hamiltonian: {modes: 1, operator: n}\ninitial: %s\n"
                                 "output: {times: [0.0]}\n",
                                 initials[k]);
        write_text("reader.yaml", text);
        free(text);
        for (int i = 0; i < 5; i++) {
            if (i > 0)
                cr_assert(link(scratch_path("state.h5"), scratch_path(links[i])) == 0);
            outcome o = RUN("run", "reader.yaml", "-o", i == 0 ? "./state.h5" : "r.h5", "--force");
            cr_assert(eq(int, o.exit_status, 2), "%s: %s", links[i], o.err);
            cr_assert(strstr(o.err, "would replace the input") != NULL, "%s", o.err);
            cr_assert(eq(u64, inode_of(links[i]), input));
            if (i > 0)
                unlink(scratch_path(links[i]));
        }
    }
    assert_refused(RUN("run", "quick.yaml", "-o", "quick.yaml", "--force"), 2, "the input");
    assert_refused(RUN("sample", "quick.yaml", "-o", "./quick.yaml", "--force"), 2, "the input");
}

Test(output_names, run_and_sample_have_names_of_their_own)
{
    cr_assert(eq(int, RUN("run", "quick.yaml").exit_status, 0));
    outcome o = RUN("sample", "quick.yaml");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    cr_assert(strstr(o.out, "wrote quick_sample.h5") != NULL, "%s", o.out);
    cr_assert(strstr(o.err, "is kept as") == NULL, "%s", o.err);
}

/* Transforms that are timed are chosen differently from process to process, and round differently. */
Test(output_names, two_reproducible_runs_are_the_same)
{
    static const char *const names[] = {"a.h5", "b.h5", "c.h5"};
    write_text("kerr.yaml", "hamiltonian: {modes: 1, operator: \"0.5*ad^2*a^2 + 0.1*x\"}\n"
                            "initial: {coherent: [1.0]}\n"
                            "solver: {reproducible: true, tolerance: 1.0e-5}\n"
                            "output: {times: [0.0, 3.0]}\n");
    for (int i = 0; i < 3; i++) {
        outcome o = RUN("run", "kerr.yaml", "-o", names[i]);
        cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
        o = RUN("compare", "a.h5", names[i], "--tol", "0");
        cr_assert(eq(int, o.exit_status, 0), "%s%s", o.out, o.err);
    }
}
