#include "algebra/displace.h"

/* sums += term × (x + shift)^power of one variable after the other: Π_v Σ_k C(n_v, k) shift_v^{n_v−k} x_v^k */
static qfp_status expand(const qfp_term *term, const double complex *shift, int variable,
                         double complex coefficient, uint8_t *power, qfp_polynomial *sum)
{
    if (variable == sum->variables)
        return qfp_polynomial_append(sum, coefficient, power);
    int most = term->power[variable];
    double complex part = coefficient; /* × C(n, k) shift^{n−k}, from k = n down */
    for (int k = most; k >= 0 && part != 0.0; k--) {
        power[variable] = (uint8_t)k;
        QFP_TRY(expand(term, shift, variable + 1, part, power, sum));
        part *= shift[variable] * k / (most - k + 1);
    }
    return QFP_OK;
}

qfp_status qfp_symbol_displace(const qfp_polynomial *symbol, const double complex *alpha,
                               qfp_polynomial *out)
{
    int modes = symbol->variables / 2;
    double complex shift[QFP_MAX_VARIABLES] = {0};
    qfp_polynomial sum;
    qfp_polynomial_init(&sum, symbol->variables);
    qfp_status status = QFP_OK;
    for (int j = 0; j < modes; j++) {
        shift[j] = alpha[j];
        shift[modes + j] = conj(alpha[j]);
    }
    for (size_t t = 0; t < symbol->count && status == QFP_OK; t++) {
        uint8_t power[QFP_MAX_VARIABLES] = {0};
        status = expand(&symbol->terms[t], shift, 0, symbol->terms[t].coefficient, power, &sum);
    }
    if (status == QFP_OK)
        status = qfp_polynomial_collect(&sum);
    if (status == QFP_OK)
        qfp_polynomial_clean(&sum, 1e-15);
    return qfp_polynomial_end(status, &sum, out);
}
