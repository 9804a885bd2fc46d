#include "qfp/devices.h"

#include <stdio.h>

#include "backend.h"
#include "core/turn.h"

static void describe(const qfp_backend *backend, int number, qfp_device *device)
{
    qfp_context *context = NULL;
    *device = (qfp_device){.number = backend == qfp_backend_cpu() ? -1 : number};
    snprintf(device->backend, sizeof device->backend, "%s", backend->name);
    qfp_status status = backend->device->choose(number);
    if (status == QFP_OK)
        status = backend->device->available();
    if (status == QFP_OK)
        status = backend->device->context_create(0, &context);
    if (status == QFP_OK)
        status =
            backend->device->describe(context, device->description, sizeof device->description);
    device->available = status == QFP_OK;
    if (status != QFP_OK)
        snprintf(device->description, sizeof device->description, "%s", qfp_last_error());
    if (context != NULL)
        backend->device->context_destroy(context);
}

size_t qfp_devices_list(size_t capacity, qfp_device *devices)
{
    QFPI_TAKE_TURN();
    const qfp_backend *const backends[] = {qfp_backend_cpu(), qfp_backend_cuda()};
    size_t count = 0;
    for (size_t i = 0; i < sizeof backends / sizeof *backends; i++) {
        int number = 0;
        do {
            if (count < capacity)
                describe(backends[i], number, &devices[count]);
            count++;
        } while (backends[i]->device->choose(++number) == QFP_OK);
        (void)backends[i]->device->choose(0);
    }
    return count;
}
