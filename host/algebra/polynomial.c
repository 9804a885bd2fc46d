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

qfp_status qfp_polynomial_add_term(qfp_polynomial *p, double complex coefficient,
                                   const uint8_t *power)
{
    uint8_t key[QFP_MAX_VARIABLES] = {0};
    memcpy(key, power, (size_t)p->variables);
    size_t low = 0, high = p->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = memcmp(p->terms[middle].power, key, sizeof key);
        if (order == 0) {
            p->terms[middle].coefficient += coefficient;
            return QFP_OK;
        }
        *(order < 0 ? &low : &high) = order < 0 ? middle + 1 : middle;
    }
    QFP_TRY(reserve(p, p->count + 1));
    memmove(p->terms + low + 1, p->terms + low, (p->count - low) * sizeof *p->terms);
    p->terms[low].coefficient = coefficient;
    memcpy(p->terms[low].power, key, sizeof key);
    p->count++;
    return QFP_OK;
}

qfp_status qfp_polynomial_add(const qfp_polynomial *a, double complex s, const qfp_polynomial *b,
                              qfp_polynomial *out)
{
    qfp_polynomial sum;
    qfp_polynomial_init(&sum, a->variables);
    qfp_status status = qfp_polynomial_copy(a, &sum);
    for (size_t t = 0; t < b->count && status == QFP_OK; t++)
        status = qfp_polynomial_add_term(&sum, s * b->terms[t].coefficient, b->terms[t].power);
    if (status != QFP_OK) {
        qfp_polynomial_destroy(&sum);
        return status;
    }
    qfp_polynomial_destroy(out);
    *out = sum;
    return QFP_OK;
}

qfp_status qfp_polynomial_multiply(const qfp_polynomial *a, const qfp_polynomial *b,
                                   qfp_polynomial *out)
{
    qfp_polynomial product;
    qfp_polynomial_init(&product, a->variables);
    for (size_t s = 0; s < a->count; s++)
        for (size_t t = 0; t < b->count; t++) {
            uint8_t power[QFP_MAX_VARIABLES] = {0};
            qfp_status status = QFP_OK;
            for (int v = 0; v < a->variables; v++) {
                int sum = a->terms[s].power[v] + b->terms[t].power[v];
                if (sum > UINT8_MAX)
                    status = QFP_FAIL(QFP_CONFIG, "a power above %d in an expression", UINT8_MAX);
                power[v] = (uint8_t)sum;
            }
            if (status == QFP_OK)
                status = qfp_polynomial_add_term(
                    &product, a->terms[s].coefficient * b->terms[t].coefficient, power);
            if (status != QFP_OK) {
                qfp_polynomial_destroy(&product);
                return status;
            }
        }
    qfp_polynomial_destroy(out);
    *out = product;
    return QFP_OK;
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
