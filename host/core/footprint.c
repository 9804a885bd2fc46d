#include "core/footprint.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* "VmHWM:     1234 kB" of /proc/self/status, in bytes; NaN: there is none. */
static double read_status(const char *key)
{
    char line[256];
    double kilobytes = NAN;
    FILE *file = fopen("/proc/self/status", "r");
    size_t length = strlen(key);
    while (file != NULL && isnan(kilobytes) && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, key, length) != 0 || sscanf(line + length, "%lf", &kilobytes) != 1)
            kilobytes = NAN;
    if (file != NULL)
        fclose(file);
    return 1024.0 * kilobytes;
}

void qfpi_footprint_reset(qfpi_footprint *out)
{
    FILE *file = fopen("/proc/self/clear_refs", "w");
    bool is_reset = file != NULL && fputs("5", file) >= 0; /* 5: the peak */
    if (file != NULL)
        is_reset = fclose(file) == 0 && is_reset;
    out->before = is_reset ? read_status("VmRSS:") : NAN;
}

double qfpi_footprint_peak(const qfpi_footprint *f)
{
    return fmax(read_status("VmHWM:") - f->before, 0.0) + 0.0 * f->before;
}
