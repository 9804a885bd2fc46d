/* What a picture of an ensemble shows beside its maps. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

#include "../support/scratch.h"
#include "../support/small_snapshot.h"
#include "io/hdf5_access.h"
#include "plot/describe.h"
#include "qfp/plot.h"

TestSuite(plot_ensemble, .init = scratch_make, .fini = scratch_remove);

#define OK(call) cr_assert(QFP_OK == (call), "%s", qfp_last_error())

/* The sampled density has weight in three cells only: 1 at x = −2, 2 at x = 1, 1 at x = 0. */
static void ensemble_file(const char *path, size_t times, size_t coordinates)
{
    qfp_snapshot *s = NULL;
    qfp_snapshot_layout layout = small_layout();
    const qfp_axis axes[] = {
        {.name = "path", .count = 2, .long_name = "path"},
        {.name = "coordinate", .count = coordinates, .long_name = "coordinate"}};
    const qfp_dataset_spec spec = {.name = "/paths",
                                   .units = "1",
                                   .long_name = "paths",
                                   .grows = true,
                                   .rank = 2,
                                   .axes = axes};
    OK(qfp_snapshot_create(path, &layout, &s));
    for (size_t t = 0; t < times; t++) {
        double density[SMALL_NX * SMALL_NP] = {0};
        density[0 * SMALL_NP + 1] = 1.0;
        density[3 * SMALL_NP + 2] = 2.0;
        density[2 * SMALL_NP + 0] = 1.0;
        double paths[2 * 4] = {1.0, 0.5, -1.0, (double)t, 0.0, 0.0, NAN, 0.0};
        OK(qfp_snapshot_append_histogram(s, 0, density));
        OK(qfp_snapshot_write(s, &spec, paths));
        OK(small_append(s, t));
    }
    OK(qfp_snapshot_finish(s, 0));
}

static void read_picture(const char *path, qfp_picture *out)
{
    hid_t file;
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    OK(qfp_hdf5_open(path, &file));
    OK(qfpi_describe(file, path, false, out));
    H5Fclose(file);
    qfp_hdf5_quiet_end(quiet);
}

Test(plot_ensemble, outcomes_carry_the_weights_of_both_sides)
{
    const char *path = scratch_path("e.h5");
    qfp_picture q;
    ensemble_file(path, 3, 2);
    read_picture(path, &q);
    const qfp_panel *panel = q.first;
    while (panel->map != NULL)
        panel = panel->next;
    cr_assert(eq(str, (char *)panel->title, "outcomes of x at t = 1")); /* x spreads more */
    cr_assert(eq(sz, panel->layer_count, 2));
    const qfp_layer *sampled = panel->first, *solved = sampled->next;
    cr_assert(eq(sz, sampled->count, SMALL_NX));
    /* 2 of 4 at x = 1, and half of the one at 0 */
    cr_assert(eq(str, (char *)sampled->name, "sampled, 62.5 % above 0"));
    const double expected[SMALL_NX] = {0.25, 0.0, 0.25, 0.5, 0.0}; /* cells of width 1 */
    double exact = 0.0, above = 0.0;
    for (size_t i = 0; i < SMALL_NX; i++) {
        cr_assert(epsilon_eq(dbl, sampled->at[1][i], expected[i], 1e-15)); /* rounding */
        for (size_t k = 0; k < SMALL_NP; k++) {
            exact += small_value(2, i, k);
            above += (i > 2 ? 1.0 : i == 2 ? 0.5 : 0.0) * small_value(2, i, k);
        }
    }
    char name[32];
    snprintf(name, sizeof name, "Q, %.1f %% above 0", 100.0 * above / exact);
    cr_assert(eq(str, (char *)solved->name, name));
    qfp_picture_destroy(&q);
}

Test(plot_ensemble, trajectories_are_read_where_they_have_a_place)
{
    qfp_picture q;
    ensemble_file(scratch_path("e.h5"), 3, 2);
    read_picture(scratch_path("e.h5"), &q);
    const qfp_panel *third = q.first->next->next;
    cr_assert(eq(sz, third->layer_count, 2));
    const qfp_layer *trails = third->first, *dots = trails->next;
    cr_assert(eq(int, (int)dots->mark, (int)QFP_DOTS));
    cr_assert(eq(sz, dots->count, 2));
    cr_assert(eq(dbl, dots->at[1][0], 0.5));    /* p of the first path at time 2 */
    cr_assert(eq(dbl, dots->at[1][1], 2.0));    /* of the second */
    cr_assert(eq(sz, trails->count, 2 * 4));    /* three times and a gap each */
    cr_assert(eq(dbl, trails->at[0][4], -1.0)); /* the second begins behind the gap */
    cr_assert(eq(int, isnan(trails->at[0][3]), 1));
    const qfp_panel *exact = third->next; /* of Q, below */
    cr_assert(eq(int, exact->row, third->row + 1));
    cr_assert(eq(ptr, exact->first, NULL));
    cr_assert(eq(ptr, exact->scale, third->scale)); /* the same colours for what is compared */
    qfp_picture_destroy(&q);
    ensemble_file(scratch_path("d.h5"), 2, 4); /* α and β of a doubled phase space */
    read_picture(scratch_path("d.h5"), &q);
    cr_assert(eq(ptr, q.first->first, NULL));
    qfp_picture_destroy(&q);
}

Test(plot_ensemble, pictures_are_drawn)
{
    if (system("command -v gnuplot >/dev/null 2>&1") != 0)
        return; /* test_plot.c checks what is said then */
    for (size_t coordinates = 2; coordinates <= 4; coordinates += 2) {
        ensemble_file(scratch_path("e.h5"), 2, coordinates);
        OK(qfp_plot_file(scratch_path("e.h5"), scratch_path("e.png"), NULL));
        cr_assert(scratch_exists(scratch_path("e.png")));
    }
}
