#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <hdf5.h>
#include <math.h>

#include "../support/scratch.h"
#include "../support/small_snapshot.h"
#include "qfp/compare.h"

TestSuite(compare, .init = scratch_make, .fini = scratch_remove);

static void overwrite(const char *path, const char *dataset, size_t index, double value)
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

static qfp_comparison compare_small(void)
{
    qfp_comparison c;
    cr_assert(qfp_compare_files(scratch_path("a.h5"), scratch_path("b.h5"), &c) == QFP_OK, "%s",
              qfp_last_error());
    return c;
}

static const qfp_comparison_row *find_row(const qfp_comparison *c, const char *name)
{
    for (size_t i = 0; i < c->count; ++i)
        if (strcmp(c->rows[i].dataset, name) == 0)
            return &c->rows[i];
    cr_assert(eq(str, "a row", "no row"), "%s", name);
    return NULL;
}

static void two_files(void)
{
    small_file(scratch_path("a.h5"), 3);
    small_file(scratch_path("b.h5"), 3);
}

Test(compare, equal_files_agree_exactly)
{
    two_files();
    qfp_comparison c = compare_small();
    cr_assert(eq(dbl, c.worst, 0));
    cr_assert(eq(sz, c.count, 9)); /* time, x, p, one mode, five observables; links count once */
    cr_assert(eq(sz, c.only_in_a, 0));
    cr_assert(eq(sz, c.only_in_b, 0));
    qfp_comparison_destroy(&c);
}

Test(compare, husimi_is_relative_to_the_largest_value_and_located_in_time)
{
    two_files();
    double largest = small_value(2, SMALL_NX - 1, SMALL_NP - 1);
    overwrite(scratch_path("b.h5"), "/husimi/mode_1", SMALL_NX * SMALL_NP + 3,
              small_value(1, 0, 3) + 0.01 * largest);
    qfp_comparison c = compare_small();
    const qfp_comparison_row *row = find_row(&c, "/husimi/mode_1");
    /* 1e-12: rounding of the sum that made the difference */
    cr_assert(epsilon_eq(dbl, row->disagreement, 0.01, 1e-12));
    cr_assert(eq(dbl, row->at_time, 0.5));
    cr_assert(eq(dbl, c.worst, row->disagreement));
    cr_assert(eq(str, c.worst_dataset, "/husimi/mode_1"));
    qfp_comparison_destroy(&c);
}

Test(compare, observables_are_absolute_below_one_and_relative_above)
{
    two_files();
    overwrite(scratch_path("b.h5"), "/observables/norm", 0, 0.75);  /* scale 1 */
    overwrite(scratch_path("b.h5"), "/observables/im_a_1", 1, 0.0); /* largest 1, so scale 1 */
    overwrite(scratch_path("b.h5"), "/observables/energy", 2, -4);  /* scale 4 */
    qfp_comparison c = compare_small();
    cr_assert(eq(dbl, find_row(&c, "/observables/norm")->disagreement, 0.25));
    cr_assert(eq(dbl, find_row(&c, "/observables/im_a_1")->disagreement, 0.5));
    cr_assert(eq(dbl, find_row(&c, "/observables/energy")->disagreement, 0.25));
    cr_assert(eq(dbl, find_row(&c, "/observables/energy")->at_time, 1.0));
    cr_assert(isnan(find_row(&c, "/axes/x")->at_time));
    qfp_comparison_destroy(&c);
}

Test(compare, nan_in_one_file_is_infinite_in_both_is_agreement)
{
    two_files();
    overwrite(scratch_path("a.h5"), "/observables/norm", 1, NAN);
    overwrite(scratch_path("b.h5"), "/observables/norm", 1, NAN);
    qfp_comparison c = compare_small();
    cr_assert(eq(dbl, c.worst, 0));
    qfp_comparison_destroy(&c);
    overwrite(scratch_path("b.h5"), "/observables/n_1", 1, NAN);
    c = compare_small();
    cr_assert(isinf(c.worst));
    cr_assert(eq(str, c.worst_dataset, "/observables/n_1"));
    qfp_comparison_destroy(&c);
}

Test(compare, shapes_that_differ_are_infinite)
{
    small_file(scratch_path("a.h5"), 3);
    small_file(scratch_path("b.h5"), 2);
    qfp_comparison c = compare_small();
    cr_assert(isinf(c.worst));
    cr_assert(eq(int, find_row(&c, "/time")->shapes_differ, 1));
    cr_assert(eq(int, find_row(&c, "/axes/x")->shapes_differ, 0));
    qfp_comparison_destroy(&c);
}

Test(compare, a_file_with_fewer_observables_is_compared_where_it_can)
{
    two_files();
    hid_t file = H5Fopen(scratch_path("b.h5"), H5F_ACC_RDWR, H5P_DEFAULT);
    H5Ldelete(file, "/observables/energy", H5P_DEFAULT);
    H5Ldelete(file, "/observables/norm", H5P_DEFAULT);
    H5Fclose(file);
    qfp_comparison c = compare_small();
    cr_assert(eq(dbl, c.worst, 0));
    cr_assert(eq(sz, c.count, 7));
    cr_assert(eq(sz, c.only_in_a, 2));
    cr_assert(eq(sz, c.only_in_b, 0));
    qfp_comparison_destroy(&c);
}

Test(compare, nothing_in_common_is_no_agreement)
{
    two_files();
    H5Fclose(H5Fcreate(scratch_path("b.h5"), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
    qfp_comparison c = compare_small();
    cr_assert(isinf(c.worst));
    cr_assert(eq(sz, c.only_in_a, 9));
    qfp_comparison_destroy(&c);
}

Test(compare, reference_files_are_readable)
{
    qfp_comparison c;
    const char *kerr = QFP_TEST_DATA "/reference/kerr.h5";
    cr_assert(qfp_compare_files(kerr, kerr, &c) == QFP_OK, "%s", qfp_last_error());
    cr_assert(eq(dbl, c.worst, 0));
    cr_assert(eq(sz, c.count, 8)); /* time, x, p, one mode, four observables */
    qfp_comparison_destroy(&c);
}

Test(compare, a_missing_file_is_named)
{
    qfp_comparison c = {.count = 99};
    small_file(scratch_path("a.h5"), 1);
    cr_assert(qfp_compare_files(scratch_path("a.h5"), scratch_path("b.h5"), &c) == QFP_IO);
    cr_assert(strstr(qfp_last_error(), "b.h5") != NULL);
    cr_assert(eq(sz, c.count, 99));
}
