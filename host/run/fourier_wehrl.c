#include "run/fourier_wehrl.h"

#include <math.h>
#include <stdlib.h>

#include "run/stated_error.h"

/* One mode affords twice the solver's points, if they are not too many. */
enum { TWICE_UP_TO = 160 };
#define WIDER 1.15 /* Q ln Q fades later than Q */
/* Where Q has zeros the sum converges with the fourth power of the spacing, 0.7⁻⁴ = 4, but unevenly: in the
 * generated family of tests/family the error was up to 11 times the difference of the sums. */
#define COARSER 0.7
#define SUMS_APART 20.0
#define LEAST_NOISE 1e-13 /* of Q, relative to its largest value: rounding of its sums */

struct qfp_wehrl {
    const qfp_phase_grid *grid;
    qfp_synthesis *fine, *coarse;
    int fine_points, coarse_points;
    double half[2 * QFP_MAX_MODES]; /* they reach from −half to half */
    double fine_cell, coarse_cell;  /* their measures */
    double beyond;                  /* the entropy of what is outside */
};

/* *cell: the measure of a cell. */
static qfp_status create_grid(qfp_wehrl *w, double c, const qfp_plan *plan, int points,
                              qfp_synthesis **out, double *cell)
{
    int modes = plan->modes;
    double *z = NULL;
    size_t n = (size_t)points;
    QFP_TRY(QFP_ALLOCATE(z, 2 * (size_t)modes * n, "the axes of the Wehrl entropy"));
    *cell = 1.0;
    for (int axis = 0; axis < 2 * modes; axis++) {
        double half = WIDER * plan->husimi_reach[axis], step = 2.0 * half / (points - 1);
        w->half[axis] = half;
        *cell *= step * (axis < modes ? 0.5 : 1.0);
        for (size_t i = 0; i < n; i++)
            z[(size_t)axis * n + i] = -half + step * (double)i;
    }
    qfp_status status = qfp_synthesis_create(w->grid, c, n, z, n, z + (size_t)modes * n, out);
    free(z);
    return status;
}

static int points_of(const qfp_plan *plan)
{
    int points = 0;
    for (int j = 0; j < plan->modes; j++)
        points = plan->points[j] > points ? plan->points[j] : points;
    return plan->modes == 1 && points <= TWICE_UP_TO ? 2 * points : points;
}

double qfp_wehrl_bytes(const qfp_plan *plan, double real)
{
    int points = points_of(plan);
    return qfp_synthesis_bytes(plan->modes, plan->points, points, real) +
           qfp_synthesis_bytes(plan->modes, plan->points, (int)(COARSER * points), real);
}

qfp_status qfp_wehrl_create(const qfp_phase_grid *grid, double c, const qfp_plan *plan,
                            double tolerance, qfp_wehrl **out)
{
    qfp_wehrl *w = NULL;
    int points = points_of(plan);
    QFP_TRY(QFP_ALLOCATE(w, 1, "the Wehrl entropy"));
    w->grid = grid;
    w->fine_points = points;
    w->coarse_points = (int)(COARSER * points);
    /* Q has fallen to the tolerance at its reach, as a Gaussian; times −ln Q where it is least */
    w->beyond = 20.0 * pow(tolerance, WIDER * WIDER);
    *out = w;
    QFP_TRY(create_grid(w, c, plan, points, &w->fine, &w->fine_cell));
    return create_grid(w, c, plan, w->coarse_points, &w->coarse, &w->coarse_cell);
}

void qfp_wehrl_destroy(qfp_wehrl *w)
{
    if (w == NULL)
        return;
    qfp_synthesis_destroy(w->fine);
    qfp_synthesis_destroy(w->coarse);
    free(w);
}

qfp_status qfp_wehrl_evaluate(qfp_wehrl *w, const qfp_buffer *u, double *entropy, double *error,
                              double *min_q, double *max_q)
{
    const qfp_vector_operations *v = w->grid->backend->vector;
    double scale = pow(M_PI, w->grid->shape.modes), coarse;
    qfp_buffer *q;
    size_t count;
    int finite;
    QFP_TRY(qfp_synthesis_on_device(w->fine, u, &q, &count));
    QFP_TRY(v->extrema(count, q, min_q, max_q, &finite));
    if (!finite)
        return QFP_FAIL(QFP_NOT_FINITE, "Q is no longer finite");
    QFP_TRY(v->entropy(count, q, scale, entropy));
    QFP_TRY(qfp_synthesis_on_device(w->coarse, u, &q, &count));
    QFP_TRY(v->entropy(count, q, scale, &coarse));
    *entropy *= w->fine_cell;
    *error = SUMS_APART * fabs(*entropy - coarse * w->coarse_cell) + w->beyond;
    return QFP_OK;
}

/* πQ, ∂_Q πQ and ∂_P πQ at the points of a grid, and what is summed over them. */
typedef struct spread_sums {
    double *of[3];
    double trace, production;
    double largest_trace, largest, largest_q;
} spread_sums;

static qfp_status look(qfp_synthesis *points, const qfp_phase_grid *grid, const qfp_buffer *u,
                       double **out)
{
    qfp_buffer *q;
    size_t count;
    QFP_TRY(qfp_synthesis_on_device(points, u, &q, &count));
    QFP_TRY(QFP_ALLOCATE(*out, count, "the gradient of Q"));
    return grid->backend->vector->download(q, 0, count, *out);
}

static void add_points(const qfp_wehrl *w, const qfp_dissipation_facts *dissipation, int points,
                       double cell, double noise, spread_sums *s)
{
    size_t n = (size_t)points;
    for (size_t i = 0; i < n * n; i++)
        s->largest_q = fmax(s->largest_q, s->of[0][i]);
    for (size_t i = 0; i < n * n; i++) {
        const double z[2] = {w->half[0] * (2.0 * (double)(i / n) / (points - 1) - 1.0),
                             w->half[1] * (2.0 * (double)(i % n) / (points - 1) - 1.0)};
        const double gradient[2] = {s->of[1][i], s->of[2][i]};
        qfp_spreading here = qfp_spreading_at(dissipation, z, gradient);
        s->trace += cell * s->of[0][i] * here.trace;
        if (s->of[0][i] > noise * s->largest_q)
            s->production += cell * here.production / s->of[0][i];
        s->largest_trace = fmax(s->largest_trace, fabs(here.trace));
        s->largest = fmax(s->largest, here.largest);
    }
}

static qfp_status spread(qfp_wehrl *w, qfp_current *current,
                         const qfp_dissipation_facts *dissipation, qfp_synthesis *grid, int points,
                         double cell, double noise, qfp_buffer *u, qfp_buffer *scratch,
                         spread_sums *out)
{
    const double one = 1.0;
    size_t count = w->grid->doubles[QFP_SPACE_Z];
    *out = (spread_sums){.trace = 0.0};
    qfp_status status = look(grid, w->grid, u, &out->of[0]);
    for (int a = 0; a < 2 && status == QFP_OK; a++) {
        status = w->grid->backend->vector->combine(count, 0.0, scratch, 1, &one, &u);
        if (status == QFP_OK)
            status = qfp_current_differentiate(current, a, scratch);
        if (status == QFP_OK)
            status = look(grid, w->grid, scratch, &out->of[a + 1]);
    }
    if (status == QFP_OK)
        add_points(w, dissipation, points, cell, noise, out);
    for (int k = 0; k < 3; k++)
        free(out->of[k]);
    return status;
}

qfp_status qfp_wehrl_spread(qfp_wehrl *w, qfp_current *current,
                            const qfp_dissipation_facts *dissipation, qfp_buffer *u, double state,
                            qfp_buffer *scratch, qfp_entropy_production *out)
{
    spread_sums fine, coarse;
    double noise = fmax(state, LEAST_NOISE), off = 2.0 * noise + w->beyond;
    QFP_TRY(spread(w, current, dissipation, w->fine, w->fine_points, w->fine_cell, noise, u,
                   scratch, &fine));
    QFP_TRY(spread(w, current, dissipation, w->coarse, w->coarse_points, w->coarse_cell, noise, u,
                   scratch, &coarse));
    *out = (qfp_entropy_production){
        .trace = fine.trace,
        .trace_error = SUMS_APART * fabs(fine.trace - coarse.trace) + fine.largest_trace * off,
        .production = fine.production,
        .production_error = SUMS_APART * fabs(fine.production - coarse.production) +
                            fine.largest * qfp_wehrl_error(0.0, off)};
    return QFP_OK;
}
