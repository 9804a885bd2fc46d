/* What has to be in both files, and what counts. */
#include "../support/two_files.h"

TestSuite(compare_verdict, .init = scratch_make, .fini = scratch_remove);

Test(compare_verdict, a_dataset_that_one_file_lacks_fails)
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

Test(compare_verdict, what_a_method_says_of_itself_is_not_judged)
{
    static const char *const names[] = {
        "/observables/tail",       "/observables/edge_x", "/observables/min_q",
        "/observables/truncation", "/errors/n_1",         "/observables/wehrl",
        "/observables/purity",     "/points/seconds",     "/points/levels"};
    const int count = sizeof names / sizeof *names;
    two_files();
    for (int i = 0; i < count; i++)
        add(scratch_path("a.h5"), names[i], 0, 0, 0);
    verdict(0.0, NULL, 0, NULL);
    for (int i = 0; i < count; i++)
        add(scratch_path("b.h5"), names[i], 0, 0, 1);
    verdict(0.0, NULL, 0, NULL);
    verdict(0.0, "observables", 0, NULL);
    verdict(0.0, "tail", 1, "/observables/tail differs by 1.000e+00 at t = 1, more than 0");
    verdict(0.0, "/observables/edge_x", 1, "/observables/edge_x differs");
    verdict(0.0, "errors/n_1", 1, "/errors/n_1 differs");
    qfp_comparison all = compare_small(); /* errors are shown where they are asked for */
    for (size_t i = 0; i < all.count; i++)
        cr_assert(strstr(all.rows[i].dataset, "errors") == NULL);
    cr_assert(eq(int, find_row(&all, "/observables/tail")->judged, 0));
    qfp_comparison_destroy(&all);
    verdict(0.0, "errors,energy", 0, NULL);
    verdict(0.0, "n_1", 0, NULL); /* the observable, not what is stated of it */
    add(scratch_path("a.h5"), "/checkpoint/state", 0, 0, 0);
    verdict(0.0, NULL, 0, NULL);
    add(scratch_path("a.h5"), "/errors/wehrl", 0.1, 0.1, 0.1);
    verdict(0.0, NULL, 1, "/observables/wehrl differs by 1.000e+00 at t = 1");
    verdict(1.0, NULL, 0, NULL);
    add(scratch_path("a.h5"), "/points/gap", 0, 0, 0);
    add(scratch_path("b.h5"), "/points/gap", 0, 0, 1);
    verdict(1e-3, "gap", 1, "/points/gap differs by 1.000e+00");
    verdict(1.0, NULL, 0, NULL);
    /* what is no diagnostic is in both */
    add(scratch_path("a.h5"), "/observables/mine", 0, 0, 0);
    verdict(1.0, NULL, 1, "/observables/mine is missing in ");
}

Test(compare_verdict, a_difference_within_what_both_files_state_is_agreement)
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

Test(compare_verdict, only_takes_times_and_axes_along)
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

Test(compare_verdict, only_names_what_there_is)
{
    static const struct {
        const char *only, *says;
    } lines[] = {
        {"enrgy", "did you mean 'energy'?"},
        {"husimi,obsevables", "'obsevables'; did you mean 'observables'?"},
        {"/observables/n_2", "did you mean '/observables/n_1'?"},
        {"observables/nrm", "did you mean 'observables/norm'?"},
        {"/observables/n", "did you mean '/observables/n_1'?"},
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

Test(compare_verdict, theories_are_judged_like_the_first)
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
Test(compare_verdict, a_file_of_another_program_may_have_less_but_not_none)
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

Test(compare_verdict, nothing_in_common_is_no_agreement)
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
