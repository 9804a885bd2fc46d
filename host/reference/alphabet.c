#include "reference/alphabet.h"

#include <stdlib.h>
#include <string.h>

static qfp_status insert(qfp_alphabet *a, size_t at, const char *letters)
{
    char **grown = realloc(a->letters, (a->count + 1) * sizeof *grown);
    if (grown == NULL)
        return QFP_FAIL(QFP_MEMORY, "cannot allocate the operator products");
    a->letters = grown;
    char *copy = strdup(letters);
    if (copy == NULL)
        return QFP_FAIL(QFP_MEMORY, "cannot allocate the operator products");
    memmove(grown + at + 1, grown + at, (a->count - at) * sizeof *grown);
    grown[at] = copy;
    a->count++;
    return QFP_OK;
}

qfp_status qfp_alphabet_unite(const qfp_words *words, qfp_alphabet *a)
{
    size_t at = 0;
    for (size_t w = 0; w < words->count; w++) {
        while (at < a->count && strcmp(a->letters[at], words->word[w].letters) < 0)
            at++;
        if (at == a->count || strcmp(a->letters[at], words->word[w].letters) != 0)
            QFP_TRY(insert(a, at, words->word[w].letters));
    }
    return QFP_OK;
}

void qfp_alphabet_destroy(qfp_alphabet *a)
{
    for (size_t i = 0; i < a->count; i++)
        free(a->letters[i]);
    free(a->letters);
}

bool qfp_alphabet_coefficients(const qfp_words *words, const qfp_alphabet *a, double factor,
                               double complex *out)
{
    size_t w = 0;
    for (size_t i = 0; i < a->count; i++) {
        bool found = w < words->count && strcmp(words->word[w].letters, a->letters[i]) == 0;
        out[i] = found ? factor * words->word[w].coefficient : 0.0;
        w += found;
    }
    return w == words->count;
}
