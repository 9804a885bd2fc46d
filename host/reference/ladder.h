/* ladder.h - INTERNAL to reference: sums of words of ladder operators.
 *
 * A word is a product such as a†_1 a_1 a_2 in that order, kept as written: it is never normally
 * ordered, because applying it letter by letter to a basis ket is exact, with intermediate levels
 * as high as the word needs.  Letters of different modes commute, so they are sorted by mode.
 */
#ifndef QFPI_LADDER_H
#define QFPI_LADDER_H

#include <complex.h>
#include <math.h>

#include "io/config.h"

typedef struct qfp_word {
    double complex coefficient;
    char *letters; /* NUL-terminated; leftmost operator first */
} qfp_word;

typedef struct qfp_words {
    size_t count;
    qfp_word *word; /* in the order of their letters, which are distinct; coefficients not zero */
} qfp_words;

/* Letters are not zero, and sort by mode and then with a† before a. */
static inline char qfp_letter(int mode, bool creates)
{
    return (char)(1 + 2 * mode + (creates ? 0 : 1));
}
static inline int qfp_letter_mode(char letter)
{
    return (letter - 1) / 2;
}
static inline bool qfp_letter_creates(char letter)
{
    return (letter - 1) % 2 == 0;
}

/* |z|, without cabs's care for the ends of the range of double. */
static inline double qfp_absolute(double complex z)
{
    return sqrt(creal(z) * creal(z) + cimag(z) * cimag(z));
}

/* ⟨n + shift|letters|n⟩ of letters of one mode, the rightmost first; 0 where one meets level 0. */
double qfp_letters_element(const char *letters, size_t length, int n);

/* The operator that the tree means.  QFP_UNSUPPORTED beyond 64 letters in a word, 2^18 words
 * or a nesting of 2000. */
qfp_status qfp_words_from_operator(const qfp_node *tree, qfp_words *out) QFP_MUST_USE;

/* The tree read as a commuting symbol of the given ordering: α*^p α^q stands for a†^p a^q (Wick),
 * a^q a†^p (anti-Wick) or 2^-p Σ_k C(p,k) a†^k a^q a†^(p-k) (Weyl), mode by mode. */
qfp_status qfp_words_from_symbol(const qfp_node *tree, qfp_symbol_ordering ordering,
                                 qfp_words *out) QFP_MUST_USE;

/* a† b */
qfp_status qfp_words_adjoint_product(const qfp_words *a, const qfp_words *b,
                                     qfp_words *out) QFP_MUST_USE;

void qfp_words_destroy(qfp_words *words);

#endif
