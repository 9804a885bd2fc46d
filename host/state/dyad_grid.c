#include "state/dyad_grid.h"

#include <cblas.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "state/one_mode.h"

enum { BLOCK_DOUBLES = 1 << 18 }; /* of the matrix for a block of points: 2 MiB, a cache */

static size_t basis_count(const qfp_dyad_grid *grid, int mode)
{
    return (size_t)grid->levels[mode] * (size_t)grid->levels[mode];
}

static size_t plane_count(const qfp_dyad_grid *grid, int mode)
{
    return grid->n_q[mode] * grid->n_p[mode];
}

qfp_status qfp_dyad_grid_sizes(const qfp_dyad_grid *grid, size_t *coefficients, size_t *points)
{
    size_t most = 1; /* bounds what stands between the two as well */
    *coefficients = *points = 1;
    for (int j = 0; j < grid->modes; j++) {
        size_t basis = basis_count(grid, j), plane = plane_count(grid, j);
        size_t larger = basis > plane ? basis : plane;
        if (basis == 0 || plane == 0 || larger > INT_MAX || most > SIZE_MAX / 16 / larger)
            return QFP_FAIL(QFP_MEMORY, "a state of %d modes is too large for a change of basis",
                            grid->modes);
        most *= larger;
        *coefficients *= basis;
        *points *= plane;
    }
    return QFP_OK;
}

/* place[m] of the row part of the coefficient index, Σ_j m_j d_j Π_{k>j} d_k², or of its column
 * part, Σ_j m_j Π_{k>j} d_k². */
static void fill_places(const qfp_dyad_grid *grid, size_t dimension, int is_row, size_t *place)
{
    for (size_t m = 0; m < dimension; m++) {
        size_t rest = m, stride = 1;
        place[m] = 0;
        for (int j = grid->modes - 1; j >= 0; j--) {
            size_t d = (size_t)grid->levels[j];
            place[m] += rest % d * (is_row ? d : 1) * stride;
            rest /= d;
            stride *= d * d;
        }
    }
}

static qfp_status create_places(const qfp_dyad_grid *grid, size_t *dimension, size_t **row,
                                size_t **column)
{
    *dimension = 1;
    for (int j = 0; j < grid->modes; j++)
        *dimension *= (size_t)grid->levels[j];
    QFP_TRY(QFP_ALLOCATE(*row, *dimension, "a change of basis"));
    QFP_TRY(QFP_ALLOCATE(*column, *dimension, "a change of basis"));
    fill_places(grid, *dimension, 1, *row);
    fill_places(grid, *dimension, 0, *column);
    return QFP_OK;
}

/* Per mode and pair m < n: (ρ_mn, ρ_nm) → ((ρ_mn + ρ_nm)/√2, (ρ_mn − ρ_nm)/(i√2)), or back. */
static void rotate_mode(const qfp_dyad_grid *grid, int mode, size_t count, int forward,
                        double complex *tensor)
{
    size_t d = (size_t)grid->levels[mode], inner = 1;
    for (int j = mode + 1; j < grid->modes; j++)
        inner *= basis_count(grid, j);
    for (size_t block = 0; block < count; block += d * d * inner)
        for (size_t m = 0; m < d; m++)
            for (size_t n = m + 1; n < d; n++) {
                double complex *upper = tensor + block + (m * d + n) * inner;
                double complex *lower = tensor + block + (n * d + m) * inner;
                for (size_t i = 0; i < inner; i++) {
                    double complex x = upper[i], y = lower[i];
                    upper[i] = sqrt(0.5) * (forward ? x + y : x + I * y);
                    lower[i] = sqrt(0.5) * (forward ? -I * (x - y) : x - I * y);
                }
            }
}

qfp_status qfp_dyads_from_matrix(const qfp_dyad_grid *grid, double weight,
                                 qfp_matrix_element element, const void *data, double *x)
{
    size_t count, points, dimension, *row = NULL, *column = NULL;
    double complex *tensor = NULL;
    qfp_status status;
    QFP_TRY(qfp_dyad_grid_sizes(grid, &count, &points));
    QFP_TRY_GOTO(create_places(grid, &dimension, &row, &column));
    QFP_TRY_GOTO(QFP_ALLOCATE(tensor, count, "a density matrix"));
    for (size_t m = 0; m < dimension; m++)
        for (size_t n = 0; n < dimension; n++)
            tensor[row[m] + column[n]] = element(data, m, n);
    for (int j = 0; j < grid->modes; j++)
        rotate_mode(grid, j, count, 1, tensor);
    for (size_t k = 0; k < count; k++)
        x[k] += weight * creal(tensor[k]);
done:
    free(row);
    free(column);
    free(tensor);
    return status;
}

qfp_status qfp_dyads_to_matrix(const qfp_dyad_grid *grid, const double *x, double complex *rho)
{
    size_t count, points, dimension, *row = NULL, *column = NULL;
    double complex *tensor = NULL;
    qfp_status status;
    QFP_TRY(qfp_dyad_grid_sizes(grid, &count, &points));
    QFP_TRY_GOTO(create_places(grid, &dimension, &row, &column));
    QFP_TRY_GOTO(QFP_ALLOCATE(tensor, count, "a density matrix"));
    for (size_t k = 0; k < count; k++)
        tensor[k] = x[k];
    for (int j = 0; j < grid->modes; j++)
        rotate_mode(grid, j, count, 0, tensor);
    for (size_t m = 0; m < dimension; m++)
        for (size_t n = 0; n < dimension; n++)
            rho[m * dimension + n] = tensor[row[m] + column[n]];
done:
    free(row);
    free(column);
    free(tensor);
    return status;
}

/* matrix[i][k] = u of B_k at the points first + i of a mode's plane. */
static void fill_block(const qfp_dyad_grid *grid, int mode, double c, size_t first, size_t points,
                       double complex *dyads, double *matrix)
{
    size_t d = (size_t)grid->levels[mode], n_p = grid->n_p[mode];
    for (size_t i = 0; i < points; i++) {
        double q = grid->q[mode][(first + i) / n_p], p = grid->p[mode][(first + i) % n_p];
        qfp_one_mode_number_dyads((int)d, c, (q + I * p) * sqrt(0.5), dyads);
        const double complex *u = dyads; /* of |n + band⟩⟨n| */
        for (size_t band = 0; band < d; band++)
            for (size_t n = 0; n + band < d; n++, u++) {
                double *row = matrix + i * d * d;
                if (band == 0) {
                    row[n * d + n] = creal(*u);
                } else {
                    row[n * d + n + band] = sqrt(2.0) * creal(*u);
                    row[(n + band) * d + n] = sqrt(2.0) * cimag(*u);
                }
            }
    }
}

/* Takes the first index of x, [first index][rest], to the end: out [rest][other index]. */
static qfp_status contract_mode(const qfp_dyad_grid *grid, int mode, double c, int to_grid,
                                size_t rest, const double *x, double *out)
{
    size_t basis = basis_count(grid, mode), plane = plane_count(grid, mode);
    size_t block = BLOCK_DOUBLES / basis + 1;
    double *matrix = NULL;
    double complex *dyads = NULL;
    qfp_status status;
    block = block < plane ? block : plane;
    QFP_TRY_GOTO(QFP_ALLOCATE(matrix, block * basis, "a change of basis"));
    QFP_TRY_GOTO(QFP_ALLOCATE(dyads, basis, "a change of basis"));
    double weight = 0.0; /* π d²α */
    if (!to_grid)
        weight = 0.5 * M_PI * (grid->q[mode][1] - grid->q[mode][0]) *
                 (grid->p[mode][1] - grid->p[mode][0]);
    for (size_t first = 0; first < plane; first += block) {
        size_t points = plane - first < block ? plane - first : block;
        fill_block(grid, mode, c, first, points, dyads, matrix);
        if (to_grid)
            cblas_dgemm(CblasRowMajor, CblasTrans, CblasTrans, (int)rest, (int)points, (int)basis,
                        1.0, x, (int)rest, matrix, (int)basis, 0.0, out + first, (int)plane);
        else
            cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (int)rest, (int)basis, (int)points,
                        weight, x + first * rest, (int)rest, matrix, (int)basis,
                        first > 0 ? 1.0 : 0.0, out, (int)basis);
    }
done:
    free(matrix);
    free(dyads);
    return status;
}

/* After one contraction per mode the modes stand in their old order. */
static qfp_status contract_all(const qfp_dyad_grid *grid, double c, int to_grid, const double *x,
                               double *out)
{
    size_t coefficients, points;
    double *from = NULL, *to = NULL;
    QFP_TRY(qfp_dyad_grid_sizes(grid, &coefficients, &points));
    size_t count = to_grid ? coefficients : points;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(from, count, "a change of basis"));
    memcpy(from, x, count * sizeof *from);
    for (int j = 0; j < grid->modes; j++) {
        size_t old = to_grid ? basis_count(grid, j) : plane_count(grid, j);
        size_t new = to_grid ? plane_count(grid, j) : basis_count(grid, j);
        size_t rest = count / old;
        if (rest > INT_MAX) { /* BLAS counts in int */
            status = QFP_FAIL(QFP_MEMORY, "a state of %d modes is too large for a change of basis",
                              grid->modes);
            goto done;
        }
        count = rest * new;
        QFP_TRY_GOTO(QFP_ALLOCATE(to, count, "a change of basis"));
        QFP_TRY_GOTO(contract_mode(grid, j, c, to_grid, rest, from, to));
        free(from);
        from = to;
        to = NULL;
    }
    memcpy(out, from, count * sizeof *out);
done:
    free(from);
    free(to);
    return status;
}

qfp_status qfp_dyads_to_grid(const qfp_dyad_grid *grid, double c, const double *x, double *u)
{
    return contract_all(grid, c, 1, x, u);
}

qfp_status qfp_dyads_from_grid(const qfp_dyad_grid *grid, const double *u, double *x)
{
    return contract_all(grid, 0.5, 0, u, x);
}
