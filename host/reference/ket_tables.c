#include "reference/ket_tables.h"

#include <cblas.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define PACKET_END 8.7 /* e^{−x²/2} is nothing */
#define NUMBER_END 7.5 /* ⟨x|n⟩ is nothing so far beyond its turning point */
#define OVERLAP_END                                                                                \
    11.0 /* nor is ⟨α|n⟩: 12.2 from the origin for the vacuum, less far for others */
enum { ROWS = 16 };          /* of q, whose packets share their x */
enum { MOST_TABLED = 1500 }; /* levels of a table of ⟨x|n⟩; above, it would not pay */
enum { LANES = 8 };

static double turning_point(double levels)
{
    return sqrt(2.0 * levels + 1.0);
}

void qfp_ket_tables_destroy(qfp_ket_tables *t)
{
    double *all[] = {t->q,    t->p,   t->oscillator, t->packet,
                     t->wave, t->psi, t->product,    t->amplitude};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]);
    *t = (qfp_ket_tables){0};
}

static void range_of(size_t count, const double *x, double *low, double *high)
{
    *low = INFINITY;
    *high = -INFINITY;
    for (size_t i = 0; i < count; i++) {
        *low = fmin(*low, x[i]);
        *high = fmax(*high, x[i]);
    }
}

/* A sum with this step gives the amplitudes at p + 2πk/step as well: none of them may be at a p that is asked
 * for and lies where there are any. */
static void choose_points(qfp_ket_tables *t)
{
    double turn = turning_point((double)t->levels), low, high, p_low, p_high;
    range_of(t->n_q, t->q, &low, &high);
    range_of(t->n_p, t->p, &p_low, &p_high);
    double asked = fmin(fmax(fabs(p_low), fabs(p_high)), turn + OVERLAP_END);
    t->step = 2.0 * M_PI / (turn + OVERLAP_END + asked);
    t->first = fmax(low - PACKET_END, -turn - NUMBER_END);
    double last = fmin(high + PACKET_END, turn + NUMBER_END);
    t->points = last > t->first ? 1 + (size_t)ceil((last - t->first) / t->step) : 0;
}

/* ⟨x|n⟩ upwards; a Gaussian that underflows is carried as a power of two. */
static void fill_oscillator(size_t levels, double x, double *out)
{
    double now = pow(M_PI, -0.25), before = 0.0, exponent = -0.5 * x * x / log(2.0);
    double whole = floor(exponent);
    int power = (int)whole;
    now *= exp2(exponent - whole);
    for (size_t n = 0; n < levels; n++) {
        out[n] = ldexp(now, power);
        double root = sqrt((double)n + 1.0);
        double next = (M_SQRT2 * x * now - sqrt((double)n) * before) / root;
        before = now;
        now = next;
        if (fabs(now) > 0x1p300) {
            now = ldexp(now, -300);
            before = ldexp(before, -300);
            power += 300;
        }
    }
}

/* ψ(x) at LANES points from t->first + first step on without their table: [LANES][2].  Powers of two are looked at every
 * few levels, in which no ⟨x|n⟩ grows by more than 2^600. */
static void wave_of_many(const qfp_ket_tables *t, const double complex *ket, size_t first,
                         double *wave)
{
    double x[LANES], now[LANES], before[LANES] = {0.0}, scale[LANES], re[LANES] = {0.0},
                                 im[LANES] = {0.0};
    int power[LANES];
    for (int i = 0; i < LANES; i++) {
        x[i] = t->first + (double)(first + (size_t)i) * t->step;
        double exponent = -0.5 * x[i] * x[i] / log(2.0), whole = floor(exponent);
        power[i] = (int)whole;
        scale[i] = power[i] > -1000 ? ldexp(1.0, power[i]) : 0.0;
        now[i] = pow(M_PI, -0.25) * exp2(exponent - whole);
    }
    for (size_t n = 0; n < t->levels; n++) {
        double up = (double)n + 1.0, forth = sqrt(2.0 / up), back = sqrt((double)n / up);
        double u = creal(ket[n]), v = cimag(ket[n]);
        for (int i = 0; i < LANES; i++) {
            double here = now[i] * scale[i], next = forth * x[i] * now[i] - back * before[i];
            re[i] += here * u;
            im[i] += here * v;
            before[i] = now[i];
            now[i] = next;
        }
        for (int i = 0; i < LANES && n % 16 == 0; i++) {
            if (fabs(now[i]) < 0x1p300)
                continue;
            now[i] = ldexp(now[i], -300);
            before[i] = ldexp(before[i], -300);
            power[i] += 300;
            scale[i] = power[i] > -1000 ? ldexp(1.0, power[i]) : 0.0;
        }
    }
    for (int i = 0; i < LANES; i++) {
        wave[2 * i] = re[i];
        wave[2 * i + 1] = im[i];
    }
}

/* ψ(x) of a ket on all points, [points][2] */
static void fill_wave(const qfp_ket_tables *t, const double complex *ket, double *wave)
{
    double last[2 * LANES];
    if (t->oscillator != NULL) {
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)t->points, 2, (int)t->levels,
                    1.0, t->oscillator, (int)t->levels, (const double *)ket, 2, 0.0, wave, 2);
        return;
    }
    for (size_t m = 0; m < t->points; m += LANES) {
        size_t count = t->points - m < LANES ? t->points - m : LANES;
        wave_of_many(t, ket, m, last);
        memcpy(wave + 2 * m, last, 2 * count * sizeof *wave);
    }
}

static void fill(qfp_ket_tables *t)
{
    double end = turning_point((double)t->levels) + OVERLAP_END;
    for (size_t m = 0; m < t->points; m++) {
        double x = t->first + (double)m * t->step;
        if (t->oscillator != NULL)
            fill_oscillator(t->levels, x, t->oscillator + m * t->levels);
        for (size_t i = 0; i < t->n_q; i++)
            t->packet[i * t->points + m] = exp(-0.5 * (x - t->q[i]) * (x - t->q[i]));
        for (size_t k = 0; k < t->n_p; k++) {
            bool is_empty = fabs(t->p[k]) > end; /* an image may be there */
            t->wave[2 * m * t->n_p + k] = is_empty ? 0.0 : cos(t->p[k] * x);
            t->wave[(2 * m + 1) * t->n_p + k] = is_empty ? 0.0 : sin(t->p[k] * x);
        }
    }
}

static qfp_status create(qfp_ket_tables *t, const double *q, const double *p)
{
    static const char what[] = "tables of coherent states";
    QFP_TRY(QFP_ALLOCATE(t->q, t->n_q, what));
    QFP_TRY(QFP_ALLOCATE(t->p, t->n_p, what));
    memcpy(t->q, q, t->n_q * sizeof *q);
    memcpy(t->p, p, t->n_p * sizeof *p);
    choose_points(t);
    if (t->levels <= MOST_TABLED)
        QFP_TRY(QFP_ALLOCATE(t->oscillator, t->points * t->levels, what));
    QFP_TRY(QFP_ALLOCATE(t->packet, t->n_q * t->points, what));
    QFP_TRY(QFP_ALLOCATE(t->wave, t->points * 2 * t->n_p, what));
    QFP_TRY(QFP_ALLOCATE(t->psi, t->points * 2, what));
    QFP_TRY(QFP_ALLOCATE(t->product, 2 * ROWS * t->points, what));
    QFP_TRY(QFP_ALLOCATE(t->amplitude, 2 * ROWS * 2 * t->n_p, what));
    fill(t);
    return QFP_OK;
}

qfp_status qfp_ket_tables_for(qfp_ket_tables *t, size_t levels, size_t n_q, const double *q,
                              size_t n_p, const double *p)
{
    bool fits = t->levels == levels && t->n_q == n_q && t->n_p == n_p &&
                memcmp(t->q, q, n_q * sizeof *q) == 0 && memcmp(t->p, p, n_p * sizeof *p) == 0;
    if (fits)
        return QFP_OK;
    qfp_ket_tables_destroy(t);
    *t = (qfp_ket_tables){.levels = levels, .n_q = n_q, .n_p = n_p};
    qfp_status status = create(t, q, p);
    if (status != QFP_OK)
        qfp_ket_tables_destroy(t);
    return status;
}

double qfp_ket_tables_bytes(double levels, double n_q, double n_p)
{
    double turn = turning_point(levels), step = M_PI / (turn + OVERLAP_END);
    double points = 2.0 * (turn + NUMBER_END) / step;
    return 8.0 * points * ((levels <= MOST_TABLED ? levels : 0.0) + n_q + 2.0 * n_p);
}

/* amplitude rows [re of q][cos, sin], then those of im, of ROWS rows of q from `first` on */
static void sum_rows(qfp_ket_tables *t, size_t first, size_t rows)
{
    double low, high;
    range_of(rows, t->q + first, &low, &high);
    double from = fmax(floor((low - PACKET_END - t->first) / t->step), 0.0);
    double to = fmin(ceil((high + PACKET_END - t->first) / t->step) + 1.0, (double)t->points);
    size_t begin = (size_t)from, count = to > from ? (size_t)(to - from) : 0;
    memset(t->amplitude, 0, 2 * rows * 2 * t->n_p * sizeof *t->amplitude);
    if (count == 0)
        return;
    for (size_t i = 0; i < rows; i++)
        for (size_t m = 0; m < count; m++) {
            double packet = t->packet[(first + i) * t->points + begin + m];
            t->product[i * count + m] = packet * t->psi[2 * (begin + m)];
            t->product[(rows + i) * count + m] = packet * t->psi[2 * (begin + m) + 1];
        }
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, 2 * (int)rows, 2 * (int)t->n_p,
                (int)count, 1.0, t->product, (int)count, t->wave + begin * 2 * t->n_p,
                2 * (int)t->n_p, 0.0, t->amplitude, 2 * (int)t->n_p);
}

/* (re + i im)(cos − i sin) */
static void add_squares(const qfp_ket_tables *t, size_t rows, double weight, double *out)
{
    for (size_t i = 0; i < rows; i++) {
        const double *re = t->amplitude + i * 2 * t->n_p, *im = re + rows * 2 * t->n_p;
        for (size_t k = 0; k < t->n_p; k++) {
            double a = re[k] + im[t->n_p + k], b = im[k] - re[t->n_p + k];
            out[i * t->n_p + k] += weight * (a * a + b * b);
        }
    }
}

void qfp_ket_tables_apply(qfp_ket_tables *t, const qfp_ket_set *kets, double *out)
{
    memset(out, 0, t->n_q * t->n_p * sizeof *out);
    for (size_t k = 0; k < kets->count && t->points > 0; k++) {
        fill_wave(t, kets->ket + k * t->levels, t->psi);
        double weight = kets->weight[k] * t->step * t->step * pow(M_PI, -1.5);
        for (size_t first = 0; first < t->n_q; first += ROWS) {
            size_t rows = first + ROWS < t->n_q ? ROWS : t->n_q - first;
            sum_rows(t, first, rows);
            add_squares(t, rows, weight, out + first * t->n_p);
        }
    }
}

void qfp_ket_tables_waves(const qfp_ket_tables *t, const qfp_ket_set *kets, double *waves)
{
    for (size_t k = 0; k < kets->count && t->points > 0; k++)
        fill_wave(t, kets->ket + k * t->levels, waves + 2 * k * t->points);
}

/* Σ_m packet ψ e^{−ipx} of a window of points, for all p at once: e^{−ipx} turns from point to point. */
static void sum_window(const qfp_ket_tables *t, size_t begin, size_t end, double q, size_t count,
                       const double *p, const double *wave, double *re, double *im)
{
    double turn_re[QFP_MAX_FEW], turn_im[QFP_MAX_FEW], a[QFP_MAX_FEW], b[QFP_MAX_FEW];
    for (size_t k = 0; k < count; k++) {
        double x = t->first + (double)begin * t->step;
        turn_re[k] = cos(p[k] * t->step);
        turn_im[k] = -sin(p[k] * t->step);
        a[k] = cos(p[k] * x);
        b[k] = -sin(p[k] * x);
        re[k] = im[k] = 0.0;
    }
    for (size_t m = begin; m < end; m++) {
        double away = t->first + (double)m * t->step - q, packet = exp(-0.5 * away * away);
        double u = packet * wave[2 * m], v = packet * wave[2 * m + 1];
        for (size_t k = 0; k < count; k++) {
            re[k] += a[k] * u - b[k] * v;
            im[k] += a[k] * v + b[k] * u;
            double next = a[k] * turn_re[k] - b[k] * turn_im[k];
            b[k] = a[k] * turn_im[k] + b[k] * turn_re[k];
            a[k] = next;
        }
    }
}

void qfp_ket_tables_few(const qfp_ket_tables *t, const qfp_ket_set *kets, const double *waves,
                        size_t count, const double *q, const double *p, double *out)
{
    memset(out, 0, count * count * sizeof *out);
    for (size_t i = 0; i < count; i++) {
        double from = fmax(floor((q[i] - PACKET_END - t->first) / t->step), 0.0);
        double to = fmin(ceil((q[i] + PACKET_END - t->first) / t->step) + 1.0, (double)t->points);
        for (size_t k = 0; k < kets->count && to > from; k++) {
            double re[QFP_MAX_FEW], im[QFP_MAX_FEW];
            double weight = kets->weight[k] * t->step * t->step * pow(M_PI, -1.5);
            sum_window(t, (size_t)from, (size_t)to, q[i], count, p, waves + 2 * k * t->points, re,
                       im);
            for (size_t l = 0; l < count; l++)
                out[i * count + l] += weight * (re[l] * re[l] + im[l] * im[l]);
        }
    }
}
