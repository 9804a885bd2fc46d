/* fock_unitary_object.h - INTERNAL to fock_unitary: what it holds, and the blocks of the Hamiltonian. */
#ifndef QFPI_FOCK_UNITARY_OBJECT_H
#define QFPI_FOCK_UNITARY_OBJECT_H

#include <complex.h>
#include <stdbool.h>

#include "fock/fock_terms.h"
#include "fock/fock_unitary.h"

#define QFPI_ABSENT ((size_t)-1) /* place of a state in a block that is left out */

/* States that A connects. */
typedef struct qfpi_block {
    size_t size, first;      /* first: place of its first state in the compact matrices */
    size_t *state;           /* [size] flat indices, into one list of all */
    double complex *adjoint; /* V† [size][size], NULL before it is needed */
    double *energy;
    bool is_occupied;
} qfpi_block;

struct qfp_fock_unitary {
    const qfp_backend *backend;
    qfp_fock_space space;
    qfp_fock_terms terms;
    size_t block_count, compact; /* compact: states of the occupied blocks */
    qfpi_block *blocks;
    size_t *states;                     /* [D] sorted by blocks */
    size_t *owner;                      /* [D] block of a state */
    size_t *place;                      /* [D] in the compact matrices, or QFPI_ABSENT */
    double complex *start, *now, *work; /* ρ̃ and two more, [compact][compact] */
    double complex *phase;              /* [compact] */
    size_t rank;                        /* kets that ρ is made of, where they are few; else 0 */
    double complex *ket, *moved, *back; /* ψ̃ and two more, [rank][compact], instead of ρ̃ */
    double *begun, *packed;             /* [count]: where times count from; of now */
};

/* *splits: the terms act on one index each, and what they do to one is the adjoint of what they do to the
 * other, by a skew A. */
qfp_status qfpi_fock_unitary_split(const qfp_fock_unitary *w, bool *splits) QFP_MUST_USE;
/* The states sorted by the blocks that A connects. */
qfp_status qfpi_fock_unitary_blocks(qfp_fock_unitary *w) QFP_MUST_USE;
/* iA of one block; w->place is overwritten. */
qfp_status qfpi_fock_unitary_diagonalise(qfp_fock_unitary *w, qfpi_block *own) QFP_MUST_USE;

#endif
