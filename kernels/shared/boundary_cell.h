/* boundary_cell.h - one path of the forward-backward ensemble: its boundary values and its steps.
 *
 * In the eigenframe of a decoupled quadratic Hamiltonian, H = κg qp with g > 0, diffusion is −g/2
 * along q and +g/2 along p: q runs backwards from T, p forwards from 0, both the process
 *     dz = −g z ds + √g dW,   z(s + h) = e^{−gh} z(s) + √((1 − e^{−2gh})/2) ξ   (exactly).
 * Boundary values come from sums f(z) = Σ_k e^{Re E_k(z)} cos(Im E_k(z)) of Gaussians with complex
 * exponents.  |f| lies below the sum of the moduli, a mixture of real Gaussians: a draw from it is
 * kept with probability |f| / Σ_k e^{Re E_k} and carries the sign of f.
 */
#ifndef QFPI_SHARED_BOUNDARY_CELL_H
#define QFPI_SHARED_BOUNDARY_CELL_H

#include "backend.h"
#include "shared/draw_cell.h"

static inline QFP_HD double qfpi_exponent(const double e[6], double z0, double z1)
{
    return (e[0] * z0 + e[1] * z1 + e[3]) * z0 + (e[2] * z1 + e[4]) * z1 + e[5];
}

static inline QFP_HD void qfpi_draw_normal2(qfpi_draws *d, double *first, double *second)
{
    double radius = sqrt(-2.0 * log(qfpi_draw_uniform(d)));
    double angle = 6.283185307179586 * qfpi_draw_uniform(d);
    *first = radius * sin(angle);
    *second = radius * cos(angle);
}

/* f(z) into *value; returns |f| over its bound. */
static inline QFP_HD double qfpi_boundary_share(size_t count, const qfp_gaussian_term *terms,
                                                double z0, double z1, double *value)
{
    double sum = 0.0, bound = 0.0;
    for (size_t k = 0; k < count; ++k) {
        double modulus = exp(qfpi_exponent(terms[k].re, z0, z1));
        sum += modulus * cos(qfpi_exponent(terms[k].im, z0, z1));
        bound += modulus;
    }
    *value = sum;
    return bound > 0.0 ? fabs(sum) / bound : 1.0;
}

/* (z0, z1) from |f|; returns the sign of f there. */
static inline QFP_HD double qfpi_boundary_draw(qfpi_draws *d, size_t count,
                                               const qfp_gaussian_term *terms, double *z0,
                                               double *z1)
{
    double value = 0.0;
    for (int trial = 0; trial < 1000000; ++trial) {
        double target = qfpi_draw_uniform(d) * terms[count - 1].mass_until, a, b;
        size_t k = 0;
        while (k + 1 < count && terms[k].mass_until <= target)
            ++k;
        qfpi_draw_normal2(d, &a, &b);
        *z0 = terms[k].mean[0] + terms[k].root[0] * a;
        *z1 = terms[k].mean[1] + terms[k].root[1] * a + terms[k].root[2] * b;
        if (qfpi_draw_uniform(d) < qfpi_boundary_share(count, terms, *z0, *z1, &value))
            break;
    }
    return value < 0.0 ? -1.0 : 1.0;
}

/* ∫ dz1 e^{Re E(z0, z1)} up to √(2π), its centre and its width. */
static inline QFP_HD double qfpi_slice(const qfp_gaussian_term *t, double z0, double *centre,
                                       double *width)
{
    double precision = -2.0 * t->re[2], slope = t->re[1] * z0 + t->re[4];
    *centre = slope / precision;
    *width = sqrt(1.0 / precision);
    return exp((t->re[0] * z0 + t->re[3]) * z0 + t->re[5] + 0.5 * slope * *centre) * *width;
}

/* z1 from f(z0, ·) ≥ 0 at the given z0. */
static inline QFP_HD double qfpi_boundary_slice(qfpi_draws *d, size_t count,
                                                const qfp_gaussian_term *terms, double z0)
{
    double centre = 0.0, width = 1.0, total = 0.0, z1 = 0.0, value;
    for (size_t k = 0; k < count; ++k)
        total += qfpi_slice(&terms[k], z0, &centre, &width);
    for (int trial = 0; trial < 1000000; ++trial) {
        double target = qfpi_draw_uniform(d) * total, sum = 0.0, a, b;
        for (size_t k = 0; k < count; ++k) {
            sum += qfpi_slice(&terms[k], z0, &centre, &width);
            if (sum > target)
                break;
        }
        qfpi_draw_normal2(d, &a, &b);
        z1 = centre + width * a;
        if (qfpi_draw_uniform(d) < qfpi_boundary_share(count, terms, z0, z1, &value))
            break;
    }
    return z1;
}

static inline QFP_HD double qfpi_decay_spread(double decay)
{
    return sqrt(0.5 * (1.0 - decay) * (1.0 + decay));
}

/* Both noises of the interval `node`: of q going back over it, of p going forward. */
static inline QFP_HD void qfpi_boundary_noise(uint64_t seed, uint64_t sequence, uint64_t node,
                                              double *backward, double *forward)
{
    qfpi_normal2(seed, sequence, node << 24, backward, forward);
}

static inline QFP_HD qfpi_complex qfpi_boundary_to_lab(const qfp_boundary_spec *s, double q,
                                                       double p)
{
    const double root = 0.7071067811865476;
    qfpi_complex alpha = {s->centre[0] + root * (s->turn[0] * q - s->turn[1] * p),
                          s->centre[1] + root * (s->turn[1] * q + s->turn[0] * p)};
    return alpha;
}

/* α at t = 0; *weight is +1 or −1. */
static inline QFP_HD qfpi_complex qfpi_boundary_begin(const qfp_boundary_spec *s, uint64_t seed,
                                                      uint64_t sequence, double *weight)
{
    qfpi_draws d = {seed, sequence, 0};
    double q, p, ignored;
    *weight = qfpi_boundary_draw(&d, s->end_count, s->end, &q, &p);
    if (s->initialisation == QFP_BOUNDARY_INDEPENDENT)
        qfpi_boundary_draw(&d, s->begin_count, s->begin, &ignored, &p);
    for (size_t node = s->node_count; node-- > 0;) {
        double backward, forward;
        qfpi_boundary_noise(seed, sequence, node, &backward, &forward);
        q = s->decay[node] * q + qfpi_decay_spread(s->decay[node]) * backward;
    }
    if (s->initialisation == QFP_BOUNDARY_CONDITIONAL)
        p = qfpi_boundary_slice(&d, s->begin_count, s->begin, q);
    return qfpi_boundary_to_lab(s, q, p);
}

/* From the begin to the end of interval `node`.  q was made backwards: its step is undone with the
 * same noise, which multiplies the rounding of q by e^{gh} as it does q. */
static inline QFP_HD qfpi_complex qfpi_boundary_cell(const qfp_boundary_spec *s, uint64_t seed,
                                                     uint64_t sequence, uint64_t node,
                                                     qfpi_complex alpha)
{
    const double root = 1.4142135623730951;
    double x = root * (alpha.re - s->centre[0]), y = root * (alpha.im - s->centre[1]);
    double q = s->turn[0] * x + s->turn[1] * y, p = s->turn[0] * y - s->turn[1] * x;
    double decay = s->decay[node], spread = qfpi_decay_spread(decay), backward, forward;
    qfpi_boundary_noise(seed, sequence, node, &backward, &forward);
    return qfpi_boundary_to_lab(s, (q - spread * backward) / decay, decay * p + spread * forward);
}

#endif
