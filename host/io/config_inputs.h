/* config_inputs.h - INTERNAL: what a configuration takes from files. */
#ifndef QFPI_CONFIG_INPUTS_H
#define QFPI_CONFIG_INPUTS_H

#include "io/config.h"

/* A line for each: where it is from, and a checksum of its numbers, which are read for that where they are those of a
 * state; in place of what cannot be read why, which is no failure here.  Malloc'ed; NULL when memory ran out. */
char *qfp_config_inputs(const qfp_config *config);

#endif
