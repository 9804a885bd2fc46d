#include "run/driven.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/config_time.h"

typedef struct functions {
    size_t count, points;
    double *value, *scale; /* [count][points], [count] */
} functions;

static double size_of(const qfp_polynomial *p, const qfp_term *term, const double *radius)
{
    double size = 1.0;
    int modes = p->variables / 2;
    for (int j = 0; j < modes; j++)
        size *= pow(radius[j], term->power[j] + term->power[modes + j]);
    return size;
}

/* Room for one more. */
static double *next(functions *f, double scale)
{
    f->scale[f->count] = scale;
    return f->value + f->points * f->count++;
}

/* Real and imaginary parts of the coefficients of H. */
static void add_hamiltonian(const qfp_operator_course *h, double kappa, const double *radius,
                            functions *f)
{
    for (size_t t = 0; t < h->most.count; t++) {
        double scale = 2.0 / kappa * size_of(&h->most, &h->most.terms[t], radius);
        double *re = next(f, scale), *im = next(f, scale);
        for (size_t i = 0; i < f->points; i++) {
            re[i] = creal(h->values[t * f->points + i]);
            im[i] = cimag(h->values[t * f->points + i]);
        }
    }
}

/* D[c] is linear in γ c_t c_s*. */
static void add_channel(const qfp_channel_course *channel, const double *radius, functions *f)
{
    const qfp_polynomial *c = &channel->of.most;
    for (size_t t = 0; t < c->count; t++)
        for (size_t s = 0; s <= t; s++) {
            const double complex *a = channel->of.values + t * f->points;
            const double complex *b = channel->of.values + s * f->points;
            double scale = 2.0 * size_of(c, &c->terms[t], radius) *
                           size_of(c, &c->terms[s], radius) * (s < t ? 2.0 : 1.0);
            double *re = next(f, scale), *im = next(f, scale);
            for (size_t i = 0; i < f->points; i++) {
                double complex product = channel->rate[i] * a[i] * conj(b[i]);
                re[i] = creal(product);
                im[i] = cimag(product);
            }
        }
}

qfp_status qfp_driven_mesh(const qfp_time_course *course, double kappa, const double *radius,
                           qfp_time_mesh *out)
{
    size_t most = 2 * course->hamiltonian.most.count;
    for (size_t k = 0; k < course->channel_count; k++) {
        size_t terms = course->channels[k].of.most.count;
        most += terms * (terms + 1);
    }
    functions f = {.points = course->points};
    double *time = NULL;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(f.value, most * f.points + 1, "the coefficients over time"));
    QFP_TRY_GOTO(QFP_ALLOCATE(f.scale, most + 1, "the coefficients over time"));
    QFP_TRY_GOTO(QFP_ALLOCATE(time, f.points, "the coefficients over time"));
    memcpy(time, course->time, f.points * sizeof *time);
    add_hamiltonian(&course->hamiltonian, kappa, radius, &f);
    for (size_t k = 0; k < course->channel_count; k++)
        add_channel(&course->channels[k], radius, &f);
    return qfp_time_mesh_create(f.points, time, f.count, f.value, f.scale, out);
done:
    free(f.value);
    free(f.scale);
    free(time);
    return status;
}

qfp_status qfp_driven_generator(const qfp_config *config, int count, const double *t,
                                const double *weight, qfp_polynomial *out)
{
    qfp_lindblad now;
    qfp_status status = qfp_config_lindblad(config, (size_t)count, t, weight, &now);
    if (status == QFP_OK)
        status = qfp_lindblad_generator(&now, &config->theory, out);
    qfp_lindblad_destroy(&now);
    return status;
}
