/* snapshot_state.c - /state: the state itself, a ket or a density matrix on number states. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hdf5_hl.h>

#include "io/snapshot_file.h"
#include "io/snapshot_record.h"

enum { MAX_AXES = QFP_HDF5_MAX_RANK };

/* What the dataset is called and how it is divided. */
typedef struct shape {
    const char *name;
    int rank, first; /* first: 1 with an axis of times, else 0 */
    hsize_t extent[MAX_AXES];
    char axis[MAX_AXES][24];
} shape;

static qfp_status describe(const qfp_snapshot *s, const qfp_state_row *state, shape *out)
{
    int halves = state->is_matrix ? 2 : 1;
    *out = (shape){.name = state->is_matrix ? "state/rho" : "state/ket", .first = state->rows > 0};
    out->rank = out->first + halves * state->modes;
    if (out->rank > MAX_AXES)
        return QFP_FAIL(QFP_UNSUPPORTED, "%s: /%s has %d axes, at most %d can be written", s->path,
                        out->name, out->rank, MAX_AXES);
    out->extent[0] = state->rows;
    snprintf(out->axis[0], sizeof out->axis[0], "time");
    for (int h = 0, a = out->first; h < halves; ++h)
        for (int j = 0; j < state->modes; ++j, ++a) {
            out->extent[a] = (hsize_t)state->levels[j];
            snprintf(out->axis[a], sizeof out->axis[a], "%slevel_%d", h > 0 ? "bra_" : "", j + 1);
        }
    return QFP_OK;
}

/* What h5py and NumPy take for a complex number. */
static hid_t complex_type(hid_t part)
{
    hid_t type = H5Tcreate(H5T_COMPOUND, 2 * sizeof(double));
    H5Tinsert(type, "r", 0, part);
    H5Tinsert(type, "i", sizeof(double), part);
    return type;
}

/* One row of many; a number that was never written is NaN. */
static hid_t creation_of(const shape *of)
{
    const double missing[2] = {NAN, NAN};
    hsize_t chunk[MAX_AXES];
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE), type = complex_type(H5T_NATIVE_DOUBLE);
    H5Pset_fill_value(creation, type, missing);
    if (of->first > 0) {
        memcpy(chunk, of->extent, sizeof chunk);
        chunk[0] = 1;
        H5Pset_chunk(creation, of->rank, chunk);
        H5Pset_fletcher32(creation);
    }
    H5Tclose(type);
    return creation;
}

static hid_t create(const qfp_snapshot *s, const char *name, const shape *of)
{
    hid_t creation = creation_of(of), type = complex_type(H5T_IEEE_F64LE);
    hid_t space = H5Screate_simple(of->rank, of->extent, NULL);
    hid_t dataset = H5Dcreate2(s->file, name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    H5Sclose(space);
    H5Tclose(type);
    H5Pclose(creation);
    return dataset;
}

/* Row `row` of `block` axes, from or to host memory; of a dataset without times the whole. */
static bool transfer(hid_t dataset, const shape *of, const hsize_t *extent, size_t row, bool write,
                     double complex *values)
{
    hsize_t start[MAX_AXES] = {0}, block[MAX_AXES];
    memcpy(block, extent, sizeof block);
    if (of->first > 0) {
        start[0] = row;
        block[0] = 1;
    }
    hid_t type = complex_type(H5T_NATIVE_DOUBLE), space = H5Dget_space(dataset);
    hid_t memory = H5Screate_simple(of->rank, block, NULL);
    bool good = H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, block, NULL) >= 0 &&
                (write ? H5Dwrite(dataset, type, memory, space, H5P_DEFAULT, values)
                       : H5Dread(dataset, type, memory, space, H5P_DEFAULT, values)) >= 0;
    H5Sclose(memory);
    H5Sclose(space);
    H5Tclose(type);
    return good;
}

/* ---- scales -------------------------------------------------------------------------------- */

static qfp_status make_scale(const qfp_snapshot *s, const shape *of, int a,
                             const qfp_state_row *state)
{
    char name[48], long_name[96];
    double *numbers = NULL;
    bool is_time = a < of->first;
    snprintf(name, sizeof name, "state/%s", of->axis[a]);
    if (H5Lexists(s->file, name, H5P_DEFAULT) > 0 && H5Ldelete(s->file, name, H5P_DEFAULT) < 0)
        return QFP_HDF5_FAIL(s->part, "/%s cannot be replaced", name);
    snprintf(long_name, sizeof long_name, is_time ? "time of the state" : "number of quanta, %s",
             of->axis[a]);
    QFP_TRY(QFP_ALLOCATE(numbers, of->extent[a], "an axis of the state"));
    for (size_t i = 0; i < of->extent[a]; ++i)
        numbers[i] = is_time ? state->times[i] : (double)i;
    const qfp_axis axis = {
        .name = of->axis[a], .count = of->extent[a], .long_name = long_name, .values = numbers};
    qfp_status status = qfpi_snapshot_create_axis(s, name, &axis);
    free(numbers);
    return status;
}

static qfp_status label(const qfp_snapshot *s, hid_t dataset, const shape *of,
                        const qfp_state_row *state)
{
    const char *meaning =
        state->is_matrix ? "density matrix on number states, <level_1, ...|rho|bra_level_1, ...>"
                         : "ket on number states, <level_1, ...|psi>";
    for (int a = 0; a < of->rank; ++a) {
        char target[48];
        snprintf(target, sizeof target, "state/%s", of->axis[a]);
        QFP_TRY(make_scale(s, of, a, state));
        QFP_TRY(qfpi_snapshot_attach(s, dataset, of->name, (unsigned)a, target));
    }
    QFP_TRY(qfp_hdf5_write_text(dataset, s->part, "units", "1"));
    return qfp_hdf5_write_text(dataset, s->part, "long_name", meaning);
}

/* ---- the dataset --------------------------------------------------------------------------- */

/* The rows before `count` of `from` into the corner of those of `to`, which has more levels. */
static qfp_status copy_rows(const qfp_snapshot *s, hid_t from, const hsize_t *old, hid_t to,
                            const shape *of, size_t count)
{
    double complex *values = NULL, *zeros = NULL;
    size_t size = 1;
    qfp_status status = QFP_OK;
    for (int a = of->first; a < of->rank; ++a)
        size *= of->extent[a];
    QFP_TRY_GOTO(QFP_ALLOCATE(values, size, "earlier states"));
    QFP_TRY_GOTO(QFP_ALLOCATE(zeros, size, "earlier states"));
    for (size_t row = 0; row < count && status == QFP_OK; ++row)
        if (!transfer(from, of, old, row, false, values) ||
            !transfer(to, of, of->extent, row, true, zeros) ||
            !transfer(to, of, old, row, true, values))
            status = QFP_HDF5_FAIL(s->part, "/%s cannot be given more levels", of->name);
done:
    free(values);
    free(zeros);
    return status;
}

/* A new dataset in the place of one with fewer levels. */
static qfp_status replace(const qfp_snapshot *s, hid_t *dataset, const hsize_t *old,
                          const shape *of, const qfp_state_row *state)
{
    hid_t wider = create(s, "state/wider", of);
    qfp_status status = QFP_OK;
    if (wider < 0)
        return QFP_HDF5_FAIL(s->part, "the dataset /%s cannot be created", of->name);
    if (of->first > 0)
        status = copy_rows(s, *dataset, old, wider, of, state->row);
    H5Dclose(*dataset);
    *dataset = wider;
    QFP_TRY(status);
    if (H5Ldelete(s->file, of->name, H5P_DEFAULT) < 0 ||
        H5Lmove(s->file, "state/wider", s->file, of->name, H5P_DEFAULT, H5P_DEFAULT) < 0)
        return QFP_HDF5_FAIL(s->part, "/%s cannot be replaced", of->name);
    return label(s, wider, of, state);
}

/* The dataset with room for the state; `of` gets the levels of earlier rows where they are more. */
static qfp_status open_for(const qfp_snapshot *s, const qfp_state_row *state, shape *of, hid_t *out)
{
    hsize_t old[MAX_AXES];
    int rank;
    bool same = true;
    QFP_TRY(qfpi_snapshot_ensure_group(s, "/state"));
    if (H5Lexists(s->file, of->name, H5P_DEFAULT) <= 0) {
        *out = create(s, of->name, of);
        return *out >= 0 ? label(s, *out, of, state)
                         : QFP_HDF5_FAIL(s->part, "the dataset /%s cannot be created", of->name);
    }
    QFP_TRY(qfp_hdf5_open_dataset(s->file, s->part, of->name, out, &rank, old));
    if (rank != of->rank || (of->first > 0 && old[0] != of->extent[0]))
        return QFP_FAIL(QFP_IO, "%s: /%s changed its shape", s->path, of->name);
    for (int a = of->first; a < rank; ++a) {
        if (of->first > 0 && old[a] > of->extent[a])
            of->extent[a] = old[a];
        same = same && old[a] == of->extent[a];
    }
    return same ? QFP_OK : replace(s, out, old, of, state);
}

/* Into the corner of the row, the rest of which is 0. */
static qfp_status fill(const qfp_snapshot *s, hid_t dataset, const shape *of, const shape *own,
                       const qfp_state_row *state)
{
    size_t size = 1;
    double complex *zeros = NULL;
    bool good = true;
    for (int a = of->first; a < of->rank; ++a)
        size *= of->extent[a];
    if (memcmp(of->extent, own->extent, sizeof own->extent) != 0) {
        QFP_TRY(QFP_ALLOCATE(zeros, size, "the state"));
        good = transfer(dataset, of, of->extent, state->row, true, zeros);
        free(zeros);
    }
    good = good && transfer(dataset, of, own->extent, state->row, true, state->value);
    return good ? qfp_hdf5_write_numbers(dataset, s->part, QFP_STATED_ERROR, H5T_NATIVE_DOUBLE, 1,
                                         &state->error)
                : QFP_HDF5_FAIL(s->part, "/%s cannot be written", of->name);
}

static qfp_status write_state(const qfp_snapshot *s, const qfp_state_row *state)
{
    shape own, of;
    hid_t dataset = -1;
    QFP_TRY(qfpi_snapshot_room(s->path));
    QFP_TRY(describe(s, state, &own));
    of = own;
    qfp_status status = open_for(s, state, &of, &dataset);
    if (status == QFP_OK)
        status = fill(s, dataset, &of, &own, state);
    if (dataset >= 0)
        H5Dclose(dataset);
    QFP_TRY(status);
    return qfpi_snapshot_flush(s);
}

qfp_status qfp_snapshot_write_state(qfp_snapshot *s, const qfp_state_row *state)
{
    if (s->record != NULL)
        return qfpi_record_state(s, state);
    qfpi_pen pen = qfpi_pen_take(s);
    return qfpi_pen_drop(&pen, pen.writes ? write_state(s, state) : QFP_OK);
}
