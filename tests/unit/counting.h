/* An allocator that counts what is out, checks what comes back, and fails on request. */
#ifndef MOXBOX_TESTS_COUNTING_H
#define MOXBOX_TESTS_COUNTING_H

#include <stdlib.h>

#include "moxbox/allocator.h"
#include "unit/check.h"

struct counting {
    size_t calls;
    size_t blocks;  /* out now */
    size_t bytes;   /* out now */
    size_t most;    /* bytes out at once, ever */
    size_t fail_at; /* number of the call that fails, from 1; 0: none */
    bool forever;   /* and all calls after it */
    bool failed;
};

static inline void *counting_allocate(void *context, size_t size) {
    struct counting *counting = context;
    CHECK(size > 0);
    counting->calls++;
    if (counting->fail_at != 0 && (counting->calls == counting->fail_at ||
                                   (counting->forever && counting->calls > counting->fail_at))) {
        counting->failed = true;
        return NULL;
    }
    void *memory = calloc(1, size);
    if (memory != NULL) {
        counting->blocks++;
        counting->bytes += size;
        counting->most = counting->bytes > counting->most ? counting->bytes : counting->most;
    }
    return memory;
}

static inline void counting_release(void *context, void *memory, size_t size) {
    struct counting *counting = context;
    CHECK(memory != NULL && counting->blocks > 0 && counting->bytes >= size);
    counting->blocks--;
    counting->bytes -= size;
    free(memory);
}

static inline struct mox_allocator counting_allocator(struct counting *counting) {
    return (struct mox_allocator){counting, counting_allocate, counting_release};
}

/* Makes the n-th allocation fail, and then the n-th and all after it, for n = 1, 2, ... until none
 * is left to fail. disturbed: does the work with that failure; true when nothing failed. at_least:
 * so many allocations there must be, or the test looks at the wrong thing. */
static inline void counting_fail_each(bool (*disturbed)(size_t fail_at, bool forever),
                                      size_t at_least) {
    for (int forever = 0; forever < 2; forever++) {
        size_t n = 1;
        while (!disturbed(n, forever != 0)) {
            n++;
        }
        CHECK(n > at_least);
        printf("%zu allocations\n", n - 1);
    }
}

#endif
