#include "xlate/emit.h"

#include "base/alloc.h"
#include "xlate/shortcut.h"

#include <stddef.h>

enum {
    FIRST_SITES = 256,
    WINDOW_SHIFT = 4,
    WINDOW_SIZE = 1 << WINDOW_SHIFT,
};

/* The layout of core structures as the WebAssembly build has them; emitted code is for no other. */
#define SPACE_FIELD(e, name) ((e)->space_at + (uint32_t)offsetof(struct space, name))

static uint32_t address_of(const void *host) {
    return (uint32_t)(uintptr_t)host;
}

static uint32_t add_site(struct emitter *e, struct xlate_site site) {
    struct site_list *list = e->sites;
    site.entry = e->entry;
    site.version = (uint16_t)(e->blame->of[e->entry].version + 1); /* when it is installed */
    site.copied = e->copied;
    if (list->count == list->capacity) {
        const uint32_t capacity = list->capacity == 0 ? FIRST_SITES : list->capacity * 2;
        struct xlate_site *sites =
            alloc_more(&list->allocator, list->sites, list->capacity * sizeof *sites,
                       capacity * sizeof *sites);
        if (sites == NULL) {
            list->failed = true;
            return 0;
        }
        list->sites = sites;
        list->capacity = capacity;
        list->count += list->count == 0; /* number 0 has a meaning of its own */
    }
    list->sites[list->count] = site;
    return list->count++;
}

void emit_note(struct emitter *e, enum note_kind kind, uint32_t value) {
    note_add(e->notes, kind, e->w->size, value);
}

void emit_note_places(struct emitter *e) {
    static const uint8_t locals[][2] = {
        {LOCAL_FUEL, PLACE_FUEL},
        {LOCAL_DEPTH, PLACE_DEPTH},
        {LOCAL_COMPARED_A, PLACE_COMPARED_A},
        {LOCAL_COMPARED_B, PLACE_COMPARED_B},
        {LOCAL_SITE, PLACE_SITE},
        {LOCAL_TARGET, PLACE_TARGET},
        {LOCAL_ENTRY, PLACE_ENTRY},
    };
    for (uint32_t i = 0; i < sizeof locals / sizeof *locals; i++) {
        note_add(e->notes, NOTE_LOCAL, locals[i][0], locals[i][1]);
    }
    for (uint32_t i = 0; i < REG_COUNT; i++) {
        note_add(e->notes, NOTE_LOCAL, LOCAL_REGISTER + i, i);
        note_add(e->notes, NOTE_PLACE, CPU_FIELD(e, r) + 4 * i, i);
    }
    note_add(e->notes, NOTE_PLACE, CPU_FIELD(e, pc), PLACE_PC);
    note_add(e->notes, NOTE_PLACE, CPU_FIELD(e, compared_a), PLACE_COMPARED_A);
    note_add(e->notes, NOTE_PLACE, CPU_FIELD(e, compared_b), PLACE_COMPARED_B);
    note_add(e->notes, NOTE_PLACE, CPU_FIELD(e, sr), PLACE_SPECIAL);
    note_add(e->notes, NOTE_PLACE, SPACE_FIELD(e, readable), PLACE_READABLE);
    note_add(e->notes, NOTE_PLACE, SPACE_FIELD(e, writable), PLACE_WRITABLE);
    note_add(e->notes, NOTE_PLACE, e->site_at, PLACE_SITE);
    note_add(e->notes, NOTE_PLACE, address_of(e->profile->number), PLACE_NUMBERS);
    note_add(e->notes, NOTE_PLACE, address_of(e->blame->starts), PLACE_STARTS);
    for (uint32_t i = 0; i < e->space->count; i++) {
        const struct region *region = &e->space->regions[i];
        note_add(e->notes, NOTE_REGION, address_of(region->bytes), region->base);
    }
}

void emit_branch(struct emitter *e, enum wasm_op op, enum emit_label label) {
    /* The labels of the exits are the innermost. */
    const uint32_t own =
        label == LABEL_EXIT ? e->exit : e->facts->exit_count + label - LABEL_RESUME;
    wasm_byte(e->w, op);
    wasm_unsigned(e->w, e->labels + own);
}

void emit_site(struct emitter *e, uint32_t pc) {
    wasm_const(e->w, add_site(e, (struct xlate_site){.pc = pc}));
    wasm_local(e->w, WASM_LOCAL_SET, LOCAL_SITE);
}

void emit_exit(struct emitter *e, uint32_t pc) {
    emit_site(e, pc);
    emit_branch(e, WASM_BR, LABEL_EXIT);
}

static void emit_pay(struct emitter *e, uint32_t fuel) {
    if (fuel > 0) {
        wasm_local(e->w, WASM_LOCAL_GET, LOCAL_FUEL);
        wasm_const(e->w, fuel);
        wasm_byte(e->w, WASM_I32_SUB);
        wasm_local(e->w, WASM_LOCAL_SET, LOCAL_FUEL);
    }
}

/* Goes on in the function that translates the code at pc, as if it had been called in place of this
 * one. Each such step takes engine stack, so that the last one is an exit. */
static void emit_continue(struct emitter *e, uint32_t function) {
    wasm_local(e->w, WASM_LOCAL_GET, LOCAL_DEPTH);
    wasm_byte(e->w, WASM_IF);
    wasm_byte(e->w, WASM_TYPE_NONE);
    emit_store_registers(e, e->facts->exits[e->exit]);
    emit_pay(e, e->owed);
    wasm_local(e->w, WASM_LOCAL_GET, LOCAL_FUEL);
    wasm_local(e->w, WASM_LOCAL_GET, LOCAL_DEPTH);
    wasm_const(e->w, 1);
    wasm_byte(e->w, WASM_I32_SUB);
    e->write_call(e->context, function);
    wasm_byte(e->w, WASM_RETURN);
    wasm_byte(e->w, WASM_END);
}

void emit_leave(struct emitter *e, uint32_t pc) {
    const uint32_t function = e->function_at(e->context, pc);
    if (function != GRAPH_NONE && !e->copied) { /* it would return to here, not to our caller */
        emit_continue(e, function);
    }
    emit_note(e, NOTE_EDGE, pc);
    const bool unseen = !profile_wanted(e->profile, pc);
    wasm_const(e->w,
               add_site(e, (struct xlate_site){
                               .pc = pc, .undo = 0 - e->owed, .away = true, .unseen = unseen}));
    wasm_local(e->w, WASM_LOCAL_SET, LOCAL_SITE);
    emit_branch(e, WASM_BR, LABEL_EXIT);
}

void emit_leave_computed(struct emitter *e, uint32_t pc) {
    emit_store_target(e);
    wasm_const(e->w, add_site(e, (struct xlate_site){.pc = pc, .computed = true}));
    wasm_local(e->w, WASM_LOCAL_SET, LOCAL_SITE);
    emit_branch(e, WASM_BR, LABEL_EXIT);
}

void emit_leave_returned(struct emitter *e) {
    emit_store_target(e);
    wasm_const(e->w, 0);
    wasm_local(e->w, WASM_LOCAL_SET, LOCAL_SITE);
    emit_branch(e, WASM_BR, LABEL_EXIT);
}

void emit_in_block(struct emitter *e, uint32_t number) {
    const struct flow_block *facts = &e->facts->blocks[number];
    e->exit = facts->exit;
    e->owed = facts->owed + facts->cost - facts->paid;
    e->copied = e->graph->blocks[number].copied;
}

/* Calls `move` for each local of a register set with the address of its place in the machine. */
static void each_register(struct emitter *e, uint32_t registers,
                          void (*move)(struct emitter *e, uint32_t local, uint32_t address)) {
    for (uint32_t i = 0; i < REG_COUNT; i++) {
        if (registers >> i & 1) {
            move(e, LOCAL_REGISTER + i, CPU_FIELD(e, r) + 4 * i);
        }
    }
    if (registers >> SYMBOL_CONDITION & 1) {
        move(e, LOCAL_COMPARED_A, CPU_FIELD(e, compared_a));
        move(e, LOCAL_COMPARED_B, CPU_FIELD(e, compared_b));
    }
}

static void move_in(struct emitter *e, uint32_t local, uint32_t address) {
    wasm_const(e->w, 0);
    wasm_memory(e->w, WASM_I32_LOAD, address);
    wasm_local(e->w, WASM_LOCAL_SET, local);
}

static void move_out(struct emitter *e, uint32_t local, uint32_t address) {
    wasm_const(e->w, 0);
    wasm_local(e->w, WASM_LOCAL_GET, local);
    wasm_memory(e->w, WASM_I32_STORE, address);
}

void emit_load_registers(struct emitter *e, uint32_t registers) {
    each_register(e, registers, move_in);
}

void emit_store_registers(struct emitter *e, uint32_t registers) {
    each_register(e, registers, move_out);
}

void emit_resume(struct emitter *e, uint32_t deeper) {
    wasm_const(e->w, address_of(e->resume_for));
    wasm_local(e->w, WASM_LOCAL_GET, LOCAL_FUEL);
    wasm_local(e->w, WASM_LOCAL_GET, LOCAL_DEPTH);
    if (deeper > 0) {
        wasm_const(e->w, deeper);
        wasm_byte(e->w, WASM_I32_SUB);
    }
    wasm_local(e->w, WASM_LOCAL_GET, LOCAL_SITE);
    wasm_byte(e->w, WASM_CALL);
    wasm_unsigned(e->w, 0);
}

void emit_store_target(struct emitter *e) {
    move_out(e, LOCAL_TARGET, CPU_FIELD(e, pc));
}

void emit_fuel_check(struct emitter *e, uint32_t pc, uint32_t path, enum emit_label label) {
    emit_site(e, pc);
    wasm_local(e->w, WASM_LOCAL_GET, LOCAL_FUEL);
    wasm_const(e->w, path);
    wasm_byte(e->w, WASM_I32_LT_S);
    emit_branch(e, WASM_BR_IF, label);
}

void emit_start_check(struct emitter *e, uint32_t pc, uint32_t path) {
    if (e->start == 0) {
        emit_fuel_check(e, pc, path, LABEL_CLEAN);
        return;
    }
    e->blame->starts[e->start] = (int32_t)path;
    wasm_const(e->w, add_site(e, (struct xlate_site){.pc = pc, .start = true}));
    wasm_local(e->w, WASM_LOCAL_SET, LOCAL_SITE);
    wasm_local(e->w, WASM_LOCAL_GET, LOCAL_FUEL);
    wasm_const(e->w, 0);
    wasm_memory(e->w, WASM_I32_LOAD, address_of(&e->blame->starts[e->start]));
    wasm_byte(e->w, WASM_I32_LT_S);
    emit_branch(e, WASM_BR_IF, LABEL_RESUME);
}

/* The instruction being written. */
struct here {
    struct emitter *e;
    const struct insn *insn;
    const struct effect *effect;
    uint32_t next_pc;
    uint32_t pc;
    uint32_t undo;             /* of an exit here */
    uint32_t number;           /* in the graph */
    struct access_group alone; /* when there was no room for a group */
};

static void op(struct here *h, enum wasm_op opcode) {
    wasm_byte(h->e->w, opcode);
}

static void get(struct here *h, uint32_t local) {
    wasm_local(h->e->w, WASM_LOCAL_GET, local);
}

static void set(struct here *h, uint32_t local) {
    wasm_local(h->e->w, WASM_LOCAL_SET, local);
}

static void tee(struct here *h, uint32_t local) {
    wasm_local(h->e->w, WASM_LOCAL_TEE, local);
}

static void constant(struct here *h, uint32_t value) {
    wasm_const(h->e->w, value);
}

/* Leaves at this instruction when the value on the stack is not 0. LOCAL_SITE is set. */
static void exit_if(struct here *h) {
    emit_branch(h->e, WASM_BR_IF, LABEL_EXIT);
}

static struct xlate_site site_of(const struct here *h) {
    return (struct xlate_site){.pc = h->pc, .undo = h->undo, .inside = true};
}

static void site_here(struct here *h) {
    wasm_const(h->e->w, add_site(h->e, site_of(h)));
    set(h, LOCAL_SITE);
}

static void access_site(struct here *h, const struct access_group *group) {
    struct xlate_site site = site_of(h);
    site.fixed = group->region != NULL;
    wasm_const(h->e->w, add_site(h->e, site));
    set(h, LOCAL_SITE);
}

/* The group of the access, and the local that holds its base. */
static const struct access_group *group_here(struct here *h, uint32_t *local) {
    const struct groups *groups = &h->e->facts->groups;
    const uint32_t number = groups->of[h->number];
    *local = LOCAL_OFFSET;
    if (number != 0) {
        const struct access_group *group = &groups->list[number - 1];
        *local = group->slot != GROUP_ALONE ? LOCAL_GROUP + group->slot : LOCAL_OFFSET;
        return group;
    }
    h->alone = (struct access_group){
        .first = h->effect->address.delta,
        .high = (int32_t)h->effect->size,
        .write = h->effect->write,
    };
    return &h->alone;
}

/* On the stack: the address of the group's lowest byte. Leaves in `local` its offset in the region,
 * having left the code unless all of the group lies in it. */
static void check_region(struct here *h, const struct access_group *group, uint32_t local) {
    constant(h, 0u - group->region->base);
    op(h, WASM_I32_ADD);
    tee(h, local);
    constant(h, group->region->size - (uint32_t)(group->high - group->low));
    op(h, WASM_I32_GT_U);
    exit_if(h);
}

_Static_assert(offsetof(struct window, last) == offsetof(struct window, base) + 4, "one load");

/* The same by the machine's windows; leaves in `local` the address in the core's memory. */
static void check_window(struct here *h, const struct access_group *group, uint32_t local) {
    const uint32_t windows =
        group->write ? SPACE_FIELD(h->e, writable) : SPACE_FIELD(h->e, readable);
    const uint32_t span = (uint32_t)(group->high - group->low);
    tee(h, LOCAL_ADDRESS);
    get(h, LOCAL_ADDRESS); /* window_of, times WINDOW_SIZE */
    constant(h, WINDOW_PAGE_BITS - WINDOW_SHIFT);
    op(h, WASM_I32_SHR_U);
    constant(h, (WINDOW_COUNT - 1) * WINDOW_SIZE);
    op(h, WASM_I32_AND);
    tee(h, LOCAL_WINDOW);
    wasm_memory(h->e->w, WASM_I64_LOAD, windows + (uint32_t)offsetof(struct window, base));
    tee(h, LOCAL_Z);
    op(h, WASM_I32_WRAP_I64);
    op(h, WASM_I32_SUB);
    tee(h, LOCAL_OFFSET);
    emit_upper(h->e); /* `last` */
    op(h, WASM_I32_GT_U);
    exit_if(h);
    if (span > sizeof(uint32_t)) { /* the first byte is inside, so that the sum cannot wrap */
        get(h, LOCAL_OFFSET);
        constant(h, span - (uint32_t)sizeof(uint32_t));
        op(h, WASM_I32_ADD);
        emit_upper(h->e); /* `last` */
        op(h, WASM_I32_GT_U);
        exit_if(h);
    }
    get(h, LOCAL_WINDOW);
    wasm_memory(h->e->w, WASM_I32_LOAD, windows + (uint32_t)offsetof(struct window, bytes));
    get(h, LOCAL_OFFSET);
    op(h, WASM_I32_ADD);
    set(h, local);
}

static void check_group(struct here *h, const struct access_group *group, uint32_t local) {
    const uint32_t here = h->effect->address.delta - group->first;
    constant(h, (uint32_t)group->low - here);
    op(h, WASM_I32_ADD);
    if (group->region != NULL) {
        check_region(h, group, local);
    } else {
        check_window(h, group, local);
    }
}

static uint32_t group_offset(const struct here *h, const struct access_group *group) {
    const uint32_t inside = h->effect->address.delta - group->first - (uint32_t)group->low;
    return inside + (group->region != NULL ? address_of(group->region->bytes) : 0);
}

/* Where an access is: a local, or GRAPH_NONE for none, and what is to be added. */
struct place {
    uint32_t local;
    uint32_t offset;
};

/* The address of the access is written by `address` only where its group is checked. */
#define OPEN_ACCESS(h, address, name)                                                              \
    struct place name = {.local = GRAPH_NONE};                                                     \
    if (h->e->facts->groups.fixed[h->number] != NULL) {                                            \
        name.offset = fixed_offset(h);                                                             \
    } else {                                                                                       \
        const struct access_group *group_ = group_here(h, &name.local);                            \
        if (h->e->facts->groups.checks[h->number]) {                                               \
            access_site(h, group_);                                                                \
            (address);                                                                             \
            check_group(h, group_, name.local);                                                    \
        }                                                                                          \
        name.offset = group_offset(h, group_);                                                     \
    }

static uint32_t fixed_offset(const struct here *h) {
    const struct region *region = h->e->facts->groups.fixed[h->number];
    return address_of(region->bytes) + (h->effect->address.delta - region->base);
}

static void base_of(struct here *h, struct place place) {
    if (place.local != GRAPH_NONE) {
        get(h, place.local);
    } else {
        constant(h, 0);
    }
}

/* The words, as code. An expression leaves its value on the stack. */
#define A (LOCAL_REGISTER + h->insn->a)
#define B (LOCAL_REGISTER + h->insn->b)
#define FP (LOCAL_REGISTER + REG_FP)
#define SP (LOCAL_REGISTER + REG_SP)
#define T0 LOCAL_T0
#define T1 LOCAL_T1
#define T2 LOCAL_T2
#define R(x) get(h, x)
#define V(t) get(h, t)
#define K(c) constant(h, c)
#define IMM constant(h, h->insn->imm)
#define NEXT_PC constant(h, h->next_pc)
#define OF2_(opcode, x, y) ((x), (y), op(h, opcode))
#define ADD(x, y) OF2_(WASM_I32_ADD, x, y)
#define SUB(x, y) OF2_(WASM_I32_SUB, x, y)
#define MUL(x, y) OF2_(WASM_I32_MUL, x, y)
#define AND(x, y) OF2_(WASM_I32_AND, x, y)
#define OR(x, y) OF2_(WASM_I32_OR, x, y)
#define XOR(x, y) OF2_(WASM_I32_XOR, x, y)
#define NEG(x) (K(0), (x), op(h, WASM_I32_SUB))
#define NOT(x) ((x), K(0xffffffffu), op(h, WASM_I32_XOR))
#define SHL(x, y) OF2_(WASM_I32_SHL, x, y)
#define SHR(x, y) OF2_(WASM_I32_SHR_U, x, y)
#define SAR(x, y) OF2_(WASM_I32_SHR_S, x, y)
#define SEX8(x) ((x), op(h, WASM_I32_EXTEND8_S))
#define SEX16(x) ((x), op(h, WASM_I32_EXTEND16_S))
#define ZEX8(x) ((x), K(0xff), op(h, WASM_I32_AND))
#define ZEX16(x) ((x), K(0xffff), op(h, WASM_I32_AND))
#define HIGH_(extend, x, y)                                                                        \
    ((x), op(h, extend), (y), op(h, extend), op(h, WASM_I64_MUL), op(h, WASM_I64_CONST),           \
     wasm_signed(h->e->w, 32), op(h, WASM_I64_SHR_U), op(h, WASM_I32_WRAP_I64))
#define UMULH(x, y) HIGH_(WASM_I64_EXTEND_I32_U, x, y)
#define SMULH(x, y) HIGH_(WASM_I64_EXTEND_I32_S, x, y)
#define LET(t, v) ((v), set(h, t));
#define SET(x, v) ((v), set(h, x));
#define COMPARE(x, y) ((x), set(h, LOCAL_COMPARED_A), (y), set(h, LOCAL_COMPARED_B));
#define COMPARED_(opcode) (get(h, LOCAL_COMPARED_A), get(h, LOCAL_COMPARED_B), op(h, opcode))
#define EQ COMPARED_(WASM_I32_EQ)
#define NE COMPARED_(WASM_I32_NE)
#define LT COMPARED_(WASM_I32_LT_S)
#define GT COMPARED_(WASM_I32_GT_S)
#define LTU COMPARED_(WASM_I32_LT_U)
#define GTU COMPARED_(WASM_I32_GT_U)
#define GE COMPARED_(WASM_I32_GE_S)
#define LE COMPARED_(WASM_I32_LE_S)
#define GEU COMPARED_(WASM_I32_GE_U)
#define LEU COMPARED_(WASM_I32_LE_U)
#define BRANCH(condition) condition;
#define JUMP(v) ((v), set(h, LOCAL_TARGET));
#define TRAP(kind)
#define GET_SPECIAL(t, n) special(h, t);
#define SET_SPECIAL(n, v)
#define DIVIDE_CHECK_(y) (site_here(h), (y), op(h, WASM_I32_EQZ), exit_if(h))
#define DIVU(t, x, y) (DIVIDE_CHECK_(y), (x), (y), op(h, WASM_I32_DIV_U), set(h, t));
#define REMU(t, x, y) (DIVIDE_CHECK_(y), (x), (y), op(h, WASM_I32_REM_U), set(h, t));
/* The machine's own division traps on INT_MIN by -1. (Its remainder does not: it is 0 there.) */
#define DIVS(t, x, y)                                                                              \
    (DIVIDE_CHECK_(y), (y), K(0xffffffffu), op(h, WASM_I32_EQ), begin_if(h), NEG(x),               \
     op(h, WASM_ELSE), (x), (y), op(h, WASM_I32_DIV_S), op(h, WASM_END), set(h, t));
#define REMS(t, x, y) (DIVIDE_CHECK_(y), (x), (y), op(h, WASM_I32_REM_S), set(h, t));
#define LOAD_(t, address, opcode)                                                                  \
    {                                                                                              \
        OPEN_ACCESS(h, address, place_)                                                            \
        base_of(h, place_);                                                                        \
        wasm_memory(h->e->w, opcode, place_.offset);                                               \
        set(h, t);                                                                                 \
    }
#define LOAD8(t, address) LOAD_(t, address, WASM_I32_LOAD8_U)
#define LOAD16(t, address) LOAD_(t, address, WASM_I32_LOAD16_U)
#define LOAD32(t, address) LOAD_(t, address, WASM_I32_LOAD)
#define LOAD_PAIR(t, u, address)                                                                   \
    {                                                                                              \
        OPEN_ACCESS(h, address, place_)                                                            \
        base_of(h, place_);                                                                        \
        wasm_memory(h->e->w, WASM_I32_LOAD, place_.offset);                                        \
        set(h, t);                                                                                 \
        base_of(h, place_);                                                                        \
        wasm_memory(h->e->w, WASM_I32_LOAD, place_.offset + 4);                                    \
        set(h, u);                                                                                 \
    }
#define STORE_(address, v, opcode)                                                                 \
    {                                                                                              \
        OPEN_ACCESS(h, address, place_)                                                            \
        base_of(h, place_);                                                                        \
        (v);                                                                                       \
        wasm_memory(h->e->w, opcode, place_.offset);                                               \
    }
#define STORE8(address, v) STORE_(address, v, WASM_I32_STORE8)
#define STORE16(address, v) STORE_(address, v, WASM_I32_STORE16)
#define STORE32(address, v) STORE_(address, v, WASM_I32_STORE)
#define STORE_PAIR(address, v, u)                                                                  \
    {                                                                                              \
        OPEN_ACCESS(h, address, place_)                                                            \
        base_of(h, place_);                                                                        \
        (v);                                                                                       \
        wasm_memory(h->e->w, WASM_I32_STORE, place_.offset);                                       \
        base_of(h, place_);                                                                        \
        (u);                                                                                       \
        wasm_memory(h->e->w, WASM_I32_STORE, place_.offset + 4);                                   \
    }

static void begin_if(struct here *h) {
    op(h, WASM_IF);
    op(h, (enum wasm_op)WASM_TYPE_I32);
}

static void special(struct here *h, uint32_t local) {
    constant(h, 0);
    wasm_memory(h->e->w, WASM_I32_LOAD, CPU_FIELD(h->e, sr) + 4 * h->insn->imm);
    set(h, local);
}

static void emit_insn(struct here *h) {
    switch ((enum insn_id)h->insn->id) {
/* clang-format off */
#define INSN(form, opcode, ident, mnemonic, operands, flow, ...) \
    case INSN_##ident: __VA_ARGS__ break;
#include "isa/moxie.def"
    /* clang-format on */
    case INSN_BAD:
    case INSN_COUNT:
    default: break;
    }
}

/* All that a call of a known function does; of GRAPH_FRAME, that its frame can be written. */
static void emit_known(struct here *h) {
    const uint32_t saved = known_table[h->insn->imm].saved;
    const uint32_t size = 4 * saved;
    OPEN_ACCESS(h, SUB(R(SP), K(FRAME_SIZE + size)), place)
    if (h->insn->id == GRAPH_FRAME) {
        return;
    }
    for (uint32_t i = 0; i < saved; i++) {
        base_of(h, place);
        get(h, LOCAL_REGISTER + KNOWN_SAVED + i);
        wasm_memory(h->e->w, WASM_I32_STORE, place.offset + size - 4 * (i + 1));
    }
    base_of(h, place);
    R(FP);
    wasm_memory(h->e->w, WASM_I32_STORE, place.offset + size);
    base_of(h, place);
    NEXT_PC;
    wasm_memory(h->e->w, WASM_I32_STORE, place.offset + size + 4);
    shortcut_finish(h->e);
}

void emit_upper(struct emitter *e) {
    wasm_local(e->w, WASM_LOCAL_GET, LOCAL_Z);
    wasm_byte(e->w, WASM_I64_CONST);
    wasm_signed(e->w, 32);
    wasm_byte(e->w, WASM_I64_SHR_U);
    wasm_byte(e->w, WASM_I32_WRAP_I64);
}

void emit_block(struct emitter *e, uint32_t number) {
    const struct graph_block *block = &e->graph->blocks[number];
    const struct flow_block *facts = &e->facts->blocks[number];
    emit_in_block(e, number);
    emit_pay(e, facts->paid);
    if (block->known) {
        wasm_local(e->w, WASM_LOCAL_GET, LOCAL_REGISTER + REG_FP);
        wasm_local(e->w, WASM_LOCAL_SET, LOCAL_KEPT_FP);
        wasm_local(e->w, WASM_LOCAL_GET, LOCAL_REGISTER + REG_SP);
        wasm_local(e->w, WASM_LOCAL_SET, LOCAL_KEPT_SP);
    }
    for (uint32_t i = 0; i < facts->done; i++) {
        const struct graph_insn *at = &e->graph->insns[block->first + i];
        struct here h = {
            .e = e,
            .insn = &at->insn,
            .effect = &facts->effects[i],
            .pc = at->pc,
            .next_pc = at->pc + at->insn.length,
            .undo = facts->paid - facts->owed - i,
            .number = block->first + i,
        };
        emit_note(e, NOTE_INSN, at->pc);
        if (graph_is_known(&at->insn)) {
            emit_known(&h);
        } else {
            emit_insn(&h);
        }
    }
}
