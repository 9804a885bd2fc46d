/* checked.h - what tests may ask the checked backend.
 *
 * It runs the CPU's loops on memory that behaves like a device's: pages that nothing may touch
 * between two calls, an unreadable page behind the last double, signalling NaN in a new buffer and
 * in the input of an inverse transform, and no mercy for handles of another context, handles
 * destroyed before, short buffers, overlapping arguments and missing pointers.
 */
#ifndef QFPI_CHECKED_H
#define QFPI_CHECKED_H

#include "backend.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Buffers, plans, symbols and flows of all contexts that were created and not yet destroyed. */
size_t qfp_checked_live(void);

/* Handles that were still alive when their context was destroyed, since the process began. */
size_t qfp_checked_leaks(void);

/* The pages of a buffer, which a test may try to read; count doubles are followed by a guard. */
const double *qfp_checked_pages(const qfp_buffer *buffer);

#ifdef __cplusplus
}
#endif
#endif
