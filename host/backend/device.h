/* device.h - INTERNAL: devices, and contexts on them. */
#ifndef QFPI_BACKEND_DEVICE_H
#define QFPI_BACKEND_DEVICE_H

#include <stddef.h>

#include "core/error.h"

typedef struct qfp_context qfp_context; /* a device and what is needed to run on it */

/* Of the numbers in buffers; coefficients, tables and sums are double always. */
typedef enum qfp_precision { QFP_PRECISION_DOUBLE, QFP_PRECISION_SINGLE } qfp_precision;

typedef struct qfp_device_operations {
    /* Which of several devices `available`, `memory` and `context_create` are about from now on; 0,
     * the first, at the beginning.  QFP_DEVICE with the numbers there are, or with the sentence of
     * `available`. */
    qfp_status (*choose)(int number);
    /* QFP_OK, or QFP_DEVICE with the sentence why this backend cannot run on this machine. */
    qfp_status (*available)(void);
    /* One sentence about the device ("CPU, 2 OpenMP threads, FFTW 3.3.10"). */
    qfp_status (*describe)(qfp_context *context, char *text, size_t size);

    /* Every destroy accepts NULL.  A context outlives what was created in it, a plan its symbols.
     * threads: 0 for the default of the machine.  No result depends on their number. */
    qfp_status (*context_create)(int threads, qfp_context **out);
    void (*context_destroy)(qfp_context *context);

    /* What the buffers and transforms of a context hold, before any of them is made; double unless
     * said otherwise.  Single: upload and download convert, every element is half as large, results
     * carry about seven digits.  QFP_UNSUPPORTED, with a sentence, where a backend has only double.
     */
    qfp_status (*precision_set)(qfp_context *context, qfp_precision precision);
    /* Whether transforms planned from now on are chosen without timing them: two processes then choose
     * alike, and compute the same bits.  Off at first. */
    qfp_status (*reproducible_set)(qfp_context *context, int reproducible);
    /* Bytes that buffers may take up: of the machine, or what is free on the device of the context;
     * where there is no context yet (NULL), on the one chosen. */
    qfp_status (*memory)(const qfp_context *context, size_t *bytes);

    /* Memory of the host that is copied to or from the device again and again, until it is unpinned, which is
     * before it is freed.  Copies are quicker then, or as before. */
    void (*pin)(void *memory, size_t bytes);
    void (*unpin)(void *memory);

    /* Blocks until everything queued is done, and reports errors of it. */
    qfp_status (*synchronize)(qfp_context *context);
} qfp_device_operations;

#endif
