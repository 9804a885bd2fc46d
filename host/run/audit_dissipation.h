/* audit_dissipation.h - INTERNAL to run: the section of the audit about dissipation. */
#ifndef QFPI_AUDIT_DISSIPATION_H
#define QFPI_AUDIT_DISSIPATION_H

#include "run/audit_facts.h"
#include "run/audit_writer.h"

/* Adds the sections "channel_1" … and "dissipation" to a report; nothing without channels.  *well_posed: whether
 * L + Lᵀ is twice a sum of squares and the symmetric rest of the channels. */
qfp_status qfpi_audit_dissipation_write(const qfp_config *config, const qfp_audit_facts *facts,
                                        qfp_audit_writer *w, bool *well_posed) QFP_MUST_USE;

#endif
