/* two_files.h - small output files a.h5 and b.h5 of a test's folder, what may be done to them, and the
 * verdict of their comparison. */
#ifndef QFP_TEST_TWO_FILES_H
#define QFP_TEST_TWO_FILES_H

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <hdf5.h>
#include <math.h>

#include "qfp/compare.h"
#include "scratch.h"
#include "small_snapshot.h"

static inline void overwrite(const char *path, const char *dataset, size_t index, double value)
{
    size_t shape[16];
    int rank, is_complex;
    double *data = NULL;
    cr_assert(qfp_hdf5_read(path, dataset, &rank, shape, &is_complex, &data) == QFP_OK);
    data[index] = value;
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    hid_t opened = H5Dopen2(file, dataset, H5P_DEFAULT);
    H5Dwrite(opened, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, data);
    H5Dclose(opened);
    H5Fclose(file);
    free(data);
}

/* What --tol and --only say; `only` may be NULL. */
static inline qfp_comparison judge(double tolerance, const char *only)
{
    const qfp_compare_options options = {.tolerance = tolerance, .only = only};
    qfp_comparison c;
    cr_assert(qfp_compare_files(scratch_path("a.h5"), scratch_path("b.h5"), &options, &c) == QFP_OK,
              "%s", qfp_last_error());
    return c;
}

static inline qfp_comparison compare_small(void)
{
    return judge(INFINITY, NULL);
}

/* The verdict: `failures` of them, and the first says `says`. */
static inline void verdict(double tolerance, const char *only, size_t failures, const char *says)
{
    qfp_comparison c = judge(tolerance, only);
    cr_assert(eq(sz, c.failures, failures), "%s", c.reason != NULL ? c.reason : "agree");
    cr_assert(eq(int, c.reason == NULL, failures == 0));
    if (failures > 0)
        cr_assert(strstr(c.reason, says) != NULL, "'%s' does not say '%s'", c.reason, says);
    qfp_comparison_destroy(&c);
}

static inline const qfp_comparison_row *find_row(const qfp_comparison *c, const char *name)
{
    for (size_t i = 0; i < c->count; ++i)
        if (strcmp(c->rows[i].dataset, name) == 0)
            return &c->rows[i];
    cr_assert(eq(str, "a row", "no row"), "%s", name);
    return NULL;
}

static inline void two_files(void)
{
    small_file(scratch_path("a.h5"), 3);
    small_file(scratch_path("b.h5"), 3);
}

/* A dataset of three numbers beside what the file has. */
static inline void add(const char *path, const char *name, double first, double second,
                       double third)
{
    const double data[] = {first, second, third};
    const hsize_t extent = 3;
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT), links = H5Pcreate(H5P_LINK_CREATE);
    hid_t space = H5Screate_simple(1, &extent, NULL);
    H5Pset_create_intermediate_group(links, 1);
    hid_t made = H5Dcreate2(file, name, H5T_NATIVE_DOUBLE, space, links, H5P_DEFAULT, H5P_DEFAULT);
    cr_assert(H5Dwrite(made, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0);
    H5Dclose(made);
    H5Sclose(space);
    H5Pclose(links);
    H5Fclose(file);
}

static inline void delete (const char *path, const char *name)
{
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    cr_assert(H5Ldelete(file, name, H5P_DEFAULT) >= 0);
    H5Fclose(file);
}

/* As another program would have written it. */
static inline void make_foreign(const char *path)
{
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    cr_assert(H5Adelete(file, "format_version") >= 0);
    H5Fclose(file);
}

#endif
