/* config_model.h - INTERNAL: hamiltonian.model, read against the table of host/models. */
#ifndef QFPI_CONFIG_MODEL_H
#define QFPI_CONFIG_MODEL_H

#include "io/config.h"
#include "io/config_values.h"
#include "models/model.h"

typedef struct qfp_config_model {
    const qfp_model *model; /* NULL: the Hamiltonian was typed */
    qfp_model_value values[QFP_MODEL_MOST_PARAMETERS];
    qfp_model_shape shape;
} qfp_config_model;

/* Reads name and parameters; QFP_CONFIG for an unknown model or parameter (the nearest is named), a
 * missing one, a wrong type, a value out of range, a graph or a set of modes that does not hold
 * together. */
qfp_status qfp_config_model_read(const qfp_config_reader *reader, const qfp_yaml_node *node,
                                 qfp_config_model *out) QFP_MUST_USE;

/* config->expression, once κ and the lengths are final.  Nothing to do for a typed Hamiltonian. */
qfp_status qfp_config_model_write(const qfp_config_model *model, qfp_config *config) QFP_MUST_USE;

#endif
