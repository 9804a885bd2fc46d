#include "fock/growth_rate.h"

#include <lapacke.h>
#include <math.h>
#include <stdlib.h>

#include "fock/fock_generator.h"

/* Which of the doubles of a packed state are unknowns: all but the imaginary parts of the diagonal.
 * Returns their number, D². */
static size_t list_unknowns(const qfp_fock_space *space, size_t *at)
{
    size_t count = 0;
    for (size_t m = 0; m < space->dimension; m++)
        for (size_t n = m; n < space->dimension; n++) {
            size_t number = 2 * (qfp_fock_offset(space, m) + n - m);
            at[count++] = number;
            if (n > m)
                at[count++] = number + 1;
        }
    return count;
}

/* L column by column, from its action on unit vectors. */
static qfp_status fill_matrix(qfp_linear_map *map, size_t unknowns, const size_t *at,
                              double *column, double *matrix)
{
    const qfp_backend *b = map->backend;
    qfp_buffer *x = NULL, *y = NULL;
    qfp_status status;
    QFP_TRY_GOTO(b->buffer_create(map->context, map->count, &x));
    QFP_TRY_GOTO(b->buffer_create(map->context, map->count, &y));
    for (size_t c = 0; c < unknowns; c++) {
        for (size_t i = 0; i < map->count; i++)
            column[i] = 0.0;
        column[at[c]] = 1.0;
        QFP_TRY_GOTO(b->upload(x, 0, map->count, column));
        QFP_TRY_GOTO(qfp_linear_map_apply(map, x, y));
        QFP_TRY_GOTO(b->download(y, 0, map->count, column));
        for (size_t r = 0; r < unknowns; r++)
            matrix[c * unknowns + r] = column[at[r]];
    }
done:
    b->buffer_destroy(x);
    b->buffer_destroy(y);
    return status;
}

static qfp_status largest_real_part(size_t n, double *matrix, double *rate)
{
    double *real = NULL, *imaginary = NULL;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(real, n, "eigenvalues"));
    QFP_TRY_GOTO(QFP_ALLOCATE(imaginary, n, "eigenvalues"));
    lapack_int size = (lapack_int)n;
    lapack_int failed = LAPACKE_dgeev(LAPACK_COL_MAJOR, 'N', 'N', size, matrix, size, real,
                                      imaginary, NULL, 1, NULL, 1);
    if (failed != 0) {
        status = QFP_FAIL(QFP_INTERNAL, "the eigenvalues of a generator did not converge (%d)",
                          (int)failed);
        goto done;
    }
    *rate = real[0];
    for (size_t i = 1; i < n; i++)
        *rate = fmax(*rate, real[i]);
done:
    free(real);
    free(imaginary);
    return status;
}

qfp_status qfp_growth_rate(const qfp_polynomial *generator, int modes, int levels, double *rate)
{
    const qfp_backend *backend = qfp_backend_cpu();
    qfp_context *context = NULL;
    qfp_fock_generator *g = NULL;
    qfp_fock_space space;
    int of_each[QFP_MAX_MODES];
    size_t *at = NULL, unknowns;
    double *column = NULL, *matrix = NULL;
    qfp_status status;
    for (int j = 0; j < QFP_MAX_MODES; j++)
        of_each[j] = levels;
    QFP_TRY(qfp_fock_space_set(modes, of_each, &space));
    QFP_TRY_GOTO(QFP_ALLOCATE(at, space.count, "a spectrum"));
    unknowns = list_unknowns(&space, at);
    QFP_TRY_GOTO(QFP_ALLOCATE(column, space.count, "a spectrum"));
    QFP_TRY_GOTO(QFP_ALLOCATE(matrix, unknowns * unknowns, "a spectrum"));
    QFP_TRY_GOTO(backend->context_create(0, &context));
    QFP_TRY_GOTO(qfp_fock_generator_create(backend, context, &space, generator, &g));
    QFP_TRY_GOTO(fill_matrix(qfp_fock_generator_map(g), unknowns, at, column, matrix));
    status = largest_real_part(unknowns, matrix, rate);
done:
    qfp_fock_generator_destroy(g);
    if (context != NULL)
        backend->context_destroy(context);
    free(at);
    free(column);
    free(matrix);
    return status;
}
