#include "run/audit_dissipation.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "algebra/dissipation_facts.h"
#include "algebra/print.h"
#include "algebra/squares.h"
#include "evolve/grid_generator.h"

enum { DIRECTIONS = 400 };

typedef struct section {
    int modes;
    qfp_audit_writer *w;
} section;

static void put_symbol(const section *s, const char *key, const char *name, const qfp_polynomial *p)
{
    qfpi_audit_formula(s->w, key, name, name, qfp_print_symbol(p, s->modes, QFP_PRINT_TEXT),
                       qfp_print_symbol(p, s->modes, QFP_PRINT_LATEX));
}

static void put_real(const section *s, const char *key, const char *name, const qfp_polynomial *p)
{
    qfpi_audit_formula(s->w, key, name, name, qfp_print_real_symbol(p, s->modes, QFP_PRINT_TEXT),
                       qfp_print_real_symbol(p, s->modes, QFP_PRINT_LATEX));
}

/* "Q", "P2" */
static void name_axis(int modes, int axis, char *out, size_t size)
{
    if (modes == 1)
        snprintf(out, size, "%c", axis == 0 ? 'Q' : 'P');
    else
        snprintf(out, size, "%c%d", axis < modes ? 'Q' : 'P', axis % modes + 1);
}

/* Drift, D⁺ and what leaves two derivatives.  Of several modes what vanishes is left out. */
static void put_action(const section *s, const qfp_dissipation_facts *f)
{
    int axes = 2 * s->modes;
    char key[48], name[48], a[16], b[16];
    for (int axis = 0; axis < axes; axis++) {
        name_axis(s->modes, axis, a, sizeof a);
        snprintf(key, sizeof key, "d%s_dt", a);
        snprintf(name, sizeof name, "d%s/dt", a);
        if (f->drift[axis].count > 0 || s->modes == 1)
            put_real(s, key, name, &f->drift[axis]);
    }
    for (int row = 0; row < axes; row++)
        for (int column = row; column < axes; column++) {
            name_axis(s->modes, row, a, sizeof a);
            name_axis(s->modes, column, b, sizeof b);
            snprintf(key, sizeof key, "D_%s_%s", a, b);
            snprintf(name, sizeof name, "D+(%s, %s)", a, b);
            if (f->diffusion[row][column].count > 0 || s->modes == 1)
                put_real(s, key, name, &f->diffusion[row][column]);
        }
    put_real(s, "trace", "Tr D+", &f->trace);
    qfpi_audit_number(s->w, "order", "highest derivative order", "M", f->order);
    for (int order = 3; order <= f->order; order++) {
        snprintf(key, sizeof key, "order_%d", order);
        snprintf(name, sizeof name, "order %d", order);
        qfpi_audit_formula(s->w, key, name, name,
                           qfp_print_generator(&f->beyond, s->modes, order, QFP_PRINT_TEXT),
                           qfp_print_generator(&f->beyond, s->modes, order, QFP_PRINT_LATEX));
    }
    qfpi_audit_verdict(s->w, "eq_64", f->order <= 2,
                       f->order <= 2 ? "at most two derivatives: it stays a Fokker-Planck equation"
                                     : "more than two derivatives: Eq. (64) does not hold for it");
}

/* The largest value of a symbol along rays; *grows: it has none. */
static double largest_value(const qfp_polynomial *weyl_real, bool *grows)
{
    double largest = -INFINITY, far = -INFINITY;
    uint64_t state = 3;
    for (int i = 0; i < DIRECTIONS; i++) {
        double complex z[2 * QFP_MAX_MODES] = {0};
        double length = 0.0, value[2];
        for (int v = 0; v < weyl_real->variables; v++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            double u = (double)(state >> 11) * 0x1p-53 - 0.5;
            z[v] = i < 2 * weyl_real->variables ? (v == i / 2 ? (i % 2 ? -1.0 : 1.0) : 0.0) : u;
            length += creal(z[v] * z[v]);
        }
        for (int far_away = 0; far_away < 2; far_away++) {
            double complex at[2 * QFP_MAX_MODES];
            for (int v = 0; v < weyl_real->variables; v++)
                at[v] = z[v] / sqrt(length) * (far_away ? 1e4 : 4.0 * i / DIRECTIONS);
            value[far_away] = creal(qfp_polynomial_value(weyl_real, at));
        }
        largest = fmax(largest, value[0]);
        far = fmax(far, value[1]);
    }
    *grows = far > largest + 1.0 + fabs(largest);
    return largest;
}

/* ½γ[c, c†], as a Weyl symbol in Q and P */
static qfp_status find_rest(const qfp_channel *channel, qfp_polynomial *commutator,
                            qfp_polynomial *rest)
{
    qfp_polynomial zero;
    qfp_polynomial_init(&zero, channel->wick.variables);
    qfp_status status = qfp_channel_commutator(&channel->wick, commutator);
    if (status == QFP_OK)
        status = qfp_polynomial_add(&zero, 0.5 * channel->rate, commutator, rest);
    qfp_polynomial_destroy(&zero);
    if (status == QFP_OK)
        status = qfp_symbol_exp_laplacian(rest, -0.5, rest);
    return status == QFP_OK ? qfp_symbol_to_real(rest, rest) : status;
}

static qfp_status put_squares(const section *s, const qfp_channel *channel)
{
    qfp_polynomial x, y, commutator, rest;
    qfp_polynomial *all[] = {&x, &y, &commutator, &rest};
    bool grows;
    for (int i = 0; i < 4; i++)
        qfp_polynomial_init(all[i], channel->wick.variables);
    qfp_status status;
    QFP_TRY_GOTO(qfp_channel_parts(&channel->wick, &x, &y));
    QFP_TRY_GOTO(find_rest(channel, &commutator, &rest));
    put_symbol(s, "X", "X, of exp(iφ) c = X + iY", &x);
    put_symbol(s, "Y", "Y", &y);
    put_symbol(s, "commutator", "[c, c†]", &commutator);
    double bound = largest_value(&rest, &grows);
    char *sentence =
        grows
            ? qfpi_format(
                  "½γ(K_X² + K_Y²), a skew part and the symmetric rest ¼γ{[c, c†], ·}, which "
                  "grows with the number of quanta: no bound for ‖u‖, but Tr |ρ| does not "
                  "grow")
            : qfpi_format("½γ(K_X² + K_Y²), a skew part and the symmetric rest ¼γ{[c, c†], ·}, at "
                          "most %.6g",
                          bound + 0.0);
    qfpi_audit_sentence(s->w, "squares", sentence != NULL ? sentence : "");
    s->w->failed = s->w->failed || sentence == NULL;
    free(sentence);
    if (grows)
        qfpi_audit_missing(s->w, "rest_bound", "bound of the symmetric rest", "\\mu",
                           "it grows with the number of quanta");
    else
        qfpi_audit_number(s->w, "rest_bound", "bound of the symmetric rest", "\\mu", bound + 0.0);
done:
    for (int i = 0; i < 4; i++)
        qfp_polynomial_destroy(all[i]);
    return status;
}

static qfp_status put_channel(const qfp_config *config, size_t k, qfp_audit_writer *w)
{
    const section s = {.modes = config->modes, .w = w};
    const qfp_config_channel *text = &config->channels[k];
    char key[32], heading[64];
    qfp_lindblad alone;
    qfp_dissipation_facts action = {0};
    qfp_lindblad_init(&alone, config->modes);
    qfp_status status;
    QFP_TRY_GOTO(qfp_lindblad_add(&alone, text->rate, &text->wick));
    QFP_TRY_GOTO(qfp_dissipation_facts_create(&alone, config->theory.order, &action));
    snprintf(key, sizeof key, "channel_%zu", k + 1);
    snprintf(heading, sizeof heading, "Channel %zu: γ D[c]", k + 1);
    qfpi_audit_section(w, key, heading);
    qfpi_audit_quotation(w, "operator", "c as typed", text->operator_text);
    qfpi_audit_quotation(w, "rate", "γ as typed", text->rate_text);
    qfpi_audit_number(w, "rate_value", text->varies ? "γ at t = 0" : "γ", "\\gamma", text->rate);
    put_action(&s, &action);
    status = put_squares(&s, &alone.channels[0]);
done:
    qfp_dissipation_facts_destroy(&action);
    qfp_lindblad_destroy(&alone);
    return status;
}

/* What the theory drops of the dissipation. */
static qfp_status find_dropped(const qfp_audit_facts *facts, int order, int *highest)
{
    qfp_dissipation_facts all;
    qfp_status status =
        qfp_dissipation_facts_create(&facts->equation.lindblad, QFP_ORDER_EXACT, &all);
    *highest = order != QFP_ORDER_EXACT && all.order > order ? all.order : 0;
    qfp_dissipation_facts_destroy(&all);
    return status;
}

static void put_verdict(const qfp_config *config, const qfp_audit_facts *facts, int dropped,
                        bool squares, qfp_audit_writer *w, bool *well_posed)
{
    char *sentence;
    *well_posed = squares && facts->equation.balanced;
    if (*well_posed)
        sentence = qfpi_format(
            "well-posed: L + Lᵀ at c = 1/2 is twice a sum of squares of skew maps, which "
            "is never positive, and the symmetric rest of the channels");
    else if (dropped > 0)
        sentence = qfpi_format(
            "theory.order: %d drops the derivatives of order %d to %d of the dissipation: "
            "what is left is no sum of squares, and nothing bounds its growth",
            config->theory.order, config->theory.order + 1, dropped);
    else
        sentence =
            qfpi_format("the part of H is not balanced at c = 1/2, and dissipation does not bound "
                        "its growth: its S is above");
    qfpi_audit_verdict(w, "well_posed", *well_posed, sentence != NULL ? sentence : "");
    w->failed = w->failed || sentence == NULL;
    free(sentence);
}

qfp_status qfpi_audit_dissipation_write(const qfp_config *config, const qfp_audit_facts *facts,
                                        qfp_audit_writer *w, bool *well_posed)
{
    const qfp_equation *equation = &facts->equation;
    const section s = {.modes = config->modes, .w = w};
    qfp_dissipation_facts all = {0};
    int dropped;
    bool squares;
    *well_posed = equation->balanced;
    if (config->channel_count == 0)
        return QFP_OK;
    for (size_t k = 0; k < config->channel_count; k++)
        QFP_TRY(put_channel(config, k, w));
    QFP_TRY(find_dropped(facts, config->theory.order, &dropped));
    QFP_TRY(qfp_grid_generator_has_squares(&equation->lindblad, &config->theory, 0.5, &squares));
    QFP_TRY(qfp_dissipation_facts_create(&equation->lindblad, config->theory.order, &all));
    qfpi_audit_section(
        w, "dissipation",
        "Dissipation: drift and D+ of all channels together; D = (C/2κ)[H′′, J] + D+");
    put_action(&s, &all);
    qfpi_audit_sentence(
        w, "irreversibility",
        "Tr D = Tr D+ is a local measure of irreversibility: time reversal, C4, fails by "
        "exactly this part");
    if (equation->varies)
        qfpi_audit_sentence(w, "time", "the system depends on t; all of this is of t = 0");
    put_verdict(config, facts, dropped, squares, w, well_posed);
    qfp_dissipation_facts_destroy(&all);
    return QFP_OK;
}
