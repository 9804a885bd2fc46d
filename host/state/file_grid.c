#include "state/file_grid.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/snapshot.h"

#define NOISE_FLOOR                                                                                \
    1e-10 /* of the largest Q̂: files of doubles carry about 1e-12 of their own noise */

typedef struct q_grid {
    size_t nx, np;
    double *x, *p, *q; /* q [nx][np] */
} q_grid;

static void grid_destroy(q_grid *f)
{
    free(f->x);
    free(f->p);
    free(f->q);
}

static qfp_status read_axis(const char *path, const char *dataset, size_t expected, double **axis)
{
    int rank, is_complex;
    size_t shape[16];
    QFP_TRY(qfp_hdf5_read(path, dataset, &rank, shape, &is_complex, axis));
    if (rank == 1 && shape[0] == expected && !is_complex)
        return QFP_OK;
    free(*axis);
    *axis = NULL;
    return QFP_FAIL(QFP_CONFIG, "%s: %s does not match the dataset", path, dataset);
}

static qfp_status read_grid(const char *path, const char *dataset, q_grid *out)
{
    int rank, is_complex;
    size_t shape[16];
    double *data = NULL;
    *out = (q_grid){0};
    QFP_TRY(qfp_hdf5_read(path, dataset, &rank, shape, &is_complex, &data));
    qfp_status status;
    if (is_complex || rank < 2 || rank > 3 || shape[0] == 0) {
        status =
            QFP_FAIL(QFP_CONFIG, "%s: %s has %d axes; expected a Q grid [nx, np] or [T, nx, np]",
                     path, dataset, rank);
        goto done;
    }
    size_t nx = shape[rank - 2], np = shape[rank - 1];
    out->nx = nx;
    out->np = np;
    if (nx < 2 || np < 2) {
        status = QFP_FAIL(QFP_CONFIG, "%s: %s is %zu by %zu points; a Q grid needs two each way",
                          path, dataset, nx, np);
        goto done;
    }
    QFP_TRY_GOTO(read_axis(path, "/axes/x", nx, &out->x));
    QFP_TRY_GOTO(read_axis(path, "/axes/p", np, &out->p));
    QFP_TRY_GOTO(QFP_ALLOCATE(out->q, nx * np, "a Q grid"));
    memcpy(out->q, data + (rank == 3 ? (shape[0] - 1) * nx * np : 0), nx * np * sizeof *data);
done:
    free(data);
    if (status != QFP_OK)
        grid_destroy(out);
    return status;
}

/* F[k][i] = e^{-i κ_k x_i} Δx with κ_k = 2π(k − n/2)/(nΔx); the file's grid taken as one period. */
static qfp_status fourier_sum(size_t n, const double *x, double **wavenumber,
                              double complex **forward)
{
    double spacing = (x[n - 1] - x[0]) / (double)(n - 1);
    QFP_TRY(QFP_ALLOCATE(*wavenumber, n, "wavenumbers of a Q grid"));
    QFP_TRY(QFP_ALLOCATE(*forward, n * n, "the transform of a Q grid"));
    for (size_t k = 0; k < n; k++) {
        double kappa = 2.0 * M_PI * ((double)k - (double)(n / 2)) / ((double)n * spacing);
        (*wavenumber)[k] = kappa;
        for (size_t i = 0; i < n; i++)
            (*forward)[k * n + i] = cexp(-I * kappa * x[i]) * spacing;
    }
    return QFP_OK;
}

/* u(Q_i, P_k) = ∫∫ d²k/(2π)² e^{ikz} Q̂(k) e^{+ck²/2}, cut where |Q̂| is below the noise floor. */
static qfp_status deconvolve(const q_grid *f, double c, int n, const double *q, const double *p,
                             double complex *table, char *warning, size_t size)
{
    double *kx = NULL, *kp = NULL;
    double complex *fx = NULL, *fp = NULL, *half = NULL, *spectrum = NULL;
    size_t nx = f->nx, np = f->np;
    qfp_status status;
    QFP_TRY_GOTO(fourier_sum(nx, f->x, &kx, &fx));
    QFP_TRY_GOTO(fourier_sum(np, f->p, &kp, &fp));
    QFP_TRY_GOTO(QFP_ALLOCATE(half, nx * np, "the transform of a Q grid"));
    QFP_TRY_GOTO(QFP_ALLOCATE(spectrum, nx * np, "the transform of a Q grid"));
    for (size_t k = 0; k < nx; k++)
        for (size_t j = 0; j < np; j++)
            for (size_t i = 0; i < nx; i++)
                half[k * np + j] += fx[k * nx + i] * f->q[i * np + j];
    double largest = 0.0;
    for (size_t k = 0; k < nx; k++)
        for (size_t l = 0; l < np; l++) {
            for (size_t j = 0; j < np; j++)
                spectrum[k * np + l] += fp[l * np + j] * half[k * np + j];
            largest = fmax(largest, cabs(spectrum[k * np + l]));
        }
    double kept_radius = 0.0, cut_weight = 0.0;
    for (size_t k = 0; k < nx; k++)
        for (size_t l = 0; l < np; l++) {
            double squared = kx[k] * kx[k] + kp[l] * kp[l];
            double complex *value = &spectrum[k * np + l];
            /* |Tr ρ D(k)| ≤ 1 for every state: what is amplified beyond it was no part of one */
            bool impossible = cabs(*value) * exp(0.5 * c * squared) > 1.001 * largest;
            if (cabs(*value) < NOISE_FLOOR * largest || impossible) {
                cut_weight = fmax(cut_weight, cabs(*value) / largest);
                *value = 0.0;
            } else {
                kept_radius = fmax(kept_radius, sqrt(squared));
                *value *= exp(0.5 * c * squared);
            }
        }
    double norm = creal(spectrum[(nx / 2) * np + np / 2]) / 2.0; /* ∫Q d²α = Q̂(0)/2 */
    if (!(norm > 0.0)) {
        status = QFP_FAIL(QFP_CONFIG, "initial.file: the Q grid has no positive integral");
        goto done;
    }
    double dk = (kx[1] - kx[0]) * (kp[1] - kp[0]) / (4.0 * M_PI * M_PI * norm);
    for (int i = 0; i < n; i++)
        for (size_t l = 0; l < np; l++) {
            double complex column = 0.0;
            for (size_t k = 0; k < nx; k++)
                column += spectrum[k * np + l] * cexp(I * kx[k] * q[i]);
            for (int j = 0; j < n; j++)
                table[i * n + j] += column * cexp(I * kp[l] * p[j]) * dk;
        }
    bool inside = q[0] >= f->x[0] && p[0] >= f->p[0];
    if (!inside) /* one period of the file only: nothing is known outside */
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                if (q[i] < f->x[0] || q[i] > f->x[nx - 1] || p[j] < f->p[0] || p[j] > f->p[np - 1])
                    table[i * n + j] = 0.0;
    snprintf(
        warning, size,
        "initial.file: the Q grid was divided by its Gaussian for wavenumbers up to %.3g only; "
        "everything below %.0e of the largest component (up to %.1e) was cut as noise",
        kept_radius, NOISE_FLOOR, cut_weight);
done:
    free(kx);
    free(kp);
    free(fx);
    free(fp);
    free(half);
    free(spectrum);
    return status;
}

qfp_status qfp_file_grid_table(const char *path, const char *dataset, double c, int n,
                               const double *q, const double *p, double complex *table,
                               char *warning, size_t size)
{
    q_grid f;
    QFP_TRY(read_grid(path, dataset, &f));
    qfp_status status = deconvolve(&f, c, n, q, p, table, warning, size);
    grid_destroy(&f);
    return status;
}

qfp_status qfp_file_grid_radius(const char *path, const char *dataset, double *radius)
{
    q_grid f;
    double largest = 0.0;
    QFP_TRY(read_grid(path, dataset, &f));
    *radius = 0.0;
    for (size_t i = 0; i < f.nx * f.np; i++)
        largest = fmax(largest, f.q[i]);
    for (size_t i = 0; i < f.nx; i++)
        for (size_t j = 0; j < f.np; j++)
            if (f.q[i * f.np + j] > 1e-3 * largest)
                *radius = fmax(*radius, hypot(f.x[i], f.p[j]));
    grid_destroy(&f);
    return QFP_OK;
}
