/* objects.h - what the checked backend can do with the objects of backend.h. */
#ifndef QFPI_CHECKED_OBJECTS_H
#define QFPI_CHECKED_OBJECTS_H

#include "backend.h"

extern const qfp_vector_operations qfp_checked_vector;
extern const qfp_recurrence_operations qfp_checked_recurrence;
extern const qfp_grid_operations qfp_checked_grid;
extern const qfp_symbol_operations qfp_checked_symbol;
extern const qfp_plane_operations qfp_checked_plane;
extern const qfp_flow_operations qfp_checked_flow;
extern const qfp_stencil_operations qfp_checked_stencil;

#endif
