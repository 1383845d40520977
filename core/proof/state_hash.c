#include "proof/state_hash.h"

#include "base/bytes.h"
#include "moxbox/box.h"

/* What a region costs against max_bytes besides its contents, so that a step over very many tiny
 * regions ends too. */
enum { REGION_COST = 64 };

static void put(struct state_hash *hash, uint32_t word) {
    uint8_t bytes[4];
    bytes_store32(bytes, word);
    sha256_update(&hash->whole, bytes, sizeof bytes);
}

void state_hash_start(struct state_hash *hash, const struct cpu *cpu, const struct space *space,
                      bool exited, uint32_t exit_code) {
    static const char tag[16] = "moxbox state v1";
    sha256_start(&hash->whole);
    hash->contents.at = 0;
    hash->index = 0;
    sha256_update(&hash->whole, tag, sizeof tag);
    put(hash, MOX_SEMANTICS_VERSION);
    for (uint32_t i = 0; i < REG_COUNT; i++) {
        put(hash, cpu->r[i]);
    }
    put(hash, cpu->pc);
    put(hash, cpu_condition(cpu));
    put(hash, (uint32_t)cpu->count);
    put(hash, (uint32_t)(cpu->count >> 32));
    put(hash, exited ? 1 : 0);
    put(hash, exited ? exit_code : 0);
    put(hash, space->limit);
    for (uint32_t i = 0; i < SREG_COUNT; i++) {
        put(hash, cpu->sr[i]);
    }
    put(hash, space->count);
}

static void put_region(struct state_hash *hash, const struct region *region,
                       const uint8_t *digest) {
    put(hash, region->base);
    put(hash, region->size);
    put(hash, region->rights);
    sha256_update(&hash->whole, digest, 32);
    hash->index++;
}

bool state_hash_step(struct state_hash *hash, const struct space *space, uint32_t max_bytes,
                     state_hash_known *known, void *context, uint8_t digest[32]) {
    while (hash->index < space->count) {
        const struct region *region = &space->regions[hash->index];
        const uint8_t *sealed = known(context, region);
        uint8_t contents[32];
        if (max_bytes == 0) {
            return false;
        }
        if (sealed) {
            put_region(hash, region, sealed);
        } else if (sha256_step(&hash->contents, region->bytes, region->size, &max_bytes,
                               contents)) {
            put_region(hash, region, contents);
        }
        max_bytes -= max_bytes < REGION_COST ? max_bytes : REGION_COST;
    }
    sha256_finish(&hash->whole, digest);
    return true;
}
