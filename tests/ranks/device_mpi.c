/* device_mpi.c - makes of any MPI one that reads and writes the memory of devices: it stands before MPI_Isend and MPI_Irecv,
 * whose blocks it copies to the host and from there, as such a library would do by itself. */
#include "device_mpi.h"

#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

bool device_mpi;
size_t device_mpi_blocks;

extern int cudaMemcpy(void *to, const void *from, size_t bytes, int kind); /* of the runtime */
enum { TO_DEVICE = 1, FROM_DEVICE = 2 };

enum { MOST = 256 };
static struct {
    MPI_Request request;
    void *host, *device; /* device: NULL of what is sent */
    size_t bytes;
} way[MOST];
static int ways;

int MPIX_Query_cuda_support(void);
int MPIX_Query_cuda_support(void)
{
    return device_mpi;
}

/* cudaMemcpy itself refuses what is not the device's. */
static void copy(void *to, const void *from, size_t bytes, int kind)
{
    if (cudaMemcpy(to, from, bytes, kind) == 0)
        return;
    fputs("device_mpi.c: a block that is not in the memory of the device\n", stderr);
    MPI_Abort(MPI_COMM_WORLD, 1);
}

static void *begin(void *device, size_t bytes)
{
    if (ways == MOST)
        MPI_Abort(MPI_COMM_WORLD, 1);
    device_mpi_blocks += 1;
    way[ways].device = device;
    way[ways].bytes = bytes;
    way[ways].host = malloc(bytes);
    return way[ways].host;
}

int MPI_Isend(const void *data, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm,
              MPI_Request *request)
{
    if (!device_mpi || type != MPI_DOUBLE)
        return PMPI_Isend(data, count, type, to, tag, comm, request);
    size_t bytes = (size_t)count * sizeof(double);
    void *host = begin(NULL, bytes);
    copy(host, data, bytes, FROM_DEVICE);
    int code = PMPI_Isend(host, count, type, to, tag, comm, request);
    way[ways++].request = *request;
    return code;
}

int MPI_Irecv(void *data, int count, MPI_Datatype type, int from, int tag, MPI_Comm comm,
              MPI_Request *request)
{
    if (!device_mpi || type != MPI_DOUBLE)
        return PMPI_Irecv(data, count, type, from, tag, comm, request);
    void *host = begin(data, (size_t)count * sizeof(double));
    int code = PMPI_Irecv(host, count, type, from, tag, comm, request);
    way[ways++].request = *request;
    return code;
}

int MPI_Waitall(int count, MPI_Request *requests, MPI_Status *statuses)
{
    (void)statuses; /* MPI_STATUSES_IGNORE */
    for (int i = 0; i < count; ++i) {
        MPI_Request request = requests[i];
        int code = PMPI_Wait(&requests[i], MPI_STATUS_IGNORE), w = 0;
        while (w < ways && way[w].request != request)
            ++w;
        if (code != MPI_SUCCESS)
            return code;
        if (w == ways || request == MPI_REQUEST_NULL)
            continue;
        if (way[w].device != NULL)
            copy(way[w].device, way[w].host, way[w].bytes, TO_DEVICE);
        free(way[w].host);
        way[w] = way[--ways];
    }
    return MPI_SUCCESS;
}
