/* What gnuplot is told: maps the right way round, texts as texts, nothing it would stop at. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <hdf5.h>
#include <math.h>

#include "../support/scratch.h"
#include "../support/small_snapshot.h"
#include "io/hdf5_access.h"
#include "plot/plot_file.h"
#include "plot/script.h"

TestSuite(plot_script, .init = scratch_make, .fini = scratch_remove);

/* malloc'ed */
static char *script_of(const char *path)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    cr_assert(qfpi_plot_script(path, QFP_PICTURE_PNG, false, out) == QFP_OK, "%s",
              qfp_last_error());
    cr_assert(eq(int, fclose(out), 0));
    return text;
}

/* gnuplot's column is its first axis, x, and its row the second: line k of the data is p_k, and the number i in
 * it x_i, of the value that the file has at [i][k]. */
Test(plot_script, a_map_is_drawn_with_x_to_the_right_and_p_upwards)
{
    small_file(scratch_path("a.h5"), 3);
    char *script = script_of(scratch_path("a.h5")), *at = script, *end;
    for (size_t map = 0; map < 3; ++map) {
        at = strstr(at, "'-' matrix using (-2+$1*1):(-1.5+$2*1):3 with image notitle\n");
        cr_assert(at != NULL, "map %zu", map);
        at = strchr(at, '\n') + 1;
        for (size_t k = 0; k < SMALL_NP; ++k)
            for (size_t i = 0; i < SMALL_NX; ++i) {
                double found = strtod(at, &end);
                cr_assert(eq(int, *end, i + 1 < SMALL_NX ? ' ' : '\n'));
                at = end + 1;
                cr_assert(epsilon_eq(dbl, found, small_value(map, i, k), 1e-2)); /* six digits */
            }
        cr_assert(strncmp(at, "e\n", 2) == 0);
    }
    free(script);
}

/* More times than maps: the first and the last are drawn. */
Test(plot_script, maps_are_spread_over_the_run)
{
    enum { TIMES = 30 };
    small_file(scratch_path("a.h5"), TIMES);
    char *script = script_of(scratch_path("a.h5")), *at = script;
    size_t maps = 0;
    double first = 0.0, last = 0.0;
    while ((at = strstr(at, " with image notitle\n")) != NULL) {
        at = strchr(at, '\n') + 1;
        double corner = strtod(at, NULL);
        first = maps++ == 0 ? corner : first;
        cr_assert(le(dbl, last, corner)); /* in the order of time */
        last = corner;
    }
    cr_assert(lt(sz, 1, maps));
    cr_assert(lt(sz, maps, TIMES));
    cr_assert(epsilon_eq(dbl, first, small_value(0, 0, 0), 1e-5)); /* six digits */
    cr_assert(epsilon_eq(dbl, last, small_value(TIMES - 1, 0, 0), 0.1));
    free(script);
}

static void assert_quoted(const char *text, const char *expected)
{
    char *found = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&found, &size);
    qfpi_gnuplot_quote(out, text);
    fclose(out);
    cr_assert(eq(str, found, (char *)expected));
    free(found);
}

Test(plot_script, no_text_ends_its_quotes)
{
    char long_text[1000];
    assert_quoted("", "\"\"");
    assert_quoted("alpha 25", "\"alpha \\062\\065\"");
    assert_quoted("α's", "\"\\316\\261\\047s\"");
    assert_quoted("'\n!x", "\"\\047\\134x\\060a\\041x\""); /* shown as '\x0a!x */
    assert_quoted("\"`x` @x", "\"\\042\\140x\\140 \\100x\"");
    assert_quoted("\\", "\"\\134\"");
    memset(long_text, 'a', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    char expected[300] = "\"";
    memset(expected + 1, 'a', 255);
    expected[256] = '"';
    assert_quoted(long_text, expected);
}

/* Writes over one number of a dataset. */
static void spoil(const char *path, const char *name, hsize_t at, double value)
{
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT), space = H5Dget_space(dataset);
    hsize_t coordinate[3] = {at, 0, 0}, one = 1;
    hid_t memory = H5Screate_simple(1, &one, NULL);
    H5Sselect_elements(space, H5S_SELECT_SET, 1, coordinate);
    cr_assert(0 <= H5Dwrite(dataset, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, &value));
    H5Sclose(memory);
    H5Sclose(space);
    H5Dclose(dataset);
    H5Fclose(file);
}

static void add_series(const char *path)
{
    static const double times[] = {0.0, 0.5, 1.0};
    const hsize_t count = 3;
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT),
          space = H5Screate_simple(1, &count, NULL);
    hid_t group = H5Gcreate2(file, "series", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    static const char *const names[] = {"time", "n_1"};
    for (int i = 0; i < 2; ++i) {
        hid_t dataset = H5Dcreate2(group, names[i], H5T_NATIVE_DOUBLE, space, H5P_DEFAULT,
                                   H5P_DEFAULT, H5P_DEFAULT);
        cr_assert(0 <= H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, times));
        H5Dclose(dataset);
    }
    H5Gclose(group);
    H5Sclose(space);
    H5Fclose(file);
}

/* Axes and times that are no numbers, or do not grow: a sentence, where gnuplot would only fail. */
Test(plot_script, what_things_are_drawn_against_is_checked)
{
    static const struct {
        const char *name, *says;
        hsize_t at;
        double value;
    } cases[] = {
        {"/time", "entry 2 of /time is nan", 1, NAN},
        {"/time", "entry 1 of /time is -inf", 0, -INFINITY},
        {"/time", "entry 2 of /time, 0, is not larger than the one before it, 0", 1, 0.0},
        {"/axes/x", "entry 3 of /axes/x is nan", 2, NAN},
        {"/axes/x", "entry 5 of /axes/x is 1e+300", 4, 1e300},
        {"/axes/p", "entry 4 of /axes/p, -7, is not larger", 3, -7.0},
        {"/series/time", "entry 2 of /series/time is nan", 1, NAN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        const char *path = scratch_path("a.h5");
        small_file(path, 3);
        add_series(path);
        free(script_of(path));
        spoil(path, cases[i].name, cases[i].at, cases[i].value);
        FILE *out = tmpfile();
        assert_failed(qfpi_plot_script(path, QFP_PICTURE_PNG, false, out), QFP_IO, cases[i].says);
        fclose(out);
        remove(path);
    }
}

/* Values that cannot be drawn leave a gap. */
Test(plot_script, values_that_are_no_numbers_are_left_out)
{
    static const double values[] = {NAN, INFINITY, -INFINITY, 1e300};
    for (size_t i = 0; i < sizeof values / sizeof *values; ++i) {
        const char *path = scratch_path("a.h5");
        small_file(path, 3);
        spoil(path, "/husimi/mode_1", 1, values[i]);
        spoil(path, "/observables/n_1", 1, values[i]);
        char *script = script_of(path), *gap = strstr(script, "NaN 1010.25");
        cr_assert(gap != NULL);
        cr_assert(strstr(script, "inf") == NULL && strstr(script, "nan") == NULL &&
                  strstr(script, "1e+300") == NULL);
        cr_assert(strstr(script, "0 4\n\n1 6\ne\n") != NULL); /* n at the other times */
        free(script);
        remove(path);
    }
}

/* Of an open system with times for a row of maps that wide, and of it alone. */
Test(plot_script, irreversibility_has_a_panel)
{
    enum { TIMES = 6, VALUES = 7 };
    qfp_quantity observables[VALUES] = {{"trace_d", "per time", "mean of Tr D"},
                                        {"entropy_production", "nat per time", "Pi"}};
    const double map[SMALL_NX * SMALL_NP] = {0.0}, *const marginals[] = {map};
    double values[VALUES] = {0.75, 0.125, 1.0, 4.0, 2.0, 0.5, -3.0};
    memcpy(observables + 2, small_observables, sizeof small_observables);
    qfp_snapshot_layout layout = small_layout();
    layout.observable_count = VALUES;
    layout.observables = observables;
    qfp_snapshot *s = NULL;
    cr_assert(small_create(scratch_path("a.h5"), &layout, &s) == QFP_OK, "%s", qfp_last_error());
    for (int t = 0; t < TIMES; ++t) {
        cr_assert(qfp_snapshot_append(s, t, marginals, values) == QFP_OK);
        values[0] += 0.25; /* what is constant is said in words */
        values[1] += 0.25;
    }
    cr_assert(qfp_snapshot_finish(s, 0) == QFP_OK, "%s", qfp_last_error());
    char *script = script_of(scratch_path("a.h5"));
    cr_assert(ne(ptr, strstr(script, "\"entropy production \\316\\240\""), NULL));
    cr_assert(ne(ptr, strstr(script, "Tr D"), NULL));
    cr_assert(ne(ptr, strstr(script, "\\316\\240\""), NULL));
    free(script);
    small_file(scratch_path("b.h5"), TIMES);
    script = script_of(scratch_path("b.h5"));
    cr_assert(eq(ptr, strstr(script, "entropy production"), NULL));
    free(script);
}
