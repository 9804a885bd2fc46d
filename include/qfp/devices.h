/* devices.h - the backends of this build, their devices, and whether they can run here. */
#ifndef QFP_DEVICES_H
#define QFP_DEVICES_H

#include <stddef.h>

#include "qfp/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qfp_device {
    char backend[16];
    int number; /* what --device takes; -1 of the CPU */
    int available;
    char description[256]; /* of the device, or the sentence why it is not available */
} qfp_device;

/* One entry for every device of a backend, or one that says why it has none; fills at most
 * `capacity` of them and returns how many there are. */
QFP_API size_t qfp_devices_list(size_t capacity, qfp_device *devices);

#ifdef __cplusplus
}
#endif
#endif
