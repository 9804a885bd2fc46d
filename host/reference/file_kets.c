#include "reference/file_kets.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/hermitian.h"
#include "io/snapshot.h"

#define MAX_RANK 16
#define DENSITY_TOLERANCE 1e-6 /* of trace and hermiticity: files may hold single precision */
#define WEIGHT_FLOOR 1e-16     /* eigenvalues that are rounding */

typedef struct contents {
    bool is_density, is_flat;
    size_t dim;                  /* of the file's basis */
    size_t shape[QFP_MAX_MODES]; /* unless is_flat */
    double complex *value;
} contents;

static qfp_status wrong_shape(const qfp_state *state, int modes, int rank)
{
    return QFP_FAIL(QFP_CONFIG,
                    "%s: %s has %d axes that are neither a ket nor a density matrix of %d mode%s",
                    state->path, state->dataset, rank, modes, modes == 1 ? "" : "s");
}

/* Real [.., nx, np] next to axes of these lengths: a Husimi function. */
static bool is_grid(const qfp_state *state, int rank, const size_t *shape)
{
    return rank >= 2 && qfp_hdf5_has_axis(state->path, "/axes/x", shape[rank - 2]) &&
           qfp_hdf5_has_axis(state->path, "/axes/p", shape[rank - 1]);
}

static bool is_doubled(int rank, const size_t *shape)
{
    for (int j = 0; j < rank / 2; j++)
        if (shape[j] != shape[rank / 2 + j])
            return false;
    return rank % 2 == 0;
}

static qfp_status classify(const qfp_state *state, int modes, int rank, const size_t *shape,
                           contents *out)
{
    if (rank == modes || rank == 1)
        out->is_density = false;
    else if ((rank == 2 * modes || rank == 2) && is_doubled(rank, shape))
        out->is_density = true;
    else
        return wrong_shape(state, modes, rank);
    int axes = out->is_density ? rank / 2 : rank;
    out->is_flat = axes != modes;
    out->dim = 1;
    for (int j = 0; j < axes; j++) {
        out->shape[j] = shape[j];
        out->dim *= shape[j];
    }
    return out->dim > 0 ? QFP_OK : wrong_shape(state, modes, rank);
}

static qfp_status load(const qfp_state *state, int modes, contents *out)
{
    int rank, is_complex;
    size_t shape[MAX_RANK];
    double *data = NULL;
    *out = (contents){0};
    QFP_TRY(qfp_hdf5_read(state->path, state->dataset, &rank, shape, &is_complex, &data));
    qfp_status status;
    if (!is_complex && is_grid(state, rank, shape)) {
        status = QFP_FAIL(QFP_UNSUPPORTED,
                          "%s: %s is a Q grid, which the reference cannot turn into kets; give a "
                          "ket or a density matrix, or use basis: fourier",
                          state->path, state->dataset);
        goto done;
    }
    bool pairs = !is_complex && rank >= 2 && shape[rank - 1] == 2 &&
                 (rank - 1 == modes || rank - 1 == 2 * modes || rank == 2) &&
                 !(rank == 2 * modes && is_doubled(rank, shape));
    if (pairs)
        rank--;
    QFP_TRY_GOTO(classify(state, modes, rank, shape, out));
    size_t count = out->is_density ? out->dim * out->dim : out->dim;
    QFP_TRY_GOTO(QFP_ALLOCATE(out->value, count, "a state from a file"));
    for (size_t i = 0; i < count; i++)
        out->value[i] = is_complex || pairs ? CMPLX(data[2 * i], data[2 * i + 1]) : data[i];
    for (size_t i = 0; i < count && status == QFP_OK; i++)
        if (!isfinite(creal(out->value[i])) || !isfinite(cimag(out->value[i])))
            status = QFP_FAIL(QFP_CONFIG, "%s: %s holds a NaN or an infinity", state->path,
                              state->dataset);
done:
    free(data);
    if (status != QFP_OK) {
        free(out->value);
        out->value = NULL;
    }
    return status;
}

qfp_status qfp_file_levels(const qfp_state *state, int modes, int *levels)
{
    contents c;
    QFP_TRY(load(state, modes, &c));
    free(c.value);
    for (int j = 0; j < modes && !c.is_flat; j++)
        if (c.shape[j] > (size_t)levels[j])
            levels[j] = (int)c.shape[j];
    return QFP_OK;
}

/* Flat index in our basis of entry i of the file's basis. */
static size_t embedded(const contents *c, int modes, const int *levels, size_t i)
{
    size_t place = 0, stride = 1;
    if (c->is_flat)
        return i;
    for (int j = modes - 1; j >= 0; j--) {
        place += (i % c->shape[j]) * stride;
        i /= c->shape[j];
        stride *= (size_t)levels[j];
    }
    return place;
}

static qfp_status check_fit(const qfp_state *state, int modes, const int *levels, const contents *c)
{
    size_t dim = 1;
    for (int j = 0; j < modes; j++) {
        dim *= (size_t)levels[j];
        if (!c->is_flat && c->shape[j] > (size_t)levels[j])
            return QFP_FAIL(QFP_CONFIG, "%s: %s has %zu levels of mode %d, but solver.levels is %d",
                            state->path, state->dataset, c->shape[j], j + 1, levels[j]);
    }
    if (c->is_flat && c->dim != dim)
        return QFP_FAIL(QFP_CONFIG,
                        "%s: %s has dimension %zu, but the levels of the %d modes multiply to %zu; "
                        "give solver.levels for each mode",
                        state->path, state->dataset, c->dim, modes, dim);
    return QFP_OK;
}

static qfp_status from_ket(const qfp_state *state, int modes, const int *levels, const contents *c,
                           qfp_ket_set *out)
{
    double norm = 0.0;
    for (size_t i = 0; i < c->dim; i++)
        norm += pow(cabs(c->value[i]), 2.0);
    if (!(norm > 0.0))
        return QFP_FAIL(QFP_CONFIG, "%s: the ket %s is zero", state->path, state->dataset);
    QFP_TRY(qfp_ket_set_allocate(1, out->dim, out));
    out->weight[0] = 1.0;
    for (size_t i = 0; i < c->dim; i++)
        out->ket[embedded(c, modes, levels, i)] = c->value[i] / sqrt(norm);
    return QFP_OK;
}

static qfp_status check_density(const qfp_state *state, const contents *c)
{
    double complex trace = 0.0;
    double defect = 0.0;
    for (size_t i = 0; i < c->dim; i++) {
        trace += c->value[i * c->dim + i];
        for (size_t k = 0; k < i; k++)
            defect = fmax(defect, cabs(c->value[i * c->dim + k] - conj(c->value[k * c->dim + i])));
    }
    if (!(cabs(trace - 1.0) <= DENSITY_TOLERANCE && defect <= DENSITY_TOLERANCE))
        return QFP_FAIL(QFP_CONFIG,
                        "%s: %s is no density matrix: its trace is %.8g%+.2gi, and entries differ "
                        "from their conjugates by up to %.2g",
                        state->path, state->dataset, creal(trace), cimag(trace), defect);
    return QFP_OK;
}

static qfp_status from_density(const qfp_state *state, int modes, const int *levels, contents *c,
                               qfp_ket_set *out)
{
    size_t n = c->dim, count = 0;
    double *eigenvalue = NULL;
    qfp_status status;
    QFP_TRY(check_density(state, c));
    QFP_TRY(QFP_ALLOCATE(eigenvalue, n, "eigenvalues"));
    QFP_TRY_GOTO(qfpi_hermitian_eigen(n, c->value, eigenvalue));
    if (eigenvalue[0] < -DENSITY_TOLERANCE) {
        status = QFP_FAIL(QFP_CONFIG, "%s: %s is no density matrix: it has the eigenvalue %.3g",
                          state->path, state->dataset, eigenvalue[0]);
        goto done;
    }
    while (count < n && eigenvalue[n - 1 - count] > WEIGHT_FLOOR)
        count++;
    QFP_TRY_GOTO(qfp_ket_set_allocate(count, out->dim, out));
    for (size_t k = 0; k < count; k++) {
        out->weight[k] = eigenvalue[n - 1 - k];
        for (size_t i = 0; i < n; i++)
            out->ket[k * out->dim + embedded(c, modes, levels, i)] = c->value[(n - 1 - k) * n + i];
    }
done:
    free(eigenvalue);
    return status;
}

qfp_status qfp_file_kets(const qfp_state *state, int modes, const int *levels, qfp_ket_set *out)
{
    contents c;
    *out = (qfp_ket_set){.dim = 1};
    for (int j = 0; j < modes; j++)
        out->dim *= (size_t)levels[j];
    QFP_TRY(load(state, modes, &c));
    qfp_status status = check_fit(state, modes, levels, &c);
    if (status == QFP_OK)
        status = c.is_density ? from_density(state, modes, levels, &c, out)
                              : from_ket(state, modes, levels, &c, out);
    free(c.value);
    return status;
}
