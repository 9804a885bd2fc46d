/* dissipation_facts.h - what one channel, or all of them, does to Q: dissipative drift and the positive part D⁺ of
 * the diffusion matrix, in real coordinates z = (Q_1…Q_N, P_1…P_N):
 *
 *     γ D[c] Q = −Σ_a ∂_a(a_a Q) + ½ Σ_ab ∂_a ∂_b(D⁺_ab Q) + orders above two
 */
#ifndef QFPI_DISSIPATION_FACTS_H
#define QFPI_DISSIPATION_FACTS_H

#include "algebra/lindblad.h"

#define QFP_DISSIPATION_AXES (2 * QFP_MAX_MODES)

typedef struct qfp_dissipation_facts {
    int modes, order; /* the highest number of derivatives */
    qfp_polynomial drift[QFP_DISSIPATION_AXES];
    qfp_polynomial diffusion[QFP_DISSIPATION_AXES][QFP_DISSIPATION_AXES];
    qfp_polynomial trace;  /* Tr D⁺ */
    qfp_polynomial beyond; /* Weyl polynomial at c = 0: what leaves a Fokker-Planck equation */
} qfp_dissipation_facts;

/* Of Σ γ_k D[c_k], derivative orders above `order` dropped unless that is QFP_ORDER_EXACT.  Give `out` to
 * destroy either way. */
qfp_status qfp_dissipation_facts_create(const qfp_lindblad *lindblad, int order,
                                        qfp_dissipation_facts *out) QFP_MUST_USE;
void qfp_dissipation_facts_destroy(qfp_dissipation_facts *f);

/* What D⁺ of one mode does at a point: Tr D⁺, its largest |eigenvalue|, and ½ gᵀD⁺g of a gradient g over (Q, P). */
typedef struct qfp_spreading {
    double trace, largest, production;
} qfp_spreading;

/* At z = (Q, P); facts of one mode. */
qfp_spreading qfp_spreading_at(const qfp_dissipation_facts *f, const double z[2],
                               const double gradient[2]);

#endif
