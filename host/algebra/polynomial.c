#include "algebra/polynomial.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void qfp_polynomial_init(qfp_polynomial *p, int variables)
{
    *p = (qfp_polynomial){.variables = variables};
}

void qfp_polynomial_destroy(qfp_polynomial *p)
{
    if (p == NULL)
        return;
    free(p->terms);
    p->terms = NULL;
    p->count = p->capacity = 0;
}

static qfp_status reserve(qfp_polynomial *p, size_t capacity)
{
    if (capacity <= p->capacity)
        return QFP_OK;
    size_t wanted = p->capacity < 8 ? 8 : 2 * p->capacity;
    if (wanted < capacity)
        wanted = capacity;
    qfp_term *grown = realloc(p->terms, wanted * sizeof *grown);
    if (grown == NULL)
        return QFP_FAIL(QFP_MEMORY, "cannot allocate a polynomial of %zu terms", wanted);
    p->terms = grown;
    p->capacity = wanted;
    return QFP_OK;
}

static int compare(const qfp_term *a, const qfp_term *b)
{
    return memcmp(a->power, b->power, sizeof a->power);
}

qfp_status qfp_polynomial_end(qfp_status status, qfp_polynomial *result, qfp_polynomial *out)
{
    if (status == QFP_OK) {
        qfp_polynomial_destroy(out);
        *out = *result;
    } else
        qfp_polynomial_destroy(result);
    return status;
}

qfp_status qfp_polynomial_copy(const qfp_polynomial *p, qfp_polynomial *out)
{
    if (p == out)
        return QFP_OK;
    qfp_polynomial copy;
    qfp_polynomial_init(&copy, p->variables);
    QFP_TRY(reserve(&copy, p->count));
    if (p->count > 0)
        memcpy(copy.terms, p->terms, p->count * sizeof *p->terms);
    copy.count = p->count;
    qfp_polynomial_destroy(out);
    *out = copy;
    return QFP_OK;
}

/* Where the term of these powers is, or where it belongs. */
static size_t find(const qfp_polynomial *p, const qfp_term *wanted, bool *found)
{
    size_t low = 0, high = p->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(&p->terms[middle], wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *found = low < p->count && compare(&p->terms[low], wanted) == 0;
    return low;
}

static qfp_term term_of(const qfp_polynomial *p, double complex coefficient, const uint8_t *power)
{
    qfp_term term = {.coefficient = coefficient};
    memcpy(term.power, power, (size_t)p->variables);
    return term;
}

qfp_status qfp_polynomial_add_term(qfp_polynomial *p, double complex coefficient,
                                   const uint8_t *power)
{
    qfp_term term = term_of(p, coefficient, power);
    bool found;
    size_t at = find(p, &term, &found);
    if (found) {
        p->terms[at].coefficient += coefficient;
        return QFP_OK;
    }
    QFP_TRY(reserve(p, p->count + 1));
    memmove(p->terms + at + 1, p->terms + at, (p->count - at) * sizeof *p->terms);
    p->terms[at] = term;
    p->count++;
    return QFP_OK;
}

double complex qfp_polynomial_coefficient(const qfp_polynomial *p, const uint8_t *power)
{
    qfp_term term = term_of(p, 0.0, power);
    bool found;
    size_t at = find(p, &term, &found);
    return found ? p->terms[at].coefficient : 0.0;
}

qfp_status qfp_polynomial_append(qfp_polynomial *p, double complex coefficient,
                                 const uint8_t *power)
{
    /* The raw list may hold the same power many times, so it is collected before it is refused. */
    if (p->count == 2 * (size_t)QFP_MAX_TERMS)
        QFP_TRY(qfp_polynomial_collect(p));
    QFP_TRY(reserve(p, p->count + 1));
    p->terms[p->count++] = term_of(p, coefficient, power);
    return QFP_OK;
}

/* The first place after `start` where the list descends. */
static size_t run_end(const qfp_term *terms, size_t start, size_t count)
{
    size_t end = start + 1;
    while (end < count && compare(&terms[end - 1], &terms[end]) <= 0)
        end++;
    return end < count ? end : count;
}

/* Merge sort of the runs that are there, few in a product: qsort promises no order among equals,
 * and the order of a sum decides its rounding. */
static qfp_status sort(qfp_term *terms, size_t count)
{
    qfp_term *other = NULL, *from = terms;
    QFP_TRY(QFP_ALLOCATE(other, count, "sorting a polynomial"));
    qfp_term *to = other;
    while (run_end(from, 0, count) < count) {
        for (size_t start = 0, end; start < count; start = end) {
            size_t middle = run_end(from, start, count);
            end = run_end(from, middle, count);
            size_t a = start, b = middle;
            for (size_t i = start; i < end; i++) {
                bool first = a < middle && (b == end || compare(&from[a], &from[b]) <= 0);
                to[i] = first ? from[a++] : from[b++];
            }
        }
        qfp_term *swap = from;
        from = to;
        to = swap;
    }
    if (from != terms)
        memcpy(terms, from, count * sizeof *terms);
    free(other);
    return QFP_OK;
}

qfp_status qfp_polynomial_collect(qfp_polynomial *p)
{
    size_t kept = 0;
    if (p->count > 1)
        QFP_TRY(sort(p->terms, p->count));
    for (size_t t = 0; t < p->count; t++)
        if (kept > 0 && compare(&p->terms[kept - 1], &p->terms[t]) == 0)
            p->terms[kept - 1].coefficient += p->terms[t].coefficient;
        else
            p->terms[kept++] = p->terms[t];
    p->count = kept;
    return kept <= QFP_MAX_TERMS
               ? QFP_OK
               : QFP_FAIL(QFP_CONFIG, "an expression of more than %d terms", QFP_MAX_TERMS);
}

qfp_status qfp_polynomial_add(const qfp_polynomial *a, double complex s, const qfp_polynomial *b,
                              qfp_polynomial *out)
{
    qfp_polynomial sum;
    qfp_polynomial_init(&sum, a->variables);
    QFP_TRY(reserve(&sum, a->count + b->count));
    for (size_t i = 0, j = 0; i < a->count || j < b->count;) {
        int order = i == a->count ? 1 : j == b->count ? -1 : compare(&a->terms[i], &b->terms[j]);
        qfp_term term = order <= 0 ? a->terms[i++] : b->terms[j];
        if (order == 0)
            term.coefficient += s * b->terms[j].coefficient;
        else if (order > 0)
            term.coefficient *= s;
        j += order >= 0;
        sum.terms[sum.count++] = term;
    }
    qfp_polynomial_destroy(out);
    *out = sum;
    return QFP_OK;
}

static qfp_status append_product(const qfp_polynomial *a, const qfp_polynomial *b,
                                 qfp_polynomial *product)
{
    /* the inner list is sorted, and stays so times one term: runs for the sort */
    for (size_t t = 0; t < b->count; t++)
        for (size_t s = 0; s < a->count; s++) {
            uint8_t power[QFP_MAX_VARIABLES] = {0};
            for (int v = 0; v < a->variables; v++) {
                int sum = a->terms[s].power[v] + b->terms[t].power[v];
                if (sum > UINT8_MAX)
                    return QFP_FAIL(QFP_CONFIG, "a power above %d in an expression", UINT8_MAX);
                power[v] = (uint8_t)sum;
            }
            QFP_TRY(qfp_polynomial_append(
                product, a->terms[s].coefficient * b->terms[t].coefficient, power));
        }
    return qfp_polynomial_collect(product);
}

qfp_status qfp_polynomial_multiply(const qfp_polynomial *a, const qfp_polynomial *b,
                                   qfp_polynomial *out)
{
    qfp_polynomial product;
    qfp_polynomial_init(&product, a->variables);
    qfp_status status = append_product(a, b, &product);
    return qfp_polynomial_end(status, &product, out);
}

qfp_status qfp_polynomial_differentiate(const qfp_polynomial *p, int variable, qfp_polynomial *out)
{
    qfp_polynomial derivative;
    qfp_polynomial_init(&derivative, p->variables);
    for (size_t t = 0; t < p->count; t++) {
        int exponent = p->terms[t].power[variable];
        if (exponent == 0)
            continue;
        uint8_t power[QFP_MAX_VARIABLES];
        memcpy(power, p->terms[t].power, sizeof power);
        power[variable]--;
        qfp_status status =
            qfp_polynomial_add_term(&derivative, exponent * p->terms[t].coefficient, power);
        if (status != QFP_OK) {
            qfp_polynomial_destroy(&derivative);
            return status;
        }
    }
    qfp_polynomial_destroy(out);
    *out = derivative;
    return QFP_OK;
}

void qfp_polynomial_drop(qfp_polynomial *p, double floor)
{
    size_t kept = 0;
    for (size_t t = 0; t < p->count; t++)
        if (cabs(p->terms[t].coefficient) > floor)
            p->terms[kept++] = p->terms[t];
    p->count = kept;
}

void qfp_polynomial_clean(qfp_polynomial *p, double relative)
{
    qfp_polynomial_drop(p, relative * qfp_polynomial_norm(p));
}

double qfp_polynomial_norm(const qfp_polynomial *p)
{
    double largest = 0.0;
    for (size_t t = 0; t < p->count; t++)
        largest = fmax(largest, cabs(p->terms[t].coefficient));
    return largest;
}

int qfp_polynomial_degree(const qfp_polynomial *p, int first_variable, int count)
{
    int largest = 0;
    for (size_t t = 0; t < p->count; t++) {
        int degree = 0;
        for (int v = first_variable; v < first_variable + count; v++)
            degree += p->terms[t].power[v];
        largest = degree > largest ? degree : largest;
    }
    return largest;
}

double complex qfp_polynomial_value(const qfp_polynomial *p, const double complex *x)
{
    double complex sum = 0.0;
    for (size_t t = 0; t < p->count; t++) {
        double complex product = p->terms[t].coefficient;
        for (int v = 0; v < p->variables; v++)
            for (int k = 0; k < p->terms[t].power[v]; k++)
                product *= x[v];
        sum += product;
    }
    return sum;
}
