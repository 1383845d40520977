#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

static void *allocate(void *context, size_t size) {
    (void)context;
    return calloc(1, size);
}

static void release(void *context, void *memory, size_t size) {
    (void)context;
    (void)size;
    free(memory);
}

struct mox_allocator alloc_default(const struct mox_allocator *allocator) {
    if (allocator) {
        return *allocator;
    }
    return (struct mox_allocator){NULL, allocate, release};
}

void *alloc_get(const struct mox_allocator *allocator, size_t size) {
    return allocator->allocate(allocator->context, size);
}

void *alloc_more(const struct mox_allocator *allocator, void *memory, size_t size, size_t larger) {
    void *made = alloc_get(allocator, larger);
    if (made && size > 0) {
        memcpy(made, memory, size);
        alloc_give(allocator, memory, size);
    }
    return made;
}

void alloc_give(const struct mox_allocator *allocator, void *memory, size_t size) {
    if (memory) {
        allocator->release(allocator->context, memory, size);
    }
}
