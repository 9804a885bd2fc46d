#include "state/current.h"

#include <math.h>
#include <stdlib.h>

#include "state/local_flow.h"

#define ROUNDING 1e-14 /* of H */

struct qfp_current {
    const qfp_phase_grid *grid;
    const qfp_dissipation_facts *dissipation;
    qfp_flow *flow;
    qfp_symbol *derivative[2 * QFP_MAX_MODES]; /* ik of each axis of z */
    qfp_symbol *inner_box;
    qfp_buffer *spectral, *gathered, *crossed, *flux, *j, *sum;
    bool spreads[2 * QFP_MAX_MODES][2 * QFP_MAX_MODES]; /* D_ab is not 0 everywhere */
};

/* *out: whether ∂_a∂_b H + s ∂_c∂_d H is anything but rounding */
static qfp_status is_anything(const qfp_polynomial *h, int a, int b, double s, int c, int d,
                              bool *out)
{
    qfp_polynomial one, other;
    qfp_polynomial_init(&one, h->variables);
    qfp_polynomial_init(&other, h->variables);
    qfp_status status;
    QFP_TRY_GOTO(qfp_polynomial_differentiate(h, a, &one));
    QFP_TRY_GOTO(qfp_polynomial_differentiate(&one, b, &one));
    QFP_TRY_GOTO(qfp_polynomial_differentiate(h, c, &other));
    QFP_TRY_GOTO(qfp_polynomial_differentiate(&other, d, &other));
    QFP_TRY_GOTO(qfp_polynomial_add(&one, s, &other, &one));
    qfp_polynomial_drop(&one, ROUNDING * qfp_polynomial_norm(h));
    *out = one.count > 0;
done:
    qfp_polynomial_destroy(&one);
    qfp_polynomial_destroy(&other);
    return status;
}

/* D_QQ = −D_PP ∝ H_QP + H_PQ, D_QP ∝ H_QQ − H_PP, and what dissipation adds. */
static qfp_status find_spreading(qfp_current *current, const qfp_polynomial *h, double C)
{
    int modes = h->variables / 2;
    for (int j = 0; j < modes && C != 0.0; j++)
        for (int k = 0; k < modes; k++) {
            bool same, mixed;
            int p = modes + j, r = modes + k;
            QFP_TRY(is_anything(h, j, r, 1.0, p, k, &same));
            QFP_TRY(is_anything(h, j, k, -1.0, p, r, &mixed));
            current->spreads[j][k] = current->spreads[p][r] = same;
            current->spreads[j][r] = current->spreads[r][j] = mixed;
        }
    for (int a = 0; a < 2 * modes && current->dissipation != NULL; a++)
        for (int b = 0; b < 2 * modes; b++)
            current->spreads[a][b] =
                current->spreads[a][b] || current->dissipation->diffusion[a][b].count > 0;
    return QFP_OK;
}

static qfp_status create_flow(qfp_current *current, const qfp_polynomial *antiwick, double kappa,
                              double C)
{
    qfp_polynomial real;
    qfp_polynomial_init(&real, antiwick->variables);
    qfp_status status = qfp_symbol_to_real(antiwick, &real);
    if (status == QFP_OK)
        status = qfp_local_flow_create(current->grid->backend, current->grid->context, &real, kappa,
                                       C, &current->flow);
    if (status == QFP_OK)
        status = find_spreading(current, &real, C);
    qfp_polynomial_destroy(&real);
    return status;
}

qfp_status qfp_current_create(const qfp_phase_grid *grid, const qfp_polynomial *antiwick,
                              double kappa, double C, const qfp_dissipation_facts *dissipation,
                              qfp_current **out)
{
    qfp_current *current = NULL;
    QFP_TRY(QFP_ALLOCATE(current, 1, "the probability current"));
    current->grid = grid;
    current->dissipation = dissipation;
    const qfp_backend *b = grid->backend;
    int modes = grid->shape.modes;
    qfp_status status;
    QFP_TRY_GOTO(create_flow(current, antiwick, kappa, C));
    for (int a = 0; a < 2 * modes; a++) {
        /* ∂_Qj is the first variable of space B, ∂_Pj the second of space A */
        qfp_symbol_term ik = {.im = 1.0};
        ik.power[a] = 1;
        QFP_TRY_GOTO(qfp_phase_grid_symbol(grid, a < modes ? QFP_SPACE_B : QFP_SPACE_A, 1, &ik,
                                           NULL, NULL, &current->derivative[a]));
    }
    QFP_TRY_GOTO(qfp_phase_grid_inner_box(grid, &current->inner_box));
    size_t za = grid->doubles[QFP_SPACE_A], zb = grid->doubles[QFP_SPACE_B];
    QFP_TRY_GOTO(b->vector->create(grid->context, za > zb ? za : zb, &current->spectral));
    QFP_TRY_GOTO(b->vector->create(grid->context, za > zb ? za : zb, &current->gathered));
    QFP_TRY_GOTO(b->vector->create(grid->context, za, &current->crossed));
    qfp_buffer **fields[] = {&current->flux, &current->j, &current->sum};
    for (int i = 0; i < 3; i++)
        QFP_TRY_GOTO(b->vector->create(grid->context, grid->doubles[QFP_SPACE_Z], fields[i]));
done:
    if (status != QFP_OK) {
        qfp_current_destroy(current);
        return status;
    }
    *out = current;
    return QFP_OK;
}

void qfp_current_destroy(qfp_current *current)
{
    if (current == NULL)
        return;
    const qfp_backend *b = current->grid->backend;
    b->flow->destroy(current->flow);
    for (int a = 0; a < 2 * QFP_MAX_MODES; a++)
        b->symbol->destroy(current->derivative[a]);
    b->symbol->destroy(current->inner_box);
    b->vector->destroy(current->spectral);
    b->vector->destroy(current->gathered);
    b->vector->destroy(current->crossed);
    b->vector->destroy(current->flux);
    b->vector->destroy(current->j);
    b->vector->destroy(current->sum);
    free(current);
}

qfp_status qfp_current_differentiate(qfp_current *current, int a, qfp_buffer *f)
{
    const qfp_phase_grid *grid = current->grid;
    const qfp_backend *b = grid->backend;
    qfp_space space = a < grid->shape.modes ? QFP_SPACE_B : QFP_SPACE_A;
    QFP_TRY(b->grid->transform(grid->plan, space, QFP_FORWARD, f, current->spectral));
    QFP_TRY(b->symbol->multiply(current->derivative[a], 1.0 / grid->round_trip, current->spectral,
                                current->spectral, 0));
    return b->grid->transform(grid->plan, space, QFP_INVERSE, current->spectral, f);
}

/* y += p(z) x */
static qfp_status add_multiple(const qfp_phase_grid *grid, const qfp_polynomial *p, qfp_buffer *x,
                               qfp_buffer *y)
{
    qfp_symbol *symbol = NULL;
    if (p->count == 0)
        return QFP_OK;
    QFP_TRY(qfp_phase_grid_real_symbol(grid, p, &symbol));
    qfp_status status = grid->backend->symbol->multiply(symbol, 1.0, x, y, 1);
    grid->backend->symbol->destroy(symbol);
    return status;
}

/* y ← a_a x (b < 0) or D_ab x */
static qfp_status multiply(qfp_current *current, int a, int b, qfp_buffer *x, qfp_buffer *y)
{
    const qfp_phase_grid *grid = current->grid;
    const qfp_dissipation_facts *added = current->dissipation;
    QFP_TRY(grid->backend->flow->multiply(current->flow, grid->plan, a, b, x, y));
    if (added == NULL)
        return QFP_OK;
    return add_multiple(grid, b < 0 ? &added->drift[a] : &added->diffusion[a][b], x, y);
}

/* sum (+)= scale ∂_a f, or ∂_a∂_b f (b ≥ 0), in the space of both axes */
static qfp_status gather(qfp_current *current, qfp_space space, double scale, int a, int b,
                         bool is_first, qfp_buffer *f, qfp_buffer *sum)
{
    const qfp_phase_grid *grid = current->grid;
    const qfp_backend *of = grid->backend;
    QFP_TRY(of->grid->transform(grid->plan, space, QFP_FORWARD, f, current->spectral));
    if (b >= 0)
        QFP_TRY(of->symbol->multiply(current->derivative[b], 1.0, current->spectral,
                                     current->spectral, 0));
    return of->symbol->multiply(current->derivative[a], scale / grid->round_trip, current->spectral,
                                sum, !is_first);
}

/* flux ← a_a q − Σ_b ∂_b (D_ab q) over the b of the other space, whose terms stand for those of (b, a) too */
static qfp_status flux_with_mixed(qfp_current *current, qfp_buffer *q, int a, qfp_buffer *flux)
{
    const qfp_phase_grid *grid = current->grid;
    const qfp_backend *b = grid->backend;
    const double minus = -1.0;
    int modes = grid->shape.modes;
    bool is_first = true;
    QFP_TRY(multiply(current, a, -1, q, flux));
    for (int c = modes; c < 2 * modes && a < modes; c++)
        if (current->spreads[a][c]) {
            QFP_TRY(multiply(current, a, c, q, current->j));
            QFP_TRY(
                gather(current, QFP_SPACE_A, 1.0, c, -1, is_first, current->j, current->crossed));
            is_first = false;
        }
    if (is_first)
        return QFP_OK;
    QFP_TRY(b->grid->transform(grid->plan, QFP_SPACE_A, QFP_INVERSE, current->crossed, current->j));
    return b->vector->combine(grid->doubles[QFP_SPACE_Z], 1.0, flux, 1, &minus, &current->j);
}

/* j ← Σ_a ∂_a (a_a q) − ½ Σ_ab ∂_a∂_b (D_ab q) over the axes of one space; in Q's with the mixed terms */
static qfp_status divergence(qfp_current *current, qfp_buffer *q, bool along_p, qfp_buffer **out)
{
    const qfp_phase_grid *grid = current->grid;
    const qfp_backend *b = grid->backend;
    int modes = grid->shape.modes, first = along_p ? modes : 0;
    qfp_space space = along_p ? QFP_SPACE_A : QFP_SPACE_B;
    for (int a = first; a < first + modes; a++) {
        QFP_TRY(flux_with_mixed(current, q, a, current->flux));
        QFP_TRY(gather(current, space, 1.0, a, -1, a == first, current->flux, current->gathered));
    }
    for (int a = first; a < first + modes; a++)
        for (int c = a; c < first + modes; c++)
            if (current->spreads[a][c]) {
                QFP_TRY(multiply(current, a, c, q, current->flux));
                QFP_TRY(gather(current, space, a == c ? -0.5 : -1.0, a, c, false, current->flux,
                               current->gathered));
            }
    QFP_TRY(b->grid->transform(grid->plan, space, QFP_INVERSE, current->gathered, current->j));
    *out = current->j;
    return QFP_OK;
}

qfp_status qfp_current_component(qfp_current *current, qfp_buffer *q, int a, qfp_buffer **j_a)
{
    const qfp_phase_grid *grid = current->grid;
    const qfp_backend *b = grid->backend;
    const double minus_half = -0.5;
    QFP_TRY(multiply(current, a, -1, q, current->j));
    for (int c = 0; c < 2 * grid->shape.modes; c++) {
        QFP_TRY(multiply(current, a, c, q, current->flux));
        QFP_TRY(qfp_current_differentiate(current, c, current->flux));
        QFP_TRY(b->vector->combine(grid->doubles[QFP_SPACE_Z], 1.0, current->j, 1, &minus_half,
                                   &current->flux));
    }
    *j_a = current->j;
    return QFP_OK;
}

static qfp_status largest_magnitude(const qfp_phase_grid *grid, const qfp_buffer *x, double *out)
{
    double min, max;
    int finite;
    QFP_TRY(grid->backend->vector->extrema(grid->doubles[QFP_SPACE_Z], x, &min, &max, &finite));
    *out = finite ? fmax(fabs(min), fabs(max)) : INFINITY;
    return QFP_OK;
}

qfp_status qfp_current_residual(qfp_current *current, qfp_buffer *q, qfp_buffer *rate,
                                double *residual)
{
    const qfp_phase_grid *grid = current->grid;
    const qfp_backend *b = grid->backend;
    size_t count = grid->doubles[QFP_SPACE_Z];
    const double unit = 1.0;
    double largest_rate, largest_part = 0.0, part, difference;
    QFP_TRY(b->vector->combine(count, 0.0, current->sum, 1, &unit, &rate));
    for (int along_p = 0; along_p < 2; along_p++) {
        qfp_buffer *j;
        QFP_TRY(divergence(current, q, along_p, &j));
        QFP_TRY(b->vector->combine(count, 1.0, current->sum, 1, &unit, &j));
        QFP_TRY(largest_magnitude(grid, j, &part));
        largest_part = fmax(largest_part, part);
    }
    /* The periodic continuation cuts the fluxes a Q and D Q at the faces of the box: there the
     * equation is not being tested but the box, which edge_x watches. */
    QFP_TRY(b->symbol->multiply(current->inner_box, 1.0, current->sum, current->sum, 0));
    QFP_TRY(largest_magnitude(grid, current->sum, &difference));
    QFP_TRY(largest_magnitude(grid, rate, &largest_rate));
    double scale = largest_rate > 1e-9 * largest_part ? largest_rate : largest_part;
    *residual = scale > 0.0 ? difference / scale : 0.0;
    return QFP_OK;
}
