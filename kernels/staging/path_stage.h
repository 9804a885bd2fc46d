/* path_stage.h - the tables of trajectory ensembles as every backend stages them. */
#ifndef QFPI_STAGING_PATH_STAGE_H
#define QFPI_STAGING_PATH_STAGE_H

#include "backend.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The term lists one after another, and where each begins [count + 1]; both to be freed. */
qfp_status qfpi_path_polynomials_stage(size_t count, const qfp_path_polynomial *polynomials,
                                       qfp_symbol_term **terms, size_t **first) QFP_MUST_USE;

/* 1/√n, n < the largest number of levels, which is returned in *count; to be freed. */
qfp_status qfpi_inverse_roots_stage(int modes, const int *levels, size_t *count,
                                    double **out) QFP_MUST_USE;

/* Running sums of the weights of kets; to be freed. */
qfp_status qfpi_ket_weights_stage(size_t count, const double *weights, double **out) QFP_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
