#include "xlate/profile.h"

#include "base/alloc.h"
#include "base/bytes.h"
#include "cpu/text.h"
#include "isa/insn.h"
#include "xlate/symbols.h"

enum { STACK_FRAMES = 64, OUTER_FRAMES = 4 }; /* looked at; made entries */

struct profile *profile_new(const struct mox_allocator *allocator, const struct space *space,
                            uint32_t pc, uint32_t calls_enough, uint32_t loops_enough) {
    const struct region *region = space_find(space, pc);
    if (region == NULL || region->rights & RIGHT_WRITE || region->size < 4) {
        return NULL;
    }
    struct profile *profile = alloc_get(allocator, sizeof *profile);
    if (profile == NULL) {
        return NULL;
    }
    const uint32_t part = (pc - region->base) / PROFILE_BYTES * PROFILE_BYTES;
    const uint32_t skipped = part + (region->base & 1);
    const uint32_t left = region->size - skipped;
    profile->allocator = *allocator;
    profile->base = region->base + skipped;
    profile->text = region->bytes + skipped;
    profile->size = left < PROFILE_BYTES ? left : PROFILE_BYTES;
    profile->slots = profile->size / 2;
    profile->site = alloc_get(allocator, profile->slots * sizeof *profile->site);
    profile->entry_number = alloc_get(allocator, profile->slots * sizeof *profile->entry_number);
    profile->arrivals = alloc_get(allocator, profile->slots);
    profile->seen = alloc_get(allocator, profile->slots);
    profile->number = alloc_get(allocator, profile->slots * sizeof *profile->number);
    profile->last_target = alloc_get(allocator, profile->slots * sizeof *profile->last_target);
    profile->calls_enough = calls_enough;
    profile->loops_enough = loops_enough;
    if (profile->site == NULL || profile->entry_number == NULL || profile->arrivals == NULL ||
        profile->seen == NULL || profile->number == NULL || profile->last_target == NULL) {
        profile_free(profile);
        return NULL;
    }
    return profile;
}

void profile_free(struct profile *profile) {
    if (profile != NULL) {
        const struct mox_allocator allocator = profile->allocator;
        alloc_give(&allocator, profile->site, profile->slots * sizeof *profile->site);
        alloc_give(&allocator, profile->entry_number,
                   profile->slots * sizeof *profile->entry_number);
        alloc_give(&allocator, profile->arrivals, profile->slots);
        alloc_give(&allocator, profile->seen, profile->slots);
        alloc_give(&allocator, profile->number, profile->slots * sizeof *profile->number);
        alloc_give(&allocator, profile->last_target, profile->slots * sizeof *profile->last_target);
        alloc_give(&allocator, profile, sizeof *profile);
    }
}

bool profile_holds(const struct profile *profile, uint32_t pc) {
    return !(pc & 1) && profile_slot(profile, pc) < profile->slots;
}

void profile_see(struct profile *profile, uint32_t slot) {
    profile->covered += !profile->seen[slot];
    profile->seen[slot] = 1;
}

void profile_cover(struct profile *profile, const struct cpu *cpu) {
    profile->partial = true;
    for (uint32_t i = 0; i < cpu->text->count; i++) {
        const struct chunk *chunk = cpu->text->chunks[i];
        for (uint32_t j = 0; j < chunk->slots; j++) {
            const uint32_t pc = chunk->pc + 2 * j;
            if (chunk->ops[j].kind != KIND_DECODE && profile_holds(profile, pc)) {
                profile_see(profile, profile_slot(profile, pc));
            }
        }
    }
}

bool profile_wanted(const struct profile *profile, uint32_t pc) {
    return !profile->partial || !profile_holds(profile, pc) ||
           profile->seen[profile_slot(profile, pc)];
}

void profile_add_entry(struct profile *profile, uint32_t pc) {
    if (profile_holds(profile, pc) && profile->entry_count < PROFILE_ENTRIES) {
        uint16_t *number = &profile->entry_number[profile_slot(profile, pc)];
        if (*number == 0) {
            profile->entries[profile->entry_count++] = pc;
            *number = (uint16_t)profile->entry_count;
        }
    }
}

void profile_note_stack(struct profile *profile, const struct cpu *cpu, struct space *space) {
    uint32_t outer[OUTER_FRAMES] = {0};
    uint32_t frame = cpu->r[REG_FP];
    uint32_t above;
    uint32_t back;
    uint32_t count = 0;
    for (uint32_t i = 0; i < STACK_FRAMES && space_load(space, frame, 4, &above) &&
                         space_load(space, frame + 4, 4, &back) && above > frame;
         i++) {
        if (count == 0 || outer[(count - 1) % OUTER_FRAMES] != back) {
            outer[count++ % OUTER_FRAMES] = back;
        }
        frame = above;
    }
    for (uint32_t i = 0; i < OUTER_FRAMES && i < count; i++) {
        profile_add_entry(profile, outer[i]);
    }
}

static void note_arrival(struct profile *profile, uint32_t pc, uint32_t enough) {
    if (profile_holds(profile, pc)) {
        uint8_t *arrivals = &profile->arrivals[profile_slot(profile, pc)];
        if (*arrivals < enough && ++*arrivals == enough) {
            profile_add_entry(profile, pc);
        }
    }
}

/* What leads back closes a loop. */
static void note_jump(struct profile *profile, uint32_t pc, uint32_t target) {
    if (target <= pc) {
        note_arrival(profile, target, profile->loops_enough);
    }
}

/* Where the pair is in `pairs`, or the free place for it; PROFILE_PAIRS: neither is near. */
static uint32_t find_pair(const struct profile *profile, uint32_t site, uint32_t target) {
    enum { NEAR = 32 }; /* whoever makes pairs collide is not waited for */
    const uint32_t mixed = (site * 31 + target) * 0x9e3779b1u; /* Knuth's multiplicative hash */
    for (uint32_t i = 0; i < NEAR; i++) {
        const uint32_t place = ((mixed >> 16) + i) % PROFILE_PAIRS;
        const uint32_t number = profile->pairs[place];
        if (number == 0 || (profile->targets[number - 1].site == site &&
                            profile->targets[number - 1].target == target)) {
            return place;
        }
    }
    return PROFILE_PAIRS;
}

bool profile_has_target(const struct profile *profile, uint32_t site, uint32_t target,
                        uint32_t count) {
    const uint32_t place = find_pair(profile, site, target);
    const uint32_t number = place < PROFILE_PAIRS ? profile->pairs[place] : 0;
    return number != 0 && number <= count;
}

void profile_add_target(struct profile *profile, uint32_t site, uint32_t target) {
    const uint32_t place = find_pair(profile, site, target);
    if (place == PROFILE_PAIRS || profile->pairs[place] != 0 || !profile_holds(profile, site) ||
        profile->target_count == PROFILE_TARGETS) {
        return;
    }
    const uint32_t number = profile->target_count++;
    uint16_t *last = &profile->last_target[profile_slot(profile, site)];
    struct profile_target *before = *last != 0 ? &profile->targets[*last - 1] : NULL;
    profile->targets[number] =
        (struct profile_target){site, target, before != NULL ? before->next : (uint16_t)number};
    if (before != NULL) {
        before->next = (uint16_t)number;
    }
    *last = profile->pairs[place] = (uint16_t)(number + 1);
}

const struct profile_target *profile_next_target(const struct profile *profile, uint32_t site,
                                                 const struct profile_target *target) {
    const uint32_t last =
        profile_holds(profile, site) ? profile->last_target[profile_slot(profile, site)] : 0;
    if (last == 0 || target == &profile->targets[last - 1]) {
        return NULL;
    }
    return &profile->targets[target != NULL ? target->next : profile->targets[last - 1].next];
}

uint32_t profile_number(struct profile *profile, uint32_t pc) {
    uint16_t *number = &profile->number[profile_slot(profile, pc)];
    if (*number == 0 && profile->number_count < UINT16_MAX) {
        *number = (uint16_t)++profile->number_count;
    }
    return *number;
}

static void note_access(struct profile *profile, const struct space *space, uint32_t pc,
                        uint32_t address) {
    const struct region *region = space_find(space, address);
    uint16_t *site = &profile->site[profile_slot(profile, pc)];
    const uint32_t number =
        region != NULL ? (uint32_t)(region - space->regions) + 1 : PROFILE_MIXED;
    if (*site == PROFILE_UNSEEN && number < PROFILE_MIXED) {
        *site = (uint16_t)number;
    } else if (*site != number) {
        *site = PROFILE_MIXED;
    }
}

void profile_mix(struct profile *profile, uint32_t pc) {
    profile->site[profile_slot(profile, pc)] = PROFILE_MIXED;
}

const struct region *profile_region(const struct profile *profile, const struct space *space,
                                    uint32_t pc) {
    const uint32_t seen = profile->site[profile_slot(profile, pc)];
    const bool known = seen != PROFILE_UNSEEN && seen <= space->count;
    const bool moving = seen > profile->settled && space->count > profile->settled + 1;
    return known && !moving ? &space->regions[seen - 1] : NULL;
}

/* Notes what the instruction at cpu->pc is about to do. */
static void note_insn(struct profile *profile, const struct cpu *cpu, const struct space *space,
                      const struct insn *insn) {
    struct symbols symbols;
    symbols_start(&symbols);
    const struct effect access = symbols_step(&symbols, insn);
    if (access.size > 0 && access.address.root <= SYMBOL_CONSTANT) {
        const uint32_t root = access.address.root;
        note_access(profile, space, cpu->pc,
                    access.address.delta + (root < SYMBOL_REGISTERS ? cpu->r[root] : 0));
    }
    switch ((enum insn_id)insn->id) {
    case INSN_jsr:
        profile_add_target(profile, cpu->pc, cpu->r[insn->a]);
        note_arrival(profile, cpu->r[insn->a], profile->calls_enough);
        break;
    case INSN_jmp:
        profile_add_target(profile, cpu->pc, cpu->r[insn->a]);
        note_jump(profile, cpu->pc, cpu->r[insn->a]);
        break;
    case INSN_jmpa: note_jump(profile, cpu->pc, insn->imm); break;
    case INSN_jsra: note_arrival(profile, insn->imm, profile->calls_enough); break;
    default:
        if (insn_table[insn->id].flow == FLOW_BRANCH) {
            note_jump(profile, cpu->pc, insn->imm);
        }
    }
}

bool profile_decode(const struct profile *profile, uint32_t pc, struct insn *insn) {
    if (!profile_holds(profile, pc)) {
        return false;
    }
    const uint32_t offset = pc - profile->base;
    const uint8_t *code = profile->text + offset;
    const bool whole =
        insn_table[insn_identify(bytes_load16(code))].length <= profile->size - offset;
    if (whole) {
        *insn = insn_decode(code, pc);
    }
    return whole;
}

bool profile_begins(const struct profile *profile, uint32_t pc) {
    struct insn insn;
    return profile_holds(profile, pc) &&
           insn_identify(bytes_load16(profile->text + (pc - profile->base))) == INSN_push &&
           profile_decode(profile, pc, &insn) && insn.a == REG_SP;
}

enum cpu_stop profile_run(struct profile *profile, struct cpu *cpu, struct space *space,
                          uint64_t fuel) {
    enum cpu_stop stop = CPU_BUDGET;
    for (; fuel > 0 && stop == CPU_BUDGET; fuel--) {
        struct insn insn;
        if (profile_decode(profile, cpu->pc, &insn)) {
            note_insn(profile, cpu, space, &insn);
        }
        stop = cpu_step(cpu, space);
    }
    return stop;
}
