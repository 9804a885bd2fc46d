#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "expression/expression.h"

enum { LONGEST = 64 };

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Names of one letter, a and A, are two. */
static bool is_word(const char *word, const char *known)
{
    return strlen(known) > 1 ? strcasecmp(word, known) == 0 : strcmp(word, known) == 0;
}

static bool same(char a, char b)
{
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Letters to replace, to add, to leave out or to exchange with their neighbour, case ignored, of words of at most
 * LONGEST letters. */
static size_t distance(const char *a, const char *b)
{
    size_t rows = strlen(a), columns = strlen(b), row[3][LONGEST + 1];
    if (rows > LONGEST || columns > LONGEST)
        return LONGEST;
    for (size_t k = 0; k <= columns; k++)
        row[0][k] = k;
    for (size_t i = 1; i <= rows; i++) {
        size_t *here = row[i % 3], *above = row[(i + 2) % 3], *before = row[(i + 1) % 3];
        here[0] = i;
        for (size_t k = 1; k <= columns; k++) {
            here[k] = smaller(smaller(above[k], here[k - 1]) + 1,
                              above[k - 1] + (same(a[i - 1], b[k - 1]) ? 0 : 1));
            if (i > 1 && k > 1 && same(a[i - 1], b[k - 2]) && same(a[i - 2], b[k - 1]))
                here[k] = smaller(here[k], before[k - 2] + 1);
        }
    }
    return row[rows % 3][columns];
}

/* What other programs and papers call it. */
static const struct {
    const char *word, *ours;
} known_as[] = {
    {"gpu", "cuda"},
    {"nvidia", "cuda"},
    {"host", "cpu"},
    {"grid", "fourier"},
    {"number", "fock"},
    {"exact", "reference"},
    {"adag", "ad"},
    {"adagger", "ad"},
    {"a_dag", "ad"},
    {"i", "I"},
    {"j", "I"},
    {"create", "ad"},
    {"destroy", "a"},
    {"num", "n"},
    {"dag", "ad"},
    {"dagger", "ad"},
    {"c_ops", "dissipation"},
    {"e_ops", "observables"},
    {"tlist", "times"},
    {"H", "hamiltonian"},
    {"rho0", "initial"},
    {"psi0", "initial"},
    {"hbar", "kappa"},
    {"cutoff", "levels"},
    {"truncation", "levels"},
    {"ntraj", "paths"},
    {"jump", "operator"},
    {"jump", "dissipation"},
    {"jumps", "dissipation"},
    {"lindblad", "dissipation"},
    {"collapse", "dissipation"},
    {"gamma", "rate"},
    {"N", "levels"},
    {"tol", "tolerance"},
    {"rtol", "tolerance"},
    {"atol", "tolerance"},
    {"dt", "step"},
    {"start", "from"},
    {"stop", "to"},
    {"num", "count"},
    {"points", "count"},
    {"vacuum", "fock"},
    {"cat", "superposition"},
    {"alpha", "coherent"},
    {"amplitude", "coherent"},
};

static const char *translate(const char *word, const char *const *candidates, size_t count)
{
    for (size_t k = 0; k < sizeof known_as / sizeof *known_as; k++)
        for (size_t i = 0; is_word(word, known_as[k].word) && i < count; i++)
            if (strcmp(candidates[i], known_as[k].ours) == 0)
                return candidates[i];
    return NULL;
}

const char *qfp_nearest(const char *word, const char *const *candidates, size_t count)
{
    const char *meant = translate(word, candidates, count);
    if (meant != NULL)
        return meant;
    const char *best = NULL;
    size_t length = strlen(word);
    /* a slip in three letters; of one letter the other case alone */
    size_t limit = length == 2 ? 1 : length / 3, best_distance = limit + 1;
    for (size_t i = 0; i < count; i++) {
        size_t d = distance(word, candidates[i]);
        /* a word of which nothing is left is no suggestion */
        if (d < best_distance && d < strlen(candidates[i])) {
            best = candidates[i];
            best_distance = d;
        }
    }
    return best;
}
