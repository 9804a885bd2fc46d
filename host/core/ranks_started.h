/* ranks_started.h - INTERNAL to ranks_mpi.c and ranks_alone.c: what started this process says of others. */
#ifndef QFPI_RANKS_STARTED_H
#define QFPI_RANKS_STARTED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

/* With which others, as Open MPI and MPICH tell the processes that they start; Slurm also starts such as have nothing
 * to do with each other. */
typedef struct qfpi_started {
    const char *variable; /* that says so; NULL: alone */
    bool first;           /* of them: it says for all what is wrong */
} qfpi_started;

static inline qfpi_started qfpi_ranks_started(void)
{
    static const char *const variables[][2] = {{"OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK"},
                                               {"PMI_SIZE", "PMI_RANK"}};
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; ++i) {
        const char *count = getenv(variables[i][0]), *rank = getenv(variables[i][1]);
        if (count != NULL && strtol(count, NULL, 10) > 1)
            return (qfpi_started){variables[i][0], rank == NULL || strtol(rank, NULL, 10) == 0};
    }
    return (qfpi_started){NULL, true};
}

#endif
