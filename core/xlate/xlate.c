#include "xlate/xlate.h"

#include "base/alloc.h"
#include "cpu/text.h"
#include "xlate/shape.h"

#include <string.h>

enum {
    FIRST_ROUND = 200 << 10, /* instructions interpreted before the first translation */
    SAMPLE = 20 << 10,       /* instructions run one at a time before a translation */
    EAGER_ROUND = 64,        /* the same two when it should not have to pay */
    EAGER_SAMPLE = 256,
    ROUNDS_MAX = 14,        /* translations of one machine */
    MODULE_QUOTA = 2 << 20, /* bytes of WebAssembly */
    /* Calls of translated code inside each other. Engines give 1 MiB of stack; a frame of a large
     * function may take 2 KiB. */
    STACK_DEPTH = 400,
    FUEL_MAX = 1 << 30, /* of one call, so that it is positive as a signed number */
    HEAT_MAX = 40,      /* times that code is left for the same place until that becomes an entry */
};

struct xlate {
    struct mox_allocator allocator;
    struct mox_translator translator;
    bool off;
    struct profile *profile;
    uint32_t *function_of; /* one a slot of text: function number + 1, or 0 */
    uint8_t *heat;         /* one a slot of text */
    struct site_list sites;
    struct wasm_writer module; /* that waits to be compiled */
    uint8_t *works;            /* which of its functions are translations */
    uint32_t module_count;     /* its functions; 0: none waits */
    uint32_t first_function;
    uint32_t translated; /* entries of the profile that have functions */
    uint32_t targets;    /* targets of the profile at the last translation */
    uint32_t rounds;
    uint64_t interpreted; /* instructions since the last round */
    uint64_t next_round;  /* interpreted instructions until the next */
    uint32_t exit_site;   /* written by translated code */
};

struct xlate *xlate_new(const struct mox_allocator *allocator,
                        const struct mox_translator *translator) {
    struct xlate *x = alloc_get(allocator, sizeof *x);
    if (x != NULL) {
        x->allocator = *allocator;
        x->translator = *translator;
        x->sites.allocator = *allocator;
        x->next_round = translator->eager ? EAGER_ROUND : FIRST_ROUND;
        wasm_init(&x->module, allocator);
    }
    return x;
}

static void drop_module(struct xlate *x) {
    wasm_free(&x->module);
    alloc_give(&x->allocator, x->works, x->module_count);
    x->works = NULL;
    x->module_count = 0;
}

static void forget(struct xlate *x, struct cpu *cpu) {
    text_set_entries(cpu->text, 0, 0, NULL);
    drop_module(x);
    if (x->profile != NULL) {
        alloc_give(&x->allocator, x->function_of, x->profile->slots * sizeof *x->function_of);
        alloc_give(&x->allocator, x->heat, x->profile->slots);
    }
    profile_free(x->profile);
    x->profile = NULL;
    x->function_of = NULL;
    x->heat = NULL;
    alloc_give(&x->allocator, x->sites.sites, x->sites.capacity * sizeof *x->sites.sites);
    x->sites = (struct site_list){.allocator = x->allocator};
}

void xlate_free(struct xlate *x, struct cpu *cpu) {
    if (x != NULL) {
        const struct mox_allocator allocator = x->allocator;
        forget(x, cpu);
        alloc_give(&allocator, x, sizeof *x);
    }
}

static uint32_t slot_of(const struct xlate *x, uint32_t pc) {
    return (pc - x->profile->base) / 2;
}

/* The function for an entry, + 1, or 0. */
static uint32_t function_for(const struct xlate *x, uint32_t pc) {
    return x->function_of != NULL && profile_holds(x->profile, pc) ? x->function_of[slot_of(x, pc)]
                                                                   : 0;
}

/* While a module is written: the function that each entry will have. */
static uint32_t function_at(const void *context, uint32_t pc) {
    const struct profile *profile = context;
    if (profile_holds(profile, pc) && profile->is_entry[(pc - profile->base) / 2]) {
        for (uint32_t i = 0; i < profile->entry_count; i++) {
            if (profile->entries[i] == pc) {
                return i;
            }
        }
    }
    return GRAPH_NONE;
}

/* Room to translate in. */
struct workshop {
    struct graph graph;
    struct flow_facts facts;
};

static void write_head(struct wasm_writer *w, uint32_t count) {
    static const uint8_t magic[] = {0, 'a', 's', 'm', 1, 0, 0, 0};
    static const uint8_t type[] = {1, WASM_TYPE_FUNCTION, 2, WASM_TYPE_I32, WASM_TYPE_I32,
                                   1, WASM_TYPE_I32};
    static const uint8_t memory[] = {2, 0, 1}; /* a memory without maximum, of a page or more */
    wasm_bytes(w, magic, sizeof magic);
    wasm_byte(w, WASM_SECTION_TYPE);
    size_t section = wasm_open(w);
    wasm_bytes(w, type, sizeof type);
    wasm_close(w, section);
    wasm_byte(w, WASM_SECTION_IMPORT);
    section = wasm_open(w);
    wasm_unsigned(w, 1);
    wasm_name(w, "env");
    wasm_name(w, "memory");
    wasm_bytes(w, memory, sizeof memory);
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
        wasm_unsigned(w, i);
    }
    wasm_close(w, section);
}

/* Writes the function of an entry; false when it became one that only leaves again. */
static bool write_function(struct xlate *x, struct workshop *shop, struct emitter *e,
                           uint32_t entry) {
    const size_t start = e->w->size;
    if (start < MODULE_QUOTA && graph_build(&shop->graph, x->profile, e->space, entry)) {
        flow_build(&shop->facts, &shop->graph);
        if (shape_function(e)) {
            return true;
        }
    }
    e->w->size = start;
    shape_stub(e, entry);
    return false;
}

/* Writes the module of all entries, and into works[] which of them it really translates. */
static void write_module(struct xlate *x, struct cpu *cpu, struct space *space,
                         struct workshop *shop, struct wasm_writer *w, uint8_t *works) {
    const uint32_t count = x->profile->entry_count;
    struct emitter e = {
        .w = w,
        .graph = &shop->graph,
        .facts = &shop->facts,
        .profile = x->profile,
        .space = space,
        .cpu = cpu,
        .sites = &x->sites,
        .cpu_at = (uint32_t)(uintptr_t)cpu,
        .space_at = (uint32_t)(uintptr_t)space,
        .site_at = (uint32_t)(uintptr_t)&x->exit_site,
        .function_at = function_at,
        .context = x->profile,
    };
    write_head(w, count);
    write_exports(w, count);
    wasm_byte(w, WASM_SECTION_CODE);
    const size_t section = wasm_open(w);
    wasm_unsigned(w, count);
    for (uint32_t i = 0; i < count && !w->failed; i++) {
        works[i] = write_function(x, shop, &e, x->profile->entries[i]);
    }
    wasm_close(w, section);
}

const uint8_t *xlate_module(const struct xlate *x, uint32_t *size, uint32_t *count) {
    *size = x->module_count > 0 ? (uint32_t)x->module.size : 0;
    *count = x->module_count;
    return x->module_count > 0 ? x->module.bytes : NULL;
}

void xlate_install(struct xlate *x, struct cpu *cpu, uint32_t first) {
    x->off = first == 0;
    if (x->off) {
        text_set_entries(cpu->text, 0, 0, NULL);
    }
    if (x->module_count > 0 && !x->off) {
        x->first_function = first;
        memset(x->function_of, 0, x->profile->slots * sizeof *x->function_of);
        for (uint32_t i = 0; i < x->module_count; i++) {
            if (x->works[i]) {
                x->function_of[slot_of(x, x->profile->entries[i])] = i + 1;
            }
        }
        text_set_entries(cpu->text, x->profile->base, x->profile->slots, x->function_of);
    }
    drop_module(x);
}

/* Writes the module and lets it wait. The functions that are there go on until it is installed;
 * their sites must then stay what they are, so the new sites are appended. */
static void translate(struct xlate *x, struct cpu *cpu, struct space *space) {
    struct workshop *shop = alloc_get(&x->allocator, sizeof *shop);
    x->module_count = x->profile->entry_count;
    x->works = alloc_get(&x->allocator, x->module_count);
    if (shop != NULL && x->works != NULL) {
        write_module(x, cpu, space, shop, &x->module, x->works);
    }
    if (shop == NULL || x->works == NULL || x->module.failed || x->sites.failed) {
        drop_module(x);
        wasm_init(&x->module, &x->allocator);
        x->sites.failed = false;
    }
    x->translated = x->profile->entry_count;
    x->targets = x->profile->target_count;
    alloc_give(&x->allocator, shop, sizeof *shop);
}

/* Prepares to watch the text at pc. */
static bool watch(struct xlate *x, const struct cpu *cpu, const struct space *space) {
    if (x->profile == NULL) {
        x->profile = profile_new(&x->allocator, space, cpu->pc);
        if (x->profile == NULL) {
            return false;
        }
        x->function_of = alloc_get(&x->allocator, x->profile->slots * sizeof *x->function_of);
        x->heat = alloc_get(&x->allocator, x->profile->slots);
    }
    return x->function_of != NULL && x->heat != NULL;
}

/* A round: watch for a while, then translate what was seen, if there is anything new. Takes fuel
 * for the instructions that it runs. */
static enum cpu_stop make_round(struct xlate *x, struct cpu *cpu, struct space *space,
                                uint64_t *fuel) {
    x->interpreted = 0;
    x->next_round *= 2;
    if (!watch(x, cpu, space)) {
        x->rounds++;
        return CPU_BUDGET;
    }
    const uint64_t before = cpu->count;
    const uint64_t sample = x->translator.eager ? EAGER_SAMPLE : SAMPLE;
    const enum cpu_stop stop = profile_run(x->profile, cpu, space, *fuel < sample ? *fuel : sample);
    *fuel -= cpu->count - before;
    const bool news =
        x->profile->entry_count > x->translated || x->profile->target_count > x->targets;
    if (stop == CPU_BUDGET && news && x->profile->entry_count > 0 && cpu->compared) {
        x->rounds++;
        translate(x, cpu, space);
    }
    return stop;
}

/* Code was left for pc, which has no function: often enough, and it gets one. */
static void note_heat(struct xlate *x, uint32_t pc) {
    if (profile_holds(x->profile, pc)) {
        uint8_t *heat = &x->heat[slot_of(x, pc)];
        if (*heat < HEAT_MAX && ++*heat == HEAT_MAX) {
            profile_add_entry(x->profile, pc);
        }
    }
}

/* Runs translated code from cpu->pc. False when the interpreter has to do the next instruction. */
static bool run_function(struct xlate *x, struct cpu *cpu, uint32_t function, uint64_t *fuel) {
    const int32_t given = *fuel < FUEL_MAX ? (int32_t)*fuel : FUEL_MAX;
    int32_t left = x->translator.call(x->translator.context, x->first_function + function - 1,
                                      given, STACK_DEPTH);
    const bool early = left < 0;
    bool at_site = false;
    if (early) {
        left = -1 - left;
        at_site = x->exit_site != 0;
        if (at_site) {
            const struct xlate_site *site = &x->sites.sites[x->exit_site];
            cpu->pc = site->pc;
            left += (int32_t)site->undo;
        }
    }
    const uint32_t used = (uint32_t)(given - left);
    cpu->count += used;
    *fuel -= used;
    if (function_for(x, cpu->pc) != 0) {
        return used > 0;
    }
    if (!at_site) {
        note_heat(x, cpu->pc);
    }
    return !at_site;
}

enum cpu_stop xlate_run(struct xlate *x, struct cpu *cpu, struct space *space, uint64_t fuel) {
    enum cpu_stop stop = CPU_BUDGET;
    while (fuel > 0 && (stop == CPU_BUDGET || stop == CPU_ENTER)) {
        if (!x->off && x->module_count == 0 && x->rounds < ROUNDS_MAX &&
            x->interpreted >= x->next_round) {
            stop = make_round(x, cpu, space, &fuel);
            continue;
        }
        const uint32_t function = x->off ? 0 : function_for(x, cpu->pc);
        bool alone = false;
        if (function != 0) {
            if (run_function(x, cpu, function, &fuel) || fuel == 0) {
                stop = CPU_BUDGET;
                continue;
            }
            alone = true;
        }
        const uint64_t before = cpu->count;
        const uint64_t patience =
            x->next_round > x->interpreted ? x->next_round - x->interpreted : fuel;
        stop =
            alone ? cpu_step(cpu, space) : cpu_run(cpu, space, fuel < patience ? fuel : patience);
        fuel -= cpu->count - before;
        x->interpreted += cpu->count - before;
    }
    return stop == CPU_ENTER ? CPU_BUDGET : stop;
}
