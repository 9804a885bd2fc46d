/* fiber.h - INTERNAL to tests/cuda_on_host: stacks that one thread of control moves between. */
#ifndef QFP_SHIM_FIBER_H
#define QFP_SHIM_FIBER_H

#include <cstddef>

namespace shim {

/* A stack and what runs on it.  Created at its first resume(); entry() never returns: it calls
 * yield() when there is nothing left to do and is entered again from there. */
struct fiber;

fiber *fiber_create(void (*entry)());
void fiber_destroy(fiber *f); /* whatever is on its stack is forgotten */

/* From the scheduler into a fiber, until it yields; the sanitizer is told about both. */
void fiber_resume(fiber *f);
/* From the running fiber back to the scheduler. */
void fiber_yield();
/* The running fiber, NULL in the scheduler. */
fiber *fiber_running();

} // namespace shim

#endif
