#include "base/caller.h"

enum { ANY_EXECUTE = 0111, TYPE_MASK = 0170000, TYPE_DIRECTORY = 0040000, EXECUTE = 1 };

bool caller_in_group(const struct caller *caller, uint32_t gid) {
    for (uint32_t i = 0; i < caller->group_count; i++) {
        if (caller->groups[i] == gid) {
            return true;
        }
    }
    return caller->gid == gid;
}

bool caller_may(const struct caller *caller, uint32_t uid, uint32_t gid, uint32_t mode,
                uint32_t want) {
    if (caller->uid == 0) {
        return !(want & EXECUTE) || (mode & TYPE_MASK) == TYPE_DIRECTORY || (mode & ANY_EXECUTE);
    }
    const uint32_t shift = caller->uid == uid ? 6 : caller_in_group(caller, gid) ? 3 : 0;
    return (want & ~(mode >> shift) & 7) == 0;
}
