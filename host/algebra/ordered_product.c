#include "algebra/ordered_product.h"

#include <string.h>

qfp_letter_pairs qfp_ladder_pairs(int modes)
{
    qfp_letter_pairs pairs = {.count = modes};
    for (int j = 0; j < modes; j++)
        pairs.pair[j] = (qfp_letter_pair){.left = modes + j, .right = j, .sign = -1};
    return pairs;
}

qfp_letter_pairs qfp_weyl_pairs(int modes)
{
    qfp_letter_pairs pairs = {.count = 2 * modes};
    for (int v = 0; v < 2 * modes; v++)
        pairs.pair[v] = (qfp_letter_pair){.left = v, .right = 2 * modes + v, .sign = 1};
    return pairs;
}

qfp_letter_pairs qfp_phase_space_pairs(int modes)
{
    qfp_letter_pairs pairs = {.count = 2 * modes};
    for (int j = 0; j < modes; j++) {
        pairs.pair[j] = (qfp_letter_pair){.left = j, .right = 3 * modes + j, .sign = -1};
        pairs.pair[modes + j] =
            (qfp_letter_pair){.left = modes + j, .right = 2 * modes + j, .sign = 1};
    }
    return pairs;
}

/* Appends coefficient × (word of a)(word of b), resolving pair after pair by recursion. */
static qfp_status append_product(const qfp_letter_pairs *pairs, int from, const uint8_t *a,
                                 const uint8_t *b, double complex coefficient, uint8_t *power,
                                 qfp_polynomial *out)
{
    if (from == pairs->count)
        return qfp_polynomial_append(out, coefficient, power);
    const qfp_letter_pair *pair = &pairs->pair[from];
    int right_of_a = a[pair->right], left_of_b = b[pair->left];
    int lefts = a[pair->left] + left_of_b, rights = right_of_a + b[pair->right];
    if (lefts > UINT8_MAX || rights > UINT8_MAX)
        return QFP_FAIL(QFP_CONFIG, "a power above %d in an expression", UINT8_MAX);
    int most = right_of_a < left_of_b ? right_of_a : left_of_b;
    double factor = 1.0; /* (−s)^k k! C(right,k) C(left,k) */
    for (int k = 0; k <= most; k++) {
        power[pair->left] = (uint8_t)(lefts - k);
        power[pair->right] = (uint8_t)(rights - k);
        QFP_TRY(append_product(pairs, from + 1, a, b, factor * coefficient, power, out));
        factor *= -pair->sign * (double)(right_of_a - k) * (left_of_b - k) / (k + 1);
    }
    return QFP_OK;
}

double qfp_ordered_product_words(const qfp_letter_pairs *pairs, const qfp_polynomial *a,
                                 const qfp_polynomial *b, double enough)
{
    double words = 0.0;
    if ((double)a->count * (double)b->count >= enough)
        return enough;
    for (size_t t = 0; t < b->count; t++)
        for (size_t s = 0; s < a->count; s++) {
            double of_pair = 1.0;
            for (int i = 0; i < pairs->count; i++) {
                int right_of_a = a->terms[s].power[pairs->pair[i].right];
                int left_of_b = b->terms[t].power[pairs->pair[i].left];
                of_pair *= 1.0 + (right_of_a < left_of_b ? right_of_a : left_of_b);
            }
            words += of_pair;
        }
    return words;
}

qfp_status qfp_ordered_multiply(const qfp_letter_pairs *pairs, const qfp_polynomial *a,
                                const qfp_polynomial *b, qfp_polynomial *out)
{
    qfp_polynomial product;
    qfp_polynomial_init(&product, a->variables);
    qfp_status status = QFP_OK;
    for (size_t t = 0; t < b->count && status == QFP_OK; t++)
        for (size_t s = 0; s < a->count && status == QFP_OK; s++) {
            uint8_t power[QFP_MAX_VARIABLES] = {0};
            status =
                append_product(pairs, 0, a->terms[s].power, b->terms[t].power,
                               a->terms[s].coefficient * b->terms[t].coefficient, power, &product);
        }
    if (status == QFP_OK)
        status = qfp_polynomial_collect(&product);
    return qfp_polynomial_end(status, &product, out);
}

/* word ← word × image^exponent */
static qfp_status multiply_power(const qfp_letter_pairs *pairs, const qfp_polynomial *image,
                                 int exponent, qfp_polynomial *word)
{
    for (int k = 0; k < exponent; k++)
        QFP_TRY(qfp_ordered_multiply(pairs, word, image, word));
    return QFP_OK;
}

static qfp_status substitute_term(const qfp_letter_pairs *source, const qfp_term *term,
                                  const qfp_polynomial *images, const qfp_letter_pairs *target,
                                  qfp_polynomial *word)
{
    const uint8_t one[QFP_MAX_VARIABLES] = {0};
    QFP_TRY(qfp_polynomial_add_term(word, term->coefficient, one));
    for (int i = 0; i < source->count; i++) {
        int v = source->pair[i].left;
        QFP_TRY(multiply_power(target, &images[v], term->power[v], word));
    }
    for (int i = 0; i < source->count; i++) {
        int v = source->pair[i].right;
        QFP_TRY(multiply_power(target, &images[v], term->power[v], word));
    }
    return QFP_OK;
}

qfp_status qfp_ordered_substitute(const qfp_letter_pairs *source, const qfp_polynomial *p,
                                  const qfp_polynomial *images, const qfp_letter_pairs *target,
                                  int target_variables, qfp_polynomial *out)
{
    qfp_polynomial sum;
    qfp_polynomial_init(&sum, target_variables);
    qfp_status status = QFP_OK;
    for (size_t t = 0; t < p->count && status == QFP_OK; t++) {
        qfp_polynomial word;
        qfp_polynomial_init(&word, target_variables);
        status = substitute_term(source, &p->terms[t], images, target, &word);
        for (size_t w = 0; w < word.count && status == QFP_OK; w++)
            status = qfp_polynomial_append(&sum, word.terms[w].coefficient, word.terms[w].power);
        qfp_polynomial_destroy(&word);
    }
    if (status == QFP_OK)
        status = qfp_polynomial_collect(&sum);
    return qfp_polynomial_end(status, &sum, out);
}
