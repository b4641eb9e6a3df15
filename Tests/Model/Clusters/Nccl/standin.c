/* What NativeCnn calls of NCCL and of NVIDIA's driver, without cards: memory is this machine's, processes are threads,
 * and nothing runs later than it is called. It refuses what NCCL and CUDA refuse: another context than the primary one,
 * another's stream or memory, sends outside of a group, another type, a second use of a communicator that is gone. What
 * each thread called is written down. Written for the tests after nccl.h and cuda.h; no code of either. */
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 16, CALLS = 1 << 16, BLOCKS = 256 };

/* Contexts: 1 is the one that the device computes in, 2 the card's primary one. Streams and events belong to one. */
#define MAIN ((void *)1)
#define PRIMARY ((void *)2)

struct thing {
    void *context;
};
struct block {
    char *start;
    size_t length;
};
struct post {
    const char *from[MOST];
    char *to[MOST];
    size_t length;
};
struct group {
    int number, count, joined, arrived, turn, aborted;
    struct post posts[MOST];
};
struct communicator {
    struct group *group;
    int rank, alive;
};
typedef struct {
    char bytes[128];
} identifier;

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct group groups[BLOCKS];
static int made;
static int async_error;
static int failing_rank = -1;
static struct thing main_stream = {MAIN};

static __thread void *current = MAIN;
static __thread struct block blocks[BLOCKS];
static __thread int blocks_taken;
static __thread int depth;
static __thread struct post pending;
static __thread struct communicator *pending_of;
static __thread char calls[CALLS];

static void note(const char *format, ...) {
    size_t length = strlen(calls);
    va_list values;
    va_start(values, format);
    vsnprintf(calls + length, CALLS - length, format, values);
    va_end(values);
}

/* What a test asks of the stand-in. */
void *standin_main_stream(void) { return &main_stream; }
void standin_fail_init(int rank) { failing_rank = rank; }
void standin_fail_later(int code) { async_error = code; }
int standin_blocks(void) {
    int held = 0;
    for (int i = 0; i < blocks_taken; i++) held += blocks[i].start != NULL;
    return held;
}
const char *standin_calls(void) { return calls; }
void standin_forget(void) { calls[0] = 0; }

/* The driver. */
int cuGetErrorName(int code, const char **name) {
    *name = code == 201 ? "CUDA_ERROR_INVALID_CONTEXT" : code == 400 ? "CUDA_ERROR_INVALID_HANDLE" : "CUDA_ERROR";
    return 0;
}
int cuCtxSetCurrent(void *context) {
    current = context;
    return 0;
}
int cuDevicePrimaryCtxRetain(void **context, int card) {
    *context = PRIMARY;
    note("retain(%d) ", card);
    return 0;
}
int cuDevicePrimaryCtxRelease_v2(int card) {
    note("release(%d) ", card);
    return 0;
}
static int make(void **made_thing) {
    struct thing *one = malloc(sizeof *one);
    one->context = current;
    *made_thing = one;
    return 0;
}
int cuStreamCreate(void **stream, unsigned flags) { return flags == 1 ? make(stream) : 1; }
int cuStreamSynchronize(struct thing *stream) { return stream->context == current ? 0 : 400; }
int cuStreamDestroy_v2(struct thing *stream) {
    if (stream->context != current) return 400;
    free(stream);
    return 0;
}
int cuEventCreate(void **event, unsigned flags) { return flags == 2 ? make(event) : 1; }
int cuEventDestroy_v2(void *event) {
    free(event);
    return 0;
}
int cuEventSynchronize(void *event) { return event == NULL; }
int cuEventRecord(struct thing *event, struct thing *stream) {
    note("record-%s ", stream->context == MAIN ? "main" : "primary");
    return event->context == stream->context ? 0 : 400;
}
int cuStreamWaitEvent(struct thing *stream, struct thing *event, unsigned flags) {
    note("%s-waits-for-%s ", stream->context == MAIN ? "main" : "primary", event->context == MAIN ? "main" : "primary");
    return flags == 0 ? 0 : 1;
}
int cuMemAlloc_v2(void **memory, size_t bytes) {
    if (current != PRIMARY) return 201;
    if (blocks_taken == BLOCKS) return 2;
    *memory = calloc(1, bytes);
    blocks[blocks_taken].start = *memory;
    blocks[blocks_taken++].length = bytes;
    return 0;
}
int cuMemFree_v2(char *memory) {
    for (int i = 0; i < blocks_taken; i++) {
        if (blocks[i].start == memory) {
            free(memory);
            blocks[i].start = NULL;
            return 0;
        }
    }
    return 1;
}
static int is_taken(const char *from, size_t bytes) {
    for (int i = 0; i < blocks_taken; i++)
        if (blocks[i].start && from >= blocks[i].start && from + bytes <= blocks[i].start + blocks[i].length) return 1;
    return 0;
}
int cuMemcpyPeerAsync(char *to, void *to_context, const char *from, void *from_context, size_t bytes,
    struct thing *stream) {
    note("copy-%s-%s ", from_context == MAIN ? "main" : "primary", to_context == MAIN ? "main" : "primary");
    if (stream->context != current) return 400;
    if (!is_taken(to_context == PRIMARY ? to : from, bytes)) return 1;
    memcpy(to, from, bytes);
    return 0;
}

/* Of graphs only the names: they are looked for together. */
int cuStreamBeginCapture_v2(void) { return 1; }
int cuStreamEndCapture(void) { return 1; }
int cuGraphInstantiateWithFlags(void) { return 1; }
int cuGraphLaunch(void) { return 1; }
int cuGraphDestroy(void) { return 1; }
int cuGraphExecDestroy(void) { return 1; }

/* NCCL. */
const char *ncclGetErrorString(int code) {
    return code == 5 ? "invalid usage" : code == 4 ? "invalid argument" : code == 2 ? "unhandled system error"
        : code == 6 ? "remote process exited" : "internal error";
}
int ncclGetVersion(int *version) {
    *version = 22105;
    return 0;
}
int ncclGetUniqueId(identifier *id) {
    pthread_mutex_lock(&guard);
    groups[made].number = made;
    memset(id, 0, sizeof *id);
    /* At both ends: all of it must travel. */
    id->bytes[0] = id->bytes[127] = (char)made++;
    pthread_mutex_unlock(&guard);
    return 0;
}
int ncclCommInitRank(struct communicator **joined, int count, identifier id, int rank) {
    if (current != PRIMARY || rank < 0 || rank >= count || count > MOST || id.bytes[0] != id.bytes[127]) return 4;
    struct group *group = &groups[(int)id.bytes[0]];
    pthread_mutex_lock(&guard);
    group->count = count;
    if (rank == failing_rank) group->aborted = 1;
    group->joined++;
    pthread_cond_broadcast(&changed);
    while (group->joined < count && !group->aborted) pthread_cond_wait(&changed, &guard);
    int failed = group->aborted;
    pthread_mutex_unlock(&guard);
    if (failed) return 2;
    *joined = calloc(1, sizeof **joined);
    (*joined)->group = group;
    (*joined)->rank = rank;
    (*joined)->alive = 1;
    note("join(%d/%d) ", rank, count);
    return 0;
}
static int is_usable(struct communicator *one, struct thing *stream, int type) {
    return one->alive && current == PRIMARY && stream->context == PRIMARY && type == 7;
}
/* All wait for the last of them; nonzero where one was aborted. */
static int meet(struct group *group) {
    int turn = group->turn;
    if (++group->arrived == group->count) {
        group->arrived = 0;
        group->turn++;
        pthread_cond_broadcast(&changed);
    }
    while (group->turn == turn && !group->aborted) pthread_cond_wait(&changed, &guard);
    return group->aborted;
}
/* Gives everybody what the others posted for it. */
static int exchange(struct communicator *one, struct post *own) {
    struct group *group = one->group;
    pthread_mutex_lock(&guard);
    group->posts[one->rank] = *own;
    int failed = meet(group);
    for (int rank = 0; rank < group->count && !failed; rank++) {
        if (group->posts[rank].length != own->length || !group->posts[rank].from[one->rank] || !own->to[rank]) {
            failed = 1;
            break;
        }
        memcpy(own->to[rank], group->posts[rank].from[one->rank], own->length);
    }
    failed |= meet(group);
    pthread_mutex_unlock(&guard);
    return failed ? 6 : 0;
}
int ncclAllGather(const char *from, char *to, size_t floats, int type, struct communicator *one, struct thing *stream) {
    int count = one->group->count;
    struct post own = {.length = floats * sizeof(float)};
    note("gather(%zu) ", floats);
    if (!is_usable(one, stream, type) || !is_taken(from, own.length) || !is_taken(to, own.length * count)) return 4;
    for (int rank = 0; rank < count; rank++) {
        own.from[rank] = from;
        own.to[rank] = to + rank * own.length;
    }
    return exchange(one, &own);
}
int ncclGroupStart(void) {
    depth++;
    memset(&pending, 0, sizeof pending);
    pending_of = NULL;
    note("[ ");
    return 0;
}
int ncclSend(const char *from, size_t floats, int type, int peer, struct communicator *one, struct thing *stream) {
    note("send(%zu,%d) ", floats, peer);
    if (depth != 1) return 5;
    if (!is_usable(one, stream, type) || !is_taken(from, floats * sizeof(float))) return 4;
    pending_of = one;
    pending.length = floats * sizeof(float);
    pending.from[peer] = from;
    return 0;
}
int ncclRecv(char *to, size_t floats, int type, int peer, struct communicator *one, struct thing *stream) {
    note("receive(%zu,%d) ", floats, peer);
    if (depth != 1) return 5;
    if (!is_usable(one, stream, type) || !is_taken(to, floats * sizeof(float))) return 4;
    pending.to[peer] = to;
    return 0;
}
int ncclGroupEnd(void) {
    note("] ");
    if (depth-- != 1 || !pending_of) return 5;
    return exchange(pending_of, &pending);
}
int ncclCommGetAsyncError(struct communicator *one, int *code) {
    *code = one->alive ? async_error : 4;
    return 0;
}
int ncclCommAbort(struct communicator *one) {
    pthread_mutex_lock(&guard);
    one->alive = 0;
    one->group->aborted = 1;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&guard);
    note("abort ");
    return 0;
}
int ncclCommDestroy(struct communicator *one) {
    note("destroy ");
    if (!one->alive) return 4;
    one->alive = 0;
    return 0;
}
