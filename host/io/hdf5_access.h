/* hdf5_access.h - INTERNAL: what every user of HDF5 here needs: silence, sentences, text
 * attributes. */
#ifndef QFPI_HDF5_ACCESS_H
#define QFPI_HDF5_ACCESS_H

#include <hdf5.h>

#include "core/error.h"

#define QFP_HDF5_MAX_RANK 16

/* HDF5 prints its error stack on its own; public functions switch that off while they run. */
typedef struct qfp_hdf5_quiet {
    H5E_auto2_t function;
    void *data;
} qfp_hdf5_quiet;
qfp_hdf5_quiet qfp_hdf5_quiet_begin(void);
void qfp_hdf5_quiet_end(qfp_hdf5_quiet before);

/* Records QFP_IO: "PATH: WHAT (the reason HDF5 gives)". */
qfp_status qfpi_hdf5_fail(const char *origin_file, int origin_line, const char *path,
                          const char *format, ...) __attribute__((format(printf, 4, 5)));
#define QFP_HDF5_FAIL(path, ...) qfpi_hdf5_fail(__FILE__, __LINE__, (path), __VA_ARGS__)

/* Opens for reading; says whether the file is missing, no HDF5 file or damaged. */
qfp_status qfp_hdf5_open(const char *path, hid_t *out) QFP_MUST_USE;

/* Opens a dataset of at most QFP_HDF5_MAX_RANK axes whose values lie in the file and are not far more than
 * it can hold; QFP_IO names what is missing or wrong. */
qfp_status qfp_hdf5_open_dataset(hid_t file, const char *path, const char *dataset, hid_t *out,
                                 int *rank, hsize_t *shape) QFP_MUST_USE;

/* Meets everything in these files but numbers, in a process of its own: QFP_IO with a sentence where libhdf5
 * cannot read them, or crashes.  For files that this process will open for writing. */
qfp_status qfpi_hdf5_survey(const char *const *paths, int count) QFP_MUST_USE;

/* The block start … start + count of a dataset of real numbers with `rank` axes: out [product of count]. */
qfp_status qfpi_hdf5_read_block(hid_t file, const char *path, const char *name, int rank,
                                const size_t *start, const size_t *count, double *out) QFP_MUST_USE;
/* The lengths of the axes of a dataset of real numbers, whose number must be `rank`. */
qfp_status qfpi_hdf5_shape(hid_t file, const char *path, const char *name, int rank,
                           size_t *shape) QFP_MUST_USE;

/* The type in memory for numbers stored so: a double, or two for a compound of two floating members,
 * whatever they are called ("r"/"i", "re"/"im"); -1 when `stored` is of no numbers.  Close it with H5Tclose. */
hid_t qfp_hdf5_number_type(hid_t stored, int *doubles);

/* UTF-8 text of variable length; close it with H5Tclose. */
hid_t qfp_hdf5_text_type(void);

/* UTF-8 text attributes of variable length: the only kind that holds more than 64 KB.  An existing
 * attribute of the name is replaced. */
qfp_status qfp_hdf5_write_text(hid_t object, const char *path, const char *name,
                               const char *text) QFP_MUST_USE;
/* One number (a scalar) or a list, of a native type. */
qfp_status qfp_hdf5_write_numbers(hid_t object, const char *path, const char *name, hid_t type,
                                  size_t count, const void *values) QFP_MUST_USE;
/* A malloc'ed copy of a text attribute of either kind, NULL when there is none or it is no text; QFP_IO when
 * it cannot be read.  Follows what the file says into libhdf5: of a file that this process did not make, only in
 * the process that reads it (io/guard.h). */
qfp_status qfp_hdf5_read_text(hid_t object, const char *path, const char *name,
                              char **text) QFP_MUST_USE;
/* The same by a process of its own, for an object that this one has open in the file `path`. */
qfp_status qfpi_hdf5_guarded_text(hid_t object, const char *path, const char *name,
                                  char **text) QFP_MUST_USE;

/* For the creation of a group, or of a file, whose members are met in the order in which they came. They
 * stand in the header of the group: libhdf5 1.10 frees what it never had when it meets a damaged heap of
 * links, which is where more than eight of them go otherwise. */
void qfp_hdf5_keep_order(hid_t creation);

#endif
