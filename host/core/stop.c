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

qfp_status qfpi_stop_agree_at(double t, int *number)
{
    double most[] = {requested, t, -t};
    qfpi_ranks_most_of(3, most);
    agreed = *number = (int)most[0];
    if (most[1] == -most[2])
        return QFP_OK;
    return QFP_FAIL(QFP_DEVICE,
                    "one rank is at t = %.17g, another at t = %.17g: they do not round alike; "
                    "start all of them on processors of one kind with as many threads each",
                    -most[2], most[1]);
}

int qfpi_stop_reason(void)
{
    return agreed != 0 ? agreed : requested;
}
