/* footprint.h - how much memory a stretch of work takes of the process, by the kernel's word. */
#ifndef QFPI_FOOTPRINT_H
#define QFPI_FOOTPRINT_H

typedef struct qfpi_footprint {
    double before; /* bytes resident at the reset; NaN: the kernel does not tell */
} qfpi_footprint;

/* The peak is counted anew from here on (Linux: /proc/self/clear_refs). */
void qfpi_footprint_reset(qfpi_footprint *out);
/* Bytes by which the peak since then is above what was resident before; NaN: not known. */
double qfpi_footprint_peak(const qfpi_footprint *f);

#endif
