#include "run/flow_witness.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LIKE_OTHERS 0.3 /* of the largest difference of a mean: that of one that happens to agree */
#define SAFELY 2.0
#define AT_BOTH_ENDS 1.5 /* √2 of a pure state: a pair |ψ⟩⟨δψ| + |δψ⟩⟨ψ| */
#define POPULATIONS 4.0  /* of what is beyond, for means: as large as A is at the edge */

struct qfp_flow_witness {
    const qfp_phase_grid *grid;
    qfp_mode_flow *flow;
    qfp_buffer *initial, *u;
    double time, error, beyond;
};

qfp_status qfp_flow_witness_create(const qfp_phase_grid *grid, const qfp_polynomial *wick,
                                   double kappa, const qfp_buffer *u, qfp_flow_witness **out)
{
    const qfp_vector_operations *vector = grid->backend->vector;
    size_t count = grid->doubles[QFP_SPACE_Z];
    const double one = 1.0;
    qfp_buffer *source = (qfp_buffer *)u; /* read only */
    qfp_flow_witness *w = NULL;
    qfp_status status;
    QFP_TRY(QFP_ALLOCATE(w, 1, "the witness of a flow"));
    w->grid = grid;
    w->time = NAN;
    QFP_TRY_GOTO(qfp_mode_flow_create(grid, wick, kappa, true, &w->flow));
    QFP_TRY_GOTO(vector->create(grid->context, count, &w->initial));
    QFP_TRY_GOTO(vector->create(grid->context, count, &w->u));
    status = vector->combine(count, 0.0, w->initial, 1, &one, &source);
done:
    if (status != QFP_OK) {
        qfp_flow_witness_destroy(w);
        return status;
    }
    *out = w;
    return QFP_OK;
}

void qfp_flow_witness_destroy(qfp_flow_witness *w)
{
    if (w == NULL)
        return;
    qfp_mode_flow_destroy(w->flow);
    w->grid->backend->vector->destroy(w->initial);
    w->grid->backend->vector->destroy(w->u);
    free(w);
}

double qfp_flow_witness_bytes(int modes, const int *points, int degree)
{
    double cells = 1.0;
    for (int j = 0; j < modes; j++)
        cells *= (double)points[j] * points[j];
    return qfp_mode_flow_bytes(modes, points, degree, true) + 2.0 * 8.0 * cells;
}

qfp_status qfp_flow_witness_look(qfp_flow_witness *w, double t, qfp_buffer *u, qfp_buffer *scratch)
{
    const qfp_vector_operations *vector = w->grid->backend->vector;
    const double one = 1.0, difference[] = {1.0, -1.0};
    qfp_buffer *const both[] = {u, w->u};
    size_t count = w->grid->doubles[QFP_SPACE_Z];
    double apart, own;
    if (t == w->time)
        return QFP_OK;
    QFP_TRY(vector->combine(count, 0.0, w->u, 1, &one, &w->initial));
    QFP_TRY(qfp_mode_flow_apply(w->flow, t, w->u));
    QFP_TRY(vector->combine(count, 0.0, scratch, 2, difference, both));
    QFP_TRY(vector->inner(count, 1, &scratch, scratch, &apart));
    QFP_TRY(vector->inner(count, 1, &u, u, &own));
    w->time = t;
    w->beyond = t > 0.0 ? qfp_mode_flow_beyond(w->flow) : 0.0; /* nothing was moved yet */
    w->error = own > 0.0 && t > 0.0 ? SAFELY * sqrt(apart / own) + AT_BOTH_ENDS * w->beyond : 0.0;
    return QFP_OK;
}

double qfp_flow_witness_error(const qfp_flow_witness *w)
{
    return w->error;
}

static bool is_conserved(const qfp_observable_list *list, size_t i)
{
    const char *name = list->observables[i].quantity.name;
    return strcmp(name, "norm") == 0 || strcmp(name, "energy") == 0;
}

qfp_status qfp_flow_witness_errors(const qfp_flow_witness *w, qfp_moments *moments,
                                   const qfp_observable_list *list, qfp_buffer *u, double initial,
                                   double rounded, const double *values, qfp_buffer *scratch,
                                   double *errors)
{
    size_t count = list->count;
    double *other = NULL, *scale, largest = 0.0;
    qfp_status status;
    QFP_TRY(QFP_ALLOCATE(other, 2 * count, "observables"));
    scale = other + count;
    QFP_TRY_GOTO(qfp_moments_glance(moments, w->u, other));
    QFP_TRY_GOTO(qfp_moments_errors(moments, u, 0.0, 0.0, 1.0, scratch, scale));
    for (size_t i = 0; i < count; i++)
        if (!is_conserved(list, i) && scale[i] > 0.0)
            largest = fmax(largest, fabs(values[i] - other[i]) / scale[i]);
    double outside = initial + POPULATIONS * w->beyond * w->beyond;
    QFP_TRY_GOTO(qfp_moments_errors(moments, u, initial, outside, rounded + LIKE_OTHERS * largest,
                                    NULL, errors));
    for (size_t i = 0; i < count; i++)
        errors[i] += is_conserved(list, i) ? 0.0 : SAFELY * fabs(values[i] - other[i]);
done:
    free(other);
    return status;
}
