/* How far two files are apart. */
#include "../support/two_files.h"

TestSuite(compare, .init = scratch_make, .fini = scratch_remove);

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
    add(scratch_path("a.h5"), "/mixed", 0, 0, 0);
    hid_t file = H5Fopen(scratch_path("b.h5"), H5F_ACC_RDWR, H5P_DEFAULT);
    hid_t space = H5Screate_simple(1, (const hsize_t[]){3}, NULL);
    H5Dclose(H5Dcreate2(file, "mixed", pair, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    H5Sclose(space);
    H5Fclose(file);
    verdict(1.0, "mixed", 1, "/mixed has another shape, 3 against 3 complex");
    H5Tclose(pair);
    verdict(0.3, "counts,ket", 1, "/counts differs by 3.333e-01");
    verdict(0.2, "counts,ket", 2, "/counts differs by 3.333e-01");
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
