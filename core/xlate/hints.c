#include "xlate/hints.h"

#include "base/bytes.h"

/* Words, least significant byte first: the head, then entries, then targets of two words (site,
 * target), then accesses of two words (slot, what struct profile has for it), then a
 * bit for each slot: whether it ran. */
enum {
    HEAD_MAGIC,
    HEAD_BASE,
    HEAD_SLOTS,
    HEAD_ENTRIES,
    HEAD_TARGETS,
    HEAD_ACCESSES,
    HEAD_SEEN,
    HEAD_REVISION,
    HEAD_WORDS,
    WORD = 4,
    WORD_BITS = 32,
};
static const uint32_t MAGIC = 0x3368786d; /* "mxh3" */

static uint32_t count_accesses(const struct profile *profile) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < profile->slots; i++) {
        count += profile->site[i] != PROFILE_UNSEEN;
    }
    return count;
}

/* Of bits, 0 when it is not known what ran. */
static uint32_t seen_words(const struct profile *profile) {
    return profile->partial ? (profile->slots + WORD_BITS - 1) / WORD_BITS : 0;
}

uint32_t hints_size(const struct profile *profile) {
    return WORD * (HEAD_WORDS + profile->entry_count + 2 * profile->target_count +
                   2 * count_accesses(profile) + seen_words(profile));
}

static uint8_t *put(uint8_t *at, uint32_t word) {
    bytes_store32(at, word);
    return at + WORD;
}

void hints_write(const struct profile *profile, uint8_t *bytes) {
    uint8_t *at = put(bytes, MAGIC);
    at = put(at, profile->base);
    at = put(at, profile->slots);
    at = put(at, profile->entry_count);
    at = put(at, profile->target_count);
    at = put(at, count_accesses(profile));
    at = put(at, seen_words(profile));
    at = put(at, profile->revision + 1);
    for (uint32_t i = 0; i < profile->entry_count; i++) {
        at = put(at, profile->entries[i]);
    }
    for (uint32_t i = 0; i < profile->target_count; i++) {
        at = put(put(at, profile->targets[i].site), profile->targets[i].target);
    }
    for (uint32_t i = 0; i < profile->slots; i++) {
        if (profile->site[i] != PROFILE_UNSEEN) {
            at = put(put(at, i), profile->site[i]);
        }
    }
    for (uint32_t i = 0; i < seen_words(profile); i++) {
        uint32_t word = 0;
        for (uint32_t j = 0; j < WORD_BITS && WORD_BITS * i + j < profile->slots; j++) {
            word |= (uint32_t)(profile->seen[WORD_BITS * i + j] != 0) << j;
        }
        at = put(at, word);
    }
}

/* Whether the head tells of this text and of as many bytes as there are. */
static bool fits(const struct profile *profile, const uint32_t head[HEAD_WORDS], uint32_t size) {
    const bool same = head[HEAD_MAGIC] == MAGIC && head[HEAD_BASE] == profile->base &&
                      head[HEAD_SLOTS] == profile->slots;
    const bool few = head[HEAD_ENTRIES] <= PROFILE_ENTRIES &&
                     head[HEAD_TARGETS] <= PROFILE_TARGETS &&
                     head[HEAD_ACCESSES] <= profile->slots &&
                     head[HEAD_SEEN] <= (profile->slots + WORD_BITS - 1) / WORD_BITS;
    return same && few &&
           size == WORD * ((uint64_t)HEAD_WORDS + head[HEAD_ENTRIES] +
                           2 * (uint64_t)head[HEAD_TARGETS] + 2 * (uint64_t)head[HEAD_ACCESSES] +
                           head[HEAD_SEEN]);
}

bool hints_read(struct profile *profile, const uint8_t *bytes, uint32_t size) {
    uint32_t head[HEAD_WORDS];
    if (size < sizeof head) {
        return false;
    }
    for (uint32_t i = 0; i < HEAD_WORDS; i++) {
        head[i] = bytes_load32(bytes + WORD * i);
    }
    if (!fits(profile, head, size)) {
        return false;
    }
    const uint8_t *at = bytes + sizeof head;
    for (uint32_t i = 0; i < head[HEAD_ENTRIES]; i++, at += WORD) {
        profile_add_entry(profile, bytes_load32(at));
    }
    for (uint32_t i = 0; i < head[HEAD_TARGETS]; i++, at += 2 * WORD) {
        profile_add_target(profile, bytes_load32(at), bytes_load32(at + WORD));
    }
    for (uint32_t i = 0; i < head[HEAD_ACCESSES]; i++, at += 2 * WORD) {
        const uint32_t slot = bytes_load32(at);
        const uint32_t seen = bytes_load32(at + WORD);
        if (slot < profile->slots && seen <= PROFILE_MIXED) {
            profile->site[slot] = (uint16_t)seen;
        }
    }
    profile->revision = head[HEAD_REVISION];
    profile->partial = head[HEAD_SEEN] > 0;
    for (uint32_t i = 0; i < WORD_BITS * head[HEAD_SEEN] && i < profile->slots; i++) {
        if (bytes_load32(at + WORD * (i / WORD_BITS)) >> i % WORD_BITS & 1) {
            profile_see(profile, i);
        }
    }
    return true;
}
