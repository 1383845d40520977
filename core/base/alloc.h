/* Allocation through the host's hook (moxbox/allocator.h). Every call can fail. */
#ifndef MOXBOX_BASE_ALLOC_H
#define MOXBOX_BASE_ALLOC_H

#include "moxbox/allocator.h"

/* `allocator`, or the C library's when it is NULL. */
struct mox_allocator alloc_default(const struct mox_allocator *allocator);

/* Zeroed memory, or NULL; size > 0. */
void *alloc_get(const struct mox_allocator *allocator, size_t size);

/* A larger block in the place of one of `size` bytes (0: of none). It begins with the bytes of that
 * one, and is zero behind them. NULL: no memory, and the old block is as it was. */
void *alloc_more(const struct mox_allocator *allocator, void *memory, size_t size, size_t larger);

/* NULL is allowed. */
void alloc_give(const struct mox_allocator *allocator, void *memory, size_t size);

#endif
