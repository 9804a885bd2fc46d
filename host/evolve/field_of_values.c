/* field_of_values.c - where the values of a map lie that is not skew: an Arnoldi basis of a broad vector, and
 * the symmetric and the skew part of L in it. */
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>

#include "evolve/linear_map.h"

enum { STEPS = QFP_FIELD_MOST - 1 };
#define MARGIN 0.05 /* of the extent: what extreme Ritz values of so many steps leave out */

typedef struct arnoldi {
    qfp_buffer *v[STEPS], *image;
    double h[STEPS][STEPS]; /* ⟨v_i, L v_j⟩ at [i][j] */
    int size, steps;
} arnoldi;

/* v_{j+1} from L v_j, which is orthogonalised once: a rough estimate is enough. */
static qfp_status extend(qfp_linear_map *map, arnoldi *a, int j)
{
    const qfp_vector_operations *v = map->backend->vector;
    double overlap[STEPS], minus[STEPS], squared;
    QFP_TRY(qfp_linear_map_apply(map, a->v[j], a->image));
    QFP_TRY(v->inner(map->count, j + 1, a->v, a->image, overlap));
    for (int i = 0; i <= j; i++) {
        a->h[i][j] = overlap[i];
        minus[i] = -overlap[i];
    }
    a->size = j + 1;
    if (j + 1 == a->steps)
        return QFP_OK;
    QFP_TRY(v->combine(map->count, 1.0, a->image, j + 1, minus, a->v));
    QFP_TRY(v->inner(map->count, 1, &a->image, a->image, &squared));
    if (!isfinite(squared))
        return QFP_FAIL(QFP_NOT_FINITE, "the generator produces values that are not finite");
    double norm = sqrt(squared), scale = norm > 0.0 ? 1.0 / norm : 0.0;
    a->h[j + 1][j] = norm;
    return v->combine(map->count, 0.0, a->v[j + 1], 1, &scale, &a->image);
}

/* Eigenvalues of a symmetric matrix [size][size], ascending. */
static qfp_status eigenvalues(int size, double *matrix, double *values)
{
    if (LAPACKE_dsyev(LAPACK_ROW_MAJOR, 'N', 'U', size, matrix, size, values) != 0)
        return QFP_FAIL(QFP_INTERNAL, "the eigenvalues of a small matrix did not converge");
    return QFP_OK;
}

/* Those of ½(H + Hᵀ), and the root of the largest of KᵀK, K = ½(H − Hᵀ). */
static qfp_status read_extremes(const arnoldi *a, qfp_field_of_values *out)
{
    int n = a->size;
    double symmetric[STEPS * STEPS], square[STEPS * STEPS], values[STEPS];
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            symmetric[i * n + j] = 0.5 * (a->h[i][j] + a->h[j][i]);
            square[i * n + j] = 0.0;
            for (int k = 0; k < n; k++)
                square[i * n + j] += 0.25 * (a->h[k][i] - a->h[i][k]) * (a->h[k][j] - a->h[j][k]);
        }
    QFP_TRY(eigenvalues(n, symmetric, values));
    double margin = MARGIN * (values[n - 1] - values[0]);
    out->low = values[0] - margin;
    out->high = values[n - 1] + margin;
    QFP_TRY(eigenvalues(n, square, values));
    out->radius = (1.0 + MARGIN) * sqrt(fmax(values[n - 1], 0.0));
    return QFP_OK;
}

static qfp_status measure(qfp_linear_map *map, arnoldi *a, qfp_field_of_values *out)
{
    const qfp_vector_operations *v = map->backend->vector;
    double squared;
    for (int i = 0; i < a->steps; i++)
        QFP_TRY(v->create(map->context, map->count, &a->v[i]));
    QFP_TRY(v->create(map->context, map->count, &a->image));
    QFP_TRY(qfpi_linear_map_noise(map, a->image));
    QFP_TRY(v->inner(map->count, 1, &a->image, a->image, &squared));
    double scale = 1.0 / sqrt(squared);
    QFP_TRY(v->combine(map->count, 0.0, a->v[0], 1, &scale, &a->image));
    for (int j = 0; j < a->steps; j++)
        QFP_TRY(extend(map, a, j));
    return read_extremes(a, out);
}

qfp_status qfp_linear_map_field(qfp_linear_map *map, size_t vectors, qfp_field_of_values *out)
{
    arnoldi *a = NULL;
    *out = (qfp_field_of_values){0};
    if (map->skew)
        return qfp_linear_map_radius(map, &out->radius);
    QFP_TRY(QFP_ALLOCATE(a, 1, "a Krylov basis"));
    vectors = vectors < QFP_FIELD_LEAST ? QFP_FIELD_LEAST : vectors;
    a->steps = vectors < QFP_FIELD_MOST ? (int)vectors - 1 : STEPS;
    qfp_status status = measure(map, a, out);
    for (int i = 0; i < a->steps; i++)
        map->backend->vector->destroy(a->v[i]);
    map->backend->vector->destroy(a->image);
    free(a);
    return status;
}
