#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <hdf5.h>
#include <math.h>
#include <sys/stat.h>

#include "../support/scratch.h"
#include "../support/small_snapshot.h"
#include "qfp/plot.h"

TestSuite(plot, .init = scratch_make, .fini = scratch_remove);

static int have_gnuplot(void)
{
    return system("command -v gnuplot >/dev/null 2>&1") == 0;
}

/* Width and height from the header of a PNG; fails when it is none. */
static void png_size(const char *path, unsigned *width, unsigned *height)
{
    static const unsigned char signature[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    unsigned char head[24];
    FILE *file = fopen(path, "rb");
    cr_assert(file != NULL, "%s is missing", path);
    cr_assert(eq(sz, fread(head, 1, sizeof head, file), sizeof head));
    fclose(file);
    cr_assert(memcmp(head, signature, sizeof signature) == 0);
    *width = (unsigned)head[16] << 24 | head[17] << 16 | head[18] << 8 | head[19];
    *height = (unsigned)head[20] << 24 | head[21] << 16 | head[22] << 8 | head[23];
}

static void plot_or_sentence(const char *h5, const char *png)
{
    qfp_status status = qfp_plot_file(h5, png, NULL);
    if (have_gnuplot()) {
        cr_assert(status == QFP_OK, "%s", qfp_last_error());
        return;
    }
    cr_assert(eq(int, (int)status, QFP_IO));
    cr_assert(strstr(qfp_last_error(), "install") != NULL, "%s", qfp_last_error());
}

Test(plot, reference_files_become_pictures_with_a_row_per_mode)
{
    unsigned width, one, three;
    plot_or_sentence(QFP_TEST_DATA "/reference/kerr.h5", scratch_path("kerr.png"));
    plot_or_sentence(QFP_TEST_DATA "/reference/trimer.h5", scratch_path("trimer.png"));
    cr_assert(not(scratch_exists(scratch_path("kerr.png.part"))));
    if (!have_gnuplot())
        return;
    png_size(scratch_path("kerr.png"), &width, &one);
    cr_assert(lt(uint, 1000, width));
    png_size(scratch_path("trimer.png"), &width, &three);
    cr_assert(lt(uint, one + 400, three)); /* two more rows of maps, each above 200 pixels */
}

Test(plot, names_and_titles_need_no_quoting)
{
    qfp_snapshot *s = NULL;
    qfp_snapshot_layout layout = small_layout();
    const char *title = "it's \"50 %\" `x` \\n $y {a}_b \xc3\xa9";
    const char *h5 = scratch_path("an 'odd' \"name\"; x.h5");
    const char *png = scratch_path("an 'odd' \"name\"; `x`.png");
    cr_assert(qfp_snapshot_create(h5, &layout, &s) == QFP_OK);
    cr_assert(qfp_snapshot_set_attribute(s, "title", title) == QFP_OK);
    cr_assert(small_append(s, 0) == QFP_OK);
    cr_assert(qfp_snapshot_finish(s, 0) == QFP_OK);
    plot_or_sentence(h5, png); /* also the case of one time: no curves */
    cr_assert(eq(int, scratch_exists(png), have_gnuplot()));
}

Test(plot, a_missing_gnuplot_is_a_sentence_and_leaves_nothing)
{
    small_file(scratch_path("a.h5"), 2);
    cr_assert(setenv("PATH", scratch_folder, 1) == 0);
    cr_assert(
        eq(int, (int)qfp_plot_file(scratch_path("a.h5"), scratch_path("a.png"), NULL), QFP_IO));
    cr_assert(strstr(qfp_last_error(), "install the package gnuplot") != NULL, "%s",
              qfp_last_error());
    cr_assert(not(scratch_exists(scratch_path("a.png"))));
    cr_assert(not(scratch_exists(scratch_path("a.png.part"))));
}

Test(plot, a_failing_gnuplot_is_quoted)
{
    small_file(scratch_path("a.h5"), 2);
    const char *fake = scratch_path("gnuplot");
    static const char script[] = "#!/bin/sh\necho 'out of ink' >&2\nexit 3\n";
    scratch_write(fake, script, sizeof script - 1);
    cr_assert(chmod(fake, 0700) == 0);
    cr_assert(setenv("PATH", scratch_folder, 1) == 0);
    cr_assert(
        eq(int, (int)qfp_plot_file(scratch_path("a.h5"), scratch_path("a.png"), NULL), QFP_IO));
    cr_assert(strstr(qfp_last_error(), "out of ink") != NULL, "%s", qfp_last_error());
    cr_assert(not(scratch_exists(scratch_path("a.png.part"))));
}

/* gnuplot answers a full disk with half a picture and exit status 0. */
Test(plot, half_a_picture_is_none)
{
    small_file(scratch_path("a.h5"), 2);
    const char *fake = scratch_path("gnuplot");
    static const char script[] = "#!/bin/sh\nprintf '\\211PNG\\r\\n\\032\\n\\0\\0\\0\\015IHDR and "
                                 "no more than a beginning'\nprintf '%200s' ''\n"
                                 "while read -r line; do :; done\n";
    scratch_write(fake, script, sizeof script - 1);
    cr_assert(chmod(fake, 0700) == 0);
    cr_assert(setenv("PATH", scratch_folder, 1) == 0);
    cr_assert(
        eq(int, (int)qfp_plot_file(scratch_path("a.h5"), scratch_path("a.png"), NULL), QFP_IO));
    cr_assert(strstr(qfp_last_error(), "the picture ends after") != NULL, "%s", qfp_last_error());
    cr_assert(not(scratch_exists(scratch_path("a.png"))));
    cr_assert(not(scratch_exists(scratch_path("a.png.part"))));
}

Test(plot, other_files_are_refused)
{
    const char *png = scratch_path("a.png");
    cr_assert(eq(int, (int)qfp_plot_file(scratch_path("none.h5"), png, NULL), QFP_IO));
    scratch_write(scratch_path("text.h5"), "text", 4);
    cr_assert(eq(int, (int)qfp_plot_file(scratch_path("text.h5"), png, NULL), QFP_IO));
    cr_assert(strstr(qfp_last_error(), "not an HDF5 file") != NULL);
    H5Fclose(H5Fcreate(scratch_path("empty.h5"), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
    cr_assert(eq(int, (int)qfp_plot_file(scratch_path("empty.h5"), png, NULL), QFP_IO));
    cr_assert(strstr(qfp_last_error(), "no dataset /time") != NULL);
    small_file(scratch_path("timeless.h5"), 0);
    cr_assert(eq(int, (int)qfp_plot_file(scratch_path("timeless.h5"), png, NULL), QFP_IO));
    cr_assert(strstr(qfp_last_error(), "/time is empty") != NULL, "%s", qfp_last_error());
    small_file(scratch_path("a.h5"), 2);
    cr_assert(
        eq(int, (int)qfp_plot_file(scratch_path("a.h5"), scratch_path("no/a.png"), NULL), QFP_IO));
    cr_assert(strstr(qfp_last_error(), "no/a.png") != NULL);
}

/* Two theories side by side; the second stopped before the end. */
Test(plot, theories_stand_side_by_side)
{
    qfp_snapshot *file = NULL, *group = NULL;
    qfp_snapshot_layout layout = small_layout();
    unsigned width, height;
    cr_assert(qfp_snapshot_create(scratch_path("two.h5"), &layout, &file) == QFP_OK);
    cr_assert(qfp_snapshot_set_attribute(file, "theories", "exact, M2") == QFP_OK);
    cr_assert(qfp_snapshot_create_group(file, "/theories/M2", &layout, &group) == QFP_OK);
    for (size_t t = 0; t < 4; ++t) {
        static const char *const names[] = {"husimi_l2_1", "n_1", "a_1"};
        cr_assert(small_append(file, t) == QFP_OK);
        qfp_status status =
            t < 2 ? small_append(group, t) : qfp_snapshot_append_blank(group, 0.5 * (double)t);
        cr_assert(eq(int, (int)status, QFP_OK));
        for (int i = 0; i < 3; ++i) {
            char name[64];
            snprintf(name, sizeof name, "/distance/M2/%s", names[i]);
            cr_assert(qfp_snapshot_append_series(file, name, "distance",
                                                 t < 2 ? 0.1 * (double)t : NAN) == QFP_OK);
        }
    }
    qfp_snapshot_close(group);
    cr_assert(qfp_snapshot_finish(file, 0) == QFP_OK);
    plot_or_sentence(scratch_path("two.h5"), scratch_path("two.png"));
    if (!have_gnuplot())
        return;
    png_size(scratch_path("two.png"), &width, &height);
    cr_assert(lt(uint, 700, width));
    cr_assert(lt(uint, 500, height)); /* maps and curves */
}

/* A file that names a theory it does not hold is answered with the dataset that is missing. */
Test(plot, a_missing_theory_is_named)
{
    qfp_snapshot *file = NULL;
    qfp_snapshot_layout layout = small_layout();
    cr_assert(qfp_snapshot_create(scratch_path("one.h5"), &layout, &file) == QFP_OK);
    cr_assert(qfp_snapshot_set_attribute(file, "theories", "exact, M2") == QFP_OK);
    cr_assert(small_append(file, 0) == QFP_OK);
    cr_assert(qfp_snapshot_finish(file, 0) == QFP_OK);
    qfp_status status = qfp_plot_file(scratch_path("one.h5"), scratch_path("one.png"), NULL);
    cr_assert(eq(int, (int)status, QFP_IO));
    cr_assert(strstr(qfp_last_error(), "/theories/M2/husimi/mode_1") != NULL, "%s",
              qfp_last_error());
}
