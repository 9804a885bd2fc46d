/* The journal of an unfinished file: whatever is done to the file, it becomes what it was. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <hdf5.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../support/scratch.h"
#include "../support/small_snapshot.h"
#include "io/journal.h"

TestSuite(journal, .init = scratch_make, .fini = scratch_remove);

typedef struct bytes {
    unsigned char at[1 << 18];
    size_t count;
} bytes;

static void read_bytes(const char *name, bytes *out)
{
    FILE *file = fopen(scratch_path(name), "rb");
    cr_assert(file != NULL, "%s", name);
    out->count = fread(out->at, 1, sizeof out->at, file);
    fclose(file);
    cr_assert(lt(sz, out->count, sizeof out->at));
}

static void write_bytes(const char *name, const bytes *b)
{
    scratch_write(scratch_path(name), b->at, b->count);
}

static void write_rows(hid_t file, const char *name, hsize_t rows)
{
    hsize_t shape[2] = {rows, 300}, most[2] = {H5S_UNLIMITED, 300}, chunk[2] = {1, 300};
    double *values = calloc((size_t)(rows * 300), sizeof *values);
    hid_t space = H5Screate_simple(2, shape, most), creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(creation, 2, chunk);
    hid_t dataset =
        H5Dcreate2(file, name, H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
    H5Dclose(dataset);
    H5Pclose(creation);
    H5Sclose(space);
    free(values);
}

static hid_t begin(uint64_t number)
{
    hid_t access = qfpi_journal_access();
    scratch_write(scratch_path("f"), "", 0);
    hid_t file = H5Fcreate(scratch_path("f"), H5F_ACC_TRUNC, H5P_DEFAULT, access);
    H5Pclose(access);
    cr_assert(file >= 0);
    write_rows(file, "a", 3);
    write_rows(file, "b", 8);
    H5Fflush(file, H5F_SCOPE_GLOBAL);
    cr_assert(qfpi_journal_begin(file, scratch_path("j"), number) == QFP_OK, "%s",
              qfp_last_error());
    return file;
}

/* More rows, fewer rows, new and removed datasets and attributes: what a file goes through. */
static void change(hid_t file, int how)
{
    double value = how;
    hsize_t extent[2] = {how % 2 == 0 ? 90 : 1, 300};
    hid_t a = H5Dopen2(file, "a", H5P_DEFAULT);
    H5Dset_extent(a, extent);
    H5Dclose(a);
    if (how == 1)
        H5Ldelete(file, "b", H5P_DEFAULT);
    if (how == 2)
        write_rows(file, "c", 70);
    hid_t scalar = H5Screate(H5S_SCALAR);
    char name[16];
    snprintf(name, sizeof name, "number_%d", how);
    hid_t attribute = H5Acreate2(file, name, H5T_NATIVE_DOUBLE, scalar, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(attribute, H5T_NATIVE_DOUBLE, &value);
    H5Aclose(attribute);
    H5Sclose(scalar);
    H5Fflush(file, H5F_SCOPE_GLOBAL);
}

/* A copy of the file as it is on the disk now. */
static void assert_comes_back(const bytes *before, int when)
{
    static bytes now;
    read_bytes("f", &now);
    bool changed = now.count != before->count || memcmp(now.at, before->at, now.count) != 0;
    cr_assert(changed, "%d", when);
    cr_assert(qfpi_journal_applies(scratch_path("j"), 7), "%d", when);
    write_bytes("copy", &now);
    for (int again = 0; again < 2; again++) { /* a kill on the way, and once more */
        cr_assert(qfpi_journal_roll_back(scratch_path("j"), "f", scratch_path("copy")) == QFP_OK,
                  "%s", qfp_last_error());
        read_bytes("copy", &now);
        cr_assert(eq(sz, now.count, before->count));
        cr_assert(memcmp(now.at, before->at, now.count) == 0, "%d", when);
    }
}

Test(journal, brings_back_what_was_there)
{
    static bytes before;
    hid_t file = begin(7);
    read_bytes("f", &before);
    cr_assert(not(qfpi_journal_applies(scratch_path("j"), 7))); /* nothing was changed */
    for (int how = 0; how < 4; how++) {
        change(file, how);
        assert_comes_back(&before, how);
    }
    H5Fclose(file);
    assert_comes_back(&before, 4);
}

Test(journal, of_another_checkpoint_is_left_alone)
{
    static bytes journal;
    hid_t file = begin(7);
    change(file, 0);
    H5Fclose(file);
    cr_assert(qfpi_journal_applies(scratch_path("j"), 7));
    cr_assert(not(qfpi_journal_applies(scratch_path("j"), 8)));
    cr_assert(not(qfpi_journal_applies(scratch_path("missing"), 7)));
    read_bytes("j", &journal);
    journal.at[0] ^= 1;
    write_bytes("j", &journal);
    cr_assert(not(qfpi_journal_applies(scratch_path("j"), 7)));
}

/* The last page was not complete: it was not written over yet.  A file of which too much is gone is told. */
Test(journal, may_end_anywhere)
{
    static bytes before, now, journal, part;
    hid_t file = begin(7);
    read_bytes("f", &before);
    change(file, 1);
    H5Fclose(file);
    read_bytes("j", &journal);
    read_bytes("f", &now);
    part = journal;
    part.count += 100; /* of a page that is on its way */
    memset(part.at + journal.count, 0xA5, 100);
    write_bytes("j", &part);
    assert_comes_back(&before, 0);
    now.count = 1;
    write_bytes("copy", &now);
    part.count = journal.count / 3;
    write_bytes("j", &part);
    assert_failed(qfpi_journal_roll_back(scratch_path("j"), "f", scratch_path("copy")), QFP_IO,
                  "f: the HDF5 file is truncated or damaged: it does not fit");
}

/* A journal that cannot grow: nothing is written over any more. */
Test(journal, without_which_nothing_is_written_over)
{
    static bytes before, now;
    int status = 0;
    if (fork() == 0) { /* HDF5 does not get over it */
        hid_t file = begin(7);
        read_bytes("f", &before);
        write_bytes("before", &before);
        H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
        if (qfpi_journal_begin(file, scratch_path("missing/j"), 8) == QFP_IO)
            change(file, 0);
        raise(SIGKILL);
    }
    wait(&status);
    read_bytes("before", &before);
    read_bytes("f", &now);
    cr_assert(le(sz, before.count, now.count));
    cr_assert(memcmp(now.at, before.at, before.count) == 0);
}
