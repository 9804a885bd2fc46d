/* What is left of `qfp sample`: gone on with by its own command and configuration, or refused as it is. */
#define _GNU_SOURCE /* posix_spawn_file_actions_addchdir_np */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <hdf5.h>

#include "../support/program.h"

static const char slow[] = "hamiltonian: {modes: 1, operator: \"0.5*ad^2*a^2\"}\n"
                           "initial: {coherent: [0.5]}\n"
                           "ensemble: {method: truncated_wigner, paths: 500, steps: 100000000}\n"
                           "output:\n"
                           "  times: [0.0, 1.0]\n"
                           "  husimi: {from: -4.0, to: 4.0, points: 5}\n"
                           "  checkpoint: {every: 1e-3s}\n";

static const char *const names[] = {"r.h5.part", "r.h5.part.checkpoint"};
static char kept[2][1 << 20];

static void keep(int file, char *bytes)
{
    memset(bytes, 0, sizeof kept[0]);
    read_back(scratch_path(names[file]), bytes, sizeof kept[0]);
}

static void prepare(void)
{
    scratch_make();
    write_text("slow.yaml", slow);
    pid_t pid = program_start((const char *const[]){"sample", "slow.yaml", "-o", "r.h5", NULL});
    program_until(pid, "r.h5.part.checkpoint", 2);
    kill(pid, SIGKILL);
    program_wait(pid);
    cr_assert(scratch_exists(scratch_path("r.h5.part.checkpoint")));
    for (int i = 0; i < 2; i++)
        keep(i, kept[i]);
}

TestSuite(interrupted_samples, .init = prepare, .fini = scratch_remove);

/* With a sentence, and everything is as it was. */
static void assert_refused(outcome o, int exit_status, const char *says)
{
    static char now[1 << 20];
    cr_assert(eq(int, o.exit_status, exit_status), "%s", o.err);
    cr_assert(strstr(o.err, says) != NULL, "%s", o.err);
    for (int i = 0; i < 2; i++) {
        keep(i, now);
        cr_assert(memcmp(now, kept[i], sizeof now) == 0, "%s: %s", names[i], o.err);
    }
    cr_assert(not(scratch_exists(scratch_path("r.h5.part.ending"))));
}

Test(interrupted_samples, are_left_as_they_are_by_all_others)
{
    assert_refused(RUN("sample", "slow.yaml", "-o", "r.h5"), 4,
                   "go on from it with --resume, or give --force");
    assert_refused(RUN("sample", "slow.yaml", "-o", "r.h5", "--resume", "--force"), 2,
                   "that --force gives up");
    assert_refused(RUN("sample", "slow.yaml", "-o", "r.h5", "--resume", "--set", "ensemble.seed=9"),
                   2, "r.h5.part: belongs to another configuration");
    assert_refused(RUN("run", "slow.yaml", "-o", "r.h5", "--resume"), 2,
                   "r.h5.part: was written as a sample and not as a run");
}

/* One bit of a path. */
Test(interrupted_samples, are_not_gone_on_with_from_damaged_numbers)
{
    hid_t file = H5Fopen(scratch_path(names[1]), H5F_ACC_RDWR, H5P_DEFAULT);
    hid_t state = H5Dopen2(file, "/checkpoint/state", H5P_DEFAULT);
    hsize_t at = 40, one = 1;
    hid_t space = H5Dget_space(state), memory = H5Screate_simple(1, &one, NULL);
    double number;
    H5Sselect_hyperslab(space, H5S_SELECT_SET, &at, NULL, &one, NULL);
    cr_assert(H5Dread(state, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, &number) >= 0);
    ((unsigned char *)&number)[0] ^= 1;
    cr_assert(H5Dwrite(state, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, &number) >= 0);
    H5Sclose(memory);
    H5Sclose(space);
    H5Dclose(state);
    H5Fclose(file);
    keep(1, kept[1]);
    assert_refused(RUN("sample", "slow.yaml", "-o", "r.h5", "--resume"), 4,
                   "the checksum of /checkpoint in it does not fit");
}

Test(interrupted_samples, before_their_first_checkpoint_say_so)
{
    cr_assert(unlink(scratch_path(names[1])) == 0);
    keep(1, kept[1]);
    assert_refused(RUN("sample", "slow.yaml", "-o", "r.h5", "--resume"), 4,
                   "was interrupted before its first checkpoint; run without --resume");
    scratch_write(scratch_path(names[0]), "half of", 7); /* killed while it was being made */
    keep(0, kept[0]);
    assert_refused(RUN("sample", "slow.yaml", "-o", "r.h5", "--resume"), 4,
                   "was interrupted before its first checkpoint; run without --resume");
}
