/* The host's memory, as the core sees it. A host that wants to count, limit or fail allocations
 * passes its own; NULL means the C library's. */
#ifndef MOXBOX_ALLOCATOR_H
#define MOXBOX_ALLOCATOR_H

#include <stddef.h>

struct mox_allocator {
    void *context;
    /* Returns `size` zeroed bytes aligned for any type, or NULL. size is never 0. */
    void *(*allocate)(void *context, size_t size);
    /* Gives back what allocate returned; `size` is the size asked for. memory is never NULL. */
    void (*release)(void *context, void *memory, size_t size);
};

#endif
