/* plane.h - one mode's part L_j of a generator (qfp_plane_spec) in one pass over u, in blocks that
 * stay in the second-level cache.
 *
 * A block is 2 CPU_LANES of the (Q_j, P_j) planes, one half of them the real, the other the
 * imaginary parts of complex planes: L_j is a real operator with the same factors in all of them, so
 * that nothing has to be taken apart after a transform.  What tells the planes apart, the value c of
 * a spectator, is a factor of their spectra X = A + iB, in which
 *     c_a A + i c_b B = ½(c_a + c_b) X(k) + ½(c_a − c_b) X(−k)*.
 * Three sweeps over the lines of a block do everything, with 4 + 4r transforms of r pairs:
 *
 *     rows     U = F_P u;    S = Σ f_0 c U;                     part_r = F_P⁻¹ f_r c U
 *     columns  V = F_Q u;    u ← F_Q⁻¹ [Σ g_0 c V + Σ g_r F_Q part_r];  part_r ← F_Q⁻¹ g_r c V
 *     rows     y (+)= u + F_P⁻¹ [S + Σ f_r F_P part_r]
 *
 * (without part_r in the first and second sum where products are not symmetrised).  Windows, the
 * norms of the transforms and the ½ of symmetrised products are in the tables of f and g.
 */
#ifndef QFPI_CPU_PLANE_H
#define QFPI_CPU_PLANE_H

#include "cpu/grid_plan.h"
#include "cpu/line.h"

#define CPU_PLANE_NONE (-1)

/* re + i im at [coordinate][wavenumber]; NULL where the part is 0 everywhere. */
typedef struct cpu_plane_factor {
    const double *re, *im;
} cpu_plane_factor;

typedef struct cpu_plane_pure {
    int spectator; /* an index, or CPU_PLANE_NONE */
    cpu_plane_factor factor;
} cpu_plane_pure;

typedef struct cpu_plane_pair {
    int spectator;
    cpu_plane_factor f, g;
} cpu_plane_pair;

enum { CPU_ALONG_P, CPU_ALONG_Q };

struct qfp_plane {
    const qfp_context *context;
    size_t n, cells;               /* points of an axis; cells of the array */
    size_t planes, between, after; /* array seen from mode j: [before][Q][between][P][after] */
    int symmetrised;
    cpu_line *line;
    int pure_count[2]; /* along P: f_0, along Q: g_0 */
    cpu_plane_pure *pure[2];
    int pair_count;
    cpu_plane_pair *pair;
    double *tables;     /* of all factors */
    double *spectators; /* [spectator][plane] */
    double *scratch;    /* [thread], scratch_doubles of each */
    size_t scratch_doubles;
};

/* Rows of the planes of a block are this many cells apart: odd, so that a column meets all sets of
 * a cache. */
static inline size_t cpu_plane_pitch(size_t n)
{
    return n | 1;
}

/* Cells that a thread works in: u, S, the parts, and six lines. */
static inline size_t cpu_plane_scratch_cells(size_t n, int pairs)
{
    return (2 + (size_t)pairs) * n * cpu_plane_pitch(n) + 6 * n;
}

qfp_status cpu_plane_apply(const qfp_plane *plane, const qfp_buffer *x, qfp_buffer *y,
                           int accumulate);

#endif
