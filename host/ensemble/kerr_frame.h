/* kerr_frame.h - Kerr Hamiltonians of one mode in ln α = u + iφ, where diffusion is constant.
 *
 * H_aW = (U/2)|α|⁴ + e|α|² + constant.  P = |α|² Q obeys
 *     ∂P/∂t = Ω(u) ∂P/∂φ + (U/2κ) ∂²P/∂u∂φ,   Ω = (e + U/2 + U e^{2u})/κ
 * (e = w − 2U for H = wn + (U/2)n(n−1)).  With σ = sign U, x = (u + σφ)/√2 diffuses forwards and
 * y = (u − σφ)/√2 backwards, both at the variance rate |U|/2κ.
 */
#ifndef QFPI_ENSEMBLE_KERR_FRAME_H
#define QFPI_ENSEMBLE_KERR_FRAME_H

#include <stdbool.h>

#include "io/config.h"

typedef struct qfp_kerr_frame {
    double strength, frequency; /* |U|/κ; σ(e + U/2)/κ: σΩ = frequency + strength e^{2u} */
    double sign;                /* σ */
} qfp_kerr_frame;

/* *found: one mode, U ≠ 0 and no other terms. */
qfp_status qfp_kerr_frame_read(const qfp_config *config, qfp_kerr_frame *out,
                               bool *found) QFP_MUST_USE;

#endif
