/* From a number and six words to a handler. The rows of syscalls.def become the rules by which
 * arguments.c collects a call's arguments, and the calls of the handlers themselves. */
#include "cage/arguments.h"
#include "cage/dispatch.h"
#include "cage/files.h"
#include "cage/scheduler.h"
#include "cage/signals.h"

/* The number of the rows in order, and which row a call has. */
enum row {
#define SYSCALL(number, name, ...) ROW_##name,
#include "cage/syscalls.def"
    ROWS
};
_Static_assert(ROWS < 255, "row_of has one byte for a row");

static const uint8_t row_of[CALL_NUMBER_END] = {
#define SYSCALL(number, name, ...) [number] = ROW_##name + 1,
#include "cage/syscalls.def"
};

#define RULE(kind_, reg_, other_, rights_, optional_, size_, name_)                                \
    {.kind = ARGUMENT_##kind_,                                                                     \
     .reg = (reg_),                                                                                \
     .other = (other_),                                                                            \
     .rights = (rights_),                                                                          \
     .optional = (optional_),                                                                      \
     .size = (uint16_t)(size_),                                                                    \
     .name = #name_},
enum { IN_RIGHTS = RIGHT_READ, OUT_RIGHTS = RIGHT_WRITE, BOTH = RIGHT_READ | RIGHT_WRITE };

#define INT(reg, id) RULE(WORD, reg, 0, 0, false, 0, id)
#define UINT(reg, id) RULE(WORD, reg, 0, 0, false, 0, id)
#define ADDRESS(reg, id) RULE(WORD, reg, 0, 0, false, 0, id)
#define FILE(reg, id) RULE(FILE, reg, 0, 0, false, 0, id)
#define FD(reg, id) RULE(FD, reg, 0, 0, false, 0, id)
#define AT(reg, id) RULE(AT, reg, 0, 0, false, 0, id)
#define PATH(reg, id) RULE(PATH, reg, 0, IN_RIGHTS, false, 0, id)
#define OPT_PATH(reg, id) RULE(PATH, reg, 0, IN_RIGHTS, true, 0, id)
#define IN(reg, id, size) RULE(BYTES, reg, size, IN_RIGHTS, false, 0, id)
#define OUT(reg, id, size) RULE(BYTES, reg, size, OUT_RIGHTS, false, 0, id)
#define OPT_IN(reg, id, size) RULE(BYTES, reg, size, IN_RIGHTS, true, 0, id)
#define IN_N(reg, id, size) RULE(FIXED, reg, 0, IN_RIGHTS, false, size, id)
#define OUT_N(reg, id, size) RULE(FIXED, reg, 0, OUT_RIGHTS, false, size, id)
#define INOUT_N(reg, id, size) RULE(FIXED, reg, 0, BOTH, false, size, id)
#define OPT_IN_N(reg, id, size) RULE(FIXED, reg, 0, IN_RIGHTS, true, size, id)
#define OPT_OUT_N(reg, id, size) RULE(FIXED, reg, 0, OUT_RIGHTS, true, size, id)
#define OPT_INOUT_N(reg, id, size) RULE(FIXED, reg, 0, BOTH, true, size, id)
#define IN_LIST(reg, id, count, size) RULE(LIST, reg, count, IN_RIGHTS, false, size, id)
#define OUT_LIST(reg, id, count, size) RULE(LIST, reg, count, OUT_RIGHTS, false, size, id)
#define INOUT_LIST(reg, id, count, size) RULE(LIST, reg, count, BOTH, false, size, id)
#define ROOM(reg, id, size) RULE(ROOM, reg, size, OUT_RIGHTS, false, 0, id)
#define OPT_ROOM(reg, id, size) RULE(ROOM, reg, size, OUT_RIGHTS, true, 0, id)
#define STRINGS(reg, id) RULE(STRINGS, reg, 0, IN_RIGHTS, false, 0, id)
#define IOVEC_IN(reg, id, count) RULE(IOVEC, reg, count, IN_RIGHTS, false, 0, id)
#define IOVEC_OUT(reg, id, count) RULE(IOVEC, reg, count, OUT_RIGHTS, false, 0, id)
#define MESSAGE_IN(reg, id) RULE(MESSAGE, reg, 0, IN_RIGHTS, false, 0, id)
#define MESSAGE_OUT(reg, id) RULE(MESSAGE, reg, 0, OUT_RIGHTS, false, 0, id)
#define BY_COMMAND(reg, id, command) RULE(COMMAND, reg, command, 0, false, 0, id)

/* What a handler of this status is: there, or missing. */
#define HAS_FULL 1
#define HAS_PARTIAL 1
#define HAS_REFUSED 0

static const struct call_info calls[ROWS] = {
#define SYSCALL(number_, name_, status, price_, per_64_, sentence, ...)                            \
    [ROW_##name_] = {.number = HAS_##status ? (number_) : CALL_NUMBER_END,                         \
                     .name = #name_,                                                               \
                     .price = (price_),                                                            \
                     .per_64 = (per_64_),                                                          \
                     .rules = {__VA_ARGS__{.kind = ARGUMENT_NONE}}},
#include "cage/syscalls.def"
};
#undef RULE
#include "cage/argument_words_end.h"

const struct call_info *call_find(uint32_t number) {
    if (number >= CALL_NUMBER_END || row_of[number] == 0) {
        return NULL;
    }
    const struct call_info *info = &calls[row_of[number] - 1];
    return info->number == number ? info : NULL;
}

const char *call_name(uint32_t number) {
    const bool known = number < CALL_NUMBER_END && row_of[number] != 0;
    return known ? calls[row_of[number] - 1].name : "";
}

#define INT(reg, id) , (int32_t)v[reg].word
#define UINT(reg, id) , v[reg].word
#define ADDRESS(reg, id) , v[reg].word
#define FILE(reg, id) , v[reg].file
#define FD(reg, id) , v[reg].word
#define AT(reg, id) , v[reg].file
#define PATH(reg, id) , v[reg].name
#define OPT_PATH(reg, id) , v[reg].name
#define IN(reg, id, size) , v[reg].const_span
#define OUT(reg, id, size) , v[reg].span
#define OPT_IN(reg, id, size) , v[reg].const_span
#define IN_N(reg, id, size) , v[reg].const_span
#define OUT_N(reg, id, size) , v[reg].span
#define INOUT_N(reg, id, size) , v[reg].span
#define OPT_IN_N(reg, id, size) , v[reg].const_span
#define OPT_OUT_N(reg, id, size) , v[reg].span
#define OPT_INOUT_N(reg, id, size) , v[reg].span
#define IN_LIST(reg, id, count, size) , v[reg].const_span
#define OUT_LIST(reg, id, count, size) , v[reg].span
#define INOUT_LIST(reg, id, count, size) , v[reg].span
#define ROOM(reg, id, size) , &v[reg].room
#define OPT_ROOM(reg, id, size) , &v[reg].room
#define STRINGS(reg, id) , v[reg].const_span
#define IOVEC_IN(reg, id, count) , v[reg].const_spans
#define IOVEC_OUT(reg, id, count) , v[reg].spans
#define MESSAGE_IN(reg, id) , &v[reg].message
#define MESSAGE_OUT(reg, id) , &v[reg].message
#define BY_COMMAND(reg, id, command) , v[reg].span
#define MAKE_FULL(name, ...)                                                                       \
    case CALL_##name:                                                                              \
        return sys_##name(cage __VA_ARGS__);
#define MAKE_PARTIAL(name, ...) MAKE_FULL(name, __VA_ARGS__)
#define MAKE_REFUSED(name, ...)

int32_t call_make(struct cage *cage, uint32_t number, struct arguments *arguments) {
    union argument *v = arguments->value;
    (void)v, (void)cage;
    switch (number) {
#define SYSCALL(number, name, status, price, per_64, sentence, ...) MAKE_##status(name, __VA_ARGS__)
#include "cage/syscalls.def"
    default: return -MOX_ENOSYS;
    }
}

/* What a call costs beyond its price: the bytes that were moved, as far as buffers could hold them.
 */
static uint64_t price_of(const struct call_info *info, const struct arguments *arguments,
                         int32_t result) {
    const uint32_t moved = result > 0 && (uint32_t)result < arguments->bytes ? (uint32_t)result
                           : result < 0                                      ? 0
                                                                             : arguments->bytes;
    return info->price + (uint64_t)info->per_64 * (((uint64_t)moved + 63) / 64);
}

void dispatch_ended(struct cage *cage) {
    files_call_ended(cage);
    cage->call = 0;
    cage->caller.progress = 0;
    cage->deadline = NO_DEADLINE;
    cage->interrupted = false;
}

/* Calls whose progress is what they have moved: broken off, they tell how much. */
static bool tells_progress(uint32_t call) {
    switch (call) {
    case CALL_read:
    case CALL_readv:
    case CALL_write:
    case CALL_writev:
    case CALL_send:
    case CALL_sendto:
    case CALL_sendmsg:
    case CALL_recv:
    case CALL_recvfrom:
    case CALL_recvmsg: return true;
    default: return false;
    }
}

int32_t dispatch_call(struct cage *cage, uint32_t number, const uint32_t words[6]) {
    struct arguments arguments;
    const struct call_info *info = call_find(number);
    if (cage->call != number && cage->call != 0) {
        dispatch_ended(cage); /* a host that did not try a bare cage's call again */
    }
    if (info == NULL) {
        cage_charge(cage, PRICE_OF_NOTHING);
        return -MOX_ENOSYS;
    }
    cage->call = number;
    cage->call_fd = info->rules[0].kind == ARGUMENT_FILE ? words[0] : UINT32_MAX;
    cage->caller.now = cage->machine->devices.start_time + machine_clock(cage->machine);
    int32_t result = arguments_take(cage, info, words, &arguments);
    if (result < 0) {
        cage_charge(cage, info->price);
    } else {
        result = call_make(cage, number, &arguments);
        if (result == CALL_WAITS && cage->interrupted) {
            wait_leave(&cage->waiter);
            result = tells_progress(number) && cage->caller.progress > 0
                         ? (int32_t)cage->caller.progress
                         : -MOX_EINTR;
        }
        cage_charge(cage, price_of(info, &arguments, result));
        arguments_end(cage, &arguments, result);
    }
    if (result != CALL_WAITS) {
        if (result != -MOX_EINTR) { /* then the handler's frame takes the mask */
            signals_waited(cage);
        }
        dispatch_ended(cage);
    }
    return result;
}
