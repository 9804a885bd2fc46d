/* module.c - the module's side of module.h. */
#include "cuda/module.h"

#include <string.h>

QFP_API qfpi_cuda_entry qfp_cuda_module;

const qfp_backend *qfp_cuda_module(const char *build, qfpi_error_place place)
{
    if (strcmp(build, QFPI_BUILD) != 0)
        return NULL;
    qfpi_error_move(place);
    return qfp_backend_cuda();
}
