#include "core/stop.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "core/ranks.h"

static volatile sig_atomic_t requested, heeded;
static int agreed;
static const char *volatile useless;

bool qfpi_stop_request(int signal_number)
{
    requested = signal_number;
    return heeded != 0;
}

void qfpi_stop_heed(bool heeds)
{
    heeded = heeds;
}

void qfpi_stop_remove(const char *path)
{
    useless = path;
}

void qfpi_stop_clean(void)
{
    const char *path = useless;
    if (path != NULL && !heeded)
        unlink(path);
}

int qfpi_stop_requested(void)
{
    return requested;
}

int qfpi_stop_agreed(void)
{
    agreed = (int)qfpi_ranks_most(requested);
    return agreed;
}

int qfpi_stop_reason(void)
{
    return agreed != 0 ? agreed : requested;
}
