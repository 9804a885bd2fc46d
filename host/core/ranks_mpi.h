/* ranks_mpi.h - INTERNAL to ranks_mpi*.c: what they share of MPI. */
#ifndef QFPI_RANKS_MPI_H
#define QFPI_RANKS_MPI_H

#include <mpi.h>

#include "core/error.h"

enum { QFPI_TAG_MESSAGE, QFPI_TAG_COLUMNS, QFPI_TAG_BLOCK, QFPI_TAG_WORD };

/* All ranks. */
MPI_Comm qfpi_mpi_world(void);

/* qfpi_traffic.waited */
double qfpi_mpi_waited(void);

/* QFP_DEVICE with MPI's words, "MPI cannot …". */
qfp_status qfpi_mpi_check(int code, const char *what) QFP_MUST_USE;

#endif
