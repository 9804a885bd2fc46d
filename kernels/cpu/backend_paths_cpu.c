/* backend_paths_cpu.c - the table of the CPU for trajectory ensembles. */
#include "cpu/paths.h"

static const qfp_path_backend table = {
    .draw = cpu_paths_draw,
    .guide_create = cpu_guide_create,
    .guide_destroy = cpu_guide_destroy,
    .guide_load = cpu_guide_load,
    .guide_advance = cpu_guide_advance,
    .gaussian = cpu_paths_gaussian,
    .doubled_create = cpu_doubled_create,
    .doubled_destroy = cpu_doubled_destroy,
    .doubled_advance = cpu_doubled_advance,
    .boundary_begin = cpu_boundary_begin,
    .boundary_advance = cpu_boundary_advance,
    .action_run = cpu_action_run,
    .sums = cpu_paths_sums,
    .histogram = cpu_paths_histogram,
};

const qfp_path_backend *qfp_path_backend_cpu(void)
{
    return &table;
}
