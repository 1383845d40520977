#include "xlate/module.h"

#include "base/alloc.h"
#include "xlate/shape.h"

enum {
    MODULE_QUOTA = 2 << 20, /* bytes, beyond which entries become functions that leave again */
    FOLLOWED_INSNS = 20000, /* instructions looked through for calls */
    IMPORTS_MAX = 1024,
    /* In one go, for new entries and places: instructions of functions and halfwords looked at. */
    REACHED_INSNS = 20000,
    LOOKED_AT = 1 << 14,
    /* A larger function is made of fewer instructions: an engine compiles it in one go, at some
     * 20 bytes a microsecond. */
    FUNCTION_BYTES = 64 << 10,
    STEP_RATIO = 4, /* bytes that make a step as long as an instruction that is worked on does */
};

/* What is done next for a function. */
enum stage {
    STAGE_NEXT,  /* a look at what it needs */
    STAGE_GRAPH, /* its graph goes on */
    STAGE_FACTS, /* about its graph */
    STAGE_FACTS_MORE,
    STAGE_CODE,
};

struct module {
    struct mox_allocator allocator;
    struct wasm_writer code;   /* the functions */
    struct wasm_writer writer; /* the module */
    struct emitter emitter;
    struct profile *profile;
    const uint32_t *function_of;
    struct blame *blame;
    struct made made;
    uint32_t next;    /* the first function that is not written yet */
    enum stage stage; /* of that */
    /* What there was before it, its name in the notes included. */
    size_t size_before;
    uint32_t calls_before;
    uint32_t notes_before;
    uint16_t *local_of; /* one an entry of the profile: function number + 1, or 0 */
    uint32_t import_count;
    uint32_t imports[IMPORTS_MAX]; /* numbers in the core's table */
    uint32_t call_count;
    uint32_t call_capacity;
    uint32_t *calls;   /* places in `code` that take the number of one of its functions */
    uint8_t *waits;    /* one an entry of the profile: it needs no function, for now */
    uint16_t *host_of; /* one a function: the number + 1 of the one whose dispatcher leads to it, or
                          0 */
    uint8_t *inner;    /* one an entry of the profile: a dispatcher may take it */
    uint16_t *place;
    struct graph graph;
    struct flow_facts facts;
};

/* In decimal. */
static void write_number(struct wasm_writer *w, uint32_t number) {
    char name[11];
    char *at = name + sizeof name - 1;
    *at = '\0';
    do {
        *--at = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    wasm_name(w, at);
}

static void write_imports(struct wasm_writer *w, const struct module *module) {
    static const uint8_t resume[] = {0, 1}; /* a function of the second type */
    static const uint8_t translated[] = {0, 0};
    static const uint8_t memory[] = {2, 0, 1}; /* a memory without maximum, of a page or more */
    wasm_byte(w, WASM_SECTION_IMPORT);
    const size_t section = wasm_open(w);
    wasm_unsigned(w, 2 + module->import_count);
    wasm_name(w, "env");
    wasm_name(w, "memory");
    wasm_bytes(w, memory, sizeof memory);
    wasm_name(w, "env");
    wasm_name(w, "resume");
    wasm_bytes(w, resume, sizeof resume);
    for (uint32_t i = 0; i < module->import_count; i++) {
        wasm_name(w, "table");
        write_number(w, module->imports[i]);
        wasm_bytes(w, translated, sizeof translated);
    }
    wasm_close(w, section);
}

static void write_head(struct wasm_writer *w, const struct module *module) {
    static const uint8_t magic[] = {0, 'a', 's', 'm', 1, 0, 0, 0};
    enum { I32 = WASM_TYPE_I32, TYPES = 2, PARAMETERS = 2, RESUME_PARAMETERS = 4 };
    /* Of translated functions, and of the one that goes on. */
    static const uint8_t types[] = {TYPES,
                                    WASM_TYPE_FUNCTION,
                                    PARAMETERS,
                                    I32,
                                    I32,
                                    1,
                                    I32,
                                    WASM_TYPE_FUNCTION,
                                    RESUME_PARAMETERS,
                                    I32,
                                    I32,
                                    I32,
                                    I32,
                                    1,
                                    I32};
    wasm_bytes(w, magic, sizeof magic);
    wasm_byte(w, WASM_SECTION_TYPE);
    size_t section = wasm_open(w);
    wasm_bytes(w, types, sizeof types);
    wasm_close(w, section);
    write_imports(w, module);
    wasm_byte(w, WASM_SECTION_FUNCTION);
    section = wasm_open(w);
    wasm_unsigned(w, module->made.count);
    for (uint32_t i = 0; i < module->made.count; i++) {
        wasm_unsigned(w, 0);
    }
    wasm_close(w, section);
}

/* The number of the first own function: behind the imported ones. */
static uint32_t first_own(const struct module *module) {
    return 1 + module->import_count;
}

static void write_exports(struct wasm_writer *w, const struct module *module) {
    wasm_byte(w, WASM_SECTION_EXPORT);
    const size_t section = wasm_open(w);
    wasm_unsigned(w, module->made.count);
    for (uint32_t i = 0; i < module->made.count; i++) {
        write_number(w, i);
        wasm_byte(w, 0);
        wasm_unsigned(w, first_own(module) + i);
    }
    wasm_close(w, section);
}

/* How function_at and write_call name functions: own ones by their number, those of earlier modules
 * by IMPORTED + theirs in the core's table. */
static const uint32_t IMPORTED = 1u << 24;

static uint32_t function_at(void *context, uint32_t pc) {
    const struct module *module = context;
    const struct profile *profile = module->emitter.profile;
    if (!profile_holds(profile, pc)) {
        return GRAPH_NONE;
    }
    const uint32_t slot = profile_slot(profile, pc);
    const uint32_t number = profile->entry_number[slot];
    if (number != 0 && number <= module->made.known && module->local_of[number - 1] != 0) {
        return module->local_of[number - 1] - 1u;
    }
    const uint32_t earlier = module->function_of != NULL ? module->function_of[slot] : 0;
    return earlier != 0 && earlier < IMPORTED ? IMPORTED + earlier : GRAPH_NONE;
}

/* The number that an imported function has in the module. */
static uint32_t import_number(struct module *module, uint32_t function) {
    for (uint32_t i = 0; i < module->import_count; i++) {
        if (module->imports[i] == function) {
            return 1 + i;
        }
    }
    if (module->import_count == IMPORTS_MAX) {
        module->code.failed = true;
        return 0;
    }
    module->imports[module->import_count] = function;
    return 1 + module->import_count++;
}

static void note_call(struct module *module, size_t at) {
    if (module->call_count == module->call_capacity) {
        const uint32_t capacity = module->call_capacity == 0 ? 256 : 2 * module->call_capacity;
        uint32_t *calls =
            alloc_more(&module->allocator, module->calls, module->call_capacity * sizeof *calls,
                       capacity * sizeof *calls);
        if (calls == NULL) {
            module->code.failed = true;
            return;
        }
        module->calls = calls;
        module->call_capacity = capacity;
    }
    module->calls[module->call_count++] = (uint32_t)at;
}

static void write_call(void *context, uint32_t function) {
    struct module *module = context;
    wasm_byte(&module->code, WASM_CALL);
    if (function >= IMPORTED) {
        wasm_unsigned(&module->code, import_number(module, function - IMPORTED));
    } else {
        note_call(module, module->code.size);
        wasm_unsigned_wide(&module->code, function);
    }
}

/* What translated code calls would otherwise be watched only when it is too late. */
static void follow_calls(struct module *module, struct profile *profile, uint32_t from) {
    uint32_t insns = 0;
    for (uint32_t i = from; i < profile->entry_count && insns < FOLLOWED_INSNS; i++) {
        graph_follow_calls(&module->graph, profile, profile->entries[i]);
        insns += module->graph.found_count;
    }
}

static void add_function(struct module *module, uint32_t entry) {
    module->made.entries[module->made.count++] = (uint16_t)entry;
    module->local_of[entry] = (uint16_t)module->made.count;
    module->inner[entry] = 1;
}

/* Whether the number of each slot fits into what dispatchers are told. */
static bool may_take_in(const struct profile *profile) {
    return profile->slots < 1u << (31 - DEPTH_BITS);
}

/* Whether an entry has no translation and needs one. */
static bool is_missing(const struct profile *profile, const uint32_t *function_of, uint32_t pc) {
    return function_of == NULL || !module_is_inner(function_of[profile_slot(profile, pc)]) ||
           profile_begins(profile, pc);
}

bool module_has_news(const struct profile *profile, const uint32_t *function_of, uint32_t from) {
    for (uint32_t i = from; i < profile->entry_count; i++) {
        if (is_missing(profile, function_of, profile->entries[i])) {
            return true;
        }
    }
    return false;
}

/* Makes entries of the places where the functions that are written again were left for long. */
static void add_places(struct module *module, const struct module_target *target) {
    const struct graph *graph = &module->graph;
    uint32_t insns = 0;
    for (uint32_t i = 0; i < target->from && insns < REACHED_INSNS; i++) {
        if (!target->blame->of[i].again) {
            continue;
        }
        insns +=
            graph_reach(&module->graph, target->profile, target->profile->entries[i], GRAPH_INSNS);
        for (uint32_t j = 0; j < graph->found_count; j++) {
            const uint32_t pc = graph->found[j].pc;
            if (blame_is_place(target->blame, profile_slot(target->profile, pc))) {
                profile_add_entry(target->profile, pc);
            }
        }
    }
}

/* New entries in code that a function reaches by now wait until that is written again and takes
 * them in: functions of their own would be copies of the most of it. */
static void find_hosts(struct module *module, const struct module_target *target) {
    const struct profile *profile = target->profile;
    uint32_t reached = BLAME_NOBODY; /* by the graph */
    uint32_t insns = 0;
    uint32_t most = LOOKED_AT;
    for (uint32_t i = target->from; i < profile->entry_count && insns < REACHED_INSNS; i++) {
        const uint32_t pc = profile->entries[i];
        const bool begins = profile_begins(profile, pc);
        const uint32_t host = begins ? BLAME_NOBODY : blame_host(target->blame, profile, pc, &most);
        if (host >= target->from || target->blame->of[host].again) {
            continue; /* or it is taken in at once */
        }
        if (host != reached) {
            insns += graph_reach(&module->graph, profile, profile->entries[host], GRAPH_INSNS);
            reached = host;
        }
        if (module->graph.found_count >= GRAPH_LARGE &&
            graph_find(&module->graph, pc) != GRAPH_NONE) {
            module->waits[i] = 1;
        }
    }
}

/* Functions take in all places that they reach. */
static void take_places(struct module *module, const struct module_target *target) {
    for (uint32_t i = 0; i < module->made.known; i++) {
        module->inner[i] |= !profile_begins(target->profile, target->profile->entries[i]);
    }
}

/* Decides what the module translates. False when there is no memory. */
static bool choose(struct module *module, const struct module_target *target) {
    const struct mox_allocator *allocator = &module->allocator;
    const uint32_t slots = target->profile->slots;
    module->place = alloc_get(allocator, slots * sizeof *module->place);
    if (!made_init(&module->made, allocator, slots) || module->place == NULL) {
        return false;
    }
    module->graph.place = module->place;
    module->emitter.returns = module->made.returns;
    add_places(module, target);
    follow_calls(module, target->profile, target->from);
    const uint32_t entries = module->made.known = target->profile->entry_count;
    module->waits = alloc_get(allocator, PROFILE_ENTRIES);
    module->local_of = alloc_get(allocator, PROFILE_ENTRIES * sizeof *module->local_of);
    module->host_of = alloc_get(allocator, PROFILE_ENTRIES * sizeof *module->host_of);
    module->inner = alloc_get(allocator, PROFILE_ENTRIES);
    if (module->waits == NULL || module->local_of == NULL || module->host_of == NULL ||
        module->inner == NULL) {
        return false;
    }
    /* Functions of the guest first, as they may take in other entries. */
    if (target->from > 0) {
        find_hosts(module, target);
    }
    for (uint32_t i = 0; i < target->from; i++) {
        if (target->blame->of[i].again) {
            add_function(module, i);
        }
    }
    for (uint32_t pass = 0; pass < 2; pass++) {
        for (uint32_t i = target->from; i < entries; i++) {
            const uint32_t pc = target->profile->entries[i];
            if (profile_begins(target->profile, pc) == (pass == 0) && !module->waits[i] &&
                is_missing(target->profile, target->function_of, pc)) {
                add_function(module, i);
            }
        }
    }
    take_places(module, target);
    return module->made.count > 0;
}

struct module *module_new(const struct mox_allocator *allocator, const struct module_target *target,
                          struct site_list *sites) {
    struct module *module = alloc_get(allocator, sizeof *module);
    if (module == NULL) {
        return NULL;
    }
    module->allocator = *allocator;
    module->profile = target->profile;
    module->function_of = target->function_of;
    module->blame = target->blame;
    wasm_init(&module->code, allocator);
    wasm_init(&module->writer, allocator);
    module->emitter = (struct emitter){
        .w = &module->code,
        .graph = &module->graph,
        .facts = &module->facts,
        .profile = target->profile,
        .space = target->space,
        .cpu = target->cpu,
        .sites = sites,
        .notes = target->notes,
        .cpu_at = (uint32_t)(uintptr_t)target->cpu,
        .space_at = (uint32_t)(uintptr_t)target->space,
        .site_at = (uint32_t)(uintptr_t)target->site_at,
        .resume_for = target->resume_for,
        .blame = target->blame,
        .function_at = function_at,
        .write_call = write_call,
        .context = module,
    };
    if (!choose(module, target)) {
        module_free(module);
        return NULL;
    }
    emit_note_places(&module->emitter);
    return module;
}

void module_free(struct module *module) {
    if (module != NULL) {
        const struct mox_allocator allocator = module->allocator;
        const uint32_t slots = module->emitter.profile->slots;
        wasm_free(&module->code);
        wasm_free(&module->writer);
        alloc_give(&allocator, module->calls, module->call_capacity * sizeof *module->calls);
        made_free(&module->made, &allocator, slots);
        alloc_give(&allocator, module->waits, PROFILE_ENTRIES);
        alloc_give(&allocator, module->local_of, PROFILE_ENTRIES * sizeof *module->local_of);
        alloc_give(&allocator, module->host_of, PROFILE_ENTRIES * sizeof *module->host_of);
        alloc_give(&allocator, module->inner, PROFILE_ENTRIES);
        alloc_give(&allocator, module->place, slots * sizeof *module->place);
        alloc_give(&allocator, module, sizeof *module);
    }
}

/* Gives numbers to where computed jumps with many targets, and the dispatcher, lead. */
static void number_targets(struct module *module) {
    const struct graph *graph = &module->graph;
    for (uint32_t i = 0; i < graph->block_count; i++) {
        const struct graph_block *block = &graph->blocks[i];
        const bool many = block->end == END_SWITCH && block->edge_count > GRAPH_COMPARED;
        for (uint32_t j = 0; (many || i == graph->dispatcher) && j < block->edge_count; j++) {
            const uint32_t pc = graph->edges[block->first_edge + j].pc;
            if (profile_holds(module->profile, pc)) {
                profile_number(module->profile, pc);
            }
        }
    }
}

/* The places that the dispatcher of the function just written leads to need no code of their own.
 */
static void take_in(struct module *module) {
    const struct graph *graph = &module->graph;
    const struct profile *profile = module->profile;
    if (graph->dispatcher == GRAPH_NONE || !may_take_in(profile)) {
        return;
    }
    const struct graph_block *block = &graph->blocks[graph->dispatcher];
    const uint16_t host = (uint16_t)(module->next + 1);
    for (uint32_t i = 0; i < block->edge_count; i++) {
        const struct graph_edge *edge = &graph->edges[block->first_edge + i];
        const uint32_t slot = profile_slot(profile, edge->pc);
        const uint32_t number = profile->entry_number[slot];
        if (edge->block == GRAPH_NONE || (number != 0 && !module->inner[number - 1])) {
            continue;
        }
        if (module->made.inner_of[slot] == 0) {
            module->made.inner_of[slot] = host;
        }
        if (number != 0 && module->local_of[number - 1] != 0) {
            module->host_of[module->local_of[number - 1] - 1] = host;
        }
        if (number != 0) {
            module->inner[number - 1] = 0;
        }
    }
}

/* Whether the function calls itself. One that does has no check for a newer one at its start, where
 * it would cost the most: fib a fifth. */
static bool is_recursive(const struct graph *graph, const struct profile *profile, uint32_t entry) {
    for (uint32_t i = 0; i < graph->found_count; i++) {
        const struct insn *insn = &graph->found[i].insn;
        if (insn->id == INSN_jsra && insn->imm == entry) {
            return true;
        }
    }
    for (uint32_t i = 0; i < profile->target_count; i++) {
        const struct profile_target *seen = &profile->targets[i];
        if (seen->target == entry && graph_find(graph, seen->site) != GRAPH_NONE) {
            return true;
        }
    }
    return false;
}

/* The function of an entry has the code of the graph. */
static void own(struct module *module, uint32_t entry) {
    const struct graph *graph = &module->graph;
    for (uint32_t i = 0; i < graph->found_count; i++) {
        const uint32_t slot = profile_slot(module->profile, graph->found[i].pc);
        module->blame->owner[slot] = (uint16_t)(entry + 1);
        const uint32_t behind = slot + graph->found[i].insn.length / 2 + 1;
        const uint32_t end = behind < module->profile->slots ? behind : module->profile->slots;
        module->made.low = slot < module->made.low ? slot : module->made.low;
        module->made.high = end > module->made.high ? end : module->made.high;
    }
}

/* The function is written. works: it does more than leave again. */
static void end_function(struct module *module, bool works) {
    module->made.works[module->next++] = works;
    module->stage = STAGE_NEXT;
}

/* Nothing was written of the function. */
static void take_back(struct module *module) {
    struct emitter *e = &module->emitter;
    blame_give_back(module->blame, e->start);
    module->made.starts[module->next] = e->start = 0;
    e->w->size = module->size_before;
    module->call_count = module->calls_before;
    if (e->notes != NULL) {
        e->notes->count = module->notes_before;
    }
}

/* Makes the function one that only leaves again. */
static void refuse(struct module *module, enum stub_reason reason) {
    struct emitter *e = &module->emitter;
    take_back(module);
    emit_note(e, NOTE_STUB, reason);
    shape_stub(e, e->profile->entries[e->entry]);
    end_function(module, false);
}

static void begin_graph(struct module *module, uint32_t most) {
    const struct profile *profile = module->profile;
    const uint32_t entry = profile->entries[module->emitter.entry];
    const uint8_t *inner = may_take_in(profile) ? module->inner : NULL;
    module->stage = STAGE_GRAPH;
    if (!graph_begin(&module->graph, profile, entry, inner, most)) {
        refuse(module, STUB_EMPTY);
    }
}

static void begin_function(struct module *module) {
    struct emitter *e = &module->emitter;
    const uint32_t index = module->made.entries[module->next];
    const uint32_t entry = e->profile->entries[index];
    e->entry = index;
    e->start = 0;
    module->size_before = e->w->size;
    module->calls_before = module->call_count;
    emit_note(e, NOTE_FUNCTION, entry);
    module->notes_before = e->notes != NULL ? e->notes->count : 0;
    if (module->host_of[module->next] != 0) {
        shape_inner(e, entry, module->host_of[module->next] - 1u);
        end_function(module, true);
        return;
    }
    module->inner[index] = 0;
    if (e->w->size >= MODULE_QUOTA) {
        refuse(module, STUB_QUOTA);
    } else {
        begin_graph(module, GRAPH_INSNS);
    }
}

/* Tries once more with fewer instructions, and then makes the function one that leaves again. */
static void make_smaller(struct module *module) {
    const uint32_t found = module->graph.found_count;
    if (found > GRAPH_LARGE) {
        take_back(module);
        begin_graph(module, found / 2);
    } else {
        refuse(module, STUB_NESTED);
    }
}

static void go_on_with_graph(struct module *module) {
    switch (graph_go_on(&module->graph)) {
    case GRAPH_GOING: break;
    case GRAPH_READY: module->stage = STAGE_FACTS; break;
    case GRAPH_REFUSED: make_smaller(module); break;
    }
}

static void find_facts(struct module *module) {
    const struct emitter *e = &module->emitter;
    number_targets(module);
    flow_begin(&module->facts, &module->graph,
               &(struct groups_world){e->profile, e->space, e->cpu});
    module->stage = STAGE_FACTS_MORE;
}

static void write_code(struct module *module) {
    struct emitter *e = &module->emitter;
    if (!is_recursive(&module->graph, module->profile, e->profile->entries[e->entry])) {
        e->start = module->made.starts[module->next] = blame_start(module->blame);
    }
    const bool shaped = shape_function(e);
    const size_t size = e->w->size - module->size_before;
    if (!shaped || (size > FUNCTION_BYTES && module->graph.found_count > GRAPH_LARGE)) {
        make_smaller(module);
    } else {
        take_in(module);
        own(module, e->entry);
        end_function(module, true);
    }
}

/* A part of the next function. Returns how many instructions it went over. */
static uint32_t write_part(struct module *module) {
    switch (module->stage) {
    case STAGE_NEXT:
        begin_function(module);
        return module->stage == STAGE_GRAPH ? module->graph.found_count : 1;
    case STAGE_GRAPH: go_on_with_graph(module); break;
    case STAGE_FACTS: find_facts(module); break;
    case STAGE_FACTS_MORE:
        flow_finish(&module->facts, &module->graph);
        module->stage = STAGE_CODE;
        break;
    case STAGE_CODE: write_code(module); break;
    }
    return module->graph.found_count;
}

/* Puts the parts together. */
static void finish(struct module *module) {
    struct wasm_writer *w = &module->writer;
    for (uint32_t i = 0; i < module->call_count; i++) {
        const size_t at = module->calls[i];
        wasm_patch(&module->code, at, wasm_wide_at(&module->code, at) + first_own(module));
    }
    write_head(w, module);
    write_exports(w, module);
    wasm_byte(w, WASM_SECTION_CODE);
    const size_t section = wasm_open(w);
    wasm_unsigned(w, module->made.count);
    note_move(module->emitter.notes, w->size);
    wasm_bytes(w, module->code.bytes, module->code.size);
    wasm_close(w, section);
    module->made.size = (uint32_t)w->size;
}

bool module_step(struct module *module, uint32_t bytes) {
    const size_t enough = module->code.size + bytes;
    uint32_t insns = 0;
    while (module->next < module->made.count && module->code.size < enough &&
           insns < bytes / STEP_RATIO && !module->code.failed) {
        insns += write_part(module);
    }
    if (module->next < module->made.count && !module->code.failed) {
        return false;
    }
    if (!module->code.failed) {
        finish(module);
    }
    return true;
}

bool module_good(const struct module *module) {
    return !module->code.failed && !module->writer.failed && !module->emitter.sites->failed;
}

const uint8_t *module_bytes(const struct module *module) {
    return module->writer.bytes;
}

struct made *module_made(struct module *module) {
    return &module->made;
}
