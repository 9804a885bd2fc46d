/* paths_boundary.cu - forward-backward ensembles: boundary values and exact steps. */
#include "cuda/paths.cuh"
#include "cuda/range.cuh"
#include "cuda/objects.cuh"
#include "shared/boundary_cell.h"

/* The tables of a qfp_boundary_spec on the device. */
struct boundary_memory {
    qfp_gaussian_term *end, *begin;
    double *decay;
};

static __global__ void k_boundary_begin(qfp_boundary_spec spec, qfp_path_set set, double *x,
                                        double *weights)
{
    for (size_t i = cuda_first_cell(); i < set.paths; i += cuda_cell_step()) {
        qfpi_complex alpha = qfpi_boundary_begin(&spec, set.seed, set.first_path + i, &weights[i]);
        cuda_path_store(set, x, i, 1, &alpha);
    }
}

static __global__ void k_boundary_advance(qfp_boundary_spec spec, qfp_path_set set, size_t node,
                                          double *x)
{
    for (size_t i = cuda_first_cell(); i < set.paths; i += cuda_cell_step()) {
        qfpi_complex alpha;
        cuda_path_load(set, x, i, &alpha);
        alpha = qfpi_boundary_cell(&spec, set.seed, set.first_path + i, node, alpha);
        cuda_path_store(set, x, i, 1, &alpha);
    }
}

static void release(boundary_memory *m)
{
    (void)cudaFree(m->end);
    (void)cudaFree(m->begin);
    (void)cudaFree(m->decay);
}

/* *on_device: the spec with its tables there. */
static qfp_status stage(qfp_context *context, const qfp_boundary_spec *spec, boundary_memory *m,
                        qfp_boundary_spec *on_device)
{
    const char *what = "boundary values";
    *on_device = *spec;
    if (spec->end_count > 0)
        QFP_TRY(cuda_stage(context, spec->end, spec->end_count, what, &m->end));
    if (spec->initialisation != QFP_BOUNDARY_SIGNED) /* signed needs none */
        QFP_TRY(cuda_stage(context, spec->begin, spec->begin_count, what, &m->begin));
    if (spec->node_count > 0)
        QFP_TRY(cuda_stage(context, spec->decay, spec->node_count, what, &m->decay));
    on_device->end = m->end;
    on_device->begin = m->begin;
    on_device->decay = m->decay;
    return QFP_OK;
}

/* Both wait: the tables are freed next. */
static qfp_status begin_there(qfp_context *context, const qfp_path_set *set,
                              const qfp_boundary_spec &there, qfp_buffer *x, qfp_buffer *weights)
{
    QFP_LAUNCH(k_boundary_begin, cuda_blocks(set->paths), CUDA_THREADS, 0, context->stream, there,
               *set, cuda_data<double>(x), cuda_data<double>(weights));
    QFP_CUDA_LAUNCHED("k_boundary_begin");
    return cuda_synchronize(context);
}

static qfp_status advance_there(qfp_context *context, const qfp_path_set *set,
                                const qfp_boundary_spec &there, size_t node, qfp_buffer *x)
{
    QFP_LAUNCH(k_boundary_advance, cuda_blocks(set->paths), CUDA_THREADS, 0, context->stream, there,
               *set, node, cuda_data<double>(x));
    QFP_CUDA_LAUNCHED("k_boundary_advance");
    return cuda_synchronize(context);
}

static qfp_status begin(qfp_context *context, const qfp_path_set *set,
                        const qfp_boundary_spec *spec, qfp_buffer *x, qfp_buffer *weights)
{
    cuda_range range("boundary_begin");
    boundary_memory memory = {};
    qfp_boundary_spec there;
    QFP_TRY(cuda_paths_check(context));
    qfp_status status = stage(context, spec, &memory, &there);
    if (status == QFP_OK)
        status = begin_there(context, set, there, x, weights);
    release(&memory);
    return status;
}

static qfp_status advance(qfp_context *context, const qfp_path_set *set,
                          const qfp_boundary_spec *spec, size_t node, qfp_buffer *x)
{
    cuda_range range("boundary_advance");
    boundary_memory memory = {};
    qfp_boundary_spec there;
    QFP_TRY(cuda_paths_check(context));
    qfp_status status = stage(context, spec, &memory, &there);
    if (status == QFP_OK)
        status = advance_there(context, set, there, node, x);
    release(&memory);
    return status;
}

const qfp_boundary_operations qfp_cuda_boundary = [] {
    qfp_boundary_operations o = {};
    o.begin = begin;
    o.advance = advance;
    return o;
}();
