/* oscillator.h - wave functions of number states. */
#ifndef QFPI_OSCILLATOR_H
#define QFPI_OSCILLATOR_H

/* out[n] = φ_n(y) = ⟨y|n⟩ for n < levels */
void qfp_oscillator_functions(int levels, double y, double *out);

#endif
