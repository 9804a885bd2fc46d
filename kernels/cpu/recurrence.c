/* recurrence.c - one step of a three-term recurrence, made of the operations it stands for. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/buffer.h"
#include "cpu/objects.h"
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
    qfp_status status = QFP_ALLOCATE(r->norm, length, "the norms of a recurrence");
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
    double squared;
    if (x != NULL)
        QFP_TRY(cpu_add_and_square(count, recurrence->norm[j - 1], x, y, &squared));
    else
        QFP_TRY(cpu_inner(count, 1, &y, y, &squared));
    recurrence->norm[j] = sqrt(squared);
    return cpu_combine(count, qfpi_recurrence_factor(recurrence->norm[j]), y, 0, NULL, NULL);
}

static qfp_status norms(const qfp_recurrence *recurrence, int first, int count, double *out)
{
    memcpy(out, recurrence->norm + first, (size_t)count * sizeof *out);
    return QFP_OK;
}

const qfp_recurrence_operations qfp_cpu_recurrence = {
    .create = create,
    .destroy = destroy,
    .step = step,
    .norms = norms,
};
