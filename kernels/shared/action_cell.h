/* action_cell.h - one chain of the path-space Metropolis method for mixed boundary data.
 *
 * x runs forward from x_0 given, y backward from y_N given, both with variance rate d; the density
 * of paths on N slices of length ε is e^{−S},
 *     S = Σ_k ε { |Δx/ε − A_x|²/2d + |Δy/ε − A_y|²/2d + V },   V = ½(∂_x A_x − ∂_y A_y),
 * with A and V at the midpoints (x_k + x_{k+1})/2, (y_k + y_{k+1})/2.  With the free diffusions as
 * reference (covariance C = d min(t, t'), for y from the end), S = S_free + Φ.  A step proposes
 *     v = ((2 − δ) u + 2√(2δ) w − 2δ C DΦ(u)) / (2 + δ),   w ~ N(0, C),   u = path − boundary
 * and is taken with probability min(1, e^{ρ(u,v) − ρ(v,u)}),
 *     ρ(u, v) = Φ(u) + ½⟨v − u, DΦ(u)⟩ + δ/4 ⟨u + v, DΦ(u)⟩ + δ/4 ⟨DΦ(u), C DΦ(u)⟩,
 * whose acceptance does not depend on N (preconditioned Crank-Nicolson-Langevin).
 *
 * Linear A: V is constant and drops out.  Kerr, H = wn + (U/2)n(n−1) with U > 0, in ln α = u + iφ,
 * x = (u + φ)/√2, y = (u − φ)/√2, d = U/2κ:
 *     S = ∫ dt { [u'² + (φ' + Ω(u))²]κ/U − (U/κ) e^{2u} },   Ω = (w + U(e^{2u} − 3/2))/κ,
 * the path measure of |α|² Q; the mirror image φ → −φ serves U < 0.  DΦ grows like e^{4u}, and
 * chains that its full length throws far away would stay where they are: proposals and ρ use b DΦ
 * with b = min(1, 2/⟨DΦ, C DΦ⟩^{1/2}), for which ρ holds as for DΦ itself.
 */
#ifndef QFPI_SHARED_ACTION_CELL_H
#define QFPI_SHARED_ACTION_CELL_H

#include "backend.h"
#include "shared/philox.h"

/* Arrays of one path: x at slice k in [k], y in [slices + 1 + k].  Entries of an array lie `stride`
 * numbers apart: 1, or the number of paths at work beside each other on a device. */
static inline QFP_HD size_t qfpi_action_length(size_t slices)
{
    return 2 * (slices + 1);
}

/* A and V at a midpoint, with slope[i][j] = ∂_j A_i and pull[j] = ∂_j V (j = 0: x). */
typedef struct qfpi_action_flow {
    double a[2], slope[2][2], v, pull[2];
} qfpi_action_flow;

static inline QFP_HD qfpi_action_flow qfpi_action_flow_at(const qfp_action_spec *s, double x,
                                                          double y)
{
    const double root = 0.7071067811865476;
    qfpi_action_flow f = {{0.0, 0.0}, {{0.0, 0.0}, {0.0, 0.0}}, 0.0, {0.0, 0.0}};
    if (s->kind == QFP_ACTION_KERR) {
        double growth = s->strength * exp(2.0 * root * (x + y)); /* ½ dΩ/du */
        for (int i = 0; i < 2; ++i) {
            double sign = i == 0 ? -1.0 : 1.0;
            f.a[i] = sign * root * (s->frequency + growth);
            f.slope[i][0] = f.slope[i][1] = sign * growth;
            f.pull[i] = -2.0 * root * growth;
        }
        f.v = -growth;
        return f;
    }
    for (int i = 0; i < 2; ++i) {
        const double *row = s->drift[i];
        f.a[i] = row[0] * x + row[1] * y + row[2];
        f.slope[i][0] = row[0];
        f.slope[i][1] = row[1];
    }
    return f;
}

/* Φ(u) and its gradient; the entries of the fixed ends are 0. */
static inline QFP_HD double qfpi_action_phi(const qfp_action_spec *s, size_t stride,
                                            const double *u, double *g)
{
    size_t n = s->slices, m = n + 1;
    double eps = s->duration / (double)n, phi = 0.0;
    for (size_t k = 0; k < 2 * m; ++k)
        g[k * stride] = 0.0;
    for (size_t k = 0; k < n; ++k) {
        size_t x0 = k * stride, x1 = (k + 1) * stride;
        size_t y0 = (m + k) * stride, y1 = (m + k + 1) * stride;
        double x = s->begin + 0.5 * (u[x0] + u[x1]), y = s->end + 0.5 * (u[y0] + u[y1]);
        double step[2] = {u[x1] - u[x0], u[y1] - u[y0]};
        qfpi_action_flow f = qfpi_action_flow_at(s, x, y);
        double pull[2] = {eps * f.pull[0], eps * f.pull[1]}; /* ∂Φ/∂(midpoint) */
        phi += eps * f.v;
        for (int i = 0; i < 2; ++i) {
            double a = f.a[i], slope = (eps * a - step[i]) / s->rate;
            phi += (0.5 * eps * a - step[i]) * a / s->rate;
            pull[0] += slope * f.slope[i][0];
            pull[1] += slope * f.slope[i][1];
            g[i == 0 ? x0 : y0] += a / s->rate;
            g[i == 0 ? x1 : y1] -= a / s->rate;
        }
        g[x0] += 0.5 * pull[0];
        g[x1] += 0.5 * pull[0];
        g[y0] += 0.5 * pull[1];
        g[y1] += 0.5 * pull[1];
    }
    g[0] = g[(m + n) * stride] = 0.0;
    return phi;
}

/* C g: two running sums for x, the same from the other end for y. */
static inline QFP_HD void qfpi_action_covariance(const qfp_action_spec *s, size_t stride,
                                                 const double *g, double *out)
{
    size_t n = s->slices, m = n + 1;
    double scale = s->rate * s->duration / (double)n, sum = 0.0;
    for (size_t k = n; k > 0; --k)
        out[k * stride] = sum += g[k * stride];
    out[0] = 0.0;
    for (size_t k = 1; k <= n; ++k) {
        double tail = out[k * stride];
        out[k * stride] = out[(k - 1) * stride] + scale * tail;
    }
    sum = 0.0;
    for (size_t k = 0; k < n; ++k)
        out[(m + k) * stride] = sum += g[(m + k) * stride];
    out[(m + n) * stride] = 0.0;
    for (size_t k = n; k > 0; --k) {
        double tail = out[(m + k - 1) * stride];
        out[(m + k - 1) * stride] = out[(m + k) * stride] + scale * tail;
    }
}

/* g and C g times b of the head of this file, where the drift is not linear. */
static inline QFP_HD void qfpi_action_bound(const qfp_action_spec *s, size_t stride, double *g,
                                            double *cg)
{
    const double most = 2.0; /* standard deviations of the reference measure */
    size_t whole = qfpi_action_length(s->slices) * stride;
    double square = 0.0;
    if (s->kind == QFP_ACTION_LINEAR)
        return;
    for (size_t k = 0; k < whole; k += stride)
        square += g[k] * cg[k];
    double factor = square > most * most ? most / sqrt(square) : 1.0;
    for (size_t k = 0; k < whole; k += stride) {
        g[k] *= factor;
        cg[k] *= factor;
    }
}

/* A path of the reference measure, from blocks `block` on.  With merge = 2 it is the path of twice
 * as many slices at every second one: runs of both see the same noise. */
static inline QFP_HD void qfpi_action_free(const qfp_action_spec *s, size_t stride, uint64_t seed,
                                           uint64_t sequence, uint64_t block, double *w)
{
    size_t n = s->slices, m = n + 1, merge = (size_t)s->merge;
    double root = sqrt(s->rate * s->duration / (double)(n * merge));
    w[0] = w[(m + n) * stride] = 0.0;
    for (size_t k = 0; k < n; ++k) {
        double forward = 0.0, backward = 0.0;
        for (size_t part = 0; part < merge; ++part) {
            double a, b;
            qfpi_normal2(seed, sequence, block + k * merge + part, &a, &b);
            forward += a;
            backward += b;
        }
        w[(k + 1) * stride] = w[k * stride] + root * forward;
        w[(m + n - 1 - k) * stride] = w[(m + n - k) * stride] + root * backward;
    }
}

static inline QFP_HD double qfpi_action_rho(double delta, size_t length, size_t stride, double phi,
                                            const double *u, const double *v, const double *g,
                                            const double *cg)
{
    double sum = 0.0;
    for (size_t k = 0; k < length * stride; k += stride)
        sum += g[k] * (0.5 * (v[k] - u[k]) + 0.25 * delta * (u[k] + v[k] + cg[k]));
    return phi + sum;
}

/* One step of the chain; work: u, g, C g of the state, then the same of the proposal, each of
 * qfpi_action_length.  Returns whether the proposal was taken (it then lies in the first three). */
static inline QFP_HD int qfpi_action_cell(const qfp_action_spec *s, size_t stride, uint64_t seed,
                                          uint64_t sequence, uint64_t sweep, double *phi,
                                          double *work)
{
    size_t length = qfpi_action_length(s->slices), whole = length * stride;
    double *u = work, *g = u + whole, *cg = g + whole, *v = cg + whole;
    double *gv = v + whole, *cgv = gv + whole, delta = s->virtual_step;
    uint64_t block = (sweep + 1) << 32;
    qfpi_action_free(s, stride, seed, sequence, block, v);
    for (size_t k = 0; k < whole; k += stride)
        v[k] = ((2.0 - delta) * u[k] + 2.0 * sqrt(2.0 * delta) * v[k] - 2.0 * delta * cg[k]) /
               (2.0 + delta);
    double phi_v = qfpi_action_phi(s, stride, v, gv);
    qfpi_action_covariance(s, stride, gv, cgv);
    qfpi_action_bound(s, stride, gv, cgv);
    double log_ratio = qfpi_action_rho(delta, length, stride, *phi, u, v, g, cg) -
                       qfpi_action_rho(delta, length, stride, phi_v, v, u, gv, cgv);
    qfpi_random4 r = qfpi_philox(seed, sequence, block + s->slices * (size_t)s->merge);
    if (!(log(qfpi_uniform(r.word[0], r.word[1])) < log_ratio))
        return 0; /* also where a proposal overflowed and the ratio is not a number */
    for (size_t k = 0; k < 3 * whole; k += stride)
        work[k] = work[3 * whole + k];
    *phi = phi_v;
    return 1;
}

/* All sweeps of the chain of one path, from a free diffusion; returns how many proposals were
 * taken.  work: 6 arrays. */
static inline QFP_HD size_t qfpi_action_chain(const qfp_action_spec *s, size_t stride,
                                              uint64_t seed, uint64_t sequence, double *work)
{
    size_t whole = qfpi_action_length(s->slices) * stride, taken = 0;
    qfpi_action_free(s, stride, seed, sequence, 0, work);
    double phi = qfpi_action_phi(s, stride, work, work + whole);
    qfpi_action_covariance(s, stride, work + whole, work + 2 * whole);
    qfpi_action_bound(s, stride, work + whole, work + 2 * whole);
    for (size_t sweep = 0; sweep < s->sweeps; ++sweep)
        taken += (size_t)qfpi_action_cell(s, stride, seed, sequence, sweep, &phi, work);
    return taken;
}

/* Re α and Im α of the path at a slice. */
static inline QFP_HD void qfpi_action_at(const qfp_action_spec *s, size_t stride,
                                         const double *work, size_t slice, double *re, double *im)
{
    const double root = 0.7071067811865476;
    double x = s->begin + work[slice * stride];
    double y = s->end + work[(s->slices + 1 + slice) * stride];
    if (s->kind == QFP_ACTION_KERR) {
        double r = exp(root * (x + y)), angle = s->turn[0] * root * (x - y);
        *re = r * cos(angle);
        *im = r * sin(angle);
        return;
    }
    *re = root * (s->turn[0] * y - s->turn[1] * x);
    *im = root * (s->turn[1] * y + s->turn[0] * x);
}

#endif
