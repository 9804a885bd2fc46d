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

qfp_status qfp_arrays_find(const qfp_arrays *from, const char *name, qfp_array *out)
{
    if (from == NULL)
        return QFP_FAIL(QFP_USAGE, "%s: this result holds no arrays; set `keep` in the options",
                        name);
    const qfp_record_array *found = qfp_record_find(from, name);
    if (found == NULL)
        return QFP_FAIL(QFP_USAGE, "%s: no such array in this result; docs/output.md names them",
                        name);
    *out = (qfp_array){.name = found->name,
                       .units = found->units,
                       .long_name = found->long_name,
                       .rank = found->rank,
                       .is_complex = found->is_complex,
                       .count = qfp_record_size(found),
                       .values = found->data};
    for (int a = 0; a < found->rank; ++a)
        out->axes[a] = show_axis(from, &found->axes[a]);
    return QFP_OK;
}
