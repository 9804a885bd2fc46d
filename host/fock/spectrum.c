#include "fock/spectrum.h"

#include <arpack/arpack.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fock/fock_generator.h"
#include "fock/unknown_map.h"

static void take_extremes(size_t count, const double *re, const double *im, qfp_spectrum *out)
{
    for (size_t i = 0; i < count; i++) {
        out->growth = fmax(out->growth, re[i]);
        out->frequency = fmax(out->frequency, fabs(im[i]));
    }
}

static qfp_status dense(qfp_unknown_map *u, qfp_spectrum *out)
{
    size_t n = u->count;
    double *matrix = NULL, *re = NULL, *im = NULL;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(matrix, n * n, "a spectrum"));
    QFP_TRY_GOTO(QFP_ALLOCATE(re, n, "eigenvalues"));
    QFP_TRY_GOTO(QFP_ALLOCATE(im, n, "eigenvalues"));
    for (size_t column = 0; column < n; column++) { /* L on unit vectors; re is scratch */
        re[column] = 1.0;
        QFP_TRY_GOTO(qfp_unknown_map_apply(u, re, matrix + column * n));
        re[column] = 0.0;
    }
    lapack_int failed = LAPACKE_dgeev(LAPACK_COL_MAJOR, 'N', 'N', (lapack_int)n, matrix,
                                      (lapack_int)n, re, im, NULL, 1, NULL, 1);
    if (failed != 0)
        status = QFP_FAIL(QFP_TOLERANCE, "the eigenvalues of a generator did not converge (%d)",
                          (int)failed);
    else
        take_extremes(n, re, im, out);
done:
    free(matrix);
    free(re);
    free(im);
    return status;
}

enum { WANTED = 4, ARNOLDI = 60, RESTARTS = 400 };

/* The WANTED eigenvalues with the largest real parts. */
static qfp_status iterate(qfp_unknown_map *u, double *work, qfp_spectrum *out)
{
    const char *which = "LR";
    a_int n = (a_int)u->count, ido = 0, info = 1, restarts[11] = {0}, where[14] = {0};
    a_int select[ARNOLDI];
    a_int work_size = 3 * ARNOLDI * ARNOLDI + 6 * ARNOLDI;
    double *v = work, *moved = v + u->count * ARNOLDI, *residual = moved + 3 * u->count;
    double *small = residual + u->count;
    double re[WANTED + 1], im[WANTED + 1], scratch[3 * ARNOLDI];
    const double tolerance = 1e-6;
    restarts[0] = 1;
    restarts[2] = RESTARTS;
    restarts[6] = 1;
    for (size_t i = 0; i < u->count; i++) /* a fixed start that lies in no invariant subspace */
        residual[i] = sin(1.0 + 0.7 * (double)i) + 0.1;
    do {
        dnaupd_c(&ido, "I", n, which, WANTED, tolerance, residual, ARNOLDI, v, n, restarts, where,
                 moved, small, work_size, &info);
        if (ido == 1 || ido == -1)
            QFP_TRY(qfp_unknown_map_apply(u, moved + where[0] - 1, moved + where[1] - 1));
    } while (ido == 1 || ido == -1);
    if (info != 0)
        return QFP_FAIL(QFP_TOLERANCE,
                        "the Arnoldi iteration on %zu unknowns ended without convergence (%d after "
                        "%d restarts); take fewer levels",
                        u->count, (int)info, (int)restarts[2]);
    dneupd_c(0, "A", select, re, im, v, n, 0.0, 0.0, scratch, "I", n, which, WANTED, tolerance,
             residual, ARNOLDI, v, n, restarts, where, moved, small, work_size, &info);
    if (info != 0)
        return QFP_FAIL(QFP_TOLERANCE, "the eigenvalues of the Arnoldi iteration failed (%d)",
                        (int)info);
    for (int i = 0; i < WANTED; i++)
        out->growth = fmax(out->growth, re[i]);
    return QFP_OK;
}

static qfp_status iterative(qfp_unknown_map *u, qfp_spectrum *out)
{
    double *work = NULL;
    size_t doubles = u->count * (ARNOLDI + 4) + 3 * ARNOLDI * ARNOLDI + 6 * ARNOLDI;
    out->frequency = NAN;
    out->growth = 0.0;
    if (u->map->skew) /* by the form of L: there is nothing to search for */
        return QFP_OK;
    QFP_TRY(QFP_ALLOCATE(work, doubles, "a spectrum"));
    out->growth = -INFINITY;
    qfp_status status = iterate(u, work, out);
    free(work);
    return status;
}

static qfp_status check_memory(const qfp_fock_space *space, int levels)
{
    double unknowns = (double)space->dimension * (double)space->dimension;
    double bytes =
        unknowns <= QFP_SPECTRUM_DENSE ? 8.0 * unknowns * unknowns : 8.0 * unknowns * (ARNOLDI + 8);
    double available = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
    if (bytes > 0.5 * available || unknowns > 2e9)
        return QFP_FAIL(QFP_MEMORY,
                        "a spectrum with %d levels per mode has %.3g unknowns and needs %.3g GB, "
                        "half of this machine's memory is %.3g GB",
                        levels, unknowns, bytes / 1e9, 0.5 * available / 1e9);
    return QFP_OK;
}

qfp_status qfp_spectrum_find(const qfp_polynomial *generator, int modes, int levels,
                             qfp_spectrum *out)
{
    const qfp_backend *backend = qfp_backend_cpu();
    qfp_context *context = NULL;
    qfp_fock_generator *g = NULL;
    qfp_fock_space space;
    qfp_unknown_map u = {0};
    int of_each[QFP_MAX_MODES];
    qfp_status status;
    for (int j = 0; j < QFP_MAX_MODES; j++)
        of_each[j] = levels;
    QFP_TRY(qfp_fock_space_set(modes, of_each, &space));
    QFP_TRY(check_memory(&space, levels));
    QFP_TRY_GOTO(backend->device->context_create(0, &context));
    QFP_TRY_GOTO(qfp_fock_generator_create(backend, context, &space, generator, &g));
    QFP_TRY_GOTO(qfp_unknown_map_create(&space, qfp_fock_generator_map(g), &u));
    *out = (qfp_spectrum){.growth = -INFINITY, .dense = u.count <= QFP_SPECTRUM_DENSE};
    status = out->dense ? dense(&u, out) : iterative(&u, out);
done:
    qfp_unknown_map_destroy(&u);
    qfp_fock_generator_destroy(g);
    if (context != NULL)
        backend->device->context_destroy(context);
    return status;
}
