/* channel_noise.h - dissipation as drift and noise of trajectories.
 *
 * At ordering s (means of trajectories are those of s-ordered operators) a channel γ D[c] whose generator is of
 * second order moves a trajectory z = (α, β), β in place of α*, by
 *     dz = f dt + Σ_k V_k ∘ dW_k                                                       (Stratonovich)
 * with the Hamiltonian flows V = −i ∂/∂β, +i ∂/∂α of √γ X and √γ Y, c = X + iY:
 *     c linear in a     V of X and Y, √(2s) times       vacuum noise, none for positive P
 *     c linear in a†    V of X and Y, √(2(1 − s)) times
 *     c linear          V of X and Y, at s = ½ alone
 *     c Hermitian of second degree that keeps the numbers, or linear: V of X     dephasing, at every s
 * and the f that is left of the generator's drift.  Whether this is the channel is not taken on trust: the
 * fields must give the second derivatives that the algebra gives.
 */
#ifndef QFPI_CHANNEL_NOISE_H
#define QFPI_CHANNEL_NOISE_H

#include "backend.h"
#include "io/config.h"

typedef struct qfp_channel_noise {
    int coordinates;                         /* 2 modes */
    qfp_polynomial drift[2 * QFP_MAX_MODES]; /* f, of variables α, β */
    int fields;
    qfp_polynomial field[QFPI_MOST_FIELDS][2 * QFP_MAX_MODES];
} qfp_channel_noise;

/* QFP_UNSUPPORTED with the channel when it is none of these, when there are too many, or when something
 * depends on time.  Give `out` to qfp_channel_noise_destroy either way. */
qfp_status qfp_channel_noise_create(const qfp_config *config, double ordering,
                                    qfp_channel_noise *out) QFP_MUST_USE;
void qfp_channel_noise_destroy(qfp_channel_noise *noise);

#endif
