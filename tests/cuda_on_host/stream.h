/* stream.h - INTERNAL to tests/cuda_on_host: queues of work. */
#ifndef QFP_SHIM_STREAM_H
#define QFP_SHIM_STREAM_H

#include <deque>
#include <memory>

#include "shim.h"

/* How far a stream had got when an event was recorded. */
struct shim_mark {
    CUstream_st *stream;
    bool passed;
};

struct CUstream_st {
    std::deque<std::function<void()>> queue;
    bool blocking; /* against the default stream */
    bool running;
};

struct CUevent_st {
    std::shared_ptr<shim_mark> mark; /* none: never recorded */
};

namespace shim {

CUstream_st *stream_object(cudaStream_t stream);
bool stream_lives(cudaStream_t stream);
/* Works through the queue up to the mark. */
void run_until(const std::shared_ptr<shim_mark> &mark);

} // namespace shim

#endif
