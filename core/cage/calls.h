/* The handlers that syscalls.def promises, and what they get. A handler gives >= 0, -errno, or
 * CALL_WAITS when it has joined queues (base/wait.h) or has set the cage's deadline; then the call
 * is made again from its beginning when a queue is woken or the deadline has come. Across those
 * tries cage->caller.progress and cage->deadline stay; when the call ends they are reset. */
#ifndef MOXBOX_CAGE_CALLS_H
#define MOXBOX_CAGE_CALLS_H

#include "cage/abi.h"
#include "cage/cage.h"

enum { LIST_MAX = 65536, IOVEC_MAX = 1024, ARGUMENTS_MAX = 128 << 10 };

/* Guest bytes whose room and size are told apart: `needed` is what the guest learns. */
struct room {
    uint8_t *bytes; /* NULL: nothing is wanted */
    uint32_t size;
    uint32_t needed; /* the handler sets it; more than size when it was cut */
};

/* Several buffers in their order; size is their sum, below 2^31. */
struct spans {
    const struct span *items;
    uint32_t count;
    uint32_t size;
};
struct const_spans {
    const struct const_span *items;
    uint32_t count;
    uint32_t size;
};

/* A struct msghdr. Of one that is sent, read only. */
struct message {
    struct room address;
    struct spans data;
    struct room control;
    uint32_t flags; /* what recvmsg tells */
};

#define INT(reg, id) , int32_t id
#define UINT(reg, id) , uint32_t id
#define ADDRESS(reg, id) , uint32_t id
#define FILE(reg, id) , struct file *id
#define FD(reg, id) , uint32_t id
#define AT(reg, id) , struct file *id
#define PATH(reg, id) , struct name id
#define OPT_PATH(reg, id) , struct name id
#define IN(reg, id, size) , struct const_span id
#define OUT(reg, id, size) , struct span id
#define OPT_IN(reg, id, size) , struct const_span id
#define IN_N(reg, id, size) , struct const_span id
#define OUT_N(reg, id, size) , struct span id
#define INOUT_N(reg, id, size) , struct span id
#define OPT_IN_N(reg, id, size) , struct const_span id
#define OPT_OUT_N(reg, id, size) , struct span id
#define OPT_INOUT_N(reg, id, size) , struct span id
#define IN_LIST(reg, id, count, size) , struct const_span id
#define OUT_LIST(reg, id, count, size) , struct span id
#define INOUT_LIST(reg, id, count, size) , struct span id
#define ROOM(reg, id, size) , struct room *id
#define OPT_ROOM(reg, id, size) , struct room *id
#define STRINGS(reg, id) , struct const_span id
#define IOVEC_IN(reg, id, count) , struct const_spans id
#define IOVEC_OUT(reg, id, count) , struct spans id
#define MESSAGE_IN(reg, id) , struct message *id
#define MESSAGE_OUT(reg, id) , struct message *id
#define BY_COMMAND(reg, id, command) , struct span id
#define SYSCALL(number, name, status, price, per_64, sentence, ...)                                \
    int32_t sys_##name(struct cage *cage __VA_ARGS__);
#include "cage/syscalls.def"
#include "cage/argument_words_end.h"

enum call_number {
#define SYSCALL(number, name, ...) CALL_##name = number,
#include "cage/syscalls.def"
    CALL_NUMBER_END = 512
};

/* A guest's struct timespec as nanoseconds, saturating; -EINVAL. Bytes must be there. */
int32_t clock_take(struct const_span from, uint64_t *nanoseconds);
/* A timer that goes off at `at` (NO_DEADLINE: never), as a guest's struct itimer. */
void clock_put_timer(uint8_t *to, uint64_t at, uint64_t interval, uint64_t now);

#endif
