/* See byte_queue.h. */
#include "base/byte_queue.h"

#include <string.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/codec.h"
#include "moxbox/errno.h"

enum { SMALLEST = 256 };

void byte_queue_init(struct byte_queue *queue, const struct mox_allocator *allocator,
                     uint32_t limit) {
    *queue = (struct byte_queue){.allocator = *allocator, .limit = limit};
}

void byte_queue_clear(struct byte_queue *queue) {
    alloc_give(&queue->allocator, queue->bytes, queue->capacity);
    queue->bytes = NULL;
    queue->capacity = 0;
    queue->first = 0;
    queue->size = 0;
}

uint32_t byte_queue_room(const struct byte_queue *queue) {
    return queue->size < queue->limit ? queue->limit - queue->size : 0;
}

int32_t byte_queue_reserve(struct byte_queue *queue, uint32_t size) {
    if (size > byte_queue_room(queue)) {
        return -MOX_ENOBUFS;
    }
    const uint32_t wanted = queue->size + size;
    if (wanted <= queue->capacity) {
        return 0;
    }
    uint32_t capacity = queue->capacity == 0 ? SMALLEST : queue->capacity;
    while (capacity < wanted) {
        capacity *= 2;
    }
    uint8_t *bytes = alloc_get(&queue->allocator, capacity);
    if (bytes == NULL) {
        return -MOX_ENOMEM;
    }
    (void)byte_queue_peek(queue, 0, bytes, queue->size);
    alloc_give(&queue->allocator, queue->bytes, queue->capacity);
    queue->bytes = bytes;
    queue->capacity = capacity;
    queue->first = 0;
    return 0;
}

/* needs: room and capacity for them */
static void append(struct byte_queue *queue, const uint8_t *from, uint32_t size) {
    if (size == 0) {
        return;
    }
    const uint32_t at = (queue->first + queue->size) & (queue->capacity - 1);
    const uint32_t to_end = queue->capacity - at;
    const uint32_t run = size < to_end ? size : to_end;
    memcpy(queue->bytes + at, from, run);
    if (run < size) {
        memcpy(queue->bytes, from + run, size - run);
    }
    queue->size += size;
}

int32_t byte_queue_put(struct byte_queue *queue, const uint8_t *from, uint32_t size) {
    const uint32_t room = byte_queue_room(queue);
    const uint32_t count = size < room ? size : room;
    if (count == 0) {
        return 0;
    }
    const int32_t error = byte_queue_reserve(queue, count);
    if (error < 0) {
        return error;
    }
    append(queue, from, count);
    wait_wake(&queue->readers);
    return (int32_t)count;
}

uint32_t byte_queue_peek(const struct byte_queue *queue, uint32_t offset, uint8_t *to,
                         uint32_t size) {
    const uint32_t there = offset < queue->size ? queue->size - offset : 0;
    const uint32_t count = size < there ? size : there;
    if (count == 0) {
        return 0;
    }
    const uint32_t at = (queue->first + offset) & (queue->capacity - 1);
    const uint32_t to_end = queue->capacity - at;
    const uint32_t run = count < to_end ? count : to_end;
    memcpy(to, queue->bytes + at, run);
    if (run < count) {
        memcpy(to + run, queue->bytes, count - run);
    }
    return count;
}

uint32_t byte_queue_drop(struct byte_queue *queue, uint32_t size) {
    const uint32_t count = size < queue->size ? size : queue->size;
    if (count == 0) {
        return 0;
    }
    queue->first = (queue->first + count) & (queue->capacity - 1);
    queue->size -= count;
    if (queue->size == 0) {
        queue->first = 0; /* the next run lies in one piece */
    }
    wait_wake(&queue->writers);
    return count;
}

uint32_t byte_queue_take(struct byte_queue *queue, uint8_t *to, uint32_t size) {
    return byte_queue_drop(queue, byte_queue_peek(queue, 0, to, size));
}

const uint8_t *byte_queue_front(const struct byte_queue *queue, uint32_t *size) {
    const uint32_t to_end = queue->capacity - queue->first;
    *size = queue->size < to_end ? queue->size : to_end;
    return queue->bytes != NULL ? queue->bytes + queue->first : NULL;
}

int32_t byte_queue_put_message(struct byte_queue *queue, const uint8_t *head, uint32_t head_size,
                               const uint8_t *from, uint32_t size) {
    if (head_size > queue->limit || size > queue->limit - head_size ||
        queue->limit - head_size - size < BYTE_QUEUE_HEAD) {
        return -MOX_EMSGSIZE;
    }
    const int32_t error = byte_queue_reserve(queue, BYTE_QUEUE_HEAD + head_size + size);
    if (error < 0) {
        return error;
    }
    uint8_t length[BYTE_QUEUE_HEAD];
    bytes_store32(length, head_size + size);
    append(queue, length, BYTE_QUEUE_HEAD);
    append(queue, head, head_size);
    append(queue, from, size);
    wait_wake(&queue->readers);
    return 0;
}

uint32_t byte_queue_message_size(const struct byte_queue *queue) {
    uint8_t length[BYTE_QUEUE_HEAD];
    if (byte_queue_peek(queue, 0, length, BYTE_QUEUE_HEAD) < BYTE_QUEUE_HEAD) {
        return UINT32_MAX;
    }
    return bytes_load32(length);
}

uint32_t byte_queue_take_message(struct byte_queue *queue, uint8_t *to, uint32_t size) {
    const uint32_t length = byte_queue_message_size(queue);
    const uint32_t wanted = size < length ? size : length;
    const uint32_t count = byte_queue_peek(queue, BYTE_QUEUE_HEAD, to, wanted);
    (void)byte_queue_drop(queue, BYTE_QUEUE_HEAD + length);
    return count;
}

bool byte_queue_check(const struct byte_queue *queue) {
    const bool power = (queue->capacity & (queue->capacity - 1)) == 0;
    return power && queue->size <= queue->capacity &&
           (queue->capacity == 0 ? queue->first == 0 : queue->first < queue->capacity) &&
           (queue->bytes == NULL) == (queue->capacity == 0);
}

bool byte_queue_whole(const struct byte_queue *queue, uint32_t skip) {
    uint64_t at = skip;
    while (at < queue->size) {
        uint8_t length[BYTE_QUEUE_HEAD];
        if (byte_queue_peek(queue, (uint32_t)at, length, BYTE_QUEUE_HEAD) < BYTE_QUEUE_HEAD) {
            return false;
        }
        at += BYTE_QUEUE_HEAD + (uint64_t)bytes_load32(length);
    }
    return at == queue->size;
}

static uint32_t least_capacity(uint32_t size) {
    uint32_t capacity = size == 0 ? 0 : SMALLEST;
    while (capacity < size) {
        capacity *= 2;
    }
    return capacity;
}

static void reverse(uint8_t *bytes, uint32_t from, uint32_t to) {
    while (from + 1 < to) {
        const uint8_t byte = bytes[from];
        bytes[from++] = bytes[--to];
        bytes[to] = byte;
    }
}

/* Where the oldest byte is, with all others behind it: the ring is turned when they are not. */
static uint8_t *in_one_piece(struct byte_queue *queue) {
    if (queue->size > queue->capacity - queue->first) {
        reverse(queue->bytes, 0, queue->first);
        reverse(queue->bytes, queue->first, queue->capacity);
        reverse(queue->bytes, 0, queue->capacity);
        queue->first = 0;
    }
    return queue->bytes != NULL ? queue->bytes + queue->first : NULL;
}

void byte_queue_codec(struct codec *codec, struct byte_queue *queue, bool counted) {
    enum { MOST = 1 << 30 };
    queue->limit = codec_most(codec, queue->limit, MOST);
    const uint32_t size = codec_most(codec, queue->size, MOST);
    const uint32_t capacity =
        counted ? codec_most(codec, queue->capacity, MOST) : least_capacity(size);
    if (codec->loads && codec_need(codec, (capacity & (capacity - 1)) == 0 && size <= capacity)) {
        queue->bytes = codec_get(codec, &queue->allocator, capacity);
        queue->capacity = codec_good(codec) ? capacity : 0;
        queue->size = codec_good(codec) ? size : 0;
    }
    codec_blob_at(codec, in_one_piece(queue), size, NULL);
    wait_codec(codec, &queue->readers);
    wait_codec(codec, &queue->writers);
}
