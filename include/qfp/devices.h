/* devices.h - the backends of this build and whether they can run here. */
#ifndef QFP_DEVICES_H
#define QFP_DEVICES_H

#include <stddef.h>

#include "qfp/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qfp_device {
    char backend[16];
    int available;
    char description[256]; /* of the device, or the sentence why it is not available */
} qfp_device;

/* Fills at most `capacity` entries and returns how many backends there are. */
size_t qfp_devices_list(size_t capacity, qfp_device *devices);

#ifdef __cplusplus
}
#endif
#endif
