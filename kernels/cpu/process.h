/* process.h - the functions of backend_process.h that have files of their own. */
#ifndef QFPI_CPU_PROCESS_H
#define QFPI_CPU_PROCESS_H

#include "backend_process.h"

qfp_status cpu_density_advance(const qfp_density_spec *spec, size_t columns, double duration,
                               size_t steps, double *p);
qfp_status cpu_wave_create(size_t n, double first, double spacing, double hbar, double mass,
                           const double *potential, const double *psi, qfp_wave **out);
void cpu_wave_destroy(qfp_wave *wave);
void cpu_wave_advance(qfp_wave *wave, double duration);
void cpu_wave_values(const qfp_wave *wave, double *values);

#endif
