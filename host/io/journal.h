/* journal.h - INTERNAL: what a checkpoint relies on can be brought back.
 *
 * libhdf5 1.10 changes its structures in place and keeps no journal: a kill between the first and the last
 * of the changes that belong together leaves a file that cannot be read any more.  So every page of
 * PATH.part that was there at the last checkpoint goes to PATH.part.journal before it is written over for
 * the first time.  The pages put back and the file cut to its length, it is what it was at the checkpoint.
 *
 * The journal is a header and pages, each with its number; it belongs to the checkpoint whose number it
 * has.  An incomplete page at its end was not written over yet.
 */
#ifndef QFPI_IO_JOURNAL_H
#define QFPI_IO_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "io/hdf5_access.h"

/* The property list of files that can have a journal, to be closed; negative: HDF5 failed. */
hid_t qfpi_journal_access(void);

/* The file, opened with that list and flushed, is what checkpoint `number` relies on: a new journal, which
 * is closed with the file. */
qfp_status qfpi_journal_begin(hid_t file, const char *journal, uint64_t number) QFP_MUST_USE;

/* Whether the journal belongs to checkpoint `number` and has anything to put back. */
bool qfpi_journal_applies(const char *journal, uint64_t number);
/* Puts it into `copy`, which is `part` byte by byte; QFP_IO when the two were never one file's. */
qfp_status qfpi_journal_roll_back(const char *journal, const char *part,
                                  const char *copy) QFP_MUST_USE;

#endif
