/* fourier_fields.c - drift, diffusion and current of a run on a grid. */
#include "run/field_output.h"
#include "run/fourier_solution.h"

qfp_status qfpi_fourier_renew_current(qfp_fourier *f)
{
    const double kappa = f->config->kappa;
    qfp_current_destroy(f->current);
    f->current = NULL;
    qfp_field_equation_destroy(&f->now);
    QFP_TRY(qfp_field_equation_create(f->config, f->time, &f->now));
    return qfp_current_create(f->grid, &f->now.antiwick, kappa, f->now.C,
                              qfp_field_equation_dissipation(&f->now), &f->current);
}

/* rate = e^{cΔ} L u = ∂Q/∂t of the run, and what Eq. (56) makes of Q. */
qfp_status qfpi_fourier_residual(qfp_fourier *f, double *out)
{
    const qfp_linear_map *map = qfp_grid_generator_map(f->generator);
    const double once = 1.0;
    if (f->config->varies)
        QFP_TRY(f->driven.map.set(&f->driven, 1, &f->time, &once));
    QFP_TRY(map->apply(map->self, f->u, f->scratch)); /* a look, which does not count */
    QFP_TRY(qfp_husimi_apply(f->husimi, f->scratch, f->rate));
    return qfp_current_residual(f->current, f->q, f->rate, out);
}

qfp_status qfpi_fourier_write_fields(void *self, qfp_snapshot *snapshot, bool at_start)
{
    qfp_fourier *f = self;
    QFP_TRY(qfp_field_output_local(f->equation, f->config, f->engine.backend, f->engine.context,
                                   at_start, f->time, f->axis_q, f->axis_p, snapshot));
    if (at_start || !f->config->field_current)
        return QFP_OK;
    QFP_TRY(qfp_husimi_apply(f->husimi, f->u, f->q));
    return qfp_field_output_current(f->equation, f->config, f->current, f->interpolation, f->q,
                                    snapshot);
}
