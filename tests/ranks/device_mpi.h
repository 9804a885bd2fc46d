/* device_mpi.h - an MPI that reads and writes the memory of devices (device_mpi.c). */
#ifndef QFPI_TESTS_DEVICE_MPI_H
#define QFPI_TESTS_DEVICE_MPI_H

#include <stdbool.h>
#include <stddef.h>

extern bool device_mpi;          /* before the first context: it is one */
extern size_t device_mpi_blocks; /* that it was given */

#endif
