/* fourier_checkpoint.c - a run on a grid written down, and gone on from to the bit. */
#include <stdlib.h>
#include <string.h>

#include "core/ranks.h"
#include "run/fourier_solution.h"

/* What a checkpoint holds beside u, all of it numbers: what the errors have come to, and what the next
 * steps depend on. */
typedef struct history {
    qfp_rim_share worst_rim, first_rim;
    qfp_propagation moved;
    double from; /* the time that the propagator counts from */
    double applications, next_look;
    double negative_in_a_row, last_output;
    double squared, most_squared;
} history;
enum { HISTORY = sizeof(history) / sizeof(double) };

/* u, which ranks that hold parts of it hand on piece by piece: all see a piece, rank 0 alone has room for u. */
static qfp_status fetch(const qfp_fourier *f, double *u)
{
    enum { PIECE = 1 << 20 };
    const qfp_vector_operations *v = f->engine.backend->vector;
    size_t z = f->grid->doubles[QFP_SPACE_Z];
    if (qfpi_ranks() == 1)
        return v->download(f->u, 0, z, u);
    double *seen = NULL;
    qfp_status status = u != NULL ? QFP_OK : QFP_ALLOCATE(seen, PIECE, "a piece of a checkpoint");
    for (size_t at = 0; at < z && status == QFP_OK; at += PIECE)
        status = v->download(f->u, at, z - at < PIECE ? z - at : PIECE, u != NULL ? u + at : seen);
    free(seen);
    return status;
}

qfp_status qfpi_fourier_save(void *self, double *state)
{
    qfp_fourier *f = self;
    size_t z = f->grid->doubles[QFP_SPACE_Z];
    const qfp_fourier_monitor *m = &f->monitor;
    const history h = {.worst_rim = m->worst_rim,
                       .first_rim = m->first_rim,
                       .moved = *qfp_propagator_progress(f->propagator),
                       .from = f->time,
                       .applications = (double)m->map->applications,
                       .next_look = (double)m->next_look,
                       .negative_in_a_row = m->unbalanced.negative_in_a_row,
                       .last_output = m->unbalanced.last_output,
                       .squared = m->squared,
                       .most_squared = m->most_squared};
    if (state != NULL)
        memcpy(state + z, &h, sizeof h);
    return fetch(f, state);
}

size_t qfpi_fourier_state_count(void *self)
{
    qfp_fourier *f = self;
    return f->grid->doubles[QFP_SPACE_Z] + HISTORY;
}

qfp_status qfpi_fourier_load(void *self, double t, size_t count, const double *state)
{
    qfp_fourier *f = self;
    qfp_fourier_monitor *m = &f->monitor;
    size_t z = f->grid->doubles[QFP_SPACE_Z];
    history h;
    if (count != z + HISTORY)
        return QFP_FAIL(QFP_USAGE,
                        "the checkpoint has %zu numbers, this run %zu: the grid was chosen "
                        "differently, or by another version",
                        count, z + HISTORY);
    memcpy(&h, state + z, sizeof h);
    QFP_TRY(qfp_propagator_resume(f->propagator, &h.moved));
    if (!(h.from <= t && h.applications >= 0.0 && h.next_look >= 0.0))
        return QFP_FAIL(QFP_USAGE, "the checkpoint of t = %.6g cannot be one of this run", t);
    f->time = h.from;
    m->worst_rim = h.worst_rim;
    m->first_rim = h.first_rim;
    m->map->applications = (size_t)h.applications;
    m->next_look = (size_t)h.next_look;
    m->unbalanced.negative_in_a_row = h.negative_in_a_row;
    m->unbalanced.last_output = h.last_output;
    m->squared = h.squared;
    m->most_squared = h.most_squared;
    return f->engine.backend->vector->upload(f->u, 0, z, state);
}
