/* schrodinger.h - INTERNAL to reference: i κ dψ/dt = H ψ on a set of kets.
 *
 * The basis is split into the blocks that H connects.  A block is either diagonalised once and then
 * exact at every time, or moved from time to time by a series (large_blocks.h): whichever is expected to cost
 * less.  Blocks that together hold too little of the initial state to matter at the tolerance are left out.
 */
#ifndef QFPI_SCHRODINGER_H
#define QFPI_SCHRODINGER_H

#include "reference/hamiltonian_matrix.h"
#include "reference/one_mode_kets.h"

#define QFP_DENSE_LIMIT 800

typedef struct qfp_schrodinger qfp_schrodinger;

typedef struct qfp_schrodinger_choice {
    double kappa;
    double tolerance;   /* error of a ket over the horizon; of a move where that is not known */
    size_t dense_limit; /* blocks above so many states are not diagonalised */
    double horizon;     /* time that the moves will add up to; INFINITY: not known */
    double seconds;     /* what that may take, as expected; 0: as long as it takes */
    double *expected;   /* if not NULL: what it is expected to take */
    double moves;       /* into which the horizon will be divided */
} qfp_schrodinger_choice;

/* `initial` is ρ at t = 0, copied.  QFP_RESOLUTION when it would take more than choice->seconds. */
qfp_status qfp_schrodinger_create(const qfp_sparse *matrix, const qfp_schrodinger_choice *choice,
                                  const qfp_ket_set *initial, qfp_schrodinger **out) QFP_MUST_USE;
void qfp_schrodinger_destroy(qfp_schrodinger *s);

/* Writes the kets at time t into `out` (same count and dimension as the initial ones). */
qfp_status qfp_schrodinger_evolve(qfp_schrodinger *s, double t, qfp_ket_set *out) QFP_MUST_USE;

/* States, ascending, whose amplitudes are wanted on the way as well: amplitude [kets][times][states], at times between
 * the present one and t. */
qfp_status qfp_schrodinger_watch(qfp_schrodinger *s, size_t count,
                                 const int32_t *state) QFP_MUST_USE;
qfp_status qfp_schrodinger_evolve_watched(qfp_schrodinger *s, double t, size_t times,
                                          const double *time, double complex *amplitude,
                                          qfp_ket_set *out) QFP_MUST_USE;
/* The time of a move beyond which a longer one saves nothing; INFINITY where nothing is moved. */
double qfp_schrodinger_stride(const qfp_schrodinger *s);

/* What it carries from time to time, [qfp_schrodinger_carried] numbers; at `t` again, bit for bit. */
size_t qfp_schrodinger_carried(const qfp_schrodinger *s);
void qfp_schrodinger_save(const qfp_schrodinger *s, double *out);
qfp_status qfp_schrodinger_load(qfp_schrodinger *s, double t, const double *from,
                                qfp_ket_set *out) QFP_MUST_USE;

/* Bound on the 2-norm of what the kets at the current time are off by, given H and the initial kets,
 * out [kets]: the series, the blocks left out and rounding.  That of the energies, as far as
 * the kets have them, turns into phases that grow with time. */
void qfp_schrodinger_errors(const qfp_schrodinger *s, double *out);

#endif
