/* gauge_bosons.c - the self-interaction of gauge bosons in a few modes (V.C, Eqs. 73 to 75).
 *
 * In the gauge A₀ = 0 the Lagrangian (73) gives H = ½∫(E² + B²), B = ∇×A + nonlinear part of (74).
 * What is kept: fields that lie in a plane and vary in it only, so that B has one component,
 *
 *   B^a = ∂_xA_y^a − ∂_yA_x^a + g f^abc A_x^b A_y^c,
 *
 * and standing waves from one shell of momenta, the triad k₁ + k₂ + k₃ = 0, |k_t| = k (directions
 * 0°, 120°, 240°), each transverse: e_t ⊥ k_t in the plane.  Mode m has a colour a_m and a momentum
 * t_m:
 *
 *   A^a(x) = Σ_{m: a_m = a} q_m √(2/V) e_{t_m} sin(k_{t_m}·x),        [q_m, p_m] = iκ
 *
 * Put into H and integrated over the volume V this is exact, with nothing ordered (only q_m occur):
 *
 *   H = Σ_m ½(p_m² + k²q_m² − κk) + g Σ c_lmn q_l q_m q_n + g² Σ d_lmno q_l q_m q_n q_o
 *
 * What is dropped: every other momentum and polarisation, and Gauss's law D·E = 0, which a cut set
 * of modes cannot keep.  Sines, not cosines: the mean of cos θ₁ sin θ₂ sin θ₃ on the triad is −1/4,
 * while sin θ₁ cos θ₂ cos θ₃ averages to zero and leaves no cubic term.
 */
#include <math.h>
#include <stdio.h>

#include "models/model_text.h"
#include "models/models.h"
#include "models/structure_constants.h"

enum { GROUP, COLOURS, MOMENTA, COUPLING, WAVE_NUMBER, VOLUME, PARAMETERS };
enum { TRIAD = 3, ANGLES = 8 };
static const char *const groups[] = {
    [QFP_GROUP_SU2] = "su2", [QFP_GROUP_SU3] = "su3", [QFP_GROUP_SU3 + 1] = NULL};

static const qfp_model_parameter parameters[PARAMETERS] = {
    [GROUP] = {.name = "group",
               .type = QFP_MODEL_CHOICE,
               .words = groups,
               .required = true,
               .example = "group: su2",
               .meaning = "Gauge group; its structure constants f^abc couple the colours."},
    [COLOURS] = {.name = "colours",
                 .type = QFP_MODEL_INTEGERS,
                 .low = 1,
                 .high = 8,
                 .fallback_text = "[1, 2, 3] for su2, [3, 4, 5, 8] for su3",
                 .example = "colours: [1, 2, 3]",
                 .meaning = "Colour of every mode (su2: 1 to 3, su3: 1 to 8)."},
    [MOMENTA] = {.name = "momenta",
                 .type = QFP_MODEL_INTEGERS,
                 .low = 1,
                 .high = TRIAD,
                 .fallback_text = "1, 2, 3, 1, 2, ...",
                 .example = "momenta: [1, 2, 3]",
                 .meaning = "Momentum of every mode, out of a triad k_1 + k_2 + k_3 = 0."},
    [COUPLING] = {.name = "g",
                  .type = QFP_MODEL_REAL,
                  .fallback = 1.0,
                  .example = "g: 0.3",
                  .meaning = "Gauge coupling."},
    [WAVE_NUMBER] = {.name = "k",
                     .type = QFP_MODEL_POSITIVE,
                     .fallback = 1.0,
                     .example = "k: 1.0",
                     .meaning = "|k| of the three momenta, the frequency of every mode."},
    [VOLUME] = {.name = "volume",
                .type = QFP_MODEL_POSITIVE,
                .fallback = 1.0,
                .example = "volume: 2.0",
                .meaning = "Volume V; enters as g/sqrt(V)."},
};

typedef struct mode_label {
    int colour, momentum; /* from 1 */
} mode_label;

static int label_modes(const qfp_model_value *values, mode_label *labels)
{
    static const int su2_colours[] = {1, 2, 3}, su3_colours[] = {3, 4, 5, 8};
    const qfp_model_value *colours = &values[COLOURS], *momenta = &values[MOMENTA];
    bool su2 = values[GROUP].choice == QFP_GROUP_SU2;
    int modes = colours->given ? (int)colours->count : su2 ? 3 : 4;
    for (int m = 0; m < modes; m++) {
        labels[m].colour = colours->given ? colours->integers[m]
                           : su2          ? su2_colours[m]
                                          : su3_colours[m];
        labels[m].momentum = momenta->given ? momenta->integers[m] : m % TRIAD + 1;
    }
    return modes;
}

static qfp_status set_shape(const qfp_model_value *values, qfp_model_shape *out)
{
    mode_label labels[QFP_MAX_MODES];
    const qfp_model_value *colours = &values[COLOURS], *momenta = &values[MOMENTA];
    int dimension = qfpi_group_dimension((qfp_group)values[GROUP].choice);
    const char *group = groups[values[GROUP].choice];
    size_t modes = colours->given ? colours->count : values[GROUP].choice == QFP_GROUP_SU2 ? 3 : 4;
    out->fault = MOMENTA;
    if (momenta->given && momenta->count != modes)
        return QFP_FAIL(QFP_CONFIG, "%zu momenta for %zu modes; every colour needs one",
                        momenta->count, modes);
    out->fault = COLOURS;
    out->modes = label_modes(values, labels);
    for (int m = 0; m < out->modes; m++) {
        if (labels[m].colour > dimension)
            return QFP_FAIL(QFP_CONFIG, "%s has the colours 1 to %d, and no colour %d", group,
                            dimension, labels[m].colour);
        for (int n = 0; n < m; n++)
            if (labels[m].colour == labels[n].colour && labels[m].momentum == labels[n].momentum)
                return QFP_FAIL(QFP_CONFIG,
                                "the modes %d and %d are the same: both have the colour %d and the "
                                "momentum %d",
                                n + 1, m + 1, labels[m].colour, labels[m].momentum);
        out->frequency[m] = values[WAVE_NUMBER].number;
    }
    return QFP_OK;
}

/* The mean over the volume of the product of cos (first `cosines`) and sin of θ_t = k_t·x, t from
 * 1.  θ₁ and θ₂ are free, θ₃ = −θ₁ − θ₂.  With four factors no angle is turned more than four
 * times, so that sums over eight equidistant values are exact integrals, and the mean of at most
 * four sines and cosines is a multiple of 1/16. */
static double mean(const int *momenta, int count, int cosines)
{
    double sum = 0.0;
    for (int u = 0; u < ANGLES; u++)
        for (int v = 0; v < ANGLES; v++) {
            const double angle[TRIAD] = {2 * M_PI * u / ANGLES, 2 * M_PI * v / ANGLES,
                                         -2 * M_PI * (u + v) / ANGLES};
            double product = 1.0;
            for (int i = 0; i < count; i++) {
                double theta = angle[momenta[i] - 1];
                product *= i < cosines ? cos(theta) : sin(theta);
            }
            sum += product;
        }
    return round(16.0 * sum / (ANGLES * ANGLES)) / 16.0;
}

/* (e_s × e_t)_z of two transverse polarisations: the sine of the angle between the momenta */
static double cross(const mode_label *s, const mode_label *t)
{
    const double sines[TRIAD] = {0.0, sqrt(0.75), -sqrt(0.75)};
    return sines[(t->momentum - s->momentum + TRIAD) % TRIAD];
}

typedef struct gauge {
    qfp_group group;
    int modes;
    mode_label label[QFP_MAX_MODES];
} gauge;

/* f^{a b c} (e_b × e_c)_z with a given colour a: half of the commutator part of B^a */
static double vertex(const gauge *g, int colour, int m, int n)
{
    return qfpi_structure_constant(g->group, colour, g->label[m].colour, g->label[n].colour) *
           cross(&g->label[m], &g->label[n]);
}

/* ∫ (∇×A)^a g f^abc A_x^b A_y^c for the modes l < m < n: each of the three carries the curl once */
static double cubic_coefficient(const gauge *g, int l, int m, int n)
{
    const int triples[3][3] = {{l, m, n}, {m, l, n}, {n, l, m}};
    double sum = 0.0;
    for (int i = 0; i < 3; i++) {
        const int *t = triples[i];
        const int momenta[3] = {g->label[t[0]].momentum, g->label[t[1]].momentum,
                                g->label[t[2]].momentum};
        sum += vertex(g, g->label[t[0]].colour, t[1], t[2]) * mean(momenta, 3, 1);
    }
    return sum;
}

typedef double quartic_table[QFP_MAX_MODES][QFP_MAX_MODES][QFP_MAX_MODES][QFP_MAX_MODES];

static void sort(int *list, int count)
{
    for (int i = 1; i < count; i++)
        for (int j = i; j > 0 && list[j] < list[j - 1]; j--) {
            int kept = list[j];
            list[j] = list[j - 1];
            list[j - 1] = kept;
        }
}

/* Σ_a ∫ (f^abc A_x^b A_y^c)²: products of two pairs m < n and r < s, under their sorted indices */
static void add_quartic(const gauge *g, int m, int n, quartic_table table)
{
    for (int r = 0; r < g->modes; r++)
        for (int s = r + 1; s < g->modes; s++) {
            double colours = 0.0;
            for (int a = 1; a <= qfpi_group_dimension(g->group); a++)
                colours += vertex(g, a, m, n) * vertex(g, a, r, s);
            if (colours == 0.0)
                continue;
            int index[4] = {m, n, r, s}, momenta[4];
            for (int i = 0; i < 4; i++)
                momenta[i] = g->label[index[i]].momentum;
            sort(index, 4);
            table[index[0]][index[1]][index[2]][index[3]] += colours * mean(momenta, 4, 0);
        }
}

/* Rounding of sums of a few dozen sines is dropped, next to coefficients of order one. */
static double without_rounding(double value)
{
    return fabs(value) < 1e-13 ? 0.0 : value;
}

/* c × the product of q_m over `count` sorted modes, as x[1]^2*x[2] and the lengths in c */
static void put_product(qfp_text *text, double c, const int *modes, int count, const double *length)
{
    char factors[64] = "";
    size_t used = 0;
    for (int i = 0, repeats; i < count; i += repeats) {
        for (repeats = 1; i + repeats < count && modes[i + repeats] == modes[i];)
            repeats++;
        used += (size_t)snprintf(factors + used, sizeof factors - used, "%sx[%d]", i > 0 ? "*" : "",
                                 modes[i] + 1);
        if (repeats > 1)
            used += (size_t)snprintf(factors + used, sizeof factors - used, "^%d", repeats);
        c *= pow(length[modes[i]], repeats);
    }
    qfpi_model_term(text, c, "%s", factors);
}

static void write_cubic(const gauge *g, double factor, const double *length, qfp_text *text)
{
    for (int l = 0; l < g->modes; l++)
        for (int m = l + 1; m < g->modes; m++)
            for (int n = m + 1; n < g->modes; n++)
                put_product(text, factor * without_rounding(cubic_coefficient(g, l, m, n)),
                            (const int[]){l, m, n}, 3, length);
}

static void write_quartic(const gauge *g, double factor, const double *length, qfp_text *text)
{
    quartic_table table = {0};
    int modes = g->modes;
    for (int m = 0; m < modes; m++)
        for (int n = m + 1; n < modes; n++)
            add_quartic(g, m, n, table);
    for (int l = 0; l < modes; l++)
        for (int m = l; m < modes; m++)
            for (int n = m; n < modes; n++)
                for (int o = n; o < modes; o++)
                    put_product(text, factor * without_rounding(table[l][m][n][o]),
                                (const int[]){l, m, n, o}, 4, length);
}

static void write_operator(const qfp_model_value *values, const qfp_model_shape *shape,
                           const qfp_model_units *units, qfp_text *text)
{
    gauge g = {.group = (qfp_group)values[GROUP].choice};
    double coupling = values[COUPLING].number, k = values[WAVE_NUMBER].number;
    double amplitude = sqrt(2.0 / values[VOLUME].number); /* N: N²V = 2 */
    g.modes = label_modes(values, g.label);
    for (int m = 0; m < shape->modes; m++)
        qfpi_model_oscillator(text, m + 1, k, units);
    write_cubic(&g, 2.0 * coupling * k * amplitude, units->length, text);
    write_quartic(&g, coupling * coupling * amplitude * amplitude, units->length, text);
}

const qfp_model qfpi_model_gauge_bosons = {
    .name = "gauge_bosons",
    .meaning = "colour components of a gauge field, cubic and quartic couplings (V.C, Eqs. 73-75)",
    .formula =
        "H = (1/2) Int (E^2 + B^2), B^a = d_x A_y^a - d_y A_x^a + g f^abc A_x^b A_y^c, A_0 = 0,\n"
        "A^a(x) = Sum_m q_m sqrt(2/V) e_m sin(k_m x): planar transverse standing waves, one "
        "colour\n"
        "and one of the momenta k_1 + k_2 + k_3 = 0, |k_t| = k, per mode;\n"
        "= Sum_m kappa k n_m + g c_lmn q_l q_m q_n + g^2 d_lmno q_l q_m q_n q_o.\n"
        "Dropped: other momenta and polarisations, Gauss's law, the zero-point energy.",
    .outcome = "Violates (64) through mixed derivatives; no mode occurs with a power above two.",
    .parameter_count = PARAMETERS,
    .parameters = parameters,
    .shape = set_shape,
    .write = write_operator,
};
