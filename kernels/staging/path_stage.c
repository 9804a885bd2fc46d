#include "staging/path_stage.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"

qfp_status qfpi_path_polynomials_stage(size_t count, const qfp_path_polynomial *polynomials,
                                       qfp_symbol_term **terms, size_t **first)
{
    size_t total = 0;
    for (size_t k = 0; k < count; ++k)
        total += polynomials[k].term_count;
    QFP_TRY(QFP_ALLOCATE(*terms, total + 1, "the drift of trajectories"));
    QFP_TRY(QFP_ALLOCATE(*first, count + 1, "the drift of trajectories"));
    total = 0;
    for (size_t k = 0; k < count; ++k) {
        (*first)[k] = total;
        if (polynomials[k].term_count > 0)
            memcpy(*terms + total, polynomials[k].terms,
                   polynomials[k].term_count * sizeof **terms);
        total += polynomials[k].term_count;
    }
    (*first)[count] = total;
    return QFP_OK;
}

qfp_status qfpi_inverse_roots_stage(int modes, const int *levels, size_t *count, double **out)
{
    int most = 1;
    for (int j = 0; j < modes; ++j)
        most = levels[j] > most ? levels[j] : most;
    QFP_TRY(QFP_ALLOCATE(*out, (size_t)most, "the tables of a guide"));
    for (int n = 1; n < most; ++n)
        (*out)[n] = 1.0 / sqrt(n);
    *count = (size_t)most;
    return QFP_OK;
}

qfp_status qfpi_ket_weights_stage(size_t count, const double *weights, double **out)
{
    double sum = 0.0;
    QFP_TRY(QFP_ALLOCATE(*out, count, "the weights of the kets"));
    for (size_t k = 0; k < count; ++k)
        (*out)[k] = sum += weights[k];
    return QFP_OK;
}
