/* A run that is stopped while a correlation is on its way. */
#define _GNU_SOURCE
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <hdf5.h>
#include <math.h>
#include <time.h>

#include "../support/program.h"
#include "../support/same_files.h"

static const char two[] =
    "hamiltonian: {modes: 1, operator: \"n + 0.1*x^4\"}\n"
    "dissipation: [{operator: a, rate: 0.2}]\n"
    "initial: {coherent: [1.5]}\n"
    "solver: {basis: fock, levels: 40}\n"
    "output:\n"
    "  times: [0.0, 1.0]\n"
    "  husimi: {points: 9}\n"
    "  checkpoint: {every: 0.001s}\n"
    "  correlations: [{left: ad, right: a, at: 0, tau: {to: 1, count: 9}},\n"
    "                 {left: n, right: n, at: 0.5, tau: {to: 20, count: 500}}]\n";

/* Writes other numbers over it, and what was there before next time. */
static void exchange(const char *dataset, double *values, size_t count)
{
    double *before = calloc(count, sizeof *before);
    hid_t file = H5Fopen(scratch_path("r.h5.part"), H5F_ACC_RDWR, H5P_DEFAULT);
    hid_t opened = H5Dopen2(file, dataset, H5P_DEFAULT);
    cr_assert(opened >= 0, "%s", dataset);
    cr_assert(H5Dread(opened, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, before) >= 0);
    cr_assert(H5Dwrite(opened, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    H5Dclose(opened);
    H5Fclose(file);
    memcpy(values, before, count * sizeof *before);
    free(before);
}

/* The run stands still meanwhile; a signal is heeded all the same, the first correlation is not lost, and the
 * second is taken anew. */
Test(interrupted_correlations, are_gone_on_with, .timeout = 300)
{
    double others[9] = {0};
    scratch_make();
    write_text("slow.yaml", two);
    outcome o = RUN("run", "slow.yaml", "-o", "whole.h5");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    pid_t pid = program_start((const char *const[]){"run", "slow.yaml", "-o", "r.h5", NULL});
    program_until(pid, "r.h5.part.checkpoint", 1); /* after the first output and the first step */
    nanosleep(&(struct timespec){.tv_nsec = 300000000},
              NULL); /* the second takes longer than that */
    kill(pid, SIGTERM);
    o = program_wait(pid);
    cr_assert(eq(int, o.exit_status, 128 + SIGTERM), "%s", o.err);
    exchange("/correlations/1/re", others, 9);
    cr_assert(lt(dbl, 1.0, others[0]));
    double *second = calloc(500, sizeof *second);
    exchange("/correlations/2/re", second, 500);
    cr_assert(isnan(second[0])); /* it was not waited for */
    exchange("/correlations/2/re", second, 500);
    free(second);
    o = RUN("run", "slow.yaml", "-o", "r.h5", "--resume");
    cr_assert(eq(int, o.exit_status, 4), "%s", o.err);
    cr_assert(strstr(o.err, "the correlations before t") != NULL, "%s", o.err);
    exchange("/correlations/1/re", others, 9);
    o = RUN("run", "slow.yaml", "-o", "r.h5", "--resume");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    assert_same_bits("whole.h5", "r.h5", "a run that was stopped");
    scratch_remove();
}
