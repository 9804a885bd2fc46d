/* late.c - preloaded: a process that is done takes a second to end. */
#include <unistd.h>

__attribute__((destructor)) static void end_late(void)
{
    sleep(1);
}
