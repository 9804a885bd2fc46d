/* taper.h - how the multipliers of a generator fade out beyond the reach of a state. */
#ifndef QFPI_TAPER_H
#define QFPI_TAPER_H

/* Factors of mode `mode` in the mixed spaces A and B, windows of phase_grid.h; `grid` is a
 * qfp_phase_grid, whose radii they take. */
/* 1 where √(coordinate² + wavenumber²/4) is within the radius, 0 beyond QFP_TAPER_END of it; 1 where radius is 0. */
#define QFP_TAPER_END 1.08
double qfp_taper(double radius, double coordinate, double wavenumber);

double qfp_taper_a(const void *grid, int mode, double q, double k_p);
double qfp_taper_b(const void *grid, int mode, double k_q, double p);

#endif
