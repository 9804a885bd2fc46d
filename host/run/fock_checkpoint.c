/* fock_checkpoint.c - ρ in the Fock basis written down, and gone on from to the bit. */
#include <math.h>

#include "run/fock_evolution.h"
#include "run/keeping.h"

/* Between the levels and u, all of it numbers: what the error has come to, and what the next steps
 * depend on. */
typedef struct history {
    double bound, amplitude, norm_limit, is_ket;
    qfp_fock_initial_error initial;
    qfp_propagation moved;
    double from; /* the time that `moved` and the looks count from */
    double looks, passed;
    double applications;
    double is_settled, begun_again, before;
    double negative_in_a_row, last_output;
    double moved_before; /* by the propagators of earlier stages */
} history;
enum { HISTORY = sizeof(history) / sizeof(double) };

static size_t header_count(const qfp_fock_evolution *e)
{
    return 2 * (size_t)e->config->modes + HISTORY;
}

size_t qfp_fock_evolution_state_count(const qfp_fock_evolution *e)
{
    return header_count(e) + e->stage.space.count;
}

qfp_status qfp_fock_evolution_save(qfp_fock_evolution *e, qfp_state_writer *to)
{
    const qfp_fock_stage *s = &e->stage;
    double levels[2 * QFP_MAX_MODES];
    int modes = e->config->modes;
    history h = {.bound = e->bound,
                 .amplitude = e->amplitude,
                 .moved_before = e->moved,
                 .norm_limit = e->norm_limit,
                 .is_ket = e->is_ket,
                 .initial = e->initial,
                 .from = e->time,
                 .looks = e->looks,
                 .passed = e->passed,
                 .applications = (double)qfpi_fock_evolution_applications(e),
                 .is_settled = e->is_settled,
                 .begun_again = e->begun_again,
                 .before = e->before,
                 .negative_in_a_row = e->unbalanced.negative_in_a_row,
                 .last_output = e->unbalanced.last_output};
    if (s->propagator != NULL)
        h.moved = *qfp_propagator_progress(s->propagator);
    for (int j = 0; j < modes; j++) {
        levels[j] = e->plan.levels[j];
        levels[modes + j] = e->plan.first[j];
    }
    QFP_TRY(to->put(to->self, 2 * (size_t)modes, levels));
    QFP_TRY(to->put(to->self, HISTORY, &h));
    if (e->looks > 0) /* every look is from where the first was */
        return to->put(to->self, s->space.count, qfp_fock_unitary_beginning(s->unitary));
    return qfp_keeping_put(e->engine.backend->vector, s->u, s->space.count, to);
}

static qfp_status fail_basis(void)
{
    return QFP_FAIL(QFP_USAGE, "the checkpoint is none of a run in the Fock basis");
}

static qfp_status load_levels(qfp_fock_evolution *e, size_t count, qfp_state_reader *from)
{
    double state[2 * QFP_MAX_MODES];
    int levels[QFP_MAX_MODES], first[QFP_MAX_MODES] = {0}, modes = e->config->modes;
    bool same = true;
    qfp_fock_space space;
    if (count < header_count(e))
        return fail_basis();
    QFP_TRY(from->get(from->self, 2 * (size_t)modes, state));
    for (int j = 0; j < modes; j++) {
        if (!(state[j] >= 1.0 && state[j] <= 1e6) ||
            !(state[modes + j] >= 0.0 && state[modes + j] <= 1e6))
            return fail_basis();
        levels[j] = (int)state[j];
        first[j] = (int)state[modes + j];
        same = same && levels[j] == e->plan.levels[j] && first[j] == e->plan.first[j];
    }
    QFP_TRY(qfp_fock_space_set(modes, levels, &space));
    if (count != header_count(e) + space.count || (!same && !e->may_grow))
        return QFP_FAIL(QFP_USAGE,
                        "the checkpoint has %zu numbers, this run %zu: its levels were "
                        "other ones, or chosen by another version",
                        count, qfp_fock_evolution_state_count(e));
    e->has_grown = !same;
    return same ? QFP_OK : qfpi_fock_evolution_levels(e, levels, first, NULL);
}

/* The stage has the u that the times count from, or that of time t where the propagator knows of times
 * before it. */
static qfp_status take_up(qfp_fock_evolution *e, double t, const history *h)
{
    QFP_TRY(qfp_fock_stage_start(&e->stage, e->config, e->equation, &e->plan, t));
    bool is_look = h->looks > 0.0;
    e->time = e->kept_time = is_look ? h->from : t;
    if (is_look && e->stage.unitary != NULL) {
        e->kept_time = t;
        e->looks = (int)h->looks;
        e->passed = h->passed;
        QFP_TRY(qfp_fock_unitary_at(e->stage.unitary, e->passed, e->stage.u));
    } else if (!is_look && e->stage.propagator != NULL) {
        e->time = h->from;
        QFP_TRY(qfp_propagator_resume(e->stage.propagator, &h->moved));
    }
    e->applications = (size_t)h->applications;
    qfp_fock_generator_map(e->stage.generator)->applications = 0;
    return qfpi_fock_evolution_keep(e);
}

qfp_status qfp_fock_evolution_load(qfp_fock_evolution *e, double t, size_t count,
                                   qfp_state_reader *from)
{
    history h;
    QFP_TRY(load_levels(e, count, from));
    QFP_TRY(from->get(from->self, HISTORY, &h));
    bool is_possible = h.from <= t && h.looks >= 0.0 && h.looks <= QFP_FOCK_LOOKS &&
                       h.passed >= 0.0 && h.applications >= 0.0 && isfinite(h.applications);
    if (!is_possible)
        return QFP_FAIL(QFP_USAGE, "the checkpoint of t = %.6g cannot be one of this run", t);
    QFP_TRY(qfp_keeping_get(e->engine.backend->vector, e->stage.u, e->stage.space.count, from));
    e->bound = h.bound;
    e->amplitude = h.amplitude;
    e->moved = h.moved_before;
    e->norm_limit = h.norm_limit;
    e->is_ket = h.is_ket != 0.0;
    e->initial = h.initial;
    e->is_settled = h.is_settled != 0.0;
    e->begun_again = h.begun_again;
    e->before = h.before;
    e->told = t;
    e->unbalanced.negative_in_a_row = h.negative_in_a_row;
    e->unbalanced.last_output = h.last_output;
    QFP_TRY(take_up(e, t, &h));
    return qfp_fock_witness_catch_up(&e->witness, t);
}
