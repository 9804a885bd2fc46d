/* generator_parts.h - what of a generator is done in planes of one mode, and what on the whole
 * grid.
 *
 * A term whose derivatives are those of one mode j only can be applied in the (Q_j, P_j) planes:
 * coordinates of the other modes that it holds, its spectators, are one number per plane.  All such
 * terms of a mode take one pass over u together, where the backend has a kernel for it.  Everything
 * else, the rest, takes transforms of the whole grid (grid_generator.h).  Hopping, whose Poisson
 * bracket is J (Q_2 ∂_P1 - P_2 ∂_Q1) + (1 ↔ 2), leaves no rest.
 */
#ifndef QFPI_GENERATOR_PARTS_H
#define QFPI_GENERATOR_PARTS_H

#include "evolve/factorise.h"

/* Products, and what one application costs in the model behind `qfp plan`. */
typedef struct qfp_application_cost {
    int products, half_transforms, multiplies;
    int planes;         /* passes that do a whole mode in its planes */
    int transpositions; /* of an array on Z, where ranks divide it (kernels/distributed) */
    double bytes;       /* every pass reading and writing its arrays once */
    double flops;
    double floor_bytes; /* one read and one write of u */
} qfp_application_cost;

/* spectator × operator of one mode: a qfp_plane_part of backend/plane.h. */
typedef struct qfp_mode_part {
    qfp_factor spectator; /* powers of (Q, P); without terms it is 1 */
    qfp_factorisation factors;
} qfp_mode_part;

typedef struct qfp_mode_parts {
    size_t count; /* 0: the mode has no plane */
    qfp_mode_part *part;
} qfp_mode_parts;

typedef struct qfp_generator_parts {
    int modes;
    bool symmetrised; /* every product means ½(f g + g f) */
    qfp_factorisation rest;
    qfp_mode_parts plane[QFP_MAX_MODES];
} qfp_generator_parts;

/* `real_form` as for qfp_factorise.  fits[j]: planes of mode j are possible; they are used where
 * the whole application then moves fewer bytes on this grid. */
qfp_status qfp_generator_parts_create(const qfp_polynomial *real_form, const qfp_grid *grid,
                                      bool symmetrised, const bool *fits,
                                      qfp_generator_parts *out) QFP_MUST_USE;
void qfp_generator_parts_destroy(qfp_generator_parts *parts);

/* Arrays of double precision. */
void qfp_generator_parts_cost(const qfp_generator_parts *parts, const qfp_grid *grid,
                              qfp_application_cost *out);

/* Nothing at all is left: no buffer of the mixed spaces is needed. */
bool qfp_factorisation_is_empty(const qfp_factorisation *f);

#endif
