#include "state/rim.h"

#include <math.h>
#include <stdlib.h>

#include "state/taper.h"

/* Half the width of a seam: a few tenths of what u varies over, in coordinates and in wavenumbers. */
#define REACH 0.3
#define REACH_K 0.6

struct qfp_rim {
    const qfp_phase_grid *grid;
    qfp_symbol *mask[QFP_MAX_MODES][3]; /* by space */
    qfp_buffer *spectral;
};

/* A density at the seam z = ±L/2, times the width 2 reach: the mean of the points within reach, of which
 * the seam, one point on the torus, always is one. */
static double at_seam(const qfp_phase_grid *grid, int axis, double step, double reach, double z)
{
    double last = 0.5 * step * qfp_phase_grid_points(grid, axis);
    double each_side = floor(reach / step);
    bool is_within = last - fabs(z) < (each_side + 0.5) * step;
    return is_within ? 2.0 * reach / (step * (1.0 + 2.0 * each_side)) : 0.0;
}

static double coordinate_step(const qfp_phase_grid *grid, int axis)
{
    return grid->shape.extent[axis] / qfp_phase_grid_points(grid, axis);
}

static double wavenumber_step(const qfp_phase_grid *grid, int axis)
{
    return 2.0 * M_PI / grid->shape.extent[axis];
}

static double lost(double taper)
{
    return (1.0 - taper) * (1.0 - taper);
}

/* Windows of one mode; the other modes count whole. */
typedef struct selection {
    const qfp_phase_grid *grid;
    int mode;
} selection;

static double of_z(const void *data, int mode, double q, double p)
{
    const selection *s = data;
    const qfp_phase_grid *grid = s->grid;
    int along_p = grid->shape.modes + mode;
    if (mode != s->mode)
        return 1.0;
    return fmax(fmax(at_seam(grid, mode, coordinate_step(grid, mode), REACH, q),
                     at_seam(grid, along_p, coordinate_step(grid, along_p), REACH, p)),
                fmax(lost(qfp_taper_a(grid, mode, q, 0.0)), lost(qfp_taper_b(grid, mode, 0.0, p))));
}

static double of_a(const void *data, int mode, double q, double k_p)
{
    const selection *s = data;
    const qfp_phase_grid *grid = s->grid;
    int along_p = grid->shape.modes + mode;
    if (mode != s->mode)
        return 1.0;
    return fmax(at_seam(grid, along_p, wavenumber_step(grid, along_p), REACH_K, k_p),
                lost(qfp_taper_a(grid, mode, q, k_p)));
}

static double of_b(const void *data, int mode, double k_q, double p)
{
    const selection *s = data;
    const qfp_phase_grid *grid = s->grid;
    if (mode != s->mode)
        return 1.0;
    return fmax(at_seam(grid, mode, wavenumber_step(grid, mode), REACH_K, k_q),
                lost(qfp_taper_b(grid, mode, k_q, p)));
}

qfp_status qfp_rim_create(const qfp_phase_grid *grid, qfp_rim **out)
{
    static const qfp_window windows[3] = {
        [QFP_SPACE_Z] = of_z, [QFP_SPACE_A] = of_a, [QFP_SPACE_B] = of_b};
    const qfp_symbol_term one = {.re = 1.0};
    qfp_rim *r = NULL;
    QFP_TRY(QFP_ALLOCATE(r, 1, "the rim of a grid"));
    r->grid = grid;
    qfp_status status;
    for (int j = 0; j < grid->shape.modes; j++)
        for (int s = 0; s < 3; s++) {
            const selection of_mode = {grid, j};
            QFP_TRY_GOTO(qfp_phase_grid_symbol(grid, (qfp_space)s, 1, &one, windows[s], &of_mode,
                                               &r->mask[j][s]));
        }
    size_t a = grid->doubles[QFP_SPACE_A], b = grid->doubles[QFP_SPACE_B];
    status = grid->backend->vector->create(grid->context, a > b ? a : b, &r->spectral);
done:
    if (status != QFP_OK) {
        qfp_rim_destroy(r);
        return status;
    }
    *out = r;
    return QFP_OK;
}

void qfp_rim_destroy(qfp_rim *r)
{
    if (r == NULL)
        return;
    for (int j = 0; j < r->grid->shape.modes; j++)
        for (int s = 0; s < 3; s++)
            r->grid->backend->symbol->destroy(r->mask[j][s]);
    r->grid->backend->vector->destroy(r->spectral);
    free(r);
}

/* A transform of N axes multiplies Σ|u|² by round_trip. */
qfp_status qfp_rim_evaluate(qfp_rim *r, qfp_buffer *u, qfp_rim_share *share)
{
    const qfp_phase_grid *grid = r->grid;
    const qfp_backend *b = grid->backend;
    double own, sum[3] = {0.0};
    QFP_TRY(b->vector->inner(grid->doubles[QFP_SPACE_Z], 1, &u, u, &own));
    for (int s = 0; s < 3; s++) {
        bool is_mixed = s != QFP_SPACE_Z;
        if (is_mixed)
            QFP_TRY(b->grid->transform(grid->plan, (qfp_space)s, QFP_FORWARD, u, r->spectral));
        for (int j = 0; j < grid->shape.modes; j++) {
            double power;
            QFP_TRY(b->symbol->power(r->mask[j][s], is_mixed ? r->spectral : u, &power));
            sum[s] += is_mixed ? power / grid->round_trip : power;
        }
    }
    double of = own > 0.0 ? 1.0 / own : 0.0;
    *share = (qfp_rim_share){.place = sum[QFP_SPACE_Z] * of,
                             .wavenumber = (sum[QFP_SPACE_A] + sum[QFP_SPACE_B]) * of};
    return QFP_OK;
}
