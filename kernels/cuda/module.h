/* module.h - INTERNAL: where the program and its CUDA backend meet.
 *
 * What needs CUDA's libraries is a module of its own, opened when the device is asked for: a program loads
 * and runs without them.
 */
#ifndef QFPI_CUDA_MODULE_H
#define QFPI_CUDA_MODULE_H

#include "backend.h"

#define QFPI_CUDA_MODULE "libqfp_cuda.so"

/* The one symbol of the module.  `build`: that of the program; NULL for another build, whose tables
 * may be others.  Errors of the module are recorded in `place`. */
#define QFPI_CUDA_ENTRY "qfp_cuda_module"
typedef const qfp_backend *qfpi_cuda_entry(const char *build, qfpi_error_place place);

#endif
