#include "run/fourier_open.h"

#include <math.h>
#include <string.h>

#include "algebra/squares.h"
#include "io/config_time.h"
#include "run/driven.h"

enum { POINTS = 2000 };

qfp_status qfp_fourier_generator(const qfp_config *config, const qfp_equation *equation,
                                 const qfp_phase_grid *grid, qfp_grid_generator **out)
{
    if (!equation->is_open && !equation->varies)
        return qfp_grid_generator_create(grid, &equation->generator, out);
    return qfp_grid_generator_create_open(grid, &equation->lindblad, &config->theory, equation->c,
                                          out);
}

const char *qfp_fourier_flow_lacks(const qfp_config *config, const qfp_equation *equation)
{
    if (config->theory_count > 1) /* theories are told apart on one grid, moved one way */
        return "a single theory";
    if (!equation->is_unitary || equation->varies)
        return "an exact theory without dissipation, of a Hamiltonian that does not depend on t";
    if (equation->c != 0.5)
        return "solver.ordering: balanced";
    return config->single_precision ? "double precision" : NULL;
}

qfp_status qfp_fourier_flow_create(const qfp_config *config, const qfp_equation *equation,
                                   const qfp_plan *plan, const qfp_phase_grid *grid,
                                   qfp_mode_flow **out)
{
    bool is_split = config->integrator == QFP_INTEGRATOR_SPLIT;
    *out = NULL;
    if (!is_split && !plan->by_flow)
        return QFP_OK;
    const char *lacks = qfp_fourier_flow_lacks(config, equation);
    if (lacks == NULL)
        lacks = qfp_mode_flow_lacks(&grid->shape);
    if (lacks == NULL)
        return qfp_mode_flow_create(grid, equation->wick, config->kappa, false, out);
    return QFP_FAIL(QFP_CONFIG,
                    "%s: solver.integrator: split needs %s; integrator: auto takes what fits",
                    config->path, lacks);
}

/* Radius of what the grid holds along an axis. */
static double radius_of(const qfp_phase_grid *grid, int axis)
{
    return grid->taper[axis] > 0.0 ? grid->taper[axis] : 0.5 * grid->shape.extent[axis];
}

static double uniform(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (double)(*state >> 11) * 0x1p-53;
}

static qfp_status set(void *self, int count, const double *t, const double *weight)
{
    qfp_fourier_time *time = self;
    qfp_lindblad now;
    qfp_status status = qfp_config_lindblad(time->config, (size_t)count, t, weight, &now);
    if (status == QFP_OK)
        status = qfp_grid_generator_set(time->generator, &now);
    qfp_lindblad_destroy(&now);
    return status;
}

qfp_status qfp_fourier_time_create(const qfp_config *config, const qfp_equation *equation,
                                   const qfp_phase_grid *grid, qfp_grid_generator *generator,
                                   qfp_fourier_time *out)
{
    int modes = config->modes;
    double radius[QFP_MAX_MODES];
    *out = (qfp_fourier_time){.config = config, .generator = generator};
    out->map = (qfp_time_map){.self = out, .set = set, .mesh = &out->mesh};
    if (!config->varies)
        return QFP_OK;
    for (int j = 0; j < modes; j++)
        radius[j] = sqrt(0.5) * fmax(radius_of(grid, j), radius_of(grid, modes + j));
    return qfp_driven_mesh(&equation->course, config->kappa, radius, &out->mesh);
}

void qfp_fourier_time_destroy(qfp_fourier_time *t)
{
    qfp_time_mesh_destroy(&t->mesh);
}

/* The largest value of a symbol in the ellipsoid that the grid holds: at points spread over it, at its
 * centre and where its axes end. */
static double largest_value(const qfp_phase_grid *grid, const qfp_polynomial *real)
{
    int axes = real->variables;
    double largest = -INFINITY;
    uint64_t state = 5;
    for (int i = 0; i < POINTS; i++) {
        double complex z[2 * QFP_MAX_MODES] = {0};
        double norm = 0.0, share = i % 2 == 0 ? 1.0 : uniform(&state);
        for (int a = 0; a < axes; a++) {
            double value = i < 2 * axes ? (a == i / 2 ? 1.0 : 0.0) : uniform(&state) - 0.5;
            z[a] = value;
            norm += value * value;
        }
        for (int a = 0; a < axes; a++)
            z[a] *= share * radius_of(grid, a) / sqrt(norm);
        largest = fmax(largest, creal(qfp_polynomial_value(real, z)));
    }
    return largest;
}

/* Σ ½γ [c, c†] as a Weyl symbol in Q and P */
static qfp_status rate_symbol(const qfp_lindblad *l, qfp_polynomial *out)
{
    qfp_polynomial one;
    qfp_polynomial_init(&one, l->wick.variables);
    qfp_status status = QFP_OK;
    for (size_t k = 0; k < l->channel_count && status == QFP_OK; k++) {
        status = qfp_channel_commutator(&l->channels[k].wick, &one);
        if (status == QFP_OK)
            status = qfp_polynomial_add(out, 0.5 * l->channels[k].rate, &one, out);
    }
    qfp_polynomial_destroy(&one);
    if (status == QFP_OK)
        status = qfp_symbol_exp_laplacian(out, -0.5, out);
    return status == QFP_OK ? qfp_symbol_to_real(out, out) : status;
}

qfp_status qfp_error_growth_find(const qfp_equation *equation, const qfp_phase_grid *grid,
                                 qfp_error_growth *out)
{
    int modes = grid->shape.modes;
    qfp_polynomial symbol;
    *out = (qfp_error_growth){.rate = 0.0, .most = 1.0};
    if (!equation->is_open)
        return QFP_OK;
    for (int j = 0; j < modes; j++)
        out->most *= sqrt(fmax(0.5 * radius_of(grid, j) * radius_of(grid, modes + j), 1.0));
    if (equation->varies) { /* other rates at other times */
        out->rate = INFINITY;
        return QFP_OK;
    }
    qfp_polynomial_init(&symbol, 2 * modes);
    qfp_status status = rate_symbol(&equation->lindblad, &symbol);
    if (status == QFP_OK)
        out->rate = fmax(largest_value(grid, &symbol), 0.0);
    qfp_polynomial_destroy(&symbol);
    return status;
}

double qfp_error_growth_after(const qfp_error_growth *growth, double t)
{
    return t > 0.0 ? fmin(exp(growth->rate * t), growth->most) : 1.0;
}
