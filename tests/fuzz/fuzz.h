/* fuzz.h - what the fuzz targets share. A target is one file with LLVMFuzzerTestOneInput; clang's
 * libFuzzer drives it (preset fuzz), or replay.c over a corpus. */
#ifndef QFP_FUZZ_H
#define QFP_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/error.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the process, which is how a target reports a fault, unless a refusal is one of those that
 * are documented: exit status 1 to 4 and a sentence without control characters. */
void fuzz_check_refusal(qfp_status status);
#define FUZZ_CHECK(condition) ((condition) ? (void)0 : fuzz_fault(#condition, __FILE__, __LINE__))
void fuzz_fault(const char *what, const char *file, int line);

/* The input as a string, to be freed. */
char *fuzz_text(const uint8_t *data, size_t size);

/* A folder that is removed at the end; FOLDER/NAME, to be freed. */
const char *fuzz_folder(void);
char *fuzz_path(const char *name);

typedef struct fuzz_bytes {
    uint8_t *bytes; /* owned */
    size_t size;
} fuzz_bytes;

fuzz_bytes fuzz_read(const char *path);
void fuzz_write(const char *path, fuzz_bytes content);

/* Runs or samples a configuration that is known to be good and leaves FOLDER/NAME. */
void fuzz_make_run(const char *yaml, const char *name);
void fuzz_make_sample(const char *yaml, const char *name);

/* How many files, groups, datasets, attributes, types and spaces of HDF5 are open: what a target
 * opened must be closed when it ends. */
size_t fuzz_open_handles(void);

/* A copy of an HDF5 file that `edits` changes: objects deleted or replaced by other shapes, types
 * and values, attributes replaced by texts and numbers, then bytes overwritten or cut off
 * (fuzz_hdf5.c). Almost every sequence of bytes is a list of edits. */
fuzz_bytes fuzz_edit_hdf5(fuzz_bytes original, const uint8_t *edits, size_t size);

#endif
