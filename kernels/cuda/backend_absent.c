/* backend_absent.c - stands in for the CUDA backend in a build without it: it answers why. */
#include "backend.h"

static qfp_status available(void)
{
    return QFP_FAIL(QFP_DEVICE, "this build of qfp has no CUDA backend");
}

static qfp_status device_choose(int number)
{
    (void)number;
    return available();
}

static const qfp_device_operations device = {.choose = device_choose, .available = available};

static const qfp_backend table = {.name = "cuda", .device = &device};

const qfp_backend *qfp_backend_cuda(void)
{
    return &table;
}
