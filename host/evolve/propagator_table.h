/* propagator_table.h - INTERNAL to evolve: what each method fills in. */
#ifndef QFPI_PROPAGATOR_TABLE_H
#define QFPI_PROPAGATOR_TABLE_H

#include "evolve/propagator.h"

struct qfp_propagator {
    qfp_linear_map *map;
    qfp_propagator_options options;
    void *self;
    qfp_propagation progress; /* each method adds its steps, and goes on where it says */
    qfp_step_pulse pulse;     /* NULL: nobody listens */
    void *pulse_data;
    qfp_status (*advance)(qfp_propagator *p, qfp_buffer *u, double duration,
                          qfp_step_monitor monitor, void *data);
    void (*destroy)(void *self);
    /* The map is another one now, and will be others: those for which this is called and what lies
     * between them.  NULL: no matter. */
    qfp_status (*widen)(qfp_propagator *p);
};

#define X(NAME, name, most, least) qfp_status qfpi_##name##_create(qfp_propagator *p) QFP_MUST_USE;
QFP_INTEGRATORS(X)
#undef X

/* After a term: `advanced` with what the step has come to.  Of short vectors terms take no time to speak of. */
qfp_status qfpi_propagator_pulse(const qfp_propagator *p, double advanced) QFP_MUST_USE;

/* For options.time. */
qfp_status qfpi_magnus_create(qfp_propagator *p) QFP_MUST_USE;

#endif
