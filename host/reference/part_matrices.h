/* part_matrices.h - INTERNAL to reference: the parts of a drive as matrices on the kept levels.
 *
 *     part i:  K_i ρ + ρ K_i† + Σ weight c ρ c†  of a density matrix,  K_i ψ  of a ket
 *
 * with P K_i P and P c P of the exact operators: what leaves the levels is lost, and the trace norm never
 * grows.
 */
#ifndef QFPI_PART_MATRICES_H
#define QFPI_PART_MATRICES_H

#include "reference/drive.h"
#include "reference/hamiltonian_matrix.h"

typedef struct qfp_jump_matrix {
    double weight;
    qfp_sparse matrix;
    qfp_border border;
} qfp_jump_matrix;

typedef struct qfp_part_matrix {
    qfp_sparse drift;
    qfp_border border; /* of the drift */
    size_t jump_count;
    qfp_jump_matrix *jumps;
} qfp_part_matrix;

typedef struct qfp_part_matrices {
    size_t dim, count;
    qfp_part_matrix *parts;
    double complex *image; /* [dim][dim] for density matrices, [dim] for kets */
} qfp_part_matrices;

/* QFP_CONFIG where the Hamiltonian is not Hermitian at some time.  Give `out` to
 * qfp_part_matrices_destroy either way. */
qfp_status qfp_part_matrices_build(const qfp_config *config, const qfp_drive *drive,
                                   const qfp_kept *kept, bool of_density,
                                   qfp_part_matrices *out) QFP_MUST_USE;
void qfp_part_matrices_destroy(qfp_part_matrices *m);

/* out += (part i) of y: a Hermitian matrix [dim][dim]; a ket. */
void qfp_part_add_density(qfp_part_matrices *m, size_t i, const double complex *y,
                          double complex *out);
void qfp_part_add_ket(qfp_part_matrices *m, size_t i, const double complex *y, double complex *out);

/* A bound on the rates of all parts together, and the multiplications of one application of all. */
double qfp_part_matrices_rate(const qfp_part_matrices *m, const qfp_drive *drive);
double qfp_part_matrices_products(const qfp_part_matrices *m, bool of_density);

#endif
