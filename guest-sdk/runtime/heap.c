/*
 * malloc's memory. The C library's allocator grows its heap through sbrk, and in a box each mmap
 * lies apart from the one before. The allocator copes with such gaps: the rest of the old region
 * goes to its free lists. So every sbrk is one new region, and the only question is how large to
 * make it: malloc's own padding is set to a quarter of the heap so far, which keeps the regions few
 * (about 40 for 256 MiB) and the unused part small. When the box has no room for the padding,
 * malloc is tried without it, and the padding is halved for good: memory is nearly used up.
 */
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "rt_internal.h"

enum { PAD_LEAST = 64 * 1024, PAD_MOST = 8 * 1024 * 1024 };

static struct {
    uintptr_t next; /* the current region's unused rest, less than a page */
    uintptr_t end;
    size_t total;
    size_t pad_most;
} heap = {.pad_most = PAD_MOST};

static void set_padding(void) {
    size_t pad = heap.total / 4 < PAD_LEAST ? PAD_LEAST : heap.total / 4;
    mallopt(M_TOP_PAD, (int)(pad < heap.pad_most ? pad : heap.pad_most));
}

/* Before any other constructor, which may allocate. */
__attribute__((constructor(101))) static void set_up(void) {
    /* A box takes nothing back, so trying to give memory back is wasted work. */
    mallopt(M_TRIM_THRESHOLD, -1);
    set_padding();
}

static bool new_region(size_t size) {
    if (size > SIZE_MAX - (RT_PAGE_SIZE - 1)) {
        return false;
    }
    size = (size + RT_PAGE_SIZE - 1) & ~(size_t)(RT_PAGE_SIZE - 1);
    void *region =
        mmap(NULL, size, PROT_EXEC | PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (region == MAP_FAILED) {
        return false;
    }
    heap.next = (uintptr_t)region;
    heap.end = heap.next + size;
    heap.total += size;
    set_padding();
    return true;
}

void *sbrk(ptrdiff_t increment) {
    if (increment < 0 ||
        ((size_t)increment > heap.end - heap.next && !new_region((size_t)increment))) {
        errno = ENOMEM;
        return (void *)-1;
    }
    void *start = (void *)heap.next;
    heap.next += (size_t)increment;
    return start;
}

void __moxbox_heap_tighten(void) {
    mallopt(M_TOP_PAD, 0);
}

void __moxbox_heap_relax(bool was_enough) {
    if (was_enough) {
        heap.pad_most /= 2;
    }
    set_padding();
}
