#include "run/fourier_wehrl.h"

#include <math.h>
#include <stdlib.h>

/* One mode affords twice the solver's points, if they are not too many. */
enum { TWICE_UP_TO = 160 };
#define WIDER 1.15 /* Q ln Q fades later than Q */
/* Where Q has zeros the sum converges with the fourth power of the spacing, 0.7⁻⁴ = 4, but unevenly: in the
 * generated family of tests/family the error was up to 11 times the difference of the sums. */
#define COARSER 0.7
#define SUMS_APART 20.0

struct qfp_wehrl {
    const qfp_phase_grid *grid;
    qfp_synthesis *fine, *coarse;
    double fine_cell, coarse_cell; /* their measures */
    double beyond;                 /* the entropy of what is outside */
};

/* *cell: the measure of a cell. */
static qfp_status create_grid(const qfp_wehrl *w, double c, const qfp_plan *plan, int points,
                              qfp_synthesis **out, double *cell)
{
    int modes = plan->modes;
    double *z = NULL;
    size_t n = (size_t)points;
    QFP_TRY(QFP_ALLOCATE(z, 2 * (size_t)modes * n, "the axes of the Wehrl entropy"));
    *cell = 1.0;
    for (int axis = 0; axis < 2 * modes; axis++) {
        double half = WIDER * plan->husimi_reach[axis], step = 2.0 * half / (points - 1);
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
    /* Q has fallen to the tolerance at its reach, as a Gaussian; times −ln Q where it is least */
    w->beyond = 20.0 * pow(tolerance, WIDER * WIDER);
    *out = w;
    QFP_TRY(create_grid(w, c, plan, points, &w->fine, &w->fine_cell));
    return create_grid(w, c, plan, (int)(COARSER * points), &w->coarse, &w->coarse_cell);
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
