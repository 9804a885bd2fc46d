/* config_process.h - INTERNAL to io: the keys of processes (markov, nelson). */
#ifndef QFPI_CONFIG_PROCESS_H
#define QFPI_CONFIG_PROCESS_H

#include "io/config.h"
#include "io/config_values.h"

/* ensemble.method is a process. */
bool qfp_config_asks_for_process(const qfp_yaml_node *root);

/* QFP_CONFIG for a key that only a Hamiltonian system has. */
qfp_status qfp_config_refuse_system(const qfp_config_reader *reader,
                                    const qfp_yaml_node *root) QFP_MUST_USE;
/* What the table of keys cannot say of a process: polynomials, preparations, packets. */
qfp_status qfp_config_process(const qfp_config_reader *reader, const qfp_yaml_node *root,
                              qfp_config *config) QFP_MUST_USE;
void qfp_config_process_clear(qfp_process_settings *process);

#endif
