/* The public allocation calls: the C library's, tried once more without padding when memory is
 * short. */
#include <malloc.h>
#include <reent.h>
#include <stdlib.h>

#include "rt_internal.h"

void *malloc(size_t size) {
    void *block = _malloc_r(_REENT, size);
    if (block == NULL) {
        __moxbox_heap_tighten();
        block = _malloc_r(_REENT, size);
        __moxbox_heap_relax(block != NULL);
    }
    return block;
}

void *calloc(size_t count, size_t size) {
    void *block = _calloc_r(_REENT, count, size);
    if (block == NULL) {
        __moxbox_heap_tighten();
        block = _calloc_r(_REENT, count, size);
        __moxbox_heap_relax(block != NULL);
    }
    return block;
}

void *realloc(void *old, size_t size) {
    void *block = _realloc_r(_REENT, old, size);
    /* A size of 0 frees the block; NULL is then the answer, not a failure. */
    if (block == NULL && size != 0) {
        __moxbox_heap_tighten();
        block = _realloc_r(_REENT, old, size);
        __moxbox_heap_relax(block != NULL);
    }
    return block;
}

void free(void *block) {
    _free_r(_REENT, block);
}
