#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <hdf5.h>
#include <hdf5_hl.h>
#include <math.h>

#include "../support/scratch.h"
#include "../support/small_snapshot.h"

TestSuite(snapshot, .init = scratch_make, .fini = scratch_remove);

Test(snapshot, numbers_come_back_where_they_were_put)
{
    const char *path = scratch_path("a.h5");
    size_t shape[16];
    small_file(path, 3);
    cr_assert(not(scratch_exists(scratch_path("a.h5.part"))));
    double *map = read_dataset(path, "/husimi/mode_1", 3, shape);
    cr_assert(eq(sz, shape[0], 3));
    cr_assert(eq(sz, shape[1], SMALL_NX));
    cr_assert(eq(sz, shape[2], SMALL_NP));
    for (size_t t = 0; t < 3; ++t)
        for (size_t i = 0; i < SMALL_NX; ++i)
            for (size_t k = 0; k < SMALL_NP; ++k)
                cr_assert(eq(dbl, map[(t * SMALL_NX + i) * SMALL_NP + k], small_value(t, i, k)));
    free(map);
    double *time = read_dataset(path, "/time", 1, shape);
    cr_assert(eq(dbl, time[2], 1.0));
    free(time);
    double *n = read_dataset(path, "/observables/n_1", 1, shape);
    cr_assert(eq(dbl, n[1], 5.0));
    free(n);
    double *p = read_dataset(path, "/axes/p", 1, shape);
    cr_assert(eq(dbl, p[3], 1.5));
    free(p);
}

Test(snapshot, axes_are_attached_and_labelled)
{
    static const char *const labels[] = {"time", "x", "p"};
    static const char *const scales[] = {"/time", "/axes/x", "/axes/p"};
    small_file(scratch_path("a.h5"), 1);
    hid_t file = H5Fopen(scratch_path("a.h5"), H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t map = H5Dopen2(file, "/husimi/mode_1", H5P_DEFAULT);
    for (unsigned axis = 0; axis < 3; ++axis) {
        char label[16] = "";
        cr_assert(H5DSget_label(map, axis, label, sizeof label) > 0);
        cr_assert(eq(str, label, (char *)labels[axis]));
        hid_t scale = H5Dopen2(file, scales[axis], H5P_DEFAULT);
        cr_assert(H5DSis_attached(map, scale, axis) > 0);
        H5Dclose(scale);
    }
    H5Dclose(map);
    H5Fclose(file);
}

Test(snapshot, attributes_keep_their_order_and_may_be_long)
{
    enum { LENGTH = 200000 }; /* above the 64 KB that HDF5 keeps in an object header */
    char *text = malloc(LENGTH + 1);
    memset(text, 'x', LENGTH);
    text[LENGTH] = '\0';
    const double reals[] = {0.5, 2.5};
    const int64_t whole = -7;
    qfp_snapshot_layout layout = small_layout();
    qfp_snapshot *s = NULL;
    cr_assert(qfp_snapshot_create(scratch_path("a.h5"), &layout, &s) == QFP_OK);
    cr_assert(qfp_snapshot_set_attribute(s, "zebra", "1") == QFP_OK);
    cr_assert(qfp_snapshot_set_attribute(s, "config", text) == QFP_OK);
    cr_assert(qfp_snapshot_set_attribute(s, "apple", "2") == QFP_OK);
    cr_assert(qfp_snapshot_set_attribute(s, "apple", "3") == QFP_OK);
    cr_assert(qfp_snapshot_set_reals(s, "reals", 2, reals) == QFP_OK);
    cr_assert(qfp_snapshot_set_integers(s, "whole", 1, &whole) == QFP_OK);
    cr_assert(qfp_snapshot_finish(s, 0) == QFP_OK);
    hid_t file = H5Fopen(scratch_path("a.h5"), H5F_ACC_RDONLY, H5P_DEFAULT);
    char name[16];
    H5Aget_name_by_idx(file, "/", H5_INDEX_CRT_ORDER, H5_ITER_INC, 0, name, sizeof name,
                       H5P_DEFAULT);
    cr_assert(eq(str, name, "zebra"));
    char *read = NULL;
    cr_assert(H5LTget_attribute_string(file, "/", "config", (char *)&read) >= 0);
    cr_assert(eq(sz, strlen(read), LENGTH));
    H5free_memory(read);
    cr_assert(H5LTget_attribute_string(file, "/", "apple", (char *)&read) >= 0);
    cr_assert(eq(str, read, "3"));
    H5free_memory(read);
    double two[2];
    long long one;
    cr_assert(H5LTget_attribute_double(file, "/", "reals", two) >= 0);
    cr_assert(eq(dbl, two[1], 2.5));
    cr_assert(H5LTget_attribute_long_long(file, "/", "whole", &one) >= 0);
    cr_assert(eq(llong, one, -7));
    H5Fclose(file);
    free(text);
}

Test(snapshot, q_of_two_modes_has_five_axes)
{
    enum { SIZE = SMALL_NX * SMALL_NP };
    double *full = calloc(SIZE * SIZE, sizeof *full), map[SIZE] = {0};
    full[((1 * SMALL_NP + 2) * SMALL_NX + 3) * SMALL_NP + 1] = 7;
    const double *marginals[] = {map, map};
    const double observables[5] = {0};
    qfp_snapshot_layout layout = small_layout();
    layout.modes = 2;
    layout.full = 1;
    qfp_snapshot *s = NULL;
    size_t shape[16];
    cr_assert(qfp_snapshot_create(scratch_path("a.h5"), &layout, &s) == QFP_OK);
    assert_failed(qfp_snapshot_append(s, 0, marginals, observables), QFP_INTERNAL, "not given");
    cr_assert(qfp_snapshot_append_full(s, 0, 2, full) == QFP_OK);
    cr_assert(qfp_snapshot_append_full(s, 2, SMALL_NX - 2, full + 2 * SIZE * SMALL_NP) == QFP_OK);
    cr_assert(qfp_snapshot_append(s, 0, marginals, observables) == QFP_OK);
    cr_assert(qfp_snapshot_finish(s, 0) == QFP_OK);
    double *read = read_dataset(scratch_path("a.h5"), "/husimi/full", 5, shape);
    cr_assert(eq(sz, shape[3], SMALL_NX));
    cr_assert(eq(dbl, read[((1 * SMALL_NP + 2) * SMALL_NX + 3) * SMALL_NP + 1], 7));
    free(read);
    free(full);
}

Test(snapshot, fields_static_and_in_time)
{
    static const char *const labels[] = {"x_1", "p_1"};
    double field[SMALL_NX * SMALL_NP * 2] = {0};
    qfp_snapshot *s = NULL;
    qfp_snapshot_layout layout = small_layout();
    cr_assert(qfp_snapshot_create(scratch_path("a.h5"), &layout, &s) == QFP_OK);
    qfp_axis axes[3];
    qfp_snapshot_phase_axes(s, axes);
    axes[2] =
        (qfp_axis){.name = "component", .count = 2, .long_name = "component", .labels = labels};
    const qfp_dataset_spec drift_spec = {
        .name = "/fields/drift", .units = "1", .long_name = "drift", .rank = 3, .axes = axes};
    qfp_dataset_spec current_spec = drift_spec;
    current_spec.name = "/fields/current";
    current_spec.grows = true;
    field[9] = 4;
    cr_assert(qfp_snapshot_write(s, &drift_spec, field) == QFP_OK);
    for (size_t t = 0; t < 2; ++t) {
        field[1] = (double)t;
        cr_assert(small_append(s, t) == QFP_OK);
        cr_assert(qfp_snapshot_write(s, &current_spec, field) == QFP_OK);
    }
    current_spec.rank = 2;
    assert_failed(qfp_snapshot_write(s, &current_spec, field), QFP_INTERNAL, "current");
    axes[2].count = 1; /* a dataset with another axis of the same name */
    current_spec.rank = 3;
    current_spec.name = "/fields/other";
    assert_failed(qfp_snapshot_write(s, &current_spec, field), QFP_INTERNAL, "component");
    cr_assert(qfp_snapshot_finish(s, 0) == QFP_OK);
    size_t found[16];
    double *drift = read_dataset(scratch_path("a.h5"), "/fields/drift", 3, found);
    cr_assert(eq(dbl, drift[9], 4));
    free(drift);
    double *current = read_dataset(scratch_path("a.h5"), "/fields/current", 4, found);
    cr_assert(eq(sz, found[0], 2));
    cr_assert(eq(dbl, current[SMALL_NX * SMALL_NP * 2 + 1], 1));
    free(current);
}

Test(snapshot, complex_compounds_are_pairs)
{
    typedef struct {
        double r, i;
    } pair;
    const pair values[] = {{1, 2}, {3, 4}};
    hid_t file = H5Fcreate(scratch_path("c.h5"), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t type = H5Tcreate(H5T_COMPOUND, sizeof(pair));
    H5Tinsert(type, "r", HOFFSET(pair, r), H5T_NATIVE_DOUBLE);
    H5Tinsert(type, "i", HOFFSET(pair, i), H5T_NATIVE_DOUBLE);
    hsize_t shape = 2;
    hid_t space = H5Screate_simple(1, &shape, NULL);
    hid_t dataset = H5Dcreate2(file, "psi", type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
    H5Dclose(dataset);
    H5Sclose(space);
    H5Tclose(type);
    H5Fclose(file);
    int rank, is_complex;
    size_t found[16];
    double *data = NULL;
    cr_assert(qfp_hdf5_read(scratch_path("c.h5"), "psi", &rank, found, &is_complex, &data) ==
              QFP_OK);
    cr_assert(eq(int, is_complex, 1));
    cr_assert(eq(sz, found[0], 2));
    for (int i = 0; i < 4; ++i)
        cr_assert(eq(dbl, data[i], i + 1.0));
    free(data);
}

Test(snapshot, a_group_has_the_layout_and_the_axes_of_its_file)
{
    const char *path = scratch_path("groups.h5");
    qfp_snapshot *file = NULL, *group = NULL;
    qfp_snapshot_layout layout = small_layout();
    size_t shape[16];
    cr_assert(qfp_snapshot_create(path, &layout, &file) == QFP_OK, "%s", qfp_last_error());
    cr_assert(qfp_snapshot_create_group(file, "/theories/M2", &layout, &group) == QFP_OK, "%s",
              qfp_last_error());
    for (size_t t = 0; t < 2; ++t) {
        cr_assert(small_append(file, t) == QFP_OK, "%s", qfp_last_error());
        cr_assert(small_append(group, t + 5) == QFP_OK, "%s", qfp_last_error());
        cr_assert(qfp_snapshot_append_series(file, "/distance/M2/n_1", "of n", 0.5 + (double)t) ==
                  QFP_OK);
    }
    cr_assert(qfp_snapshot_set_attribute_of(file, "/distance/M2", "to", "exact") == QFP_OK);
    assert_failed(qfp_snapshot_set_attribute_of(file, "/distance/M3", "to", "exact"), QFP_IO,
                  "/distance/M3");
    qfp_snapshot_close(group);
    cr_assert(qfp_snapshot_finish(file, 0) == QFP_OK, "%s", qfp_last_error());
    double *map = read_dataset(path, "/theories/M2/husimi/mode_1", 3, shape);
    cr_assert(eq(sz, shape[0], 2));
    cr_assert(eq(dbl, map[SMALL_NX * SMALL_NP + 1], small_value(6, 0, 1)));
    free(map);
    double *time = read_dataset(path, "/theories/M2/time", 1, shape); /* through the link */
    cr_assert(eq(sz, shape[0], 2));
    cr_assert(eq(dbl, time[1], 0.5));
    free(time);
    double *distance = read_dataset(path, "/distance/M2/n_1", 1, shape);
    cr_assert(eq(sz, shape[0], 2));
    cr_assert(eq(dbl, distance[1], 1.5));
    free(distance);
    hid_t opened = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    static const char *const datasets[] = {"/theories/M2/husimi/mode_1",
                                           "/theories/M2/observables/n_1", "/distance/M2/n_1"};
    for (int i = 0; i < 3; ++i) {
        hid_t dataset = H5Dopen2(opened, datasets[i], H5P_DEFAULT);
        hid_t scale = H5Dopen2(opened, "/time", H5P_DEFAULT);
        cr_assert(H5DSis_attached(dataset, scale, 0) > 0, "%s", datasets[i]);
        H5Dclose(scale);
        H5Dclose(dataset);
    }
    H5Fclose(opened);
}

Test(snapshot, blank_times_read_as_nan_and_shorten_nothing)
{
    const char *path = scratch_path("blank.h5");
    qfp_snapshot *file = NULL, *group = NULL;
    qfp_snapshot_layout layout = small_layout();
    size_t shape[16];
    qfp_axis plane[2];
    double field[SMALL_NX * SMALL_NP] = {1.0};
    cr_assert(qfp_snapshot_create(path, &layout, &file) == QFP_OK, "%s", qfp_last_error());
    cr_assert(qfp_snapshot_create_group(file, "/theories/M2", &layout, &group) == QFP_OK);
    cr_assert(small_append(file, 0) == QFP_OK);
    cr_assert(small_append(group, 0) == QFP_OK);
    qfp_snapshot_phase_axes(group, plane);
    const qfp_dataset_spec spec = {.name = "/fields/current",
                                   .units = "1",
                                   .long_name = "current",
                                   .grows = true,
                                   .rank = 2,
                                   .axes = plane};
    cr_assert(qfp_snapshot_write(group, &spec, field) == QFP_OK);
    cr_assert(qfp_snapshot_append_blank(file, 0.5) == QFP_OK, "%s", qfp_last_error());
    cr_assert(qfp_snapshot_append_blank(group, 0.5) == QFP_OK, "%s", qfp_last_error());
    cr_assert(small_append(file, 2) == QFP_OK);
    cr_assert(qfp_snapshot_append_blank(group, 1.0) == QFP_OK, "%s", qfp_last_error());
    qfp_snapshot_close(group);
    cr_assert(qfp_snapshot_finish(file, 0) == QFP_OK, "%s", qfp_last_error());
    double *time = read_dataset(path, "/time", 1, shape);
    cr_assert(eq(sz, shape[0], 3));
    cr_assert(eq(dbl, time[1], 0.5));
    free(time);
    static const char *const names[] = {"/observables/n_1", "/theories/M2/observables/n_1"};
    for (int i = 0; i < 2; ++i) {
        double *n = read_dataset(path, names[i], 1, shape);
        cr_assert(eq(sz, shape[0], 3));
        cr_assert(eq(dbl, n[0], 4.0));
        cr_assert(isnan(n[1]));
        cr_assert(i == 0 ? n[2] == 6.0 : isnan(n[2]));
        free(n);
    }
    double *current = read_dataset(path, "/theories/M2/fields/current", 3, shape);
    cr_assert(eq(sz, shape[0], 3));
    cr_assert(eq(dbl, current[0], 1.0));
    cr_assert(isnan(current[SMALL_NX * SMALL_NP]));
    free(current);
}
