/* The arguments of a call as its handler gets them, made from registers as syscalls.def says. */
#ifndef MOXBOX_CAGE_ARGUMENTS_H
#define MOXBOX_CAGE_ARGUMENTS_H

#include "cage/calls.h"

enum { ARGUMENTS = 6, ARGUMENT_ITEMS = 16 };

/* One argument, under the number of its register. */
union argument {
    uint32_t word;
    struct file *file;
    struct name name;
    struct span span;
    struct const_span const_span;
    struct room room;
    struct spans spans;
    struct const_spans const_spans;
    struct message message;
};

struct bounce;

struct arguments {
    union argument value[ARGUMENTS];
    struct bounce *bounces;            /* guest bytes that do not lie in one piece */
    struct span items[ARGUMENT_ITEMS]; /* of the only argument that has several */
    struct span *more_items;           /* when those do not suffice */
    uint32_t item_count;
    uint32_t room_words[ARGUMENTS]; /* where the size of a room is to be told; 0: nowhere */
    uint32_t message;               /* where a struct msghdr is that is written; 0: nowhere */
    uint32_t bytes;                 /* of all buffers, as the price counts them */
};

/* What a call's arguments must be; the end has kind ARGUMENT_NONE. */
enum argument_kind {
    ARGUMENT_NONE,
    ARGUMENT_WORD,
    ARGUMENT_FILE,
    ARGUMENT_FD,
    ARGUMENT_AT,
    ARGUMENT_PATH,
    ARGUMENT_BYTES, /* as many as register `other` says */
    ARGUMENT_FIXED, /* as many as `size` says */
    ARGUMENT_LIST,  /* `other` elements of `size` bytes */
    ARGUMENT_ROOM,
    ARGUMENT_STRINGS,
    ARGUMENT_IOVEC,
    ARGUMENT_MESSAGE,
    ARGUMENT_COMMAND
};

struct argument_rule {
    uint8_t kind;
    uint8_t reg;
    uint8_t other;
    uint8_t rights; /* RIGHT_READ: the handler reads it, RIGHT_WRITE: it writes it */
    bool optional;  /* address 0 is allowed */
    uint16_t size;
    const char *name;
};

struct call_info {
    uint32_t number;
    const char *name;
    uint32_t price;
    uint32_t per_64;
    struct argument_rule rules[ARGUMENTS + 1];
};

/* NULL: no such call (or one without a handler). */
const struct call_info *call_find(uint32_t number);

/* The handler itself, with arguments that were checked. */
int32_t call_make(struct cage *cage, uint32_t number, struct arguments *arguments);

/* Checks and collects; 0 or -errno with nothing left to free. */
int32_t arguments_take(struct cage *cage, const struct call_info *info,
                       const uint32_t words[ARGUMENTS], struct arguments *arguments);

/* Puts what was written where it belongs, unless the call waits, and frees. */
void arguments_end(struct cage *cage, struct arguments *arguments, int32_t result);

#endif
