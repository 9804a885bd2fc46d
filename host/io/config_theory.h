/* config_theory.h - INTERNAL: the key `theory`, one mapping or a list of them. */
#ifndef QFPI_CONFIG_THEORY_H
#define QFPI_CONFIG_THEORY_H

#include "io/config.h"
#include "io/config_values.h"

/* Fills theories, theory and accept_unbalanced; call it once kappa is known. */
qfp_status qfp_config_theories(const qfp_config_reader *reader, const qfp_yaml_node *root,
                               qfp_config *config) QFP_MUST_USE;

#endif
