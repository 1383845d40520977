#include "xlate/wasm_writer.h"

#include "base/alloc.h"

#include <string.h>

/* Bytes of a LEB128 number, at most: of 32 bits, which a wide one always takes, and of 64. */
enum { FIRST_CAPACITY = 4096, LEB_32 = 5, LEB_64 = 10 };

void wasm_init(struct wasm_writer *w, const struct mox_allocator *allocator) {
    *w = (struct wasm_writer){.allocator = *allocator};
}

void wasm_free(struct wasm_writer *w) {
    alloc_give(&w->allocator, w->bytes, w->capacity);
    w->bytes = NULL;
    w->size = 0;
    w->capacity = 0;
}

/* Makes room for so many bytes more; false: there is none, now or since earlier. */
static bool grow(struct wasm_writer *w, size_t more) {
    size_t capacity = w->capacity == 0 ? FIRST_CAPACITY : w->capacity * 2;
    while (capacity - w->size < more) {
        capacity *= 2;
    }
    uint8_t *bytes = w->failed ? NULL : alloc_more(&w->allocator, w->bytes, w->capacity, capacity);
    if (bytes == NULL) {
        w->failed = true;
        return false;
    }
    w->bytes = bytes;
    w->capacity = capacity;
    return true;
}

static inline bool reserve(struct wasm_writer *w, size_t more) {
    return more <= w->capacity - w->size || grow(w, more);
}

/* LEB128, into room that is there; return what is behind it. */
static inline uint8_t *put_unsigned(uint8_t *at, uint32_t value) {
    while (value >= 0x80) {
        *at++ = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    *at++ = (uint8_t)value;
    return at;
}

static inline uint8_t *put_signed(uint8_t *at, int64_t value) {
    for (;;) {
        const uint32_t low = (uint32_t)value & 0x7f;
        /* An arithmetic shift, spelt out. */
        value = value < 0 ? ~(int64_t)((uint64_t)~value >> 7) : (int64_t)((uint64_t)value >> 7);
        if ((value == 0 && !(low & 0x40)) || (value == -1 && (low & 0x40))) {
            *at++ = (uint8_t)low;
            return at;
        }
        *at++ = (uint8_t)(low | 0x80);
    }
}

/* Writes what the expression puts at `at`, at most so many bytes. */
#define PUT(w, most, expression)                                                                   \
    if (reserve(w, most)) {                                                                        \
        uint8_t *at = (w)->bytes + (w)->size;                                                      \
        at = (expression);                                                                         \
        (w)->size = (size_t)(at - (w)->bytes);                                                     \
    }

void wasm_byte(struct wasm_writer *w, uint32_t byte) {
    PUT(w, 1, (*at = (uint8_t)byte, at + 1))
}

void wasm_bytes(struct wasm_writer *w, const void *bytes, size_t size) {
    if (size > 0 && reserve(w, size)) {
        memcpy(w->bytes + w->size, bytes, size);
        w->size += size;
    }
}

void wasm_unsigned(struct wasm_writer *w, uint32_t value) {
    PUT(w, LEB_32, put_unsigned(at, value))
}

void wasm_signed(struct wasm_writer *w, int64_t value) {
    PUT(w, LEB_64, put_signed(at, value))
}

void wasm_name(struct wasm_writer *w, const char *name) {
    const size_t size = strlen(name);
    wasm_unsigned(w, (uint32_t)size);
    wasm_bytes(w, name, size);
}

void wasm_unsigned_wide(struct wasm_writer *w, uint32_t value) {
    static const uint8_t room[LEB_32];
    wasm_bytes(w, room, LEB_32);
    if (!w->failed) {
        wasm_patch(w, w->size - LEB_32, value);
    }
}

void wasm_patch(struct wasm_writer *w, size_t at, uint32_t value) {
    for (uint32_t i = 0; i < LEB_32; i++) {
        w->bytes[at + i] = (uint8_t)((value & 0x7f) | (i < LEB_32 - 1 ? 0x80 : 0));
        value >>= 7;
    }
}

uint32_t wasm_wide_at(const struct wasm_writer *w, size_t at) {
    uint32_t value = 0;
    for (uint32_t i = 0; i < LEB_32; i++) {
        value |= (uint32_t)(w->bytes[at + i] & 0x7f) << 7 * i;
    }
    return value;
}

size_t wasm_open(struct wasm_writer *w) {
    wasm_unsigned_wide(w, 0);
    return w->size;
}

void wasm_close(struct wasm_writer *w, size_t opened) {
    if (!w->failed) {
        wasm_patch(w, opened - LEB_32, (uint32_t)(w->size - opened));
    }
}

void wasm_const(struct wasm_writer *w, uint32_t value) {
    PUT(w, 1 + LEB_32, (*at = WASM_I32_CONST, put_signed(at + 1, (int32_t)value)))
}

void wasm_local(struct wasm_writer *w, enum wasm_op op, uint32_t local) {
    PUT(w, 1 + LEB_32, (*at = (uint8_t)op, put_unsigned(at + 1, local)))
}

void wasm_memory(struct wasm_writer *w, enum wasm_op op, uint32_t offset) {
    enum { NO_ALIGNMENT };
    PUT(w, 2 + LEB_32, (*at = (uint8_t)op, at[1] = NO_ALIGNMENT, put_unsigned(at + 2, offset)))
}
