#include "run/fourier_monitor.h"

#include <math.h>

#include "io/file_density.h"

/* A fraction of |u|² this large at an edge means errors of a per cent: stop. */
#define EDGE_LIMIT 1e-4
/* ‖u‖² may exceed what any state can have by its own error, the tolerance, or by this much; more is
 * amplified noise.  It is noticed here before it fills an edge. */
#define GROWTH_LIMIT 1e-6
#define ERRORS_PER_RIM 4.0
#define SURELY_ABOVE 100.0      /* the sharpness of that */
enum { EDGE_CHECK_EVERY = 64 }; /* applications between two looks at the edges */

qfp_status qfp_fourier_monitor_norm(const qfp_fourier_monitor *m, qfp_buffer *u, double *squared)
{
    QFP_TRY(m->grid->backend->vector->inner(m->grid->doubles[QFP_SPACE_Z], 1, &u, u, squared));
    *squared *= m->grid->cell;
    return QFP_OK;
}

static qfp_status check_growth(qfp_fourier_monitor *m, qfp_buffer *u, double t)
{
    double squared;
    QFP_TRY(qfp_fourier_monitor_norm(m, u, &squared));
    m->squared = squared;
    m->most_squared = fmax(m->most_squared, squared);
    if (!isfinite(squared))
        return QFP_FAIL(QFP_NOT_FINITE, "t = %.6g: the solution is no longer finite", t);
    if (m->unbalanced.active)
        return qfp_unbalanced_check_norm(&m->unbalanced, t, squared);
    if (squared > m->norm_limit * (1.0 + fmax(GROWTH_LIMIT, m->config->tolerance)))
        return QFP_FAIL(
            QFP_GROWTH,
            "t = %.6g: ‖u‖² = %.6g has grown beyond %.6g, the largest a state of this theory can "
            "have: noise is being amplified. %s",
            t, squared, m->norm_limit,
            m->is_misplaced ? "Half of the directions of D diffuse backwards at this ordering; use "
                              "solver.ordering: balanced"
                            : "Use a finer grid or a smaller tolerance");
    return QFP_OK;
}

static qfp_status check_edges(qfp_fourier_monitor *m, qfp_buffer *u, double t)
{
    static const char grown[] = "the theory is not balanced and what it amplifies has arrived "
                                "there; a finer grid stops earlier";
    double edge_x, edge_k;
    qfp_rim_share rim;
    QFP_TRY(qfp_edges_evaluate(m->edges, u, &edge_x, &edge_k));
    QFP_TRY(qfp_rim_evaluate(m->rim, u, &rim));
    double size = m->first_squared > 0.0 ? m->squared / m->first_squared : 1.0;
    m->worst_rim.place = fmax(m->worst_rim.place, size * rim.place);
    m->worst_rim.wavenumber = fmax(m->worst_rim.wavenumber, size * rim.wavenumber);
    if (edge_x > EDGE_LIMIT)
        return QFP_FAIL(QFP_RESOLUTION,
                        "t = %.6g: %.2g of |u|² is in the outer tenth of the box (limit %.0e): %s",
                        t, edge_x, EDGE_LIMIT,
                        m->unbalanced.active ? grown
                                             : "enlarge solver.grid.extent (and points with it)");
    if (edge_k > EDGE_LIMIT)
        return QFP_FAIL(QFP_RESOLUTION,
                        "t = %.6g: %.2g of |u|² is in the outer tenth of the wavenumbers (limit "
                        "%.0e): %s",
                        t, edge_k, EDGE_LIMIT,
                        m->unbalanced.active ? grown : "raise solver.grid.points");
    return QFP_OK;
}

/* ‖u(0)‖/‖u‖ */
static double shrunk(const qfp_fourier_monitor *m)
{
    bool moves = m->first_squared > 0.0 && m->squared > 0.0;
    return moves ? sqrt(m->first_squared / m->squared) : 1.0;
}

double qfp_fourier_monitor_error(const qfp_fourier_monitor *m)
{
    return ERRORS_PER_RIM * shrunk(m) * sqrt(m->worst_rim.place + m->worst_rim.wavenumber);
}

double qfp_fourier_monitor_rim(const qfp_fourier_monitor *m)
{
    return shrunk(m) * sqrt(m->worst_rim.place);
}

qfp_status qfp_fourier_monitor_refuse_guess(const qfp_fourier_monitor *m,
                                            const qfp_equation *equation, double t)
{
    double error = qfp_fourier_monitor_error(m), limit = m->config->tolerance;
    if (!equation->is_exact || !m->config->tolerance_is_users || error <= SURELY_ABOVE * limit)
        return QFP_OK;
    return QFP_FAIL(QFP_TOLERANCE,
                    "the state at t = %.6g may be off by about %.0e (tolerance %.0e), which is a "
                    "guess, since at this solver.ordering no error can be stated; leave it out, or "
                    "give solver.grid more points or a larger extent",
                    t, error, limit);
}

qfp_status qfp_fourier_monitor_check(qfp_fourier_monitor *m, qfp_buffer *u, double t)
{
    QFP_TRY(check_growth(m, u, t));
    return check_edges(m, u, t);
}

qfp_status qfp_fourier_monitor_step(qfp_fourier_monitor *m, qfp_buffer *u, double t)
{
    bool is_due = m->map->applications >= m->next_look;
    if (is_due || m->unbalanced.active)
        QFP_TRY(check_growth(m, u, t));
    if (!is_due)
        return QFP_OK;
    m->next_look = m->map->applications + EDGE_CHECK_EVERY;
    return check_edges(m, u, t);
}

/* The most ‖u‖² = ∫u² d^{2N}α can be.  Quantum states: purity bounds the Wigner function, ∫W² ≤
 * π^{-N}, and Q = e^{Δ/2}W is largest for coherent states, ∫Q² ≤ (2π)^{-N}; between, the first
 * bound holds too. A skew generator keeps its own norm whatever the theory. */
static double largest_norm(const qfp_equation *equation, int modes, bool skew, double initial)
{
    if (skew || !equation->is_exact)
        return initial;
    double one_mode = equation->c == 0.0 ? 1.0 / (2.0 * M_PI) : 1.0 / M_PI;
    return fmax(initial, pow(one_mode, modes));
}

qfp_status qfp_fourier_monitor_create(const qfp_config *config, const qfp_equation *equation,
                                      const qfp_phase_grid *grid, qfp_linear_map *map,
                                      qfp_buffer *u, qfp_fourier_monitor *out)
{
    double squared;
    qfp_file_doubt given;
    *out = (qfp_fourier_monitor){.config = config,
                                 .grid = grid,
                                 .map = map,
                                 .is_misplaced = equation->balanced && !map->skew &&
                                                 equation->c != equation->balanced_c,
                                 .next_look = EDGE_CHECK_EVERY};
    QFP_TRY(qfp_edges_create(grid, &out->edges));
    QFP_TRY(qfp_rim_create(grid, &out->rim));
    QFP_TRY(qfp_fourier_monitor_norm(out, u, &squared));
    out->first_squared = squared;
    QFP_TRY(qfp_file_density_doubt(&config->initial, config->modes, &given));
    /* a state that is off by so much in the trace norm need not be positive */
    out->norm_limit = largest_norm(equation, config->modes, map->skew, squared) *
                      pow(1.0 + 2.0 * given.error, 2.0);
    QFP_TRY(qfp_unbalanced_begin(equation, config, squared, &out->unbalanced));
    QFP_TRY(qfp_fourier_monitor_check(out, u, 0.0));
    out->first_rim = out->worst_rim;
    return QFP_OK;
}

void qfp_fourier_monitor_destroy(qfp_fourier_monitor *m)
{
    qfp_edges_destroy(m->edges);
    qfp_rim_destroy(m->rim);
    *m = (qfp_fourier_monitor){0};
}
