/* guard_calls.h - INTERNAL: which calls of the system a process may still make that reads a foreign file. */
#ifndef QFPI_GUARD_CALLS_H
#define QFPI_GUARD_CALLS_H

/* From here on this process may read files, have memory and write to what is open: it starts no program, opens
 * no file for writing and no connection, and reaches no other process; what is not allowed answers EPERM.  Does
 * nothing where the system has no such filters, and under sanitizers, whose reports need more. */
void qfpi_guard_calls(void);

#endif
