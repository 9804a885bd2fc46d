/* same_files.h - two output files that hold the same bits: all datasets, and attributes but the date and who
 * computed it and how long that took. */
#ifndef QFP_TEST_SAME_FILES_H
#define QFP_TEST_SAME_FILES_H

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <hdf5.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "scratch.h"

typedef struct same_files {
    hid_t other;
    const char *what;
    size_t datasets;
} same_files;

/* Of numbers and of texts; anything else refers to places in the file. */
static inline bool has_bits(hid_t type)
{
    H5T_class_t class = H5Tget_class(type);
    return class == H5T_INTEGER || class == H5T_FLOAT || class == H5T_STRING;
}

/* Texts of any length, which were read as pointers, one behind the other; the pointers are freed. */
static inline void *texts_as_bits(hid_t type, hid_t space, char **texts, size_t *size)
{
    size_t count = (size_t)H5Sget_simple_extent_npoints(space), used = 0;
    *size = 0;
    for (size_t i = 0; i < count; i++)
        *size += texts[i] != NULL ? strlen(texts[i]) + 1 : 1;
    char *all = calloc(1, *size + 1);
    for (size_t i = 0; i < count; i++) {
        if (texts[i] != NULL)
            strcpy(all + used, texts[i]);
        used += strlen(all + used) + 1;
    }
    H5Dvlen_reclaim(type, space, H5P_DEFAULT, texts);
    free(texts);
    return all;
}

static inline void *bits_of_attribute(hid_t object, const char *name, size_t *size)
{
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT), type = H5Aget_type(attribute);
    hid_t space = H5Aget_space(attribute);
    void *bits = NULL;
    *size = has_bits(type) ? (size_t)H5Aget_storage_size(attribute) : 0;
    if (*size > 0) {
        bits = calloc(1, *size);
        H5Aread(attribute, type, bits);
    }
    if (*size > 0 && H5Tis_variable_str(type) > 0)
        bits = texts_as_bits(type, space, bits, size);
    H5Sclose(space);
    H5Tclose(type);
    H5Aclose(attribute);
    return bits;
}

static inline herr_t same_attribute(hid_t object, const char *name, const H5A_info_t *information,
                                    void *data)
{
    const same_files *s = data;
    char path[256] = "";
    size_t size, others;
    (void)information;
    static const char *const others_own[] = {
        "date", "device", "ranks", "exchanged_bytes", "exchange_seconds", "wait_seconds"};
    for (int i = 0; i < 6; i++)
        if (strcmp(name, others_own[i]) == 0)
            return 0;
    H5Iget_name(object, path, sizeof path);
    hid_t other = H5Oopen(s->other, path, H5P_DEFAULT);
    cr_assert(H5Aexists(other, name) > 0, "%s: %s of %s is missing", s->what, name, path);
    void *a = bits_of_attribute(object, name, &size), *b = bits_of_attribute(other, name, &others);
    bool same = size == others && (size == 0 || memcmp(a, b, size) == 0);
    cr_assert(same, "%s: %s of %s differs", s->what, name, path);
    free(a);
    free(b);
    H5Oclose(other);
    return 0;
}

static inline void *bits_of_dataset(hid_t dataset, size_t *size)
{
    hid_t type = H5Dget_type(dataset), space = H5Dget_space(dataset);
    *size = has_bits(type) ? (size_t)H5Sget_simple_extent_npoints(space) * H5Tget_size(type) : 0;
    void *bits = calloc(1, *size + 1);
    if (*size > 0)
        H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bits);
    if (*size > 0 && H5Tis_variable_str(type) > 0)
        bits = texts_as_bits(type, space, bits, size);
    H5Sclose(space);
    H5Tclose(type);
    return bits;
}

static inline herr_t same_object(hid_t root, const char *name, const H5O_info_t *information,
                                 void *data)
{
    same_files *s = data;
    size_t size, others;
    hid_t object = H5Oopen(root, name, H5P_DEFAULT);
    cr_assert(H5Lexists(s->other, name, H5P_DEFAULT) > 0 || strcmp(name, ".") == 0,
              "%s: %s is missing", s->what, name);
    H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, NULL, same_attribute, s);
    if (information->type == H5O_TYPE_DATASET) {
        hid_t other = H5Dopen2(s->other, name, H5P_DEFAULT);
        void *a = bits_of_dataset(object, &size), *b = bits_of_dataset(other, &others);
        bool is_clock = strcmp(name, "points/seconds") == 0;
        bool same = size == others && (is_clock || memcmp(a, b, size) == 0);
        cr_assert(same, "%s: %s differs", s->what, name);
        free(a);
        free(b);
        H5Dclose(other);
        s->datasets++;
    }
    H5Oclose(object);
    return 0;
}

/* Files of the scratch folder; `what` names the pair in a failure. */
static inline void assert_same_bits(const char *a, const char *b, const char *what)
{
    size_t datasets[2] = {0};
    for (int turn = 0; turn < 2; turn++) { /* neither holds more than the other */
        hid_t file = H5Fopen(scratch_path(turn == 0 ? a : b), H5F_ACC_RDONLY, H5P_DEFAULT);
        same_files s = {.what = what};
        s.other = H5Fopen(scratch_path(turn == 0 ? b : a), H5F_ACC_RDONLY, H5P_DEFAULT);
        cr_assert(file >= 0 && s.other >= 0, "%s: a file cannot be opened", what);
        H5Ovisit(file, H5_INDEX_NAME, H5_ITER_INC, same_object, &s);
        datasets[turn] = s.datasets;
        H5Fclose(s.other);
        H5Fclose(file);
    }
    cr_assert(datasets[0] > 0 && datasets[0] == datasets[1], "%s: %zu and %zu datasets", what,
              datasets[0], datasets[1]);
}

#endif
