/* In whose name a call is made: identity, time, and the means to wait. Layers below cage/ see a
 * caller and never a cage. */
#ifndef MOXBOX_BASE_CALLER_H
#define MOXBOX_BASE_CALLER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/wait.h"
#include "moxbox/allocator.h"

enum { CALLER_GROUPS = 16 };

struct environment; /* ns/devices.h */

struct caller {
    /* What it waits with. NULL: it cannot wait (a call of the host), and what would have to wait
     * gives -EAGAIN. */
    struct waiter *waiter;
    uint32_t id;  /* the cage, as #p and #d show it; 0: the host */
    uint32_t uid; /* effective, as permission checks use them; 0 may everything */
    uint32_t gid;
    uint32_t groups[CALLER_GROUPS];
    uint32_t group_count;
    uint32_t umask;
    uint64_t now; /* nanoseconds since 1970 on the machine's own clock */
    /* What the present call has done before it had to wait: bytes moved so far, for instance. 0 at
     * its first try; kept until it ends. */
    uint32_t progress;
    struct environment *environment; /* the group of #e; NULL: none. Counted by names_copy */
    uint32_t *why; /* where a reason goes for errstr (ns/dev.h); NULL: nobody wants it */
};

/* Its group, or one of its groups. */
bool caller_in_group(const struct caller *caller, uint32_t gid);

/* Whether a file of this owner, group and mode may be used so; want: bits 4 read, 2 write, 1
 * execute or search. Root needs one x bit to execute a regular file. */
bool caller_may(const struct caller *caller, uint32_t uid, uint32_t gid, uint32_t mode,
                uint32_t want);

#endif
