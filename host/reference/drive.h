/* drive.h - INTERNAL to reference: H(t) and the channels as sums of constant parts.
 *
 *     H(t) = Σ_i φ_i(t) H_i,     Σ_k γ_k cρc† − ½{γ_k c†c, ρ} = Σ_i φ_i(t) D_i ρ,     φ_0 = 1, φ_i real
 *
 * The φ_i are read off samples of all coefficients on a mesh: coefficients that are an affine function
 * of one another share a part.  The mesh also keeps an integrator from stepping over a pulse.
 */
#ifndef QFPI_DRIVE_H
#define QFPI_DRIVE_H

#include "reference/system_words.h"

/* weight c ρ c†; the weight of a part may be negative */
typedef struct qfp_part_jump {
    double weight;
    qfp_words words;
} qfp_part_jump;

typedef struct qfp_part {
    qfp_words hamiltonian; /* Hermitian */
    qfp_words drift; /* −(i/κ) H − ½ (share of Σ γ c†c); words need not be distinct */
    size_t jump_count;
    qfp_part_jump *jumps;
} qfp_part;

/* Points of the mesh over the times of the configuration. */
#define QFP_DRIVE_MESH 16385

typedef struct qfp_drive qfp_drive;

/* `config` is borrowed.  QFP_CONFIG where a rate is negative at a point of the mesh. */
qfp_status qfp_drive_create(const qfp_config *config, qfp_drive **out) QFP_MUST_USE;
void qfp_drive_destroy(qfp_drive *d);

size_t qfp_drive_parts(const qfp_drive *d);
const qfp_part *qfp_drive_part(const qfp_drive *d, size_t i);

/* φ_i(t) of all parts.  QFP_RESOLUTION where the coefficients are not what the mesh shows: something
 * happens between its points. */
qfp_status qfp_drive_values(qfp_drive *d, double t, double *phi) QFP_MUST_USE;

/* The system at time t, borrowed until the next call with `d`. */
qfp_status qfp_drive_words(qfp_drive *d, double t, const qfp_system_words **out) QFP_MUST_USE;

/* The mesh: its points from first on, ascending, and φ_i there, [points]; largest |φ_i|. */
typedef struct qfp_drive_mesh {
    size_t points;
    double first, step;
} qfp_drive_mesh;
const qfp_drive_mesh *qfp_drive_mesh_of(const qfp_drive *d);
const double *qfp_drive_samples(const qfp_drive *d, size_t part);
double qfp_drive_largest(const qfp_drive *d, size_t part);

/* Times at which the coefficients are not smooth, ascending. */
const double *qfp_drive_knots(const qfp_drive *d, size_t *count);

#endif
