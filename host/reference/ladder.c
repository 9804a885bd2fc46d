#include "reference/ladder.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_LETTERS 64
#define MAX_WORDS 262144 /* (a + ad)^18, two degrees above what a configuration may ask */
#define MAX_DEPTH 2000

/* Words while they are being collected: unsorted, with repetitions. */
typedef struct pile {
    qfp_words words;
    size_t capacity;
    bool commuting;
} pile;

void qfp_words_destroy(qfp_words *words)
{
    for (size_t i = 0; i < words->count; i++)
        free(words->word[i].letters);
    free(words->word);
    *words = (qfp_words){0};
}

double qfp_letters_element(const char *letters, size_t length, int n)
{
    double under_root = 1.0, level = n;
    for (size_t k = length; k-- > 0;) {
        if (qfp_letter_creates(letters[k]))
            under_root *= level += 1.0;
        else
            under_root *= level > 0.0 ? level-- : 0.0;
    }
    /* equal numbers of a and a† have whole numbers for elements: they are kept exact */
    return sqrt(under_root);
}

/* Stable by mode for operators; complete for a commuting symbol. */
static void sort_letters(char *letters, bool commuting)
{
    for (size_t i = 1; letters[0] != '\0' && letters[i] != '\0'; i++) {
        char moved = letters[i];
        size_t k = i;
        for (; k > 0; k--) {
            int here = commuting ? letters[k - 1] : qfp_letter_mode(letters[k - 1]);
            int there = commuting ? moved : qfp_letter_mode(moved);
            if (here <= there)
                break;
            letters[k] = letters[k - 1];
        }
        letters[k] = moved;
    }
}

static int by_letters(const void *a, const void *b)
{
    return strcmp(((const qfp_word *)a)->letters, ((const qfp_word *)b)->letters);
}

static void merge(pile *p)
{
    qfp_words *w = &p->words;
    if (w->count == 0)
        return; /* qsort takes no null pointer, not even for nothing */
    qsort(w->word, w->count, sizeof *w->word, by_letters);
    size_t kept = 0;
    for (size_t i = 0; i < w->count;) {
        qfp_word sum = w->word[i++];
        while (i < w->count && strcmp(w->word[i].letters, sum.letters) == 0) {
            sum.coefficient += w->word[i].coefficient;
            free(w->word[i++].letters);
        }
        if (sum.coefficient != 0.0)
            w->word[kept++] = sum;
        else
            free(sum.letters);
    }
    w->count = kept;
}

/* Adds coefficient · left · right. */
static qfp_status push(pile *p, double complex coefficient, const char *left, const char *right)
{
    size_t length = strlen(left) + strlen(right);
    if (length > MAX_LETTERS)
        return QFP_FAIL(QFP_UNSUPPORTED,
                        "the Hamiltonian has a product of more than %d ladder operators",
                        MAX_LETTERS);
    if (p->words.count == p->capacity) {
        if (p->capacity > 0)
            merge(p);
        if (p->words.count > MAX_WORDS)
            return QFP_FAIL(QFP_UNSUPPORTED,
                            "the Hamiltonian expands to more than %d products of ladder operators",
                            MAX_WORDS);
        if (2 * p->words.count >= p->capacity) {
            size_t capacity = p->capacity > 0 ? 2 * p->capacity : 16;
            qfp_word *grown = realloc(p->words.word, capacity * sizeof *grown);
            if (grown == NULL)
                return QFP_FAIL(QFP_MEMORY, "cannot allocate %zu operator products", capacity);
            p->words.word = grown;
            p->capacity = capacity;
        }
    }
    char *letters = malloc(length + 1);
    if (letters == NULL)
        return QFP_FAIL(QFP_MEMORY, "cannot allocate an operator product");
    strcpy(letters, left);
    strcat(letters, right);
    sort_letters(letters, p->commuting);
    p->words.word[p->words.count++] = (qfp_word){coefficient, letters};
    return QFP_OK;
}

static qfp_status push_all(pile *p, double complex factor, const qfp_words *from)
{
    for (size_t i = 0; i < from->count; i++)
        QFP_TRY(push(p, factor * from->word[i].coefficient, from->word[i].letters, ""));
    return QFP_OK;
}

static qfp_status push_product(pile *p, double complex factor, const qfp_words *a,
                               const qfp_words *b)
{
    for (size_t i = 0; i < a->count; i++)
        for (size_t k = 0; k < b->count; k++)
            QFP_TRY(push(p, factor * a->word[i].coefficient * b->word[k].coefficient,
                         a->word[i].letters, b->word[k].letters));
    return QFP_OK;
}

static qfp_status push_adjoint(pile *p, const qfp_words *from)
{
    for (size_t i = 0; i < from->count; i++) {
        const char *letters = from->word[i].letters;
        char reversed[MAX_LETTERS + 1] = {0};
        size_t length = strlen(letters);
        for (size_t k = 0; k < length; k++) {
            char letter = letters[length - 1 - k];
            reversed[k] = qfp_letter(qfp_letter_mode(letter), !qfp_letter_creates(letter));
        }
        QFP_TRY(push(p, conj(from->word[i].coefficient), reversed, ""));
    }
    return QFP_OK;
}

static qfp_status push_letters(pile *p, const qfp_node *node, double complex of_a,
                               double complex of_ad)
{
    const char a[2] = {qfp_letter(node->mode, false), '\0'};
    const char ad[2] = {qfp_letter(node->mode, true), '\0'};
    if (of_a != 0.0)
        QFP_TRY(push(p, of_a, a, ""));
    if (of_ad != 0.0)
        QFP_TRY(push(p, of_ad, ad, ""));
    return QFP_OK;
}

static qfp_status evaluate(const qfp_node *node, bool commuting, int depth, qfp_words *out);

static qfp_status push_power(pile *p, const qfp_words *base, int exponent)
{
    pile power = {.commuting = p->commuting};
    qfp_status status = push(&power, 1.0, "", "");
    for (int i = 0; i < exponent && status == QFP_OK; i++) {
        pile next = {.commuting = p->commuting};
        status = push_product(&next, 1.0, &power.words, base);
        merge(&next);
        qfp_words_destroy(&power.words);
        power = next;
    }
    if (status == QFP_OK)
        status = push_all(p, 1.0, &power.words);
    qfp_words_destroy(&power.words);
    return status;
}

static qfp_status push_composite(pile *p, const qfp_node *node, int depth)
{
    qfp_words left = {0}, right = {0};
    qfp_status status;
    QFP_TRY_GOTO(evaluate(node->left, p->commuting, depth + 1, &left));
    if (node->kind == QFP_NODE_MULTIPLY || node->kind == QFP_NODE_COMMUTATOR)
        QFP_TRY_GOTO(evaluate(node->right, p->commuting, depth + 1, &right));
    switch (node->kind) {
    case QFP_NODE_MULTIPLY:
        status = push_product(p, 1.0, &left, &right);
        break;
    case QFP_NODE_COMMUTATOR:
        QFP_TRY_GOTO(push_product(p, 1.0, &left, &right));
        status = push_product(p, -1.0, &right, &left);
        break;
    case QFP_NODE_NEGATE:
        status = push_all(p, -1.0, &left);
        break;
    case QFP_NODE_PLUS_ADJOINT:
        QFP_TRY_GOTO(push_all(p, 1.0, &left));
        status = push_adjoint(p, &left);
        break;
    case QFP_NODE_POWER:
        status = push_power(p, &left, node->exponent);
        break;
    default:
        status = QFP_FAIL(QFP_INTERNAL, "unknown kind %d in an expression", (int)node->kind);
    }
done:
    qfp_words_destroy(&left);
    qfp_words_destroy(&right);
    return status;
}

static qfp_status push_term(pile *p, const qfp_node *node, double sign, int depth)
{
    double half = sqrt(0.5);
    switch (node->kind) {
    case QFP_NODE_NUMBER:
        return push(p, sign * node->value, "", "");
    case QFP_NODE_ANNIHILATE:
        return push_letters(p, node, sign, 0.0);
    case QFP_NODE_CREATE:
        return push_letters(p, node, 0.0, sign);
    case QFP_NODE_POSITION:
        return push_letters(p, node, sign * half, sign * half);
    case QFP_NODE_MOMENTUM:
        return push_letters(p, node, -I * sign * half, I * sign * half);
    case QFP_NODE_NUMBER_OP: {
        const char n[3] = {qfp_letter(node->mode, true), qfp_letter(node->mode, false), '\0'};
        return push(p, sign, n, "");
    }
    default: {
        pile term = {.commuting = p->commuting};
        qfp_status status = push_composite(&term, node, depth);
        if (status == QFP_OK) {
            merge(&term);
            status = push_all(p, sign, &term.words);
        }
        qfp_words_destroy(&term.words);
        return status;
    }
    }
}

/* Long sums lean to the left, so the chain of left operands is a loop and costs no stack. */
static qfp_status evaluate(const qfp_node *node, bool commuting, int depth, qfp_words *out)
{
    pile p = {.commuting = commuting};
    qfp_status status = QFP_OK;
    if (depth > MAX_DEPTH)
        return QFP_FAIL(QFP_UNSUPPORTED, "the Hamiltonian is nested deeper than %d", MAX_DEPTH);
    while (node->kind == QFP_NODE_ADD || node->kind == QFP_NODE_SUBTRACT) {
        double sign = node->kind == QFP_NODE_ADD ? 1.0 : -1.0;
        pile right = {.commuting = commuting};
        QFP_TRY_GOTO(evaluate(node->right, commuting, depth + 1, &right.words));
        status = push_all(&p, sign, &right.words);
        qfp_words_destroy(&right.words);
        if (status != QFP_OK)
            goto done;
        node = node->left;
    }
    QFP_TRY_GOTO(push_term(&p, node, 1.0, depth));
    merge(&p);
done:
    if (status != QFP_OK)
        qfp_words_destroy(&p.words);
    else
        *out = p.words;
    return status;
}

qfp_status qfp_words_from_operator(const qfp_node *tree, qfp_words *out)
{
    *out = (qfp_words){0};
    return evaluate(tree, false, 0, out);
}

qfp_status qfp_words_adjoint_product(const qfp_words *a, const qfp_words *b, qfp_words *out)
{
    pile adjoint = {0}, product = {0};
    *out = (qfp_words){0};
    qfp_status status = push_adjoint(&adjoint, a);
    if (status == QFP_OK)
        status = push_product(&product, 1.0, &adjoint.words, b);
    merge(&product);
    qfp_words_destroy(&adjoint.words);
    if (status != QFP_OK)
        qfp_words_destroy(&product.words);
    else
        *out = product.words;
    return status;
}

static double binomial(int n, int k)
{
    double value = 1.0;
    for (int i = 1; i <= k; i++)
        value = value * (n - k + i) / i;
    return round(value);
}

/* p = previous words times the operator of α*^created α^annihilated in one mode. */
static qfp_status push_ordered(pile *p, const qfp_words *previous, int mode, int created,
                               int annihilated, qfp_symbol_ordering ordering)
{
    int first = ordering == QFP_WICK ? created : 0;
    int last = ordering == QFP_ANTIWICK ? 0 : created;
    for (int k = first; k <= last; k++) {
        double weight = ordering == QFP_WEYL ? ldexp(binomial(created, k), -created) : 1.0;
        char letters[MAX_LETTERS + 1] = {0};
        int at = 0;
        for (int i = 0; i < k; i++)
            letters[at++] = qfp_letter(mode, true);
        for (int i = 0; i < annihilated; i++)
            letters[at++] = qfp_letter(mode, false);
        for (int i = k; i < created; i++)
            letters[at++] = qfp_letter(mode, true);
        for (size_t w = 0; w < previous->count; w++)
            QFP_TRY(push(p, weight * previous->word[w].coefficient, previous->word[w].letters,
                         letters));
    }
    return QFP_OK;
}

static qfp_status push_monomial(pile *p, const qfp_word *monomial, qfp_symbol_ordering ordering)
{
    pile product = {0};
    qfp_status status = push(&product, monomial->coefficient, "", "");
    for (int mode = 0; mode < QFP_MAX_MODES && status == QFP_OK; mode++) {
        int created = 0, annihilated = 0;
        for (const char *c = monomial->letters; *c != '\0'; c++)
            if (qfp_letter_mode(*c) == mode)
                *(qfp_letter_creates(*c) ? &created : &annihilated) += 1;
        if (created + annihilated == 0)
            continue;
        pile next = {0};
        status = push_ordered(&next, &product.words, mode, created, annihilated, ordering);
        qfp_words_destroy(&product.words);
        product = next;
    }
    if (status == QFP_OK)
        status = push_all(p, 1.0, &product.words);
    qfp_words_destroy(&product.words);
    return status;
}

qfp_status qfp_words_from_symbol(const qfp_node *tree, qfp_symbol_ordering ordering, qfp_words *out)
{
    qfp_words symbol = {0};
    pile p = {0};
    *out = (qfp_words){0};
    QFP_TRY(evaluate(tree, true, 0, &symbol));
    qfp_status status = QFP_OK;
    for (size_t i = 0; i < symbol.count && status == QFP_OK; i++)
        status = push_monomial(&p, &symbol.word[i], ordering);
    merge(&p);
    qfp_words_destroy(&symbol);
    if (status != QFP_OK)
        qfp_words_destroy(&p.words);
    else
        *out = p.words;
    return status;
}
