/* wave.h - INTERNAL: the wave function beside a process. */
#ifndef QFPI_BACKEND_WAVE_H
#define QFPI_BACKEND_WAVE_H

#include "core/error.h"
#include "backend/process.h"

typedef struct qfp_wave qfp_wave; /* ψ on a periodic grid */

typedef struct qfp_wave_operations {
    /* iħ dψ/dt = −ħ²/(2m) ψ″ + V ψ on [first, first + n spacing); psi [n][2] is normalised here. */
    qfp_status (*create)(size_t n, double first, double spacing, double hbar, double mass,
                         const double *potential, const double *psi, qfp_wave **out);
    void (*destroy)(qfp_wave *wave);
    /* One step of Strang's splitting; exact where V = 0. */
    void (*advance)(qfp_wave *wave, double duration);
    /* values [n][4] of a qfp_wave_view. */
    void (*values)(const qfp_wave *wave, double *values);
    /* ψ as `values` gave it, bit for bit. */
    void (*load)(qfp_wave *wave, const double *values);
} qfp_wave_operations;

#endif
