/* test_plane_generator.c - generators cut into planes against transforms of the whole grid. */
#include "generator_rig.h"

/* y = L u on the host, and how many planes took part in it; the skewness ⟨u, y⟩ / (‖u‖ ‖y‖). */
static double *applied(const qfp_backend *b, const char *hamiltonian, const qfp_grid *shape,
                       double taper, size_t *count, int *planes, double *skewness)
{
    generator_rig d;
    qfp_application_cost cost;
    double uy, uu, yy;
    rig_of_generator(b, hamiltonian, shape, taper, &d);
    qfp_grid_generator_cost(d.generator, &cost);
    *planes = cost.planes;
    *count = d.count;
    double *numbers = malloc(d.count * sizeof *numbers);
    OK(qfp_linear_map_apply(d.map, d.u, d.y));
    OK(b->vector->inner(d.count, 1, &d.u, d.y, &uy));
    OK(b->vector->inner(d.count, 1, &d.u, d.u, &uu));
    OK(b->vector->inner(d.count, 1, &d.y, d.y, &yy));
    *skewness = uy / sqrt(uu * yy);
    OK(b->vector->download(d.y, 0, d.count, numbers));
    rig_of_generator_destroy(&d);
    return numbers;
}

static const struct {
    const char *hamiltonian;
    qfp_grid shape;
    int planes;
} systems[] = {
    {"hc(ad[1]*a[2]) + 0.5*ad[1]^2*a[1]^2 + 0.25*ad[2]^2*a[2]^2",
     {.modes = 2, .points = {8, 6}, .extent = {7.0, 7.5, 7.0, 6.5}},
     2},
    {"hc((0.6 + 0.8*I)*ad[1]*a[2]) - hc(ad[2]*a[3]) + 0.5*ad[2]^2*a[2]^2",
     {.modes = 3, .points = {4, 6, 4}, .extent = {5.0, 6.0, 5.5, 5.0, 6.5, 5.0}},
     3},
    /* third derivatives of both modes stay behind */
    {"hc(ad[1]^2*a[2])", {.modes = 2, .points = {8, 6}, .extent = {7.0, 7.5, 7.0, 6.5}}, 2},
    {"ad[1]*a[1] + 0.7*ad[2]*a[2] - 0.4*ad[1]*a[1]*x[2]",
     {.modes = 2, .points = {8, 6}, .extent = {7.0, 7.5, 7.0, 6.5}},
     2},
    /* everything else rides along with the third derivatives */
    {"ad[1]*a[1]*ad[2]*a[2]", {.modes = 2, .points = {8, 6}, .extent = {7.0, 7.5, 7.0, 6.5}}, 0},
};

static const qfp_backend *(*const backends[])(void) = {qfp_backend_cpu, qfp_backend_cuda};
enum { BACKENDS = sizeof backends / sizeof *backends };

/* Where nothing fades out they are the same operator. */
Test(plane_generator, is_the_plain_one)
{
    for (size_t s = 0; s < sizeof systems / sizeof *systems; s++) {
        size_t count;
        int planes;
        double skewness, largest = 0.0;
        const char *text = systems[s].hamiltonian;
        const qfp_grid *shape = &systems[s].shape;
        double *plain =
            applied(backend_of_transforms(), text, shape, 0.0, &count, &planes, &skewness);
        cr_assert(eq(int, planes, 0));
        for (size_t i = 0; i < count; i++)
            largest = fmax(largest, fabs(plain[i]));
        for (int b = 0; b < BACKENDS; b++) {
            double *own = applied(backends[b](), text, shape, 0.0, &count, &planes, &skewness);
            cr_expect(eq(int, planes, systems[s].planes), "%s", text);
            for (size_t i = 0; i < count; i++) /* rounding of a dozen transforms of 8 points */
                cr_assert(epsilon_eq(dbl, own[i], plain[i], 1e-13 * largest), "%s", text);
            free(own);
        }
        free(plain);
    }
}

/* ⟨u, Lu⟩ = 0 for noise and whatever fades out: nothing is produced or lost but by rounding. */
Test(plane_generator, is_skew)
{
    for (size_t s = 0; s < sizeof systems / sizeof *systems; s++) {
        size_t count;
        int planes;
        double skewness;
        for (int b = 0; b < BACKENDS; b++) {
            free(applied(backends[b](), systems[s].hamiltonian, &systems[s].shape, 2.0, &count,
                         &planes, &skewness));
            /* the root of the number of cells times rounding of a dozen transforms */
            cr_expect(lt(dbl, fabs(skewness), 1e-14), "%s: %.2e", systems[s].hamiltonian, skewness);
        }
    }
}
