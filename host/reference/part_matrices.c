#include "reference/part_matrices.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static qfp_status build_part(const qfp_config *config, const qfp_part *part, const qfp_kept *kept,
                             qfp_part_matrix *out)
{
    qfp_sparse hamiltonian;
    QFP_TRY(qfp_sparse_build(config, &part->hamiltonian, kept, &hamiltonian)); /* is Hermitian */
    qfp_sparse_destroy(&hamiltonian);
    QFP_TRY(qfp_sparse_build_any(config, &part->drift, kept, &out->drift));
    QFP_TRY(qfp_border_build(config, &part->drift, kept, &out->border));
    QFP_TRY(QFP_ALLOCATE(out->jumps, part->jump_count, "the channels"));
    out->jump_count = part->jump_count;
    for (size_t k = 0; k < part->jump_count; k++) {
        out->jumps[k].weight = part->jumps[k].weight;
        QFP_TRY(qfp_sparse_build_any(config, &part->jumps[k].words, kept, &out->jumps[k].matrix));
        QFP_TRY(qfp_border_build(config, &part->jumps[k].words, kept, &out->jumps[k].border));
    }
    return QFP_OK;
}

qfp_status qfp_part_matrices_build(const qfp_config *config, const qfp_drive *drive,
                                   const qfp_kept *kept, bool of_density, qfp_part_matrices *out)
{
    *out = (qfp_part_matrices){.dim = kept->dim, .count = qfp_drive_parts(drive)};
    QFP_TRY(QFP_ALLOCATE(out->parts, out->count, "the parts of the system"));
    for (size_t i = 0; i < out->count; i++)
        QFP_TRY(build_part(config, qfp_drive_part(drive, i), kept, &out->parts[i]));
    return QFP_ALLOCATE(out->image, of_density ? out->dim * out->dim : out->dim, "a state");
}

void qfp_part_matrices_destroy(qfp_part_matrices *m)
{
    for (size_t i = 0; m->parts != NULL && i < m->count; i++) {
        qfp_sparse_destroy(&m->parts[i].drift);
        qfp_border_destroy(&m->parts[i].border);
        for (size_t k = 0; k < m->parts[i].jump_count; k++) {
            qfp_sparse_destroy(&m->parts[i].jumps[k].matrix);
            qfp_border_destroy(&m->parts[i].jumps[k].border);
        }
        free(m->parts[i].jumps);
    }
    free(m->parts);
    free(m->image);
    *m = (qfp_part_matrices){0};
}

/* out = A y, all columns of y */
static void multiply(const qfp_sparse *a, const double complex *y, double complex *out)
{
    size_t n = a->dim;
    for (size_t i = 0; i < n; i++) {
        double *to = (double *)(out + i * n);
        memset(to, 0, n * sizeof *out);
        for (size_t e = a->row[i]; e < a->row[i + 1]; e++) {
            const double *from = (const double *)(y + (size_t)a->column[e] * n);
            double re = creal(a->value[e]), im = cimag(a->value[e]);
            for (size_t k = 0; k < n; k++) {
                to[2 * k] += re * from[2 * k] - im * from[2 * k + 1];
                to[2 * k + 1] += re * from[2 * k + 1] + im * from[2 * k];
            }
        }
    }
}

/* lower triangle of out += A + A† */
static void add_hermitian(size_t n, const double complex *a, double complex *out)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            out[i * n + j] += a[i * n + j] + conj(a[j * n + i]);
}

/* lower triangle of out += weight A c† */
static void add_jump(const qfp_jump_matrix *jump, const double complex *a, double complex *out)
{
    const qfp_sparse *c = &jump->matrix;
    size_t n = c->dim;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            double re = 0.0, im = 0.0;
            for (size_t e = c->row[j]; e < c->row[j + 1]; e++) {
                double complex x = a[i * n + (size_t)c->column[e]], y = c->value[e];
                re += creal(x) * creal(y) + cimag(x) * cimag(y);
                im += cimag(x) * creal(y) - creal(x) * cimag(y);
            }
            out[i * n + j] += CMPLX(jump->weight * re, jump->weight * im);
        }
}

void qfp_part_add_density(qfp_part_matrices *m, size_t i, const double complex *y,
                          double complex *out)
{
    const qfp_part_matrix *part = &m->parts[i];
    size_t n = m->dim;
    multiply(&part->drift, y, m->image);
    add_hermitian(n, m->image, out);
    for (size_t k = 0; k < part->jump_count; k++) {
        multiply(&part->jumps[k].matrix, y, m->image);
        add_jump(&part->jumps[k], m->image, out);
    }
    for (size_t j = 0; j < n; j++) {
        out[j * n + j] = creal(out[j * n + j]);
        for (size_t k = j + 1; k < n; k++)
            out[j * n + k] = conj(out[k * n + j]);
    }
}

void qfp_part_add_ket(qfp_part_matrices *m, size_t i, const double complex *y, double complex *out)
{
    qfp_sparse_multiply(&m->parts[i].drift, y, m->image);
    for (size_t k = 0; k < m->dim; k++)
        out[k] += m->image[k];
}

static double largest_row(const qfp_sparse *a)
{
    double largest = 0.0;
    for (size_t i = 0; i < a->dim; i++) {
        double sum = 0.0;
        for (size_t e = a->row[i]; e < a->row[i + 1]; e++)
            sum += cabs(a->value[e]);
        largest = fmax(largest, sum);
    }
    return largest;
}

double qfp_part_matrices_rate(const qfp_part_matrices *m, const qfp_drive *drive)
{
    double rate = 0.0;
    for (size_t i = 0; i < m->count; i++) {
        const qfp_part_matrix *part = &m->parts[i];
        double sum = largest_row(&part->drift);
        for (size_t k = 0; k < part->jump_count; k++)
            sum +=
                0.5 * fabs(part->jumps[k].weight) * pow(largest_row(&part->jumps[k].matrix), 2.0);
        rate += sum * qfp_drive_largest(drive, i);
    }
    return rate;
}

double qfp_part_matrices_products(const qfp_part_matrices *m, bool of_density)
{
    double sum = 0.0, columns = of_density ? (double)m->dim : 1.0;
    for (size_t i = 0; i < m->count; i++) {
        const qfp_part_matrix *part = &m->parts[i];
        sum += (double)part->drift.row[m->dim] * columns;
        for (size_t k = 0; k < part->jump_count && of_density; k++)
            sum += 1.5 * (double)part->jumps[k].matrix.row[m->dim] * columns;
    }
    return sum;
}
