/* network.c - stands before MPI: see network.h. */
#include "network.h"

#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/clock.h"

enum { TAG = 4711, MOST = 4096 };

static double network_rate, network_latency;
static double free_at; /* when the last block has left this rank */

/* Messages on their way: of those that were sent when they have left, of others from whom they come. */
static struct {
    MPI_Request request;
    int from; /* −1: sent */
    double left;
} way[MOST];
static int ways;

void bench_network(double rate, double latency)
{
    network_rate = rate;
    network_latency = latency;
    free_at = 0.0;
}

static int note(MPI_Request request, int from, double left)
{
    if (ways == MOST) {
        fputs("network.c: more messages at once than there is room for\n", stderr);
        MPI_Abort(MPI_COMM_WORLD, 1);
    }
    way[ways].request = request;
    way[ways].from = from;
    way[ways++].left = left;
    return MPI_SUCCESS;
}

int MPI_Isend(const void *data, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm,
              MPI_Request *request)
{
    int code = PMPI_Isend(data, count, type, to, tag, comm, request);
    if (network_rate == 0.0 || type != MPI_DOUBLE || code != MPI_SUCCESS)
        return code;
    double now = qfpi_seconds_now();
    free_at = (free_at > now ? free_at : now) + (double)count * sizeof(double) / network_rate;
    double there = free_at + network_latency;
    code = PMPI_Send(&there, 1, MPI_DOUBLE, to, TAG, MPI_COMM_WORLD); /* small: it does not wait */
    return code == MPI_SUCCESS ? note(*request, -1, free_at) : code;
}

int MPI_Irecv(void *data, int count, MPI_Datatype type, int from, int tag, MPI_Comm comm,
              MPI_Request *request)
{
    int code = PMPI_Irecv(data, count, type, from, tag, comm, request);
    if (network_rate == 0.0 || type != MPI_DOUBLE || code != MPI_SUCCESS)
        return code;
    return note(*request, from, 0.0);
}

/* When the message of a request, if it is one of these, is there or has left. */
static double time_of(MPI_Request request)
{
    for (int i = 0; i < ways; ++i) {
        if (way[i].request != request)
            continue;
        double time = way[i].left;
        if (way[i].from >= 0)
            PMPI_Recv(&time, 1, MPI_DOUBLE, way[i].from, TAG, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        way[i] = way[--ways];
        return time;
    }
    return 0.0;
}

int MPI_Waitall(int count, MPI_Request *requests, MPI_Status *statuses)
{
    double until = 0.0;
    for (int i = 0; i < count; ++i) {
        double time = requests[i] != MPI_REQUEST_NULL ? time_of(requests[i]) : 0.0;
        until = time > until ? time : until;
    }
    int code = PMPI_Waitall(count, requests, statuses);
    while (qfpi_seconds_now() < until)
        continue;
    return code;
}
