/* The one queue of bytes: under pipes, sockets, #| and the console. A ring that grows by doubling
 * up to its limit, with the two queues in which its readers and writers wait. Who is at its ends,
 * and what it means when one of them has gone, is its owner's business. */
#ifndef MOXBOX_BASE_BYTE_QUEUE_H
#define MOXBOX_BASE_BYTE_QUEUE_H

#include "base/wait.h"
#include "moxbox/allocator.h"

struct byte_queue {
    struct mox_allocator allocator;
    uint8_t *bytes;
    uint32_t capacity;         /* of bytes: 0 or a power of two */
    uint32_t limit;            /* the most bytes that it holds */
    uint32_t first;            /* index of the oldest byte */
    uint32_t size;             /* bytes that it holds */
    struct wait_queue readers; /* woken by every put */
    struct wait_queue writers; /* woken by every take and drop */
};

/* limit: at most 2^30. Holds no memory until the first put. */
void byte_queue_init(struct byte_queue *queue, const struct mox_allocator *allocator,
                     uint32_t limit);

/* Gives its memory back; the bytes in it are lost and nobody is woken. */
void byte_queue_clear(struct byte_queue *queue);

uint32_t byte_queue_room(const struct byte_queue *queue);

/* Makes the next puts of `size` bytes in all certain to succeed: 0, -ENOMEM, or -ENOBUFS when they
 * are more than there is room for. */
int32_t byte_queue_reserve(struct byte_queue *queue, uint32_t size);

/* Takes in as many of the bytes as there is room for and gives their count (0: full); -ENOMEM with
 * nothing changed. */
int32_t byte_queue_put(struct byte_queue *queue, const uint8_t *from, uint32_t size);

/* Gives out up to `size` of the oldest bytes; their count. */
uint32_t byte_queue_take(struct byte_queue *queue, uint8_t *to, uint32_t size);

/* The same without taking them away, from the byte number `offset` on. */
uint32_t byte_queue_peek(const struct byte_queue *queue, uint32_t offset, uint8_t *to,
                         uint32_t size);

/* Takes up to `size` bytes away unseen; their count. */
uint32_t byte_queue_drop(struct byte_queue *queue, uint32_t size);

/* The oldest bytes as they lie in memory: the longest run of them. Valid until the next change. */
const uint8_t *byte_queue_front(const struct byte_queue *queue, uint32_t *size);

/* Messages: runs of bytes that stay whole, each with its length before it (BYTE_QUEUE_HEAD bytes
 * that count against the limit). One queue has either messages or bytes. */
enum { BYTE_QUEUE_HEAD = 4 };

/* All of it or nothing: 0, -EMSGSIZE when it can never fit, -ENOBUFS when it does not fit now,
 * -ENOMEM. The message is `head` (may be empty) followed by `from`. */
int32_t byte_queue_put_message(struct byte_queue *queue, const uint8_t *head, uint32_t head_size,
                               const uint8_t *from, uint32_t size);

/* The length of the oldest message; UINT32_MAX when there is none. */
uint32_t byte_queue_message_size(const struct byte_queue *queue);

/* Takes the oldest message, of which bytes beyond `size` are lost; the count of those given. There
 * must be one. */
uint32_t byte_queue_take_message(struct byte_queue *queue, uint8_t *to, uint32_t size);

/* For machine_check: whether the fields agree with one another. */
bool byte_queue_check(const struct byte_queue *queue);

/* Whether all of the queue from `skip` on is messages. */
bool byte_queue_whole(const struct byte_queue *queue, uint32_t skip);

/* What it holds, and who waits (base/codec.h). Loading needs a queue fresh from byte_queue_init.
 * counted: its memory is the machine's, so how much it has is part of the state. */
struct codec;
void byte_queue_codec(struct codec *codec, struct byte_queue *queue, bool counted);

#endif
