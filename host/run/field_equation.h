/* field_equation.h - what the fields of a theory are made of at one time: the anti-Wick symbol of H, which makes
 * drift and the traceless part of D, and what dissipation adds to both. */
#ifndef QFPI_FIELD_EQUATION_H
#define QFPI_FIELD_EQUATION_H

#include "algebra/dissipation_facts.h"
#include "io/config.h"

typedef struct qfp_field_equation {
    qfp_polynomial antiwick; /* of H, in α and α* */
    double C;                /* 0: order 1, which has no diffusion */
    bool is_open;
    qfp_dissipation_facts
        dissipation; /* of all channels, up to the order of the theory; zero of a closed system */
} qfp_field_equation;

/* Of the theory that is selected, at time t.  Give `out` to destroy either way. */
qfp_status qfp_field_equation_create(const qfp_config *config, double t,
                                     qfp_field_equation *out) QFP_MUST_USE;
void qfp_field_equation_destroy(qfp_field_equation *e);

/* What dissipation adds, for a current; NULL of a closed system. */
const qfp_dissipation_facts *qfp_field_equation_dissipation(const qfp_field_equation *e);

#endif
