/* What stands at the seams of a grid and beyond its taper, on products of waves and Gaussians. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>
#include <stdlib.h>

#include "core/error.h"
#include "state/rim.h"

#define OK(call) cr_assert(eq(int, (int)(call), QFP_OK), "%s", qfp_last_error())

/* u along one axis: e^{−(z − at)²}, or cos(2π wave z/L), which alternates at half of the points. */
typedef struct profile {
    bool is_wave;
    double at;
    int wave;
} profile;

static double value_of(const profile *p, double z, double extent)
{
    return p->is_wave ? cos(2.0 * M_PI * p->wave * z / extent) : exp(-pow(z - p->at, 2.0));
}

static qfp_rim_share share_of(const qfp_grid *shape, const double *taper, const profile *axes)
{
    const qfp_backend *b = qfp_backend_cpu();
    qfp_context *context = NULL;
    qfp_phase_grid *grid = NULL;
    qfp_buffer *u = NULL;
    qfp_rim *rim = NULL;
    qfp_rim_share share;
    OK(b->device->context_create(1, &context));
    OK(qfp_phase_grid_create(b, context, shape, &grid));
    for (int axis = 0; axis < 2 * shape->modes; axis++)
        grid->taper[axis] = taper[axis];
    size_t count = grid->doubles[QFP_SPACE_Z];
    double *values = malloc(count * sizeof *values);
    for (size_t cell = 0; cell < count; cell++) {
        size_t rest = cell;
        values[cell] = 1.0;
        for (int axis = 2 * shape->modes - 1; axis >= 0; axis--) { /* the last one is fastest */
            size_t n = (size_t)shape->points[axis % shape->modes], i = rest % n;
            double extent = shape->extent[axis];
            double z = extent * ((double)i / (double)n - 0.5);
            values[cell] *= value_of(&axes[axis], z, extent);
            rest /= n;
        }
    }
    OK(b->vector->create(context, count, &u));
    OK(b->vector->upload(u, 0, count, values));
    OK(qfp_rim_create(grid, &rim));
    OK(qfp_rim_evaluate(rim, u, &share));
    qfp_rim_destroy(rim);
    b->vector->destroy(u);
    qfp_phase_grid_destroy(grid);
    b->device->context_destroy(context);
    free(values);
    return share;
}

/* What of the Gaussians is left at the seams: e^{−32} in place; of the wavenumbers' shares, which end at
 * 6 and more, Σ e^{−k²/2} over a seam. */
#define TAIL 1e-7

static const double no_taper[4] = {0.0, 0.0, 0.0, 0.0};
static const profile middle = {.at = 0.0}, even = {.is_wave = true, .wave = 0};

/* A constant has the share 2·0.3/L within 0.3 of the seam, however fine the grid. */
Test(rim, a_constant_stands_at_the_seams_of_its_axis)
{
    for (int n = 32; n <= 128; n *= 2) {
        const qfp_grid shape = {.modes = 1, .points = {n}, .extent = {16.0, 12.0}};
        const profile along_q[2] = {even, middle}, along_p[2] = {middle, even},
                      nowhere[2] = {middle, middle};
        qfp_rim_share share = share_of(&shape, no_taper, along_q);
        cr_expect(epsilon_eq(dbl, share.place, 0.6 / 16.0, TAIL), "%d: %g", n, share.place);
        cr_expect(epsilon_eq(dbl, share.wavenumber, 0.0, TAIL));
        share = share_of(&shape, no_taper, along_p);
        cr_expect(epsilon_eq(dbl, share.place, 0.6 / 12.0, TAIL), "%d: %g", n, share.place);
        cr_expect(epsilon_eq(dbl, share.wavenumber, 0.0, TAIL));
        share = share_of(&shape, no_taper, nowhere);
        cr_expect(epsilon_eq(dbl, share.place + share.wavenumber, 0.0, TAIL));
    }
}

/* The wave that alternates is all at the seam of its wavenumbers, of three points dk apart, which
 * stand for a width of 2·0.6. */
Test(rim, an_alternating_wave_stands_at_the_seam_of_its_wavenumber)
{
    for (int n = 32; n <= 64; n *= 2) {
        const qfp_grid shape = {.modes = 1, .points = {n}, .extent = {16.0, 12.0}};
        const profile wave = {.is_wave = true, .wave = n / 2};
        const profile along_q[2] = {wave, middle}, along_p[2] = {middle, wave};
        qfp_rim_share share = share_of(&shape, no_taper, along_q);
        cr_expect(epsilon_eq(dbl, share.wavenumber, 1.2 * 16.0 / (6.0 * M_PI), TAIL), "%d: %g", n,
                  share.wavenumber);
        share = share_of(&shape, no_taper, along_p);
        cr_expect(epsilon_eq(dbl, share.wavenumber, 1.2 * 12.0 / (6.0 * M_PI), TAIL), "%d: %g", n,
                  share.wavenumber);
    }
}

/* Both modes are watched, each with its own box. */
Test(rim, of_two_modes)
{
    const qfp_grid shape = {.modes = 2, .points = {16, 16}, .extent = {8.0, 9.0, 8.0, 9.0}};
    for (int axis = 0; axis < 4; axis++) {
        profile axes[4] = {middle, middle, middle, middle};
        axes[axis] = even;
        double place = share_of(&shape, no_taper, axes).place;
        cr_expect(epsilon_eq(dbl, place, 0.6 / shape.extent[axis], TAIL), "%d: %g", axis, place);
        axes[axis] = (profile){.is_wave = true, .wave = 8};
        double wavenumber = share_of(&shape, no_taper, axes).wavenumber;
        cr_expect(epsilon_eq(dbl, wavenumber, 1.2 * shape.extent[axis] / (2.0 * M_PI), 10.0 * TAIL),
                  "%d: %g", axis, wavenumber);
    }
}

/* Beyond 1.08 R nothing is moved as it should be; the wavenumber counts half. */
Test(rim, what_the_taper_fades_out)
{
    const qfp_grid shape = {.modes = 1, .points = {64}, .extent = {24.0, 12.0}};
    const double taper[2] = {3.5, 0.0};
    const profile beyond[2] = {{.at = 7.5}, middle}, inside[2] = {{.at = 0.0}, middle};
    qfp_rim_share share = share_of(&shape, taper, beyond);
    cr_expect(epsilon_eq(dbl, share.place, 1.0, TAIL), "%g", share.place);
    cr_expect(epsilon_eq(dbl, share.wavenumber, 1.0, TAIL), "%g", share.wavenumber);
    share = share_of(&shape, taper, inside);
    cr_expect(lt(dbl, share.place + share.wavenumber, 1e-6)); /* e^{−2·3.5²} and more of it */
    const profile slow[2] = {middle, {.is_wave = true, .wave = 8}};  /* k/2 = 2.1 */
    const profile fast[2] = {middle, {.is_wave = true, .wave = 16}}; /* k/2 = 4.2 */
    share = share_of(&shape, taper, slow);
    cr_expect(lt(dbl, share.wavenumber, 1e-5), "%g", share.wavenumber);
    share = share_of(&shape, taper, fast);
    cr_expect(epsilon_eq(dbl, share.wavenumber, 1.0, TAIL), "%g", share.wavenumber);
}
