/* system_words.h - INTERNAL to reference: H and the channels at a time, as words of ladder operators. */
#ifndef QFPI_SYSTEM_WORDS_H
#define QFPI_SYSTEM_WORDS_H

#include "reference/ladder.h"

typedef struct qfp_system_words {
    qfp_words hamiltonian;
    size_t channels;
    double *rate;              /* [channels] γ ≥ 0 */
    qfp_words *jump;           /* c */
    qfp_words *damping;        /* c†c */
    qfp_parameter *parameters; /* of the time, names borrowed */
} qfp_system_words;

/* Of t = 0.  QFP_CONFIG where a rate is negative or an operator is no polynomial, beside what
 * qfp_words_from_operator refuses.  Give `out` to qfp_system_words_destroy either way. */
qfp_status qfp_system_words_create(const qfp_config *config, qfp_system_words *out) QFP_MUST_USE;
void qfp_system_words_destroy(qfp_system_words *w);

/* Reads again what depends on the time. */
qfp_status qfp_system_words_at(const qfp_config *config, double t,
                               qfp_system_words *w) QFP_MUST_USE;

/* −(i/κ) H − ½ Σ γ c†c, whose words need not be distinct; letters are borrowed, free `word` alone. */
qfp_status qfp_system_words_drift(const qfp_config *config, const qfp_system_words *w,
                                  qfp_words *out) QFP_MUST_USE;

#endif
