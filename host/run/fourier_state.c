#include "run/fourier_state.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run/observed.h"
#include "state/dyad_grid.h"

/* What may be cut of ρ, in amplitudes and in the tolerance: no part of the error that is stated. */
#define CUT 0.01
/* What is beyond the levels that a grid resolves, in amplitudes of the last of them. */
#define UNSEEN 10.0

qfp_status qfpi_fourier_supports(const qfp_config *config, const qfp_equation *equation)
{
    const char *key = config->state_count > 0         ? "output.state"
                      : config->correlation_count > 0 ? "output.correlations"
                      : config->wigner                ? "output.wigner"
                      : qfp_observed_needs_state(config)
                          ? "observed, on axes that are not output.husimi's"
                          : NULL;
    if (key == NULL || equation->c == 0.5)
        return QFP_OK;
    return QFP_FAIL(QFP_UNSUPPORTED,
                    "%s: %s: at the ordering c = %g the grid does not hold the Wigner function, "
                    "which no stable step leads back to; use basis: fock%s",
                    config->path, key, equation->c,
                    config->ordering_is_balanced ? "" : ", or leave solver.ordering out");
}

/* ½ R² levels, where the grid holds the Wigner functions of their dyads: inside the box, and with
 * fringes of wavenumbers up to 2R. */
static int resolved_levels(const qfp_plan *plan, int mode)
{
    double q = plan->extent[mode], p = plan->extent[plan->modes + mode];
    double held = fmin(fmin(q, p), M_PI * plan->points[mode] / fmax(q, p)) / 2.0;
    return (int)fmax(2.0, floor(0.5 * held * held));
}

double qfpi_fourier_state_bytes(const qfp_config *config, const qfp_plan *plan)
{
    double d = 1.0;
    if (config->state_count == 0 && config->correlation_count == 0 &&
        !qfp_observed_needs_state(config))
        return 0.0;
    for (int j = 0; j < plan->modes; j++)
        d *= resolved_levels(plan, j);
    return 40.0 * plan->cells + 80.0 * d * d; /* u twice, and two arrays of a change of basis */
}

/* planes [Q_1][P_1][Q_2][P_2]… ← u [Q_1]…[Q_N][P_1]…[P_N] */
static void pair_axes(const qfp_grid *shape, const double *u, double *planes)
{
    int modes = shape->modes;
    size_t stride_q[QFP_MAX_MODES], stride_p[QFP_MAX_MODES], half = 1;
    for (int j = modes - 1; j >= 0; j--) {
        stride_p[j] = half;
        half *= (size_t)shape->points[j];
    }
    for (int j = 0; j < modes; j++)
        stride_q[j] = half * stride_p[j];
    for (size_t i = 0; i < half * half; i++) {
        size_t rest = i, place = 0;
        for (int j = modes - 1; j >= 0; j--) {
            size_t n = (size_t)shape->points[j];
            place += rest % n * stride_p[j] + rest / n % n * stride_q[j];
            rest /= n * n;
        }
        planes[i] = u[place];
    }
}

/* The coordinates of every axis, one after the other, to be freed. */
static qfp_status make_axes(const qfp_phase_grid *grid, qfp_dyad_grid *dyads, double **out)
{
    size_t all = 0, at = 0;
    int modes = grid->shape.modes;
    for (int j = 0; j < modes; j++)
        all += 2 * (size_t)grid->shape.points[j];
    QFP_TRY(QFP_ALLOCATE(*out, all, "the axes of the grid"));
    for (int axis = 0; axis < 2 * modes; axis++) {
        int n = grid->shape.points[axis % modes];
        double *z = *out + at;
        for (int i = 0; i < n; i++)
            z[i] = qfp_phase_grid_coordinate(grid, axis, i);
        *(axis < modes ? &dyads->q[axis] : &dyads->p[axis - modes]) = z;
        *(axis < modes ? &dyads->n_q[axis] : &dyads->n_p[axis - modes]) = (size_t)n;
        at += (size_t)n;
    }
    return QFP_OK;
}

static qfp_status read_planes(const qfp_fourier *f, double **out)
{
    size_t count = f->grid->doubles[QFP_SPACE_Z];
    double *u = NULL;
    QFP_TRY(QFP_ALLOCATE(u, count, "the state"));
    qfp_status status = QFP_ALLOCATE(*out, count, "the state");
    if (status == QFP_OK)
        status = f->engine.backend->vector->download(f->u, 0, count, u);
    if (status == QFP_OK)
        pair_axes(&f->grid->shape, u, *out);
    free(u);
    return status;
}

/* ρ on the levels of `dyads`. */
static qfp_status convert(const qfp_fourier *f, qfp_dyad_grid *dyads, double complex **rho)
{
    double *axes = NULL, *planes = NULL, *x = NULL;
    size_t count, points;
    qfp_status status;
    QFP_TRY_GOTO(make_axes(f->grid, dyads, &axes));
    QFP_TRY_GOTO(qfp_dyad_grid_sizes(dyads, &count, &points));
    QFP_TRY_GOTO(read_planes(f, &planes));
    QFP_TRY_GOTO(QFP_ALLOCATE(x, count, "the state"));
    QFP_TRY_GOTO(QFP_ALLOCATE(*rho, count, "the density matrix"));
    QFP_TRY_GOTO(qfp_dyads_from_grid(dyads, planes, x));
    status = qfp_dyads_to_matrix(dyads, x, *rho);
done:
    free(axes);
    free(planes);
    free(x);
    return status;
}

static size_t dimension_of(int modes, const int *levels)
{
    size_t d = 1;
    for (int j = 0; j < modes; j++)
        d *= (size_t)levels[j];
    return d;
}

/* m_j of the flat index. */
static size_t level_of(int modes, const int *levels, size_t index, int mode)
{
    for (int j = modes - 1; j > mode; j--)
        index /= (size_t)levels[j];
    return index % (size_t)levels[mode];
}

/* weight[m] = Σ |ρ|² of the rows with m quanta in the mode; their sum is Tr ρ². */
static double weigh_rows(int modes, const int *levels, const double complex *rho, int mode,
                         double *weight)
{
    size_t d = dimension_of(modes, levels);
    double all = 0.0;
    memset(weight, 0, (size_t)levels[mode] * sizeof *weight);
    for (size_t m = 0; m < d; m++) {
        double row = 0.0;
        for (size_t n = 0; n < d; n++)
            row += creal(rho[m * d + n]) * creal(rho[m * d + n]) +
                   cimag(rho[m * d + n]) * cimag(rho[m * d + n]);
        weight[level_of(modes, levels, m, mode)] += row;
        all += row;
    }
    return all;
}

/* The levels of a mode that hold something, and what leaving the others out costs: of kets with weights
 * w_k it is 2 Σ_k w_k ‖what is cut of |k⟩‖, and w_k ≈ Tr ρ² of 1/Tr ρ² of them. */
static qfp_status occupied(const qfp_fourier *f, const int *levels, const double complex *rho,
                           int mode, int *kept, double *error)
{
    int modes = f->config->modes;
    double *weight = NULL, cut = 0.0;
    QFP_TRY(QFP_ALLOCATE(weight, levels[mode], "the levels of a mode"));
    double purity = weigh_rows(modes, levels, rho, mode, weight);
    double most = pow(CUT * f->config->tolerance, 2.0) * purity / modes;
    *kept = levels[mode];
    while (*kept > 1 && cut + weight[*kept - 1] <= most)
        cut += weight[--*kept];
    *error += 2.0 * sqrt(cut / purity);
    if (*kept == levels[mode])
        *error += 2.0 * UNSEEN * sqrt(weight[*kept - 1] / purity);
    free(weight);
    return QFP_OK;
}

/* rho [from levels]² to [to levels]², in place. */
static void cut_levels(int modes, const int *from, const int *to, double complex *rho)
{
    size_t d = dimension_of(modes, from), at = 0;
    for (size_t m = 0; m < d; m++)
        for (size_t n = 0; n < d; n++) {
            bool stays = true;
            for (int j = 0; j < modes && stays; j++)
                stays = level_of(modes, from, m, j) < (size_t)to[j] &&
                        level_of(modes, from, n, j) < (size_t)to[j];
            if (stays)
                rho[at++] = rho[m * d + n];
        }
}

qfp_status qfpi_fourier_state(void *self, qfp_given_state *out)
{
    const qfp_fourier *f = self;
    int modes = f->config->modes;
    qfp_dyad_grid dyads = {.modes = modes};
    out->is_matrix = true;
    for (int j = 0; j < modes; j++)
        dyads.levels[j] = resolved_levels(&f->plan, j);
    QFP_TRY(convert(f, &dyads, &out->value));
    for (int j = 0; j < modes; j++)
        QFP_TRY(occupied(f, dyads.levels, out->value, j, &out->levels[j], &out->error));
    cut_levels(modes, dyads.levels, out->levels, out->value);
    return QFP_OK;
}
