#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "algebra/print.h"
#include "run/audit_numbers.h"

enum { DENSITY_TERMS = 4000 };

/* A finite value, or `reason` why there is none. */
static void put_or(qfp_audit_writer *w, const char *key, double value, const char *name,
                   const char *reason)
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
    if (reason == NULL)
        qfpi_audit_number(w, key, label, latex, value);
    else
        qfpi_audit_missing(w, key, label, latex, reason);
}

static void put(qfp_audit_writer *w, const char *key, double value, const char *name)
{
    put_or(w, key, value, name, NULL);
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

static void put_reversal(qfp_audit_writer *w, const qfp_audit_facts *facts,
                         const qfp_audit_numbers *m)
{
    static const char *const reasons[] = {
        [QFP_REVERSAL_MEASURED] = NULL,
        [QFP_REVERSAL_TOO_MANY_MODES] =
            "skipped because a density matrix of three modes or more is too large for an audit",
        [QFP_REVERSAL_NOT_SKEW] =
            "skipped because the generator is not skew in the Fock basis: one of the two ways "
            "grows without bound"};
    put_or(w, "C4_reversal", m->reversal, "C4 there, T, back, T: relative error",
           reasons[m->reversal_state]);
    if (facts->odd_in_p.count == 0)
        return;
    char *odd = qfp_print_real_symbol(&facts->odd_in_p, facts->modes, QFP_PRINT_TEXT);
    char *sentence =
        odd == NULL ? NULL
                    : qfpi_format("C4: H(Q, P) ≠ H(Q, −P): the odd part %s changes sign under T, "
                                  "so the way back is that of another Hamiltonian and the round "
                                  "trip need not close",
                                  odd);
    qfpi_audit_sentence(w, "C4_odd_part", sentence != NULL ? sentence : "");
    w->failed = w->failed || sentence == NULL;
    free(odd);
    free(sentence);
}

/* What the distances say about C, from the distances. */
static void put_what_tells_C(qfp_audit_writer *w, const qfp_audit_numbers *m)
{
    double at_one = m->schrodinger[QFP_AUDIT_STEPS - 1], largest = 0.0;
    char reason[192], sentence[384];
    int nearest = 0;
    for (int i = 0; i < QFP_AUDIT_STEPS; i++) {
        largest = fmax(largest, m->schrodinger[i]);
        nearest = m->schrodinger[i] < m->schrodinger[nearest] ? i : nearest;
    }
    if (at_one > QFP_AUDIT_ZERO) {
        snprintf(reason, sizeof reason, "the distance at C = 1 is %.3g and does not vanish",
                 at_one);
        snprintf(
            sentence, sizeof sentence,
            "no C measured makes this theory Schrödinger's: the distance is %.3g at C = 1, and "
            "its smallest value %.3g at C = %.4g; what the truncation drops does not depend "
            "on C alone",
            at_one, m->schrodinger[nearest], m->C[nearest]);
    } else if (largest <= QFP_AUDIT_ZERO) {
        snprintf(reason, sizeof reason, "the distance vanishes at every C measured");
        snprintf(sentence, sizeof sentence,
                 "the distance to Schrödinger vanishes at every C measured: this Hamiltonian has "
                 "no second-order term that C could change");
    } else {
        reason[0] = '\0';
        snprintf(sentence, sizeof sentence,
                 "C1 to C6 leave the constant C free: of these rows only the distance to "
                 "Schrödinger tells C = 1 (Eq. 43); it is %.3g at C = 0.5 and vanishes at C = 1",
                 m->schrodinger[0]);
    }
    put_or(w, "C_order", m->schrodinger_order, "observed order in |C − 1|",
           reason[0] != '\0' ? reason : NULL);
    qfpi_audit_sentence(w, "left_free", sentence);
}

static void put_all(qfp_audit_writer *w, const qfp_audit_facts *facts, const qfp_audit_numbers *m)
{
    put_steps(w, "C1_distance", "κ", m->kappa, m->classical, "C1 distance to Liouville");
    put_or(w, "C1_order", m->classical_order, "C1 observed order in κ (expected 1)",
           isfinite(m->classical_order) ? NULL
                                        : "the distance vanishes: this is Liouville's equation");
    put(w, "C4_asymmetry", m->asymmetry, "C4 D − Dᵀ");
    put(w, "C4_trace", m->trace, "C4 Tr D");
    put_reversal(w, facts, m);
    put(w, "C5_contraction", m->contraction, "C5 Σ D_ab H_ab");
    put(w, "C5_energy", m->energy, "C5 d⟨H⟩/dt, largest coefficient of Lᵀ H");
    put(w, "C6_pairing", m->pairing, "C6 eigenvalues of D in ± pairs");
    put(w, "C6_partners", m->partners, "C6 eigenvectors in pairs v, Jv");
    put(w, "C7_free", m->free_part, "C7 D of the free part, lengths as configured");
    put(w, "C7_free_stretched", m->free_part_stretched, "C7 D of the free part, lengths × 3/2");
    put(w, "C7_free_error", m->free_part_error, "C7 both against the closed form");
    put_steps(w, "C_distance", "C", m->C, m->schrodinger, "distance to Schrödinger");
    put(w, "C_distance_own", m->schrodinger_own, "distance to Schrödinger, as configured");
    put_what_tells_C(w, m);
}

qfp_status qfpi_audit_numbers_write(const qfp_config *config, const qfp_audit_facts *facts,
                                    qfp_audit_writer *w)
{
    qfp_audit_numbers m;
    qfpi_audit_section(w, "measured",
                       "Measured: violations at random points relative to the largest |D|, and "
                       "distances of generators on a Gaussian density");
    if (facts->equation.husimi.count > DENSITY_TERMS) {
        char sentence[128];
        snprintf(sentence, sizeof sentence,
                 "skipped because the generator has %zu terms, more than %d",
                 facts->equation.husimi.count, DENSITY_TERMS);
        qfpi_audit_sentence(w, "skipped", sentence);
        return QFP_OK;
    }
    QFP_TRY(qfp_audit_numbers_find(config, facts, &m));
    put_all(w, facts, &m);
    return QFP_OK;
}
