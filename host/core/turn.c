#include "core/turn.h"

#include <pthread.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t mutex;

static void make_free(void)
{
    pthread_mutexattr_t kind;
    pthread_mutexattr_init(&kind);
    pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&mutex, &kind);
    pthread_mutexattr_destroy(&kind);
}

/* The one thread of a child is another than the one that forked it in its turn. */
static void create(void)
{
    make_free();
    pthread_atfork(NULL, NULL, make_free);
}

int qfpi_turn_begin(void)
{
    pthread_once(&once, create);
    return pthread_mutex_lock(&mutex);
}

void qfpi_turn_end(const int *turn)
{
    (void)turn;
    pthread_mutex_unlock(&mutex);
}
