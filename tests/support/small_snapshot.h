/* small_snapshot.h - an output file of one mode with known numbers, for tests of what reads it. */
#ifndef QFP_TEST_SMALL_SNAPSHOT_H
#define QFP_TEST_SMALL_SNAPSHOT_H

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "io/snapshot.h"

enum { SMALL_NX = 5, SMALL_NP = 4 };

static const double small_x[SMALL_NX] = {-2, -1, 0, 1, 2};
static const double small_p[SMALL_NP] = {-1.5, -0.5, 0.5, 1.5};
static const qfp_quantity small_observables[] = {{"norm", "1", "norm"},
                                                 {"n_1", "1", "number"},
                                                 {"re_a_1", "1", "Re a"},
                                                 {"im_a_1", "1", "Im a"},
                                                 {"energy", "kappa omega", "energy"}};

static inline qfp_snapshot_layout small_layout(void)
{
    return (qfp_snapshot_layout){.modes = 1,
                                 .x_count = SMALL_NX,
                                 .p_count = SMALL_NP,
                                 .x = small_x,
                                 .p = small_p,
                                 .observable_count = 5,
                                 .observables = small_observables};
}

/* The value written at (time, i, k): all different, so that a swapped axis shows. */
static inline double small_value(size_t time, size_t i, size_t k)
{
    return 1000.0 * (double)time + 10.0 * (double)i + (double)k + 0.25;
}

static inline qfp_status small_append(qfp_snapshot *s, size_t time)
{
    double map[SMALL_NX * SMALL_NP];
    for (size_t i = 0; i < SMALL_NX; ++i)
        for (size_t k = 0; k < SMALL_NP; ++k)
            map[i * SMALL_NP + k] = small_value(time, i, k);
    const double *marginals[] = {map};
    double t = (double)time;
    const double observables[] = {1, 4 + t, 2 - t, 0.5 * t, -3};
    return qfp_snapshot_append(s, 0.5 * t, marginals, observables);
}

/* The empty file, with what readers ask it. */
static inline qfp_status small_create(const char *path, const qfp_snapshot_layout *layout,
                                      qfp_snapshot **s)
{
    static const char *const texts[][2] = {
        {"format_version", "1"}, {"title", "small"}, {"config", "title: small\n"}};
    QFP_TRY(qfp_snapshot_create(path, layout, s));
    for (int i = 0; i < 3; ++i)
        QFP_TRY(qfp_snapshot_set_attribute(*s, texts[i][0], texts[i][1]));
    return QFP_OK;
}

static inline void small_file(const char *path, size_t times)
{
    qfp_snapshot *s = NULL;
    qfp_snapshot_layout layout = small_layout();
    cr_assert(small_create(path, &layout, &s) == QFP_OK, "%s", qfp_last_error());
    for (size_t t = 0; t < times; ++t)
        cr_assert(small_append(s, t) == QFP_OK, "%s", qfp_last_error());
    cr_assert(qfp_snapshot_finish(s, 0) == QFP_OK, "%s", qfp_last_error());
}

static inline double *read_dataset(const char *path, const char *name, int rank, size_t *shape)
{
    int found, is_complex;
    double *data = NULL;
    cr_assert(qfp_hdf5_read(path, name, &found, shape, &is_complex, &data) == QFP_OK, "%s",
              qfp_last_error());
    cr_assert(eq(int, found, rank));
    cr_assert(eq(int, is_complex, 0));
    return data;
}

static inline void assert_failed(qfp_status status, qfp_status expected, const char *part)
{
    cr_assert(eq(int, (int)status, (int)expected), "%s", qfp_last_error());
    cr_assert(strstr(qfp_last_error(), part) != NULL, "'%s' does not say '%s'", qfp_last_error(),
              part);
}

/* Of a run of one theory. */
#endif
