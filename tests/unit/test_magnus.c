/* Time dependence in the propagators: L(t) = Σ_i f_i(t) L_i with dense matrices.  A spin in a field
 * that turns has a closed form; a pulse is integrated beside it by Runge-Kutta in steps far shorter. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "evolve/propagator.h"

enum { DIM = 6, PARTS = 2, POINTS = 16385 };

typedef struct drive {
    double centre, width, height; /* of a Gaussian, f_1; or of its derivative */
    bool is_odd;
    double omega; /* 0; or f_0 = cos ωt, f_1 = sin ωt */
} drive;

typedef struct driven {
    drive drive;
    const qfp_backend *backend;
    qfp_context *context;
    double part[PARTS + 1][DIM * DIM]; /* the last does not depend on time */
    double now[DIM * DIM];
    double asked_from, asked_to; /* times that were asked for */
    qfp_time_mesh mesh;
    qfp_linear_map map;
    qfp_time_map time;
    qfp_buffer *u;
    qfp_propagator *propagator;
} driven;

static void functions_at(const drive *d, double t, double f[PARTS])
{
    double x = d->width > 0.0 ? (t - d->centre) / d->width : 0.0;
    f[0] = d->omega != 0.0 ? cos(d->omega * t) : 0.0;
    f[1] = d->omega != 0.0 ? sin(d->omega * t) : d->height * (d->is_odd ? x : 1.0) * exp(-x * x);
}

static qfp_status set(void *self, int count, const double *t, const double *weight)
{
    driven *s = self;
    memset(s->now, 0, sizeof s->now);
    for (int k = 0; k < count; k++) {
        double f[PARTS + 1] = {[PARTS] = 1.0};
        functions_at(&s->drive, t[k], f);
        s->asked_from = fmin(s->asked_from, t[k]);
        s->asked_to = fmax(s->asked_to, t[k]);
        for (int i = 0; i <= PARTS; i++)
            for (int e = 0; e < DIM * DIM; e++)
                s->now[e] += weight[k] * f[i] * s->part[i][e];
    }
    return QFP_OK;
}

static void multiply(const double *m, const double *x, double *y)
{
    for (int i = 0; i < DIM; i++) {
        y[i] = 0.0;
        for (int j = 0; j < DIM; j++)
            y[i] += m[i * DIM + j] * x[j];
    }
}

static qfp_status apply(void *self, qfp_buffer *u, qfp_buffer *y)
{
    driven *s = self;
    double x[DIM], out[DIM];
    QFP_TRY(s->backend->vector->download(u, 0, DIM, x));
    multiply(s->now, x, out);
    return s->backend->vector->upload(y, 0, DIM, out);
}

static void rotate_in(double *m, int a, int b, double rate)
{
    m[a * DIM + b] -= rate;
    m[b * DIM + a] += rate;
}

static void set_mesh(driven *s, double end)
{
    double *time = malloc(POINTS * sizeof *time);
    double *value = malloc(PARTS * POINTS * sizeof *value);
    double *scale = malloc(PARTS * sizeof *scale);
    for (int j = 0; j < POINTS; j++) {
        double f[PARTS];
        time[j] = end * j / (POINTS - 1);
        functions_at(&s->drive, time[j], f);
        for (int i = 0; i < PARTS; i++)
            value[i * POINTS + j] = f[i];
    }
    scale[0] = scale[1] = 2.0;
    cr_assert(eq(int, qfp_time_mesh_create(POINTS, time, PARTS, value, scale, &s->mesh), QFP_OK));
}

static void start(driven *s, qfp_integrator integrator, double end, double tolerance)
{
    double unit[DIM] = {1.0};
    s->backend = qfp_backend_cpu();
    cr_assert(eq(int, s->backend->device->context_create(1, &s->context), QFP_OK));
    cr_assert(eq(int, s->backend->vector->create(s->context, DIM, &s->u), QFP_OK));
    cr_assert(eq(int, s->backend->vector->upload(s->u, 0, DIM, unit), QFP_OK));
    set_mesh(s, end);
    s->map = (qfp_linear_map){.backend = s->backend,
                              .context = s->context,
                              .count = DIM,
                              .skew = true,
                              .self = s,
                              .apply = apply};
    s->time = (qfp_time_map){.self = s, .set = set, .mesh = &s->mesh};
    const double zero = 0.0, one = 1.0;
    cr_assert(eq(int, set(s, 1, &zero, &one), QFP_OK));
    s->asked_from = s->asked_to = 0.0;
    const qfp_propagator_options options = {
        .integrator = integrator, .tolerance = tolerance, .time_scale = end, .time = &s->time};
    cr_assert(eq(int, qfp_propagator_create(&s->map, &options, &s->propagator), QFP_OK));
}

static void end(driven *s)
{
    qfp_propagator_destroy(s->propagator);
    qfp_time_mesh_destroy(&s->mesh);
    s->backend->vector->destroy(s->u);
    s->backend->device->context_destroy(s->context);
}

static double off_by(const driven *s, const double *wanted)
{
    double u[DIM], sum = 0.0;
    cr_assert(eq(int, s->backend->vector->download(s->u, 0, DIM, u), QFP_OK));
    for (int i = 0; i < DIM; i++)
        sum += (u[i] - wanted[i]) * (u[i] - wanted[i]);
    return sqrt(sum);
}

/* ẋ = Ω × x with Ω = (g cos ωt, g sin ωt, 0) + δ e_3: in the frame that turns with ω about e_3 the
 * field (g, 0, δ − ω) stands still. */
static driven spin(double g, double delta, double omega)
{
    driven s = {.drive = {.omega = omega}};
    rotate_in(s.part[0], 1, 2, g);
    rotate_in(s.part[1], 2, 0, g);
    rotate_in(s.part[PARTS], 0, 1, delta);
    return s;
}

static void spin_at(double g, double delta, double omega, double t, double *x)
{
    double w = sqrt(g * g + (delta - omega) * (delta - omega));
    double n[3] = {g / w, 0.0, (delta - omega) / w}, c = cos(w * t), sn = sin(w * t);
    /* of e_1: c e_1 + sin n × e_1 + (1 − c) n n_1 */
    double y[3] = {c + (1.0 - c) * n[0] * n[0], sn * n[2], (1.0 - c) * n[2] * n[0] - sn * n[1]};
    memset(x, 0, DIM * sizeof *x);
    x[0] = cos(omega * t) * y[0] - sin(omega * t) * y[1];
    x[1] = sin(omega * t) * y[0] + cos(omega * t) * y[1];
    x[2] = y[2];
}

#define G 3.0
#define DELTA 2.0
#define OMEGA 5.0

/* Steps of a given length: each advance is as long, and any error will do. */
static double error_with_steps(int steps)
{
    double wanted[DIM], t = 2.0;
    driven s = spin(G, DELTA, OMEGA);
    start(&s, QFP_INTEGRATOR_AUTO, t, 1e9);
    qfp_propagation progress = *qfp_propagator_progress(s.propagator);
    progress.proposed = t;
    cr_assert(eq(int, qfp_propagator_resume(s.propagator, &progress), QFP_OK));
    for (int k = 0; k < steps; k++)
        cr_assert(
            eq(int, qfp_propagator_advance(s.propagator, s.u, t / steps, NULL, NULL), QFP_OK));
    spin_at(G, DELTA, OMEGA, t, wanted);
    double error = off_by(&s, wanted);
    end(&s);
    return error;
}

Test(magnus, converges_at_order_four)
{
    double coarse = error_with_steps(16), fine = error_with_steps(32);
    double order = log2(coarse / fine);
    /* (ωh/2)² of the next order, with ωh = 0.3 */
    cr_assert(epsilon_eq(dbl, order, 4.0, 0.1), "order %g, from %g", order, coarse);
}

/* What is stated covers the error, and is not thirty times as large. */
Test(magnus, meets_its_tolerance_and_states_it)
{
    const qfp_integrator inner[] = {QFP_INTEGRATOR_AUTO, QFP_INTEGRATOR_KRYLOV,
                                    QFP_INTEGRATOR_CHEBYSHEV};
    const char *names[] = {"magnus (krylov)", "magnus (krylov)", "magnus (chebyshev)"};
    for (int i = 0; i < 3; i++)
        for (double tolerance = 1e-4; tolerance > 1e-12; tolerance *= 1e-3) {
            double wanted[DIM], t = 10.0;
            driven s = spin(G, DELTA, OMEGA);
            start(&s, inner[i], t, tolerance);
            cr_assert(eq(str, (char *)qfp_propagator_name(s.propagator), (char *)names[i]));
            for (int k = 0; k < 2; k++)
                cr_assert(eq(int, qfp_propagator_advance(s.propagator, s.u, 0.5 * t, NULL, NULL),
                             QFP_OK));
            spin_at(G, DELTA, OMEGA, t, wanted);
            double error = off_by(&s, wanted);
            double stated = qfp_propagation_error(qfp_propagator_progress(s.propagator), 1.1e-16);
            cr_assert(le(dbl, error, tolerance), "%s: %g, error %g", names[i], tolerance, error);
            cr_assert(le(dbl, error, stated), "%s: %g, stated %g", names[i], error, stated);
            /* the estimate is that of a smooth drive */
            cr_assert(le(dbl, stated, 3.0 * error), "%s: %g, stated %g", names[i], error, stated);
            end(&s);
        }
}

/* Two blocks turn at all times, and the pulse couples them; or it alone moves anything. */
static driven pulsed(double centre, double width, double height, bool alone)
{
    driven s = {.drive = {.centre = centre, .width = width, .height = height}};
    for (int k = 0; k < DIM - 1; k++)
        rotate_in(s.part[1], k, k + 1, 1.0 / (1.0 + k));
    for (int k = 0; k < DIM && !alone; k += 2)
        rotate_in(s.part[PARTS], k, k + 1, 1.0 + k);
    return s;
}

static void runge_kutta(driven *s, double from, double to, int steps, double *x)
{
    const double c[4] = {0.0, 0.5, 0.5, 1.0}, b[4] = {1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6};
    const double one = 1.0;
    for (int n = 0; n < steps; n++) {
        double h = (to - from) / steps, k[DIM] = {0}, y[DIM], sum[DIM] = {0};
        for (int i = 0; i < 4; i++) {
            double at = from + h * (n + c[i]);
            for (int j = 0; j < DIM; j++)
                y[j] = x[j] + c[i] * h * k[j];
            cr_assert(eq(int, set(s, 1, &at, &one), QFP_OK));
            multiply(s->now, y, k);
            for (int j = 0; j < DIM; j++)
                sum[j] += b[i] * h * k[j];
        }
        for (int j = 0; j < DIM; j++)
            x[j] += sum[j];
    }
}

/* A run of length 10 with a pulse of that width. */
static void try_pulse(double width, double centre, bool alone, bool is_odd)
{
    double wanted[DIM] = {1.0}, run = 10.0, height = is_odd ? 1.0 / width : 0.5 / width;
    driven s = pulsed(centre, width, height, alone);
    s.drive.is_odd = is_odd;
    double before = centre - 8.0 * width, after = centre + 8.0 * width;
    runge_kutta(&s, 0.0, before, 20000, wanted);
    runge_kutta(&s, before, after, 8000, wanted);
    runge_kutta(&s, after, run, 20000, wanted);
    start(&s, QFP_INTEGRATOR_AUTO, run, 1e-9);
    cr_assert(eq(int, qfp_propagator_advance(s.propagator, s.u, run, NULL, NULL), QFP_OK));
    double error = off_by(&s, wanted), stated = qfp_propagator_progress(s.propagator)->error;
    cr_assert(le(dbl, error, 1e-9), "width %g at %g: %g", width, centre, error);
    /* the other integration is good to 2e-12 */
    cr_assert(le(dbl, error, stated + 2e-12), "width %g at %g: %g, stated %g", width, centre, error,
              stated);
    cr_assert(lt(ulong, s.map.applications, 40000), "%zu", s.map.applications);
    cr_assert(ge(dbl, s.asked_from, 0.0));
    cr_assert(le(dbl, s.asked_to, run));
    end(&s);
}

/* A thousandth of the run wide, and a tenth of that. */
Test(magnus, no_step_jumps_over_a_pulse)
{
    for (double width = 1e-2; width > 5e-4; width /= 10.0)
        for (double centre = 0.3137; centre < 10.0; centre += 1.6180339) {
            try_pulse(width, centre, true, false);
            try_pulse(width, centre, false, false);
        }
}

/* Whose integral vanishes, and whose first moment does not. */
Test(magnus, no_step_jumps_over_an_odd_pulse)
{
    for (double centre = 0.3137; centre < 10.0; centre += 1.6180339)
        try_pulse(2e-3, centre, false, true);
}

/* Alone, since the estimate of a step may see it too: in the middle of a half, where both Gauss points are
 * far away.  What is smooth, and what stands still, shortens nothing. */
Test(magnus, the_mesh_shortens_a_step_that_misses_something)
{
    driven s = {.drive = {.centre = 2.0, .width = 2e-3, .height = 1.0}};
    for (int is_odd = 0; is_odd < 2; is_odd++) {
        s.drive.is_odd = is_odd;
        set_mesh(&s, 10.0);
        cr_assert(lt(dbl, qfp_time_mesh_step(&s.mesh, 0.0, 8.0, 1e-9), 2.1), "%d", is_odd);
        cr_assert(eq(dbl, qfp_time_mesh_step(&s.mesh, 3.0, 6.0, 1e-9), 6.0));
        double still = qfp_time_mesh_still(&s.mesh, 0.5, 9.0);
        /* e^{−x²} < 1e-15 from 5.9 widths on, and a cell */
        cr_assert(epsilon_eq(dbl, still, 2.0 - 6.0 * 2e-3, 1e-3), "%g", still);
        cr_assert(eq(dbl, qfp_time_mesh_still(&s.mesh, 5.0, 9.0), 9.0));
        qfp_time_mesh_destroy(&s.mesh);
    }
    s.drive = (drive){.omega = 1.0};
    set_mesh(&s, 10.0);
    cr_assert(eq(dbl, qfp_time_mesh_step(&s.mesh, 1.0, 0.8, 1e-9), 0.8));
    qfp_time_mesh_destroy(&s.mesh);
}

/* L(T − t) with the opposite sign undoes it. */
Test(magnus, goes_back)
{
    double t = 3.0, unit[DIM] = {1.0};
    driven s = pulsed(1.1, 0.2, 4.0, false);
    start(&s, QFP_INTEGRATOR_AUTO, t, 1e-10);
    cr_assert(eq(int, qfp_propagator_advance(s.propagator, s.u, t, NULL, NULL), QFP_OK));
    double u[DIM];
    cr_assert(eq(int, s.backend->vector->download(s.u, 0, DIM, u), QFP_OK));
    end(&s);
    driven back = pulsed(t - 1.1, 0.2, 4.0, false);
    for (int i = 0; i <= PARTS; i++)
        for (int e = 0; e < DIM * DIM; e++)
            back.part[i][e] = -back.part[i][e];
    start(&back, QFP_INTEGRATOR_AUTO, t, 1e-10);
    cr_assert(eq(int, back.backend->vector->upload(back.u, 0, DIM, u), QFP_OK));
    cr_assert(eq(int, qfp_propagator_advance(back.propagator, back.u, t, NULL, NULL), QFP_OK));
    double error = off_by(&back, unit);
    cr_assert(le(dbl, error, 2e-10), "%g", error); /* the tolerance, twice */
    end(&back);
}

typedef struct note {
    driven *s;
    qfp_propagation at;
    double u[DIM];
    int steps, stop_after;
} note;

static qfp_status take_note(void *data, double advanced, qfp_buffer *u)
{
    note *n = data;
    (void)advanced;
    if (++n->steps != n->stop_after)
        return QFP_OK;
    n->at = *qfp_propagator_progress(n->s->propagator);
    cr_assert(eq(int, n->s->backend->vector->download(u, 0, DIM, n->u), QFP_OK));
    return QFP_INTERRUPTED;
}

static void both_parts(driven *s)
{
    cr_assert(eq(int, qfp_propagator_advance(s->propagator, s->u, 4.5, NULL, NULL), QFP_OK));
    cr_assert(eq(int, qfp_propagator_advance(s->propagator, s->u, 5.5, NULL, NULL), QFP_OK));
}

/* Stops after a step in the middle of what was asked for and goes on, with another propagator, to the same
 * bits; false: there is no such step. */
static bool goes_on(int stop_after, const double *whole)
{
    double u[DIM], run = 10.0;
    driven s = pulsed(4.1, 1e-2, 50.0, false), other = s;
    note n = {.s = &s, .stop_after = stop_after};
    start(&s, QFP_INTEGRATOR_AUTO, run, 1e-9);
    qfp_status status = qfp_propagator_advance(s.propagator, s.u, 4.5, take_note, &n);
    end(&s);
    if (status == QFP_OK)
        return false;
    start(&other, QFP_INTEGRATOR_AUTO, run, 1e-9);
    cr_assert(eq(int, other.backend->vector->upload(other.u, 0, DIM, n.u), QFP_OK));
    cr_assert(eq(int, qfp_propagator_resume(other.propagator, &n.at), QFP_OK));
    both_parts(&other);
    cr_assert(eq(int, other.backend->vector->download(other.u, 0, DIM, u), QFP_OK));
    cr_assert(zero(int, memcmp(u, whole, sizeof u)), "after step %d", stop_after);
    end(&other);
    return true;
}

Test(magnus, goes_on_to_the_bit)
{
    double whole[DIM];
    int resumed = 0;
    driven s = pulsed(4.1, 1e-2, 50.0, false);
    start(&s, QFP_INTEGRATOR_AUTO, 10.0, 1e-9);
    both_parts(&s);
    cr_assert(eq(int, s.backend->vector->download(s.u, 0, DIM, whole), QFP_OK));
    end(&s);
    for (int step = 1; goes_on(step, whole); step += step < 12 ? 1 : 30)
        resumed++;
    cr_assert(lt(int, 12, resumed));
}

Test(magnus, refuses_runge_kutta)
{
    driven s = spin(G, DELTA, OMEGA);
    start(&s, QFP_INTEGRATOR_AUTO, 1.0, 1e-8);
    const qfp_propagator_options options = {
        .integrator = QFP_INTEGRATOR_RK4, .tolerance = 1e-8, .time_scale = 1.0, .time = &s.time};
    qfp_propagator *other = NULL;
    cr_assert(eq(int, qfp_propagator_create(&s.map, &options, &other), QFP_CONFIG));
    cr_assert(zero(ptr, other));
    cr_assert(strstr(qfp_last_error(), "rk4") != NULL, "%s", qfp_last_error());
    end(&s);
}
