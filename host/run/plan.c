#include "qfp/plan.h"

#include <math.h>

#include "core/turn.h"
#include "run/basis.h"
#include "run/regression_states.h"

/* A step of a driven system as a whole and in two halves. */
enum { MAGNUS_VECTORS = 2 };

/* A master equation moves by a series unless told otherwise; one of a truncated theory is none. */
static bool is_by_ellipse(const qfp_config *config)
{
    bool is_series =
        config->integrator == QFP_INTEGRATOR_AUTO || config->integrator == QFP_INTEGRATOR_CHEBYSHEV;
    return is_series && config->channel_count > 0 && config->theory.order == QFP_ORDER_EXACT;
}

/* The ellipse is found before the series takes its vectors, in a driven system beside them. */
static int ellipse_vectors(const qfp_config *config, double fit)
{
    int series = qfp_integrator_vectors(QFP_INTEGRATOR_CHEBYSHEV, fit);
    int beside = config->varies ? series : 0;
    return beside + (int)fmax(QFP_FIELD_LEAST, fmin(QFP_FIELD_MOST, floor(fit) - beside));
}

const qfp_basis_table *qfp_basis_of(const qfp_config *config)
{
    static const qfp_basis_table *const tables[] = {
        [QFP_BASIS_FOURIER] = &qfp_basis_fourier,
        [QFP_BASIS_FOCK] = &qfp_basis_fock,
        [QFP_BASIS_REFERENCE] = &qfp_basis_reference,
    };
    return config->steady != NULL ? &qfp_basis_steady : tables[config->basis];
}

void qfp_plan_vectors(const qfp_config *config, double fixed, qfp_plan *plan)
{
    int beside = config->varies ? MAGNUS_VECTORS : 0;
    double fit = (0.8 * plan->bytes_available - fixed) / plan->bytes_state - beside;
    plan->krylov_vectors = is_by_ellipse(config) ? ellipse_vectors(config, fit)
                                                 : qfp_integrator_vectors(config->integrator, fit);
    plan->bytes_propagator = (plan->krylov_vectors + beside) * plan->bytes_state;
    plan->bytes_total = fixed + plan->bytes_propagator;
}

qfp_status qfp_basis_supports(const qfp_config *config, const qfp_equation *equation)
{
    const qfp_basis_table *basis = qfp_basis_of(config);
    return basis->supports != NULL ? basis->supports(config, equation) : QFP_OK;
}

qfp_status qfp_basis_plan(const qfp_config *config, const qfp_equation *equation, qfp_plan *out)
{
    const qfp_basis_table *basis = qfp_basis_of(config);
    *out = (qfp_plan){.basis = config->basis, .modes = config->modes};
    return basis->plan != NULL ? basis->plan(config, equation, out) : QFP_OK;
}

/* Four states each, made like the first and moved at the pace of the run. */
static void time_correlations(const qfp_config *config, qfp_plan_timing *timing)
{
    double end = config->times[config->time_count - 1], moving = 0.0;
    double run = timing->applications * timing->application_seconds, made = timing->seconds - run;
    for (size_t i = 0; i < config->correlation_count; i++) {
        const qfp_correlation *c = &config->correlations[i];
        moving += made + (end > 0.0 ? c->tau[c->count - 1] / end : NAN) * run;
    }
    timing->correlations = config->correlation_count;
    timing->correlation_seconds = (QFP_REGRESSION_STATES + 1) * moving;
}

qfp_status qfp_basis_measure(const qfp_config *config, const qfp_equation *equation, qfp_plan *plan,
                             qfp_plan_timing *out)
{
    QFP_TRY(qfp_basis_of(config)->measure(config, equation, plan, out));
    time_correlations(config, out);
    return QFP_OK;
}

static qfp_status create(const qfp_config *config, qfp_plan *out, qfp_plan_timing *timing)
{
    qfp_equation equation;
    QFP_TRY(qfp_equation_create(config, &equation));
    qfp_status status = qfp_basis_supports(config, &equation);
    if (status == QFP_OK)
        status = qfp_choice_advise(config, qfp_basis_plan(config, &equation, out));
    if (status == QFP_OK && timing != NULL)
        status = qfp_basis_measure(config, &equation, out, timing);
    qfp_equation_destroy(&equation);
    return status;
}

qfp_status qfp_plan_create(const qfp_config *config, qfp_plan *out, qfp_plan_timing *timing)
{
    QFPI_TAKE_TURN();
    qfp_config settled = *config;
    QFP_TRY(qfp_config_require_system(config));
    if (config->basis == QFP_BASIS_AUTO && config->steady == NULL) {
        qfp_basis_choice choice;
        QFP_TRY(qfp_plan_choose(config, 0, &choice));
        settled.basis = choice.basis;
    }
    return create(&settled, out, timing);
}
