/* integrators.h - INTERNAL: every propagator in time, once.
 *
 * The configuration takes from this table the names, a plan the memory, and host/evolve the
 * function qfpi_NAME_create, which fills in a qfp_propagator.
 */
#ifndef QFPI_INTEGRATORS_H
#define QFPI_INTEGRATORS_H

/* X(NAME, name, most, least): vectors as large as the state that it keeps; krylov a basis of 64 and
 * the next vector, or less where memory is short. */
/* clang-format off */
#define QFP_INTEGRATORS(X)                                                                         \
X(KRYLOV, krylov, 65, 13)                                                                          \
X(CHEBYSHEV, chebyshev, 4, 4)                                                                      \
X(RK4, rk4, 2, 2)                                                                                  \
X(SPLIT, split, 3, 3)
/* clang-format on */

typedef enum qfp_integrator {
    QFP_INTEGRATOR_AUTO, /* the propagator chooses */
#define X(NAME, name, most, least) QFP_INTEGRATOR_##NAME,
    QFP_INTEGRATORS(X)
#undef X
} qfp_integrator;

/* "auto", "krylov", …, NULL */
extern const char *const qfp_integrator_names[];

/* How many vectors an integrator keeps where `fit` would. */
int qfp_integrator_vectors(qfp_integrator integrator, double fit);

/* Vectors by which the ellipse of a series for a master equation is found, more than the series itself keeps. */
enum { QFP_FIELD_MOST = 21, QFP_FIELD_LEAST = 9 };

#endif
