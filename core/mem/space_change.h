/* Changes of an address space after its start: room to grow, unmapping and protecting pages, memory
 * that several spaces share, and the copy that fork makes. Bytes of a region stay where they are
 * until it is cut, shrinks or goes; whoever remembers addresses of bytes (windows, translated code)
 * is told by the caller then. */
#ifndef MOXBOX_MEM_SPACE_CHANGE_H
#define MOXBOX_MEM_SPACE_CHANGE_H

#include "mem/space.h"

/* Counted bytes: shared memory, and what a fork leaves unchangeable in both. */
struct backing {
    uint32_t refs;
    uint32_t size;
    bool shared; /* writing through one region is to be seen in the others */
    uint8_t *bytes;
    struct mox_allocator allocator;
    struct mox_allocator blocks;
    /* What a shared file mapping is of: `gone` is called before the bytes go, with `owner`. */
    void *owner;
    void (*gone)(struct backing *backing);
};

/* Zeroed bytes, one reference; NULL: no memory. size > 0. */
struct backing *backing_new(const struct mox_allocator *allocator,
                            const struct mox_allocator *blocks, uint32_t size);
void backing_hold(struct backing *backing);
void backing_drop(struct backing *backing); /* NULL is allowed */

/* For mem/ itself. release: gives up a region's bytes. open: makes place for one more in the table,
 * which has room for it. close: takes those from `first` up to `end` out. */
void region_release(struct space *space, struct region *region);
struct region *region_open(struct space *space, uint32_t place);
void region_close(struct space *space, uint32_t first, uint32_t end);

/* As space_map, of bytes [offset, offset + size) of a backing, which is held once more. */
mox_status space_map_backing(struct space *space, uint32_t base, uint32_t size, uint32_t rights,
                             struct backing *backing, uint32_t offset, const char *tags);

/* As space_map of fresh memory, with room behind it for space_extend. */
mox_status space_map_room(struct space *space, uint32_t base, uint32_t size, uint32_t capacity,
                          uint32_t rights, const char *tags);

/* Makes the region that ends at `end` larger by `more` bytes, within its room. false: it has not as
 * much, or something else is there. */
bool space_extend(struct space *space, uint32_t end, uint32_t more);

/* Takes the bytes of [base, base + size) out of all regions; needs: size > 0, no wrapping, end <=
 * SPACE_END. OK, or NO_MEMORY with nothing changed. *changed: something was there. */
mox_status space_unmap(struct space *space, uint32_t base, uint32_t size, bool *changed);

/* Gives [base, base + size), all of it mapped, other rights. OK, or NO_MEMORY with nothing changed.
 */
mox_status space_protect(struct space *space, uint32_t base, uint32_t size, uint32_t rights);

/* Fills an empty space with what another has: writable bytes are copied (pages of zeros are not
 * even written), the others and shared ones are shared. *copied: bytes that were. NO_MEMORY leaves
 * `to` empty. */
mox_status space_copy(struct space *to, struct space *from, uint64_t *copied);

/* base/codec.h. A backing: a reference, that is counted or not; NULL is allowed. A space: loading
 * needs one fresh from space_init. */
struct codec;
struct backing *backing_codec(struct codec *codec, struct backing *backing);
struct backing *backing_codec_held(struct codec *codec, struct backing *backing);
void space_codec(struct codec *codec, struct space *space);

/* Whether everything is in order: for tests and fuzzing. */
bool space_check(const struct space *space);

#endif
