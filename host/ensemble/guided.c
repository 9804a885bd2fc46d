/* guided.c - the score-guided diffusion: trajectories whose density at any one time is Q(t).
 *
 * The equation is in kernels/shared/guided_cell.h.  It exists for Hamiltonians of the second-order
 * class (Eq. 64).  The score ∂ ln Q/∂α* comes from the exact kets.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "algebra/class.h"
#include "algebra/hamiltonian.h"
#include "algebra/print.h"
#include "ensemble/method.h"

enum { PIECES_MOST = 4096, NODES = 5 }; /* nodes: quarters of the 2h that a call covers */

typedef struct guided {
    qfp_method_setting setting;
    qfp_guide *guide;
    double *node[NODES]; /* kets at t, t + h/2, …, t + 2h */
    size_t doubles;
    double time; /* of the last node, −1 before the first step */
} guided;

qfp_status qfp_ensemble_terms(const qfp_polynomial *p, int modes, double complex factor,
                              qfp_path_polynomial *out)
{
    qfp_symbol_term *terms = NULL;
    QFP_TRY(QFP_ALLOCATE(terms, p->count + 1, "the drift of a guide"));
    for (size_t t = 0; t < p->count; t++) {
        double complex c = factor * p->terms[t].coefficient;
        terms[t].re = creal(c);
        terms[t].im = cimag(c);
        for (int v = 0; v < 2 * modes; v++)
            terms[t].power[v] = p->terms[t].power[v];
    }
    *out = (qfp_path_polynomial){.term_count = p->count, .terms = terms};
    return QFP_OK;
}

static qfp_status refuse_class(const qfp_config *config, const qfp_polynomial *antiwick)
{
    qfp_hamiltonian_class class;
    QFP_TRY(qfp_classify(antiwick, config->modes, &class));
    qfp_status status = QFP_OK;
    if (!class.satisfies_64) {
        char *value = class.breaking_count > 0 ? qfp_print_symbol(&class.breaking[0].value,
                                                                  config->modes, QFP_PRINT_TEXT)
                                               : NULL;
        status = QFP_FAIL(
            QFP_CONFIG,
            "%s: ensemble.method: this method needs a Hamiltonian whose exact equation is of "
            "second "
            "order (Eq. 64); here the third derivative by the modes %d, %d, %d is %s; `qfp audit` "
            "lists them all",
            config->path, class.breaking[0].mode[0] + 1, class.breaking[0].mode[1] + 1,
            class.breaking[0].mode[2] + 1, value != NULL ? value : "not zero");
        free(value);
    }
    qfp_hamiltonian_class_destroy(&class);
    return status;
}

qfp_status qfp_ensemble_couples(const qfp_polynomial *antiwick, int modes, int pair[2])
{
    qfp_polynomial first, second;
    qfp_polynomial_init(&first, 2 * modes);
    qfp_polynomial_init(&second, 2 * modes);
    qfp_status status = QFP_OK;
    pair[0] = pair[1] = -1;
    for (int i = 0; i < modes && pair[0] < 0; i++) {
        QFP_TRY_GOTO(qfp_polynomial_differentiate(antiwick, modes + i, &first));
        for (int j = i + 1; j < modes && pair[0] < 0; j++) {
            QFP_TRY_GOTO(qfp_polynomial_differentiate(&first, modes + j, &second));
            if (qfp_polynomial_norm(&second) > 1e-12 * qfp_polynomial_norm(antiwick)) {
                pair[0] = i;
                pair[1] = j;
            }
        }
    }
done:
    qfp_polynomial_destroy(&first);
    qfp_polynomial_destroy(&second);
    return status;
}

qfp_status qfp_ensemble_check_class(const qfp_config *config)
{
    qfp_polynomial antiwick;
    qfp_polynomial_init(&antiwick, 2 * config->modes);
    qfp_status status = qfp_symbol_exp_laplacian(&config->wick, -1.0, &antiwick);
    if (status == QFP_OK)
        status = refuse_class(config, &antiwick);
    qfp_polynomial_destroy(&antiwick);
    return status;
}

qfp_status qfp_ensemble_refuse_dissipation(const qfp_config *config)
{
    if (config->channel_count == 0)
        return QFP_OK;
    return QFP_FAIL(
        QFP_UNSUPPORTED,
        "%s: dissipation: `ensemble.method: %s` follows the kets of a closed system; take "
        "method: truncated_wigner, positive_p or doubled_q, or qfp run",
        config->path, config->ensemble.method->name);
}

qfp_status qfp_guided_check(const qfp_config *config)
{
    QFP_TRY(qfp_ensemble_refuse_dissipation(config));
    return qfp_ensemble_check_class(config);
}

/* factor ∂p/∂v as a term list; the derivative itself to *slope, when wanted. */
static qfp_status derive_one(const qfp_polynomial *p, int modes, int v, double complex factor,
                             qfp_polynomial *slope, qfp_path_polynomial *out)
{
    QFP_TRY(qfp_polynomial_differentiate(p, v, slope));
    return qfp_ensemble_terms(slope, modes, factor, out);
}

/* Every A_i, every S_ij, every ∂S_ij/∂α_k, or A_j, S_j and ∂S_j/∂α_j of every mode: the order that
 * qfp_guide_spec asks for. */
static qfp_status derive(const qfp_config *config, const qfp_polynomial *antiwick, int coupled,
                         qfp_path_polynomial *out)
{
    int n = config->modes;
    double inverse = 1.0 / config->kappa;
    qfp_polynomial a, s, slope;
    qfp_polynomial_init(&a, 2 * n);
    qfp_polynomial_init(&s, 2 * n);
    qfp_polynomial_init(&slope, 2 * n);
    qfp_status status = QFP_OK;
    for (int i = 0; i < n; i++) {
        QFP_TRY_GOTO(derive_one(antiwick, n, n + i, -I * inverse, &a, &out[coupled ? i : 3 * i]));
        for (int j = coupled ? 0 : i; j < (coupled ? n : i + 1); j++) {
            qfp_path_polynomial *to = coupled ? &out[n + i * n + j] : &out[3 * i + 1];
            QFP_TRY_GOTO(derive_one(&a, n, n + j, inverse, &s, to));
            for (int k = coupled ? 0 : i; k < (coupled ? n : i + 1); k++) {
                to = coupled ? &out[n + n * n + (k * n + i) * n + j] : &out[3 * i + 2];
                QFP_TRY_GOTO(derive_one(&s, n, k, inverse, &slope, to));
            }
        }
    }
done:
    qfp_polynomial_destroy(&a);
    qfp_polynomial_destroy(&s);
    qfp_polynomial_destroy(&slope);
    return status;
}

static qfp_status create_guide(guided *g, int coupled, const qfp_path_polynomial *polynomials)
{
    const qfp_config *config = g->setting.config;
    qfp_reference_kets kets;
    qfp_reference_state(g->setting.reference, &kets);
    qfp_guide_spec spec = {.modes = config->modes,
                           .ket_count = kets.count,
                           .weights = kets.weight,
                           .lambda = config->ensemble.lambda,
                           .coupled = coupled,
                           .polynomials = polynomials};
    for (int j = 0; j < config->modes; j++)
        spec.levels[j] = kets.levels[j];
    g->doubles = 2 * kets.count * kets.dimension;
    for (int node = 0; node < NODES; node++)
        QFP_TRY(QFP_ALLOCATE(g->node[node], g->doubles, "the kets that guide"));
    return g->setting.backend->guide->create(g->setting.context, &spec, &g->guide);
}

static void destroy(void *self)
{
    guided *g = self;
    if (g == NULL)
        return;
    g->setting.backend->guide->destroy(g->guide);
    for (int node = 0; node < NODES; node++)
        free(g->node[node]);
    free(g);
}

static qfp_status draw(void *self, const qfp_path_set *set, qfp_buffer *x)
{
    guided *g = self;
    qfp_reference_kets kets;
    qfp_reference_state(g->setting.reference, &kets);
    return g->setting.backend->paths->draw(g->setting.context, set, g->setting.config->modes,
                                           kets.levels, kets.count, kets.weight,
                                           (const double *)kets.ket, x);
}

static qfp_status load_node(guided *g, int node, double t)
{
    qfp_reference_kets kets;
    QFP_TRY(qfp_reference_evolve(g->setting.reference, t));
    qfp_reference_state(g->setting.reference, &kets);
    memcpy(g->node[node], kets.ket, g->doubles * sizeof(double));
    return QFP_OK;
}

static qfp_status move(guided *g, const qfp_path_set *set, const qfp_path_step *step,
                       const int nodes[3], qfp_buffer *x, size_t *lost)
{
    const qfp_backend *b = g->setting.backend;
    for (int k = 0; k < 3; k++)
        QFP_TRY(b->guide->load(g->guide, k, g->node[nodes[k]]));
    return b->guide->advance(g->guide, set, step, x, lost);
}

static qfp_status check_lost(const guided *g, size_t *lost)
{
    QFP_TRY(qfp_share_count(3, lost));
    for (int k = 0; k < 3; k++)
        if (lost[k] > 0)
            return QFP_FAIL(QFP_TOLERANCE,
                            "%zu of %zu trajectories came too close to a zero of Q to be followed "
                            "within %d pieces of one step; raise ensemble.steps",
                            lost[k], g->setting.share->batches.paths, PIECES_MOST);
    return QFP_OK;
}

static qfp_status advance(void *self, const qfp_path_set *set, double t, double h, uint64_t step,
                          qfp_buffer *x, qfp_buffer *coarse)
{
    guided *g = self;
    if (g->time == t) { /* the last node of the step before is the first of this one */
        double *swap = g->node[0];
        g->node[0] = g->node[NODES - 1];
        g->node[NODES - 1] = swap;
    } else {
        QFP_TRY(load_node(g, 0, t));
    }
    for (int node = 1; node < NODES; node++)
        QFP_TRY(load_node(g, node, t + 0.5 * node * h));
    g->time = t + 0.5 * (NODES - 1) * h;
    const qfp_path_step first = {h, step, 1, PIECES_MOST};
    const qfp_path_step second = {h, step + 1, 1, PIECES_MOST};
    const qfp_path_step both = {2.0 * h, step, 2, PIECES_MOST};
    size_t lost[3];
    QFP_TRY(move(g, set, &first, (const int[]){0, 1, 2}, x, &lost[0]));
    QFP_TRY(move(g, set, &second, (const int[]){2, 3, 4}, x, &lost[1]));
    QFP_TRY(move(g, set, &both, (const int[]){0, 2, 4}, coarse, &lost[2]));
    return check_lost(g, lost);
}

/* The time of the last node and its kets, from which the next step begins. */
static size_t carried_count(const void *self)
{
    return 1 + ((const guided *)self)->doubles;
}

static qfp_status save(const void *self, double *out)
{
    const guided *g = self;
    if (out == NULL)
        return QFP_OK;
    out[0] = g->time;
    memcpy(out + 1, g->node[NODES - 1], g->doubles * sizeof *out);
    return QFP_OK;
}

static void load(void *self, const double *from)
{
    guided *g = self;
    g->time = from[0];
    memcpy(g->node[NODES - 1], from + 1, g->doubles * sizeof *from);
}

qfp_status qfp_guided_create(const qfp_method_setting *setting, qfp_ensemble_object *out)
{
    int modes = setting->config->modes;
    guided *g = NULL;
    qfp_polynomial antiwick;
    qfp_path_polynomial *polynomials = NULL;
    size_t lists = 0;
    int pair[2];
    qfp_polynomial_init(&antiwick, 2 * modes);
    qfp_status status;
    QFP_TRY_GOTO(qfp_symbol_exp_laplacian(&setting->config->wick, -1.0, &antiwick));
    QFP_TRY_GOTO(qfp_ensemble_couples(&antiwick, modes, pair));
    int coupled = pair[0] >= 0;
    QFP_TRY_GOTO(QFP_ALLOCATE(polynomials, qfp_guide_lists(modes, coupled), "a guide"));
    lists = qfp_guide_lists(modes, coupled);
    QFP_TRY_GOTO(derive(setting->config, &antiwick, coupled, polynomials));
    QFP_TRY_GOTO(QFP_ALLOCATE(g, 1, "a guided ensemble"));
    g->setting = *setting;
    g->time = -1.0;
    status = create_guide(g, coupled, polynomials);
done:
    qfp_polynomial_destroy(&antiwick);
    for (size_t k = 0; k < lists; k++)
        free((void *)polynomials[k].terms);
    free(polynomials);
    if (status != QFP_OK) {
        destroy(g);
        return status;
    }
    *out = (qfp_ensemble_object){.self = g,
                                 .coordinates = modes,
                                 .ordering = 1.0,
                                 .density_is_q = true,
                                 .draw = draw,
                                 .advance = advance,
                                 .carried = {carried_count, save, load},
                                 .destroy = destroy};
    snprintf(out->statement, sizeof out->statement,
             "score-guided diffusion with noise fraction lambda = %g: at every single time the "
             "density of the trajectories is Q(t) of the exact state; their correlations between "
             "times belong to this construction, which takes the score of Q(t) as given, and not "
             "to quantum theory",
             setting->config->ensemble.lambda);
    return QFP_OK;
}
