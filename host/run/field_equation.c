#include "run/field_equation.h"

#include "io/config_time.h"

qfp_status qfp_field_equation_create(const qfp_config *config, double t, qfp_field_equation *out)
{
    const double once = 1.0;
    qfp_lindblad now;
    *out = (qfp_field_equation){.C = config->theory.order == 1 ? 0.0 : config->theory.C,
                                .is_open = config->channel_count > 0};
    qfp_polynomial_init(&out->antiwick, 2 * config->modes);
    qfp_status status = qfp_config_lindblad(config, 1, &t, &once, &now);
    if (status == QFP_OK)
        status = qfp_symbol_exp_laplacian(&now.wick, -1.0, &out->antiwick);
    if (status == QFP_OK && out->is_open)
        status = qfp_dissipation_facts_create(&now, config->theory.order, &out->dissipation);
    qfp_lindblad_destroy(&now);
    return status;
}

void qfp_field_equation_destroy(qfp_field_equation *e)
{
    qfp_polynomial_destroy(&e->antiwick);
    qfp_dissipation_facts_destroy(&e->dissipation);
}

const qfp_dissipation_facts *qfp_field_equation_dissipation(const qfp_field_equation *e)
{
    return e->is_open ? &e->dissipation : NULL;
}
