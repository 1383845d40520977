#include "xlate/module.h"

#include "base/alloc.h"
#include "xlate/shape.h"

enum {
    MODULE_QUOTA = 2 << 20, /* bytes, beyond which entries become functions that leave again */
    FOLLOWED_INSNS = 20000, /* instructions looked through for calls */
};

struct module {
    struct mox_allocator allocator;
    struct wasm_writer writer;
    struct emitter emitter;
    uint32_t count;   /* of functions */
    uint32_t next;    /* the first that is not written yet */
    size_t section;   /* of code, being written */
    uint8_t *works;   /* one a function */
    uint8_t *returns; /* one a slot of text: calls come back there */
    uint16_t *place;
    struct graph graph;
    struct flow_facts facts;
};

static void write_head(struct wasm_writer *w, uint32_t count) {
    static const uint8_t magic[] = {0, 'a', 's', 'm', 1, 0, 0, 0};
    static const uint8_t types[] = {2, /* of translated functions, and of the one that is imported
                                        */
                                    WASM_TYPE_FUNCTION,
                                    2,
                                    WASM_TYPE_I32,
                                    WASM_TYPE_I32,
                                    1,
                                    WASM_TYPE_I32,
                                    WASM_TYPE_FUNCTION,
                                    4,
                                    WASM_TYPE_I32,
                                    WASM_TYPE_I32,
                                    WASM_TYPE_I32,
                                    WASM_TYPE_I32,
                                    1,
                                    WASM_TYPE_I32};
    static const uint8_t resume[] = {0, 1};    /* a function of the second type */
    static const uint8_t memory[] = {2, 0, 1}; /* a memory without maximum, of a page or more */
    wasm_bytes(w, magic, sizeof magic);
    wasm_byte(w, WASM_SECTION_TYPE);
    size_t section = wasm_open(w);
    wasm_bytes(w, types, sizeof types);
    wasm_close(w, section);
    wasm_byte(w, WASM_SECTION_IMPORT);
    section = wasm_open(w);
    wasm_unsigned(w, 2);
    wasm_name(w, "env");
    wasm_name(w, "memory");
    wasm_bytes(w, memory, sizeof memory);
    wasm_name(w, "env");
    wasm_name(w, "resume");
    wasm_bytes(w, resume, sizeof resume);
    wasm_close(w, section);
    wasm_byte(w, WASM_SECTION_FUNCTION);
    section = wasm_open(w);
    wasm_unsigned(w, count);
    for (uint32_t i = 0; i < count; i++) {
        wasm_unsigned(w, 0);
    }
    wasm_close(w, section);
}

static void write_exports(struct wasm_writer *w, uint32_t count) {
    wasm_byte(w, WASM_SECTION_EXPORT);
    const size_t section = wasm_open(w);
    wasm_unsigned(w, count);
    for (uint32_t i = 0; i < count; i++) {
        char name[11];
        char *at = name + sizeof name - 1;
        uint32_t rest = i;
        *at = '\0';
        do {
            *--at = (char)('0' + rest % 10);
            rest /= 10;
        } while (rest != 0);
        wasm_name(w, at);
        wasm_byte(w, 0);
        wasm_unsigned(w, EMIT_IMPORTS + i);
    }
    wasm_close(w, section);
}

/* The function that an entry has, among those of this module. */
static uint32_t function_at(const void *context, uint32_t pc) {
    const struct module *module = context;
    const struct profile *profile = module->emitter.profile;
    if (!profile_holds(profile, pc)) {
        return GRAPH_NONE;
    }
    const uint32_t number = profile->entry_number[(pc - profile->base) / 2];
    return number != 0 && number <= module->count ? number - 1 : GRAPH_NONE;
}

/* What translated code calls would otherwise be watched only when it is too late. */
static void follow_calls(struct module *module, struct profile *profile) {
    uint32_t insns = 0;
    for (uint32_t i = 0; i < profile->entry_count && insns < FOLLOWED_INSNS; i++) {
        graph_follow_calls(&module->graph, profile, profile->entries[i]);
        insns += module->graph.found_count;
    }
}

struct module *module_new(const struct mox_allocator *allocator, const struct module_target *target,
                          struct site_list *sites) {
    struct module *module = alloc_get(allocator, sizeof *module);
    if (module == NULL) {
        return NULL;
    }
    module->allocator = *allocator;
    wasm_init(&module->writer, allocator);
    module->emitter = (struct emitter){
        .w = &module->writer,
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
        .function_at = function_at,
        .context = module,
    };
    module->place = alloc_get(allocator, target->profile->slots * sizeof *module->place);
    module->graph.place = module->place;
    if (module->place != NULL) {
        follow_calls(module, target->profile);
    }
    module->count = target->profile->entry_count;
    module->works = alloc_get(allocator, module->count);
    module->returns = alloc_get(allocator, target->profile->slots);
    module->emitter.returns = module->returns;
    if (module->works == NULL || module->returns == NULL || module->place == NULL) {
        module_free(module);
        return NULL;
    }
    emit_note_places(&module->emitter);
    write_head(&module->writer, module->count);
    write_exports(&module->writer, module->count);
    wasm_byte(&module->writer, WASM_SECTION_CODE);
    module->section = wasm_open(&module->writer);
    wasm_unsigned(&module->writer, module->count);
    return module;
}

void module_free(struct module *module) {
    if (module != NULL) {
        const struct mox_allocator allocator = module->allocator;
        const uint32_t slots = module->emitter.profile->slots;
        wasm_free(&module->writer);
        alloc_give(&allocator, module->works, module->count);
        alloc_give(&allocator, module->returns, slots);
        alloc_give(&allocator, module->place, slots * sizeof *module->place);
        alloc_give(&allocator, module, sizeof *module);
    }
}

/* Writes the function of an entry; false when it became one that only leaves again. */
static bool write_function(struct module *module, uint32_t entry) {
    struct emitter *e = &module->emitter;
    const size_t start = e->w->size;
    const uint32_t noted = e->notes != NULL ? e->notes->count : 0;
    enum stub_reason reason = STUB_QUOTA;
    emit_note(e, NOTE_FUNCTION, entry);
    if (start < MODULE_QUOTA) {
        reason = STUB_EMPTY;
        if (graph_build(&module->graph, e->profile, entry)) {
            reason = STUB_NESTED;
            flow_build(&module->facts, &module->graph);
            if (shape_function(e)) {
                return true;
            }
        }
    }
    e->w->size = start;
    if (e->notes != NULL) {
        e->notes->count = noted;
    }
    emit_note(e, NOTE_FUNCTION, entry);
    emit_note(e, NOTE_STUB, reason);
    shape_stub(e, entry);
    return false;
}

bool module_step(struct module *module, uint32_t bytes) {
    const size_t enough = module->writer.size + bytes;
    while (module->next < module->count && module->writer.size < enough && !module->writer.failed) {
        const uint32_t entry = module->emitter.profile->entries[module->next];
        module->works[module->next] = write_function(module, entry);
        module->next++;
    }
    if (module->next < module->count && !module->writer.failed) {
        return false;
    }
    wasm_close(&module->writer, module->section);
    return true;
}

bool module_good(const struct module *module) {
    return !module->writer.failed && !module->emitter.sites->failed;
}

const uint8_t *module_bytes(const struct module *module, uint32_t *size) {
    *size = (uint32_t)module->writer.size;
    return module->writer.bytes;
}

uint32_t module_count(const struct module *module) {
    return module->count;
}

bool module_works(const struct module *module, uint32_t function) {
    return module->works[function];
}

bool module_returns(const struct module *module, uint32_t slot) {
    return module->returns[slot];
}
