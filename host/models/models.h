/* models.h - INTERNAL to models: one object per file of this folder. */
#ifndef QFPI_MODELS_H
#define QFPI_MODELS_H

#include "models/model.h"

extern const qfp_model qfpi_model_scalar_field;
extern const qfp_model qfpi_model_bose_hubbard;
extern const qfp_model qfpi_model_complex_scalar;
extern const qfp_model qfpi_model_gauge_bosons;
extern const qfp_model qfpi_model_parametric_amplifier;
extern const qfp_model qfpi_model_pointer;
extern const qfp_model qfpi_model_driven_kerr;
extern const qfp_model qfpi_model_cross_kerr;

#endif
