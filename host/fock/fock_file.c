#include "fock/fock_file.h"

#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fock/fock_convert.h"
#include "io/snapshot.h"
#include "state/file_state.h"

enum { MAX_RANK = 16 };
#define DENSITY_TOLERANCE 1e-6 /* of trace and hermiticity: files may hold single precision */

/* What the dataset turned out to be. */
typedef struct contents {
    bool is_grid, is_density, is_flat;
    size_t dimension;            /* of the file's product basis */
    size_t shape[QFP_MAX_MODES]; /* unless is_flat */
    double complex *value;       /* [dimension] or [dimension][dimension]; NULL for a grid */
} contents;

static qfp_status wrong_shape(const qfp_state *state, int modes, int rank)
{
    return QFP_FAIL(QFP_CONFIG,
                    "%s: %s has %d axes; expected a ket or a density matrix of %d mode%s%s",
                    state->path, state->dataset, rank, modes, modes == 1 ? "" : "s",
                    modes == 1 ? ", or a Q grid beside /axes/x and /axes/p" : "");
}

static bool has_axis(const char *path, const char *name, size_t length)
{
    int rank, is_complex;
    size_t shape[MAX_RANK];
    double *data = NULL;
    if (qfp_hdf5_read(path, name, &rank, shape, &is_complex, &data) != QFP_OK)
        return false;
    free(data);
    return rank == 1 && shape[0] == length;
}

static bool halves_agree(int rank, const size_t *shape)
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
    else if ((rank == 2 * modes || rank == 2) && halves_agree(rank, shape))
        out->is_density = true;
    else
        return wrong_shape(state, modes, rank);
    int axes = out->is_density ? rank / 2 : rank;
    out->is_flat = axes != modes;
    out->dimension = 1;
    for (int j = 0; j < axes; j++) {
        out->shape[j] = shape[j];
        out->dimension *= shape[j];
    }
    return out->dimension > 0 ? QFP_OK : wrong_shape(state, modes, rank);
}

/* A ket of norm 1, or a Hermitian matrix of trace 1. */
static qfp_status check_values(const qfp_state *state, contents *c)
{
    size_t d = c->dimension;
    double norm = 0.0, defect = 0.0;
    for (size_t i = 0; i < (c->is_density ? d * d : d); i++)
        if (!isfinite(creal(c->value[i])) || !isfinite(cimag(c->value[i])))
            return QFP_FAIL(QFP_CONFIG, "%s: %s holds a NaN or an infinity", state->path,
                            state->dataset);
    if (!c->is_density) {
        for (size_t i = 0; i < d; i++)
            norm += creal(c->value[i] * conj(c->value[i]));
        if (!(norm > 0.0))
            return QFP_FAIL(QFP_CONFIG, "%s: the ket %s is zero", state->path, state->dataset);
        for (size_t i = 0; i < d; i++)
            c->value[i] /= sqrt(norm);
        return QFP_OK;
    }
    for (size_t m = 0; m < d; m++) {
        norm += creal(c->value[m * d + m]);
        for (size_t n = 0; n <= m; n++)
            defect = fmax(defect, cabs(c->value[m * d + n] - conj(c->value[n * d + m])));
    }
    if (!(fabs(norm - 1.0) < DENSITY_TOLERANCE) || !(defect < DENSITY_TOLERANCE))
        return QFP_FAIL(QFP_CONFIG,
                        "%s: %s is no density matrix: trace %.8g (expected 1), Hermitian to %.2g",
                        state->path, state->dataset, norm, defect);
    return QFP_OK;
}

static qfp_status load(const qfp_state *state, int modes, contents *out)
{
    int rank, is_complex;
    size_t shape[MAX_RANK];
    double *data = NULL;
    *out = (contents){0};
    QFP_TRY(qfp_hdf5_read(state->path, state->dataset, &rank, shape, &is_complex, &data));
    qfp_status status = QFP_OK;
    if (modes == 1 && !is_complex && rank >= 2 &&
        has_axis(state->path, "/axes/x", shape[rank - 2]) &&
        has_axis(state->path, "/axes/p", shape[rank - 1])) {
        out->is_grid = true;
        goto done;
    }
    bool pairs = !is_complex && rank >= 2 && shape[rank - 1] == 2 &&
                 (rank - 1 == modes || rank - 1 == 2 * modes || rank == 2) &&
                 !(rank == 2 * modes && halves_agree(rank, shape));
    QFP_TRY_GOTO(classify(state, modes, pairs ? rank - 1 : rank, shape, out));
    size_t count = out->is_density ? out->dimension * out->dimension : out->dimension;
    QFP_TRY_GOTO(QFP_ALLOCATE(out->value, count, "a state from a file"));
    for (size_t i = 0; i < count; i++)
        out->value[i] = is_complex || pairs ? CMPLX(data[2 * i], data[2 * i + 1]) : data[i];
    status = check_values(state, out);
done:
    free(data);
    if (status != QFP_OK) {
        free(out->value);
        out->value = NULL;
    }
    return status;
}

/* The file's index of the kept level m; dimension when the file does not have it. */
static size_t index_in_file(const qfp_fock_space *space, const contents *c, size_t m)
{
    if (c->is_flat)
        return m;
    size_t index = 0;
    for (int j = 0; j < space->modes; j++) {
        size_t level = (size_t)qfp_fock_level(space, m, j);
        if (level >= c->shape[j])
            return c->dimension;
        index = index * c->shape[j] + level;
    }
    return index;
}

static double complex element(const contents *c, size_t m, size_t n)
{
    if (m >= c->dimension || n >= c->dimension)
        return 0.0;
    return c->is_density ? c->value[m * c->dimension + n] : c->value[m] * conj(c->value[n]);
}

qfp_status qfp_fock_file_add(const qfp_fock_space *space, const qfp_state *state, double weight,
                             double *u, char *warning, size_t size)
{
    contents c;
    const double root = sqrt(2.0);
    QFP_TRY(load(state, space->modes, &c));
    if (c.is_grid)
        return qfp_fock_from_file_grid(space, state, weight, u, warning, size);
    if (c.is_flat && c.dimension != space->dimension) {
        free(c.value);
        return QFP_FAIL(QFP_CONFIG,
                        "%s: %s has %zu states, but solver.levels keep %zu; give levels whose "
                        "product is the length of the dataset",
                        state->path, state->dataset, c.dimension, space->dimension);
    }
    size_t at = 0;
    for (size_t m = 0; m < space->dimension; m++) {
        size_t row = index_in_file(space, &c, m);
        for (size_t n = m; n < space->dimension; n++, at++) {
            double complex value = weight * element(&c, row, index_in_file(space, &c, n));
            u[2 * at] += m == n ? creal(value) : root * creal(value);
            u[2 * at + 1] += m == n ? 0.0 : root * cimag(value);
        }
    }
    free(c.value);
    return QFP_OK;
}

qfp_status qfp_fock_file_levels(const qfp_state *state, int modes, double cut, int *levels)
{
    contents c;
    (void)cut; /* all that the file holds is kept */
    QFP_TRY(load(state, modes, &c));
    free(c.value);
    if (c.is_grid) {
        double radius;
        QFP_TRY(qfp_file_state_ring(state->path, state->dataset, &radius));
        int needed = (int)ceil(0.5 * (radius + 3.0) * (radius + 3.0)) + 4;
        levels[0] = needed > levels[0] ? needed : levels[0];
        return QFP_OK;
    }
    if (c.is_flat)
        return QFP_FAIL(QFP_CONFIG,
                        "%s: %s does not say how its %zu states are divided over %d modes; give "
                        "solver.levels",
                        state->path, state->dataset, c.dimension, modes);
    for (int j = 0; j < modes; j++)
        if (c.shape[j] > (size_t)levels[j])
            levels[j] = (int)c.shape[j];
    return QFP_OK;
}
