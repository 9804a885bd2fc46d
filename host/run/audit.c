#include "qfp/audit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "algebra/print.h"
#include "core/turn.h"
#include "fock/spectrum.h"
#include "run/audit_dissipation.h"
#include "run/audit_facts.h"
#include "run/audit_numbers.h"
#include "run/audit_writer.h"

/* What every section needs. */
typedef struct audit {
    const qfp_config *config;
    const qfp_audit_facts *facts;
    qfp_audit_writer writer;
} audit;

static const char *const subscripts[] = {"₀", "₁", "₂", "₃", "₄", "₅", "₆", "₇", "₈"};
static const char *const orderings[] = {"wick", "weyl", "antiwick"};

static void put_symbol(audit *a, const char *key, const char *name, const char *latex_name,
                       const qfp_polynomial *symbol)
{
    int modes = a->config->modes;
    qfpi_audit_formula(&a->writer, key, name, latex_name,
                       qfp_print_symbol(symbol, modes, QFP_PRINT_TEXT),
                       qfp_print_symbol(symbol, modes, QFP_PRINT_LATEX));
}

static void put_real(audit *a, const char *key, const char *name, const char *latex_name,
                     const qfp_polynomial *symbol)
{
    int modes = a->config->modes;
    qfpi_audit_formula(&a->writer, key, name, latex_name,
                       qfp_print_real_symbol(symbol, modes, QFP_PRINT_TEXT),
                       qfp_print_real_symbol(symbol, modes, QFP_PRINT_LATEX));
}

/* The names of an axis, e.g. "Q2", "Q₂" and "Q_{2}"; without index in a one-mode system, as in the
 * printed formulas. */
typedef struct axis_name {
    char key[24], text[24], latex[24];
} axis_name;

static axis_name axis_of(int modes, int axis)
{
    char letter = axis < modes ? 'Q' : 'P';
    int mode = axis % modes + 1;
    axis_name name;
    if (modes == 1) {
        snprintf(name.key, sizeof name.key, "%c", letter);
        snprintf(name.text, sizeof name.text, "%c", letter);
        snprintf(name.latex, sizeof name.latex, "%c", letter);
    } else {
        snprintf(name.key, sizeof name.key, "%c%d", letter, mode);
        snprintf(name.text, sizeof name.text, "%c%s", letter, subscripts[mode]);
        snprintf(name.latex, sizeof name.latex, "%c_{%d}", letter, mode);
    }
    return name;
}

static void write_symbols(audit *a)
{
    const qfp_config *config = a->config;
    qfp_audit_writer *w = &a->writer;
    qfpi_audit_section(w, "hamiltonian", "Hamiltonian");
    char label[48];
    snprintf(label, sizeof label, "%s%s as typed",
             config->is_symbol ? orderings[config->symbol_ordering] : "",
             config->is_symbol ? " symbol" : "operator");
    qfpi_audit_quotation(w, "typed", label, config->expression);
    put_symbol(a, "wick", "H_Wick    ", "H_{\\mathrm{Wick}}", a->facts->equation.wick);
    put_symbol(a, "weyl", "H_Weyl    ", "H_{\\mathrm{Weyl}}", &a->facts->weyl);
    put_symbol(a, "antiwick", "H_antiWick", "H_{\\mathrm{aW}}", &a->facts->equation.antiwick);
}

static void write_drift(audit *a)
{
    int modes = a->config->modes;
    qfpi_audit_section(&a->writer, "drift",
                       "Drift: dQ_j/dt = ∂H/∂P_j/κ, dP_j/dt = −∂H/∂Q_j/κ, H the anti-Wick symbol");
    for (int axis = 0; axis < 2 * modes; axis++) {
        axis_name z = axis_of(modes, axis);
        char key[48], name[48], latex[48];
        snprintf(key, sizeof key, "d%s_dt", z.key);
        snprintf(name, sizeof name, "d%s/dt", z.text);
        snprintf(latex, sizeof latex, "\\dot %s", z.latex);
        put_real(a, key, name, latex, &a->facts->drift[axis]);
    }
}

static void write_diffusion(audit *a)
{
    int modes = a->config->modes;
    qfpi_audit_section(&a->writer, "diffusion",
                       "Diffusion: D(z) = (C/2κ) [H′′, J] (Eq. 52), upper triangle of a symmetric "
                       "matrix");
    qfpi_audit_number(&a->writer, "C", "C", "C", a->facts->C);
    for (int row = 0; row < 2 * modes; row++)
        for (int column = row; column < 2 * modes; column++) {
            axis_name r = axis_of(modes, row), c = axis_of(modes, column);
            char key[64], name[80], latex[64];
            snprintf(key, sizeof key, "D_%s_%s", r.key, c.key);
            snprintf(name, sizeof name, "D(%s, %s)", r.text, c.text);
            snprintf(latex, sizeof latex, "D_{%s %s}", r.latex, c.latex);
            put_real(a, key, name, latex, &a->facts->diffusion[row][column]);
        }
}

static void put_generator(audit *a, const char *key, const char *heading,
                          const qfp_polynomial *generator, double c)
{
    int modes = a->config->modes, highest = qfp_polynomial_degree(generator, 0, 2 * modes);
    qfpi_audit_section(&a->writer, key, heading);
    qfpi_audit_number(&a->writer, "c", "c", "c", c);
    for (int order = 1; order <= highest; order++) {
        char json_key[32], name[32], latex[32];
        snprintf(json_key, sizeof json_key, "order_%d", order);
        snprintf(name, sizeof name, "order %d", order);
        snprintf(latex, sizeof latex, "L_{%d}", order);
        qfpi_audit_formula(&a->writer, json_key, name, latex,
                           qfp_print_generator(generator, modes, order, QFP_PRINT_TEXT),
                           qfp_print_generator(generator, modes, order, QFP_PRINT_LATEX));
    }
}

static void write_generators(audit *a)
{
    put_generator(a, "generator_husimi", "Generator of the Husimi function, ∂Q/∂t = LQ (Eq. 63)",
                  &a->facts->equation.husimi, 0.0);
    put_generator(a, "generator_run", "Generator at the ordering of the run, Q = exp(cΔ)u",
                  &a->facts->equation.generator, a->facts->equation.c);
}

/* "∂³H/∂α₁∂α₁∂α₂" and its value. */
static void put_breaking(audit *a, const qfp_breaking_derivative *breaking)
{
    static const char *const powers[] = {"", "", "²", "³", "⁴"};
    const char *power = powers[breaking->order];
    char key[64], name[64], latex[128];
    size_t k = (size_t)snprintf(key, sizeof key, "d%d", breaking->order);
    size_t n = (size_t)snprintf(name, sizeof name, "∂%sH/", power), l = 0;
    for (int i = 0; i < breaking->order; i++) {
        int mode = breaking->mode[i] + 1;
        k += (size_t)snprintf(key + k, sizeof key - k, "_%d", mode);
        n += (size_t)snprintf(name + n, sizeof name - n, "∂α%s", subscripts[mode]);
        l += (size_t)snprintf(latex + l, sizeof latex - l, "\\partial_{\\alpha_{%d}}", mode);
    }
    if (a->config->modes == 1) {
        snprintf(name, sizeof name, "∂%sH/∂α%s", power, power);
        l = (size_t)snprintf(latex, sizeof latex, "\\partial_\\alpha^%d", breaking->order);
    }
    snprintf(latex + l, sizeof latex - l, " H");
    put_symbol(a, key, name, latex, &breaking->value);
}

static void write_class(audit *a)
{
    const qfp_hamiltonian_class *class = &a->facts->class;
    qfp_audit_writer *w = &a->writer;
    qfpi_audit_section(w, "class", "Class");
    qfpi_audit_number(w, "highest_order", "highest order of the exact equation", "M", class->order);
    char *sentence =
        class->satisfies_64
            ? qfpi_format("Eq. (64) holds: the exact equation has order %d and is a Fokker-Planck "
                          "equation",
                          class->order)
            : qfpi_format("Eq. (64) does not hold: the exact equation has order %d; the third "
                          "and fourth derivatives that break it, and their conjugates:",
                          class->order);
    qfpi_audit_verdict(w, "eq_64", class->satisfies_64, sentence != NULL ? sentence : "");
    w->failed = w->failed || sentence == NULL;
    free(sentence);
    for (size_t b = 0; b < class->breaking_count; b++)
        put_breaking(a, &class->breaking[b]);
}

static void write_balance(audit *a)
{
    const qfp_equation *equation = &a->facts->equation;
    qfp_audit_writer *w = &a->writer;
    int modes = a->config->modes;
    qfpi_audit_section(w, "balance", "Well-posedness: S = ½(L + Lᵀ) at the balanced ordering");
    qfpi_audit_formula(w, "S", "S", "S",
                       qfp_print_generator(&equation->symmetric_part, modes, 0, QFP_PRINT_TEXT),
                       qfp_print_generator(&equation->symmetric_part, modes, 0, QFP_PRINT_LATEX));
    qfpi_audit_verdict(
        w, "balanced", equation->balanced,
        equation->balanced
            ? (equation->is_open
                   ? "the part of H is balanced: orthogonal, reversible and well-posed"
                   : "balanced: the flow is orthogonal, reversible and well-posed")
            : "not balanced: S grows without bound, forwards or backwards in time");
    if (equation->balanced) {
        qfpi_audit_sentence(w, "run", "a run accepts this theory");
    } else if (a->config->accept_unbalanced) {
        qfpi_audit_sentence(w, "run",
                            "a run goes ahead, watched, as theory.accept_unbalanced asks");
    } else {
        bool refused = qfp_equation_refuse(equation, a->config) != QFP_OK;
        char *answer = refused ? qfpi_format("a run is refused with exit status %d: %s",
                                             qfp_status_exit(QFP_UNBALANCED), qfp_last_error())
                               : NULL;
        qfpi_audit_sentence(w, "run", answer != NULL ? answer : "");
        w->failed = w->failed || answer == NULL;
        free(answer);
    }
}

static void put_free_hessian(audit *a)
{
    int axes = 2 * a->config->modes;
    for (int row = 0; row < axes; row++)
        for (int column = row; column < axes; column++) {
            axis_name r = axis_of(a->config->modes, row), c = axis_of(a->config->modes, column);
            char key[64], name[80], latex[64];
            snprintf(key, sizeof key, "free_H_%s_%s", r.key, c.key);
            snprintf(name, sizeof name, "    H₀′′(%s, %s)", r.text, c.text);
            snprintf(latex, sizeof latex, "H_{0,%s %s}", r.latex, c.latex);
            double value = a->facts->free_hessian[row][column];
            if (value != 0.0 || row == column)
                qfpi_audit_number(&a->writer, key, name, latex, value);
        }
}

static void put_time_reversal(audit *a)
{
    const qfp_audit_facts *facts = a->facts;
    if (facts->equation.is_open) {
        qfpi_audit_verdict(&a->writer, "C4", false,
                           "C4 time reversal: Tr D = Tr D+ of the dissipation does not vanish");
        return;
    }
    if (facts->odd_in_p.count == 0) {
        qfpi_audit_verdict(&a->writer, "C4", facts->holds[QFP_C4_TIME_REVERSAL],
                           "C4 time reversal: Tr D = 0, and H(Q, P) = H(Q, −P), so "
                           "(Q, P, t) → (Q, −P, −t) maps the flow to itself");
        return;
    }
    char *odd = qfp_print_real_symbol(&facts->odd_in_p, a->config->modes, QFP_PRINT_TEXT);
    char *sentence = odd == NULL
                         ? NULL
                         : qfpi_format("C4 time reversal: Tr D = 0, but H(Q, P) ≠ H(Q, −P): "
                                       "(Q, P, t) → (Q, −P, −t) reverses the sign of %s, and the "
                                       "flow is mapped to that of another Hamiltonian",
                                       odd);
    qfpi_audit_verdict(&a->writer, "C4", false, sentence != NULL ? sentence : "");
    a->writer.failed = a->writer.failed || sentence == NULL;
    free(odd);
    free(sentence);
}

static void write_constraints(audit *a)
{
    const bool *holds = a->facts->holds;
    qfp_audit_writer *w = &a->writer;
    qfpi_audit_section(w, "constraints", "Constraints");
    qfpi_audit_verdict(w, "C1", holds[QFP_C1_CLASSICAL_LIMIT],
                       "C1 classical limit: in physical units, occupation times κ held fixed, the "
                       "term with m derivatives is proportional to κ to the power m−1; D ∝ κ, and "
                       "κ → 0 leaves Liouville's equation");
    qfpi_audit_verdict(w, "C2", holds[QFP_C2_FOKKER_PLANCK_FORM],
                       holds[QFP_C2_FOKKER_PLANCK_FORM]
                           ? "C2 Fokker-Planck form: at most two derivatives act on Q"
                           : "C2 Fokker-Planck form: more than two derivatives act on Q");
    qfpi_audit_verdict(w, "C3", holds[QFP_C3_LOCAL_HAMILTONIAN],
                       "C3 local Hamiltonian dependence: every coefficient is a derivative of H at "
                       "the point, none depends on Q");
    put_time_reversal(a);
    qfpi_audit_verdict(w, "C5", holds[QFP_C5_ENERGY],
                       a->facts->equation.is_open
                           ? "C5 energy: Σ D_ab H_ab = 0 for all z for the part of H; dissipation "
                             "takes or gives energy"
                           : "C5 energy: Σ D_ab H_ab = 0 for all z (verified as a polynomial "
                             "identity)");
    qfpi_audit_verdict(w, "C6", holds[QFP_C6_MINIMALITY],
                       "C6 minimality: D is the commutator of Eq. (52) with one constant C, and "
                       "JD = −DJ (verified as a polynomial identity)");
    qfpi_audit_verdict(
        w, "C7", holds[QFP_C7_FREE_PART],
        holds[QFP_C7_FREE_PART]
            ? "C7 classical free dynamics: the Hessian H₀′′ of the quadratic part of "
              "H_Weyl commutes with J, so the free part has D = 0"
            : "C7 classical free dynamics: the Hessian H₀′′ of the quadratic part of "
              "H_Weyl does not commute with J, so the free part has D ≠ 0; the "
              "lengths ℓ = √(κ/ω) of the free modes cure it");
    if (!holds[QFP_C7_FREE_PART])
        put_free_hessian(a);
}

static void write_units(audit *a)
{
    const qfp_config *config = a->config;
    qfp_audit_writer *w = &a->writer;
    qfpi_audit_section(w, "units", "Units");
    qfpi_audit_sentence(w, "coordinates",
                        "Q_j = x_j/ℓ_j, P_j = p_j ℓ_j/κ, α_j = (Q_j + iP_j)/√2; x_j and p_j are "
                        "the physical coordinates of the configuration and of the output");
    qfpi_audit_sentence(w, "measure", "densities are per d²α = dx dp/(2κ) = dQ dP/2");
    qfpi_audit_number(w, "kappa", "κ", "\\kappa", config->kappa);
    for (int j = 0; j < config->modes; j++) {
        char key[48], name[48], latex[48];
        snprintf(key, sizeof key, "length_%d", j + 1);
        snprintf(name, sizeof name, "ℓ%s", subscripts[j + 1]);
        snprintf(latex, sizeof latex, "\\ell_{%d}", j + 1);
        qfpi_audit_number(w, key, name, latex, config->length[j]);
    }
}

qfp_status qfp_audit_create(const qfp_config *config, qfp_audit *out)
{
    QFPI_TAKE_TURN();
    qfp_audit_facts facts;
    QFP_TRY(qfp_config_require_system(config));
    QFP_TRY(qfp_audit_facts_create(config, &facts));
    audit a = {.config = config, .facts = &facts};
    qfpi_audit_begin(&a.writer, config->title != NULL ? config->title : config->path);
    write_symbols(&a);
    write_drift(&a);
    write_diffusion(&a);
    write_generators(&a);
    write_class(&a);
    write_balance(&a);
    bool well_posed = false;
    qfp_status status = qfpi_audit_dissipation_write(config, &facts, &a.writer, &well_posed);
    write_constraints(&a);
    if (status == QFP_OK)
        status = qfpi_audit_numbers_write(config, &facts, &a.writer);
    if (status != QFP_OK) {
        qfpi_audit_abandon(&a.writer);
        qfp_audit_facts_destroy(&facts);
        return status;
    }
    write_units(&a);
    qfp_audit result = {.satisfies_64 = facts.class.satisfies_64,
                        .balanced = facts.equation.balanced};
    status = qfpi_audit_end(&a.writer, &result.text, &result.latex, &result.json);
    qfp_audit_facts_destroy(&facts);
    if (status == QFP_OK)
        *out = result;
    return status;
}

qfp_status qfp_audit_spectrum_find(const qfp_config *config, int levels, qfp_audit_spectrum *out)
{
    QFPI_TAKE_TURN();
    qfp_equation equation;
    qfp_spectrum spectrum;
    if (levels < 2)
        return QFP_FAIL(QFP_USAGE, "--spectrum: at least 2 levels are needed, not %d", levels);
    QFP_TRY(qfp_equation_create(config, &equation));
    qfp_status status = qfp_spectrum_find(&equation.husimi, config->modes, levels, &spectrum);
    qfp_equation_destroy(&equation);
    if (status == QFP_OK)
        *out = (qfp_audit_spectrum){.levels = levels,
                                    .unknowns = pow(levels, 2.0 * config->modes),
                                    .growth = spectrum.growth,
                                    .frequency = spectrum.frequency};
    return status;
}

void qfp_audit_destroy(qfp_audit *report)
{
    if (report == NULL)
        return;
    free(report->text);
    free(report->latex);
    free(report->json);
    *report = (qfp_audit){0};
}
