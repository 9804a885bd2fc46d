/* recurrence.c - one step of a three-term recurrence, made of the operations it stands for: the norm is known on the
 * host anyway, where all ranks add it up. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "distributed/distributed.h"
#include "shared/recurrence_cell.h"

struct qfp_recurrence {
    double *norm;
};

static qfp_status create(qfp_context *context, int length, qfp_recurrence **out)
{
    (void)context;
    *out = NULL;
    qfp_recurrence *r = NULL;
    QFP_TRY(QFP_ALLOCATE(r, 1, "a recurrence"));
    qfp_status status = QFP_ALLOCATE(r->norm, (size_t)length, "the norms of a recurrence");
    if (status != QFP_OK) {
        free(r);
        return status;
    }
    *out = r;
    return QFP_OK;
}

static void destroy(qfp_recurrence *recurrence)
{
    if (recurrence == NULL)
        return;
    free(recurrence->norm);
    free(recurrence);
}

static qfp_status step(qfp_recurrence *recurrence, int j, size_t count, qfp_buffer *x,
                       qfp_buffer *y)
{
    const qfp_vector_operations *v = &qfp_distributed_vector;
    double squared;
    if (x != NULL)
        QFP_TRY(v->combine(count, 1.0, y, 1, &recurrence->norm[j - 1], &x));
    QFP_TRY(v->inner(count, 1, &y, y, &squared));
    recurrence->norm[j] = sqrt(squared);
    return v->combine(count, qfpi_recurrence_factor(recurrence->norm[j]), y, 0, NULL, NULL);
}

static qfp_status norms(const qfp_recurrence *recurrence, int first, int count, double *out)
{
    memcpy(out, recurrence->norm + first, (size_t)count * sizeof *out);
    return QFP_OK;
}

const qfp_recurrence_operations qfp_distributed_recurrence = {
    .create = create,
    .destroy = destroy,
    .step = step,
    .norms = norms,
};
