#include "qfp/arrays.h"

#include <string.h>

#include "core/error.h"
#include "io/record.h"

static qfp_array_axis show_axis(const qfp_record *from, const qfp_record_axis *axis)
{
    const char *slash = strrchr(axis->path, '/');
    const double *values = axis->values;
    const qfp_record_array *times = qfp_record_find(from, axis->path);
    if (values == NULL && axis->labels == NULL && times != NULL)
        values = times->data;
    return (qfp_array_axis){.name = slash != NULL ? slash + 1 : axis->path,
                            .count = axis->count,
                            .values = values,
                            .labels = (const char *const *)axis->labels};
}

static qfp_array show(const qfp_record *from, const qfp_record_array *found)
{
    qfp_array shown = {.name = found->name,
                       .units = found->units,
                       .long_name = found->long_name,
                       .rank = found->rank,
                       .is_complex = found->is_complex,
                       .count = qfp_record_size(found),
                       .values = found->data};
    for (int a = 0; a < found->rank; ++a)
        shown.axes[a] = show_axis(from, &found->axes[a]);
    return shown;
}

/* The first of that name among the axes of all arrays, which has the values of the others. */
static bool find_axis(const qfp_record *from, const char *name, qfp_array *out)
{
    for (size_t i = 0; i < from->array_count; ++i)
        for (int a = 0; a < from->arrays[i].rank; ++a) {
            const qfp_record_axis *axis = &from->arrays[i].axes[a];
            if (strcmp(axis->path, name) != 0)
                continue;
            *out = (qfp_array){.name = axis->path,
                               .units = "1",
                               .long_name = axis->long_name,
                               .rank = 1,
                               .count = axis->count,
                               .values = axis->values};
            out->axes[0] = show_axis(from, axis);
            return true;
        }
    return false;
}

qfp_status qfp_arrays_find(const qfp_arrays *from, const char *name, qfp_array *out)
{
    if (from == NULL)
        return QFP_FAIL(QFP_USAGE,
                        "%s: this result holds no arrays: set `keep` in the options of a run, and "
                        "look at its status",
                        name);
    const qfp_record_array *found = qfp_record_find(from, name);
    if (found != NULL)
        *out = show(from, found);
    else if (!find_axis(from, name, out))
        return QFP_FAIL(QFP_USAGE, "%s: no such array in this result; docs/output.md names them",
                        name);
    return QFP_OK;
}

size_t qfp_arrays_count(const qfp_arrays *from)
{
    return from != NULL ? from->array_count : 0;
}

qfp_status qfp_arrays_at(const qfp_arrays *from, size_t index, qfp_array *out)
{
    if (index >= qfp_arrays_count(from))
        return QFP_FAIL(QFP_USAGE, "there is no array number %zu; this result holds %zu", index,
                        qfp_arrays_count(from));
    *out = show(from, &from->arrays[index]);
    return QFP_OK;
}
