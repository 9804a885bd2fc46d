/* line.h - the discrete transform of a line of n cells: as many complex transforms as a cell has
 * lanes, in step.
 *
 * Stockham's form, from one array to the other, in radices 4, 2 and odd primes: nothing is timed and
 * nothing chosen, so that every process computes the same bits.
 */
#ifndef QFPI_CPU_LINE_H
#define QFPI_CPU_LINE_H

#include <stddef.h>

#include "core/error.h"
#include "cpu/lanes.h"

typedef struct cpu_line cpu_line;

/* Whether n has no prime factor beyond 31. */
int cpu_line_fits(size_t n);

qfp_status cpu_line_create(size_t n, cpu_line **out) QFP_MUST_USE;
void cpu_line_destroy(cpu_line *line);

/* to[k step] = Σ_i from[i step] e^{∓2πi ik/n}, minus forwards, not normalised.  `work` has room for
 * 2n cells; `to` is `from`, with the same step, or does not overlap it. */
void cpu_line_forward(const cpu_line *line, const cpu_cell *from, size_t from_step, cpu_cell *to,
                      size_t to_step, cpu_cell *work);
void cpu_line_inverse(const cpu_line *line, const cpu_cell *from, size_t from_step, cpu_cell *to,
                      size_t to_step, cpu_cell *work);

#endif
