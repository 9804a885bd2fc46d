#include "state/file_density.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/hermitian.h"
#include "io/snapshot.h"

enum { MAX_RANK = 16 };
/* Of trace, hermiticity and sign: files may hold single precision. */
#define DENSITY_TOLERANCE 1e-6

void qfp_file_density_destroy(qfp_file_density *file)
{
    if (file == NULL)
        return;
    free(file->value);
    *file = (qfp_file_density){0};
}

static qfp_status wrong_shape(const char *path, const char *dataset, int modes, int rank)
{
    return QFP_FAIL(QFP_CONFIG,
                    "%s: %s has %d axes; expected a ket or a density matrix of %d mode%s%s", path,
                    dataset, rank, modes, modes == 1 ? "" : "s",
                    modes == 1 ? ", or a Q grid beside /axes/x and /axes/p" : "");
}

static bool halves_agree(int rank, const size_t *shape)
{
    for (int j = 0; j < rank / 2; j++)
        if (shape[j] != shape[rank / 2 + j])
            return false;
    return rank % 2 == 0;
}

static bool classify(int rank, const size_t *shape, qfp_file_density *out)
{
    int modes = out->modes;
    if (rank == modes || rank == 1)
        out->is_matrix = false;
    else if ((rank == 2 * modes || rank == 2) && halves_agree(rank, shape))
        out->is_matrix = true;
    else
        return false;
    int axes = out->is_matrix ? rank / 2 : rank;
    out->is_flat = axes != modes;
    out->dimension = 1;
    for (int j = 0; j < axes; j++) {
        if (shape[j] == 0 || shape[j] > INT_MAX)
            return false;
        if (!out->is_flat)
            out->levels[j] = (int)shape[j];
        out->dimension *= shape[j];
    }
    return true;
}

static qfp_status normalise_ket(const char *path, const char *dataset, qfp_file_density *f)
{
    double largest = 0.0, norm = 0.0;
    for (size_t i = 0; i < f->dimension; i++)
        largest = fmax(largest, cabs(f->value[i]));
    if (!(largest > 0.0))
        return QFP_FAIL(QFP_CONFIG, "%s: the ket %s is zero", path, dataset);
    for (size_t i = 0; i < f->dimension; i++) { /* no square may over- or underflow */
        f->value[i] /= largest;
        norm += creal(f->value[i] * conj(f->value[i]));
    }
    for (size_t i = 0; i < f->dimension; i++)
        f->value[i] /= sqrt(norm);
    return QFP_OK;
}

static qfp_status check_positive(const char *path, const char *dataset, const qfp_file_density *f)
{
    bool is_positive;
    QFP_TRY(qfpi_hermitian_is_positive(f->dimension, f->value, DENSITY_TOLERANCE, &is_positive));
    if (!is_positive)
        return QFP_FAIL(QFP_CONFIG, "%s: %s is no density matrix: it has an eigenvalue below %.0e",
                        path, dataset, -DENSITY_TOLERANCE);
    return QFP_OK;
}

static qfp_status check_matrix(const char *path, const char *dataset, const qfp_file_density *f)
{
    size_t d = f->dimension;
    double complex trace = 0.0;
    double defect = 0.0;
    for (size_t m = 0; m < d; m++) {
        trace += f->value[m * d + m];
        for (size_t n = 0; n <= m; n++)
            defect = fmax(defect, cabs(f->value[m * d + n] - conj(f->value[n * d + m])));
    }
    if (!(cabs(trace - 1.0) <= DENSITY_TOLERANCE && defect <= DENSITY_TOLERANCE))
        return QFP_FAIL(QFP_CONFIG,
                        "%s: %s is no density matrix: trace %.8g%+.2gi (expected 1), Hermitian to "
                        "%.2g",
                        path, dataset, creal(trace), cimag(trace), defect);
    return check_positive(path, dataset, f);
}

static qfp_status check_values(const char *path, const char *dataset, qfp_file_density *f)
{
    size_t count = f->is_matrix ? f->dimension * f->dimension : f->dimension;
    for (size_t i = 0; i < count; i++)
        if (!isfinite(creal(f->value[i])) || !isfinite(cimag(f->value[i])))
            return QFP_FAIL(QFP_CONFIG, "%s: %s holds a NaN or an infinity", path, dataset);
    return f->is_matrix ? check_matrix(path, dataset, f) : normalise_ket(path, dataset, f);
}

qfp_status qfp_file_density_read(const char *path, const char *dataset, int modes,
                                 qfp_file_density *out)
{
    int rank, is_complex;
    size_t shape[MAX_RANK];
    double *data = NULL;
    *out = (qfp_file_density){.modes = modes};
    QFP_TRY(qfp_hdf5_read(path, dataset, &rank, shape, &is_complex, &data));
    qfp_status status = QFP_OK;
    if (modes == 1 && !is_complex && (rank == 2 || rank == 3) &&
        qfp_hdf5_has_axis(path, "/axes/x", shape[rank - 2]) &&
        qfp_hdf5_has_axis(path, "/axes/p", shape[rank - 1])) {
        out->is_grid = true;
        goto done;
    }
    bool pairs = !is_complex && rank >= 2 && shape[rank - 1] == 2 &&
                 (rank - 1 == modes || rank - 1 == 2 * modes || rank == 2) &&
                 !(rank == 2 * modes && halves_agree(rank, shape));
    if (!classify(pairs ? rank - 1 : rank, shape, out)) {
        status = wrong_shape(path, dataset, modes, rank);
        goto done;
    }
    size_t count = out->is_matrix ? out->dimension * out->dimension : out->dimension;
    QFP_TRY_GOTO(QFP_ALLOCATE(out->value, count, "a state from a file"));
    for (size_t i = 0; i < count; i++)
        out->value[i] = is_complex || pairs ? CMPLX(data[2 * i], data[2 * i + 1]) : data[i];
    status = check_values(path, dataset, out);
done:
    free(data);
    if (status != QFP_OK)
        qfp_file_density_destroy(out);
    return status;
}

double complex qfp_file_density_element(const qfp_file_density *file, size_t m, size_t n)
{
    return file->is_matrix ? file->value[m * file->dimension + n]
                           : file->value[m] * conj(file->value[n]);
}

/* population[levels[mode]] of one mode, the others traced out; not for flat files. */
static void populations(const qfp_file_density *file, int mode, double *population)
{
    size_t stride = 1, levels = (size_t)file->levels[mode];
    for (int j = mode + 1; j < file->modes; j++)
        stride *= (size_t)file->levels[j];
    memset(population, 0, levels * sizeof *population);
    for (size_t m = 0; m < file->dimension; m++)
        population[m / stride % levels] += creal(qfp_file_density_element(file, m, m));
}

qfp_status qfp_file_density_occupied(const qfp_file_density *file, int mode, double cut,
                                     int *levels)
{
    double *population = NULL, outside = 0.0;
    QFP_TRY(QFP_ALLOCATE(population, file->levels[mode], "the populations of a mode"));
    populations(file, mode, population);
    *levels = file->levels[mode];
    while (*levels > 1) {
        outside += fabs(population[*levels - 1]);
        if (outside > 0.0 && outside >= cut)
            break;
        --*levels;
    }
    free(population);
    return QFP_OK;
}
