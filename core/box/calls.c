/* The system calls of a box: the guest may end itself and get more memory. Number in the swi,
 * arguments in $r0 to $r5, result or a negative error number in $r0. A call costs its one
 * instruction. */
#include "box/parts.h"

#include "load/tags.h"

/* Linux numbers, as everywhere in moxbox. (newlib for Moxie has another number for ENOSYS.) */
enum { GUEST_ENOMEM = 12, GUEST_EINVAL = 22, GUEST_ENOSYS = 38 };

enum {
    PROT_EXEC = 1,
    PROT_READ = 2,
    PROT_WRITE = 4,
    PROT_ALL = PROT_EXEC | PROT_READ | PROT_WRITE
};
enum { MAP_PRIVATE = 2, MAP_ANONYMOUS = 4, MAP_NEEDED = MAP_PRIVATE | MAP_ANONYMOUS };

static uint32_t negative(uint32_t error) {
    return 0u - error;
}

mox_status calls_map_heap(mox_box *box, uint32_t size, uint32_t *base) {
    char tags[SPACE_TAG_SIZE];
    *base = space_next_base(&box->space);
    tags_write(tags, RIGHT_READ | RIGHT_WRITE, "heap", box->heap_count);
    const mox_status status =
        space_map(&box->space, *base, size, RIGHT_READ | RIGHT_WRITE, NULL, tags);
    box->heap_count += status == MOX_OK;
    return status;
}

/* mmap(addr, length, prot, flags, fd, offset): fresh zeroed memory and nothing else, as moxiebox
 * has it. addr must be 0, all three rights and private and anonymous must be asked for; other bits,
 * fd and offset have no effect. */
static mox_status serve_mmap(mox_box *box) {
    uint32_t *r = box->cpu.r + REG_R0;
    const uint32_t length = r[1];
    uint32_t base;
    if (r[0] != 0 || length == 0 || length % MOX_PAGE_SIZE != 0 || (r[2] & PROT_ALL) != PROT_ALL ||
        (r[3] & MAP_NEEDED) != MAP_NEEDED) {
        r[0] = negative(GUEST_EINVAL);
        return MOX_OK;
    }
    const mox_status status = calls_map_heap(box, length, &base);
    if (status == MOX_NO_MEMORY) {
        return status;
    }
    if (status != MOX_OK) { /* the limit, or the end of the address space (base is 0 then) */
        r[0] = negative(GUEST_ENOMEM);
        return MOX_OK;
    }
    cpu_spend(&box->cpu, EFFORT_MAP);
    r[0] = base;
    return MOX_OK;
}

mox_status calls_serve(mox_box *box) {
    cpu_spend(&box->cpu, EFFORT_CALL);
    switch (box->cpu.sr[SREG_SWI]) {
    case CALL_EXIT:
        box->stop = MOX_STOP_EXIT;
        box->exit_code = box->cpu.r[REG_R0];
        return MOX_OK;
    case CALL_MMAP: return serve_mmap(box);
    default: box->cpu.r[REG_R0] = negative(GUEST_ENOSYS); return MOX_OK;
    }
}
