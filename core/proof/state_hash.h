/* The hash of a whole machine: two machines with equal hashes compute the same from here on,
 * whatever host they are on. It is the SHA-256 of this text, all numbers little-endian 32-bit
 * words:
 *
 *     16 bytes  "moxbox state v1" and a zero byte
 *     word      MOX_SEMANTICS_VERSION
 *     16 words  $fp $sp $r0 ... $r13
 *     2 words   pc; cc (0, 4, 9, 10, 17 or 18)
 *     2 words   instructions retired, low and high
 *     2 words   1 if the program has ended by swi 1, else 0; its exit code, else 0
 *     word      memory limit in bytes (it decides what mmap answers)
 *     256 words special registers
 *     word      number of regions
 *     then for each region in address order
 *     3 words   base; size in bytes; rights (read 1, write 2)
 *     32 bytes  SHA-256 of its contents
 *
 * A fault has no part in it, because a fault changes nothing: a machine that stands on a faulting
 * instruction faults again. Names of regions have none either; the guest cannot see them change. */
#ifndef MOXBOX_PROOF_STATE_HASH_H
#define MOXBOX_PROOF_STATE_HASH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/sha256.h"
#include "cpu/cpu.h"
#include "mem/space.h"

/* A hash being worked out, in steps. The machine must not change between them. */
struct state_hash {
    struct sha256 whole;
    struct sha256_steps contents; /* of the region at `index` */
    uint32_t index;
};

/* Finds the hash of a region's contents when it is known already, else returns NULL. So that data
 * files, hashed when they were sealed and unchangeable since, are not hashed again. */
typedef const uint8_t *state_hash_known(void *context, const struct region *region);

void state_hash_start(struct state_hash *hash, const struct cpu *cpu, const struct space *space,
                      bool exited, uint32_t exit_code);

/* Goes on by at most max_bytes of contents. True when all is done; digest[32] is filled then, and
 * only then. */
bool state_hash_step(struct state_hash *hash, const struct space *space, uint32_t max_bytes,
                     state_hash_known *known, void *context, uint8_t digest[32]);

#endif
