#include "cpu/team.h"

#include <omp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

/* What OpenMP needs beside the stacks. */
enum { ROOM = 1 << 20 };

static void *wait_for_all(void *gate)
{
    pthread_mutex_lock(gate);
    pthread_mutex_unlock(gate);
    return NULL;
}

/* All at the same time; their stacks are kept by the system for the team that follows. */
static int try_threads(int wanted)
{
    pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
    pthread_t *threads = malloc((size_t)wanted * sizeof *threads);
    void *room = malloc(ROOM);
    int count = 1; /* this one */
    pthread_mutex_lock(&gate);
    while (threads != NULL && room != NULL && count < wanted &&
           pthread_create(&threads[count], NULL, wait_for_all, &gate) == 0)
        ++count;
    pthread_mutex_unlock(&gate);
    for (int i = 1; i < count; ++i)
        pthread_join(threads[i], NULL);
    free(room);
    free(threads);
    return count;
}

int cpu_team_start(int wanted)
{
    static _Atomic int had; /* by the largest team so far */
    if (wanted <= 1 || wanted <= atomic_load(&had))
        return wanted;
    int count = try_threads(wanted), begun = 0;
#pragma omp parallel num_threads(count) reduction(+ : begun)
    begun += 1;
    atomic_store(&had, begun);
    return begun;
}
