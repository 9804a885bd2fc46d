/* alphabet.h - INTERNAL to reference: the words that a list has at one time or another. */
#ifndef QFPI_ALPHABET_H
#define QFPI_ALPHABET_H

#include "reference/ladder.h"

typedef struct qfp_alphabet {
    size_t count;
    char **letters; /* of the words, ascending */
} qfp_alphabet;

/* Adds the words that are not yet among them. */
qfp_status qfp_alphabet_unite(const qfp_words *words, qfp_alphabet *a) QFP_MUST_USE;
void qfp_alphabet_destroy(qfp_alphabet *a);

/* out [a->count] = factor times the coefficients of the words; false where one is not among them. */
bool qfp_alphabet_coefficients(const qfp_words *words, const qfp_alphabet *a, double factor,
                               double complex *out);

#endif
