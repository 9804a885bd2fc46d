/* HDF5 files made to crash, to stall or to exhaust what reads them: exit status 4 and a sentence with the name of
 * the file, within the limits of the process that reads. */
#define _GNU_SOURCE
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <hdf5.h>
#include <sys/resource.h>

#include "../support/program.h"

TestSuite(hostile_hdf5, .init = scratch_make, .fini = scratch_remove);

static void add_numbers(hid_t file, const char *name, int rank, const hsize_t *shape,
                        hid_t creation)
{
    hid_t space = H5Screate_simple(rank, shape, NULL);
    hid_t dataset =
        H5Dcreate2(file, name, H5T_IEEE_F64LE, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    cr_assert(0 <= dataset, "%s", name);
    H5Dclose(dataset);
    H5Sclose(space);
}

static void add_values(hid_t file, const char *name, hsize_t count, const double *values)
{
    add_numbers(file, name, 1, &count, H5P_DEFAULT);
    hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT);
    cr_assert(0 <= H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values));
    H5Dclose(dataset);
}

/* What qfp plot reads first; two times, two by two points. */
static hid_t begin(const char *name)
{
    static const double two[] = {0.0, 1.0};
    hid_t file = H5Fcreate(scratch_path(name), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    H5Gclose(H5Gcreate2(file, "axes", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    H5Gclose(H5Gcreate2(file, "husimi", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    add_values(file, "/time", 2, two);
    add_values(file, "/axes/x", 2, two);
    add_values(file, "/axes/p", 2, two);
    return file;
}

static const hsize_t small[] = {2, 2, 2};

/* A billion times of 2 x 2 points in chunks, none of them written. */
static void make_sparse(hid_t file)
{
    const hsize_t vast[] = {1000000000, 2, 2}, chunk[] = {1000, 2, 2};
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(creation, 3, chunk);
    add_numbers(file, "/husimi/mode_1", 3, vast, creation);
    H5Pclose(creation);
}

/* A gigabyte of zeros, deflated to some thousand bytes each megabyte. */
static void make_deflated(hid_t file)
{
    enum { MEGABYTES = 1024, EACH = 1 << 17 };
    const hsize_t shape[] = {MEGABYTES, EACH}, chunk[] = {1, EACH};
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE), space = H5Screate_simple(2, shape, NULL);
    H5Pset_chunk(creation, 2, chunk);
    H5Pset_deflate(creation, 9);
    hid_t dataset = H5Dcreate2(file, "/husimi/mode_1", H5T_IEEE_F64LE, space, H5P_DEFAULT, creation,
                               H5P_DEFAULT);
    static double zeros[EACH];
    const hsize_t first[] = {0, 0};
    hid_t memory = H5Screate_simple(2, chunk, NULL);
    H5Sselect_hyperslab(space, H5S_SELECT_SET, first, NULL, chunk, NULL);
    cr_assert(0 <= H5Dwrite(dataset, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, zeros));
    H5Sclose(memory);
    H5Sclose(space);
    H5Pclose(creation);
    H5Dclose(dataset);
}

/* The numbers are the bytes of another file. */
static void make_external(hid_t file)
{
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_external(creation, "/etc/passwd", 0, 64);
    add_numbers(file, "/husimi/mode_1", 3, small, creation);
    H5Pclose(creation);
}

static void make_virtual(hid_t file)
{
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE), space = H5Screate_simple(3, small, NULL);
    H5Pset_virtual(creation, space, "other.h5", "/husimi/mode_1", space);
    add_numbers(file, "/husimi/mode_1", 3, small, creation);
    H5Sclose(space);
    H5Pclose(creation);
}

static void make_link(hid_t file)
{
    hid_t other = begin("other.h5");
    add_numbers(other, "/husimi/mode_1", 3, small, H5P_DEFAULT);
    H5Fclose(other);
    H5Lcreate_external("other.h5", "/husimi/mode_1", file, "/husimi/mode_1", H5P_DEFAULT,
                       H5P_DEFAULT);
}

/* In a circle, and into itself. */
static void make_loop(hid_t file)
{
    H5Lcreate_soft("/husimi/mode_2", file, "/husimi/mode_1", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/husimi/mode_1", file, "/husimi/mode_2", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_hard(file, "/", file, "/axes/again", H5P_DEFAULT, H5P_DEFAULT);
}

/* Largest memory of a process that was waited for, in MB. */
static long largest(void)
{
    struct rusage used;
    getrusage(RUSAGE_CHILDREN, &used);
    return used.ru_maxrss >> 10;
}

static void assert_answered(const outcome *o, const char *name, const char *says)
{
    cr_assert(eq(int, o->exit_status, 4), "%s: %d %s", name, o->exit_status, o->err);
    cr_assert(strstr(o->err, name) != NULL, "%s", o->err);
    cr_assert(says == NULL || strstr(o->err, says) != NULL, "%s: %s", name, o->err);
    cr_assert(eq(str, (char *)o->out, ""));
}

Test(hostile_hdf5, files_that_seem_to_hold_more_than_they_do)
{
    static const struct {
        const char *name, *says;
        void (*make)(hid_t file);
        bool compares; /* libhdf5 lists nothing behind such links, so nothing is compared with it */
    } cases[] = {
        {"sparse.h5", "3.2e+10 bytes of values in a file of", make_sparse, true},
        {"deflated.h5", "1.07e+09 bytes of values in a file of", make_deflated, true},
        {"external.h5", "lie in another file", make_external, true},
        {"virtual.h5", "lie in another file", make_virtual, true},
        {"link.h5", "/husimi/mode_1", make_link, false},
        {"loop.h5", "/husimi/mode_1", make_loop, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *name = cases[i].name;
        hid_t file = begin(name);
        cases[i].make(file);
        H5Fclose(file);
        outcome o = RUN("plot", name, "-o", "x.png");
        assert_answered(&o, name, cases[i].says);
        o = RUN("compare", name, name, "--tol", "1");
        if (cases[i].compares)
            assert_answered(&o, name, cases[i].says);
        char *config = qfpi_format("hamiltonian: {modes: 1, operator: n}\n"
                                   "initial: {file: {path: %s, dataset: /husimi/mode_1}}\n"
                                   "output: {times: [0]}\n",
                                   name);
        write_text("state.yaml", config);
        o = RUN("run", "state.yaml", "-o", "x.h5");
        assert_answered(&o, name, cases[i].says);
        cr_assert(not(left_behind("x.")));
        free(config);
    }
#if !defined(__SANITIZE_ADDRESS__)
    cr_assert(lt(long, largest(), 300)); /* the limit of 256 and the program itself */
#endif
}

/* A text that libhdf5 1.10 follows for ever, and a heap whose damage it does not survive. */
Test(hostile_hdf5, files_that_libhdf5_does_not_survive)
{
    static const char *const names[] = {"endless_text.h5", "damaged_heap.h5"};
    for (int i = 0; i < 2; i++) {
        char *path = qfpi_format("%s/hostile/%s", QFP_TEST_DATA, names[i]);
        outcome o = RUN("plot", path, "-o", "x.png");
        assert_answered(&o, names[i], NULL);
        o = RUN("compare", path, path);
        assert_answered(&o, names[i], NULL);
        char *command = qfpi_format("cp %s %s/old.h5", path, scratch_folder);
        cr_assert(eq(int, system(command), 0));
        write_text("good.yaml", "hamiltonian: {modes: 1, operator: n}\ninitial: {coherent: [1]}\n"
                                "output: {times: [0]}\n");
        o = RUN("run", "good.yaml", "-o", "old.h5"); /* looked at: is it ours? */
        cr_assert(o.exit_status == 0 || o.exit_status == 4, "%d: %s", o.exit_status, o.err);
        cr_assert(not(left_behind("x.")));
        free(command);
        free(path);
    }
}

/* An interrupted run is opened for writing only after it was read by another process. */
Test(hostile_hdf5, an_interrupted_run_is_looked_at_first)
{
    static const char *const names[] = {"endless_text.h5", "damaged_heap.h5"};
    write_text("good.yaml", "hamiltonian: {modes: 1, operator: n}\ninitial: {coherent: [1]}\n"
                            "output: {times: [0]}\n");
    for (int i = 0; i < 2; i++) {
        char *command =
            qfpi_format("cp %s/hostile/%s %s/out.h5.part", QFP_TEST_DATA, names[i], scratch_folder);
        cr_assert(eq(int, system(command), 0));
        outcome o = RUN("run", "good.yaml", "--resume", "-o", "out.h5");
        assert_answered(&o, "out.h5.part", NULL);
        cr_assert(not(scratch_exists(scratch_path("out.h5"))));
        free(command);
    }
}
