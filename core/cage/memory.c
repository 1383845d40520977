#include "cage/memory.h"

#include "base/alloc.h"
#include "base/codec.h"
#include "cage/fdtable.h"
#include "cpu/text.h"

#include <string.h>

enum {
    HEAP_STEP = 64 << 10, /* least room for the heap to grow in its place */
    /* What is given back costs all that was decoded and translated, and malloc gives back often. */
    HEAP_RETURN = 4 << 20,
    MAPPINGS_MAX = 65530, /* Linux's default */
};

static uint32_t rights_of(uint32_t prot) {
    return (prot & (ABI_PROT_READ | ABI_PROT_WRITE | ABI_PROT_EXEC) ? RIGHT_READ : 0) |
           (prot & ABI_PROT_WRITE ? RIGHT_WRITE : 0);
}

static bool is_page(uint32_t address) {
    return address % SPACE_PAGE == 0;
}

void memory_changed(struct cage *cage) {
    text_drop(cage->cpu.text);
    cage->remapped = true;
}

uint32_t memory_place(struct cage *cage, uint32_t size) {
    const uint64_t at = space_place(&cage->space, size, MMAP_BASE);
    return at + size <= MMAP_END ? (uint32_t)at : 0;
}

int32_t memory_unmap(struct cage *cage, uint32_t address, uint32_t size) {
    bool changed = false;
    if (space_unmap(&cage->space, address, size, &changed) != MOX_OK) {
        return -MOX_ENOMEM;
    }
    if (changed) {
        memory_changed(cage);
    }
    return 0;
}

/* Whole pages of a range; 0 when it is none that user memory can have. */
static uint32_t whole_range(uint32_t address, uint32_t length) {
    const uint64_t size = space_whole_pages(length);
    const bool fits = address > 0 && size > 0 && address < SPACE_END && size <= SPACE_END - address;
    return is_page(address) && fits ? (uint32_t)size : 0;
}

int32_t memory_map_backing(struct cage *cage, uint32_t address, struct backing *backing,
                           uint32_t rights) {
    const uint32_t at =
        address != 0 ? address : memory_place(cage, (uint32_t)space_whole_pages(backing->size));
    if (at == 0) {
        return -MOX_ENOMEM;
    }
    if (!is_page(at) || at > INT32_MAX) {
        return -MOX_EINVAL;
    }
    switch (space_map_backing(&cage->space, at, backing->size, rights, backing, 0, "shared")) {
    case MOX_OK: return (int32_t)at;
    case MOX_NO_MEMORY: return -MOX_ENOMEM;
    default: return -MOX_EINVAL;
    }
}

static int32_t map_fresh(struct cage *cage, uint32_t at, uint32_t size, uint32_t rights) {
    const mox_status status = space_map(&cage->space, at, size, rights, NULL, "mmap");
    return status == MOX_OK ? (int32_t)at : -MOX_ENOMEM;
}

int32_t memory_box_mmap(struct cage *cage, const uint32_t words[4]) {
    enum { PROT_ALL = 7, PRIVATE_ANONYMOUS = 2 | 4 };
    const uint32_t size = words[1];
    const bool good = words[0] == 0 && size != 0 && is_page(size) &&
                      (words[2] & PROT_ALL) == PROT_ALL &&
                      (words[3] & PRIVATE_ANONYMOUS) == PRIVATE_ANONYMOUS;
    const uint32_t at = good && size < MMAP_END - MMAP_BASE ? memory_place(cage, size) : 0;
    if (!good) {
        return -MOX_EINVAL;
    }
    return at != 0 ? map_fresh(cage, at, size, RIGHT_READ | RIGHT_WRITE) : -MOX_ENOMEM;
}

/* The heap. It grows in regions, each with room behind it, so that bytes stay where they are. */

static bool heap_grow(struct cage *cage, uint32_t end) {
    struct space *space = &cage->space;
    while (cage->brk < end) {
        const uint32_t wanted = end - cage->brk;
        const uint32_t rank = space_rank(space, cage->brk - 1);
        const struct region *last = rank > 0 ? &space->regions[rank - 1] : NULL;
        const bool ends_here =
            cage->brk > cage->brk_start && last != NULL && last->base + last->size == cage->brk;
        const uint32_t room = ends_here ? last->capacity - last->size : 0;
        const uint32_t more = wanted < room ? wanted : room;
        if (more > 0) {
            if (!space_extend(space, cage->brk, more)) {
                return false;
            }
            cage->brk += more;
            continue;
        }
        const uint32_t grown = cage->brk - cage->brk_start;
        const uint32_t least = (uint32_t)space_whole_pages(wanted);
        uint32_t capacity = grown > HEAP_STEP ? (uint32_t)space_whole_pages(grown) : HEAP_STEP;
        capacity = capacity > least ? capacity : least;
        const uint32_t rights = RIGHT_READ | RIGHT_WRITE;
        if (space_map_room(space, cage->brk, wanted, capacity, rights, "heap") != MOX_OK &&
            space_map_room(space, cage->brk, wanted, least, rights, "heap") != MOX_OK) {
            return false;
        }
        cage->brk = end;
    }
    return true;
}

int32_t sys_brk(struct cage *cage, uint32_t end) {
    const uint32_t before = cage->brk;
    const bool little = end < before && before - end < HEAP_RETURN;
    if (end < cage->brk_start || end > MMAP_BASE || little) {
        return (int32_t)before;
    }
    if (end > before && !heap_grow(cage, end)) {
        end = before;
    }
    if (end < cage->brk && memory_unmap(cage, end, cage->brk - end) == 0) {
        cage->brk = end;
    }
    return (int32_t)cage->brk;
}

/* Mappings of files. What is shared with a file is written to it at msync, and when the last cage
 * lets go of it: the bytes that differ from what was read. */

struct mapping {
    struct file *file;
    uint32_t offset;
    bool writable;
    uint8_t *before; /* contents as the file has them, as far as is known */
    struct caller caller;
    struct mox_machine *machine;
    struct backing *backing;
    struct mapping *next;
};

static void write_changes(struct mapping *mapping) {
    const struct backing *backing = mapping->backing;
    struct attributes attributes;
    struct chan *chan = mapping->file->place.chan;
    if (!mapping->writable || chan_attributes(chan, &mapping->caller, &attributes) < 0) {
        return;
    }
    const uint64_t there =
        attributes.size > mapping->offset ? attributes.size - mapping->offset : 0;
    const uint32_t size = there < backing->size ? (uint32_t)there : backing->size;
    uint32_t at = 0;
    while (at < size) {
        uint32_t end = at;
        while (end < size && backing->bytes[end] != mapping->before[end]) {
            end++;
        }
        uint64_t offset = (uint64_t)mapping->offset + at;
        if (end > at && chan_write(chan, &mapping->caller, &offset, backing->bytes + at,
                                   end - at) == (int32_t)(end - at)) {
            memcpy(mapping->before + at, backing->bytes + at, end - at);
        }
        at = end + 1;
    }
}

static void mapping_free(struct mapping *mapping) {
    const struct mox_machine *machine = mapping->machine;
    file_drop(mapping->file);
    if (mapping->before != NULL) {
        alloc_give(&machine->blocks, mapping->before, mapping->backing->size);
    }
    alloc_give(&machine->allocator, mapping, sizeof *mapping);
}

static void mapping_gone(struct backing *backing) {
    struct mapping *mapping = backing->owner;
    struct mapping **link = &mapping->machine->mappings;
    while (*link != mapping) {
        link = &(*link)->next;
    }
    *link = mapping->next;
    write_changes(mapping);
    mapping_free(mapping);
}

static void mapping_body(struct codec *codec, void *object) {
    struct mapping *mapping = object;
    mapping->machine = codec->machine;
    mapping->file = file_codec_held(codec, mapping->file);
    codec_word(codec, &mapping->offset);
    codec_flag(codec, &mapping->writable);
    codec_word(codec, &mapping->caller.id);
    caller_codec(codec, &mapping->caller);
    struct backing *backing = backing_codec(codec, mapping->backing);
    mapping->backing = backing;
    if (!codec_need(codec, backing != NULL && (!codec->loads || backing->owner == NULL))) {
        return;
    }
    backing->owner = mapping;
    backing->gone = mapping_gone;
    codec_blob(codec, &codec->machine->blocks, &mapping->before, backing->size, backing->size,
               NULL);
}

static bool mapping_end(struct codec *codec, void *object) {
    const struct mapping *mapping = object;
    (void)codec;
    return mapping->file != NULL && mapping->file->ops == &file_chan_ops &&
           mapping->backing->shared;
}

void mappings_codec(struct codec *codec, struct mox_machine *machine) {
    static const struct codec_kind kind = {
        .size = sizeof(struct mapping), .single = true, .body = mapping_body, .end = mapping_end};
    struct mapping **at = &machine->mappings;
    while (codec_more(codec, *at)) {
        *at = codec_owned(codec, &kind, *at);
        at = *at != NULL ? &(*at)->next : at;
    }
}

/* Reads a file's bytes; what is behind its end stays zero. */
static int32_t fill(struct cage *cage, struct file *file, uint32_t offset, uint8_t *to,
                    uint32_t size) {
    uint32_t done = 0;
    while (done < size) {
        const int32_t got = chan_read(file->place.chan, &cage->caller, (uint64_t)offset + done,
                                      to + done, size - done);
        if (got < 0) {
            return got == CALL_WAITS ? -MOX_EAGAIN : got;
        }
        if (got == 0) {
            break;
        }
        done += (uint32_t)got;
    }
    return 0;
}

/* A mapping of the same bytes of the same file, which others have. */
static struct mapping *mapping_find(const struct mox_machine *machine, const struct file *file,
                                    uint32_t offset, uint32_t size) {
    for (struct mapping *mapping = machine->mappings; mapping != NULL; mapping = mapping->next) {
        if (chan_same(mapping->file->place.chan, file->place.chan) && mapping->offset == offset &&
            mapping->backing->size >= size) {
            return mapping;
        }
    }
    return NULL;
}

static int32_t mapping_new(struct cage *cage, struct file *file, uint32_t offset, uint32_t size,
                           struct mapping **made) {
    struct mox_machine *machine = cage->machine;
    struct mapping *mapping = alloc_get(&machine->allocator, sizeof *mapping);
    struct backing *backing = backing_new(&machine->allocator, &machine->blocks, size);
    uint8_t *before = alloc_get(&machine->blocks, size);
    int32_t error = -MOX_ENOMEM;
    if (mapping != NULL && backing != NULL && before != NULL) {
        error = fill(cage, file, offset, backing->bytes, size);
    }
    if (error < 0) {
        if (mapping != NULL) {
            alloc_give(&machine->allocator, mapping, sizeof *mapping);
        }
        alloc_give(&machine->blocks, before, size);
        backing_drop(backing);
        return error;
    }
    memcpy(before, backing->bytes, size);
    *mapping = (struct mapping){.file = file,
                                .offset = offset,
                                .before = before,
                                .caller = cage->caller,
                                .machine = machine,
                                .backing = backing,
                                .next = machine->mappings};
    mapping->caller.waiter = NULL;
    mapping->caller.environment = NULL;
    mapping->caller.why = NULL;
    file_hold(file);
    backing->shared = true;
    backing->owner = mapping;
    backing->gone = mapping_gone;
    machine->mappings = mapping;
    *made = mapping;
    return 0;
}

static int32_t map_shared(struct cage *cage, struct file *file, uint32_t at, uint32_t size,
                          uint32_t rights, uint32_t offset) {
    struct mapping *mapping = mapping_find(cage->machine, file, offset, size);
    const bool fresh = mapping == NULL;
    if (fresh) {
        const int32_t error = mapping_new(cage, file, offset, size, &mapping);
        if (error < 0) {
            return error;
        }
    }
    if (rights & RIGHT_WRITE && !mapping->writable) {
        file_hold(file); /* the first that may write brings its own, writable file */
        file_drop(mapping->file);
        mapping->file = file;
        mapping->writable = true;
    }
    const mox_status status =
        space_map_backing(&cage->space, at, size, rights, mapping->backing, 0, "file");
    if (fresh) {
        backing_drop(mapping->backing);
    }
    return status == MOX_OK ? (int32_t)at : -MOX_ENOMEM;
}

static int32_t map_private(struct cage *cage, struct file *file, uint32_t at, uint32_t size,
                           uint32_t rights, uint32_t offset) {
    uint8_t *bytes = alloc_get(&cage->machine->blocks, size);
    if (bytes == NULL) {
        return -MOX_ENOMEM;
    }
    const int32_t error = fill(cage, file, offset, bytes, size);
    const bool mapped =
        error == 0 && space_map(&cage->space, at, size, rights, bytes, "file") == MOX_OK;
    if (!mapped) {
        alloc_give(&cage->machine->blocks, bytes, size);
        return error < 0 ? error : -MOX_ENOMEM;
    }
    return (int32_t)at;
}

/* Whether a file can be mapped so: 0 or -errno. */
static int32_t may_map(struct cage *cage, const struct file *file, uint32_t prot, uint32_t flags,
                       uint32_t offset) {
    struct attributes attributes;
    if (file == NULL) {
        return -MOX_EBADF;
    }
    if (!file_may_read(file)) {
        return -MOX_EACCES;
    }
    if (file->ops->kind != FILE_FILE || file->place.chan == NULL) {
        return -MOX_ENODEV;
    }
    const int32_t error = chan_attributes(file->place.chan, &cage->caller, &attributes);
    if (error < 0) {
        return error;
    }
    const bool writes = flags & ABI_MAP_SHARED && prot & ABI_PROT_WRITE;
    if (writes && !file_may_write(file)) {
        return -MOX_EACCES;
    }
    if ((attributes.mode & ABI_S_IFMT) != ABI_S_IFREG) {
        return -MOX_ENODEV;
    }
    return offset > attributes.size ? -MOX_ENXIO : 0;
}

int32_t sys_mmap(struct cage *cage, uint32_t address, uint32_t length, uint32_t prot,
                 uint32_t flags, int32_t fd, uint32_t offset) {
    const uint32_t size = whole_range(SPACE_PAGE, length);
    const uint32_t sharing = flags & (ABI_MAP_SHARED | ABI_MAP_PRIVATE);
    struct file *file = NULL;
    uint32_t at = 0;
    if (length == 0 || !is_page(offset) ||
        (sharing != ABI_MAP_SHARED && sharing != ABI_MAP_PRIVATE)) {
        return -MOX_EINVAL;
    }
    if (cage->space.count >= MAPPINGS_MAX) {
        return -MOX_ENOMEM;
    }
    if (!(flags & ABI_MAP_ANONYMOUS)) {
        file = fdtable_get(cage->fds, (uint32_t)fd);
        const bool wraps = file != NULL && length > UINT32_MAX - offset;
        const int32_t error = wraps ? -MOX_EOVERFLOW : may_map(cage, file, prot, flags, offset);
        if (error < 0) {
            return error;
        }
    }
    if (flags & ABI_MAP_FIXED) {
        at = whole_range(address, length) != 0 ? address : 0;
        if (at == 0 || at > STACK_TOP || size > STACK_TOP - at) {
            return is_page(address) ? -MOX_ENOMEM : -MOX_EINVAL;
        }
        const int32_t error = memory_unmap(cage, at, size);
        if (error < 0) {
            return error;
        }
    } else if (size != 0) {
        at = memory_place(cage, size);
    }
    if (at == 0) {
        return -MOX_ENOMEM;
    }
    const uint32_t rights = rights_of(prot);
    if (file != NULL) {
        return sharing == ABI_MAP_SHARED ? map_shared(cage, file, at, size, rights, offset)
                                         : map_private(cage, file, at, size, rights, offset);
    }
    if (sharing == ABI_MAP_PRIVATE) {
        return map_fresh(cage, at, size, rights);
    }
    struct backing *backing = backing_new(&cage->machine->allocator, &cage->machine->blocks, size);
    if (backing == NULL) {
        return -MOX_ENOMEM;
    }
    backing->shared = true;
    const mox_status status =
        space_map_backing(&cage->space, at, size, rights, backing, 0, "shared");
    backing_drop(backing);
    return status == MOX_OK ? (int32_t)at : -MOX_ENOMEM;
}

/* The shared mapping of a file that a range shows after the one in the region *at (0: first); NULL:
 * none. */
static struct mapping *next_mapping(const struct space *space, uint32_t address, uint32_t size,
                                    uint32_t *at) {
    if (*at == 0) {
        *at = space_find(space, address) != NULL ? space_rank(space, address) - 1
                                                 : space_rank(space, address);
    }
    while (*at < space->count) {
        const struct region *region = &space->regions[*at];
        if (region->base > address && region->base - address >= size) {
            break;
        }
        ++*at;
        if (region->backing != NULL && region->backing->gone == mapping_gone) {
            return region->backing->owner;
        }
    }
    return NULL;
}

/* Writes back what a range shares with files. */
static void sync_range(struct cage *cage, uint32_t address, uint32_t size) {
    struct mapping *mapping;
    for (uint32_t at = 0; (mapping = next_mapping(&cage->space, address, size, &at)) != NULL;) {
        write_changes(mapping);
    }
}

int32_t sys_munmap(struct cage *cage, uint32_t address, uint32_t length) {
    const uint32_t size = whole_range(address, length);
    if (size == 0) {
        return -MOX_EINVAL;
    }
    sync_range(cage, address, size);
    return memory_unmap(cage, address, size);
}

int32_t sys_mprotect(struct cage *cage, uint32_t address, uint32_t length, uint32_t prot) {
    const uint32_t size = whole_range(address, length);
    if (!is_page(address) || prot & ~(ABI_PROT_READ | ABI_PROT_WRITE | ABI_PROT_EXEC)) {
        return -MOX_EINVAL;
    }
    if (length == 0) {
        return 0;
    }
    if (size == 0 || !space_allows(&cage->space, address, length, 0)) {
        return -MOX_ENOMEM;
    }
    const struct mapping *mapping;
    for (uint32_t at = 0; prot & ABI_PROT_WRITE &&
                          (mapping = next_mapping(&cage->space, address, size, &at)) != NULL;) {
        if (!mapping->writable) {
            return -MOX_EACCES;
        }
    }
    if (space_protect(&cage->space, address, size, rights_of(prot)) != MOX_OK) {
        return -MOX_ENOMEM;
    }
    memory_changed(cage);
    return 0;
}

int32_t sys_msync(struct cage *cage, uint32_t address, uint32_t length, uint32_t flags) {
    const uint32_t size = whole_range(address, length);
    if (!is_page(address) || flags & ~(ABI_MS_ASYNC | ABI_MS_INVALIDATE | ABI_MS_SYNC) ||
        (flags & ABI_MS_ASYNC && flags & ABI_MS_SYNC)) {
        return -MOX_EINVAL;
    }
    if (length > 0 && (size == 0 || !space_allows(&cage->space, address, length, 0))) {
        return -MOX_ENOMEM;
    }
    sync_range(cage, address, size);
    return 0;
}
