/* fock_passage.c - how ρ in the Fock basis passes from one time to the next, and what is looked at on the way. */
#include <math.h>

#include "run/fock_evolution.h"
#include "run/fock_plan.h"

/* The propagator's own errors at the end of the basis, and the rounding of floats. */
#define SMALLEST_LOSS 4e-12
#define SMALLEST_LOSS_SINGLE 1e-5
/* What is off by the end of the basis, in amplitudes met there: as measured against exact kets it is
 * two of them, when in phase; where none can tell, twice that. */
#define ERRORS_PER_AMPLITUDE 2.0
#define SHARE_UNSEEN 0.5     /* of the tolerance, which the cut at the start shares */
#define SAME_TIME 1e-12      /* relative */
#define UNBALANCED_TAIL 1e-4 /* population: an unbalanced theory depends on the levels anyway */

static qfp_status check_norm(qfp_fock_evolution *e, double t)
{
    double squared;
    QFP_TRY(e->engine.backend->vector->inner(e->stage.space.count, 1, &e->stage.u, e->stage.u,
                                             &squared));
    if (!isfinite(squared))
        return QFP_FAIL(QFP_NOT_FINITE, "t = %.6g: the solution is no longer finite", t);
    if (e->unbalanced.active)
        return qfp_unbalanced_check_norm(&e->unbalanced, t, squared);
    if (squared > e->norm_limit)
        return QFP_FAIL(QFP_GROWTH, "t = %.6g: Tr ρ² = %.6g has grown beyond %.6g: %s", t, squared,
                        e->norm_limit,
                        e->equation->is_exact
                            ? "noise is being amplified; use a smaller tolerance"
                            : "this theory has made structure so fine that the Fock basis, which "
                              "sharpens it, loses its digits; use basis: fourier");
    return QFP_OK;
}

/* Under an unbalanced theory: what may sit where something leaves. */
qfp_status qfpi_fock_evolution_population(qfp_fock_evolution *e, double t)
{
    double population, limit = fmax(e->config->tolerance, UNBALANCED_TAIL);
    char levels[128];
    QFP_TRY(qfp_fock_leak_population(e->stage.leak, e->stage.u, &population));
    if (population <= limit)
        return QFP_OK;
    qfp_levels_describe(e->config->modes, e->plan.levels, e->plan.first, levels, sizeof levels);
    return QFP_FAIL(QFP_RESOLUTION,
                    "t = %.6g: %.2g of the population is in the last levels of %s, from where the "
                    "generator leads out of the basis (limit %.1e): raise solver.levels, or leave "
                    "it out to have it chosen",
                    t, population, levels, limit);
}

double qfpi_fock_evolution_lost(const qfp_fock_evolution *e, double bound, double amplitude)
{
    bool is_seen = e->witness.reference != NULL;
    return fmin(bound, (is_seen ? ERRORS_PER_AMPLITUDE : QFP_FOCK_ERRORS_UNSEEN) * amplitude);
}

/* What the step to t adds to the error by the cut; `wants_levels` when that is too much. */
static qfp_status check_loss(qfp_fock_evolution *e, double t)
{
    qfp_fock_loss loss;
    QFP_TRY(qfp_fock_leak_measure(e->stage.leak, e->stage.u, e->stage.scratch, e->is_ket, &loss));
    double bound = e->bound + fmax(e->loss.rate, loss.rate) * (t - e->kept_time);
    double amplitude = fmax(e->amplitude, loss.amplitude);
    double share = e->witness.reference != NULL ? 1.0 : SHARE_UNSEEN;
    double allowed = fmax(share * e->config->tolerance,
                          e->config->single_precision ? SMALLEST_LOSS_SINGLE : SMALLEST_LOSS);
    if (e->may_grow && qfpi_fock_evolution_lost(e, bound, amplitude) > allowed) {
        e->wants_levels = true;
        return QFP_FAIL(QFP_RESOLUTION, "t = %.6g: the levels are too few", t);
    }
    e->loss = loss;
    e->bound = bound;
    e->amplitude = amplitude;
    return QFP_OK;
}

/* u at time t is to become the state of record. */
static qfp_status accept(qfp_fock_evolution *e, double t)
{
    QFP_TRY(check_norm(e, t));
    if (qfp_fock_leak_is_possible(e->stage.leak)) {
        QFP_TRY(check_loss(e, t));
        if (e->unbalanced.active)
            QFP_TRY(qfpi_fock_evolution_population(e, t));
    }
    e->kept_time = t;
    return e->may_grow ? qfp_fock_stage_keep(&e->stage) : QFP_OK;
}

/* Not of a step that was told before the state was computed again: no checkpoint goes back in time. */
static qfp_status tell(qfp_fock_evolution *e, double t)
{
    if (t < e->told)
        return QFP_OK;
    e->told = t;
    return e->hook->after_step(e->hook->data, t);
}

static qfp_status monitor(void *data, double advanced, qfp_buffer *u)
{
    qfp_fock_evolution *e = data;
    /* from + (to - from) need not be `to` */
    double t = advanced < e->advance_to - e->time ? e->time + advanced : e->advance_to;
    (void)u; /* it is the stage's */
    QFP_TRY(accept(e, t));
    return tell(e, t);
}

static qfp_status advance_phases(qfp_fock_evolution *e, double t)
{
    QFP_TRY(qfp_fock_generator_evolve_diagonal(e->stage.generator, t - e->time, e->stage.u));
    QFP_TRY(accept(e, t));
    return tell(e, t);
}

/* Looks at the levels a few times on the way: what came to their end may be gone again at t. */
static qfp_status advance_unitary(qfp_fock_evolution *e, double t)
{
    double from = e->time, end = e->config->times[e->config->time_count - 1];
    int looks = (int)ceil(QFP_FOCK_LOOKS * (t - from) / end);
    bool fits; /* as it did at the start: an evolution stays in its blocks */
    if (e->looks == 0)
        QFP_TRY(qfp_fock_unitary_begin(e->stage.unitary, e->stage.u, &fits));
    while (e->looks < looks) {
        int i = e->looks + 1;
        e->passed = (t - from) * i / looks;
        QFP_TRY(qfp_fock_unitary_at(e->stage.unitary, e->passed, e->stage.u));
        QFP_TRY(accept(e, i == looks ? t : from + e->passed));
        e->looks = i;
        QFP_TRY(tell(e, e->kept_time));
    }
    e->looks = 0;
    return QFP_OK;
}

static qfp_status advance_by_steps(qfp_fock_evolution *e, double t)
{
    QFP_TRY(qfp_propagator_advance(e->stage.propagator, e->stage.u, t - e->time, monitor, e));
    if (e->stage.frame == NULL)
        return QFP_OK;
    QFP_TRY(qfp_fock_stage_turn(&e->stage, t - e->time, e->stage.u));
    return qfpi_fock_evolution_keep(e); /* as a run does that goes on from here */
}

/* In equal stretches from time 0 on, which a run that goes on from a checkpoint finds again. */
static qfp_status advance_parts(qfp_fock_evolution *e, double t)
{
    double stretch = e->stage.stretch;
    qfp_linear_map *map = qfp_fock_generator_map(e->stage.generator);
    while (e->time < t) {
        double next = stretch * (floor(e->time / stretch * (1.0 + SAME_TIME)) + 1.0), lost,
               products;
        next = next < t * (1.0 - SAME_TIME) ? next : t;
        QFP_TRY(qfp_fock_stage_stretch(&e->stage, next - e->time, &lost, &products));
        map->applications += (size_t)ceil(products);
        QFP_TRY(accept(e, next));
        e->moved += lost;
        e->time = next;
        QFP_TRY(tell(e, next));
    }
    return QFP_OK;
}

qfp_status qfpi_fock_evolution_pass(qfp_fock_evolution *e, double t)
{
    return e->stage.unitary != NULL      ? advance_unitary(e, t)
           : e->stage.stretch > 0.0      ? advance_parts(e, t)
           : e->stage.propagator != NULL ? advance_by_steps(e, t)
                                         : advance_phases(e, t);
}
