/* fuzz_hdf5.c - edits of an HDF5 file, drawn from the bytes of an input. */
#include <hdf5.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

enum { MOST_OBJECTS = 256, MOST_EDITS = 16, LONGEST = 48 };

/* HDF5 asks for what a damaged file says, and loses a little of what it had read of one. */
const char *__asan_default_options(void);
const char *__lsan_default_suppressions(void);

const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

const char *__lsan_default_suppressions(void)
{
    return "leak:libhdf5\n";
}

size_t fuzz_open_handles(void)
{
    static const H5I_type_t types[] = {H5I_FILE,      H5I_GROUP,   H5I_DATATYPE,
                                       H5I_DATASPACE, H5I_DATASET, H5I_ATTR};
    size_t open = 0;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        hsize_t members = 0;
        if (H5Itype_exists(types[i]) > 0 && H5Inmembers(types[i], &members) >= 0)
            open += (size_t)members;
    }
    return open;
}

typedef struct input {
    const uint8_t *at;
    size_t left;
} input;

static unsigned next(input *in)
{
    if (in->left == 0)
        return 0;
    in->left--;
    return *in->at++;
}

static size_t next_offset(input *in, size_t size)
{
    size_t offset = next(in);
    offset |= (size_t)next(in) << 8;
    offset |= (size_t)next(in) << 16;
    return size > 0 ? offset % size : 0;
}

/* Numbers on which readers stumble, and ordinary ones. */
static double next_number(input *in)
{
    static const double odd[] = {0.0,    1.0,  -1.0,         0.5,   1e-320, 1e308,
                                 -1e308, 1e16, 4294967296.0, 1e-16, 2.0};
    unsigned byte = next(in);
    if (byte == 255)
        return NAN;
    if (byte >= 253)
        return byte == 254 ? INFINITY : -INFINITY;
    return byte < sizeof odd / sizeof *odd ? odd[byte] : ((int)byte - 128) / 16.0;
}

/* Up to LONGEST characters, then the end. */
static void next_text(input *in, char *text)
{
    size_t length = next(in) % LONGEST;
    for (size_t i = 0; i < length; i++)
        text[i] = (char)next(in);
    text[length] = '\0';
}

typedef struct names {
    size_t count;
    char *name[MOST_OBJECTS];
} names;

static herr_t add_name(hid_t root, const char *name, const H5O_info_t *information, void *data)
{
    names *all = data;
    (void)root;
    (void)information;
    if (all->count < MOST_OBJECTS)
        all->name[all->count++] = strdup(name);
    return 0;
}

/* A type; `made` says whether it is to be closed. */
static hid_t next_type(input *in)
{
    hid_t type;
    switch (next(in) % 8) {
    case 0:
        return H5Tcopy(H5T_IEEE_F32LE);
    case 1:
        return H5Tcopy(H5T_STD_I32BE);
    case 2:
        return H5Tcopy(H5T_STD_U8LE);
    case 3:
        type = H5Tcopy(H5T_C_S1);
        H5Tset_size(type, 1 + next(in) % 32);
        return type;
    case 4:
        type = H5Tcopy(H5T_C_S1);
        H5Tset_size(type, H5T_VARIABLE);
        return type;
    case 5:
        type = H5Tcreate(H5T_COMPOUND, 16);
        H5Tinsert(type, "r", 0, H5T_IEEE_F64LE);
        H5Tinsert(type, "i", 8, H5T_IEEE_F64LE);
        return type;
    default:
        return H5Tcopy(H5T_IEEE_F64LE);
    }
}

static hid_t next_space(input *in, bool *grows)
{
    hsize_t shape[8], most[8];
    int rank = (int)(next(in) % 8);
    *grows = next(in) % 2 == 1 && rank > 0;
    for (int d = 0; d < rank; d++)
        shape[d] = most[d] = next(in) % (rank > 3 ? 6 : 40);
    if (*grows)
        most[0] = H5S_UNLIMITED;
    return rank == 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple(rank, shape, most);
}

/* Real and complex datasets are filled with a few numbers in turn; others stay what they are. */
static void fill(hid_t dataset, input *in)
{
    double few[7];
    hid_t space = H5Dget_space(dataset), type = H5Dget_type(dataset);
    hssize_t count = H5Sget_simple_extent_npoints(space);
    bool is_complex = H5Tget_class(type) == H5T_COMPOUND;
    bool is_number = H5Tget_class(type) == H5T_FLOAT || H5Tget_class(type) == H5T_INTEGER;
    if (count > 0 && count < 100000 && (is_number || is_complex)) {
        size_t numbers = (size_t)count * (is_complex ? 2 : 1);
        double *values = malloc(numbers * sizeof *values);
        for (int i = 0; i < 7; i++)
            few[i] = next_number(in);
        for (size_t i = 0; values != NULL && i < numbers; i++)
            values[i] = few[i % 7];
        H5Dwrite(dataset, is_complex ? type : H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                 values);
        free(values);
    }
    H5Tclose(type);
    H5Sclose(space);
}

static void replace_dataset(hid_t file, const char *name, input *in)
{
    bool grows;
    hid_t type = next_type(in), space = next_space(in, &grows);
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    hsize_t chunk[8] = {1, 1, 1, 1, 1, 1, 1, 1};
    int rank = H5Sget_simple_extent_ndims(space);
    if (grows)
        H5Pset_chunk(creation, rank, chunk);
    H5Ldelete(file, name, H5P_DEFAULT);
    hid_t dataset = H5Dcreate2(file, name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    if (dataset >= 0) {
        fill(dataset, in);
        H5Dclose(dataset);
    }
    H5Pclose(creation);
    H5Sclose(space);
    H5Tclose(type);
}

static void resize_dataset(hid_t file, const char *name, input *in)
{
    hsize_t shape[H5S_MAX_RANK];
    hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT);
    if (dataset < 0)
        return;
    hid_t space = H5Dget_space(dataset);
    if (H5Sget_simple_extent_dims(space, shape, NULL) > 0) {
        shape[0] = next(in);
        H5Dset_extent(dataset, shape);
    }
    H5Sclose(space);
    H5Dclose(dataset);
}

static void refill_dataset(hid_t file, const char *name, input *in)
{
    hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT);
    if (dataset < 0)
        return;
    fill(dataset, in);
    H5Dclose(dataset);
}

/* The attribute number so and so of an object: its type, and what it holds. */
static void replace_attribute(hid_t file, const char *object, input *in)
{
    char name[128], text[LONGEST + 1], *pointer = text;
    double values[4];
    hsize_t count = 1 + next(in) % 4, which = next(in);
    unsigned kind = next(in) % 3;
    hid_t opened = H5Oopen(file, object, H5P_DEFAULT);
    H5O_info_t information;
    if (opened < 0)
        return;
    if (H5Oget_info2(opened, &information, H5O_INFO_NUM_ATTRS) >= 0 && information.num_attrs > 0 &&
        H5Aget_name_by_idx(opened, ".", H5_INDEX_NAME, H5_ITER_INC, which % information.num_attrs,
                           name, sizeof name, H5P_DEFAULT) > 0) {
        hid_t type = H5Tcopy(kind == 0 ? H5T_NATIVE_DOUBLE : H5T_C_S1);
        hid_t space = kind == 0 ? H5Screate_simple(1, &count, NULL) : H5Screate(H5S_SCALAR);
        if (kind == 0)
            for (int i = 0; i < 4; i++)
                values[i] = next_number(in);
        else
            next_text(in, text);
        if (kind > 0)
            H5Tset_size(type, kind == 1 ? LONGEST : H5T_VARIABLE);
        H5Adelete(opened, name);
        hid_t attribute = H5Acreate2(opened, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
        if (attribute >= 0) {
            H5Awrite(attribute, type,
                     kind == 0   ? (const void *)values
                     : kind == 1 ? (const void *)text
                                 : (const void *)&pointer);
            H5Aclose(attribute);
        }
        H5Sclose(space);
        H5Tclose(type);
    }
    H5Oclose(opened);
}

static void edit(hid_t file, const names *all, unsigned how, input *in)
{
    const char *name = all->name[next(in) % all->count];
    if (strcmp(name, ".") == 0)
        how = 2;
    switch (how) {
    case 0:
        H5Ldelete(file, name, H5P_DEFAULT);
        break;
    case 1:
        replace_dataset(file, name, in);
        break;
    case 2:
        replace_attribute(file, name, in);
        break;
    case 3:
        resize_dataset(file, name, in);
        break;
    default:
        refill_dataset(file, name, in);
    }
}

/* The edits that HDF5 makes, in memory; they come first, as spoilt bytes may not be opened. */
static fuzz_bytes edit_objects(fuzz_bytes original, input *in)
{
    names all = {0};
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_fapl_core(access, 65536, false);
    H5Pset_file_image(access, original.bytes, original.size);
    hid_t file = H5Fopen("image", H5F_ACC_RDWR, access);
    FUZZ_CHECK(file >= 0);
    H5Ovisit(file, H5_INDEX_NAME, H5_ITER_INC, add_name, &all);
    for (unsigned count = next(in) % MOST_EDITS; count > 0 && in->left > 0; count--)
        edit(file, &all, next(in) % 5, in);
    H5Fflush(file, H5F_SCOPE_GLOBAL);
    ssize_t size = H5Fget_file_image(file, NULL, 0);
    FUZZ_CHECK(size > 0);
    fuzz_bytes out = {malloc((size_t)size + 1), (size_t)size};
    FUZZ_CHECK(out.bytes != NULL);
    FUZZ_CHECK(H5Fget_file_image(file, out.bytes, out.size) == size);
    H5Fclose(file);
    H5Pclose(access);
    for (size_t i = 0; i < all.count; i++)
        free(all.name[i]);
    return out;
}

fuzz_bytes fuzz_edit_hdf5(fuzz_bytes original, const uint8_t *edits, size_t size)
{
    input in = {edits, size};
    H5E_auto2_t function;
    void *data;
    H5Eget_auto2(H5E_DEFAULT, &function, &data);
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    fuzz_bytes out = edit_objects(original, &in);
    H5Eset_auto2(H5E_DEFAULT, function, data);
    while (in.left > 3) {
        size_t at = next_offset(&in, out.size), count = next(&in);
        if (count == 255) /* a file that was cut */
            out.size = at;
        for (size_t i = 0; i < count % 16 && at + i < out.size; i++)
            out.bytes[at + i] = (uint8_t)next(&in);
    }
    return out;
}
