#include "state/initial_state.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/file_density.h"
#include "state/file_fill.h"
#include "state/one_mode.h"

/* A growing list of product terms; the tables of one term may be shared by none other. */
typedef struct product_list {
    qfp_grid_axes axes;
    double c;
    size_t count, capacity;
    qfp_product_term *terms; /* tables owned */
    size_t file_count;
    qfp_file_symbol *files; /* what is no short sum of products */
} product_list;

static void list_destroy(product_list *list)
{
    for (size_t t = 0; t < list->count; t++)
        for (int j = 0; j < list->axes.modes; j++)
            free((void *)list->terms[t].table[j]);
    free(list->terms);
    for (size_t i = 0; i < list->file_count; i++)
        qfp_file_symbol_destroy(&list->files[i]);
    free(list->files);
}

/* Appends a term with fresh, zeroed tables. */
static qfp_status list_append(product_list *list, double complex weight,
                              double complex *tables[QFP_MAX_MODES])
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 4 : 2 * list->capacity;
        qfp_product_term *grown = realloc(list->terms, capacity * sizeof *grown);
        if (grown == NULL)
            return QFP_FAIL(QFP_MEMORY, "cannot allocate the terms of the initial state");
        list->terms = grown;
        list->capacity = capacity;
    }
    qfp_product_term *term = &list->terms[list->count++];
    *term = (qfp_product_term){.weight_re = creal(weight), .weight_im = cimag(weight)};
    for (int j = 0; j < list->axes.modes; j++) {
        size_t n = (size_t)list->axes.points[j];
        double complex *table = NULL;
        QFP_TRY(QFP_ALLOCATE(table, n * n, "a table of the initial state"));
        term->table[j] = (const double *)table;
        tables[j] = table;
    }
    return QFP_OK;
}

static qfp_status add_gaussian(product_list *list, const qfp_state *s, double weight)
{
    int modes = list->axes.modes;
    double complex *tables[QFP_MAX_MODES];
    QFP_TRY(list_append(list, weight, tables));
    for (int j = 0; j < modes; j++) {
        double covariance[3];
        qfp_one_mode_covariance(s, j, covariance);
        qfp_one_mode_gaussian(s->alpha[j], covariance, list->c, list->axes.points[j],
                              list->axes.coordinates[j], list->axes.coordinates[modes + j],
                              tables[j]);
    }
    return QFP_OK;
}

/* weight |ket⟩⟨bra| of two product kets; the caller adds the adjoint by doubling the real part. */
static qfp_status add_dyad(product_list *list, const qfp_state *ket, const qfp_state *bra,
                           double complex weight)
{
    int modes = list->axes.modes;
    double complex *tables[QFP_MAX_MODES];
    QFP_TRY(list_append(list, weight, tables));
    for (int j = 0; j < modes; j++) {
        qfp_one_mode_ket a = {0}, b = {0};
        qfp_status status;
        QFP_TRY_GOTO(qfp_one_mode_ket_of(ket, j, &a));
        QFP_TRY_GOTO(qfp_one_mode_ket_of(bra, j, &b));
        status = qfp_one_mode_dyad(&a, &b, list->c, list->axes.points[j], list->axes.coordinates[j],
                                   list->axes.coordinates[modes + j], tables[j]);
    done:
        qfp_one_mode_ket_destroy(&a);
        qfp_one_mode_ket_destroy(&b);
        QFP_TRY(status);
    }
    return QFP_OK;
}

static qfp_status product_overlap(const qfp_state *bra, const qfp_state *ket, int modes,
                                  double complex *out)
{
    *out = 1.0;
    for (int j = 0; j < modes; j++) {
        qfp_one_mode_ket a = {0}, b = {0};
        double complex factor = 0.0;
        qfp_status status;
        QFP_TRY_GOTO(qfp_one_mode_ket_of(bra, j, &a));
        QFP_TRY_GOTO(qfp_one_mode_ket_of(ket, j, &b));
        status = qfp_one_mode_overlap(&a, &b, &factor);
    done:
        qfp_one_mode_ket_destroy(&a);
        qfp_one_mode_ket_destroy(&b);
        QFP_TRY(status);
        *out *= factor;
    }
    return QFP_OK;
}

qfp_status qfp_superposition_norm(const qfp_state *s, int modes, double *norm)
{
    double size = 0.0;
    *norm = 0.0;
    for (size_t i = 0; i < s->part_count; i++) {
        for (size_t k = 0; k <= i; k++) {
            double complex overlap;
            QFP_TRY(product_overlap(&s->parts[k], &s->parts[i], modes, &overlap));
            *norm += (i == k ? 1.0 : 2.0) * creal(s->weights[i] * conj(s->weights[k]) * overlap);
        }
        size += cabs(s->weights[i]) * cabs(s->weights[i]);
    }
    if (!(*norm > 1e-14 * size))
        return QFP_FAIL(QFP_CONFIG, "initial.superposition: the parts cancel, their sum is zero");
    return QFP_OK;
}

qfp_status qfp_initial_state_cancellation(const qfp_state *s, int modes, qfp_cancellation *out)
{
    double norm, sum = 0.0;
    *out = (qfp_cancellation){0};
    for (size_t i = 0; s->kind == QFP_STATE_MIXTURE && i < s->part_count; i++) {
        qfp_cancellation part;
        QFP_TRY(qfp_initial_state_cancellation(&s->parts[i], modes, &part));
        out->density = fmax(out->density, part.density);
        out->ket = fmax(out->ket, part.ket);
    }
    for (size_t j = 0; s->kind == QFP_STATE_PRODUCT && j < s->part_count; j++) {
        qfp_cancellation factor;
        QFP_TRY(qfp_initial_state_cancellation(&s->parts[j], 1, &factor));
        out->density += factor.density;
        out->ket += factor.ket;
    }
    if (s->kind != QFP_STATE_SUPERPOSITION)
        return QFP_OK;
    QFP_TRY(qfp_superposition_norm(s, modes, &norm));
    for (size_t i = 0; i < s->part_count; i++)
        sum += cabs(s->weights[i]);
    out->density = DBL_EPSILON * sum * sum / norm;
    out->ket = DBL_EPSILON * sum / sqrt(norm);
    return QFP_OK;
}

static qfp_status add_superposition(product_list *list, const qfp_state *s, double weight)
{
    double norm;
    QFP_TRY(qfp_superposition_norm(s, list->axes.modes, &norm));
    for (size_t i = 0; i < s->part_count; i++)
        for (size_t k = 0; k <= i; k++) {
            double share = (i == k ? 1.0 : 2.0) * weight / norm;
            QFP_TRY(add_dyad(list, &s->parts[i], &s->parts[k],
                             share * s->weights[i] * conj(s->weights[k])));
        }
    return QFP_OK;
}

static qfp_status add_file(product_list *list, const qfp_state *s, double weight, char *warning,
                           size_t size)
{
    qfp_file_density file;
    qfp_file_symbol *grown = realloc(list->files, (list->file_count + 1) * sizeof *grown);
    if (grown == NULL)
        return QFP_FAIL(QFP_MEMORY, "cannot allocate the terms of the initial state");
    list->files = grown;
    QFP_TRY(qfp_file_density_read(s, list->axes.modes, &file));
    if (file.note[0] != '\0')
        snprintf(warning, size, "%s", file.note);
    qfp_status status =
        qfp_file_symbol_create(&list->axes, &file, weight, &list->files[list->file_count]);
    list->file_count += status == QFP_OK;
    qfp_file_density_destroy(&file);
    return status;
}

/* values [piece->count]: that part of what the files say */
static qfp_status fill_piece(const product_list *list, const qfp_grid_piece *piece, double *values)
{
    memset(values, 0, piece->count * sizeof *values);
    for (size_t i = 0; i < list->file_count; i++)
        QFP_TRY(qfp_file_symbol_add(&list->files[i], list->c, piece, values));
    return QFP_OK;
}

static qfp_status add_state(product_list *list, const qfp_state *s, double weight, char *warning,
                            size_t size);

double qfp_initial_state_bytes(const qfp_state *state, int modes, const int *points)
{
    double own = 0.0, parts = 0.0, of_factors = 0.0;
    for (int j = 0; j < modes; j++)
        own += (double)sizeof(double complex) * points[j] * points[j];
    for (size_t i = 0; i < state->part_count; i++)
        if (state->kind == QFP_STATE_PRODUCT)
            of_factors = fmax(of_factors, qfp_initial_state_bytes(&state->parts[i], 1, &points[i]));
        else if (state->kind == QFP_STATE_MIXTURE)
            parts += qfp_initial_state_bytes(&state->parts[i], modes, points);
    double count = (double)state->part_count;
    if (state->kind == QFP_STATE_SUPERPOSITION)
        return 0.5 * count * (count + 1.0) * own;
    return state->kind == QFP_STATE_MIXTURE ? parts : own + of_factors;
}

/* The whole of a state of one mode, real, into the table [n][n]. */
static qfp_status fill_factor(const product_list *list, int mode, const qfp_state *part,
                              double complex *table, char *warning, size_t size)
{
    const qfp_grid_axes *all = &list->axes;
    product_list own = {
        .axes = {.modes = 1,
                 .points = {all->points[mode]},
                 .coordinates = {all->coordinates[mode], all->coordinates[all->modes + mode]}},
        .c = list->c};
    qfp_grid_piece whole = {.count = 0};
    double *rest = NULL;
    qfp_status status;
    qfp_grid_piece_next(&own.axes, SIZE_MAX, &whole);
    QFP_TRY_GOTO(add_state(&own, part, 1.0, warning, size));
    QFP_TRY_GOTO(QFP_ALLOCATE(rest, whole.count, "a state of one mode"));
    QFP_TRY_GOTO(fill_piece(&own, &whole, rest));
    for (size_t i = 0; i < whole.count; i++) {
        double sum = rest[i];
        for (size_t t = 0; t < own.count; t++) {
            const double complex *term = (const double complex *)own.terms[t].table[0];
            sum += creal(CMPLX(own.terms[t].weight_re, own.terms[t].weight_im) * term[i]);
        }
        table[i] = sum;
    }
done:
    free(rest);
    list_destroy(&own);
    return status;
}

static qfp_status add_product(product_list *list, const qfp_state *s, double weight, char *warning,
                              size_t size)
{
    double complex *tables[QFP_MAX_MODES];
    QFP_TRY(list_append(list, weight, tables));
    for (int j = 0; j < list->axes.modes; j++)
        QFP_TRY(fill_factor(list, j, &s->parts[j], tables[j], warning, size));
    return QFP_OK;
}

static qfp_status add_state(product_list *list, const qfp_state *s, double weight, char *warning,
                            size_t size)
{
    switch (s->kind) {
    case QFP_STATE_GAUSSIAN:
        return add_gaussian(list, s, weight);
    case QFP_STATE_FOCK:
        return add_dyad(list, s, s, weight);
    case QFP_STATE_SUPERPOSITION:
        return add_superposition(list, s, weight);
    case QFP_STATE_PRODUCT:
        return add_product(list, s, weight, warning, size);
    case QFP_STATE_FILE:
        return add_file(list, s, weight, warning, size);
    case QFP_STATE_MIXTURE:
        break;
    }
    for (size_t i = 0; i < s->part_count; i++)
        QFP_TRY(add_state(list, &s->parts[i], weight * creal(s->weights[i]), warning, size));
    return QFP_OK;
}

/* u += what the files say: host memory holds a piece of it at a time */
static qfp_status add_files(const qfp_phase_grid *grid, const product_list *list, qfp_buffer *u)
{
    const size_t most = 1 << 18; /* doubles: 2 MiB */
    const qfp_vector_operations *v = grid->backend->vector;
    const double one = 1.0;
    size_t count = grid->doubles[QFP_SPACE_Z];
    qfp_grid_piece piece = {.count = 0};
    double *values = NULL;
    qfp_buffer *rest = NULL;
    qfp_status status;
    QFP_TRY(v->create(grid->context, count, &rest));
    while (qfp_grid_piece_next(&list->axes, most, &piece)) {
        if (values == NULL)
            QFP_TRY_GOTO(QFP_ALLOCATE(values, piece.count, "a state from a file"));
        QFP_TRY_GOTO(fill_piece(list, &piece, values));
        QFP_TRY_GOTO(v->upload(rest, piece.offset, piece.count, values));
    }
    status = v->combine(count, 1.0, u, 1, &one, &rest);
done:
    free(values);
    v->destroy(rest);
    return status;
}

static qfp_status axes_of_grid(const qfp_phase_grid *grid, double *coordinates[2 * QFP_MAX_MODES],
                               qfp_grid_axes *out)
{
    out->modes = grid->shape.modes;
    for (int axis = 0; axis < 2 * out->modes; axis++) {
        int n = qfp_phase_grid_points(grid, axis);
        out->points[axis % out->modes] = n;
        QFP_TRY(QFP_ALLOCATE(coordinates[axis], n, "grid coordinates"));
        for (int i = 0; i < n; i++)
            coordinates[axis][i] = qfp_phase_grid_coordinate(grid, axis, i);
        out->coordinates[axis] = coordinates[axis];
    }
    return QFP_OK;
}

qfp_status qfp_initial_state_fill(const qfp_phase_grid *grid, const qfp_state *state, double c,
                                  qfp_buffer *u, char *warning, size_t size)
{
    product_list list = {.c = c};
    double *coordinates[2 * QFP_MAX_MODES] = {0};
    if (size > 0)
        warning[0] = '\0';
    qfp_status status = axes_of_grid(grid, coordinates, &list.axes);
    if (status == QFP_OK)
        status = add_state(&list, state, 1.0, warning, size);
    if (status == QFP_OK)
        status = grid->backend->grid->product_fill(grid->plan, list.count, list.terms, u);
    if (status == QFP_OK && list.file_count > 0)
        status = add_files(grid, &list, u);
    list_destroy(&list);
    for (int axis = 0; axis < 2 * grid->shape.modes; axis++)
        free(coordinates[axis]);
    return status;
}

static size_t piece_count(const qfp_state *s)
{
    size_t sum = 0, product = 1;
    for (size_t i = 0; i < s->part_count; i++) {
        size_t count = piece_count(&s->parts[i]);
        sum += count;
        product *= count;
    }
    return s->kind == QFP_STATE_SUPERPOSITION || s->kind == QFP_STATE_MIXTURE ? sum : product;
}

/* Population w from the level n on has W ≤ w e^{−d²}, d beyond √(2n − 1): the furthest of its contours. */
static double file_ring(const double *population, int levels, double depth)
{
    double weight = 0.0, ring = 0.0;
    for (int n = levels - 1; n > 0; n--) {
        weight += fmax(population[n], 0.0);
        double left = depth * depth + log(fmin(weight, 1.0));
        if (left > 0.0)
            ring = fmax(ring, sqrt(2.0 * n - 1.0) + sqrt(left) - depth);
    }
    return ring;
}

static qfp_status file_rings(const qfp_state *s, int modes, double depth, double *ring)
{
    qfp_file_density file;
    double *population = NULL;
    QFP_TRY(qfp_file_density_read(s, modes, &file));
    qfp_status status = QFP_OK;
    for (int j = 0; j < modes && status == QFP_OK; j++) {
        status = QFP_ALLOCATE(population, file.levels[j], "the populations of a mode");
        if (status == QFP_OK) {
            qfp_file_density_populations(&file, j, population);
            ring[j] = file_ring(population, file.levels[j], depth);
        }
        free(population);
        population = NULL;
    }
    qfp_file_density_destroy(&file);
    return status;
}

/* Every piece of one mode with every piece of the others; the piece i is made of the digits of i. */
static qfp_status write_product_pieces(const qfp_state *s, int modes, double depth,
                                       qfp_state_piece **next)
{
    size_t all = piece_count(s), stride = 1;
    qfp_status status = QFP_OK;
    for (int j = 0; j < modes && status == QFP_OK; j++) {
        size_t count;
        qfp_state_piece *own = NULL;
        status = qfp_initial_state_pieces(&s->parts[j], 1, depth, &count, &own);
        for (size_t i = 0; status == QFP_OK && i < all; i++) {
            const qfp_state_piece *from = &own[i / stride % count];
            qfp_state_piece *to = &(*next)[i];
            to->q[j] = from->q[0];
            to->p[j] = from->p[0];
            to->ring[j] = from->ring[0];
            to->width[j] = from->width[0];
        }
        stride *= status == QFP_OK ? count : 1;
        free(own);
    }
    *next += all;
    return status;
}

static qfp_status write_pieces(const qfp_state *s, int modes, double depth, qfp_state_piece **next)
{
    if (s->kind == QFP_STATE_PRODUCT)
        return write_product_pieces(s, modes, depth, next);
    if (s->kind == QFP_STATE_SUPERPOSITION || s->kind == QFP_STATE_MIXTURE) {
        for (size_t i = 0; i < s->part_count; i++)
            QFP_TRY(write_pieces(&s->parts[i], modes, depth, next));
        return QFP_OK;
    }
    qfp_state_piece *piece = (*next)++;
    for (int j = 0; j < modes; j++) {
        piece->q[j] = sqrt(2.0) * creal(s->alpha[j]);
        piece->p[j] = sqrt(2.0) * cimag(s->alpha[j]);
        piece->width[j] = exp(fabs(s->r[j])) * sqrt(2.0 * s->nbar[j] + 1.0);
        if (s->kind == QFP_STATE_FOCK && s->level[j] > 0)
            piece->ring[j] = sqrt(2.0 * s->level[j] + 1.0);
    }
    if (s->kind == QFP_STATE_FILE)
        return file_rings(s, modes, depth, piece->ring);
    return QFP_OK;
}

qfp_status qfp_initial_state_pieces(const qfp_state *state, int modes, double depth, size_t *count,
                                    qfp_state_piece **pieces)
{
    qfp_state_piece *list = NULL;
    *count = piece_count(state);
    QFP_TRY(QFP_ALLOCATE(list, *count, "the pieces of the initial state"));
    qfp_state_piece *next = list;
    qfp_status status = write_pieces(state, modes, depth, &next);
    if (status != QFP_OK) {
        free(list);
        return status;
    }
    *pieces = list;
    return QFP_OK;
}
