/* plane_create.cu - staging of one mode's part of a generator. */
#include <math.h>
#include <stdlib.h>

#include "cuda/complex.cuh"
#include "cuda/plane.cuh"
#include "cuda/objects.cuh"
#include "shared/axis.h"
#include "staging/plane_stage.h"

static const double two_pi = 6.283185307179586476925286766559;

/* Everything on its way to the device; R is the type of the context's buffers. */
template <class R> struct plane_tables {
    cuda_plane_factor *factor;
    cuda_plane_product *product[2]; /* [along] */
    double *row;                    /* coefficients of one factor */
    R *coefficients;
    size_t factors, used, spectators;
    int count[2], inner[2], most_power;
};

static int fits(const qfp_grid_plan *plan, int mode)
{
    const qfp_grid *grid = &plan->grid;
    cuda_plane_layout layout;
    if (mode < 0 || mode >= grid->modes ||
        (grid->slab.count > 0 && grid->slab.axis != qfp_slab_axis_of_planes(grid, mode)))
        return 0;
    unsigned n = (unsigned)grid->points[mode];
    /* Where more arrays do not fit, scratch takes them. */
    return cuda_plane_program_of(n, cuda_real_bytes(plan->context)) != nullptr &&
           cuda_plane_layout_choose(plan->context, n, 1, &layout);
}

/* The index of a factor, or none for one without terms. */
template <class R>
static int add_factor(const qfp_grid_plan *plan, int mode, qfp_space space,
                      const qfp_plane_factor *factor, double share, plane_tables<R> *to)
{
    size_t n = (size_t)plan->grid.points[mode];
    qfpi_plane_powers powers = qfpi_plane_powers_of(&plan->grid, mode, space, factor);
    if (powers.even + powers.odd == 0)
        return CUDA_PLANE_NONE;
    /* A factor comes with a transform there and back, which multiplies by n. */
    qfpi_plane_coefficients(&plan->grid, mode, space, factor, share / (double)n, to->row);
    to->factor[to->factors] =
        cuda_plane_factor{(unsigned)to->used, (unsigned)(to->used + (size_t)powers.even * n),
                          powers.even, powers.odd};
    for (size_t i = 0; i < (size_t)(powers.even + powers.odd) * n; ++i)
        to->coefficients[to->used++] = (R)to->row[i];
    int highest = 2 * powers.even > 2 * powers.odd + 1 ? 2 * powers.even : 2 * powers.odd + 1;
    to->most_power = highest > to->most_power ? highest : to->most_power;
    return (int)to->factors++;
}

template <class R>
static void add_product(int along, int first, int spectator, int last, plane_tables<R> *to)
{
    if (last == CUDA_PLANE_NONE)
        return;
    to->product[along][to->count[along]++] = cuda_plane_product{first, spectator, last};
    to->inner[along] += first != CUDA_PLANE_NONE;
}

/* The pairs of all parts before the pure factors: products with an inner part come first. */
template <class R>
static void fill(const qfp_grid_plan *plan, const qfp_plane_spec *spec, plane_tables<R> *to)
{
    for (int pure = 0; pure < 2; ++pure) {
        int next = 0;
        for (size_t i = 0; i < spec->part_count; ++i) {
            const qfp_plane_part *part = &spec->part[i];
            int spectator = part->spectator.term_count > 0 ? next++ : CUDA_PLANE_NONE;
            for (size_t r = 0; !pure && r < part->pair_count; ++r) {
                double share = spec->symmetrised ? 0.5 : 1.0;
                int f = add_factor(plan, spec->mode, QFP_SPACE_A, &part->f[r], share, to);
                int g = add_factor(plan, spec->mode, QFP_SPACE_B, &part->g[r], 1.0, to);
                if (f == CUDA_PLANE_NONE || g == CUDA_PLANE_NONE)
                    continue;
                add_product(CUDA_ALONG_P, g, spectator, f, to);
                if (spec->symmetrised)
                    add_product(CUDA_ALONG_Q, f, spectator, g, to);
            }
            if (!pure)
                continue;
            add_product(CUDA_ALONG_P, CUDA_PLANE_NONE, spectator,
                        add_factor(plan, spec->mode, QFP_SPACE_A, &part->pure_a, 1.0, to), to);
            add_product(CUDA_ALONG_Q, CUDA_PLANE_NONE, spectator,
                        add_factor(plan, spec->mode, QFP_SPACE_B, &part->pure_b, 1.0, to), to);
        }
        to->spectators = (size_t)next;
    }
}

/* A copy on the device that goes with the plane. */
template <class T>
static qfp_status keep(qfp_plane *plane, const T *from, size_t count, const T **out)
{
    void **memory = &plane->memory[plane->memories];
    QFP_TRY(cuda_copy_in(plane->context, from, count, sizeof *from, "a table of a plane", memory));
    plane->memories += 1;
    *out = static_cast<const T *>(*memory);
    return QFP_OK;
}

template <class R>
static qfp_status keep_real(qfp_plane *plane, const double *from, size_t count, const void **out)
{
    R *numbers = nullptr;
    const R *kept = nullptr;
    QFP_TRY(QFP_ALLOCATE(numbers, count, "a table of a plane"));
    for (size_t i = 0; i < count; ++i)
        numbers[i] = (R)from[i];
    qfp_status status = keep(plane, numbers, count, &kept);
    free(numbers);
    *out = kept;
    return status;
}

/* powers[p][k] and the window [x][k] of one space. */
template <class R>
static qfp_status keep_space(const qfp_grid_plan *plan, const qfp_plane_spec *spec, int along,
                             int most_power, qfp_plane *plane)
{
    int n = plan->grid.points[spec->mode], of_p = along == CUDA_ALONG_P;
    size_t cells = (size_t)n * (size_t)n, count = (size_t)(most_power + 1) * (size_t)n;
    double *table = nullptr;
    const double *window = of_p ? spec->window_a : spec->window_b;
    cuda_plane_space *space = &plane->view.space[along];
    QFP_TRY(QFP_ALLOCATE(table, cells > count ? cells : count, "a table of a plane"));
    for (int p = 0; p <= most_power; ++p)
        for (int k = 0; k < n; ++k)
            table[p * n + k] = qfpi_axis_power_cell(
                1, k, n, plan->grid.extent[of_p ? plan->grid.modes + spec->mode : spec->mode], p);
    qfp_status status = keep_real<R>(plane, table, count, &space->powers);
    if (status == QFP_OK && window != nullptr) {
        for (int x = 0; x < n; ++x)
            for (int k = 0; k < n; ++k)
                table[x * n + k] = of_p ? window[x * n + k] : window[k * n + x];
        status = keep_real<R>(plane, table, cells, &space->window);
    }
    free(table);
    return status;
}

template <class R> static qfp_status keep_roots(unsigned n, qfp_plane *plane)
{
    double *roots = nullptr;
    QFP_TRY(QFP_ALLOCATE(roots, 2 * (size_t)n, "the roots of a plane"));
    for (unsigned k = 0; k < n; ++k) {
        roots[2 * k] = cos(two_pi * k / n);
        roots[2 * k + 1] = -sin(two_pi * k / n);
    }
    qfp_status status = keep_real<R>(plane, roots, 2 * (size_t)n, &plane->view.roots);
    free(roots);
    return status;
}

static qfp_status keep_spectators(const qfp_grid_plan *plan, const qfp_plane_spec *spec,
                                  size_t count, qfp_plane *plane)
{
    double *values = nullptr;
    size_t next = 0, planes = plane->view.planes;
    if (count == 0)
        return QFP_OK;
    QFP_TRY(QFP_ALLOCATE(values, count * planes, "the spectators of a plane"));
    for (size_t i = 0; i < spec->part_count; ++i)
        if (spec->part[i].spectator.term_count > 0)
            qfpi_plane_spectator(&plan->grid, &plan->shape[QFP_SPACE_Z], spec,
                                 &spec->part[i].spectator, values + planes * next++);
    qfp_status status = keep(plane, values, count * planes, &plane->view.spectators);
    free(values);
    return status;
}

static void fill_view(const qfp_grid_plan *plan, int mode, cuda_plane_view *view)
{
    const qfpi_shape *shape = &plan->shape[QFP_SPACE_Z];
    int p = plan->grid.modes + mode;
    view->planes = qfpi_plane_count(&plan->grid, shape, mode);
    view->between = view->after = 1;
    for (int axis = mode + 1; axis < shape->axes; ++axis)
        if (axis < p) /* Q axes behind mode j, P axes in front of it */
            view->between *= shape->length[axis];
        else if (axis > p)
            view->after *= shape->length[axis];
}

/* The layout, and the blocks of a launch: one per pair of planes, but in scratch only as many as
 * run at a time, since each needs its own. */
static qfp_status choose_launch(qfp_plane *plane, unsigned n)
{
    qfp_context *context = plane->context;
    cuda_plane_view *view = &plane->view;
    const size_t most = (size_t)1 << 30;
    size_t pairs = (view->planes + 1) / 2;
    if (!cuda_plane_layout_choose(context, n, view->arrays, &plane->layout))
        return QFP_FAIL(QFP_UNSUPPORTED,
                        "lines of %u points do not fit the shared memory of a block (%zu bytes)", n,
                        context->shared_most);
    const cuda_plane_geometry g = cuda_plane_geometry_of(n, (unsigned)cuda_real_bytes(context) / 4);
    const void *kernel = plane->program->kernel[plane->layout.in_scratch];
    view->kept_at = plane->layout.kept_at;
    if (plane->layout.shared_bytes > 48 * 1024) /* beyond, a kernel has to ask */
        QFP_CUDA_TRY(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                          (int)context->shared_most),
                     "asking for the shared memory of a plane");
    if (plane->layout.in_scratch) {
        int blocks = 0;
        QFP_CUDA_TRY(cudaOccupancyMaxActiveBlocksPerMultiprocessor(
                         &blocks, kernel, (int)(g.warps * CUDA_WARP), plane->layout.shared_bytes),
                     "asking for the blocks of a plane");
        size_t at_a_time = (size_t)(blocks < 1 ? 1 : blocks) * (size_t)context->multiprocessors;
        pairs = pairs < at_a_time ? pairs : at_a_time;
        QFP_TRY(cuda_allocate(pairs, plane->layout.part_bytes, "scratch of a plane",
                              &plane->memory[plane->memories]));
        view->scratch = plane->memory[plane->memories++];
    }
    plane->blocks = (unsigned)(pairs < most ? pairs : most);
    return QFP_OK;
}

template <class R>
static qfp_status stage_tables(const qfp_grid_plan *plan, const qfp_plane_spec *spec,
                               plane_tables<R> *to, qfp_plane *plane)
{
    cuda_plane_view *view = &plane->view;
    const R *coefficients = nullptr;
    fill(plan, spec, to);
    QFP_TRY(keep(plane, to->factor, to->factors, &view->factor));
    QFP_TRY(keep(plane, to->coefficients, to->used, &coefficients));
    view->coefficients = coefficients;
    view->arrays = 1;
    for (int along = CUDA_ALONG_Q; along <= CUDA_ALONG_P; ++along) {
        cuda_plane_gather *gather = &view->gather[along];
        gather->inner = to->inner[along];
        gather->count = to->count[along];
        view->arrays = gather->inner > view->arrays ? gather->inner : view->arrays;
        QFP_TRY(keep(plane, to->product[along], (size_t)gather->count, &gather->product));
        QFP_TRY(keep_space<R>(plan, spec, along, to->most_power, plane));
    }
    QFP_TRY(keep_spectators(plan, spec, to->spectators, plane));
    unsigned n = (unsigned)plan->grid.points[spec->mode];
    QFP_TRY(keep_roots<R>(n, plane));
    return choose_launch(plane, n);
}

template <class R>
static qfp_status stage(const qfp_grid_plan *plan, const qfp_plane_spec *spec, qfp_plane *plane)
{
    size_t n = (size_t)plan->grid.points[spec->mode], pairs = 0, parts = spec->part_count;
    const size_t rows = QFPI_MAX_DEGREE + 2; /* of a factor: even and odd powers up to the degree */
    for (size_t i = 0; i < parts; ++i)
        pairs += spec->part[i].pair_count;
    plane_tables<R> to = {};
    to.most_power = 2;
    qfp_status status = QFP_ALLOCATE(to.factor, 2 * (parts + pairs), "the factors of a plane");
    if (status == QFP_OK)
        status = QFP_ALLOCATE(to.row, rows * n, "the factors of a plane");
    if (status == QFP_OK)
        status =
            QFP_ALLOCATE(to.coefficients, 2 * (parts + pairs) * rows * n, "the factors of a plane");
    for (int along = 0; along < 2 && status == QFP_OK; ++along)
        status = QFP_ALLOCATE(to.product[along], parts + pairs, "the products of a plane");
    if (status == QFP_OK)
        status = stage_tables(plan, spec, &to, plane);
    free(to.factor);
    free(to.row);
    free(to.coefficients);
    free(to.product[0]);
    free(to.product[1]);
    return status;
}

static void destroy(qfp_plane *plane)
{
    if (plane == nullptr)
        return;
    for (int i = 0; i < plane->memories; ++i)
        (void)cudaFree(plane->memory[i]);
    free(plane);
}

static qfp_status create(qfp_grid_plan *plan, const qfp_plane_spec *spec, qfp_plane **out)
{
    *out = nullptr;
    QFP_TRY(qfpi_plane_check(&plan->grid, spec));
    if (!fits(plan, spec->mode))
        return QFP_FAIL(QFP_UNSUPPORTED, "no kernel for planes of %d x %d points on this device",
                        plan->grid.points[spec->mode], plan->grid.points[spec->mode]);
    qfp_plane *plane = nullptr;
    QFP_TRY(QFP_ALLOCATE(plane, 1, "a plane"));
    plane->context = plan->context;
    plane->cells = plan->doubles[QFP_SPACE_Z];
    plane->program = cuda_plane_program_of((unsigned)plan->grid.points[spec->mode],
                                           cuda_real_bytes(plan->context));
    fill_view(plan, spec->mode, &plane->view);
    qfp_status status = CUDA_BY_PRECISION(plan->context, stage, plan, spec, plane);
    if (status != QFP_OK) {
        destroy(plane);
        return status;
    }
    *out = plane;
    return QFP_OK;
}

const qfp_plane_operations qfp_cuda_plane = [] {
    qfp_plane_operations o = {};
    o.fits = fits;
    o.create = create;
    o.destroy = destroy;
    o.apply = cuda_plane_apply;
    return o;
}();
