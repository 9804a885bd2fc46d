/* turn.h - INTERNAL: public functions that compute, or meet HDF5, take turns: neither libhdf5 as it is packaged nor
 * the choice of a device is made for two threads, and a process that reads a file is forked where nobody else is
 * in the middle of anything. */
#ifndef QFPI_TURN_H
#define QFPI_TURN_H

/* From here to the end of the block.  Whoever has the turn may take it again. */
#define QFPI_TAKE_TURN() __attribute__((cleanup(qfpi_turn_end))) int qfpi_turn_ = qfpi_turn_begin()

int qfpi_turn_begin(void);
void qfpi_turn_end(const int *turn);

#endif
