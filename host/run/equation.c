#include "run/equation.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "algebra/print.h"
#include "fock/spectrum.h"
#include "io/config_time.h"

/* Bytes of S in a sentence; a larger one is left to the audit. */
#define LONGEST_S 200

static qfp_status differs(const qfp_polynomial *a, const qfp_polynomial *b, bool *different)
{
    qfp_polynomial difference;
    qfp_polynomial_init(&difference, a->variables);
    qfp_status status = qfp_polynomial_add(a, -1.0, b, &difference);
    *different = qfp_polynomial_norm(&difference) > 1e-12 * qfp_polynomial_norm(a);
    qfp_polynomial_destroy(&difference);
    return status;
}

static int derivative_order(const qfp_polynomial *generator, int modes)
{
    return qfp_polynomial_degree(generator, 0, 2 * modes);
}

/* L of the theory, and of H in it, beside that of the master equation: what truncation and C changed. */
static qfp_status apply_theory(const qfp_theory *theory, qfp_equation *e)
{
    const qfp_theory quantum = {.order = QFP_ORDER_EXACT, .C = 1.0, .kappa = theory->kappa};
    qfp_polynomial exact, dissipation;
    bool different = false;
    qfp_polynomial_init(&exact, e->derived.variables);
    qfp_polynomial_init(&dissipation, e->derived.variables);
    qfp_status status;
    QFP_TRY_GOTO(qfp_generator_of_theory(&e->derived, theory, &e->hamiltonian));
    QFP_TRY_GOTO(qfp_generator_of_theory(&e->derived, &quantum, &exact));
    QFP_TRY_GOTO(qfp_lindblad_dissipation(&e->lindblad, &dissipation));
    QFP_TRY_GOTO(qfp_polynomial_add(&exact, 1.0, &dissipation, &exact));
    qfp_generator_truncate(&dissipation, theory->order);
    QFP_TRY_GOTO(qfp_polynomial_add(&e->hamiltonian, 1.0, &dissipation, &e->husimi));
    QFP_TRY_GOTO(differs(&exact, &e->husimi, &different));
    e->is_exact = !different;
done:
    qfp_polynomial_destroy(&exact);
    qfp_polynomial_destroy(&dissipation);
    return status;
}

/* From `wick` and `lindblad`; known: the same of the largest coefficients, which say what holds at all times. */
static qfp_status derive(const qfp_config *config, const qfp_equation *known, qfp_equation *e)
{
    QFP_TRY(qfp_symbol_exp_laplacian(e->wick, -1.0, &e->antiwick));
    QFP_TRY(qfp_generator_derive(e->wick, &e->derived));
    QFP_TRY(apply_theory(&config->theory, e));
    e->is_exact = e->is_exact && (known == NULL || known->is_exact);
    e->is_fokker_planck = derivative_order(&e->husimi, config->modes) <= 2 &&
                          (known == NULL || known->is_fokker_planck);
    e->is_open = config->channel_count > 0;
    e->varies = config->varies;
    e->is_unitary = e->is_exact && !e->is_open;
    e->balanced_c = e->is_exact ? 0.5 : qfp_balanced_ordering(&config->theory);
    QFP_TRY(qfp_generator_gauge(&e->hamiltonian, e->balanced_c, &e->generator));
    QFP_TRY(qfp_generator_symmetric_part(&e->generator, &e->symmetric_part));
    if (known != NULL && !known->balanced)
        QFP_TRY(qfp_polynomial_copy(&known->symmetric_part, &e->symmetric_part));
    e->balanced = e->symmetric_part.count == 0;
    e->c = config->ordering_is_balanced ? e->balanced_c : config->ordering;
    return e->c == e->balanced_c && !e->is_open
               ? QFP_OK
               : qfp_generator_gauge(&e->husimi, e->c, &e->generator);
}

static void init(int modes, qfp_equation *out)
{
    *out = (qfp_equation){0};
    qfp_lindblad_init(&out->lindblad, modes);
    qfp_lindblad_init(&out->most, modes);
    qfp_polynomial_init(&out->antiwick, 2 * modes);
    qfp_polynomial_init(&out->derived, 4 * modes);
    qfp_polynomial_init(&out->hamiltonian, 4 * modes);
    qfp_polynomial_init(&out->husimi, 4 * modes);
    qfp_polynomial_init(&out->generator, 4 * modes);
    qfp_polynomial_init(&out->symmetric_part, 4 * modes);
}

static qfp_status derive_all(const qfp_config *config, qfp_equation *e)
{
    qfp_equation most;
    if (!e->varies)
        return derive(config, NULL, e);
    init(config->modes, &most);
    most.wick = &e->most.wick;
    qfp_status status = qfp_time_course_most(&e->course, &most.lindblad);
    if (status == QFP_OK)
        status = derive(config, NULL, &most);
    if (status == QFP_OK)
        status = derive(config, &most, e);
    qfp_equation_destroy(&most);
    return status;
}

static qfp_status take_system(const qfp_config *config, qfp_equation *e)
{
    const double start = 0.0, once = 1.0;
    e->wick = &config->wick;
    e->varies = config->varies;
    QFP_TRY(qfp_config_lindblad(config, 1, &start, &once, &e->lindblad));
    QFP_TRY(qfp_time_course_create(config, QFP_TIME_COURSE_POINTS, &e->course));
    return e->varies ? qfp_time_course_most(&e->course, &e->most)
                     : qfp_config_lindblad(config, 1, &start, &once, &e->most);
}

qfp_status qfp_equation_create(const qfp_config *config, qfp_equation *out)
{
    char reason[256];
    init(config->modes, out);
    qfp_status taken = take_system(config, out);
    qfp_status status = taken == QFP_OK ? derive_all(config, out) : taken;
    if (status == QFP_OK)
        return QFP_OK;
    qfp_equation_destroy(out);
    if (status != QFP_CONFIG || taken != QFP_OK)
        return status;
    snprintf(reason, sizeof reason, "%s", qfp_last_error());
    return QFP_FAIL(status, "%s:%d: hamiltonian: its evolution equation is too large: %s",
                    config->path, config->expression_line, reason);
}

void qfp_equation_destroy(qfp_equation *equation)
{
    qfp_polynomial_destroy(&equation->antiwick);
    qfp_polynomial_destroy(&equation->derived);
    qfp_lindblad_destroy(&equation->lindblad);
    qfp_time_course_destroy(&equation->course);
    qfp_lindblad_destroy(&equation->most);
    qfp_polynomial_destroy(&equation->hamiltonian);
    qfp_polynomial_destroy(&equation->husimi);
    qfp_polynomial_destroy(&equation->generator);
    qfp_polynomial_destroy(&equation->symmetric_part);
}

void qfp_theory_describe(const qfp_theory *theory, char *out, size_t size)
{
    if (theory->order == QFP_ORDER_EXACT)
        snprintf(out, size, "order exact, C = %.12g", theory->C);
    else
        snprintf(out, size, "order %d, C = %.12g", theory->order, theory->C);
}

/* "largest growth rate 26.6, 72.5, 142 with 8, 12, 16 levels", as far as few levels of that many
 * modes can be afforded and a spectrum is found; "" otherwise.  The refusal stands without it. */
static void describe_growth(const qfp_equation *equation, int modes, char *out, size_t size)
{
    static const int of_one_mode[] = {8, 12, 16}, of_more[] = {2, 3, 4};
    const int *levels = modes == 1 ? of_one_mode : of_more;
    char rates[64] = "", counts[64] = "";
    out[0] = '\0';
    for (int i = 0; i < 3 && pow(levels[i], modes) <= QFP_GROWTH_MOST_LEVELS; i++) {
        qfp_spectrum spectrum;
        size_t r = strlen(rates), c = strlen(counts);
        if (qfp_spectrum_find(&equation->husimi, modes, levels[i], &spectrum) != QFP_OK)
            return;
        snprintf(rates + r, sizeof rates - r, "%s%.3g", i > 0 ? ", " : "",
                 fmax(spectrum.growth, 0.0));
        snprintf(counts + c, sizeof counts - c, "%s%d", i > 0 ? ", " : "", levels[i]);
        snprintf(out, size, " (largest growth rate %s with %s levels%s)", rates, counts,
                 modes > 1 ? " per mode" : "");
    }
}

qfp_status qfp_equation_explain(const qfp_equation *equation, const qfp_config *config, char **out)
{
    char theory[64], growth[192];
    describe_growth(equation, config->modes, growth, sizeof growth);
    qfp_theory_describe(&config->theory, theory, sizeof theory);
    char *terms = qfp_print_generator(&equation->symmetric_part, config->modes, 0, QFP_PRINT_TEXT);
    bool fits = terms != NULL && strlen(terms) <= LONGEST_S;
    *out =
        qfpi_format("theory: %s of this Hamiltonian is not balanced: at the ordering c = %g the "
                    "even part S = ½(L + Lᵀ) = %s remains, its growth rate has no upper bound%s, "
                    "and the equation is ill-posed forwards and backwards in time",
                    theory, equation->balanced_c, fits ? terms : "(long, see qfp audit)", growth);
    free(terms);
    return *out != NULL ? QFP_OK : QFP_FAIL(QFP_MEMORY, "%s: out of memory", config->path);
}

qfp_status qfp_equation_refuse(const qfp_equation *equation, const qfp_config *config)
{
    char *reason;
    if (equation->balanced || config->accept_unbalanced)
        return QFP_OK;
    QFP_TRY(qfp_equation_explain(equation, config, &reason));
    qfp_status status = QFP_FAIL(QFP_UNBALANCED,
                                 "%s: %s; use theory.order: exact, or accept_unbalanced: true to "
                                 "watch it fail",
                                 config->path, reason);
    free(reason);
    return status;
}
