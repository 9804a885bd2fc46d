/* snapshot_axes.c - the scales of an output file: what the axes of its datasets are called. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hdf5_hl.h>

#include "io/snapshot_file.h"

_Static_assert(QFP_MAX_MODES == 8, "an axis of every mode has a name");
#define AXES_OF(q)                                                                                 \
    {                                                                                              \
        q "_1", q "_2", q "_3", q "_4", q "_5", q "_6", q "_7", q "_8"                             \
    }
static const char *const mode_axes[2][QFP_MAX_MODES] = {AXES_OF("x"), AXES_OF("p")};
/* short: they are the labels of other programs' pictures */
static const char *const mode_meanings[2][QFP_MAX_MODES] = {AXES_OF("position x"),
                                                            AXES_OF("momentum p")};

static void name_of_mode(int is_p, int mode, qfp_axis *axis)
{
    axis->name = mode_axes[is_p][mode];
    axis->long_name = mode_meanings[is_p][mode];
}

void qfp_snapshot_phase_axes(const qfp_snapshot *s, qfp_axis axes[])
{
    for (int a = 0; a < 2 * s->modes; ++a) {
        axes[a] = a % 2 == 0 ? s->x[a / 2] : s->p[a / 2];
        if (s->modes > 1)
            name_of_mode(a % 2, a / 2, &axes[a]);
    }
}

void qfpi_snapshot_mode_axes(const qfp_snapshot *s, int mode, qfp_axis axes[2])
{
    axes[0] = s->x[mode];
    axes[1] = s->p[mode];
    for (int a = 0; a < 2 && s->axes_of_modes; ++a)
        name_of_mode(a, mode, &axes[a]);
}

static qfp_axis phase_axis(const qfp_snapshot *s, int axis)
{
    bool is_p = axis >= s->modes;
    qfp_axis out = is_p ? s->p[axis % s->modes] : s->x[axis % s->modes];
    name_of_mode(is_p, axis % s->modes, &out);
    return out;
}

qfp_status qfp_snapshot_append_plane(qfp_snapshot *s, int first, int second, const double *values)
{
    const qfp_axis axes[] = {phase_axis(s, first), phase_axis(s, second)};
    char name[32], long_name[160];
    snprintf(name, sizeof name, "/husimi/%s_%s", axes[0].name, axes[1].name);
    snprintf(
        long_name, sizeof long_name,
        "Husimi function of %s and %s, all other quadratures integrated out, in the measure of "
        "d2alpha of one mode",
        axes[0].name, axes[1].name);
    const qfp_dataset_spec spec = {
        .name = name, .units = "1", .long_name = long_name, .grows = true, .rank = 2, .axes = axes};
    return qfp_snapshot_write(s, &spec, values);
}

qfp_status qfp_snapshot_append_wigner(qfp_snapshot *s, int mode, const double *values)
{
    qfp_axis axes[2];
    char name[32], long_name[160];
    qfpi_snapshot_mode_axes(s, mode, axes);
    snprintf(name, sizeof name, "/wigner/mode_%d", mode + 1);
    snprintf(long_name, sizeof long_name, "Wigner function of mode %d per d2alpha%s", mode + 1,
             s->modes > 1 ? ", the other modes integrated out" : "");
    const qfp_dataset_spec spec = {
        .name = name, .units = "1", .long_name = long_name, .grows = true, .rank = 2, .axes = axes};
    return qfp_snapshot_write(s, &spec, values);
}

qfp_status qfpi_snapshot_ensure_group(const qfp_snapshot *s, const char *name)
{
    if (H5Lexists(s->file, qfpi_relative(name), H5P_DEFAULT) > 0)
        return QFP_OK;
    hid_t links = H5Pcreate(H5P_LINK_CREATE), creation = H5Pcreate(H5P_GROUP_CREATE);
    H5Pset_create_intermediate_group(links, 1);
    qfp_hdf5_keep_order(creation);
    hid_t group = H5Gcreate2(s->file, qfpi_relative(name), links, creation, H5P_DEFAULT);
    H5Pclose(links);
    H5Pclose(creation);
    if (group < 0)
        return QFP_HDF5_FAIL(s->part, "the group %s cannot be created", name);
    H5Gclose(group);
    return QFP_OK;
}

void qfpi_snapshot_place_of_axis(const qfp_axis *axis, char *out, size_t size)
{
    snprintf(out, size, "%s%s", axis->name[0] == '/' ? "" : "/axes/", axis->name);
}

static hid_t create_scale(const qfp_snapshot *s, const char *name, hid_t type, size_t count)
{
    hsize_t extent = count;
    hid_t space = H5Screate_simple(1, &extent, NULL);
    hid_t scale = H5Dcreate2(s->file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Sclose(space);
    return scale;
}

/* Numbers, texts, or 1, 2, … as integers. */
static qfp_status write_scale(const qfp_snapshot *s, const char *name, const qfp_axis *axis,
                              hid_t *out)
{
    int *numbers = NULL;
    hid_t text = qfp_hdf5_text_type(), file_type = text, memory_type = text;
    const void *data = axis->labels;
    if (axis->values != NULL) {
        file_type = H5T_IEEE_F64LE;
        memory_type = H5T_NATIVE_DOUBLE;
        data = axis->values;
    } else if (axis->labels == NULL) {
        file_type = H5T_STD_I32LE;
        memory_type = H5T_NATIVE_INT;
        numbers = malloc((axis->count + 1) * sizeof *numbers);
        for (size_t i = 0; numbers != NULL && i < axis->count; ++i)
            numbers[i] = (int)i + 1;
        data = numbers;
    }
    *out = create_scale(s, name, file_type, axis->count);
    bool good = *out >= 0 && data != NULL &&
                H5Dwrite(*out, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0 &&
                H5DSset_scale(*out, qfpi_last_part(axis->name)) >= 0;
    H5Tclose(text);
    free(numbers);
    return good ? QFP_OK : QFP_HDF5_FAIL(s->part, "/%s cannot be written", name);
}

qfp_status qfpi_snapshot_create_axis(const qfp_snapshot *s, const char *name, const qfp_axis *axis)
{
    hid_t scale = -1;
    qfp_status status = write_scale(s, name, axis, &scale);
    if (status == QFP_OK)
        status = qfp_hdf5_write_text(scale, s->part, "units", "1");
    if (status == QFP_OK)
        status = qfp_hdf5_write_text(scale, s->part, "long_name", axis->long_name);
    if (scale >= 0)
        H5Dclose(scale);
    return status;
}

qfp_status qfpi_snapshot_ensure_axis(const qfp_snapshot *s, const qfp_axis *axis)
{
    char path[64], group[64];
    hsize_t extent[QFP_HDF5_MAX_RANK];
    hid_t scale;
    int rank;
    qfpi_snapshot_place_of_axis(axis, path, sizeof path);
    snprintf(group, sizeof group, "%.*s", (int)(strrchr(path, '/') - path), path);
    const char *name = qfpi_relative(path);
    if (group[0] != '\0') /* /time stands at the root */
        QFP_TRY(qfpi_snapshot_ensure_group(s, group));
    if (H5Lexists(s->file, name, H5P_DEFAULT) <= 0)
        return qfpi_snapshot_create_axis(s, name, axis);
    QFP_TRY(qfp_hdf5_open_dataset(s->file, s->part, name, &scale, &rank, extent));
    H5Dclose(scale);
    if (rank != 1 || extent[0] != axis->count)
        return QFP_FAIL(QFP_INTERNAL, "%s: the axis %s changed its shape", s->path, axis->name);
    return QFP_OK;
}

/* The path of a scale in the file: of one that is neither /time nor in /axes, inside the group of a theory. */
static void path_of_scale(const qfp_snapshot *s, const char *name, char *out, size_t size)
{
    char group[96] = "";
    bool is_shared = strncmp(name, "/axes/", 6) == 0 || strcmp(name, "/time") == 0;
    if (!is_shared && H5Iget_name(s->file, group, sizeof group) == 1) /* "/" */
        group[0] = '\0';
    snprintf(out, size, "%s%s", group, name);
}

/* The dataset's group shows the scale under its own name: soft links, which no walk through the file takes for
 * further datasets. */
static qfp_status link_scale(const qfp_snapshot *s, const char *dataset, const char *scale)
{
    char target[160];
    path_of_scale(s, scale, target, sizeof target);
    const char *relative = qfpi_relative(dataset), *end = strrchr(relative, '/');
    char link[160];
    snprintf(link, sizeof link, "%.*s%s", end != NULL ? (int)(end - relative) + 1 : 0, relative,
             qfpi_last_part(scale));
    if (H5Lexists(s->file, link, H5P_DEFAULT) <= 0 &&
        H5Lcreate_soft(target, s->file, link, H5P_DEFAULT, H5P_DEFAULT) < 0)
        return QFP_HDF5_FAIL(s->part, "the link %s cannot be created", link);
    return QFP_OK;
}

qfp_status qfpi_snapshot_attach(const qfp_snapshot *s, hid_t dataset, const char *name,
                                unsigned number, const char *target)
{
    hid_t scale = H5Dopen2(s->file, qfpi_relative(target), H5P_DEFAULT);
    bool good = scale >= 0 && H5DSattach_scale(dataset, scale, number) >= 0 &&
                H5DSset_label(dataset, number, qfpi_last_part(target)) >= 0;
    if (scale >= 0)
        H5Dclose(scale);
    return good ? link_scale(s, name, target)
                : QFP_HDF5_FAIL(s->part, "the axes of %s cannot be labelled", name);
}

qfp_status qfpi_snapshot_label(const qfp_snapshot *s, hid_t dataset, const qfp_dataset_spec *spec)
{
    unsigned number = 0;
    if (spec->grows)
        QFP_TRY(qfpi_snapshot_attach(s, dataset, spec->name, number++, "/time"));
    for (int i = 0; i < spec->rank; ++i) {
        char target[64];
        qfpi_snapshot_place_of_axis(&spec->axes[i], target, sizeof target);
        QFP_TRY(qfpi_snapshot_ensure_axis(s, &spec->axes[i]));
        QFP_TRY(qfpi_snapshot_attach(s, dataset, spec->name, number++, target));
    }
    return QFP_OK;
}
