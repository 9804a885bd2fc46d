#include "io/config_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/spline.h"
#include "io/snapshot.h"

enum { FEWEST_KNOTS = 2, MOST_KNOTS = 1000000 };

void qfp_time_function_clear(qfp_time_function *f)
{
    free(f->text);
    free(f->times);
    free(f->values);
    free(f->bends);
    *f = (qfp_time_function){0};
}

static qfp_status allocate(size_t count, qfp_time_function *out)
{
    out->count = count;
    QFP_TRY(QFP_ALLOCATE(out->times, count, "a table"));
    QFP_TRY(QFP_ALLOCATE(out->values, count, "a table"));
    return QFP_ALLOCATE(out->bends, count, "a table");
}

/* The times increase and everything is finite; then the spline. */
static qfp_status finish(const qfp_config_reader *reader, const qfp_yaml_node *node,
                         qfp_time_function *f)
{
    for (size_t i = 0; i < f->count; ++i) {
        if (!isfinite(f->times[i]) || !isfinite(creal(f->values[i])) ||
            !isfinite(cimag(f->values[i])))
            return QFP_CONFIG_FAIL(reader, node, "entry %zu of the table is not finite", i + 1);
        if (i > 0 && !(f->times[i] > f->times[i - 1]))
            return QFP_CONFIG_FAIL(reader, node,
                                   "the times of the table must increase, but entry %zu is %g "
                                   "after %g",
                                   i + 1, f->times[i], f->times[i - 1]);
    }
    return qfp_spline_create(f->count, f->times, f->values, f->bends);
}

static qfp_status read_lists(const qfp_config_reader *reader, const qfp_yaml_node *node,
                             qfp_time_function *out)
{
    const qfp_yaml_node *times, *values;
    QFP_TRY(qfp_config_require(reader, node, "times", &times));
    QFP_TRY(qfp_config_require(reader, node, "values", &values));
    if (times->kind != QFP_YAML_LIST || times->count < FEWEST_KNOTS)
        return QFP_CONFIG_FAIL(reader, times,
                               "expected a list of at least %d times, for example `times: [0, 1, "
                               "2]`",
                               FEWEST_KNOTS);
    if (values->kind != QFP_YAML_LIST || values->count != times->count)
        return QFP_CONFIG_FAIL(reader, values,
                               "expected as many values as times, %zu, for example `values: [0, "
                               "0.8, 0]`",
                               times->count);
    QFP_TRY(allocate(times->count, out));
    qfp_config_reader constant = *reader;
    constant.may_vary = false;
    for (size_t i = 0; i < times->count; ++i) {
        QFP_TRY(qfp_config_real(&constant, times->items[i], &out->times[i]));
        QFP_TRY(qfp_config_complex(&constant, values->items[i], &out->values[i]));
        if (i > 0 && !(out->times[i] > out->times[i - 1]))
            return QFP_CONFIG_FAIL(reader, times->items[i],
                                   "the times of the table must increase, but %g follows %g",
                                   out->times[i], out->times[i - 1]);
    }
    return finish(reader, node, out);
}

/* data [n][columns], or its transpose. */
static qfp_status take_array(const qfp_config_reader *reader, const qfp_yaml_node *node,
                             const size_t *shape, const double *data, qfp_time_function *out)
{
    bool rows = shape[1] == 2 || shape[1] == 3;
    size_t count = rows ? shape[0] : shape[1], columns = rows ? shape[1] : shape[0];
    size_t row_step = rows ? columns : 1, column_step = rows ? 1 : count;
    QFP_TRY(allocate(count, out));
    for (size_t i = 0; i < count; ++i) {
        const double *row = data + i * row_step;
        out->times[i] = row[0];
        out->values[i] = CMPLX(row[column_step], columns == 3 ? row[2 * column_step] : 0.0);
    }
    return finish(reader, node, out);
}

static qfp_status read_array(const qfp_config_reader *reader, const qfp_yaml_node *node,
                             qfp_time_function *out)
{
    const qfp_yaml_node *file, *value;
    const char *dataset;
    char *path = NULL;
    double *data = NULL;
    int rank = 0, is_complex = 0;
    size_t shape[16];
    QFP_TRY(qfp_config_require(reader, node, "file", &file));
    QFP_TRY(qfp_config_require(reader, node, "dataset", &value));
    QFP_TRY(qfp_config_text(reader, value, &dataset));
    QFP_TRY(qfp_config_file_name(reader, file, &path));
    qfp_status status = qfp_hdf5_read(path, dataset, &rank, shape, &is_complex, &data);
    bool fits = status == QFP_OK && rank == 2 && !is_complex;
    if (fits) {
        bool rows = shape[1] == 2 || shape[1] == 3, columns = shape[0] == 2 || shape[0] == 3;
        size_t count = rows ? shape[0] : shape[1];
        fits = (rows || columns) && count >= FEWEST_KNOTS && count <= MOST_KNOTS;
    }
    if (status == QFP_OK)
        status = fits ? take_array(reader, node, shape, data, out)
                      : QFP_CONFIG_FAIL(reader, value,
                                        "expected an array of real numbers with at least %d rows: "
                                        "time and value, or time, real and imaginary part",
                                        FEWEST_KNOTS);
    free(data);
    free(path);
    return status;
}

qfp_status qfp_config_table(const qfp_config_reader *reader, const qfp_yaml_node *node,
                            qfp_time_function *out)
{
    static const char *const known[] = {"times", "values", "file", "dataset"};
    for (size_t i = 0; i < node->count; ++i) {
        const char *key = node->items[i]->key;
        bool found = false;
        for (size_t k = 0; k < sizeof known / sizeof *known; ++k)
            found = found || strcmp(known[k], key) == 0;
        if (!found)
            return QFP_CONFIG_FAIL_KEY(reader, node->items[i],
                                       "unknown key; a table is {times: [...], values: [...]} or "
                                       "{file: ..., dataset: ...}");
    }
    return qfp_yaml_find(node, "file") != NULL ? read_array(reader, node, out)
                                               : read_lists(reader, node, out);
}
