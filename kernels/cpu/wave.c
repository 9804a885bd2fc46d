/* wave.c - a wave function of one variable by split steps. */
#include <complex.h>
#include <fftw3.h>
#include <math.h>
#include <stdlib.h>

#include "cpu/grid_plan.h"
#include "cpu/objects.h"

struct qfp_wave {
    size_t n;
    double spacing, hbar, mass;
    double *potential;
    fftw_complex *psi, *work;
    fftw_plan forward, backward; /* psi → work, work → work */
};

static void destroy(qfp_wave *wave)
{
    if (wave == NULL)
        return;
    cpu_planner_lock();
    if (wave->forward != NULL)
        fftw_destroy_plan(wave->forward);
    if (wave->backward != NULL)
        fftw_destroy_plan(wave->backward);
    cpu_planner_unlock();
    fftw_free(wave->psi);
    fftw_free(wave->work);
    free(wave->potential);
    free(wave);
}

static qfp_status make_plans(qfp_wave *w)
{
    w->psi = fftw_alloc_complex(w->n);
    w->work = fftw_alloc_complex(w->n);
    if (w->psi == NULL || w->work == NULL)
        return QFP_FAIL(QFP_MEMORY, "out of memory for a wave function of %zu points", w->n);
    cpu_planner_lock();
    w->forward = fftw_plan_dft_1d((int)w->n, w->psi, w->work, FFTW_FORWARD, FFTW_ESTIMATE);
    w->backward = fftw_plan_dft_1d((int)w->n, w->work, w->work, FFTW_BACKWARD, FFTW_ESTIMATE);
    cpu_planner_unlock();
    if (w->forward == NULL || w->backward == NULL)
        return QFP_FAIL(QFP_INTERNAL, "FFTW cannot plan %zu points", w->n);
    return QFP_OK;
}

static qfp_status create(size_t n, double first, double spacing, double hbar, double mass,
                         const double *potential, const double *psi, qfp_wave **out)
{
    qfp_wave *w = NULL;
    double norm = 0.0;
    (void)first; /* a shift of the axis changes no transform that is undone */
    QFP_TRY(QFP_ALLOCATE(w, 1, "a wave function"));
    *w = (qfp_wave){.n = n, .spacing = spacing, .hbar = hbar, .mass = mass};
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(w->potential, n, "a potential"));
    QFP_TRY_GOTO(make_plans(w));
    for (size_t i = 0; i < n; ++i) {
        w->potential[i] = potential[i];
        w->psi[i] = psi[2 * i] + I * psi[2 * i + 1];
        norm += spacing * (psi[2 * i] * psi[2 * i] + psi[2 * i + 1] * psi[2 * i + 1]);
    }
    for (size_t i = 0; i < n; ++i)
        w->psi[i] /= sqrt(norm);
done:
    if (status != QFP_OK) {
        destroy(w);
        return status;
    }
    *out = w;
    return QFP_OK;
}

static double wave_number(const qfp_wave *w, size_t i)
{
    double k = i <= w->n / 2 ? (double)i : (double)i - (double)w->n;
    return 6.283185307179586 * k / ((double)w->n * w->spacing);
}

static void turn_by_potential(qfp_wave *w, double time)
{
    for (size_t i = 0; i < w->n; ++i)
        w->psi[i] *= cexp(-I * (w->potential[i] * time / w->hbar));
}

static void advance(qfp_wave *wave, double duration)
{
    turn_by_potential(wave, 0.5 * duration);
    fftw_execute(wave->forward);
    for (size_t i = 0; i < wave->n; ++i) {
        double k = wave_number(wave, i);
        wave->work[i] *= cexp(-I * (wave->hbar * k * k * duration / (2.0 * wave->mass)));
    }
    fftw_execute(wave->backward);
    for (size_t i = 0; i < wave->n; ++i)
        wave->psi[i] = wave->work[i] / (double)wave->n;
    turn_by_potential(wave, 0.5 * duration);
}

static void values(const qfp_wave *wave, double *values)
{
    fftw_execute(wave->forward);
    for (size_t i = 0; i < wave->n; ++i) /* the highest one has no sign: no derivative */
        wave->work[i] *= 2 * i == wave->n ? 0.0 : I * wave_number(wave, i) / (double)wave->n;
    fftw_execute(wave->backward);
    for (size_t i = 0; i < wave->n; ++i) {
        values[4 * i] = creal(wave->psi[i]);
        values[4 * i + 1] = cimag(wave->psi[i]);
        values[4 * i + 2] = creal(wave->work[i]);
        values[4 * i + 3] = cimag(wave->work[i]);
    }
}

static void load(qfp_wave *wave, const double *values)
{
    for (size_t i = 0; i < wave->n; ++i)
        wave->psi[i] = CMPLX(values[4 * i], values[4 * i + 1]);
}

const qfp_wave_operations qfp_cpu_wave = {
    .create = create,
    .destroy = destroy,
    .advance = advance,
    .values = values,
    .load = load,
};
