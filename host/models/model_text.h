/* model_text.h - INTERNAL to models: writing Hamiltonians term by term. */
#ifndef QFPI_MODEL_TEXT_H
#define QFPI_MODEL_TEXT_H

#include "models/model.h"

/* The shortest decimal that reads back as the same double. */
void qfpi_model_number(qfp_text *text, double value);

/* " + c*FACTOR" or " - |c|*FACTOR" (without the blanks and the plus at the start of the text or of
 * a bracket); a coefficient of 1 is not written, a vanishing term not at all.  An empty FACTOR
 * makes a constant. */
void qfpi_model_term(qfp_text *text, double c, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* ½(p_j² + ω²q_j² − κω) of mode j = 1…: κω n[j] exactly when ℓ_j = √(κ/ω) (Eqs. 57 and 59). */
void qfpi_model_oscillator(qfp_text *text, int j, double omega, const qfp_model_units *units);

#endif
