/* leaving.c - of the drift K and the channels c of ρ, with P on the kept levels and Q = 1 − P,
 *     (L − L_P) ρ = X + X† + Σ γ Q cρc† Q,     X = Q K ρ + Σ γ Q cρc† P.
 * The trace norm of a matrix is at most the sum of the norms of its rows; that of Q K ρ is also at most
 * √Tr Q K ρ K† Q.  The parts of a drive are added up by size. */
#include "reference/leaving.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NOISE 1e-15 /* amplitudes of a computed ket below are rounding */

static double norm_squared(double complex z)
{
    return creal(z) * creal(z) + cimag(z) * cimag(z);
}

/* row [n] = row i of A ρ */
static void image_row(const qfp_sparse *a, size_t i, size_t n, const double complex *rho,
                      double complex *row)
{
    memset(row, 0, n * sizeof *row);
    for (size_t e = a->row[i]; e < a->row[i + 1]; e++) {
        const double complex *from = rho + (size_t)a->column[e] * n;
        double re = creal(a->value[e]), im = cimag(a->value[e]);
        for (size_t k = 0; k < n; k++)
            row[k] += CMPLX(re * creal(from[k]) - im * cimag(from[k]),
                            re * cimag(from[k]) + im * creal(from[k]));
    }
}

/* Σ_k row_k A*_ik */
static double complex times_adjoint(const double complex *row, const qfp_sparse *a, size_t i)
{
    double complex sum = 0.0;
    for (size_t e = a->row[i]; e < a->row[i + 1]; e++)
        sum += row[a->column[e]] * conj(a->value[e]);
    return sum;
}

static void share(const qfp_border *border, size_t i, double rate, qfp_leaving *out)
{
    for (int j = 0; j < QFP_MAX_MODES; j++)
        out->by_mode[j] += (border->leaves[i] >> j & 1) != 0 ? rate : 0.0;
}

static void add_drift(const qfp_border *border, size_t n, double factor, const double complex *rho,
                      double complex *row, qfp_leaving *out)
{
    double rows = 0.0, population = 0.0;
    for (size_t i = 0; i < border->matrix.dim; i++) {
        double squared = 0.0;
        image_row(&border->matrix, i, n, rho, row);
        for (size_t k = 0; k < n; k++)
            squared += norm_squared(row[k]);
        rows += sqrt(squared);
        population += fmax(creal(times_adjoint(row, &border->matrix, i)), 0.0);
        share(border, i, 2.0 * factor * sqrt(squared), out);
    }
    out->rate += 2.0 * factor * fmin(rows, sqrt(population));
    out->amplitude += factor * sqrt(population);
}

static void add_jump(const qfp_jump_matrix *jump, size_t n, double factor,
                     const double complex *rho, double complex *row, qfp_leaving *out)
{
    const qfp_border *border = &jump->border;
    for (size_t i = 0; i < border->matrix.dim; i++) {
        double squared = 0.0;
        image_row(&border->matrix, i, n, rho, row);
        for (size_t j = 0; j < n; j++)
            squared += norm_squared(times_adjoint(row, &jump->matrix, j));
        double population = fmax(creal(times_adjoint(row, &border->matrix, i)), 0.0);
        double rate = factor * (2.0 * sqrt(squared) + population);
        out->rate += rate;
        out->population += factor * population;
        share(border, i, rate, out);
    }
}

qfp_status qfp_leaving_density(const qfp_part_matrices *m, const double *phi,
                               const double complex *rho, qfp_leaving *out)
{
    double complex *row = NULL;
    *out = (qfp_leaving){0};
    QFP_TRY(QFP_ALLOCATE(row, m->dim, "a row of a density matrix"));
    for (size_t p = 0; p < m->count; p++) {
        const qfp_part_matrix *part = &m->parts[p];
        add_drift(&part->border, m->dim, fabs(phi[p]), rho, row, out);
        for (size_t k = 0; k < part->jump_count; k++)
            add_jump(&part->jumps[k], m->dim, fabs(phi[p] * part->jumps[k].weight), rho, row, out);
    }
    free(row);
    return QFP_OK;
}

/* ‖Q K ψ‖ of one ket by one part; `clipped` is the ket without rounding. */
static double leaves_ket(const qfp_border *border, double factor, const double complex *clipped,
                         qfp_leaving *out)
{
    const qfp_sparse *a = &border->matrix;
    double squared = 0.0, through[QFP_MAX_MODES] = {0.0};
    for (size_t i = 0; i < a->dim; i++) {
        double complex sum = 0.0;
        for (size_t e = a->row[i]; e < a->row[i + 1]; e++)
            sum += a->value[e] * clipped[a->column[e]];
        squared += norm_squared(sum);
        for (int j = 0; j < QFP_MAX_MODES; j++)
            through[j] += (border->leaves[i] >> j & 1) != 0 ? norm_squared(sum) : 0.0;
    }
    for (int j = 0; j < QFP_MAX_MODES; j++)
        out->by_mode[j] += 2.0 * factor * sqrt(through[j]);
    return sqrt(squared);
}

qfp_status qfp_leaving_kets(const qfp_part_matrices *m, const double *phi, size_t count,
                            const double *weight, const double complex *kets, qfp_leaving *out)
{
    double complex *clipped = NULL;
    double squared = 0.0;
    *out = (qfp_leaving){0};
    QFP_TRY(QFP_ALLOCATE(clipped, m->dim, "a ket"));
    for (size_t k = 0; k < count; k++) {
        double amplitude = 0.0;
        for (size_t i = 0; i < m->dim; i++) {
            double complex c = kets[k * m->dim + i];
            clipped[i] = fabs(creal(c)) + fabs(cimag(c)) < NOISE ? 0.0 : c;
        }
        for (size_t p = 0; p < m->count; p++)
            amplitude += fabs(phi[p]) *
                         leaves_ket(&m->parts[p].border, weight[k] * fabs(phi[p]), clipped, out);
        out->rate += 2.0 * weight[k] * amplitude;
        squared += weight[k] * amplitude * amplitude;
    }
    out->amplitude = sqrt(squared);
    free(clipped);
    return QFP_OK;
}
