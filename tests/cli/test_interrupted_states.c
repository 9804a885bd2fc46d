/* A run that writes states, planes and Wigner functions is interrupted and gone on with: the file is that of
 * one that was not. */
#define _GNU_SOURCE /* posix_spawn_file_actions_addchdir_np */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../support/program.h"
#include "../support/same_files.h"
#include "io/snapshot.h"

TestSuite(interrupted_states, .init = scratch_make, .fini = scratch_remove);

static const char text[] = "hamiltonian: {modes: 1, operator: \"p^2/2 + x^2/2 - 0.01*x^4\"}\n"
                           "initial: {coherent: [0.5]}\n"
                           "theory: [{}, {order: 2, accept_unbalanced: true}]\n"
                           "solver: {basis: fock, integrator: krylov}\n"
                           "output: {times: {from: 0, to: 0.6, count: 13}, state: {times: %s},\n"
                           "         planes: [[p, x]], wigner: true, husimi: {points: 9},\n"
                           "         checkpoint: {every: 0.001s}}\n";

/* assert_same_bits leaves out what is no plain number. */
static void assert_same_states(const char *name)
{
    double *data[2];
    size_t shape[2][16], count = 2;
    int rank[2], is_complex;
    const char *const files[] = {"whole.h5", "r.h5"};
    for (int f = 0; f < 2; f++)
        cr_assert(qfp_hdf5_read(scratch_path(files[f]), name, &rank[f], shape[f], &is_complex,
                                &data[f]) == QFP_OK,
                  "%s", qfp_last_error());
    cr_assert(eq(int, rank[0], rank[1]));
    for (int i = 0; i < rank[0]; i++) {
        cr_assert(eq(sz, shape[0][i], shape[1][i]), "%s", name);
        count *= shape[0][i];
    }
    cr_assert(memcmp(data[0], data[1], count * sizeof(double)) == 0, "%s", name);
    free(data[0]);
    free(data[1]);
}

/* Levels grow within the run, so that the datasets of the state are replaced on the way. */
Test(interrupted_states, the_file_is_that_of_a_run_in_one_go)
{
    static const char *const times[] = {"all", "[0.05, 0.3, 0.6]"};
    for (int k = 0; k < 2; k++) {
        char yaml[1024];
        snprintf(yaml, sizeof yaml, text, times[k]);
        write_text("a.yaml", yaml);
        outcome o = RUN("run", "a.yaml", "-o", "whole.h5", "--force");
        cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
        cr_assert(strstr(o.err, "raised") != NULL, "%s", o.err);
        pid_t pid = program_start((const char *const[]){"run", "a.yaml", "-o", "r.h5", NULL});
        program_until(pid, "r.h5.part.checkpoint", 4 + 12 * k);
        kill(pid, SIGKILL);
        o = program_wait(pid);
        if (o.exit_status == -SIGKILL) /* else it was quicker */
            o = RUN("run", "a.yaml", "-o", "r.h5", "--resume");
        cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
        assert_same_bits("whole.h5", "r.h5", times[k]);
        assert_same_states("/state/rho");
        assert_same_states("/theories/M2/state/rho");
        cr_assert(remove(scratch_path("r.h5")) == 0);
    }
}
