/* fourier_checkpoint.c - a run on a grid written down, and gone on from to the bit. */
#include "run/fourier_solution.h"
#include "run/keeping.h"

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

qfp_status qfpi_fourier_save(void *self, qfp_state_writer *to)
{
    qfp_fourier *f = self;
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
    QFP_TRY(qfp_keeping_put(f->engine.backend->vector, f->u, f->grid->doubles[QFP_SPACE_Z], to));
    return to->put(to->self, HISTORY, &h);
}

size_t qfpi_fourier_state_count(void *self)
{
    qfp_fourier *f = self;
    return f->grid->doubles[QFP_SPACE_Z] + HISTORY;
}

qfp_status qfpi_fourier_load(void *self, double t, size_t count, qfp_state_reader *from)
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
    QFP_TRY(qfp_keeping_get(f->engine.backend->vector, f->u, z, from));
    QFP_TRY(from->get(from->self, HISTORY, &h));
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
    return QFP_OK;
}
