/* grid_plan.c - FFTW plans over the P or the Q axes, the other group as one vector loop. */
#include "cpu/grid_plan.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "cpu/objects.h"

/* Up to this size FFTW times its algorithms; above, a measurement takes longer than it saves. */
#define MEASURED_DOUBLES ((size_t)1 << 21)

/* Pieces of a transform that is worth sharing; finer cuts of 32^4 cells lost a fifth of the
 * speed. */
enum { MOST_PIECES = 16 };

static pthread_mutex_t planner = PTHREAD_MUTEX_INITIALIZER;

void cpu_planner_lock(void)
{
    pthread_mutex_lock(&planner);
}

void cpu_planner_unlock(void)
{
    pthread_mutex_unlock(&planner);
}

/* Distance of neighbours along an axis, in elements of the space. */
static ptrdiff_t stride_of(const qfpi_shape *shape, int axis)
{
    ptrdiff_t stride = 1;
    for (int later = axis + 1; later < shape->axes; ++later)
        stride *= (ptrdiff_t)shape->length[later];
    return stride;
}

typedef struct layout {
    fftw_iodim64 axis[QFP_MAX_MODES], vector; /* from Z to the space */
} layout;

static void fill_layout(const qfp_grid_plan *plan, qfp_space space, layout *l)
{
    const qfpi_shape *z = &plan->shape[QFP_SPACE_Z], *s = &plan->shape[space];
    int modes = plan->grid.modes, first = space == QFP_SPACE_A ? modes : 0;
    ptrdiff_t points = 1;
    for (int j = 0; j < modes; ++j) {
        l->axis[j].n = plan->grid.points[j];
        l->axis[j].is = stride_of(z, first + j);
        l->axis[j].os = stride_of(s, first + j);
        points *= (ptrdiff_t)z->length[space == QFP_SPACE_A ? j : modes + j];
    }
    l->vector.n = points;
    l->vector.is = space == QFP_SPACE_A ? stride_of(z, modes - 1) : 1;
    l->vector.os = space == QFP_SPACE_A ? stride_of(s, modes - 1) : 1;
}

static void swap_direction(fftw_iodim64 *dim)
{
    ptrdiff_t is = dim->is;
    dim->is = dim->os;
    dim->os = is;
}

/* The finest even cut of the vector loop: even, because FFTW's plans hold for pointers aligned to
 * two doubles.  Short transforms stay whole. */
static void cut(qfp_grid_plan *plan, qfp_space space, layout *l)
{
    size_t points = (size_t)l->vector.n, pieces = 1;
    if (plan->doubles[QFP_SPACE_Z] >= CPU_PARALLEL_DOUBLES)
        for (size_t k = 2; k <= MOST_PIECES; ++k)
            if (points % (2 * k) == 0)
                pieces = k;
    l->vector.n = (ptrdiff_t)(points / pieces);
    plan->pieces[space] = pieces;
    plan->real_step[space] = (size_t)(l->vector.n * l->vector.is);
    plan->half_step[space] = 2 * (size_t)(l->vector.n * l->vector.os);
}

/* With the planner locked. */
static qfp_status make_plans(qfp_grid_plan *plan, qfp_space space, double *real, double *half)
{
    layout l;
    fill_layout(plan, space, &l);
    cut(plan, space, &l);
    int modes = plan->grid.modes;
    size_t doubles = plan->doubles[QFP_SPACE_Z];
    bool timed = doubles <= MEASURED_DOUBLES && !plan->context->reproducible;
    unsigned effort = timed ? FFTW_MEASURE : FFTW_ESTIMATE;
    plan->forward[space] = fftw_plan_guru64_dft_r2c(
        modes, l.axis, 1, &l.vector, real, (fftw_complex *)half, effort | FFTW_PRESERVE_INPUT);
    for (int j = 0; j < modes; ++j)
        swap_direction(&l.axis[j]);
    swap_direction(&l.vector);
    plan->inverse[space] = fftw_plan_guru64_dft_c2r(
        modes, l.axis, 1, &l.vector, (fftw_complex *)half, real, effort | FFTW_DESTROY_INPUT);
    if (plan->forward[space] == NULL || plan->inverse[space] == NULL)
        return QFP_FAIL(QFP_INTERNAL, "FFTW found no plan for space %c of a grid of %zu cells",
                        space == QFP_SPACE_A ? 'A' : 'B', doubles);
    return QFP_OK;
}

/* Lengths with a prime factor too large for a line. */
static qfp_status plan_fftw(qfp_grid_plan *plan)
{
    double *real = NULL, *half = NULL;
    size_t largest = plan->doubles[QFP_SPACE_A] > plan->doubles[QFP_SPACE_B]
                         ? plan->doubles[QFP_SPACE_A]
                         : plan->doubles[QFP_SPACE_B];
    qfp_status status = cpu_allocate(plan->doubles[QFP_SPACE_Z], "planning transforms", &real);
    if (status == QFP_OK)
        status = cpu_allocate(largest, "planning transforms", &half);
    if (status == QFP_OK) {
        pthread_mutex_lock(&planner);
        for (int space = QFP_SPACE_A; status == QFP_OK && space <= QFP_SPACE_B; ++space)
            if (plan->doubles[space] > 0)
                status = make_plans(plan, (qfp_space)space, real, half);
        pthread_mutex_unlock(&planner);
    }
    free(real);
    free(half);
    return status;
}

static qfp_status plan_transforms(qfp_grid_plan *plan)
{
    if (!cpu_group_fits(&plan->grid))
        return plan_fftw(plan);
    plan->by_group = 1;
    for (int space = QFP_SPACE_A; space <= QFP_SPACE_B; ++space)
        if (plan->doubles[space] > 0)
            QFP_TRY(cpu_group_create(&plan->grid, &plan->shape[QFP_SPACE_Z], (qfp_space)space,
                                     plan->context->threads, &plan->group[space]));
    return QFP_OK;
}

static void destroy(qfp_grid_plan *plan)
{
    if (plan == NULL)
        return;
    cpu_group_destroy(&plan->group[QFP_SPACE_A]);
    cpu_group_destroy(&plan->group[QFP_SPACE_B]);
    pthread_mutex_lock(&planner);
    for (int space = 0; space < 3; ++space) {
        if (plan->forward[space] != NULL)
            fftw_destroy_plan(plan->forward[space]);
        if (plan->inverse[space] != NULL)
            fftw_destroy_plan(plan->inverse[space]);
    }
    pthread_mutex_unlock(&planner);
    free(plan);
}

static qfp_status create(qfp_context *context, const qfp_grid *grid, qfp_grid_plan **out)
{
    *out = NULL;
    QFP_TRY(qfpi_grid_check(grid));
    qfp_grid_plan *plan = NULL;
    QFP_TRY(QFP_ALLOCATE(plan, 1, "a grid plan"));
    plan->context = context;
    plan->grid = *grid;
    for (int space = QFP_SPACE_Z; space <= QFP_SPACE_B; ++space) {
        qfpi_shape_fill(grid, (qfp_space)space, &plan->shape[space]);
        plan->doubles[space] = qfp_grid_doubles(grid, (qfp_space)space);
    }
    qfp_status status = plan_transforms(plan);
    if (status != QFP_OK) {
        destroy(plan);
        return status;
    }
    *out = plan;
    return QFP_OK;
}

static void transform_piece(const qfp_grid_plan *plan, qfp_space space, qfp_direction direction,
                            double *real, double *half, size_t piece)
{
    double *r = real + piece * plan->real_step[space];
    fftw_complex *h = (fftw_complex *)(half + piece * plan->half_step[space]);
    if (direction == QFP_FORWARD)
        fftw_execute_dft_r2c(plan->forward[space], r, h);
    else
        fftw_execute_dft_c2r(plan->inverse[space], h, r);
}

/* A parallel region costs half a microsecond even with one thread, a tenth of a small transform:
 * one thread gets a plain loop here and in the other hot slots. */
static qfp_status transform(qfp_grid_plan *plan, qfp_space space, qfp_direction direction,
                            qfp_buffer *in, qfp_buffer *out)
{
    if (space == QFP_SPACE_Z || plan->doubles[space] == 0)
        return QFP_FAIL(QFP_INTERNAL,
                        "transforms lead to and from the spaces A and B that a grid has");
    int threads = cpu_threads_for(plan->context, plan->doubles[QFP_SPACE_Z]);
    double *real = direction == QFP_FORWARD ? in->data : out->data;
    double *half = direction == QFP_FORWARD ? out->data : in->data;
    if (plan->by_group) {
        if (direction == QFP_FORWARD)
            cpu_group_forward(&plan->group[space], threads, real, half);
        else
            cpu_group_inverse(&plan->group[space], threads, half, real);
        return QFP_OK;
    }
    if (threads == 1) {
        for (size_t piece = 0; piece < plan->pieces[space]; ++piece)
            transform_piece(plan, space, direction, real, half, piece);
        return QFP_OK;
    }
#pragma omp parallel for schedule(static) num_threads(threads)
    for (size_t piece = 0; piece < plan->pieces[space]; ++piece)
        transform_piece(plan, space, direction, real, half, piece);
    return QFP_OK;
}

/* FFTW works in the arrays it is given. */
static double transform_bytes(const qfp_grid *grid, qfp_precision precision)
{
    (void)grid;
    (void)precision;
    return 0.0;
}

const qfp_grid_operations qfp_cpu_grid = {
    .create = create,
    .destroy = destroy,
    .transform = transform,
    .transform_bytes = transform_bytes,
    .product_fill = cpu_product_fill,
    .marginal = cpu_marginal,
    .contract = cpu_contract,
};
