/* A picture as data: what shares colours, where panels stand, which ranges they have, the frames of a movie. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <fcntl.h>
#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../support/scratch.h"
#include "../support/small_snapshot.h"
#include "io/hdf5_access.h"
#include "plot/describe.h"
#include "plot/layout.h"
#include "plot/plot_file.h"
#include "plot/program.h"
#include "qfp/plot.h"

TestSuite(picture, .init = scratch_make, .fini = scratch_remove);

#define OK(call) cr_assert(QFP_OK == (call), "%s", qfp_last_error())

static void describe(const char *path, bool is_movie, qfp_picture *out)
{
    hid_t file;
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    OK(qfp_hdf5_open(path, &file));
    OK(qfpi_describe(file, path, is_movie, out));
    H5Fclose(file);
    qfp_hdf5_quiet_end(quiet);
}

static size_t count_maps(const qfp_picture *q)
{
    size_t count = 0;
    for (const qfp_panel *p = q->first; p != NULL; p = p->next)
        count += p->map != NULL;
    return count;
}

static const qfp_panel *find_panel(const qfp_picture *q, const char *title)
{
    const qfp_panel *p = q->first;
    while (p != NULL && (p->title == NULL || strcmp(p->title, title) != 0))
        p = p->next;
    cr_assert(p != NULL, "no panel '%s'", title);
    return p;
}

Test(picture, maps_of_all_times_have_one_scale_and_their_densities)
{
    qfp_picture q;
    small_file(scratch_path("a.h5"), 3);
    describe(scratch_path("a.h5"), false, &q);
    cr_assert(eq(sz, count_maps(&q), 3));
    const qfp_panel *p = q.first;
    for (size_t t = 0; t < 3; t++, p = p->next) {
        cr_assert(p->scale == q.first->scale);
        for (size_t i = 0; i < SMALL_NX; i++) {
            double sum = 0.0; /* the steps of p are 1 */
            for (size_t k = 0; k < SMALL_NP; k++)
                sum += small_value(t, i, k);
            cr_assert(epsilon_eq(dbl, p->marginal[0][i], sum, 1e-9)); /* rounding of 1e4 */
        }
    }
    double most = small_value(2, SMALL_NX - 1, SMALL_NP - 1);
    cr_assert(eq(dbl, q.first->scale->most, most));
    qfp_picture_destroy(&q);
}

/* n and a move; what stays is said in words. */
Test(picture, what_is_constant_is_a_sentence)
{
    qfp_picture q;
    small_file(scratch_path("a.h5"), 3);
    describe(scratch_path("a.h5"), false, &q);
    cr_assert(eq(sz, q.note_count, 2));
    cr_assert(eq(str, (char *)(size_t)q.notes[0], "constant: energy = -3"));
    cr_assert(eq(str, (char *)(size_t)q.notes[1],
                 "dotted: a guide to the eye, output.series computes what is between"));
    const qfp_panel *n = find_panel(&q, "mean quanta");
    cr_assert(eq(sz, n->layer_count, 1));
    cr_assert(n->first->name == NULL);
    cr_assert(eq(dbl, n->first->at[1][2], 6.0));
    const qfp_panel *a = find_panel(&q, "mean amplitude");
    cr_assert(eq(str, (char *)(size_t)a->first->name, "Re a₁"));
    cr_assert(eq(str, (char *)(size_t)a->last->name, "Im a₁"));
    cr_assert(ne(uint, a->first->colour, a->last->colour));
    qfp_picture_destroy(&q);
}

/* A line between few points would say what nobody computed. */
Test(picture, few_times_make_no_line)
{
    static const struct {
        size_t count;
        qfp_mark mark;
        size_t notes;
    } cases[] = {{24, QFP_GUIDED, 2}, {25, QFP_POINTS, 1}, {60, QFP_POINTS, 1}, {61, QFP_LINE, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        qfp_picture q;
        small_file(scratch_path("a.h5"), cases[i].count);
        describe(scratch_path("a.h5"), false, &q);
        cr_assert(eq(int, (int)find_panel(&q, "mean quanta")->first->mark, (int)cases[i].mark));
        cr_assert(eq(sz, q.note_count, cases[i].notes));
        qfp_picture_destroy(&q);
    }
}

/* Three curves of which two are one: that has both names. */
Test(picture, a_curve_that_would_hide_another_shares_its_line)
{
    static const qfp_quantity observables[] = {
        {"n_1", "1", "number"}, {"n_2", "1", "number"}, {"n_3", "1", "number"}};
    qfp_snapshot_layout layout = {.modes = 3,
                                  .observable_count = 3,
                                  .observables = observables,
                                  .x_count = SMALL_NX,
                                  .p_count = SMALL_NP,
                                  .x = small_x,
                                  .p = small_p};
    static const double map[SMALL_NX * SMALL_NP] = {1.0};
    static const double *const maps[] = {map, map, map};
    qfp_snapshot *s;
    qfp_picture q;
    OK(small_create(scratch_path("a.h5"), &layout, &s));
    for (int t = 0; t < 3; t++)
        OK(qfp_snapshot_append(s, t, (const double *const *)maps,
                               (const double[]){1.0 + t, 4.0 - t, 1.0 + t + 1e-9}));
    OK(qfp_snapshot_finish(s, 0));
    describe(scratch_path("a.h5"), false, &q);
    const qfp_panel *n = find_panel(&q, "mean quanta");
    cr_assert(eq(sz, n->layer_count, 2));
    cr_assert(eq(str, (char *)(size_t)n->first->name, "n₁ = n₃"));
    cr_assert(eq(str, (char *)(size_t)n->last->name, "n₂"));
    qfp_picture_destroy(&q);
}

Test(picture, a_movie_has_a_frame_per_time_in_the_same_colours)
{
    qfp_picture q;
    small_file(scratch_path("a.h5"), 9); /* more than maps side by side */
    describe(scratch_path("a.h5"), true, &q);
    cr_assert(eq(sz, q.frame_count, 9));
    cr_assert(eq(dbl, q.frame_time[8], 4.0));
    const qfp_panel *p = q.first;
    for (int frame = 0; frame < 9; frame++, p = p->next) {
        cr_assert(eq(int, p->frame, frame));
        cr_assert(eq(dbl, p->map[0], small_value((size_t)frame, 0, 0)));
        cr_assert(p->scale == q.first->scale);
    }
    cr_assert(eq(int, find_panel(&q, "mean quanta")->frame, QFP_EVERY_FRAME));
    qfp_picture_destroy(&q);
}

/* ---- pictures made by hand --------------------------------------------------------------------- */

static const double axis[3] = {-1.0, 0.0, 1.0};

static qfp_panel *add_map(qfp_picture *q, int row, const double *map, qfp_scale *scale)
{
    const qfp_plane plane = {{3, 3}, {axis, axis}, {"x", "p"}};
    return qfpi_map(q, row, "t = 0", &plane, map, scale, true);
}

Test(picture, colours_are_shared_where_all_can_be_seen)
{
    static const double maps[3][9] = {{0.3}, {0.1, -0.2}, {0.01}};
    for (size_t count = 2; count <= 3; count++) {
        qfp_picture q = {.title = ""};
        qfp_scale *scales[3];
        for (size_t i = 0; i < count; i++) {
            scales[i] = qfpi_scale(&q, "Q", false);
            (void)add_map(&q, (int)i, maps[i], scales[i]);
            cr_assert(eq(dbl, scales[i]->most, maps[i][0]));
        }
        qfpi_share(&q, count, scales);
        for (const qfp_panel *p = q.first; p != NULL; p = p->next)
            cr_assert(eq(dbl, p->scale->most, count == 2 ? 0.3 : maps[p->row][0]));
        qfp_picture_destroy(&q);
    }
}

/* Two maps with a bar each stand above two that share one: only the first ones are in line. */
Test(picture, an_axis_is_left_out_above_the_same_one_alone)
{
    static const double map[9] = {0.1};
    qfp_picture q = {.title = "", .stop_time = NAN};
    qfp_scale *scale[3];
    qfp_sheet sheet;
    for (int i = 0; i < 3; i++)
        scale[i] = qfpi_scale(&q, "Q", false);
    const qfp_panel *first = add_map(&q, 0, map, scale[0]), *second = add_map(&q, 0, map, scale[1]);
    const qfp_panel *below = add_map(&q, 1, map, scale[2]), *last = add_map(&q, 1, map, scale[2]);
    qfpi_lay_out(&q, QFP_EVERY_FRAME, &sheet);
    cr_assert(eq(dbl, first->left, below->left));
    cr_assert(ne(dbl, second->left, last->left));
    cr_assert(not(qfpi_shows_axis(&q, first, 0, QFP_EVERY_FRAME)));
    cr_assert(qfpi_shows_axis(&q, second, 0, QFP_EVERY_FRAME));
    cr_assert(qfpi_shows_axis(&q, last, 0, QFP_EVERY_FRAME));
    cr_assert(qfpi_shows_axis(&q, first, 1, QFP_EVERY_FRAME));
    cr_assert(not(qfpi_shows_axis(&q, second, 1, QFP_EVERY_FRAME)));
    qfp_picture_destroy(&q);
}

static bool overlap(const qfp_panel *a, const qfp_panel *b)
{
    return a->left < b->left + b->width && b->left < a->left + a->width &&
           a->top < b->top + b->height && b->top < a->top + a->height;
}

/* What may stand beside a panel: numbers, names and a legend of many names. */
Test(picture, nothing_overlaps_for_one_to_eight_modes)
{
    static const double map[9] = {0.1}, curve[2] = {0.0, 1.0};
    for (int modes = 1; modes <= 8; modes++) {
        qfp_picture q = {.title = "title", .stop_time = NAN};
        qfp_scale *scale = qfpi_scale(&q, "Q", false);
        qfp_sheet sheet;
        int columns;
        double each;
        for (int j = 0; j < modes; j++)
            for (int k = 0; k < modes; k++)
                (void)add_map(&q, j, map, scale);
        for (int k = 0; k < modes; k++) {
            qfp_panel *panel = qfpi_panel(&q, modes + k, "curves", "", "");
            for (int c = 0; c < 2 * modes; c++)
                qfpi_draw(&q, panel,
                          (qfp_layer){.name = "a name", .count = 2, .at = {curve, curve}});
        }
        qfpi_spread_rows(&q, modes);
        qfpi_lay_out(&q, QFP_EVERY_FRAME, &sheet);
        for (const qfp_panel *a = q.first; a != NULL; a = a->next) {
            cr_assert(le(dbl, a->left + a->width, sheet.width));
            cr_assert(le(dbl, a->top + a->height, sheet.height));
            double above = a->map != NULL ? QFP_HEADING + QFP_STRIP
                                          : qfpi_legend(a, &columns, &each) * QFP_TEXT_LINE;
            for (const qfp_panel *b = a->next; b != NULL; b = b->next) {
                cr_assert(not(overlap(a, b)), "%d modes", modes);
                if (b->row == a->row + 1 && b->map == NULL)
                    cr_assert(le(dbl, a->top + a->height + 30, b->top - above + 1), "%d", modes);
            }
            cr_assert(le(dbl, columns * each, a->map != NULL ? INFINITY : a->width + each));
        }
        qfp_picture_destroy(&q);
    }
}

Test(picture, a_long_title_has_lines)
{
    static const double map[9] = {0.1};
    char title[201];
    double height[2];
    for (int i = 0; i < 2; i++) {
        qfp_sheet sheet;
        memset(title, 'a', sizeof title - 1);
        title[i == 0 ? 20 : 200] = '\0';
        for (int k = 9; k < 200 && i == 1; k += 10)
            title[k] = ' ';
        qfp_picture q = {.title = title, .stop_time = NAN};
        (void)add_map(&q, 0, map, qfpi_scale(&q, "Q", false));
        qfpi_lay_out(&q, QFP_EVERY_FRAME, &sheet);
        height[i] = sheet.height;
        int each = sheet.title_letters / 10 * 10, lines = (200 + each - 1) / each; /* whole words */
        if (i == 1)
            cr_assert(eq(dbl, height[1] - height[0], (lines - 1.0) * QFP_TITLE_LINE));
        qfp_picture_destroy(&q);
    }
}

static void assert_logarithmic(const double *values, size_t count, bool expected)
{
    qfp_picture q = {.title = ""};
    qfp_panel *panel = qfpi_panel(&q, 0, "", "", "");
    qfpi_draw(&q, panel, (qfp_layer){.count = count, .at = {values, values}});
    qfpi_choose_logarithm(panel);
    cr_assert(eq(int, panel->logarithmic[1], expected));
    qfp_picture_destroy(&q);
}

Test(picture, decades_have_a_logarithm)
{
    assert_logarithmic((const double[]){1.0, 0.1, 1e-4, 1e-5}, 4, true);
    assert_logarithmic((const double[]){1.0, 0.5, 0.2, 0.1, 1e-4}, 5, false); /* a zero crossing */
    assert_logarithmic((const double[]){1.0, -1e-5, 1e-5, 1e-5}, 4, false);
    assert_logarithmic((const double[]){1.0, 0.0, 1e-5, 1e-5}, 4, false);
}

Test(picture, long_notes_break_at_spaces)
{
    cr_assert(eq(sz, qfpi_line_length("short", 10), 5));
    cr_assert(eq(sz, qfpi_line_length("two words", 5), 3));
    cr_assert(eq(sz, qfpi_line_length("twowords", 5), 5));
    cr_assert(eq(sz, qfpi_line_length("ab\u20acd", 4), 2)); /* not within a letter */
}

/* ---- files ------------------------------------------------------------------------------------- */

/* Graphic control extensions of a GIF, one per frame. */
static size_t count_frames(const char *path)
{
    static char bytes[1 << 22];
    FILE *file = fopen(path, "rb");
    cr_assert(file != NULL);
    size_t size = fread(bytes, 1, sizeof bytes, file), count = 0;
    fclose(file);
    cr_assert(eq(int, memcmp(bytes, "GIF89a", 6), 0));
    for (size_t i = 0; i + 4 < size; i++)
        count += memcmp(bytes + i, "\x21\xf9\x04", 3) == 0;
    return count;
}

Test(picture, a_gif_has_a_frame_per_time)
{
    const qfp_plot_options movie = {.movie = true};
    if (system("command -v gnuplot >/dev/null 2>&1") != 0)
        cr_skip_test("no gnuplot");
    small_file(scratch_path("a.h5"), 7);
    OK(qfp_plot_file(scratch_path("a.h5"), scratch_path("a.gif"), &movie));
    cr_assert(eq(sz, count_frames(scratch_path("a.gif")), 7));
}

static void give_program(const char *name)
{
    char *command = qfpi_format("ln -s \"$(command -v %s)\" '%s'", name, scratch_path(name));
    cr_assert(eq(int, system(command), 0));
    free(command);
}

Test(picture, a_missing_ffmpeg_is_a_sentence_and_leaves_nothing)
{
    const qfp_plot_options movie = {.movie = true};
    if (system("command -v gnuplot >/dev/null 2>&1") != 0)
        cr_skip_test("no gnuplot");
    small_file(scratch_path("a.h5"), 2);
    give_program("gnuplot");
    cr_assert(setenv("PATH", scratch_folder, 1) == 0);
    qfp_status status = qfp_plot_file(scratch_path("a.h5"), scratch_path("a.mp4"), &movie);
    assert_failed(status, QFP_IO, "install the package ffmpeg");
    cr_assert(not(scratch_exists(scratch_path("a.mp4"))));
}

Test(picture, a_movie_by_ffmpeg_knows_itself_again)
{
    const qfp_plot_options movie = {.movie = true};
    if (system("command -v gnuplot >/dev/null && command -v ffmpeg >/dev/null") != 0)
        cr_skip_test("no gnuplot or no ffmpeg");
    small_file(scratch_path("a.h5"), 3);
    for (int i = 0; i < 2; i++)
        OK(qfp_plot_file(scratch_path("a.h5"), scratch_path("a.mp4"), &movie));
    char *command = qfpi_format("test \"$(ffprobe -v error -count_frames -show_entries "
                                "stream=nb_read_frames -of csv=p=0 '%s')\" = 3",
                                scratch_path("a.mp4"));
    cr_assert(eq(int, system(command), 0));
    free(command);
}

/* Every look at it is as if a line were due. */
static double later(void)
{
    static double seconds;
    return seconds += 60.0;
}

Test(picture, how_much_of_a_movie_is_drawn_is_told_while_it_is)
{
    static const char half[] = "#!/bin/sh\ndd bs=200 count=1 >/dev/null 2>&1\nsleep 0.3\n"
                               "cat >/dev/null\n",
                      frames[400] = {0};
    scratch_write(scratch_path("gnuplot"), half, sizeof half - 1);
    scratch_write(scratch_path("script"), frames, sizeof frames);
    cr_assert(eq(int, chmod(scratch_path("gnuplot"), 0700), 0));
    char *path = qfpi_format("%s:%s", scratch_folder, getenv("PATH"));
    cr_assert(setenv("PATH", path, 1) == 0);
    free(path);
    int input = open(scratch_path("script"), O_RDONLY), drawn = open("/dev/null", O_WRONLY);
    int told = open(scratch_path("told"), O_RDWR | O_CREAT, 0600);
    fflush(stderr);
    int before = dup(STDERR_FILENO);
    dup2(told, STDERR_FILENO);
    qfp_progress *progress = qfp_progress_create("a.mp4", later);
    qfp_status status = qfpi_program_run(QFP_GNUPLOT, input, drawn, progress, 0.2, 0.8);
    qfp_progress_destroy(progress);
    fflush(stderr);
    dup2(before, STDERR_FILENO);
    OK(status);
    static char text[1 << 16];
    ssize_t length = pread(told, text, sizeof text - 1, 0);
    cr_assert(length > 0);
    cr_assert(strstr(text, "a.mp4: 50.0 %") != NULL, "%s", text);
    close(input);
    close(drawn);
    close(told);
    close(before);
}
