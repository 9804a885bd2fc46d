/* plane_create.cu - staging of one mode's part of a generator: tables in the order of positions. */
#include <math.h>
#include <stdlib.h>

#include "cuda/complex.cuh"
#include "cuda/plane.cuh"
#include "cuda/slots.h"
#include "staging/plane_stage.h"

static const double two_pi = 6.283185307179586476925286766559;

/* All factors on their way to the device; R is the type of the context's buffers. */
template <class R> struct host_tables {
    cuda_plane_factor *factor;
    size_t factor_count, used;
    R *table;
    double *re, *im; /* of one factor, natural order */
};

static int layout_of(const qfp_grid_plan *plan, int mode, cuda_plane_layout *layout)
{
    return mode >= 0 && mode < plan->grid.modes &&
           cuda_plane_layout_choose((unsigned)plan->grid.points[mode],
                                    cuda_real_bytes(plan->context), plan->context->shared_most,
                                    layout);
}

int cuda_plane_fits(const qfp_grid_plan *plan, int mode)
{
    cuda_plane_layout layout;
    return layout_of(plan, mode, &layout);
}

/* One part of a factor, [coordinate][frequency] to [position][line]. */
template <class R>
static size_t append(const cuda_plane_layout *layout, int occurs, const double *part,
                     host_tables<R> *to)
{
    if (!occurs)
        return CUDA_PLANE_NONE;
    size_t n = layout->n, start = to->used;
    for (size_t position = 0; position < n; ++position) {
        size_t frequency = cuda_plane_frequency(layout, (unsigned)position);
        for (size_t line = 0; line < n; ++line)
            to->table[to->used++] = (R)part[line * n + frequency];
    }
    return start;
}

template <class R>
static void add_factor(const qfp_grid_plan *plan, const qfp_plane_spec *spec,
                       const cuda_plane_layout *layout, qfp_space space,
                       const qfp_plane_factor *factor, double scale, host_tables<R> *to)
{
    qfpi_plane_parts parts = qfpi_plane_parts_of(factor);
    cuda_plane_factor *next = &to->factor[to->factor_count++];
    /* A factor comes with a transform there and back, which multiplies by n. */
    qfpi_plane_table(&plan->grid, spec, space, factor, scale / layout->n, to->re, to->im);
    next->re = append(layout, parts.re, to->re, to);
    next->im = append(layout, parts.im, to->im, to);
}

template <class R>
static void fill(const qfp_grid_plan *plan, const qfp_plane_spec *spec,
                 const cuda_plane_layout *layout, host_tables<R> *to)
{
    double share = spec->symmetrised ? 0.5 : 1.0;
    add_factor(plan, spec, layout, QFP_SPACE_A, &spec->pure_a, 1.0, to);
    add_factor(plan, spec, layout, QFP_SPACE_B, &spec->pure_b, 1.0, to);
    for (size_t r = 0; r < spec->pair_count; ++r) {
        add_factor(plan, spec, layout, QFP_SPACE_A, &spec->f[r], share, to);
        add_factor(plan, spec, layout, QFP_SPACE_B, &spec->g[r], 1.0, to);
    }
}

template <class R> static qfp_status stage_roots(qfp_plane *plane)
{
    unsigned n = plane->view.layout.n;
    cuda_complex<R> *roots = nullptr;
    QFP_TRY(QFP_ALLOCATE(roots, n, "the roots of a plane"));
    for (unsigned k = 0; k < n; ++k)
        roots[k] = cuda_complex<R>{(R)cos(two_pi * k / n), (R)-sin(two_pi * k / n)};
    qfp_status status = cuda_copy_in(plane->context, roots, n, sizeof *roots,
                                     "the roots of a plane", &plane->roots);
    free(roots);
    plane->view.roots = plane->roots;
    return status;
}

template <class R>
static qfp_status stage_tables(const qfp_grid_plan *plan, const qfp_plane_spec *spec,
                               qfp_plane *plane)
{
    const cuda_plane_layout *layout = &plane->view.layout;
    size_t n = layout->n, factors = 2 + 2 * spec->pair_count;
    host_tables<R> to = {};
    qfp_status status = QFP_ALLOCATE(to.factor, factors, "the factors of a plane");
    if (status == QFP_OK)
        status = QFP_ALLOCATE(to.table, 2 * factors * n * n, "the tables of a plane");
    if (status == QFP_OK)
        status = QFP_ALLOCATE(to.re, n * n, "a table of a plane");
    if (status == QFP_OK)
        status = QFP_ALLOCATE(to.im, n * n, "a table of a plane");
    if (status == QFP_OK) {
        fill(plan, spec, layout, &to);
        status = cuda_stage(plane->context, to.factor, factors, "the factors of a plane",
                            &plane->factor);
    }
    if (status == QFP_OK)
        status = cuda_copy_in(plane->context, to.table, to.used, sizeof(R), "the tables of a plane",
                              &plane->tables);
    plane->view.factor = plane->factor;
    plane->view.tables = plane->tables;
    free(to.factor);
    free(to.table);
    free(to.re);
    free(to.im);
    return status;
}

static void fill_view(const qfp_grid *grid, const qfp_plane_spec *spec, cuda_plane_view *view)
{
    view->planes = view->between = view->after = 1;
    for (int j = 0; j < grid->modes; ++j) {
        size_t n = (size_t)grid->points[j];
        view->planes *= j != spec->mode ? n * n : 1;
        view->between *= j != spec->mode ? n : 1; /* Q axes behind mode j, P axes in front of it */
        view->after *= j > spec->mode ? n : 1;
    }
    view->has_pure_a = spec->pure_a.term_count > 0;
    view->has_pure_b = spec->pure_b.term_count > 0;
    view->pairs = (int)spec->pair_count;
    view->symmetrised = spec->symmetrised && spec->pair_count > 0;
}

static qfp_status stage(const qfp_grid_plan *plan, const qfp_plane_spec *spec, qfp_plane *plane)
{
    qfp_context *context = plan->context;
    fill_view(&plan->grid, spec, &plane->view);
    if (context->precision == QFP_PRECISION_SINGLE) {
        QFP_TRY(stage_roots<float>(plane));
        return stage_tables<float>(plan, spec, plane);
    }
    QFP_TRY(stage_roots<double>(plane));
    return stage_tables<double>(plan, spec, plane);
}

qfp_status cuda_plane_create(qfp_grid_plan *plan, const qfp_plane_spec *spec, qfp_plane **out)
{
    *out = nullptr;
    cuda_plane_layout layout;
    QFP_TRY(qfpi_plane_check(&plan->grid, spec));
    if (!layout_of(plan, spec->mode, &layout))
        return QFP_FAIL(QFP_UNSUPPORTED,
                        "planes of %d x %d points do not fit the shared memory of a block (%zu "
                        "bytes), or %d has a prime factor above 7",
                        plan->grid.points[spec->mode], plan->grid.points[spec->mode],
                        plan->context->shared_most, plan->grid.points[spec->mode]);
    qfp_plane *plane = nullptr;
    QFP_TRY(QFP_ALLOCATE(plane, 1, "a plane"));
    plane->context = plan->context;
    plane->view.layout = layout;
    qfp_status status = stage(plan, spec, plane);
    if (status != QFP_OK) {
        cuda_plane_destroy(plane);
        return status;
    }
    *out = plane;
    return QFP_OK;
}

void cuda_plane_destroy(qfp_plane *plane)
{
    if (plane == nullptr)
        return;
    (void)cudaFree(plane->factor);
    (void)cudaFree(plane->tables);
    (void)cudaFree(plane->roots);
    free(plane);
}
