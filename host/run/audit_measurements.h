/* audit_measurements.h - INTERNAL to run: the parts of the measured section that execute kernels.
 *
 * Each fills its own members of qfp_audit_numbers; `context` is one of the CPU backend.
 */
#ifndef QFPI_AUDIT_MEASUREMENTS_H
#define QFPI_AUDIT_MEASUREMENTS_H

#include "backend.h"
#include "run/audit_numbers.h"

/* D and its eigenpairs at random points: asymmetry, trace, pairing, partners, contraction. */
qfp_status qfpi_audit_measure_points(const qfp_config *config, const qfp_audit_facts *facts,
                                     qfp_context *context, qfp_audit_numbers *out) QFP_MUST_USE;

/* D of the quadratic part from the flow code, at two sets of lengths, and its closed form. */
qfp_status qfpi_audit_measure_free_part(const qfp_config *config, const qfp_audit_facts *facts,
                                        qfp_context *context, qfp_audit_numbers *out) QFP_MUST_USE;

/* t, T, t, T in the Fock basis with T: (Q, P) → (Q, −P), the complex conjugation of ρ. */
qfp_status qfpi_audit_measure_reversal(const qfp_config *config, const qfp_audit_facts *facts,
                                       qfp_context *context, qfp_audit_numbers *out) QFP_MUST_USE;

#endif
