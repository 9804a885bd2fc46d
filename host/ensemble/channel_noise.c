#include "ensemble/channel_noise.h"

#include <math.h>
#include <stdlib.h>

#define ROUNDING 1e-12 /* of the largest coefficient */

typedef struct builder {
    const qfp_config *config;
    double ordering;
    qfp_channel_noise *out;
} builder;

void qfp_channel_noise_destroy(qfp_channel_noise *noise)
{
    for (int c = 0; c < noise->coordinates; c++) {
        qfp_polynomial_destroy(&noise->drift[c]);
        for (int k = 0; k < noise->fields; k++)
            qfp_polynomial_destroy(&noise->field[k][c]);
    }
    *noise = (qfp_channel_noise){0};
}

/* What a channel is, by the degrees of its terms. */
typedef struct shape {
    bool lowers, raises, is_hermitian; /* terms of first degree in a, in a† */
} shape;

static shape shape_of(const qfp_polynomial *wick)
{
    int modes = wick->variables / 2;
    shape s = {.is_hermitian = qfp_symbol_antihermitian_part(wick) <= ROUNDING};
    for (size_t t = 0; t < wick->count; t++) {
        int down = 0, up = 0;
        for (int j = 0; j < modes; j++) {
            down += wick->terms[t].power[j];
            up += wick->terms[t].power[modes + j];
        }
        s.lowers = s.lowers || (down == 1 && up == 0);
        s.raises = s.raises || (down == 0 && up == 1);
    }
    return s;
}

/* factor × the flow of ½(c + c†) (y = 0), or of (c − c†)/2i (y = 1), becomes the next field. */
static qfp_status add_field(builder *b, const qfp_polynomial *c, const qfp_polynomial *adjoint,
                            bool y, double factor)
{
    qfp_channel_noise *n = b->out;
    int modes = b->config->modes, k = n->fields;
    double complex half = y ? -0.5 * I : 0.5;
    qfp_polynomial x, slope;
    if (k == QFPI_MOST_FIELDS)
        return QFP_FAIL(QFP_UNSUPPORTED, "%s: dissipation: trajectories take at most %d noises",
                        b->config->path, QFPI_MOST_FIELDS);
    n->fields++;
    for (int i = 0; i < 2 * modes; i++)
        qfp_polynomial_init(&n->field[k][i], 2 * modes);
    qfp_polynomial_init(&x, 2 * modes);
    qfp_polynomial_init(&slope, 2 * modes);
    qfp_status status;
    QFP_TRY_GOTO(qfp_polynomial_add(c, y ? -1.0 : 1.0, adjoint, &x));
    for (size_t t = 0; t < x.count; t++)
        x.terms[t].coefficient *= half * factor;
    for (int i = 0; i < 2 * modes; i++) {
        int partner = i < modes ? modes + i : i - modes;
        QFP_TRY_GOTO(qfp_polynomial_differentiate(&x, partner, &slope));
        for (size_t t = 0; t < slope.count; t++) /* −i ∂/∂β for α, +i ∂/∂α for β */
            slope.terms[t].coefficient *= i < modes ? -I : I;
        QFP_TRY_GOTO(qfp_polynomial_copy(&slope, &n->field[k][i]));
    }
done:
    qfp_polynomial_destroy(&x);
    qfp_polynomial_destroy(&slope);
    return status;
}

/* drift_c −= Σ_i ½ V_i ∂V_c/∂z_i: from Ito to Stratonovich. */
static qfp_status add_correction(builder *b, int k, int c)
{
    qfp_channel_noise *n = b->out;
    qfp_polynomial slope;
    qfp_polynomial_init(&slope, n->coordinates);
    qfp_status status = QFP_OK;
    for (int i = 0; i < n->coordinates && status == QFP_OK; i++) {
        status = qfp_polynomial_differentiate(&n->field[k][c], i, &slope);
        if (status == QFP_OK)
            status = qfp_polynomial_multiply(&n->field[k][i], &slope, &slope);
        if (status == QFP_OK)
            status = qfp_polynomial_add(&n->drift[c], -0.5, &slope, &n->drift[c]);
    }
    qfp_polynomial_destroy(&slope);
    return status;
}

/* Second derivatives: Σ_k V_a V_b, half of it on the diagonal, taken of what the generator has. */
static qfp_status subtract_diffusion(builder *b, int first, int a, int c,
                                     const qfp_polynomial *generator, double *largest)
{
    qfp_channel_noise *n = b->out;
    qfp_polynomial rest, product;
    qfp_polynomial_init(&rest, n->coordinates);
    qfp_polynomial_init(&product, n->coordinates);
    qfp_status status = qfp_generator_behind(generator, a, c, &rest);
    for (int k = first; k < n->fields && status == QFP_OK; k++) {
        status = qfp_polynomial_multiply(&n->field[k][a], &n->field[k][c], &product);
        if (status == QFP_OK)
            status = qfp_polynomial_add(&rest, a == c ? -0.5 : -1.0, &product, &rest);
    }
    *largest = fmax(*largest, qfp_polynomial_norm(&rest));
    qfp_polynomial_destroy(&rest);
    qfp_polynomial_destroy(&product);
    return status;
}

/* γ D[c] at the ordering; its drift; and whether the fields from `first` on give the rest. */
static qfp_status match(builder *b, const qfp_config_channel *channel, int first, bool *fits)
{
    qfp_channel_noise *n = b->out;
    double norm, largest = 0.0;
    qfp_polynomial generator, slope;
    qfp_polynomial_init(&generator, 2 * n->coordinates);
    qfp_polynomial_init(&slope, n->coordinates);
    qfp_status status;
    QFP_TRY_GOTO(qfp_generator_dissipator(&channel->wick, &generator));
    QFP_TRY_GOTO(qfp_generator_gauge(&generator, 1.0 - b->ordering, &generator));
    for (size_t t = 0; t < generator.count; t++)
        generator.terms[t].coefficient *= channel->rate;
    norm = qfp_polynomial_norm(&generator);
    for (int c = 0; c < n->coordinates; c++) {
        QFP_TRY_GOTO(qfp_generator_behind(&generator, c, -1, &slope));
        QFP_TRY_GOTO(qfp_polynomial_add(&n->drift[c], -1.0, &slope, &n->drift[c]));
        for (int k = first; k < n->fields; k++)
            QFP_TRY_GOTO(add_correction(b, k, c));
        for (int a = 0; a <= c; a++)
            QFP_TRY_GOTO(subtract_diffusion(b, first, a, c, &generator, &largest));
    }
    *fits = largest <= ROUNDING * norm && qfp_polynomial_degree(&generator, 0, n->coordinates) <= 2;
done:
    qfp_polynomial_destroy(&generator);
    qfp_polynomial_destroy(&slope);
    return status;
}

static qfp_status refuse(const builder *b, const qfp_config_channel *channel)
{
    return QFP_FAIL(
        QFP_UNSUPPORTED,
        "%s:%d:%d: dissipation.operator: \"%s\" is no ordinary noise for `ensemble.method: "
        "%s`: it takes loss and gain (linear in a or in ad) and dephasing (Hermitian, of "
        "second degree, keeping the numbers); qfp run takes any",
        b->config->path, channel->operator_line, channel->operator_column, channel->operator_text,
        b->config->ensemble.method->name);
}

static qfp_status add_channel(builder *b, const qfp_config_channel *channel)
{
    int first = b->out->fields;
    double root = sqrt(channel->rate), s = b->ordering;
    shape kind = shape_of(&channel->wick);
    bool fits = false;
    qfp_polynomial adjoint;
    qfp_polynomial_init(&adjoint, channel->wick.variables);
    qfp_status status;
    if (kind.lowers && !kind.raises)
        root *= sqrt(2.0 * s);
    else if (kind.raises && !kind.lowers)
        root *= sqrt(2.0 * (1.0 - s));
    QFP_TRY_GOTO(qfp_symbol_adjoint(&channel->wick, &adjoint));
    if (root > 0.0)
        QFP_TRY_GOTO(add_field(b, &channel->wick, &adjoint, false, root));
    if (root > 0.0 && !kind.is_hermitian)
        QFP_TRY_GOTO(add_field(b, &channel->wick, &adjoint, true, root));
    QFP_TRY_GOTO(match(b, channel, first, &fits));
    if (!fits)
        status = refuse(b, channel);
done:
    qfp_polynomial_destroy(&adjoint);
    return status;
}

qfp_status qfp_channel_noise_create(const qfp_config *config, double ordering,
                                    qfp_channel_noise *out)
{
    builder b = {.config = config, .ordering = ordering, .out = out};
    *out = (qfp_channel_noise){.coordinates = 2 * config->modes};
    for (int c = 0; c < out->coordinates; c++)
        qfp_polynomial_init(&out->drift[c], out->coordinates);
    for (size_t k = 0; k < config->channel_count; k++)
        QFP_TRY(add_channel(&b, &config->channels[k]));
    return QFP_OK;
}
