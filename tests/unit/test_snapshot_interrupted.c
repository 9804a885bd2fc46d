/* Files that are interrupted, resumed, kept from being written, or bad. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../support/scratch.h"
#include "../support/small_snapshot.h"

TestSuite(snapshot_interrupted, .init = scratch_make, .fini = scratch_remove);

typedef struct kept_state {
    qfp_checkpoint head;
    const double *state;
} kept_state;

static qfp_status describe(void *data, size_t index, qfp_checkpoint *out)
{
    *out = ((const kept_state *)data)[index].head;
    return QFP_OK;
}

/* In two parts. */
static qfp_status give(void *data, size_t index, qfp_state_writer *to)
{
    const kept_state *k = &((const kept_state *)data)[index];
    QFP_TRY(to->put(to->self, 1, k->state));
    return to->put(to->self, k->head.count - 1, k->state + 1);
}

static qfp_status checkpoint(qfp_snapshot *s, double time, size_t next, size_t count, double *state)
{
    kept_state one = {.head = {.time = time, .count = count, .warning = ""}, .state = state};
    const qfp_checkpoint_source source = {.data = &one, .describe = describe, .give = give};
    return qfp_snapshot_checkpoint(s, next, 1, NULL, &source);
}

Test(snapshot_interrupted, interrupted_file_is_readable_and_resumes)
{
    const char *path = scratch_path("a.h5"), *part = scratch_path("a.h5.part");
    double state[] = {1.5, -2.5, 3.5};
    qfp_snapshot_layout layout = small_layout();
    if (fork() == 0) { /* a run that is killed after its fourth output */
        qfp_snapshot *killed = NULL;
        if (small_create(path, &layout, &killed) != QFP_OK || small_append(killed, 0) != QFP_OK ||
            small_append(killed, 1) != QFP_OK ||
            checkpoint(killed, 0.7, 1, 2, state + 1) != QFP_OK ||
            checkpoint(killed, 0.75, 2, 3, state) != QFP_OK || small_append(killed, 2) != QFP_OK ||
            small_append(killed, 3) != QFP_OK)
            _exit(1);
        raise(SIGKILL);
    }
    wait(NULL);
    size_t shape[16], next = 0;
    qfp_checkpoint loaded;
    qfp_state_reader reader;
    double first, others[3];
    double *times = read_dataset(part, "/time", 1, shape);
    cr_assert(eq(sz, shape[0], 4));
    free(times);

    qfp_snapshot *s = NULL;
    assert_failed(qfp_snapshot_resume(path, &layout, "title: other\n", false, &next, &s), QFP_USAGE,
                  "another configuration");
    cr_assert(qfp_snapshot_resume(path, &layout, "title: small\n", false, &next, &s) == QFP_OK,
              "%s", qfp_last_error());
    cr_assert(qfp_snapshot_read_checkpoint(s, NULL, &loaded, &reader) == QFP_OK, "%s",
              qfp_last_error());
    cr_assert(eq(dbl, loaded.time, 0.75));
    cr_assert(eq(sz, next, 2));
    cr_assert(eq(sz, loaded.count, 3));
    cr_assert(reader.get(reader.self, 1, &first) == QFP_OK, "%s", qfp_last_error());
    cr_assert(reader.get(reader.self, 2, others) == QFP_OK, "%s", qfp_last_error());
    cr_assert(eq(dbl, first, 1.5));
    cr_assert(eq(dbl, others[1], 3.5));
    assert_failed(reader.get(reader.self, 1, others), QFP_IO, "a.h5.part.checkpoint: came back");
    qfp_snapshot_close_state(&reader);
    free(loaded.warning);
    assert_failed(qfp_snapshot_read_checkpoint(s, "M2", &loaded, &reader), QFP_IO, "damaged");
    qfp_snapshot_close_state(&reader);
    cr_assert(small_append(s, 7) == QFP_OK); /* the third output and the fourth are cut */
    cr_assert(qfp_snapshot_finish(s, 0) == QFP_OK, "%s", qfp_last_error());
    times = read_dataset(path, "/time", 1, shape);
    cr_assert(eq(sz, shape[0], 3));
    cr_assert(eq(dbl, times[1], 0.5));
    cr_assert(eq(dbl, times[2], 3.5));
    free(times);
    cr_assert(not(scratch_exists(part)));
    cr_assert(not(scratch_exists(scratch_path("a.h5.part.checkpoint"))));
    int rank, is_complex;
    assert_failed(qfp_hdf5_read(path, "/checkpoint/state", &rank, shape, &is_complex, &times),
                  QFP_IO, "no dataset /checkpoint/state");
}

Test(snapshot_interrupted, kept_checkpoint_is_part_of_the_file)
{
    double state[] = {4, 5};
    qfp_snapshot *s = NULL;
    qfp_snapshot_layout layout = small_layout();
    size_t shape[16];
    cr_assert(small_create(scratch_path("a.h5"), &layout, &s) == QFP_OK);
    cr_assert(small_append(s, 0) == QFP_OK);
    cr_assert(checkpoint(s, 0, 1, 2, state) == QFP_OK);
    cr_assert(qfp_snapshot_finish(s, 1) == QFP_OK, "%s", qfp_last_error());
    cr_assert(not(scratch_exists(scratch_path("a.h5.part.checkpoint"))));
    double *kept = read_dataset(scratch_path("a.h5"), "/checkpoint/state", 1, shape);
    cr_assert(eq(dbl, kept[1], 5));
    free(kept);
}

Test(snapshot_interrupted, resume_needs_an_interrupted_run_with_a_checkpoint)
{
    size_t next;
    qfp_snapshot *s = NULL;
    qfp_snapshot_layout layout = small_layout();
    const char *path = scratch_path("a.h5");
    assert_failed(qfp_snapshot_resume(path, &layout, "", false, &next, &s), QFP_IO,
                  "no interrupted run");
    if (fork() == 0) {
        _exit(small_create(path, &layout, &s) != QFP_OK);
    }
    wait(NULL);
    assert_failed(qfp_snapshot_resume(path, &layout, "title: small\n", false, &next, &s), QFP_IO,
                  "before its first checkpoint");
    scratch_write(scratch_path("a.h5.part"), "garbage", 7); /* killed while it was being made */
    assert_failed(qfp_snapshot_resume(path, &layout, "title: small\n", false, &next, &s), QFP_IO,
                  "before its first checkpoint");
    scratch_write(scratch_path("a.h5.part.checkpoint"), "garbage", 7);
    assert_failed(qfp_snapshot_resume(path, &layout, "title: small\n", false, &next, &s), QFP_IO,
                  "not an HDF5 file");
}

/* What no output time will write again is cut back as well, and another axis is refused. */
Test(snapshot_interrupted, every_growing_dataset_is_cut_and_every_axis_compared)
{
    const char *path = scratch_path("a.h5");
    const qfp_dataset_spec spec = {
        .name = "/fields/work", .units = "1", .long_name = "work", .grows = true};
    double state[] = {1.5}, values[] = {10.0, 11.0, 12.0, 13.0};
    qfp_snapshot_layout layout = small_layout();
    if (fork() == 0) { /* two outputs, a checkpoint, two more outputs */
        qfp_snapshot *killed = NULL;
        if (small_create(path, &layout, &killed) != QFP_OK)
            _exit(1);
        for (size_t t = 0; t < 4; ++t) {
            if (small_append(killed, t) != QFP_OK ||
                qfp_snapshot_write(killed, &spec, &values[t]) != QFP_OK ||
                (t == 1 && checkpoint(killed, 0.75, 2, 1, state) != QFP_OK))
                _exit(1);
        }
        raise(SIGKILL);
    }
    wait(NULL);
    cr_assert(unlink(scratch_path("a.h5.part.journal")) == 0); /* which would do it before */
    size_t shape[16], next = 0;
    qfp_snapshot *s = NULL;
    qfp_snapshot_layout other = layout;
    other.p_count--;
    assert_failed(qfp_snapshot_resume(path, &other, "title: small\n", false, &next, &s), QFP_USAGE,
                  "/husimi/mode_1 has another shape than this run");
    cr_assert(qfp_snapshot_resume(path, &layout, "title: small\n", false, &next, &s) == QFP_OK,
              "%s", qfp_last_error());
    cr_assert(qfp_snapshot_write(s, &spec, &values[3]) == QFP_OK, "%s", qfp_last_error());
    cr_assert(small_append(s, 2) == QFP_OK);
    cr_assert(qfp_snapshot_finish(s, 0) == QFP_OK, "%s", qfp_last_error());
    double *work = read_dataset(path, "/fields/work", 1, shape);
    cr_assert(eq(sz, shape[0], 3));
    cr_assert(eq(dbl, work[1], 11.0));
    cr_assert(eq(dbl, work[2], 13.0));
    free(work);
}

/* One output, and a checkpoint that relies on two. */
Test(snapshot_interrupted, a_file_shorter_than_its_checkpoint_is_refused)
{
    size_t next;
    double state[] = {1.0};
    qfp_snapshot *s = NULL;
    qfp_snapshot_layout layout = small_layout();
    const char *path = scratch_path("a.h5");
    if (fork() == 0) {
        bool made = small_create(path, &layout, &s) == QFP_OK && small_append(s, 0) == QFP_OK &&
                    checkpoint(s, 0.7, 2, 1, state) == QFP_OK;
        if (!made)
            _exit(1);
        raise(SIGKILL);
    }
    wait(NULL);
    assert_failed(qfp_snapshot_resume(path, &layout, "title: small\n", false, &next, &s), QFP_IO,
                  "holds fewer outputs than its checkpoint says");
}

Test(snapshot_interrupted, abandoned_run_leaves_nothing)
{
    double state[] = {1};
    qfp_snapshot *s = NULL;
    qfp_snapshot_layout layout = small_layout();
    cr_assert(qfp_snapshot_create(scratch_path("a.h5"), &layout, &s) == QFP_OK);
    cr_assert(checkpoint(s, 0, 0, 1, state) == QFP_OK);
    qfp_snapshot_abandon(s);
    qfp_snapshot_abandon(NULL);
    cr_assert(not(scratch_exists(scratch_path("a.h5"))));
    cr_assert(not(scratch_exists(scratch_path("a.h5.part"))));
    cr_assert(not(scratch_exists(scratch_path("a.h5.part.checkpoint"))));
}

Test(snapshot_interrupted, unwritable_places_are_named)
{
    qfp_snapshot *s = NULL;
    qfp_snapshot_layout layout = small_layout();
    const char *missing = scratch_path("nowhere/a.h5");
    assert_failed(qfp_snapshot_create(missing, &layout, &s), QFP_IO, missing);
    cr_assert(mkdir(scratch_path("folder"), 0700) == 0);
    assert_failed(qfp_snapshot_create(scratch_path("folder"), &layout, &s), QFP_IO, "is a folder");
    cr_assert(not(scratch_exists(scratch_path("folder.part"))));
    cr_assert(mkdir(scratch_path("b.h5.part"), 0700) == 0);
    assert_failed(qfp_snapshot_create(scratch_path("b.h5"), &layout, &s), QFP_IO, "b.h5.part");
    cr_assert(scratch_exists(scratch_path("b.h5.part"))); /* not ours: stays */
    cr_assert(s == NULL);
}

/* A limit on the size of files stands in for a full disk. */
Test(snapshot_interrupted, full_disk_is_an_error_with_the_path)
{
    qfp_snapshot *s = NULL;
    qfp_snapshot_layout layout = small_layout();
    signal(SIGXFSZ, SIG_IGN);
    const struct rlimit limit = {.rlim_cur = 20000, .rlim_max = 20000};
    cr_assert(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    qfp_status status = qfp_snapshot_create(scratch_path("a.h5"), &layout, &s);
    for (size_t t = 0; t < 500 && status == QFP_OK; ++t)
        status = small_append(s, t);
    assert_failed(status, QFP_IO, "a.h5.part: ");
    cr_assert(strstr(qfp_last_error(), "(File too large)") != NULL, "%s", qfp_last_error());
    qfp_snapshot_abandon(s);
    cr_assert(not(scratch_exists(scratch_path("a.h5.part"))));
}

Test(snapshot_interrupted, bad_files_get_a_sentence)
{
    int rank, is_complex;
    size_t shape[16];
    double *data = NULL;
    const char *path = scratch_path("a.h5");
    assert_failed(qfp_hdf5_read(path, "/time", &rank, shape, &is_complex, &data), QFP_IO,
                  "No such file");
    unsigned char noise[4096];
    unsigned state = 12345;
    for (size_t i = 0; i < sizeof noise; ++i)
        noise[i] = (unsigned char)((state = state * 1664525u + 1013904223u) >> 24);
    scratch_write(path, noise, sizeof noise);
    assert_failed(qfp_hdf5_read(path, "/time", &rank, shape, &is_complex, &data), QFP_IO,
                  "is not an HDF5 file");
    scratch_write(path, "", 0);
    assert_failed(qfp_hdf5_read(path, "/time", &rank, shape, &is_complex, &data), QFP_IO,
                  "is not an HDF5 file");
    small_file(path, 2);
    cr_assert(truncate(path, 3000) == 0);
    assert_failed(qfp_hdf5_read(path, "/time", &rank, shape, &is_complex, &data), QFP_IO,
                  "truncated");
    small_file(path, 2);
    assert_failed(qfp_hdf5_read(path, "/tme", &rank, shape, &is_complex, &data), QFP_IO,
                  "has no dataset /tme");
    assert_failed(qfp_hdf5_read(path, "/husimi", &rank, shape, &is_complex, &data), QFP_IO,
                  "/husimi is not a dataset");
    cr_assert(data == NULL);
}
