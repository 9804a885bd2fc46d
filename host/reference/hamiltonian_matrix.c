#include "reference/hamiltonian_matrix.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Largest relative difference between H_mn and H*_nm that counts as rounding, and largest relative
 * remainder of a sum of words that counts as zero. */
#define HERMITIAN_TOLERANCE 1e-12
#define CANCELLED 1e-15

/* One mode's part of a word: |n⟩ → factor[n] |n + shift⟩, factor 0 where a letter meets n = 0. */
typedef struct part {
    const char *letters; /* borrowed from a word, not terminated */
    size_t length;
    int mode, shift;
    double *factor; /* [levels] */
} part;

/* Words with the same shift of all modes share their matrix entries. */
typedef struct group {
    int shift[QFP_MAX_MODES];
    size_t first, end;    /* in words_of_group */
    ptrdiff_t transposed; /* the group of the opposite shift, -1 when there is none */
} group;

typedef struct builder {
    const qfp_config *config;
    bool is_hermitian; /* as it must be found */
    const qfp_words *words;
    int modes;
    const qfp_kept *rows, *columns;
    size_t part_count;
    part *parts;
    int *part_of;  /* [words][modes], -1: none */
    size_t *order; /* words sorted by group */
    size_t group_count;
    group *groups;
} builder;

void qfp_sparse_destroy(qfp_sparse *matrix)
{
    free(matrix->row);
    free(matrix->column);
    free(matrix->value);
    *matrix = (qfp_sparse){0};
}

double qfp_sparse_bytes(const qfp_words *words, double dim)
{
    return dim * (double)words->count * (sizeof(double complex) + sizeof(int32_t)) +
           dim * (double)sizeof(size_t);
}

void qfp_sparse_multiply(const qfp_sparse *matrix, const double complex *in, double complex *out)
{
    for (size_t i = 0; i < matrix->dim; i++) {
        double re = 0.0, im = 0.0; /* written out: C's complex product checks for infinities */
        for (size_t k = matrix->row[i]; k < matrix->row[i + 1]; k++) {
            double complex h = matrix->value[k], x = in[matrix->column[k]];
            re += creal(h) * creal(x) - cimag(h) * cimag(x);
            im += creal(h) * cimag(x) + cimag(h) * creal(x);
        }
        out[i] = CMPLX(re, im);
    }
}

static qfp_status fill_part(const builder *b, part *p)
{
    size_t levels = (size_t)b->rows->levels[p->mode];
    QFP_TRY(QFP_ALLOCATE(p->factor, levels, "a table of matrix elements"));
    for (size_t n = 0; n < levels; n++)
        p->factor[n] = qfp_letters_element(p->letters, p->length, (int)n);
    return QFP_OK;
}

/* The part with these letters, made when it is new. */
static qfp_status find_part(builder *b, const char *letters, size_t length, int *out)
{
    for (size_t i = 0; i < b->part_count; i++)
        if (b->parts[i].length == length && memcmp(b->parts[i].letters, letters, length) == 0) {
            *out = (int)i;
            return QFP_OK;
        }
    part *p = &b->parts[b->part_count];
    *p = (part){.letters = letters, .length = length, .mode = qfp_letter_mode(letters[0])};
    for (size_t k = 0; k < length; k++)
        p->shift += qfp_letter_creates(letters[k]) ? 1 : -1;
    *out = (int)b->part_count++;
    return fill_part(b, p);
}

static qfp_status split_words(builder *b)
{
    size_t modes = (size_t)b->modes, count = b->words->count;
    size_t part_limit = 1;
    for (size_t w = 0; w < count; w++)
        part_limit +=
            strlen(b->words->word[w].letters) < modes ? strlen(b->words->word[w].letters) : modes;
    QFP_TRY(QFP_ALLOCATE(b->parts, part_limit, "operator products"));
    QFP_TRY(QFP_ALLOCATE(b->part_of, count * modes, "operator products"));
    for (size_t i = 0; i < count * modes; i++)
        b->part_of[i] = -1;
    for (size_t w = 0; w < count; w++)
        for (const char *c = b->words->word[w].letters; *c != '\0';) {
            const char *end = c;
            int mode = qfp_letter_mode(*c);
            while (*end != '\0' && qfp_letter_mode(*end) == mode)
                end++;
            QFP_TRY(find_part(b, c, (size_t)(end - c), &b->part_of[w * modes + (size_t)mode]));
            c = end;
        }
    return QFP_OK;
}

static void word_shift(const builder *b, size_t word, int *shift)
{
    for (int j = 0; j < b->modes; j++) {
        int p = b->part_of[word * (size_t)b->modes + (size_t)j];
        shift[j] = p < 0 ? 0 : b->parts[p].shift;
    }
}

static ptrdiff_t find_group(const builder *b, const int *shift, int sign)
{
    for (size_t g = 0; g < b->group_count; g++) {
        int j = 0;
        while (j < b->modes && b->groups[g].shift[j] == sign * shift[j])
            j++;
        if (j == b->modes)
            return (ptrdiff_t)g;
    }
    return -1;
}

/* Descending: the column of a row is the row less the shift, in lexicographic order. */
static int by_shift(const void *a, const void *b)
{
    const int *x = ((const group *)a)->shift, *y = ((const group *)b)->shift;
    int j = 0;
    while (j + 1 < QFP_MAX_MODES && x[j] == y[j])
        j++;
    return (x[j] < y[j]) - (x[j] > y[j]);
}

static qfp_status group_words(builder *b)
{
    size_t count = b->words->count;
    size_t *group_of = NULL;
    qfp_status status;
    QFP_TRY(QFP_ALLOCATE(b->groups, count, "operator products"));
    QFP_TRY(QFP_ALLOCATE(b->order, count, "operator products"));
    QFP_TRY(QFP_ALLOCATE(group_of, count, "operator products"));
    for (size_t w = 0; w < count; w++) {
        int shift[QFP_MAX_MODES] = {0};
        word_shift(b, w, shift);
        if (find_group(b, shift, 1) < 0) {
            group *g = &b->groups[b->group_count++];
            memcpy(g->shift, shift, sizeof shift);
        }
    }
    qsort(b->groups, b->group_count, sizeof *b->groups, by_shift);
    for (size_t w = 0; w < count; w++) {
        int shift[QFP_MAX_MODES] = {0};
        word_shift(b, w, shift);
        group_of[w] = (size_t)find_group(b, shift, 1);
        b->groups[group_of[w]].end++;
    }
    size_t total = 0;
    for (size_t g = 0; g < b->group_count; g++) {
        size_t members = b->groups[g].end;
        b->groups[g].first = b->groups[g].end = total;
        b->groups[g].transposed = find_group(b, b->groups[g].shift, -1);
        total += members;
    }
    for (size_t w = 0; w < count; w++)
        b->order[b->groups[group_of[w]].end++] = w;
    status = QFP_OK;
    free(group_of);
    return status;
}

/* ⟨n + shift| H |n⟩ from one group; magnitude gets the sum of absolute values. */
static double complex element(const builder *b, ptrdiff_t index, const int *n, double *magnitude)
{
    double complex sum = 0.0;
    if (index < 0)
        return sum;
    const group *g = &b->groups[index];
    for (size_t i = g->first; i < g->end; i++) {
        size_t w = b->order[i];
        double factor = 1.0;
        for (int j = 0; j < b->modes; j++) {
            int p = b->part_of[w * (size_t)b->modes + (size_t)j];
            if (p >= 0)
                factor *= b->parts[p].factor[n[j]];
        }
        sum += b->words->word[w].coefficient * factor;
        *magnitude += qfp_absolute(b->words->word[w].coefficient) * factor;
    }
    return sum;
}

static qfp_status not_hermitian(const builder *b, const int *to, const int *from,
                                double complex value, double complex transposed)
{
    char bra[128] = "", ket[128] = "";
    for (int j = 0; j < b->modes; j++) {
        size_t used = strlen(bra), other = strlen(ket);
        snprintf(bra + used, sizeof bra - used, j == 0 ? "%d" : ",%d", to[j]);
        snprintf(ket + other, sizeof ket - other, j == 0 ? "%d" : ",%d", from[j]);
    }
    return QFP_FAIL(QFP_CONFIG,
                    "%s:%d:%d: the Hamiltonian is not Hermitian: <%s|H|%s> = %.6g%+.6gi but "
                    "<%s|H|%s>* = %.6g%+.6gi",
                    b->config->path != NULL ? b->config->path : "hamiltonian",
                    b->config->expression_line, b->config->expression_column, bra, ket,
                    creal(value), cimag(value), ket, bra, creal(transposed), -cimag(transposed));
}

/* Where the group's column of a row is, in levels and in the order of the kept states. */
static bool inside(const builder *b, const int *to, const group *g, int *from, int32_t *column)
{
    for (int j = 0; j < b->modes; j++)
        from[j] = to[j] - g->shift[j];
    size_t place = qfp_kept_place(b->columns, from);
    *column = (int32_t)place;
    return place != QFP_NOT_KEPT;
}

static qfp_status fill_row(const builder *b, size_t index, const int *to, qfp_sparse *out)
{
    size_t at = out->row[index];
    for (size_t g = 0; g < b->group_count; g++) {
        int from[QFP_MAX_MODES];
        int32_t column;
        if (!inside(b, to, &b->groups[g], from, &column))
            continue;
        double magnitude = 0.0;
        double complex value = element(b, (ptrdiff_t)g, from, &magnitude);
        double complex transposed = conj(value);
        if (b->is_hermitian)
            transposed = element(b, b->groups[g].transposed, to, &magnitude);
        if (!isfinite(magnitude))
            return QFP_FAIL(QFP_NOT_FINITE, "%s overflows at level %d of the basis",
                            b->is_hermitian ? "the Hamiltonian" : "an operator", to[0]);
        if (qfp_absolute(value - conj(transposed)) > HERMITIAN_TOLERANCE * magnitude)
            return not_hermitian(b, to, from, value, transposed);
        value = 0.5 * (value + conj(transposed));
        if (qfp_absolute(value) <= CANCELLED * magnitude)
            continue;
        out->column[at] = column;
        out->value[at++] = value;
    }
    out->row[index + 1] = at;
    return QFP_OK;
}

static qfp_status make_room(const builder *b, size_t rows, qfp_sparse *out)
{
    size_t capacity = rows * b->group_count;
    QFP_TRY(QFP_ALLOCATE(out->row, rows + 1, "the rows of the Hamiltonian"));
    QFP_TRY(QFP_ALLOCATE(out->column, capacity, "the columns of the Hamiltonian"));
    return QFP_ALLOCATE(out->value, capacity, "the elements of the Hamiltonian");
}

static qfp_status fill(const builder *b, qfp_sparse *out)
{
    int n[QFP_MAX_MODES] = {0};
    QFP_TRY(make_room(b, out->dim, out));
    for (size_t i = 0; i < out->dim; i++, qfp_kept_next(b->rows, n))
        QFP_TRY(fill_row(b, i, n, out));
    return QFP_OK;
}

static qfp_status prepare(builder *b)
{
    QFP_TRY(split_words(b));
    return group_words(b);
}

static void clear(builder *b)
{
    for (size_t i = 0; i < b->part_count; i++)
        free(b->parts[i].factor);
    free(b->parts);
    free(b->part_of);
    free(b->order);
    free(b->groups);
}

static qfp_status build(builder *b, qfp_sparse *out)
{
    qfp_status status;
    *out = (qfp_sparse){.dim = b->rows->dim};
    QFP_TRY_GOTO(prepare(b));
    for (size_t g = 0; g < b->group_count; g++)
        for (int j = 0; j < b->modes; j++)
            if (abs(b->groups[g].shift[j]) > out->reach[j])
                out->reach[j] = abs(b->groups[g].shift[j]);
    status = fill(b, out);
done:
    clear(b);
    if (status != QFP_OK)
        qfp_sparse_destroy(out);
    return status;
}

qfp_status qfp_sparse_build(const qfp_config *config, const qfp_words *words, const qfp_kept *kept,
                            qfp_sparse *out)
{
    builder b = {.config = config,
                 .is_hermitian = true,
                 .words = words,
                 .modes = config->modes,
                 .rows = kept,
                 .columns = kept};
    return build(&b, out);
}

qfp_status qfp_sparse_build_any(const qfp_config *config, const qfp_words *words,
                                const qfp_kept *kept, qfp_sparse *out)
{
    builder b = {
        .config = config, .words = words, .modes = config->modes, .rows = kept, .columns = kept};
    return build(&b, out);
}

/* ---- what leads out ------------------------------------------------------------------------ */

/* The modes whose levels the state exceeds. */
static uint32_t exceeded(const builder *b, const int *n)
{
    uint32_t modes = 0;
    for (int j = 0; j < b->modes; j++)
        modes |= n[j] >= b->columns->levels[j] ? UINT32_C(1) << j : 0;
    return modes;
}

static qfp_status fill_border(const builder *b, qfp_border *out)
{
    qfp_sparse *m = &out->matrix;
    int n[QFP_MAX_MODES] = {0};
    for (size_t i = 0; i < b->rows->dim; i++, qfp_kept_next(b->rows, n)) {
        uint32_t modes = exceeded(b, n);
        if (modes == 0)
            continue;
        QFP_TRY(fill_row(b, m->dim, n, m));
        out->leaves[m->dim] = modes;
        m->dim += m->row[m->dim + 1] > m->row[m->dim];
    }
    return QFP_OK;
}

/* Levels that the words lead to at most; no word leads beyond a cut of W. */
static void reached_levels(const qfp_words *words, const qfp_kept *kept, int *reached)
{
    memcpy(reached, kept->levels, sizeof kept->levels);
    for (size_t w = 0; w < words->count; w++) {
        int rise[QFP_MAX_MODES] = {0};
        for (const char *c = words->word[w].letters; *c != '\0'; c++)
            rise[qfp_letter_mode(*c)] += qfp_letter_creates(*c) ? 1 : -1;
        for (int j = 0; j < kept->modes; j++)
            if (kept->levels[j] + rise[j] > reached[j])
                reached[j] = kept->levels[j] + rise[j];
    }
}

qfp_status qfp_border_build(const qfp_config *config, const qfp_words *words, const qfp_kept *kept,
                            qfp_border *out)
{
    int reached[QFP_MAX_MODES];
    qfp_kept wider;
    builder b = {
        .config = config, .words = words, .modes = config->modes, .rows = &wider, .columns = kept};
    *out = (qfp_border){0};
    reached_levels(words, kept, reached);
    qfp_status status;
    QFP_TRY_GOTO(qfp_kept_create(kept->modes, reached, kept->weight, kept->most, &wider));
    QFP_TRY_GOTO(prepare(&b));
    QFP_TRY_GOTO(make_room(&b, wider.dim - kept->dim, &out->matrix));
    QFP_TRY_GOTO(
        QFP_ALLOCATE(out->leaves, wider.dim - kept->dim + 1, "the rows of the Hamiltonian"));
    status = fill_border(&b, out);
done:
    clear(&b);
    qfp_kept_destroy(&wider);
    if (status != QFP_OK)
        qfp_border_destroy(out);
    return status;
}

void qfp_border_destroy(qfp_border *border)
{
    qfp_sparse_destroy(&border->matrix);
    free(border->leaves);
    *border = (qfp_border){0};
}
