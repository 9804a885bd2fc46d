#include "run/audit_numbers.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "evolve/propagator.h"
#include "fock/fock_generator.h"
#include "fock/fock_initial.h"
#include "run/audit_density.h"
#include "state/phase_grid.h"

enum { POINTS = 64, REVERSAL_MODES = 2, DENSITY_TERMS = 4000 };

/* ---- D on random points ------------------------------------------------------------------------
 */

static qfp_status plain_terms(const qfp_polynomial *p, qfp_real_polynomial *out)
{
    qfp_symbol_term *terms = NULL;
    QFP_TRY(qfp_real_polynomial_terms(p, &out->term_count, &terms));
    out->terms = terms;
    return QFP_OK;
}

static qfp_status create_flow(const qfp_config *config, const qfp_audit_facts *f,
                              qfp_context *context, qfp_flow **out)
{
    int axes = 2 * f->modes;
    qfp_real_polynomial gradient[QFP_AUDIT_AXES] = {{0}};
    qfp_real_polynomial hessian[QFP_AUDIT_AXES * QFP_AUDIT_AXES] = {{0}};
    qfp_polynomial first;
    qfp_polynomial_init(&first, axes);
    qfp_status status = QFP_OK;
    for (int a = 0; a < axes; a++) {
        QFP_TRY_GOTO(qfp_polynomial_differentiate(&f->real, a, &first));
        QFP_TRY_GOTO(plain_terms(&first, &gradient[a]));
        for (int b = 0; b < axes; b++)
            QFP_TRY_GOTO(plain_terms(&f->hessian[a][b], &hessian[a * axes + b]));
    }
    status = qfp_backend_cpu()->flow_create(context, f->modes, config->kappa, f->C, gradient,
                                            hessian, out);
done:
    qfp_polynomial_destroy(&first);
    for (int a = 0; a < axes; a++)
        free((void *)gradient[a].terms);
    for (int ab = 0; ab < axes * axes; ab++)
        free((void *)hessian[ab].terms);
    return status;
}

static double random_coordinate(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return 6.0 * ((double)(*state >> 11) * 0x1p-53) - 3.0;
}

/* One point: D, its eigenvalues (descending) and eigenvectors (rows). */
static void judge_point(const qfp_audit_facts *f, const double *z, const double *D,
                        const double *value, const double *vector, qfp_audit_numbers *out)
{
    int n = f->modes, axes = 2 * n;
    double trace = 0.0, contraction = 0.0, size_h = 0.0, size_d = 0.0;
    for (int a = 0; a < axes; a++) {
        trace += D[a * axes + a];
        for (int b = 0; b < axes; b++) {
            double complex point[QFP_AUDIT_AXES];
            for (int v = 0; v < axes; v++)
                point[v] = z[v];
            double h = creal(qfp_polynomial_value(&f->hessian[a][b], point));
            out->asymmetry = fmax(out->asymmetry, fabs(D[a * axes + b] - D[b * axes + a]));
            contraction += D[a * axes + b] * h;
            size_h = fmax(size_h, fabs(h));
            size_d = fmax(size_d, fabs(D[a * axes + b]));
        }
    }
    out->trace = fmax(out->trace, fabs(trace));
    if (size_d * size_h > 0.0)
        out->contraction = fmax(out->contraction, fabs(contraction) / (size_d * size_h));
    for (int i = 0; i < n; i++) {
        const double *v = vector + i * axes;
        out->pairing = fmax(out->pairing, fabs(value[i] + value[axes - 1 - i]));
        for (int a = 0; a < axes; a++) { /* (D + λ) J v */
            double sum = 0.0, own = a < n ? v[a + n] : -v[a - n];
            for (int b = 0; b < axes; b++)
                sum += D[a * axes + b] * (b < n ? v[b + n] : -v[b - n]);
            out->partners = fmax(out->partners, fabs(sum + value[i] * own));
        }
    }
}

static qfp_status measure_points(const qfp_config *config, const qfp_audit_facts *f,
                                 qfp_context *context, qfp_audit_numbers *out)
{
    const qfp_backend *b = qfp_backend_cpu();
    size_t axes = 2 * (size_t)f->modes;
    double *z = NULL, *D = NULL, *values = NULL, *vectors = NULL, largest = 0.0;
    uint64_t state = 7;
    qfp_flow *flow = NULL;
    qfp_status status;
    QFP_TRY_GOTO(create_flow(config, f, context, &flow));
    QFP_TRY_GOTO(QFP_ALLOCATE(z, POINTS * axes, "points"));
    QFP_TRY_GOTO(QFP_ALLOCATE(D, POINTS * axes * axes, "points"));
    QFP_TRY_GOTO(QFP_ALLOCATE(values, POINTS * axes, "points"));
    QFP_TRY_GOTO(QFP_ALLOCATE(vectors, POINTS * axes * axes, "points"));
    for (size_t i = 0; i < POINTS * axes; i++)
        z[i] = random_coordinate(&state);
    QFP_TRY_GOTO(b->flow_evaluate(flow, POINTS, z, NULL, D, values, vectors));
    for (size_t i = 0; i < POINTS; i++)
        judge_point(f, z + i * axes, D + i * axes * axes, values + i * axes,
                    vectors + i * axes * axes, out);
    for (size_t i = 0; i < POINTS * axes * axes; i++)
        largest = fmax(largest, fabs(D[i]));
    if (largest > 0.0) {
        out->asymmetry /= largest;
        out->trace /= largest;
        out->pairing /= largest;
        out->partners /= largest;
    }
done:
    b->flow_destroy(flow);
    free(z);
    free(D);
    free(values);
    free(vectors);
    return status;
}

/* ---- the generator on densities ----------------------------------------------------------------
 */

/* H_κ: the classical function h of β = √κ α with h = H_Weyl at the configured κ. */
static qfp_status scaled_wick(const qfp_audit_facts *f, double ratio, qfp_polynomial *out)
{
    QFP_TRY(qfp_polynomial_copy(&f->weyl, out));
    for (size_t t = 0; t < out->count; t++) {
        int degree = 0;
        for (int v = 0; v < 2 * f->modes; v++)
            degree += out->terms[t].power[v];
        out->terms[t].coefficient *= pow(ratio, 0.5 * degree);
    }
    return qfp_symbol_exp_laplacian(out, 0.5, out);
}

static qfp_audit_density density_at(const qfp_config *config, double ratio)
{
    qfp_audit_density d = {.modes = config->modes, .s = ratio};
    for (int j = 0; j < config->modes; j++) /* nowhere special, the same for every user */
        d.centre[j] = (1.1 - 0.2 * j + 0.6 * I) / sqrt(ratio);
    return d;
}

/* Distance of the theory's generator to `other`, at κ = ratio × the configured one. */
static qfp_status distance(const qfp_config *config, const qfp_audit_facts *f, double ratio,
                           qfp_theory theory, qfp_theory other, double *out)
{
    int modes = f->modes;
    qfp_polynomial wick, a, b;
    qfp_audit_density density = density_at(config, ratio);
    qfp_polynomial_init(&wick, 2 * modes);
    qfp_polynomial_init(&a, 4 * modes);
    qfp_polynomial_init(&b, 4 * modes);
    theory.kappa = other.kappa = ratio * config->kappa;
    qfp_status status;
    QFP_TRY_GOTO(scaled_wick(f, ratio, &wick));
    QFP_TRY_GOTO(qfp_generator_build(&wick, &theory, &a));
    QFP_TRY_GOTO(qfp_generator_build(&wick, &other, &b));
    status = qfp_audit_density_distance(&density, &a, &b, out);
done:
    qfp_polynomial_destroy(&wick);
    qfp_polynomial_destroy(&a);
    qfp_polynomial_destroy(&b);
    return status;
}

/* Observed order of d(x) → 0 from the two smallest x. */
static double order_of(double x1, double d1, double x2, double d2)
{
    return d1 > 1e-13 && d2 > 1e-13 ? log(d1 / d2) / log(x1 / x2) : NAN;
}

static qfp_status measure_limits(const qfp_config *config, const qfp_audit_facts *f,
                                 qfp_audit_numbers *out)
{
    static const double ratios[QFP_AUDIT_STEPS] = {1.0, 0.25, 0.0625, 0.015625};
    static const double constants[QFP_AUDIT_STEPS] = {0.5, 0.9, 0.99, 1.0};
    const qfp_theory liouville = {.order = 1}, exact = {.order = QFP_ORDER_EXACT, .C = 1.0};
    for (int i = 0; i < QFP_AUDIT_STEPS; i++) {
        qfp_theory varied = config->theory;
        varied.C = out->C[i] = constants[i];
        out->kappa[i] = ratios[i] * config->kappa;
        QFP_TRY(distance(config, f, ratios[i], config->theory, liouville, &out->classical[i]));
        QFP_TRY(distance(config, f, 1.0, varied, exact, &out->schrodinger[i]));
    }
    out->classical_order = order_of(ratios[2], out->classical[2], ratios[3], out->classical[3]);
    out->schrodinger_order = order_of(0.1, out->schrodinger[1], 0.01, out->schrodinger[2]);
    return QFP_OK;
}

/* d⟨H⟩/dt = ∫ H_aW L Q = ∫ (Lᵀ H_aW) Q: Lᵀ H must vanish as a polynomial. */
static qfp_status measure_energy(const qfp_audit_facts *f, qfp_audit_numbers *out)
{
    qfp_polynomial transpose, image, scale;
    qfp_audit_density constant = {.modes = f->modes, .s = 0.0};
    qfp_polynomial_init(&transpose, 4 * f->modes);
    qfp_polynomial_init(&image, 2 * f->modes);
    qfp_polynomial_init(&scale, 2 * f->modes);
    qfp_status status;
    QFP_TRY_GOTO(qfp_generator_transpose(&f->husimi, &transpose));
    QFP_TRY_GOTO(qfp_audit_density_apply(&constant, &transpose, &f->theory.antiwick, &image));
    double largest = qfp_polynomial_norm(&f->husimi) * qfp_polynomial_norm(&f->theory.antiwick);
    out->energy = largest > 0.0 ? qfp_polynomial_norm(&image) / largest : 0.0;
done:
    qfp_polynomial_destroy(&transpose);
    qfp_polynomial_destroy(&image);
    qfp_polynomial_destroy(&scale);
    return status;
}

/* ---- there and back ----------------------------------------------------------------------------
 */

/* T: (Q, P) → (Q, −P) is the complex conjugation of ρ. */
static void conjugate(size_t count, double *packed)
{
    for (size_t i = 1; i < count; i += 2)
        packed[i] = -packed[i];
}

static qfp_status there_and_back(const qfp_fock_space *space, qfp_fock_generator *g,
                                 qfp_context *context, const double *start, double *error)
{
    const qfp_backend *b = qfp_backend_cpu();
    qfp_linear_map *map = qfp_fock_generator_map(g);
    qfp_propagator *propagator = NULL;
    qfp_buffer *u = NULL;
    double *state = NULL, radius, difference = 0.0, size = 0.0;
    qfp_status status;
    QFP_TRY_GOTO(qfp_linear_map_radius(map, &radius));
    double duration = radius > 0.0 ? 30.0 / radius : 1.0; /* some tens of applications */
    const qfp_propagator_options options = {
        .method = QFP_METHOD_KRYLOV, .tolerance = 1e-11, .time_scale = 2.0 * duration};
    QFP_TRY_GOTO(qfp_propagator_create(map, &options, &propagator));
    QFP_TRY_GOTO(b->buffer_create(context, space->count, &u));
    QFP_TRY_GOTO(QFP_ALLOCATE(state, space->count, "a state"));
    QFP_TRY_GOTO(b->upload(u, 0, space->count, start));
    for (int leg = 0; leg < 2; leg++) {
        QFP_TRY_GOTO(qfp_propagator_advance(propagator, u, duration, NULL, NULL));
        QFP_TRY_GOTO(b->download(u, 0, space->count, state));
        conjugate(space->count, state);
        QFP_TRY_GOTO(b->upload(u, 0, space->count, state));
    }
    for (size_t i = 0; i < space->count; i++) {
        difference += (state[i] - start[i]) * (state[i] - start[i]);
        size += start[i] * start[i];
    }
    *error = sqrt(difference / size);
done:
    qfp_propagator_destroy(propagator);
    b->buffer_destroy(u);
    free(state);
    return status;
}

static qfp_status measure_reversal(const qfp_config *config, const qfp_audit_facts *f,
                                   qfp_context *context, qfp_audit_numbers *out)
{
    const int levels[REVERSAL_MODES] = {config->modes == 1 ? 24 : 8, 8};
    qfp_fock_space space;
    qfp_fock_generator *g = NULL;
    qfp_state start = {.kind = QFP_STATE_COHERENT};
    double *packed = NULL, cut;
    qfp_status status;
    out->reversal = NAN;
    if (config->modes > REVERSAL_MODES)
        return QFP_OK;
    for (int j = 0; j < config->modes; j++)
        start.alpha[j] = 0.7 + (0.4 - 0.2 * j) * I;
    QFP_TRY(qfp_fock_space_set(config->modes, levels, &space));
    QFP_TRY_GOTO(qfp_fock_generator_create(qfp_backend_cpu(), context, &space, &f->husimi, &g));
    if (!qfp_fock_generator_map(g)->skew)
        goto done;
    QFP_TRY_GOTO(QFP_ALLOCATE(packed, space.count, "a state"));
    QFP_TRY_GOTO(qfp_fock_initial_fill(&space, &start, packed, &cut, NULL, 0));
    status = there_and_back(&space, g, context, packed, &out->reversal);
done:
    qfp_fock_generator_destroy(g);
    free(packed);
    return status;
}

/* ---- the free part -----------------------------------------------------------------------------
 */

/* |D| of the quadratic part when all lengths are multiplied by `stretch`: Q ∝ 1/ℓ, P ∝ ℓ. */
static double free_diffusion(const qfp_config *config, const qfp_audit_facts *f, double stretch)
{
    int n = f->modes;
    double largest = 0.0;
    for (int a = 0; a < n; a++)
        for (int b = 0; b < n; b++) {
            double qq = f->free_hessian[a][b] * stretch * stretch;
            double pp = f->free_hessian[n + a][n + b] / (stretch * stretch);
            double qp = f->free_hessian[a][n + b] + f->free_hessian[n + a][b];
            largest = fmax(largest, fmax(fabs(qq - pp), fabs(qp)));
        }
    return 0.5 * fabs(f->C) * largest / config->kappa;
}

qfp_status qfp_audit_numbers_find(const qfp_config *config, const qfp_audit_facts *facts,
                                  qfp_audit_numbers *out)
{
    qfp_context *context = NULL;
    *out = (qfp_audit_numbers){0};
    QFP_TRY(qfp_backend_cpu()->context_create(1, &context));
    qfp_status status;
    QFP_TRY_GOTO(measure_points(config, facts, context, out));
    QFP_TRY_GOTO(measure_limits(config, facts, out));
    QFP_TRY_GOTO(measure_energy(facts, out));
    QFP_TRY_GOTO(measure_reversal(config, facts, context, out));
    out->free_part = free_diffusion(config, facts, 1.0);
    out->free_part_stretched = free_diffusion(config, facts, 1.5);
done:
    qfp_backend_cpu()->context_destroy(context);
    return status;
}

/* ---- the report --------------------------------------------------------------------------------
 */

static void put(qfp_audit_writer *w, const char *key, double value, const char *name)
{
    char label[128], latex[128] = "\\mathrm{";
    size_t columns = 0, length = strlen(latex);
    for (const char *c = name; *c != '\0'; c++)
        columns += ((unsigned char)*c & 0xC0) != 0x80; /* UTF-8: characters, not bytes */
    snprintf(label, sizeof label, "%s%*s", name, columns < 48 ? (int)(48 - columns) : 0, "");
    for (const char *c = key; *c != '\0' && length + 4 < sizeof latex; c++) {
        if (*c == '_')
            latex[length++] = '\\';
        latex[length++] = *c;
    }
    snprintf(latex + length, sizeof latex - length, "}");
    qfpi_audit_number(w, key, label, latex, value);
}

static void put_steps(qfp_audit_writer *w, const char *key, const char *symbol, const double *at,
                      const double *values, const char *what)
{
    for (int i = 0; i < QFP_AUDIT_STEPS; i++) {
        char name[128], one[48];
        snprintf(name, sizeof name, "%s, %s = %.4g", what, symbol, at[i]);
        snprintf(one, sizeof one, "%s_%d", key, i + 1);
        put(w, one, values[i], name);
    }
}

qfp_status qfpi_audit_numbers_write(const qfp_config *config, const qfp_audit_facts *facts,
                                    qfp_audit_writer *w)
{
    qfp_audit_numbers m;
    qfpi_audit_section(w, "measured",
                       "Measured: violations at random points relative to the largest |D|, and "
                       "distances of generators on a Gaussian density");
    if (facts->husimi.count > DENSITY_TERMS) {
        qfpi_audit_sentence(w, "skipped", "skipped: the generator has too many terms");
        return QFP_OK;
    }
    QFP_TRY(qfp_audit_numbers_find(config, facts, &m));
    put_steps(w, "C1_distance", "κ", m.kappa, m.classical, "C1 distance to Liouville");
    put(w, "C1_order", m.classical_order, "C1 observed order in κ (expected 1)");
    put(w, "C4_asymmetry", m.asymmetry, "C4 D − Dᵀ");
    put(w, "C4_trace", m.trace, "C4 Tr D");
    put(w, "C4_reversal", m.reversal, "C4 there, T, back, T: relative error");
    put(w, "C5_contraction", m.contraction, "C5 Σ D_ab H_ab");
    put(w, "C5_energy", m.energy, "C5 d⟨H⟩/dt, largest coefficient of Lᵀ H");
    put(w, "C6_pairing", m.pairing, "C6 eigenvalues of D in ± pairs");
    put(w, "C6_partners", m.partners, "C6 eigenvectors in pairs v, Jv");
    put(w, "C7_free", m.free_part, "C7 D of the free part, lengths as configured");
    put(w, "C7_free_stretched", m.free_part_stretched, "C7 D of the free part, lengths × 3/2");
    put_steps(w, "C_distance", "C", m.C, m.schrodinger, "distance to Schrödinger");
    put(w, "C_order", m.schrodinger_order, "observed order in |C − 1|");
    qfpi_audit_sentence(w, "left_free",
                        "C1 to C6 leave the constant C free: every row but the last ones holds for "
                        "any C; only the distance to Schrödinger tells C = 1 (Eq. 43)");
    return QFP_OK;
}
