#include "state/synthesis.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The trapezoidal sum aliases û at k_max, which the grid was chosen to make small, times e^{−4} =
 * 2e-2 at most. */
#define RESOLVED 4.0

struct qfp_synthesis {
    const qfp_phase_grid *grid;
    size_t n_q, n_p;
    double *along_q[QFP_MAX_MODES]; /* E of Q_j, [n_q][n_j] */
    double *along_p[QFP_MAX_MODES]; /* E of P_j, [n_p][n_j] */
    double *plane, *half;           /* scratch of a marginal */
    qfp_buffer *stage[2];           /* of a contraction, made when first needed */
    qfp_buffer *partial[2];         /* of a plane, likewise */
};

static double largest_wavenumber(const qfp_phase_grid *grid, int axis)
{
    return M_PI * qfp_phase_grid_points(grid, axis) / grid->shape.extent[axis];
}

/* The convolution with the Gaussian of variance c, summed on the grid. */
static void gaussian_matrix(const qfp_phase_grid *grid, int axis, double c, size_t count,
                            const double *z, double *matrix)
{
    int n = qfp_phase_grid_points(grid, axis);
    double weight = grid->shape.extent[axis] / (n * sqrt(2.0 * M_PI * c));
    for (size_t i = 0; i < count; i++)
        for (int j = 0; j < n; j++) {
            double distance = z[i] - qfp_phase_grid_coordinate(grid, axis, j);
            matrix[i * (size_t)n + (size_t)j] = weight * exp(-distance * distance / (2.0 * c));
        }
}

/* The periodic sum: the Nyquist term enters once and all others twice. */
static qfp_status periodic_matrix(const qfp_phase_grid *grid, int axis, double c, size_t count,
                                  const double *z, double *matrix)
{
    int n = qfp_phase_grid_points(grid, axis);
    double half_box = 0.5 * grid->shape.extent[axis];
    double *gaussian = NULL;
    QFP_TRY(QFP_ALLOCATE(gaussian, n / 2 + 1, "an evaluation matrix"));
    for (int k = 0; k <= n / 2; k++) {
        double wavenumber = qfp_phase_grid_wavenumber(grid, axis, k);
        double multiplicity = k == 0 || k == n / 2 ? 1.0 : 2.0;
        gaussian[k] = multiplicity * exp(-0.5 * c * wavenumber * wavenumber) / n;
    }
    for (size_t i = 0; i < count; i++) {
        if (fabs(z[i]) > half_box)
            continue;
        for (int j = 0; j < n; j++) {
            double angle = 2.0 * M_PI / grid->shape.extent[axis] *
                           (z[i] - qfp_phase_grid_coordinate(grid, axis, j));
            double sum = 0.0;
            for (int k = n / 2; k >= 0; k--)
                sum += gaussian[k] * cos(k * angle);
            matrix[i * (size_t)n + (size_t)j] = sum;
        }
    }
    free(gaussian);
    return QFP_OK;
}

static qfp_status evaluation_matrix(const qfp_phase_grid *grid, int axis, double c, size_t count,
                                    const double *z, double **out)
{
    double *matrix = NULL, k = largest_wavenumber(grid, axis);
    QFP_TRY(QFP_ALLOCATE(matrix, count * (size_t)qfp_phase_grid_points(grid, axis),
                         "an evaluation matrix"));
    qfp_status status = QFP_OK;
    if (0.5 * c * k * k >= RESOLVED)
        gaussian_matrix(grid, axis, c, count, z, matrix);
    else
        status = periodic_matrix(grid, axis, c, count, z, matrix);
    if (status != QFP_OK) {
        free(matrix);
        return status;
    }
    *out = matrix;
    return QFP_OK;
}

qfp_status qfp_synthesis_create(const qfp_phase_grid *grid, double c, size_t n_q, const double *q,
                                size_t n_p, const double *p, qfp_synthesis **out)
{
    qfp_synthesis *s = NULL;
    QFP_TRY(QFP_ALLOCATE(s, 1, "an output synthesis"));
    s->grid = grid;
    s->n_q = n_q;
    s->n_p = n_p;
    qfp_status status = QFP_OK;
    size_t largest = 0;
    for (int j = 0; j < grid->shape.modes; j++) {
        size_t n = (size_t)grid->shape.points[j];
        largest = n > largest ? n : largest;
        QFP_TRY_GOTO(evaluation_matrix(grid, j, c, n_q, q + (size_t)j * n_q, &s->along_q[j]));
        QFP_TRY_GOTO(evaluation_matrix(grid, grid->shape.modes + j, c, n_p, p + (size_t)j * n_p,
                                       &s->along_p[j]));
    }
    QFP_TRY_GOTO(QFP_ALLOCATE(s->plane, largest * largest, "a marginal"));
    QFP_TRY_GOTO(QFP_ALLOCATE(s->half, n_q * largest, "a marginal"));
done:
    if (status != QFP_OK) {
        qfp_synthesis_destroy(s);
        return status;
    }
    *out = s;
    return QFP_OK;
}

double qfp_synthesis_bytes(int modes, const int *points, int count, double real)
{
    double matrices = 0.0, stage = 1.0, largest = 0.0;
    for (int j = 0; j < modes; j++) {
        matrices += 2.0 * points[j] * count;
        largest = fmax(largest, points[j]);
        stage *= pow(fmax(points[j], count), 2.0);
    }
    return 8.0 * (matrices + largest * (largest + count)) + 2.0 * real * stage;
}

void qfp_synthesis_destroy(qfp_synthesis *s)
{
    if (s == NULL)
        return;
    for (int j = 0; j < QFP_MAX_MODES; j++) {
        free(s->along_q[j]);
        free(s->along_p[j]);
    }
    s->grid->backend->vector->destroy(s->stage[0]);
    s->grid->backend->vector->destroy(s->stage[1]);
    s->grid->backend->vector->destroy(s->partial[0]);
    s->grid->backend->vector->destroy(s->partial[1]);
    free(s->plane);
    free(s->half);
    free(s);
}

qfp_status qfp_synthesis_marginal(qfp_synthesis *s, int mode, const qfp_buffer *u, double *out)
{
    const qfp_phase_grid *grid = s->grid;
    QFP_TRY(grid->backend->grid->marginal(grid->plan, mode, u, s->plane));
    int n = grid->shape.points[mode];
    double spacing_q = grid->shape.extent[mode] / n;
    double spacing_p = grid->shape.extent[grid->shape.modes + mode] / n;
    double others =
        grid->cell / (0.5 * spacing_q * spacing_p); /* measure of the axes summed over */
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)s->n_q, n, n, others,
                s->along_q[mode], n, s->plane, n, 0.0, s->half, n);
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)s->n_q, (int)s->n_p, n, 1.0, s->half,
                n, s->along_p[mode], n, 0.0, out, (int)s->n_p);
    return QFP_OK;
}

/* The larger of what is left after the first sum, and a plane of which one axis is that of the output. */
static double partial_count(const int *points, int modes, double count, double cells)
{
    double fewest = INFINITY, most = 0.0;
    for (int j = 0; j < modes; j++) {
        fewest = fmin(fewest, points[j]);
        most = fmax(most, points[j]);
    }
    return fmax(cells / fewest, fmax(count, most) * fmax(count, most));
}

double qfp_synthesis_plane_bytes(int modes, const int *points, int count, double cells, double real)
{
    return 2.0 * real * partial_count(points, modes, count, cells) + 8.0 * count * count;
}

/* Rows of an axis, of which `wanted` are left. */
typedef struct contraction {
    qfp_synthesis *s;
    size_t length[2 * QFP_MAX_MODES];
    const qfp_buffer *from;
    int turn;
} contraction;

static qfp_status contract_axis(contraction *c, int axis, size_t wanted, const double *matrix)
{
    const qfp_phase_grid *grid = c->s->grid;
    size_t slices = axis > 0 ? c->length[0] : 1, outer = 1, inner = 1;
    for (int i = 1; i < axis; i++)
        outer *= c->length[i];
    for (int i = axis + 1; i < 2 * grid->shape.modes; i++)
        inner *= c->length[i];
    qfp_buffer *to = c->s->partial[c->turn];
    QFP_TRY(grid->backend->grid->contract(slices, outer, c->length[axis], inner, wanted, matrix,
                                          c->from, to));
    c->length[axis] = wanted;
    c->from = to;
    c->turn = 1 - c->turn;
    return QFP_OK;
}

/* Σ over an axis times its spacing. */
static qfp_status sum_axis(contraction *c, int axis)
{
    const qfp_phase_grid *grid = c->s->grid;
    size_t n = c->length[axis];
    double *ones = NULL;
    QFP_TRY(QFP_ALLOCATE(ones, n, "a sum over an axis"));
    for (size_t i = 0; i < n; i++)
        ones[i] = grid->shape.extent[axis] / (double)n;
    qfp_status status = contract_axis(c, axis, 1, ones);
    free(ones);
    return status;
}

static void transpose(size_t rows, size_t columns, const double *in, double *out)
{
    for (size_t i = 0; i < rows; i++)
        for (size_t k = 0; k < columns; k++)
            out[k * rows + i] = in[i * columns + k];
}

qfp_status qfp_synthesis_plane(qfp_synthesis *s, int first, int second, const qfp_buffer *u,
                               double *out)
{
    const qfp_phase_grid *grid = s->grid;
    const qfp_vector_operations *v = grid->backend->vector;
    int modes = grid->shape.modes;
    contraction c = {.s = s, .from = u};
    double cells = 1.0, *values = NULL;
    for (int a = 0; a < 2 * modes; a++) {
        c.length[a] = (size_t)qfp_phase_grid_points(grid, a);
        cells *= (double)c.length[a];
    }
    double largest = partial_count(grid->shape.points, modes,
                                   (double)(s->n_q > s->n_p ? s->n_q : s->n_p), cells);
    for (int i = 0; i < 2; i++)
        if (s->partial[i] == NULL)
            QFP_TRY(v->create(grid->context, (size_t)largest, &s->partial[i]));
    for (int a = 0; a < 2 * modes; a++)
        if (a != first && a != second)
            QFP_TRY(sum_axis(&c, a));
    const int shown[2] = {first, second};
    for (int i = 0; i < 2; i++) {
        bool is_p = shown[i] >= modes;
        QFP_TRY(contract_axis(&c, shown[i], is_p ? s->n_p : s->n_q,
                              is_p ? s->along_p[shown[i] - modes] : s->along_q[shown[i]]));
    }
    size_t rows = c.length[first], columns = c.length[second];
    QFP_TRY(QFP_ALLOCATE(values, rows * columns, "a plane of Q"));
    qfp_status status = v->download(c.from, 0, rows * columns, values);
    double measure = pow(0.5, modes - 1); /* of the others */
    for (size_t i = 0; i < rows * columns; i++)
        values[i] *= measure;
    if (first < second) /* as the axes stand on the grid */
        memcpy(out, values, rows * columns * sizeof *out);
    else
        transpose(columns, rows, values, out);
    free(values);
    return status;
}

/* out[q_1, p_1, q_2, …] = in[q_1, q_2, …, p_1, p_2, …]: from the state's axis order to the
 * file's; `total` numbers, which are slices of q_1. */
static void interleave_axes(int modes, size_t n_q, size_t n_p, size_t total, const double *in,
                            double *out)
{
    for (size_t at = 0; at < total; at++) {
        size_t rest = at, q = 0, p = 0, q_stride = 1, p_stride = 1;
        for (int j = modes - 1; j >= 0; j--) {
            p += rest % n_p * p_stride;
            rest /= n_p;
            q += rest % n_q * q_stride;
            rest /= n_q;
            p_stride *= n_p;
            q_stride *= n_q;
        }
        out[at] = in[q * p_stride + p];
    }
}

qfp_status qfp_synthesis_on_device(qfp_synthesis *s, const qfp_buffer *u, qfp_buffer **out,
                                   size_t *count)
{
    const qfp_phase_grid *grid = s->grid;
    const qfp_backend *b = grid->backend;
    int modes = grid->shape.modes, axes = 2 * modes;
    size_t length[2 * QFP_MAX_MODES], wanted[2 * QFP_MAX_MODES], largest = 1;
    *count = 1;
    for (int a = 0; a < axes; a++) {
        length[a] = (size_t)qfp_phase_grid_points(grid, a);
        wanted[a] = a < modes ? s->n_q : s->n_p;
        largest *= length[a] > wanted[a] ? length[a] : wanted[a];
        *count *= wanted[a];
    }
    for (int i = 0; i < 2; i++)
        if (s->stage[i] == NULL)
            QFP_TRY(b->vector->create(grid->context, largest, &s->stage[i]));
    const qfp_buffer *from = u;
    for (int a = 0; a < axes; a++) {
        size_t slices = a > 0 ? wanted[0] : 1, outer = 1, inner = 1;
        for (int i = 1; i < a; i++)
            outer *= wanted[i];
        for (int i = a + 1; i < axes; i++)
            inner *= length[i];
        const double *matrix = a < modes ? s->along_q[a] : s->along_p[a - modes];
        QFP_TRY(b->grid->contract(slices, outer, length[a], inner, wanted[a], matrix, from,
                                  s->stage[a % 2]));
        from = s->stage[a % 2];
    }
    *out = s->stage[(axes - 1) % 2];
    return QFP_OK;
}

enum { SLICES = 1 << 18 }; /* doubles */

qfp_status qfp_synthesis_full(qfp_synthesis *s, const qfp_buffer *u, const qfp_slices *to)
{
    const qfp_vector_operations *v = s->grid->backend->vector;
    qfp_buffer *q;
    size_t count;
    double *ordered = NULL, *values = NULL;
    qfp_status status;
    QFP_TRY(qfp_synthesis_on_device(s, u, &q, &count));
    size_t slice = count / s->n_q, most = slice < SLICES ? SLICES / slice : 1;
    most = most < s->n_q ? most : s->n_q;
    QFP_TRY_GOTO(QFP_ALLOCATE(ordered, most * slice, "the full Husimi function"));
    QFP_TRY_GOTO(QFP_ALLOCATE(values, most * slice, "the full Husimi function"));
    for (size_t first = 0; first < s->n_q; first += most) {
        size_t slices = s->n_q - first < most ? s->n_q - first : most;
        QFP_TRY_GOTO(v->download(q, first * slice, slices * slice, ordered));
        interleave_axes(s->grid->shape.modes, s->n_q, s->n_p, slices * slice, ordered, values);
        QFP_TRY_GOTO(to->take(to->data, first, slices, values));
    }
done:
    free(ordered);
    free(values);
    return status;
}

double qfp_synthesis_full_bytes(int modes, int count)
{
    double whole = pow(count, 2.0 * modes);
    return 16.0 * fmin(whole, fmax(whole / count, SLICES));
}
