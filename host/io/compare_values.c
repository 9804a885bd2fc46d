#include "io/compare_values.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/compare_rules.h"

enum { NUMBERS_AT_ONCE = 1 << 16 };

/* One dataset in one file, read in blocks of rows of its first axis: a run may be larger than
 * memory. */
typedef struct source {
    const char *path, *name;
    hid_t dataset, space, type;
    int rank, doubles; /* doubles: 2 for complex numbers */
    hsize_t shape[QFP_HDF5_MAX_RANK];
    hsize_t rows;
    size_t row_size; /* in doubles */
} source;

static void close_source(source *s)
{
    if (s->type >= 0)
        H5Tclose(s->type);
    if (s->space >= 0)
        H5Sclose(s->space);
    if (s->dataset >= 0)
        H5Dclose(s->dataset);
    s->type = s->space = s->dataset = -1;
}

/* Give `out` to close_source either way. */
static qfp_status open_source(const compare_file *f, const char *name, source *out)
{
    *out = (source){.path = f->path, .name = name, .dataset = -1, .space = -1, .type = -1};
    QFP_TRY(qfp_hdf5_open_dataset(f->file, f->path, name, &out->dataset, &out->rank, out->shape));
    hid_t stored = H5Dget_type(out->dataset);
    out->type = qfp_hdf5_number_type(stored, &out->doubles);
    H5Tclose(stored);
    out->space = H5Dget_space(out->dataset);
    if (out->type < 0 || out->space < 0)
        return QFP_HDF5_FAIL(f->path, "the dataset %s cannot be read", name);
    out->rows = out->rank > 0 ? out->shape[0] : 1;
    out->row_size = (size_t)out->doubles;
    for (int i = 1; i < out->rank; ++i) {
        if (out->shape[i] > 0 && out->row_size > SIZE_MAX / 32 / out->shape[i])
            return QFP_FAIL(QFP_MEMORY, "%s: %s is too large to be read", f->path, name);
        out->row_size *= out->shape[i];
    }
    return QFP_OK;
}

static qfp_status read_rows(const source *s, hsize_t first, hsize_t rows, double *out)
{
    hsize_t start[QFP_HDF5_MAX_RANK] = {first}, block[QFP_HDF5_MAX_RANK];
    hsize_t count = rows * s->row_size / (hsize_t)s->doubles;
    memcpy(block, s->shape, sizeof block);
    block[0] = rows;
    hid_t memory = H5Screate_simple(1, &count, NULL);
    bool good = s->rank == 0 ||
                H5Sselect_hyperslab(s->space, H5S_SELECT_SET, start, NULL, block, NULL) >= 0;
    good = good && H5Dread(s->dataset, s->type, memory, s->space, H5P_DEFAULT, out) >= 0;
    H5Sclose(memory);
    return good ? QFP_OK : QFP_HDF5_FAIL(s->path, "the dataset %s cannot be read", s->name);
}

static size_t write_shape(const source *s, char *out, size_t size)
{
    size_t used = 0;
    for (int i = 0; i < s->rank && used < size; ++i)
        used += (size_t)snprintf(out + used, size - used, "%s%llu", i > 0 ? " x " : "",
                                 (unsigned long long)s->shape[i]);
    if (used < size)
        used +=
            (size_t)snprintf(out + used, size - used, "%s%s", s->rank == 0 ? "a single number" : "",
                             s->doubles == 2 ? " complex" : "");
    return used < size ? used : size;
}

static bool same_shape(const source *a, const source *b)
{
    return a->rank == b->rank && a->doubles == b->doubles &&
           memcmp(a->shape, b->shape, (size_t)a->rank * sizeof *a->shape) == 0;
}

/* The stated errors of `of`, a number per row; *out stays NULL when they do not fit. */
static qfp_status read_stated(const compare_file *f, const char *name, const source *of,
                              double **out)
{
    source s;
    double *values = NULL;
    if (name == NULL || of->row_size != 1)
        return QFP_OK;
    qfp_status status = open_source(f, name, &s);
    if (status == QFP_OK && same_shape(&s, of) && s.rows > 0) {
        status = QFP_ALLOCATE(values, s.rows, name);
        if (status == QFP_OK)
            status = read_rows(&s, 0, s.rows, values);
    }
    close_source(&s);
    if (status != QFP_OK)
        free(values);
    else
        *out = values;
    return status;
}

/* NaN, infinity or a negative number state nothing. */
static double stated_at(double *const stated[2], hsize_t row)
{
    double sum = 0.0;
    int given = 0;
    for (int f = 0; f < 2; f++)
        if (stated[f] != NULL && isfinite(stated[f][row]) && stated[f][row] >= 0.0) {
            sum += stated[f][row];
            given++;
        }
    return given > 0 ? sum : NAN;
}

static double difference_of(double a, double b)
{
    if (a == b || (isnan(a) && isnan(b)))
        return 0.0;
    double d = fabs(a - b);
    return isfinite(d) ? d : INFINITY;
}

static void note(double amount, double stated, hsize_t row, compare_difference *largest)
{
    if (amount > largest->amount)
        *largest = (compare_difference){amount, stated, row};
}

static void compare_block(const double *a, const double *b, size_t count, size_t row_size,
                          hsize_t first, double *const stated[2], compare_values *out)
{
    for (size_t i = 0; i < count; ++i) {
        hsize_t row = first + i / row_size;
        double error = stated_at(stated, row), d = difference_of(a[i], b[i]);
        if (isfinite(a[i]))
            out->scale = fmax(out->scale, fabs(a[i]));
        if (isfinite(b[i]))
            out->scale = fmax(out->scale, fabs(b[i]));
        if (!isnan(a[i]) || !isnan(b[i]))
            out->agreement = HAS_NUMBERS;
        note(d, error, row, &out->largest);
        if (!(d <= error))
            note(d, error, row, &out->unexplained);
    }
}

static qfp_status compare_rows(const source s[2], double *const stated[2], compare_values *out)
{
    double *a = NULL, *b = NULL;
    size_t size = s[0].row_size;
    hsize_t at_once = size > 0 && size < NUMBERS_AT_ONCE ? NUMBERS_AT_ONCE / size : 1;
    at_once = at_once < s[0].rows ? at_once : s[0].rows;
    qfp_status status = QFP_OK;
    if (at_once * size == 0)
        return QFP_OK;
    QFP_TRY_GOTO(QFP_ALLOCATE(a, at_once * size, s[0].name));
    QFP_TRY_GOTO(QFP_ALLOCATE(b, at_once * size, s[0].name));
    for (hsize_t row = 0; row < s[0].rows; row += at_once) {
        hsize_t rows = s[0].rows - row < at_once ? s[0].rows - row : at_once;
        QFP_TRY_GOTO(read_rows(&s[0], row, rows, a));
        QFP_TRY_GOTO(read_rows(&s[1], row, rows, b));
        compare_block(a, b, rows * size, size, row, stated, out);
    }
done:
    free(a);
    free(b);
    return status;
}

qfp_status qfpi_compare_values(const compare_file files[2], const char *name,
                               const char *const errors[2], compare_values *out)
{
    source s[2] = {{.dataset = -1, .space = -1, .type = -1},
                   {.dataset = -1, .space = -1, .type = -1}};
    double *stated[2] = {NULL, NULL};
    qfp_status status;
    *out = (compare_values){
        .agreement = ONLY_NAN, .largest = {.stated = NAN}, .unexplained = {.stated = NAN}};
    for (int f = 0; f < 2; f++)
        QFP_TRY_GOTO(open_source(&files[f], name, &s[f]));
    out->rows = s[0].rows;
    if (!same_shape(&s[0], &s[1])) {
        out->agreement = SHAPES_DIFFER;
        size_t used = write_shape(&s[0], out->shapes, sizeof out->shapes);
        used += (size_t)snprintf(out->shapes + used, sizeof out->shapes - used, " against ");
        if (used < sizeof out->shapes)
            write_shape(&s[1], out->shapes + used, sizeof out->shapes - used);
        goto done;
    }
    for (int f = 0; f < 2; f++)
        QFP_TRY_GOTO(read_stated(&files[f], errors[f], &s[f], &stated[f]));
    status = compare_rows(s, stated, out);
done:
    for (int f = 0; f < 2; f++) {
        close_source(&s[f]);
        free(stated[f]);
    }
    return status;
}

double qfpi_compare_time(const compare_file *file, const char *times, hsize_t rows, hsize_t row)
{
    source s;
    double value = NAN;
    qfp_status status = open_source(file, times, &s);
    if (status == QFP_OK && s.rank == 1 && s.row_size == 1 && s.rows == rows)
        status = read_rows(&s, row, 1, &value);
    close_source(&s);
    return status == QFP_OK ? value : NAN; /* a file without times can still be compared */
}
