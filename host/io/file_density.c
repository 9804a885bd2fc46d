#include "io/file_density.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/hermitian.h"
#include "io/file_facts.h"
#include "io/husimi_density.h"
#include "io/snapshot.h"

enum { MAX_RANK = 16 };
/* Of norm, trace, hermiticity and sign: files may hold single precision. */
#define DENSITY_TOLERANCE 1e-6
#define UNREMARKABLE 3e-7 /* error of a state that needs no sentence */

void qfp_file_density_destroy(qfp_file_density *file)
{
    if (file == NULL)
        return;
    free(file->value);
    *file = (qfp_file_density){0};
}

/* Where a sentence of this file begins: the file of the state, its dataset. */
#define FAIL(state, ...) FAIL_AS(QFP_CONFIG, state, __VA_ARGS__)
#define FAIL_AS(status, state, format, ...)                                                        \
    QFP_FAIL(status, "initial.file: %s: %s " format, (state)->path, (state)->dataset, __VA_ARGS__)

static qfp_status wrong_shape(const qfp_state *state, int modes, int rank, const size_t *shape)
{
    char found[128] = "";
    size_t used = 0;
    for (int j = 0; j < rank && used < sizeof found; j++)
        used += (size_t)snprintf(found + used, sizeof found - used, "%s%zu", j > 0 ? ", " : "",
                                 shape[j]);
    if (modes == 1)
        return FAIL(state,
                    "is [%s]; expected, of one mode, a ket [n], a density matrix [n, n], or a Q "
                    "grid [x, p] or [time, x, p] whose axes are attached as scales called x and p "
                    "or stand in /axes/x and /axes/p",
                    found);
    return FAIL(state,
                "is [%s]; expected, of %d modes, a ket [n_1, …, n_%d], a density matrix [n_1, …, "
                "n_%d, n_1, …, n_%d], or one of them flat, [n] or [n, n], with solver.levels",
                found, modes, modes, modes, modes);
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

/* ---- what the numbers are -------------------------------------------------------------------- */

static double norm_of(size_t count, const double complex *value)
{
    double sum = 0.0;
    for (size_t i = 0; i < count; i++)
        sum += creal(value[i]) * creal(value[i]) + cimag(value[i]) * cimag(value[i]);
    return sum;
}

/* Trace of a [d][d], and how far entries are from their conjugates. */
static double complex trace_of(size_t d, const double complex *value, double *defect)
{
    double complex trace = 0.0;
    *defect = 0.0;
    for (size_t m = 0; m < d; m++) {
        trace += value[m * d + m];
        for (size_t n = 0; n <= m; n++)
            *defect = fmax(*defect, cabs(value[m * d + n] - conj(value[n * d + m])));
    }
    return trace;
}

static bool is_one(double complex value)
{
    return cabs(value - 1.0) <= DENSITY_TOLERANCE;
}

/* The product of solver.levels, 0 where they are not all given. */
static size_t given_dimension(const qfp_state *state, int modes)
{
    size_t product = 1;
    for (int j = 0; j < modes; j++)
        product *= (size_t)state->levels[j];
    return product;
}

/* [n, n] of two modes: a ket of n × n levels, or a flat density matrix of n states. */
static qfp_status tell_apart(const qfp_state *state, size_t n, qfp_file_density *out)
{
    double defect;
    double complex trace = trace_of(n, out->value, &defect);
    bool ket = is_one(norm_of(n * n, out->value));
    bool matrix = is_one(trace) && defect <= DENSITY_TOLERANCE;
    size_t given = given_dimension(state, 2);
    bool vacuum = is_one(out->value[0]); /* the same state either way */
    if (ket && matrix && !vacuum) {
        ket = given > 0 && given != n;
        matrix = given == n;
        if (!ket && !matrix)
            return FAIL(state,
                        "is [%zu, %zu], normalised as a ket and as a density matrix; give "
                        "solver.levels, whose product is %zu for a density matrix, or one axis per "
                        "mode, twice for a density matrix",
                        n, n, n);
    } else if (!ket && !matrix) {
        return FAIL(state,
                    "is [%zu, %zu] and neither a ket of two modes, Σ|c|² is %.8g, nor a density "
                    "matrix, its trace is %.8g%+.2gi and entries differ from their conjugates by "
                    "up to %.2g; normalise it before it is stored",
                    n, n, norm_of(n * n, out->value), creal(trace), cimag(trace), defect);
    }
    out->is_matrix = out->is_flat = !ket;
    if (out->is_matrix) {
        out->dimension = n;
        memset(out->levels, 0, sizeof out->levels);
    }
    return QFP_OK;
}

/* A flat index is divided as solver.levels say. */
static qfp_status divide(const qfp_state *state, qfp_file_density *out)
{
    size_t given = given_dimension(state, out->modes);
    if (!out->is_flat)
        return QFP_OK;
    if (given != out->dimension)
        return FAIL(state,
                    "holds a %s of %zu states and does not say how they are divided over %d modes: "
                    "solver.levels multiply to %zu%s; give levels whose product is %zu, or store "
                    "it with one axis per mode",
                    out->is_matrix ? "density matrix" : "ket", out->dimension, out->modes, given,
                    given == 0 ? " (they are not given)" : "", out->dimension);
    memcpy(out->levels, state->levels, sizeof out->levels);
    out->is_flat = false;
    return QFP_OK;
}

/* What the checks below divide a state by may be off by as much. */
static void note_size(double size, qfp_file_density *f)
{
    f->error += fabs(size - 1.0);
}

static qfp_status check_ket(const qfp_state *state, qfp_file_density *f)
{
    double norm = norm_of(f->dimension, f->value);
    if (!is_one(norm))
        return FAIL(state,
                    "is no normalised ket: Σ|c|² is %.8g, expected 1 to %.0e; divide it by its "
                    "norm %.8g before it is stored",
                    norm, DENSITY_TOLERANCE, sqrt(norm));
    note_size(norm, f);
    for (size_t i = 0; i < f->dimension; i++)
        f->value[i] /= sqrt(norm);
    return QFP_OK;
}

static qfp_status check_matrix(const qfp_state *state, qfp_file_density *f)
{
    bool is_positive;
    double defect;
    double complex trace = trace_of(f->dimension, f->value, &defect);
    if (!(is_one(trace) && defect <= DENSITY_TOLERANCE))
        return FAIL(state,
                    "is no density matrix: trace %.8g%+.2gi, expected 1 to %.0e, Hermitian to "
                    "%.2g%s",
                    creal(trace), cimag(trace), DENSITY_TOLERANCE, defect,
                    f->modes == 1 ? "; a Q grid needs its axes beside it, scales called x and p or "
                                    "/axes/x and /axes/p"
                                  : "");
    QFP_TRY(qfpi_hermitian_is_positive(f->dimension, f->value, DENSITY_TOLERANCE, &is_positive));
    if (!is_positive)
        return FAIL(state, "is no density matrix: it has an eigenvalue below %.0e",
                    -DENSITY_TOLERANCE);
    note_size(creal(trace), f);
    for (size_t i = 0; i < f->dimension * f->dimension; i++)
        f->value[i] /= creal(trace);
    return QFP_OK;
}

static qfp_status check_values(const qfp_state *state, size_t count, qfp_file_density *f)
{
    for (size_t i = 0; i < count; i++)
        if (!isfinite(creal(f->value[i])) || !isfinite(cimag(f->value[i])))
            return FAIL(state, "holds a NaN or an infinity%s", "");
    if (f->modes == 2 && f->levels[0] == f->levels[1] && !f->is_matrix && !f->is_flat)
        QFP_TRY(tell_apart(state, (size_t)f->levels[0], f));
    QFP_TRY(f->is_matrix ? check_matrix(state, f) : check_ket(state, f));
    return divide(state, f);
}

/* ---- a Q grid -------------------------------------------------------------------------------- */

static qfp_status judge_grid(const qfp_state *state, const qfp_husimi_density *d,
                             qfp_file_density *out)
{
    if (!(d->error <= state->accuracy))
        return FAIL_AS(
            QFP_RESOLUTION, state,
            "is a Q grid that fixes a state only to %.2g (trace norm; %.0e is asked): the "
            "nearest one misses the given Q by %.2g of 1/pi and its <n> by %.2g, Q is "
            "known to %.1e and the window leaves %.1e outside; give a wider window, a "
            "finer grid of a proper Husimi function, or store a ket or a density matrix",
            d->error, state->accuracy, d->mismatch, d->quanta, d->noise, d->edge);
    out->error = d->error;
    if (d->error <= UNREMARKABLE)
        return QFP_OK;
    snprintf(out->note, sizeof out->note,
             "initial.file: the Q grid, known to %.1e of its integral, fixes the state to %.2g "
             "(trace norm) and its <n> to %.2g; a ket or a density matrix would fix it exactly",
             d->noise, d->error, d->quanta);
    return QFP_OK;
}

/* *found: whether the dataset is a Q grid; then it has been read. */
static qfp_status read_grid(const qfp_state *state, bool *found, qfp_file_density *out)
{
    qfp_husimi_grid grid;
    qfp_husimi_density density = {0};
    QFP_TRY(qfp_husimi_file_read(state->path, state->dataset, found, &grid));
    if (!*found)
        return QFP_OK;
    qfp_status status = qfp_husimi_density_find(&grid, state->scale_x, state->scale_p, &density);
    qfp_husimi_grid_destroy(&grid);
    if (status == QFP_CONFIG || status == QFP_RESOLUTION)
        return FAIL_AS(status, state, "is a Q grid: %s", qfp_last_error());
    if (status == QFP_OK)
        status = judge_grid(state, &density, out);
    if (status != QFP_OK) {
        qfp_husimi_density_destroy(&density);
        return status;
    }
    out->is_matrix = true;
    out->levels[0] = density.levels;
    out->dimension = (size_t)density.levels;
    out->value = density.rho;
    return QFP_OK;
}

/* What a run that wrote the state says of its error; a state of another program is what it is. */
static qfp_status take_error(const qfp_state *state, const qfp_file_facts *facts,
                             qfp_file_density *out)
{
    double divided = out->error;
    out->error = facts->is_stated && !isnan(facts->error) ? fabs(facts->error) + divided : 0.0;
    if (facts->is_stated && isnan(facts->error))
        snprintf(out->note, sizeof out->note,
                 "initial.file: the run that wrote %.100s could not state its error, which the "
                 "errors stated here leave out",
                 state->dataset);
    else if (out->error > UNREMARKABLE)
        snprintf(out->note, sizeof out->note,
                 "initial.file: %.100s is known to %.2g (trace norm), as the run that wrote it "
                 "states",
                 state->dataset, out->error);
    return isfinite(out->error) ? QFP_OK
                                : FAIL(state, "states the error %g of itself", facts->error);
}

/* Of several times the last is taken. */
static qfp_status drop_times(const qfp_state *state, int is_complex, int *rank, size_t *shape,
                             double *data)
{
    size_t count = is_complex ? 2 : 1;
    if (shape[0] == 0)
        return FAIL(state, "has an axis of times and no time%s", "");
    for (int j = 1; j < *rank; j++)
        count *= shape[j];
    memmove(data, data + (shape[0] - 1) * count, count * sizeof *data);
    memmove(shape, shape + 1, (size_t)-- * rank * sizeof *shape);
    return QFP_OK;
}

/* A ket as a column, [n, 1] or [n_1, …, n_N, 1], has its last axis taken off.  Of two modes [n, 1] is also a ket
 * whose second mode has one level: with axes that have names it is that, and solver.levels decide. */
static qfp_status drop_column(const qfp_state *state, int modes, bool has_names, int *rank,
                              const size_t *shape)
{
    if (*rank < 2 || shape[*rank - 1] != 1 || (*rank != 2 && *rank != modes + 1))
        return QFP_OK;
    if (modes == 2 && *rank == 2 && shape[0] > 1) {
        size_t given = given_dimension(state, modes);
        if (has_names || (given > 0 && given != shape[0]))
            return QFP_OK;
        if (given == 0)
            return FAIL(state,
                        "is [%zu, 1]: of two modes a column, or a second mode of one level; give "
                        "solver.levels, whose product is %zu, or store it with one axis per mode",
                        shape[0], shape[0]);
    }
    --*rank;
    return QFP_OK;
}

static qfp_status copy(const qfp_file_density *from, qfp_file_density *out)
{
    size_t count = from->is_matrix ? from->dimension * from->dimension : from->dimension;
    double complex *value = NULL;
    QFP_TRY(QFP_ALLOCATE(value, count, "a state"));
    memcpy(value, from->value, count * sizeof *value);
    *out = *from;
    out->value = value;
    return QFP_OK;
}

qfp_status qfp_file_density_read(const qfp_state *state, int modes, qfp_file_density *out)
{
    int rank, is_complex;
    qfp_file_facts facts;
    size_t shape[MAX_RANK];
    double *data = NULL;
    bool is_grid = false;
    *out = (qfp_file_density){.modes = modes};
    if (state->given != NULL)
        return copy(state->given, out);
    if (modes == 1)
        QFP_TRY(read_grid(state, &is_grid, out));
    if (is_grid)
        return QFP_OK;
    QFP_TRY(qfp_file_facts_read(state->path, state->dataset, &facts));
    QFP_TRY(qfp_hdf5_read(state->path, state->dataset, &rank, shape, &is_complex, &data));
    qfp_status status = QFP_OK;
    if (facts.has_times)
        QFP_TRY_GOTO(drop_times(state, is_complex, &rank, shape, data));
    bool pairs = !is_complex && rank >= 2 && shape[rank - 1] == 2 &&
                 (rank - 1 == modes || rank - 1 == 2 * modes || rank == 2 ||
                  (rank - 2 == modes && shape[modes] == 1)) &&
                 !(rank == 2 * modes && halves_agree(rank, shape));
    int axes = pairs ? rank - 1 : rank;
    QFP_TRY_GOTO(drop_column(state, modes, facts.has_names, &axes, shape));
    if (!classify(axes, shape, out)) {
        status = wrong_shape(state, modes, rank, shape);
        goto done;
    }
    size_t count = out->is_matrix ? out->dimension * out->dimension : out->dimension;
    QFP_TRY_GOTO(QFP_ALLOCATE(out->value, count, "a state from a file"));
    for (size_t i = 0; i < count; i++)
        out->value[i] = is_complex || pairs ? CMPLX(data[2 * i], data[2 * i + 1]) : data[i];
    QFP_TRY_GOTO(check_values(state, count, out));
    status = take_error(state, &facts, out);
done:
    free(data);
    if (status != QFP_OK)
        qfp_file_density_destroy(out);
    return status;
}

/* Of parts: at most the sum, since no weight of a mixture is above one. */
qfp_status qfp_file_density_doubt(const qfp_state *state, int modes, qfp_file_doubt *out)
{
    qfp_file_density file;
    *out = (qfp_file_doubt){0};
    for (size_t i = 0; i < state->part_count; i++) {
        qfp_file_doubt part;
        int own = state->kind == QFP_STATE_PRODUCT ? 1 : modes;
        QFP_TRY(qfp_file_density_doubt(&state->parts[i], own, &part));
        out->error += part.error;
        out->levels = part.levels > out->levels ? part.levels : out->levels;
    }
    if (state->kind != QFP_STATE_FILE)
        return QFP_OK;
    QFP_TRY(qfp_file_density_read(state, modes, &file));
    out->error = file.error;
    for (int j = 0; j < modes && file.error > 0.0; j++)
        out->levels = file.levels[j] > out->levels ? file.levels[j] : out->levels;
    qfp_file_density_destroy(&file);
    return QFP_OK;
}

double complex qfp_file_density_element(const qfp_file_density *file, size_t m, size_t n)
{
    return file->is_matrix ? file->value[m * file->dimension + n]
                           : file->value[m] * conj(file->value[n]);
}

void qfp_file_density_populations(const qfp_file_density *file, int mode, double *population)
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
    qfp_file_density_populations(file, mode, population);
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
