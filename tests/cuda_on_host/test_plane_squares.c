/* test_plane_squares.c - master equations in the form of squares: the planes and symbols of the CPU and of the
 * CUDA sources against transforms of the whole grid. */
#include "generator_rig.h"

static const struct {
    const char *hamiltonian, *dissipation;
    qfp_grid shape;
    bool grows; /* the symmetric rest ¼{[c, c†], ·} is positive */
} systems[] = {
    /* squares in the body, a square of a plane, one of transforms, gain */
    {"0.5*ad^2*a^2 + 0.3*hc(a^2)",
     "[{operator: a, rate: 0.4}, {operator: n, rate: 0.3}, {operator: \"a^2 - 1\", rate: 0.2}, "
     "{operator: ad, rate: 0.1}]",
     {.modes = 1, .points = {12}, .extent = {7.0, 7.5}},
     true},
    {"hc(ad[1]*a[2]) + 0.5*ad[1]^2*a[1]^2",
     "[{operator: \"n[1]\", rate: 0.3}, {operator: \"a[2]\", rate: 0.2}]",
     {.modes = 2, .points = {8, 6}, .extent = {7.0, 7.5, 7.0, 6.5}},
     true},
    /* dephasing alone: L is skew and negative */
    {"0.25*ad[2]^2*a[2]^2",
     "[{operator: \"n[1]\", rate: 0.3}, {operator: \"n[2]\", rate: 0.5}]",
     {.modes = 2, .points = {8, 6}, .extent = {7.0, 7.5, 7.0, 6.5}},
     false},
    /* jumps of two modes */
    {"hc(ad[1]*a[2])",
     "[{operator: \"a[1] + 0.5*ad[2]\", rate: 0.3}, {operator: \"n[1]*a[2]\", rate: 0.1}]",
     {.modes = 2, .points = {6, 8}, .extent = {6.0, 6.5, 7.0, 6.5}},
     true},
    {"hc(ad[1]*a[2]) - hc(ad[2]*a[3])",
     "[{operator: \"n[1] + a[2]\", rate: 0.3}, {operator: \"n[3]\", rate: 0.2}]",
     {.modes = 3, .points = {4, 6, 4}, .extent = {5.0, 6.0, 5.5, 5.0, 6.5, 5.0}},
     true},
};
enum { SYSTEMS = sizeof systems / sizeof *systems };

/* y = L u on the host, how many planes took part, and ⟨u, y⟩ / (‖u‖ ‖y‖). */
static double *applied(const qfp_backend *b, size_t s, double taper, bool anew, size_t *count,
                       int *planes, double *share)
{
    generator_rig d;
    qfp_application_cost cost;
    double uy, uu, yy;
    rig_of_master_equation(b, systems[s].hamiltonian, systems[s].dissipation, &systems[s].shape,
                           taper, &d);
    cr_assert(d.map->dissipative);
    if (anew) /* as a driven system does: something else, then the same again */
        for (int i = 0; i < 2; i++) {
            qfp_lindblad *l = &d.equation.lindblad;
            for (size_t k = 0; k < l->channel_count; k++)
                l->channels[k].rate *= i == 0 ? 2.0 : 0.5;
            OK(qfp_grid_generator_set(d.generator, l));
            OK(qfp_linear_map_apply(d.map, d.u, d.y));
        }
    qfp_grid_generator_cost(d.generator, &cost);
    *planes = cost.planes;
    *count = d.count;
    double *numbers = malloc(d.count * sizeof *numbers);
    OK(qfp_linear_map_apply(d.map, d.u, d.y));
    OK(b->vector->inner(d.count, 1, &d.u, d.y, &uy));
    OK(b->vector->inner(d.count, 1, &d.u, d.u, &uu));
    OK(b->vector->inner(d.count, 1, &d.y, d.y, &yy));
    *share = uy / sqrt(uu * yy);
    OK(b->vector->download(d.y, 0, d.count, numbers));
    rig_of_generator_destroy(&d);
    return numbers;
}

static void same(const double *x, const double *y, size_t count, double bound, const char *text)
{
    double largest = 0.0;
    for (size_t i = 0; i < count; i++)
        largest = fmax(largest, fabs(y[i]));
    for (size_t i = 0; i < count; i++)
        cr_assert(epsilon_eq(dbl, x[i], y[i], bound * largest), "%s", text);
}

/* Where nothing fades out planes and transforms of the whole grid are the same operator. */
Test(plane_squares, are_the_plain_ones)
{
    bool some = false;
    for (size_t s = 0; s < SYSTEMS; s++) {
        size_t count;
        int with, without;
        double share;
        double *plain = applied(backend_of_transforms(), s, 0.0, false, &count, &without, &share);
        double *cpu = applied(qfp_backend_cpu(), s, 0.0, false, &count, &with, &share);
        double *cuda = applied(qfp_backend_cuda(), s, 0.0, false, &count, &with, &share);
        double *anew = applied(qfp_backend_cuda(), s, 0.0, true, &count, &with, &share);
        cr_assert(eq(int, without, 0));
        some = some || with > 2;
        /* rounding of two dozen transforms */
        same(cuda, plain, count, 1e-13, systems[s].dissipation);
        same(cpu, plain, count, 1e-13, systems[s].dissipation);
        same(anew, cuda, count, 0.0,
             systems[s].dissipation); /* the same numbers in the same order */
        free(plain);
        free(cpu);
        free(cuda);
        free(anew);
    }
    cr_assert(some, "no square was applied by planes");
}

/* All modes fade out alike, and what the rest makes grow outside is absorbed. */
Test(plane_squares, absorb_outside_the_tapers)
{
    for (size_t s = 0; s < SYSTEMS; s++) {
        size_t count;
        int planes;
        double share, without;
        free(applied(qfp_backend_cuda(), s, 0.0, false, &count, &planes, &without));
        double *cpu = applied(qfp_backend_cpu(), s, 2.0, false, &count, &planes, &share);
        double *cuda = applied(qfp_backend_cuda(), s, 2.0, false, &count, &planes, &share);
        same(cuda, cpu, count, 1e-13, systems[s].dissipation);
        if (s == 0)
            cr_assert(lt(dbl, share, without - 1e-2), "%g, %g", share, without);
        free(cpu);
        free(cuda);
    }
}

/* Dephasing never lets the norm of noise grow, whatever fades out; and it does something. */
Test(plane_squares, are_negative)
{
    for (size_t s = 0; s < SYSTEMS; s++) {
        size_t count;
        int planes;
        double share;
        if (systems[s].grows)
            continue;
        free(applied(qfp_backend_cuda(), s, 2.0, false, &count, &planes, &share));
        cr_assert(lt(dbl, share, -1e-2), "%s: %g", systems[s].dissipation, share);
    }
}
