/* pages.h - buffers in pages of their own, open only while a slot runs. */
#ifndef QFPI_CHECKED_PAGES_H
#define QFPI_CHECKED_PAGES_H

#include "checked/handle.h"

/* Gives a buffer handle `count` poisoned doubles in closed pages. */
qfp_status checked_pages_create(checked_handle *handle, size_t count) QFP_MUST_USE;
void checked_pages_destroy(checked_handle *handle);

typedef enum checked_access { CHECKED_CLOSED, CHECKED_READ, CHECKED_WRITE } checked_access;

/* Closing verifies the margin between the last double and the guard page. */
qfp_status checked_pages_set(checked_handle *handle, checked_access access) QFP_MUST_USE;

/* Signalling NaN in the first `count` doubles of pages open for writing. */
void checked_pages_poison(checked_handle *handle, size_t count);

size_t checked_pages_count(const checked_handle *handle);

#endif
