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

/* What --tol and --only say; `only` may be NULL. */
static qfp_comparison judge(double tolerance, const char *only)
{
    const qfp_compare_options options = {.tolerance = tolerance, .only = only};
    qfp_comparison c;
    cr_assert(qfp_compare_files(scratch_path("a.h5"), scratch_path("b.h5"), &options, &c) == QFP_OK,
              "%s", qfp_last_error());
    return c;
}

static qfp_comparison compare_small(void)
{
    return judge(INFINITY, NULL);
}

/* The verdict: `failures` of them, and the first says `says`. */
static void verdict(double tolerance, const char *only, size_t failures, const char *says)
{
    qfp_comparison c = judge(tolerance, only);
    cr_assert(eq(sz, c.failures, failures), "%s", c.reason != NULL ? c.reason : "agree");
    cr_assert(eq(int, c.reason == NULL, failures == 0));
    if (failures > 0)
        cr_assert(strstr(c.reason, says) != NULL, "'%s' does not say '%s'", c.reason, says);
    qfp_comparison_destroy(&c);
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

/* A dataset of three numbers beside what the file has. */
static void add(const char *path, const char *name, double first, double second, double third)
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

static void delete (const char *path, const char *name)
{
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    cr_assert(H5Ldelete(file, name, H5P_DEFAULT) >= 0);
    H5Fclose(file);
}

/* As another program would have written it. */
static void make_foreign(const char *path)
{
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    cr_assert(H5Adelete(file, "format_version") >= 0);
    H5Fclose(file);
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
    cr_assert(eq(str, (char *)c.worst_dataset, "/husimi/mode_1"));
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

Test(compare, axes_times_and_fields_are_relative_however_small)
{
    static const char *const names[] = {"/fields/drift", "/fields/current", "/histogram/mode_1",
                                        "/density/x_1", "/series/time"};
    two_files();
    for (int i = 0; i < 5; i++) {
        add(scratch_path("a.h5"), names[i], 0.0, 2e-9, 4e-9);
        add(scratch_path("b.h5"), names[i], 0.0, 1e-9, 4e-9);
    }
    add(scratch_path("a.h5"), "/series/n_1", 0.0, 2e-9, 4e-9);
    add(scratch_path("b.h5"), "/series/n_1", 0.0, 1e-9, 4e-9);
    qfp_comparison c = compare_small();
    for (int i = 0; i < 5; i++) {
        /* 1e-9 of 4e-9; 1e-12 for rounding */
        cr_assert(epsilon_eq(dbl, find_row(&c, names[i])->disagreement, 0.25, 1e-12), "%s",
                  names[i]);
        cr_assert(eq(dbl, find_row(&c, names[i])->scale, 4e-9));
    }
    cr_assert(epsilon_eq(dbl, find_row(&c, "/series/n_1")->disagreement, 1e-9, 1e-20));
    cr_assert(eq(dbl, find_row(&c, "/series/n_1")->at_time, 2e-9)); /* of the series */
    qfp_comparison_destroy(&c);
    verdict(0.2, NULL, 5, "/density/x_1 differs by 2.500e-01 of its scale");
    verdict(0.3, NULL, 0, NULL);
}

Test(compare, nan_in_one_file_is_infinite_in_both_is_agreement)
{
    two_files();
    overwrite(scratch_path("a.h5"), "/observables/norm", 1, NAN);
    overwrite(scratch_path("b.h5"), "/observables/norm", 1, NAN);
    qfp_comparison c = compare_small();
    cr_assert(eq(dbl, c.worst, 0));
    qfp_comparison_destroy(&c);
    verdict(0.0, NULL, 0, NULL);
    overwrite(scratch_path("b.h5"), "/observables/n_1", 1, NAN);
    c = compare_small();
    cr_assert(isinf(c.worst));
    cr_assert(eq(str, (char *)c.worst_dataset, "/observables/n_1"));
    qfp_comparison_destroy(&c);
    verdict(1e300, NULL, 1, "/observables/n_1 is a number in one file and NaN");
    verdict(INFINITY, NULL, 1, "at t = 0.5");
}

Test(compare, nothing_but_nan_is_nothing_compared)
{
    static const char *const names[] = {"/observables/n_1", "/observables/tail",
                                        "/observables/n_1_exact"};
    two_files();
    add(scratch_path("a.h5"), names[1], 0, 0, 0);
    add(scratch_path("b.h5"), names[1], 0, 0, 0);
    add(scratch_path("a.h5"), names[2], 0, 0, 0); /* of an ensemble without an exact value */
    add(scratch_path("b.h5"), names[2], 0, 0, 0);
    for (int i = 0; i < 3; i++)
        for (size_t row = 0; row < 3; row++) {
            overwrite(scratch_path("a.h5"), names[i], row, NAN);
            overwrite(scratch_path("b.h5"), names[i], row, NAN);
        }
    verdict(1.0, NULL, 1, "/observables/n_1 holds no number but NaN in either file");
    verdict(1.0, "n_1,energy", 1, "/observables/n_1 holds no number");
    verdict(1.0, "n_1", 2, "nothing could be compared");
    verdict(1.0, "tail,energy", 1, "/observables/tail holds no number");
    verdict(1.0, "energy", 0, NULL);
}

Test(compare, shapes_that_differ_are_infinite)
{
    small_file(scratch_path("a.h5"), 3);
    small_file(scratch_path("b.h5"), 2);
    qfp_comparison c = compare_small();
    cr_assert(isinf(c.worst));
    cr_assert(eq(int, (int)find_row(&c, "/time")->finding, (int)QFP_OTHER_SHAPE));
    cr_assert(eq(int, (int)find_row(&c, "/axes/x")->finding, (int)QFP_COMPARED));
    qfp_comparison_destroy(&c);
    verdict(1e300, "husimi", 2, "/husimi/mode_1 has another shape, 3 x 5 x 4 against 2 x 5 x 4");
}

Test(compare, a_dataset_that_one_file_lacks_fails)
{
    two_files();
    delete (scratch_path("b.h5"), "/observables/energy");
    delete (scratch_path("b.h5"), "/observables/norm");
    qfp_comparison c = compare_small();
    cr_assert(eq(dbl, c.worst, 0));
    cr_assert(eq(sz, c.count, 9));
    cr_assert(eq(sz, c.compared, 4));
    cr_assert(eq(sz, c.only_in_a, 2));
    cr_assert(eq(sz, c.only_in_b, 0));
    cr_assert(eq(int, (int)find_row(&c, "/observables/norm")->finding, (int)QFP_ONLY_IN_A));
    cr_assert(strstr(find_row(&c, "/observables/norm")->reason, "b.h5") != NULL);
    qfp_comparison_destroy(&c);
    verdict(1.0, NULL, 2, "/observables/energy is missing in ");
    verdict(1.0, "norm,n_1", 1, "/observables/norm is missing in ");
    verdict(1.0, "norm", 2, "nothing could be compared");
    verdict(0.0, "n_1,husimi", 0, NULL);
}

Test(compare, what_a_method_says_of_itself_is_not_judged)
{
    static const char *const names[] = {
        "/observables/tail", "/observables/edge_x", "/observables/min_q", "/observables/truncation",
        "/errors/n_1",       "/observables/wehrl",  "/observables/purity"};
    two_files();
    for (int i = 0; i < 7; i++)
        add(scratch_path("a.h5"), names[i], 0, 0, 0);
    verdict(0.0, NULL, 0, NULL);
    for (int i = 0; i < 7; i++)
        add(scratch_path("b.h5"), names[i], 0, 0, 1);
    verdict(0.0, NULL, 0, NULL);
    verdict(0.0, "observables", 0, NULL);
    verdict(0.0, "tail", 1, "/observables/tail differs by 1.000e+00 at t = 1, more than 0");
    verdict(0.0, "/observables/edge_x", 1, "/observables/edge_x differs");
    verdict(0.0, "errors/n_1", 1, "/errors/n_1 differs");
    verdict(0.0, "n_1", 0, NULL); /* the observable, not what is stated of it */
    add(scratch_path("a.h5"), "/errors/wehrl", 0.1, 0.1, 0.1);
    verdict(0.0, NULL, 1, "/observables/wehrl differs by 1.000e+00 at t = 1");
    verdict(1.0, NULL, 0, NULL);
    /* what is no diagnostic is in both */
    add(scratch_path("a.h5"), "/observables/mine", 0, 0, 0);
    verdict(1.0, NULL, 1, "/observables/mine is missing in ");
}

Test(compare, a_difference_within_what_both_files_state_is_agreement)
{
    two_files();
    overwrite(scratch_path("b.h5"), "/observables/norm", 1, 1.25);
    verdict(0.19, NULL, 1, "/observables/norm differs by 2.000e-01");
    add(scratch_path("a.h5"), "/errors/norm", 0.0, 0.125, 0.0);
    verdict(0.1, NULL, 1, "and than the stated 1.000e-01"); /* 0.25 and 0.125 of 1.25 */
    add(scratch_path("b.h5"), "/errors/norm", 1.0, 0.125, 1.0);
    verdict(0.0, NULL, 0, NULL);
    qfp_comparison c = judge(0.0, NULL);
    cr_assert(epsilon_eq(dbl, find_row(&c, "/observables/norm")->stated, 0.2, 1e-15));
    cr_assert(isnan(find_row(&c, "/observables/n_1")->stated));
    qfp_comparison_destroy(&c);
    /* each time by itself: 0.1 at the last, where both files state nothing worth it */
    overwrite(scratch_path("b.h5"), "/errors/norm", 2, 0.0);
    overwrite(scratch_path("b.h5"), "/observables/norm", 2, 1.1);
    verdict(0.0, NULL, 1, "/observables/norm differs by 8.000e-02 of its scale at t = 1");
    verdict(0.09, NULL, 0, NULL);
    /* what is no error states none */
    overwrite(scratch_path("b.h5"), "/errors/norm", 2, INFINITY);
    verdict(0.0, NULL, 1, "at t = 1");
    overwrite(scratch_path("b.h5"), "/errors/norm", 2, NAN);
    verdict(0.0, NULL, 1, "at t = 1");
    /* a NaN is not within any error */
    overwrite(scratch_path("b.h5"), "/observables/norm", 0, NAN);
    verdict(1.0, NULL, 1, "/observables/norm is a number in one file and NaN");
}

Test(compare, only_takes_times_and_axes_along)
{
    two_files();
    qfp_comparison c = judge(0.0, "energy");
    cr_assert(eq(sz, c.count, 2)); /* and the time */
    qfp_comparison_destroy(&c);
    c = judge(0.0, "husimi,energy");
    cr_assert(eq(sz, c.count, 5));
    qfp_comparison_destroy(&c);
    overwrite(scratch_path("b.h5"), "/axes/x", 0, -3);
    verdict(0.0, "energy,n_1", 0, NULL);
    verdict(0.0, "husimi", 1, "/axes/x differs by 3.333e-01");
    overwrite(scratch_path("b.h5"), "/time", 1, 0.75);
    verdict(0.0, "energy", 1, "/time differs by 2.500e-01");
}

Test(compare, only_names_what_there_is)
{
    static const struct {
        const char *only, *says;
    } lines[] = {
        {"enrgy", "did you mean 'energy'?"},
        {"husimi,obsevables", "'obsevables'; did you mean 'observables'?"},
        {"/observables/n_2", "did you mean '/observables/n_1'?"},
        {"observables/nrm", "did you mean 'observables/norm'?"},
        {"zebra", "their names are in the table without --only"},
        {"", "husimi,energy"},
        {"energy,,n_1", "husimi,energy"},
        {"energy,", "husimi,energy"},
    };
    two_files();
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const qfp_compare_options options = {.tolerance = 1.0, .only = lines[i].only};
        qfp_comparison c = {.count = 99};
        assert_failed(qfp_compare_files(scratch_path("a.h5"), scratch_path("b.h5"), &options, &c),
                      QFP_USAGE, lines[i].says);
        cr_assert(eq(sz, c.count, 99));
    }
}

Test(compare, theories_are_judged_like_the_first)
{
    two_files();
    add(scratch_path("a.h5"), "/theories/M2/fields/drift", 0.0, 1e-3, 2e-3);
    add(scratch_path("b.h5"), "/theories/M2/fields/drift", 0.0, 1e-3, 1e-3);
    add(scratch_path("a.h5"), "/theories/M2/observables/n_1", 1, 1, 1);
    add(scratch_path("b.h5"), "/theories/M2/observables/n_1", 1, 1, 1.5);
    add(scratch_path("a.h5"), "/theories/M2/errors/n_1", 0, 0, 0.5);
    add(scratch_path("a.h5"), "/theories/M2/observables/tail", 0, 0, 1);
    verdict(0.4, NULL, 1, "/theories/M2/fields/drift differs by 5.000e-01");
    verdict(0.0, "M2", 1, "/theories/M2/fields/drift differs by 5.000e-01");
    verdict(0.0, "n_1", 0, NULL);
    delete (scratch_path("a.h5"), "/theories/M2/errors/n_1");
    verdict(0.0, "/theories/M2/observables", 1, "/theories/M2/observables/n_1 differs");
    verdict(0.0, "observables/n_1", 1, "/theories/M2/observables/n_1 differs");
}

/* What every file has is asked of each, what this program adds only of its own. */
Test(compare, a_file_of_another_program_may_have_less_but_not_none)
{
    two_files();
    add(scratch_path("a.h5"), "/observables/n_1_n_2", 0, 0, 0);
    delete (scratch_path("b.h5"), "/observables/norm");
    verdict(0.0, NULL, 2, "/observables/n_1_n_2 is missing in ");
    make_foreign(scratch_path("b.h5"));
    verdict(0.0, NULL, 0, NULL);
    verdict(0.0, "norm,energy", 1, "/observables/norm is missing");
    add(scratch_path("b.h5"), "/observables/theirs", 0, 0, 0); /* asked of ours */
    verdict(0.0, NULL, 1, "/observables/theirs is missing");
    delete (scratch_path("b.h5"), "/observables/theirs");
    static const char *const core[] = {
        "/observables/im_a_1", "/observables/n_1", "/observables/energy",
        "/husimi/mode_1",      "/axes/x",          "/time"};
    for (size_t i = 0; i < sizeof core / sizeof *core; i++) {
        delete (scratch_path("b.h5"), core[i]);
        verdict(0.0, NULL, i + 1, " is missing in ");
    }
    make_foreign(scratch_path("a.h5")); /* two unknown files: equal sets */
    delete (scratch_path("a.h5"), "/observables/n_1_n_2");
    verdict(0.0, NULL, 7, " is missing in ");
}

Test(compare, nothing_in_common_is_no_agreement)
{
    two_files();
    H5Fclose(H5Fcreate(scratch_path("b.h5"), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
    qfp_comparison c = compare_small();
    cr_assert(isinf(c.worst));
    cr_assert(eq(sz, c.only_in_a, 9));
    cr_assert(strstr(c.reason, "nothing could be compared") != NULL);
    qfp_comparison_destroy(&c);
    /* nor are times alone, though they agree, unless they were asked for */
    const hsize_t extent = 3;
    const double times[] = {0.0, 0.5, 1.0};
    hid_t file = H5Fopen(scratch_path("b.h5"), H5F_ACC_RDWR, H5P_DEFAULT);
    hid_t space = H5Screate_simple(1, &extent, NULL);
    hid_t made =
        H5Dcreate2(file, "time", H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(made, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, times);
    H5Dclose(made);
    H5Sclose(space);
    H5Fclose(file);
    c = judge(1e-6, NULL);
    cr_assert(strstr(c.reason, "nothing could be compared") != NULL);
    cr_assert(eq(sz, c.failures, 8)); /* x, p, husimi, energy, n, re_a and im_a are missing too */
    qfp_comparison_destroy(&c);
    verdict(0.0, "time", 0, NULL);
}

/* More rows than are read at once; the last differs. */
Test(compare, long_datasets_are_read_to_their_end)
{
    enum { LONG = 150000 };
    static double data[LONG];
    two_files();
    for (int f = 0; f < 2; f++) {
        const hsize_t extent = LONG;
        data[LONG - 1] = f == 0 ? 0.5 : 0.0;
        hid_t file = H5Fopen(scratch_path(f == 0 ? "a.h5" : "b.h5"), H5F_ACC_RDWR, H5P_DEFAULT);
        hid_t space = H5Screate_simple(1, &extent, NULL);
        hid_t made = H5Dcreate2(file, "/observables/long", H5T_NATIVE_DOUBLE, space, H5P_DEFAULT,
                                H5P_DEFAULT, H5P_DEFAULT);
        H5Dwrite(made, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, data);
        H5Dclose(made);
        H5Sclose(space);
        H5Fclose(file);
    }
    verdict(0.4, NULL, 1, "/observables/long differs by 5.000e-01");
}

/* Real and imaginary parts of compound numbers, and whole numbers, are numbers. */
Test(compare, complex_and_whole_numbers_are_compared)
{
    two_files();
    hid_t pair = H5Tcreate(H5T_COMPOUND, 2 * sizeof(double));
    H5Tinsert(pair, "r", 0, H5T_NATIVE_DOUBLE);
    H5Tinsert(pair, "i", sizeof(double), H5T_NATIVE_DOUBLE);
    for (int f = 0; f < 2; f++) {
        const hsize_t extent = 2;
        const double ket[] = {1.0, 0.0, 0.0, f == 0 ? 0.5 : 0.25};
        const int counts[] = {1, f == 0 ? 2 : 3};
        hid_t file = H5Fopen(scratch_path(f == 0 ? "a.h5" : "b.h5"), H5F_ACC_RDWR, H5P_DEFAULT);
        hid_t space = H5Screate_simple(1, &extent, NULL);
        hid_t made = H5Dcreate2(file, "ket", pair, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        H5Dwrite(made, pair, H5S_ALL, H5S_ALL, H5P_DEFAULT, ket);
        H5Dclose(made);
        made = H5Dcreate2(file, "counts", H5T_NATIVE_INT, space, H5P_DEFAULT, H5P_DEFAULT,
                          H5P_DEFAULT);
        H5Dwrite(made, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, counts);
        H5Dclose(made);
        H5Sclose(space);
        H5Fclose(file);
    }
    H5Tclose(pair);
    verdict(0.3, NULL, 1, "/counts differs by 3.333e-01");
    verdict(0.2, NULL, 2, "/counts differs by 3.333e-01");
    verdict(0.2, "ket", 1, "/ket differs by 2.500e-01");
}

Test(compare, reference_files_are_readable)
{
    qfp_comparison c;
    const char *kerr = QFP_TEST_DATA "/reference/kerr.h5";
    cr_assert(qfp_compare_files(kerr, kerr, NULL, &c) == QFP_OK, "%s", qfp_last_error());
    cr_assert(eq(dbl, c.worst, 0));
    cr_assert(eq(sz, c.count, 8)); /* time, x, p, one mode, four observables */
    qfp_comparison_destroy(&c);
}

Test(compare, a_missing_file_is_named)
{
    qfp_comparison c = {.count = 99};
    small_file(scratch_path("a.h5"), 1);
    cr_assert(qfp_compare_files(scratch_path("a.h5"), scratch_path("b.h5"), NULL, &c) == QFP_IO);
    cr_assert(strstr(qfp_last_error(), "b.h5") != NULL);
    cr_assert(eq(sz, c.count, 99));
}
