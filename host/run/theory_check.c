#include "run/theory_check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "algebra/print.h"
#include "fock/spectrum.h"

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

qfp_status qfp_theory_check_create(const qfp_config *config, qfp_theory_check *out)
{
    int modes = config->modes;
    *out = (qfp_theory_check){0};
    qfp_polynomial_init(&out->wick, 2 * modes);
    qfp_polynomial_init(&out->antiwick, 2 * modes);
    qfp_polynomial_init(&out->husimi, 4 * modes);
    qfp_polynomial_init(&out->generator, 4 * modes);
    qfp_polynomial_init(&out->symmetric_part, 4 * modes);
    qfp_polynomial exact, balanced;
    qfp_polynomial_init(&exact, 4 * modes);
    qfp_polynomial_init(&balanced, 4 * modes);
    const qfp_theory quantum = {.order = QFP_ORDER_EXACT, .C = 1.0, .kappa = config->kappa};
    bool different;
    qfp_status status;
    QFP_TRY_GOTO(qfp_config_hamiltonian(config, &out->wick));
    QFP_TRY_GOTO(qfp_symbol_exp_laplacian(&out->wick, -1.0, &out->antiwick));
    QFP_TRY_GOTO(qfp_generator_build(&out->wick, &quantum, &exact));
    QFP_TRY_GOTO(qfp_generator_build(&out->wick, &config->theory, &out->husimi));
    QFP_TRY_GOTO(differs(&exact, &out->husimi, &different));
    out->is_exact = !different;
    out->is_fokker_planck = derivative_order(&out->husimi, modes) <= 2;

    out->balanced_c = out->is_exact ? 0.5 : qfp_balanced_ordering(&config->theory);
    QFP_TRY_GOTO(qfp_generator_gauge(&out->husimi, out->balanced_c, &balanced));
    QFP_TRY_GOTO(qfp_generator_symmetric_part(&balanced, &out->symmetric_part));
    out->balanced = out->symmetric_part.count == 0;
    out->c = config->ordering_is_balanced ? out->balanced_c : config->ordering;
    status = qfp_generator_gauge(&out->husimi, out->c, &out->generator);
done:
    qfp_polynomial_destroy(&exact);
    qfp_polynomial_destroy(&balanced);
    if (status != QFP_OK)
        qfp_theory_check_destroy(out);
    return status;
}

void qfp_theory_check_destroy(qfp_theory_check *check)
{
    qfp_polynomial_destroy(&check->wick);
    qfp_polynomial_destroy(&check->antiwick);
    qfp_polynomial_destroy(&check->husimi);
    qfp_polynomial_destroy(&check->generator);
    qfp_polynomial_destroy(&check->symmetric_part);
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
static void describe_growth(const qfp_theory_check *check, int modes, char *out, size_t size)
{
    static const int of_one_mode[] = {8, 12, 16}, of_more[] = {2, 3, 4};
    const int *levels = modes == 1 ? of_one_mode : of_more;
    char rates[64] = "", counts[64] = "";
    out[0] = '\0';
    for (int i = 0; i < 3 && pow(levels[i], modes) <= QFP_GROWTH_MOST_LEVELS; i++) {
        qfp_spectrum spectrum;
        size_t r = strlen(rates), c = strlen(counts);
        if (qfp_spectrum_find(&check->husimi, modes, levels[i], &spectrum) != QFP_OK)
            return;
        snprintf(rates + r, sizeof rates - r, "%s%.3g", i > 0 ? ", " : "",
                 fmax(spectrum.growth, 0.0));
        snprintf(counts + c, sizeof counts - c, "%s%d", i > 0 ? ", " : "", levels[i]);
        snprintf(out, size, " (largest growth rate %s with %s levels%s)", rates, counts,
                 modes > 1 ? " per mode" : "");
    }
}

qfp_status qfp_theory_check_explain(const qfp_theory_check *check, const qfp_config *config,
                                    char **out)
{
    char theory[64], growth[192];
    describe_growth(check, config->modes, growth, sizeof growth);
    qfp_theory_describe(&config->theory, theory, sizeof theory);
    char *terms = qfp_print_generator(&check->symmetric_part, config->modes, 0, QFP_PRINT_TEXT);
    bool fits = terms != NULL && strlen(terms) <= LONGEST_S;
    *out =
        qfpi_format("theory: %s of this Hamiltonian is not balanced: at the ordering c = %g the "
                    "even part S = ½(L + Lᵀ) = %s remains, its growth rate has no upper bound%s, "
                    "and the equation is ill-posed forwards and backwards in time",
                    theory, check->balanced_c, fits ? terms : "(long, see qfp audit)", growth);
    free(terms);
    return *out != NULL ? QFP_OK : QFP_FAIL(QFP_MEMORY, "%s: out of memory", config->path);
}

qfp_status qfp_theory_check_refuse(const qfp_theory_check *check, const qfp_config *config)
{
    char *reason;
    if (check->balanced || config->accept_unbalanced)
        return QFP_OK;
    QFP_TRY(qfp_theory_check_explain(check, config, &reason));
    qfp_status status = QFP_FAIL(QFP_UNBALANCED,
                                 "%s: %s; use theory.order: exact, or accept_unbalanced: true to "
                                 "watch it fail",
                                 config->path, reason);
    free(reason);
    return status;
}
