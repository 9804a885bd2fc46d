#include "evolve/time_mesh.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A function that changes by less, relative to its largest value, stays what it is. */
#define STILL 1e-15
/* A smooth function is missed by h⁵ and h⁶: two halves miss 16 and 32 times less. */
#define SMOOTH 4.0

/* Slope at point j of the parabola through it and two of its neighbours. */
static double slope_of_parabola(const double *t, const double *f, size_t j, size_t middle)
{
    double a = t[middle] - t[middle - 1], b = t[middle + 1] - t[middle];
    double left = (f[middle] - f[middle - 1]) / a, right = (f[middle + 1] - f[middle]) / b;
    return (b * left + a * right) / (a + b) + 2.0 * (t[j] - t[middle]) * (right - left) / (a + b);
}

/* The spline whose second derivative has no jumps, by Thomas's algorithm. */
static void find_slopes(size_t points, const double *t, const double *f, double *slope,
                        double *room)
{
    slope[0] = slope_of_parabola(t, f, 0, 1);
    slope[points - 1] = slope_of_parabola(t, f, points - 1, points - 2);
    room[0] = 0.0;
    for (size_t j = 1; j + 1 < points; j++) {
        double a = 1.0 / (t[j] - t[j - 1]), b = 1.0 / (t[j + 1] - t[j]);
        double right = 3.0 * (a * a * (f[j] - f[j - 1]) + b * b * (f[j + 1] - f[j]));
        double pivot = 2.0 * (a + b) - a * room[j - 1];
        slope[j] = (right - a * slope[j - 1]) / pivot;
        room[j] = b / pivot;
    }
    for (size_t j = points - 2; j > 0; j--)
        slope[j] -= room[j] * slope[j + 1];
}

static bool varies(size_t points, const double *f)
{
    double low = f[0], high = f[0];
    for (size_t j = 1; j < points; j++) {
        low = fmin(low, f[j]);
        high = fmax(high, f[j]);
    }
    return high - low > STILL * fmax(fabs(low), fabs(high));
}

static void drop_constants(qfp_time_mesh *m)
{
    size_t kept = 0;
    for (size_t i = 0; i < m->functions; i++) {
        if (!varies(m->points, m->value + i * m->points))
            continue;
        memmove(m->value + kept * m->points, m->value + i * m->points,
                m->points * sizeof *m->value);
        m->scale[kept++] = m->scale[i];
    }
    m->functions = kept;
}

qfp_status qfp_time_mesh_create(size_t points, double *time, size_t functions, double *value,
                                double *scale, qfp_time_mesh *out)
{
    *out = (qfp_time_mesh){
        .points = points, .functions = functions, .time = time, .value = value, .scale = scale};
    drop_constants(out);
    double *room = NULL;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(room, points, "a mesh in time"));
    QFP_TRY_GOTO(QFP_ALLOCATE(out->slope, out->functions * points + 1, "a mesh in time"));
    QFP_TRY_GOTO(QFP_ALLOCATE(out->largest, out->functions + 1, "a mesh in time"));
    for (size_t i = 0; i < out->functions; i++) {
        find_slopes(points, time, value + i * points, out->slope + i * points, room);
        for (size_t j = 0; j < points; j++)
            out->largest[i] = fmax(out->largest[i], fabs(value[i * points + j]));
    }
done:
    free(room);
    if (status != QFP_OK)
        qfp_time_mesh_destroy(out);
    return status;
}

void qfp_time_mesh_destroy(qfp_time_mesh *mesh)
{
    free(mesh->time);
    free(mesh->value);
    free(mesh->slope);
    free(mesh->scale);
    free(mesh->largest);
    *mesh = (qfp_time_mesh){0};
}

/* The interval [time[j], time[j + 1]] in which t lies; the outer ones go on to infinity. */
static size_t cell_of(const qfp_time_mesh *m, double t)
{
    size_t low = 0, high = m->points - 1;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        *(m->time[middle] <= t ? &low : &high) = middle;
    }
    return low;
}

/* The cubic of cell j. */
static double value_in(const qfp_time_mesh *m, size_t i, size_t j, double t)
{
    const double *f = m->value + i * m->points + j, *d = m->slope + i * m->points + j;
    double w = m->time[j + 1] - m->time[j], x = (t - m->time[j]) / w;
    double a = w * d[0] - (f[1] - f[0]), b = (f[1] - f[0]) - w * d[1];
    return f[0] + x * (f[1] - f[0]) + x * (1.0 - x) * (a * (1.0 - x) + b * x);
}

static double value_at(const qfp_time_mesh *m, size_t i, double t)
{
    return value_in(m, i, cell_of(m, t), t);
}

/* The third derivative in cell j. */
static double third_derivative(const qfp_time_mesh *m, size_t i, size_t j)
{
    const double *f = m->value + i * m->points + j, *d = m->slope + i * m->points + j;
    double w = m->time[j + 1] - m->time[j];
    return 6.0 * (d[0] + d[1] - 2.0 * (f[1] - f[0]) / w) / (w * w);
}

/* About what the integral over cell j of the function may differ from that of the cubic. */
static double roughness(const qfp_time_mesh *m, size_t i, size_t j)
{
    double w = m->time[j + 1] - m->time[j], jump = 0.0;
    if (j > 0)
        jump = fabs(third_derivative(m, i, j) - third_derivative(m, i, j - 1));
    if (j + 2 < m->points)
        jump = fmax(jump, fabs(third_derivative(m, i, j + 1) - third_derivative(m, i, j)));
    return w * w * w * w * jump / 720.0;
}

/* What the Gauss points of [t, t + h] miss of the two moments of function i, the second in units of
 * ½h, and what the mesh itself does not know of them.  Three points are exact in every cell. */
typedef struct moments {
    double zeroth, first, unknown;
} moments;

static moments missed(const qfp_time_mesh *m, size_t i, double t, double h)
{
    static const double node[3] = {-0.7745966692414834, 0.0, 0.7745966692414834};
    static const double weight[3] = {5.0 / 18.0, 8.0 / 18.0, 5.0 / 18.0};
    double middle = t + 0.5 * h, base = value_at(m, i, middle), gauss = h * sqrt(3.0) / 6.0;
    moments sum = {0.0, 0.0, 0.0};
    size_t last = cell_of(m, t + h);
    for (size_t j = cell_of(m, t); j <= last; j++) {
        double from = fmax(t, j > 0 ? m->time[j] : t);
        double to = j == last ? t + h : fmin(t + h, m->time[j + 1]), w = to - from;
        if (w > 0.0)
            sum.unknown += roughness(m, i, j);
        for (int k = 0; k < 3 && w > 0.0; k++) {
            double s = from + 0.5 * w * (1.0 + node[k]);
            double part = weight[k] * w * (value_in(m, i, j, s) - base);
            sum.zeroth += part;
            sum.first += part * (s - middle) / (0.5 * h);
        }
    }
    double before = value_at(m, i, middle - gauss) - base;
    double after = value_at(m, i, middle + gauss) - base;
    sum.zeroth = fabs(sum.zeroth - 0.5 * h * (before + after));
    sum.first = fabs(sum.first - h * sqrt(3.0) / 6.0 * (after - before));
    return sum;
}

/* Do the two halves see function i, or would shorter steps see another one? */
static bool is_seen(const qfp_time_mesh *m, size_t i, double t, double h, double rate)
{
    moments left = missed(m, i, t, 0.5 * h), right = missed(m, i, t + 0.5 * h, 0.5 * h);
    double zeroth = left.zeroth + right.zeroth, first = left.first + right.first;
    double allowed = rate * h / m->scale[i] + left.unknown + right.unknown;
    if (fmax(zeroth, first) <= allowed)
        return true;
    moments whole = missed(m, i, t, h);
    return zeroth <= fmax(whole.zeroth / SMOOTH, allowed) &&
           first <= fmax(whole.first / SMOOTH, allowed);
}

double qfp_time_mesh_step(const qfp_time_mesh *m, double t, double h, double rate)
{
    for (size_t i = 0; i < m->functions; i++)
        while (!is_seen(m, i, t, h, rate)) {
            size_t j = cell_of(m, t);
            if (h <= 0.5 * (m->time[j + 1] - m->time[j]))
                return h;
            h *= 0.5;
        }
    return h;
}

double qfp_time_mesh_still(const qfp_time_mesh *m, double t, double end)
{
    size_t first = cell_of(m, t), j = m->points;
    for (size_t i = 0; i < m->functions; i++) {
        const double *f = m->value + i * m->points;
        size_t k = first;
        while (k + 1 < j && fabs(f[k + 1] - f[first]) <= STILL * m->largest[i])
            k++;
        j = k + 1;
    }
    return m->functions == 0 || j == m->points ? end : fmin(end, fmax(t, m->time[j - 1]));
}

double qfp_time_mesh_extreme(const qfp_time_mesh *m, size_t i, int side)
{
    const double *f = m->value + i * m->points;
    size_t at = 0;
    for (size_t j = 1; j < m->points; j++)
        if (side == 0 ? f[j] < f[at] : f[j] > f[at])
            at = j;
    return m->time[at];
}
