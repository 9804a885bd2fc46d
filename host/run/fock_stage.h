/* fock_stage.h - everything of a run in the Fock basis that depends on the number of levels; it is
 * replaced as a whole when they grow. */
#ifndef QFPI_FOCK_STAGE_H
#define QFPI_FOCK_STAGE_H

#include "evolve/propagator.h"
#include "fock/fock_diagonals.h"
#include "fock/fock_frame.h"
#include "fock/fock_generator.h"
#include "fock/fock_leak.h"
#include "fock/fock_moments.h"
#include "fock/fock_sectors.h"
#include "fock/fock_unitary.h"
#include "qfp/plan.h"
#include "run/driven.h"
#include "run/engine.h"
#include "run/equation.h"

typedef struct qfp_fock_stage {
    const qfp_engine *engine; /* borrowed, as the next */
    const qfp_config *config;
    qfp_fock_space space;
    qfp_fock_generator *generator;
    qfp_time_mesh mesh; /* of a system that depends on time, and what sets its generator */
    qfp_time_map time;
    /* How time passes: neither when the generator is diagonal; unitary with integrator: auto, an
     * exact theory and few states. */
    qfp_propagator *propagator;
    qfp_fock_unitary *unitary;
    qfp_fock_diagonals *diagonals; /* in stretches of the run */
    qfp_fock_sectors *sectors;     /* likewise */
    double stretch;                /* of the one that is there; 0: neither */
    qfp_fock_frame *frame;         /* in which the propagator moves u; NULL: none */
    qfp_observable_list observables;
    qfp_fock_moments *moments;
    qfp_fock_leak *leak;
    qfp_buffer *u;
    qfp_buffer *kept; /* u after the last step that was accepted */
    qfp_buffer *scratch;
} qfp_fock_stage;

/* With plan->levels and the Krylov vectors of plan; u and kept are undefined.  Give `out`, which must not
 * be moved, to qfp_fock_stage_destroy either way. */
qfp_status qfp_fock_stage_create(const qfp_config *config, const qfp_equation *equation,
                                 const qfp_engine *engine, const qfp_plan *plan,
                                 qfp_fock_stage *out) QFP_MUST_USE;
void qfp_fock_stage_destroy(qfp_fock_stage *stage);

/* u ← the configured initial state; *cut its population outside the kept levels.  `warning` gets a
 * sentence when a state from a file had to be changed. */
qfp_status qfp_fock_stage_begin(qfp_fock_stage *stage, const qfp_config *config, double *cut,
                                char *warning, size_t size) QFP_MUST_USE;

/* Chooses how time passes, from the state in u at time t. */
qfp_status qfp_fock_stage_start(qfp_fock_stage *stage, const qfp_config *config,
                                const qfp_equation *equation, const qfp_plan *plan,
                                double t) QFP_MUST_USE;

/* What moving by diagonalisation would take of the state in u, where qfp_fock_stage_start would choose it. */
qfp_status qfp_fock_stage_expect(qfp_fock_stage *stage, const qfp_config *config,
                                 const qfp_equation *equation, qfp_fock_effort *out) QFP_MUST_USE;

/* The generator and the energy of a system that depends on time become those of t. */
qfp_status qfp_fock_stage_at(qfp_fock_stage *stage, double t) QFP_MUST_USE;

/* The share of the tolerance that the propagator may use: the cut of the levels has its own. */
#define QFP_FOCK_PROPAGATION 0.1

/* An evolution by diagonalisation looks at the levels this often on its way. */
enum { QFP_FOCK_LOOKS = 32 };

/* u ← e^{tL} u by its diagonals or sectors. */
qfp_status qfp_fock_stage_stretch(qfp_fock_stage *stage, double t, double *lost,
                                  double *products) QFP_MUST_USE;

/* x, which the propagator moved for `duration`, becomes what it is outside of the frame. */
qfp_status qfp_fock_stage_turn(qfp_fock_stage *stage, double duration, qfp_buffer *x) QFP_MUST_USE;

/* kept ← u. */
qfp_status qfp_fock_stage_keep(qfp_fock_stage *stage) QFP_MUST_USE;

/* to [to->count] ← the same ρ with more levels, in windows that hold the old ones; both packed, in host memory, `to`
 * zero. */
void qfp_fock_embed(const qfp_fock_space *from, const double *packed, const qfp_fock_space *space,
                    double *to);

#endif
