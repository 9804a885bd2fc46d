/* fock_generator.h - the generator L of ∂ρ/∂t = L ρ in the Fock basis, staged on a backend.
 *
 * One application is one gather pass over the packed ρ.  A diagonal generator (Kerr, cross-Kerr: H
 * a function of the numbers) is integrated exactly to any time.
 */
#ifndef QFPI_FOCK_GENERATOR_H
#define QFPI_FOCK_GENERATOR_H

#include "algebra/generator.h"
#include "evolve/linear_map.h"
#include "fock/fock_space.h"

typedef struct qfp_fock_generator qfp_fock_generator;

/* `generator`: Weyl form at c = 0.  The map is skew when L + Lᵀ = 0 at c = ½, where the plain
 * product of two Wigner functions is Tr(ρσ). */
qfp_status qfp_fock_generator_create(const qfp_backend *backend, qfp_context *context,
                                     const qfp_fock_space *space, const qfp_polynomial *generator,
                                     qfp_fock_generator **out) QFP_MUST_USE;
void qfp_fock_generator_destroy(qfp_fock_generator *g);

/* Another generator in its place, of the same kind: the map's `skew` and `dissipative` stay. */
qfp_status qfp_fock_generator_set(qfp_fock_generator *g,
                                  const qfp_polynomial *generator) QFP_MUST_USE;

/* Borrowed view for the propagators; valid while the generator lives. */
qfp_linear_map *qfp_fock_generator_map(qfp_fock_generator *g);

/* No term shifts a level: u(t) follows in one pass. */
bool qfp_fock_generator_is_diagonal(const qfp_fock_generator *g);
/* u ← e^{tΛ} u with the diagonal part Λ of L. */
qfp_status qfp_fock_generator_evolve_diagonal(const qfp_fock_generator *g, double t,
                                              qfp_buffer *u) QFP_MUST_USE;

typedef struct qfp_fock_cost {
    size_t terms;
    double bytes,
        flops; /* of one application: u read and written once; 10 flops per term and entry */
    double table_bytes; /* what the stencil itself takes */
} qfp_fock_cost;
void qfp_fock_generator_cost(const qfp_fock_generator *g, qfp_fock_cost *out);

#endif
