/* handle.h - the checked backend's register of living handles. */
#ifndef QFPI_CHECKED_HANDLE_H
#define QFPI_CHECKED_HANDLE_H

#include "backend.h"

typedef enum checked_kind {
    CHECKED_CONTEXT,
    CHECKED_BUFFER,
    CHECKED_PLAN,
    CHECKED_SYMBOL,
    CHECKED_PLANE,
    CHECKED_FLOW,
    CHECKED_STENCIL,
    CHECKED_RECURRENCE
} checked_kind;

typedef struct checked_handle {
    checked_kind kind;
    struct checked_handle *context; /* of a context: itself */
    void *inner;                    /* the CPU's handle */
    struct checked_handle *next;
    /* What the checks need: of a plan its grid, of a symbol its plan and space, of a plane its plan, of a flow N. */
    qfp_grid grid;
    struct checked_handle *plan;
    qfp_space space;
    int modes;
    size_t dimension; /* of a stencil */
    int length;       /* of a recurrence */
    /* Of a buffer: its pages, guard page not counted; of a view: whose they are. */
    size_t bytes;
    struct checked_handle *whole;
    int lent; /* to a library: the least access of pages.h that its pages have */
} checked_handle;

/* Registers a new handle; the context of a context is itself. */
qfp_status checked_handle_create(checked_kind kind, checked_handle *context,
                                 checked_handle **out) QFP_MUST_USE;
void checked_handle_destroy(checked_handle *handle);

/* The living handle behind an opaque pointer, or QFP_INTERNAL with what is wrong with it. */
qfp_status checked_handle_find(checked_kind kind, const void *opaque, const char *slot,
                               const char *argument, checked_handle **out) QFP_MUST_USE;

/* NULL when the pointer is no living handle of that kind; for destroy, which cannot fail. */
checked_handle *checked_handle_lookup(checked_kind kind, const void *opaque);

/* Counts what still belongs to the context as leaked, and unregisters the context. */
void checked_handle_abandon(checked_handle *context);

#endif
