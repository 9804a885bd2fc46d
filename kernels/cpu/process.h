/* process.h - the CPU's tables for processes in real variables. */
#ifndef QFPI_CPU_PROCESS_H
#define QFPI_CPU_PROCESS_H

#include "backend.h"

extern const qfp_process_operations qfp_cpu_process;
extern const qfp_density_operations qfp_cpu_density;
extern const qfp_wave_operations qfp_cpu_wave;

#endif
