/* structure_constants.h - INTERNAL to models: f^abc of [T_a, T_b] = i Σ_c f^abc T_c.
 *
 * su2: T = σ/2, f = ε.  su3: T = λ/2 with the matrices of Gell-Mann (Eq. 74).
 */
#ifndef QFPI_STRUCTURE_CONSTANTS_H
#define QFPI_STRUCTURE_CONSTANTS_H

typedef enum qfp_group { QFP_GROUP_SU2, QFP_GROUP_SU3 } qfp_group;

int qfpi_group_dimension(qfp_group group); /* number of colours: 3, 8 */

/* Colours from 1; totally antisymmetric. */
double qfpi_structure_constant(qfp_group group, int a, int b, int c);

#endif
