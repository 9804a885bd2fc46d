#include "fock/fock_frame.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fock/fock_ladder.h"
#include "fock/fock_total.h"

struct qfp_fock_frame {
    const qfp_backend *backend;
    int modes;
    double frequency[QFP_MAX_MODES]; /* F ρ = −i [Σ_j frequency_j n_j, ρ] */
    double kappa;
    qfp_stencil *stencil; /* F */
};

/* The diagonal of H, [dimension]. */
static void fill_energies(const qfp_fock_space *s, const qfp_polynomial *wick, double *energy)
{
    for (size_t m = 0; m < s->dimension; m++)
        for (size_t t = 0; t < wick->count; t++) {
            const uint8_t *down = wick->terms[t].power, *up = down + s->modes;
            double element = creal(wick->terms[t].coefficient);
            if (memcmp(down, up, (size_t)s->modes) != 0)
                continue;
            for (int j = 0; j < s->modes; j++)
                element *= qfp_fock_ladder(qfp_fock_level(s, m, j), up[j], down[j]);
            energy[m] += element;
        }
}

static double total(const qfp_fock_space *s, const double *weight, size_t m)
{
    double sum = 0.0;
    for (int j = 0; j < s->modes; j++)
        sum += weight[j] * (qfp_fock_level(s, m, j) - s->first[j]);
    return sum;
}

/* The slope of the straight line through the energies over W, by least squares. */
static double slope(const qfp_fock_space *s, const double *weight, const double *energy)
{
    double count = 0.0, mean_w = 0.0, mean_e = 0.0, square = 0.0, product = 0.0;
    for (size_t m = 0; m < s->dimension; m++) {
        if (!qfp_fock_is_kept(s, m))
            continue;
        count++;
        mean_w += total(s, weight, m);
        mean_e += energy[m];
    }
    for (size_t m = 0; m < s->dimension && count > 0.0; m++) {
        double w = total(s, weight, m) - mean_w / count;
        if (!qfp_fock_is_kept(s, m))
            continue;
        square += w * w;
        product += w * (energy[m] - mean_e / count);
    }
    return square > 0.0 ? product / square : 0.0;
}

/* Turns the modes of `weight` together, where that commutes with the equation. */
static bool turn_together(qfp_fock_frame *f, const qfp_fock_space *s, const qfp_lindblad *l,
                          const double *energy, const int *weight)
{
    double real[QFP_MAX_MODES];
    if (!qfp_fock_total_is_sharp(l, s->modes, weight))
        return false;
    for (int j = 0; j < s->modes; j++)
        real[j] = weight[j];
    double omega = slope(s, real, energy) / f->kappa;
    for (int j = 0; j < s->modes; j++)
        f->frequency[j] += omega * real[j];
    return true;
}

/* Each mode by itself; the others, if they can, as one. */
static void choose(qfp_fock_frame *f, const qfp_fock_space *s, const qfp_lindblad *l,
                   const double *energy)
{
    int rest[QFP_MAX_MODES] = {0};
    for (int j = 0; j < s->modes; j++) {
        int one[QFP_MAX_MODES] = {0};
        one[j] = 1;
        rest[j] = !turn_together(f, s, l, energy, one);
    }
    (void)turn_together(f, s, l, energy, rest);
}

/* The terms of F, −iΩ on the left and iΩ on the right. */
static qfp_status stage(qfp_fock_frame *f, qfp_context *context, const qfp_fock_space *s)
{
    size_t d = s->dimension;
    double *rows = NULL, *columns = NULL;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(rows, 4 * d, "a rotating frame"));
    QFP_TRY_GOTO(QFP_ALLOCATE(columns, 2 * d, "a rotating frame"));
    for (size_t m = 0; m < d; m++) {
        double omega = total(s, f->frequency, m);
        rows[2 * m + 1] = -omega;
        columns[m] = 1.0;
        rows[2 * d + 2 * m + 1] = 1.0;
        columns[d + m] = omega;
    }
    const qfp_stencil_term terms[2] = {{.row = rows, .column = columns},
                                       {.row = rows + 2 * d, .column = columns + d}};
    status = f->backend->stencil->create(context, d, 2, terms, &f->stencil);
done:
    free(rows);
    free(columns);
    return status;
}

static bool turns(const qfp_fock_frame *f)
{
    for (int j = 0; j < f->modes; j++)
        if (f->frequency[j] != 0.0)
            return true;
    return false;
}

qfp_status qfp_fock_frame_create(const qfp_backend *backend, qfp_context *context,
                                 const qfp_fock_space *space, const qfp_lindblad *lindblad,
                                 double kappa, qfp_fock_frame **out)
{
    qfp_fock_frame *f = NULL;
    double *energy = NULL;
    qfp_status status;
    *out = NULL;
    QFP_TRY_GOTO(QFP_ALLOCATE(f, 1, "a rotating frame"));
    *f = (qfp_fock_frame){.backend = backend, .modes = space->modes, .kappa = kappa};
    QFP_TRY_GOTO(QFP_ALLOCATE(energy, space->dimension, "the energies of the levels"));
    fill_energies(space, &lindblad->wick, energy);
    choose(f, space, lindblad, energy);
    if (turns(f)) {
        QFP_TRY_GOTO(stage(f, context, space));
        *out = f;
        f = NULL;
    }
done:
    qfp_fock_frame_destroy(f);
    free(energy);
    return status;
}

void qfp_fock_frame_destroy(qfp_fock_frame *frame)
{
    if (frame == NULL)
        return;
    frame->backend->stencil->destroy(frame->stencil);
    free(frame);
}

qfp_status qfp_fock_frame_generator(const qfp_fock_frame *frame, const qfp_polynomial *generator,
                                    qfp_polynomial *out)
{
    const qfp_theory exact = {.order = QFP_ORDER_EXACT, .C = 1.0, .kappa = frame->kappa};
    qfp_polynomial numbers, turning;
    qfp_polynomial_init(&numbers, 2 * frame->modes);
    qfp_polynomial_init(&turning, 4 * frame->modes);
    qfp_status status = QFP_OK;
    for (int j = 0; j < frame->modes && status == QFP_OK; j++) {
        uint8_t power[QFP_MAX_VARIABLES] = {0};
        power[j] = power[frame->modes + j] = 1;
        status = qfp_polynomial_add_term(&numbers, -frame->kappa * frame->frequency[j], power);
    }
    if (status == QFP_OK)
        status = qfp_generator_build(&numbers, &exact, &turning);
    if (status == QFP_OK)
        status = qfp_polynomial_add(generator, 1.0, &turning, out);
    qfp_polynomial_destroy(&numbers);
    qfp_polynomial_destroy(&turning);
    return status;
}

qfp_status qfp_fock_frame_turn(const qfp_fock_frame *frame, double t, qfp_buffer *u)
{
    return frame->backend->stencil->exponential(frame->stencil, t, u);
}
