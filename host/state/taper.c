#include "state/taper.h"

#include <math.h>

#include "state/phase_grid.h"

#define TAPER_WIDTH (QFP_TAPER_END - 1.0)

/* 1 inside the radius R, 0 beyond 1.08 R, infinitely smooth between: the narrower the fade, the
 * smaller the spectral radius, and the state is below the tolerance there anyway.  In space A the
 * array is ρ(x + y/2, x − y/2) with y ↔ k_P: a state that keeps |x| ≤ R in both arguments of ρ
 * obeys Q² + (k_P/2)² ≤ R², where R is its reach along Q; in space B likewise with the reach along
 * P. */
double qfp_taper(double radius, double coordinate, double wavenumber)
{
    if (radius <= 0.0)
        return 1.0;
    double s = (hypot(coordinate, 0.5 * wavenumber) / radius - 1.0) / TAPER_WIDTH;
    if (s <= 0.0)
        return 1.0;
    if (s >= 1.0)
        return 0.0;
    double falling = exp(-1.0 / (1.0 - s)), rising = exp(-1.0 / s);
    return falling / (falling + rising);
}

double qfp_taper_a(const void *data, int mode, double q, double k_p)
{
    const qfp_phase_grid *grid = data;
    return qfp_taper(grid->taper[mode], q, k_p);
}

double qfp_taper_b(const void *data, int mode, double k_q, double p)
{
    const qfp_phase_grid *grid = data;
    return qfp_taper(grid->taper[grid->shape.modes + mode], p, k_q);
}
