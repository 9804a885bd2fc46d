/* bose_hubbard.c - bosons that hop on a graph (V.A, Eq. 67):
 *
 *   H = −J Σ_<ij> w_ij (a_i†a_j + h.c.) + (U/2) Σ_i n_i(n_i − 1) − μ Σ_i n_i,   n(n − 1) = a†²a²
 *
 * The anti-Wick symbol of n(n − 1) is |α|⁴ − 4|α|² + 2; the −3 printed in Eq. (69) belongs to n².
 */
#include <string.h>

#include "models/model_text.h"
#include "models/models.h"

enum { SITES, HOPPING, INTERACTION, POTENTIAL, GRAPH, PARAMETERS };
enum { EDGES = -1, CHAIN, RING };
static const char *const graphs[] = {"chain", "ring", NULL};

static const qfp_model_parameter parameters[PARAMETERS] = {
    [SITES] = {.name = "sites",
               .type = QFP_MODEL_INTEGER,
               .low = 1,
               .high = QFP_MAX_MODES,
               .required = true,
               .example = "sites: 3",
               .meaning = "Number of sites, one mode each."},
    [HOPPING] = {.name = "J",
                 .type = QFP_MODEL_REAL,
                 .fallback = 1.0,
                 .example = "J: 1.0",
                 .meaning = "Hopping amplitude."},
    [INTERACTION] = {.name = "U",
                     .type = QFP_MODEL_REAL,
                     .fallback = 0.0,
                     .example = "U: 0.5",
                     .meaning = "On-site interaction, (U/2) n (n-1)."},
    [POTENTIAL] = {.name = "mu",
                   .type = QFP_MODEL_REAL,
                   .fallback = 0.0,
                   .example = "mu: 0.2",
                   .meaning = "Chemical potential."},
    [GRAPH] = {.name = "graph",
               .type = QFP_MODEL_GRAPH,
               .words = graphs,
               .fallback = CHAIN,
               .example = "graph: [[1, 2], [2, 3, 0.5]]",
               .meaning = "Which sites are neighbours, each edge once; weights multiply J."},
};

/* Every site must be reached by an edge, every edge must join two sites, and only once. */
static qfp_status check_edges(const qfp_model_value *graph, int sites)
{
    bool reached[QFP_MAX_MODES] = {false};
    for (size_t e = 0; e < graph->count; e++) {
        const qfp_model_edge *edge = &graph->edges[e];
        const int ends[2] = {edge->from, edge->to};
        for (int i = 0; i < 2; i++) {
            if (ends[i] < 1 || ends[i] > sites)
                return QFP_FAIL(QFP_CONFIG,
                                "the edge [%d, %d] names site %d; the sites are 1 to %d",
                                edge->from, edge->to, ends[i], sites);
            reached[ends[i] - 1] = true;
        }
        if (edge->from == edge->to)
            return QFP_FAIL(QFP_CONFIG,
                            "the edge [%d, %d] joins a site with itself; mu is the energy of a "
                            "site",
                            edge->from, edge->to);
        for (size_t f = 0; f < e; f++)
            if ((graph->edges[f].from == edge->from && graph->edges[f].to == edge->to) ||
                (graph->edges[f].from == edge->to && graph->edges[f].to == edge->from))
                return QFP_FAIL(QFP_CONFIG,
                                "the edge between the sites %d and %d is listed twice; give it a "
                                "weight instead: [%d, %d, 2]",
                                edge->from, edge->to, edge->from, edge->to);
    }
    for (int i = 0; i < sites && sites > 1; i++)
        if (!reached[i])
            return QFP_FAIL(QFP_CONFIG,
                            "site %d is isolated: no edge reaches it; the list must join all %d "
                            "sites",
                            i + 1, sites);
    return QFP_OK;
}

static qfp_status set_shape(const qfp_model_value *values, qfp_model_shape *out)
{
    const qfp_model_value *graph = &values[GRAPH];
    out->modes = (int)values[SITES].number;
    out->fault = GRAPH;
    if (graph->choice == RING && out->modes < 3)
        return QFP_FAIL(QFP_CONFIG,
                        "a ring needs at least 3 sites, and this system has %d; two sites are a "
                        "chain",
                        out->modes);
    return graph->choice == EDGES ? check_edges(graph, out->modes) : QFP_OK;
}

static void write_operator(const qfp_model_value *values, const qfp_model_shape *shape,
                           const qfp_model_units *units, qfp_text *text)
{
    const qfp_model_value *graph = &values[GRAPH];
    double hopping = -values[HOPPING].number;
    (void)units; /* J, U and mu are energies, whatever κ and the lengths are */
    for (int i = 1; graph->choice != EDGES && i < shape->modes; i++)
        qfpi_model_term(text, hopping, "hc(ad[%d]*a[%d])", i, i + 1);
    if (graph->choice == RING)
        qfpi_model_term(text, hopping, "hc(ad[%d]*a[1])", shape->modes);
    for (size_t e = 0; graph->choice == EDGES && e < graph->count; e++)
        qfpi_model_term(text, hopping * graph->edges[e].weight, "hc(ad[%d]*a[%d])",
                        graph->edges[e].from, graph->edges[e].to);
    qfpi_model_term(text, 0.5 * values[INTERACTION].number, "sum(j, ad[j]^2*a[j]^2)");
    qfpi_model_term(text, -values[POTENTIAL].number, "sum(j, n[j])");
}

const qfp_model qfpi_model_bose_hubbard = {
    .name = "bose_hubbard",
    .meaning = "bosons hopping on a graph with on-site interaction (V.A, Eqs. 67-69)",
    .formula = "H = -J Sum_<ij> w_ij (ad_i a_j + ad_j a_i) + (U/2) Sum_i n_i (n_i - 1) - mu Sum_i "
               "n_i",
    .outcome = "Satisfies (64): the Fokker-Planck equation is exact. The symbol of n(n-1) is\n"
               "|alpha|^4 - 4|alpha|^2 + 2; the -3 printed in Eq. (69) belongs to n^2.",
    .parameter_count = PARAMETERS,
    .parameters = parameters,
    .shape = set_shape,
    .write = write_operator,
};
