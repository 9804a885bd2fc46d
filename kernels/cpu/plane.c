/* plane.c - no plane kernel here: FFTW's transforms of whole groups of axes serve the CPU. */
#include "cpu/slots.h"

int cpu_plane_fits(const qfp_grid_plan *plan, int mode)
{
    (void)plan;
    (void)mode;
    return 0;
}

qfp_status cpu_plane_create(qfp_grid_plan *plan, const qfp_plane_spec *spec, qfp_plane **out)
{
    (void)plan;
    (void)spec;
    *out = NULL;
    return QFP_FAIL(QFP_UNSUPPORTED, "the CPU backend has no plane kernel");
}

void cpu_plane_destroy(qfp_plane *plane)
{
    (void)plane;
}

qfp_status cpu_plane_apply(const qfp_plane *plane, const qfp_buffer *x, qfp_buffer *y,
                           int accumulate)
{
    (void)plane;
    (void)x;
    (void)y;
    (void)accumulate;
    return QFP_FAIL(QFP_UNSUPPORTED, "the CPU backend has no plane kernel");
}
