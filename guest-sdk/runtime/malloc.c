/*
 * malloc, calloc, realloc and free: spare blocks in front of the C library's allocator.
 *
 * A small block that is freed goes to a list of blocks of its size, and the next request of that
 * size takes it from there: eight blocks of 20 bytes got and freed take 69 instructions each, where
 * the C library's allocator, which joins and splits neighbours, takes 283. To that allocator a
 * spare block is one that is in use.
 *
 * So that spare blocks of one size do not keep memory from other sizes, the heap does not grow
 * while more than an eighth of it is spare: _sbrk_r refuses then, all spare blocks go back, and the
 * request is made again. What is given back serves many requests before that can happen once more.
 *
 * The C library's own functions (strdup, stdio) allocate here, too: in its archives the allocator's
 * calls are renamed to __newlib_* (build-runtime.sh), and these have the names that others call.
 */
#include <errno.h>
#include <malloc.h>
#include <reent.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rt_internal.h"

void *__newlib_malloc_r(struct _reent *reent, size_t size);
void *__newlib_calloc_r(struct _reent *reent, size_t count, size_t size);
void *__newlib_realloc_r(struct _reent *reent, void *old, size_t size);
void __newlib_free_r(struct _reent *reent, void *block);

/*
 * A block lies in a chunk (newlib's mallocr.c): a multiple of 8 bytes, of which the 4 before the
 * block hold the chunk's length and, in the lowest three bits, flags; at least 16.
 */
enum {
    UNIT = 8,
    HEADER = 4,
    CHUNK_LEAST = 16,
    CHUNK_MOST = 512, /* of a spare one */
    SMALL = CHUNK_MOST - HEADER,
    HEAP_PER_SPARE = 8,
};

struct spare {
    struct spare *next;
};

static struct {
    /* By the chunk's length; there are no chunks below the least, whose lists are empty. */
    struct spare *lists[CHUNK_MOST / UNIT + 1];
    size_t spare; /* bytes of all chunks in the lists */
    size_t heap;  /* bytes that the allocator got */
    bool must_not_grow;
} pool;

static size_t chunk_for(size_t size) {
    return (size + HEADER + UNIT - 1) & ~(size_t)(UNIT - 1);
}

/* The chunk's length is a multiple of UNIT, which saves shifting it there and back. */
static struct spare **list_of(size_t chunk) {
    return (struct spare **)((uintptr_t)pool.lists + chunk / (UNIT / sizeof(struct spare *)));
}

static size_t chunk_of(const void *block) {
    return ((const size_t *)block)[-1] & ~(size_t)(UNIT - 1);
}

/* The allocator's memory: what sbrk gives, unless there is enough to spare. */
void *_sbrk_r(struct _reent *reent, ptrdiff_t change) {
    (void)reent;
    if (change > 0 && pool.must_not_grow) {
        return (void *)-1;
    }
    void *const start = sbrk(change);
    if (start != (void *)-1) {
        pool.heap += (size_t)change;
    }
    return start;
}

static void give_back(void) {
    for (size_t i = 0; i < sizeof pool.lists / sizeof pool.lists[0]; i++) {
        struct spare *block = pool.lists[i];
        pool.lists[i] = NULL;
        while (block != NULL) {
            struct spare *const next = block->next;
            __newlib_free_r(_REENT, block);
            block = next;
        }
    }
    pool.spare = 0;
}

enum want { NEW, CLEARED, RESIZED };

static void *ask(enum want want, void *old, size_t size) {
    return want == NEW       ? __newlib_malloc_r(_REENT, size)
           : want == CLEARED ? __newlib_calloc_r(_REENT, 1, size)
                             : __newlib_realloc_r(_REENT, old, size);
}

/* Asks the allocator: as it is, then with all that is spare, then for no more than is needed. */
__attribute__((noinline)) static void *request(enum want want, void *old, size_t size) {
    pool.must_not_grow = pool.spare > pool.heap / HEAP_PER_SPARE;
    void *block = ask(want, old, size);
    pool.must_not_grow = false;
    if (block == NULL && pool.spare != 0) {
        give_back();
        block = ask(want, old, size);
    }
    if (block == NULL && __moxbox_heap_tighten != NULL) {
        __moxbox_heap_tighten();
        block = ask(want, old, size);
        __moxbox_heap_relax(block != NULL);
    }
    if (block == NULL) {
        errno = ENOMEM;
    }
    return block;
}

static void *malloc_least(void);

void *malloc(size_t size) {
    if (size > SMALL) {
        return request(NEW, NULL, size);
    }
    const size_t chunk = chunk_for(size);
    struct spare **const list = list_of(chunk);
    struct spare *const block = *list;
    if (block == NULL) {
        return chunk < CHUNK_LEAST ? malloc_least() : request(NEW, NULL, size);
    }
    *list = block->next;
    pool.spare -= chunk;
    return block;
}

/* What is smaller than any chunk: apart, so that malloc itself saves no registers for the call. */
__attribute__((noinline)) static void *malloc_least(void) {
    return malloc(CHUNK_LEAST - HEADER);
}

void free(void *block) {
    if (block == NULL) {
        return;
    }
    const size_t chunk = chunk_of(block);
    if (chunk > CHUNK_MOST) {
        __newlib_free_r(_REENT, block);
        return;
    }
    struct spare *const spare = block, **const list = list_of(chunk);
    spare->next = *list;
    *list = spare;
    pool.spare += chunk;
}

void *calloc(size_t count, size_t size) {
    const uint64_t total = (uint64_t)count * size;
    if (total > SIZE_MAX) {
        errno = ENOMEM;
        return NULL;
    }
    if (total > SMALL) {
        return request(CLEARED, NULL, (size_t)total);
    }
    void *const block = malloc((size_t)total);
    return block != NULL ? memset(block, 0, (size_t)total) : NULL;
}

/* A size of 0 frees the block; NULL is then the answer, not a failure. */
void *realloc(void *old, size_t size) {
    if (old == NULL) {
        return malloc(size);
    }
    if (size == 0) {
        free(old);
        return NULL;
    }
    if (size <= SMALL && chunk_for(size) == chunk_of(old)) {
        return old;
    }
    return request(RESIZED, old, size);
}

/* One program, one thread: whose errno it is makes no difference. */
void *_malloc_r(struct _reent *reent, size_t size) {
    (void)reent;
    return malloc(size);
}

void *_calloc_r(struct _reent *reent, size_t count, size_t size) {
    (void)reent;
    return calloc(count, size);
}

void *_realloc_r(struct _reent *reent, void *old, size_t size) {
    (void)reent;
    return realloc(old, size);
}

void _free_r(struct _reent *reent, void *block) {
    (void)reent;
    free(block);
}
