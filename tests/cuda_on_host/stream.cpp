/* stream.cpp - streams and events: work is carried out when somebody waits for it.
 *
 * A real device may do it at any time between the call and the wait; here it is as late as
 * possible, which is the schedule under which forgotten waits show. QFP_CUDA_ON_HOST_SCHEDULE=early
 * runs everything at once, the other extreme.
 */
#include "stream.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace shim {

namespace {

CUstream_st default_stream = {{}, true, false};
std::vector<cudaStream_t> streams; /* without the default one */
std::vector<cudaEvent_t> events;

bool early()
{
    static const char *word = getenv("QFP_CUDA_ON_HOST_SCHEDULE");
    return word != nullptr && strcmp(word, "early") == 0;
}

void run_one(CUstream_st *stream)
{
    std::function<void()> work = std::move(stream->queue.front());
    stream->queue.pop_front();
    bool outer = stream->running;
    stream->running = true;
    if (!device_is_lost())
        work();
    stream->running = outer;
}

void run_queue(CUstream_st *stream)
{
    if (stream->queue.empty())
        return;
    open_memory();
    while (!stream->queue.empty())
        run_one(stream);
    close_memory();
}

/* The default stream and the blocking ones wait for each other. */
void settle_default(CUstream_st *stream)
{
    if (stream != &default_stream) {
        if (stream->blocking && !default_stream.running)
            run_queue(&default_stream);
        return;
    }
    for (cudaStream_t other : streams)
        if (other->blocking)
            run_queue(other);
}

cudaError_t create_stream(cudaStream_t *out, bool blocking)
{
    cudaError_t error = ready();
    if (error != cudaSuccess)
        return error;
    *out = new CUstream_st{{}, blocking, false};
    streams.push_back(*out);
    return cudaSuccess;
}

bool event_lives(cudaEvent_t event)
{
    return std::find(events.begin(), events.end(), event) != events.end();
}

} // namespace

CUstream_st *stream_object(cudaStream_t stream)
{
    return stream != nullptr ? stream : &default_stream;
}

bool stream_lives(cudaStream_t stream)
{
    return stream == nullptr || std::find(streams.begin(), streams.end(), stream) != streams.end();
}

cudaError_t enqueue(cudaStream_t handle, std::function<void()> work)
{
    if (!stream_lives(handle)) {
        report("work for a stream that does not exist");
        return note(cudaErrorInvalidResourceHandle);
    }
    CUstream_st *stream = stream_object(handle);
    settle_default(stream);
    stream->queue.push_back(std::move(work));
    if (early())
        run_queue(stream);
    return cudaSuccess;
}

void run_stream(cudaStream_t stream)
{
    settle_default(stream_object(stream));
    run_queue(stream_object(stream));
}

void run_all()
{
    for (cudaStream_t stream : streams)
        run_queue(stream);
    run_queue(&default_stream);
}

void run_until(const std::shared_ptr<shim_mark> &mark)
{
    open_memory();
    while (!mark->passed && !mark->stream->queue.empty())
        run_one(mark->stream);
    close_memory();
}

void live_streams(cuda_on_host_objects *objects)
{
    objects->streams = streams.size();
    objects->events = events.size();
}

} // namespace shim

using namespace shim;

extern "C" cudaError_t cudaStreamCreate(cudaStream_t *stream)
{
    return create_stream(stream, true);
}

extern "C" cudaError_t cudaStreamCreateWithFlags(cudaStream_t *stream, unsigned int flags)
{
    return create_stream(stream, (flags & cudaStreamNonBlocking) == 0);
}

extern "C" cudaError_t cudaStreamDestroy(cudaStream_t stream)
{
    if (stream == nullptr || !stream_lives(stream)) {
        report("cudaStreamDestroy: no such stream");
        return note(cudaErrorInvalidResourceHandle);
    }
    run_stream(stream);
    streams.erase(std::find(streams.begin(), streams.end(), stream));
    delete stream;
    return ready();
}

extern "C" cudaError_t cudaStreamSynchronize(cudaStream_t stream)
{
    if (!stream_lives(stream))
        return note(cudaErrorInvalidResourceHandle);
    counters.synchronisations += 1;
    run_stream(stream);
    return ready();
}

extern "C" cudaError_t cudaDeviceSynchronize(void)
{
    counters.synchronisations += 1;
    run_all();
    return ready();
}

/* A loop that asks until it hears yes makes progress. */
extern "C" cudaError_t cudaStreamQuery(cudaStream_t handle)
{
    if (!stream_lives(handle))
        return note(cudaErrorInvalidResourceHandle);
    CUstream_st *stream = stream_object(handle);
    if (stream->queue.empty())
        return ready();
    open_memory();
    run_one(stream);
    close_memory();
    return cudaErrorNotReady;
}

extern "C" cudaError_t cudaEventCreateWithFlags(cudaEvent_t *event, unsigned int)
{
    cudaError_t error = ready();
    if (error != cudaSuccess)
        return error;
    *event = new CUevent_st{};
    events.push_back(*event);
    return cudaSuccess;
}

extern "C" cudaError_t cudaEventCreate(cudaEvent_t *event)
{
    return cudaEventCreateWithFlags(event, cudaEventDefault);
}

extern "C" cudaError_t cudaEventDestroy(cudaEvent_t event)
{
    if (!event_lives(event))
        return note(cudaErrorInvalidResourceHandle);
    events.erase(std::find(events.begin(), events.end(), event));
    delete event;
    return ready();
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream)
{
    if (!event_lives(event))
        return note(cudaErrorInvalidResourceHandle);
    auto mark = std::make_shared<shim_mark>(shim_mark{stream_object(stream), false});
    event->mark = mark;
    return enqueue(stream, [mark] { mark->passed = true; });
}

cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned int)
{
    if (!event_lives(event))
        return note(cudaErrorInvalidResourceHandle);
    auto mark = event->mark;
    return mark ? enqueue(stream, [mark] { run_until(mark); }) : ready();
}

extern "C" cudaError_t cudaEventSynchronize(cudaEvent_t event)
{
    if (!event_lives(event))
        return note(cudaErrorInvalidResourceHandle);
    counters.synchronisations += 1;
    if (event->mark)
        run_until(event->mark);
    return ready();
}

extern "C" cudaError_t cudaEventQuery(cudaEvent_t event)
{
    if (!event_lives(event))
        return note(cudaErrorInvalidResourceHandle);
    if (!event->mark || event->mark->passed)
        return ready();
    run_until(event->mark); /* the next question hears yes */
    return cudaErrorNotReady;
}

extern "C" cudaError_t cudaEventElapsedTime(float *milliseconds, cudaEvent_t from, cudaEvent_t to)
{
    for (cudaEvent_t event : {from, to})
        if (!event_lives(event) || !event->mark)
            return note(cudaErrorInvalidResourceHandle);
    if (!from->mark->passed || !to->mark->passed)
        return note(cudaErrorNotReady);
    *milliseconds = 1.0f; /* time here means nothing */
    return ready();
}
