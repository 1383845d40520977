#include "xlate/xlate.h"

#include "base/alloc.h"
#include "cpu/text.h"
#include "xlate/engine.h"

#include <string.h>

enum {
    FIRST_ROUND = 2 << 20, /* instructions interpreted before the first translation, at least */
    FIRST_EACH = 10000,    /* the same for each instruction of the program's code that ran: what the
                            * engine's work on it costs, all of its threads taken together */
    LATEST = 256 << 20,    /* and at most, however much code there is */
    PREPARE_EACH = 20 << 10, /* between two steps of getting ready for it */
    NEXT_ROUND = 200 << 10,  /* and before each further one, at least */
    SAMPLE = 2 << 10,        /* instructions run one at a time before a translation */
    CALLS_ENOUGH = 3, /* arrivals in samples that make a function, or a loop, worth an entry */
    LOOPS_ENOUGH = 24,
    EAGER_ROUND = 64, /* the same two when it should not have to pay */
    EAGER_SAMPLE = 256,
    EAGER_STEP = 1 << 30,
    PATIENCE = 4,     /* instructions interpreted before the next translation, for each byte of the
                       * last: about what it cost */
    ROUNDS_MAX = 100, /* translations of one machine */
    STEP_BYTES = 8 << 10,  /* of WebAssembly written in one go */
    STEP_INSNS = 40 << 10, /* interpreted between two of these */
    STEPS_MAX = 4,         /* of these in one run; who cannot wait for more runs with no fuel */
    /* Calls of translated code inside each other. Engines give 1 MiB of stack; a frame of a large
     * function may take 2 KiB. */
    STACK_DEPTH = 400,
    FUEL_MAX = 1 << 30,      /* of one call, so that it is positive as a signed number */
    HINTED_ROUND = 20 << 10, /* instructions before hints are used: many programs end sooner */
    CROSSING_COST = 80, /* instructions that could be interpreted while code is entered and left */
    EXIT_COST = 300,    /* instructions that could be interpreted while code is left */
    REDIRECT_COST = 40, /* the same for a call of a function that has a newer version */
    MISSES_MAX = 40,    /* times that an access misses its region until it is taken for mixed */
    /* Instructions lost before everything is translated once more, for each byte; twice as many
     * each further time, as the engine's work is thrown away. */
    PATIENCE_ALL = 300,
    REWRITTEN_MAX = 10,
    NESTED_DEPTH = 6, /* calls that as much stack would take as xlate_resume does */
    CROSSINGS = 4096, /* between translated and other code, until it is seen whether they pay */
    CROSSINGS_NESTED = 4 * CROSSINGS, /* the same, inside calls of translated code */
    REST = 1 << 20, /* instructions that are interpreted when they do not; twice as many each time
                     */
    REST_MAX = 3,   /* doublings */
    NESTED_INTERPRETED = 10000, /* instructions interpreted until unwinding costs less */
};

struct xlate *xlate_new(const struct mox_allocator *allocator,
                        const struct mox_translator *translator) {
    struct xlate *x = alloc_get(allocator, sizeof *x);
    if (x != NULL) {
        x->allocator = *allocator;
        x->translator = *translator;
        x->sites.allocator = *allocator;
        x->notes.allocator = *allocator;
        x->next_round = translator->eager ? EAGER_ROUND : FIRST_ROUND;
    }
    return x;
}

static void drop_module(struct xlate *x) {
    module_free(x->module);
    x->module = NULL;
    if (x->made == &x->taken) {
        made_free(&x->taken, &x->allocator, x->profile->slots);
    }
    x->made = NULL;
    x->first = false;
}

static void forget(struct xlate *x, struct cpu *cpu) {
    text_set_entries(cpu->text, 0, 0, NULL);
    drop_module(x);
    if (x->profile != NULL) {
        alloc_give(&x->allocator, x->function_of, x->profile->slots * sizeof *x->function_of);
        blame_free(&x->blame);
    }
    profile_free(x->profile);
    x->profile = NULL;
    x->function_of = NULL;
    alloc_give(&x->allocator, x->sites.sites, x->sites.capacity * sizeof *x->sites.sites);
    x->sites = (struct site_list){.allocator = x->allocator};
}

void xlate_free(struct xlate *x, struct cpu *cpu) {
    if (x != NULL) {
        const struct mox_allocator allocator = x->allocator;
        forget(x, cpu);
        note_free(&x->notes);
        engine_drop_kept(x);
        alloc_give(&allocator, x->lent, x->lent_size);
        alloc_give(&allocator, x, sizeof *x);
    }
}

/* The function for an entry, or 0; perhaps one that has to be told where it begins. */
static uint32_t function_for(const struct xlate *x, uint32_t pc) {
    const bool known = x->function_of != NULL && profile_holds(x->profile, pc);
    const uint32_t function = known ? x->function_of[profile_slot(x->profile, pc)] : 0;
    return function != MODULE_RETURN ? function : 0;
}

const uint8_t *xlate_module(const struct xlate *x, uint32_t *size, uint32_t *count) {
    static const uint8_t none;
    *size = x->made != NULL && x->module != NULL ? x->made->size : 0;
    *count = x->made != NULL ? x->made->count : 0;
    return *size > 0 ? module_bytes(x->module) : x->made != NULL ? &none : NULL;
}

/* Whether a function begins at that halfword of the text. */
static bool has_own(const struct xlate *x, uint32_t slot) {
    return x->function_of[slot] != 0 && !(x->function_of[slot] & MODULE_INNER);
}

/* Notes where the dispatchers of the new functions, the first of which has that number, lead. */
static void install_inner(struct xlate *x, uint32_t first) {
    for (uint32_t i = x->made->low; i < x->made->high; i++) {
        const uint32_t inner = x->made->inner_of[i];
        if (inner == 0) {
            continue;
        }
        if (has_own(x, i)) {
            blame_replaced(&x->blame, x->profile->entry_number[i] - 1u, 0);
            x->functions--;
        }
        x->function_of[i] = (first + inner - 1) | MODULE_INNER;
    }
}

static void install_functions(struct xlate *x, uint32_t first) {
    for (uint32_t i = 0; i < x->made->count; i++) {
        const uint32_t entry = x->made->entries[i];
        const uint32_t slot = profile_slot(x->profile, x->profile->entries[entry]);
        if (x->made->works[i]) {
            x->functions += !has_own(x, slot);
            x->function_of[slot] = first + i;
            blame_replaced(&x->blame, entry, x->made->starts[i]);
        }
    }
    for (uint32_t i = x->made->low; i < x->made->high; i++) {
        if (x->function_of[i] == 0 && x->made->returns[i]) {
            x->function_of[i] = MODULE_RETURN;
        }
    }
}

void xlate_install(struct xlate *x, struct cpu *cpu, uint32_t first) {
    x->off = first == 0;
    if (x->off) {
        text_set_entries(cpu->text, 0, 0, NULL);
    } else if (x->made != NULL) {
        install_inner(x, first);
        install_functions(x, first);
        x->rest = 0;
        text_set_entries(cpu->text, x->profile->base, x->profile->slots, x->function_of);
    }
    drop_module(x);
}

/* Begins to translate what the profile knows and no function has. The functions that are there
 * stay; so do their sites. notes: everything, for people to look at. */
static void translate(struct xlate *x, const struct cpu *cpu, const struct space *space,
                      struct note_list *notes) {
    const bool all = notes != NULL || x->translated == 0;
    const struct module_target target = {
        .cpu = cpu,
        .space = space,
        .profile = x->profile,
        .site_at = &x->exit_site,
        .notes = notes,
        .resume_for = x,
        .function_of = all ? NULL : x->function_of,
        .from = all ? 0 : x->translated,
        .blame = &x->blame,
    };
    x->module = module_new(&x->allocator, &target, &x->sites);
    blame_taken(&x->blame, x->profile);
    x->translated = x->profile->entry_count;
    x->targets_known = x->profile->target_count;
    x->lost = all ? 0 : x->lost;
    x->next_step = x->interpreted;
}

/* What there is of a module waits. */
static void wait_for(struct xlate *x, struct made *made) {
    x->made = made;
    x->bytes += made->size;
    x->translated = made->known;
    const uint64_t cost = PATIENCE * (uint64_t)made->size;
    const uint64_t least = x->translator.eager ? EAGER_ROUND : NEXT_ROUND;
    x->next_round = cost > least ? cost : least;
}

/* Goes on translating, not for long. */
static void translate_more(struct xlate *x) {
    x->next_step = x->interpreted + STEP_INSNS;
    if (module_step(x->module, x->translator.eager ? EAGER_STEP : STEP_BYTES)) {
        wait_for(x, module_made(x->module));
        if (!module_good(x->module)) {
            drop_module(x);
            x->sites.failed = false;
        }
    }
}

bool engine_prepare(struct xlate *x, const struct cpu *cpu, const struct space *space) {
    const bool eager = x->translator.eager || x->translator.watch;
    if (x->profile == NULL) {
        x->profile = profile_new(&x->allocator, space, cpu->pc, eager ? 1 : CALLS_ENOUGH,
                                 eager ? 1 : LOOPS_ENOUGH);
        if (x->profile != NULL) {
            x->profile->settled = x->settled;
        }
        return x->profile != NULL;
    }
    if (x->function_of == NULL) {
        x->function_of = alloc_get(&x->allocator, x->profile->slots * sizeof *x->function_of);
        return x->function_of != NULL;
    }
    x->watched = blame_init(&x->blame, &x->allocator, x->profile->slots, x->translator.eager);
    return x->watched;
}

/* Prepares to watch the text at pc, at once. */
static bool watch(struct xlate *x, const struct cpu *cpu, const struct space *space) {
    while (!x->watched) {
        if (!engine_prepare(x, cpu, space)) {
            return false;
        }
    }
    return true;
}

/* Functions that are wrong too often are called by others, so that all are written once more. */
static bool is_wrong(const struct xlate *x) {
    return x->bytes > 0 && x->lost >= (PATIENCE_ALL * (uint64_t)x->bytes) << x->rewritten;
}

/* Whether the program has run for less than the engine would work on its code, so that it may end
 * before that has paid. Asked before the first translation; sets when to ask again. */
static bool is_early(struct xlate *x, const struct cpu *cpu) {
    if (x->translator.eager || x->translated > 0) {
        return false;
    }
    const uint64_t all = (uint64_t)FIRST_EACH * x->profile->covered;
    const uint64_t due = all < LATEST ? all : LATEST;
    if (due <= cpu->count) {
        return false;
    }
    const uint64_t wait = due - cpu->count; /* and to look again meanwhile, for later boxes */
    x->next_round = wait < cpu->count ? wait : cpu->count;
    return true;
}

/* A round: watch for a while, then translate what was seen, if there is anything new. Takes fuel
 * for the instructions that it runs. */
static enum cpu_stop make_round(struct xlate *x, struct cpu *cpu, struct space *space,
                                uint64_t *fuel) {
    x->interpreted = 0;
    if (!x->watched) {
        const bool able =
            x->translator.eager ? watch(x, cpu, space) : engine_prepare(x, cpu, space);
        x->rounds += !able;
        x->next_round = able && !x->translator.eager ? PREPARE_EACH : x->next_round;
        return CPU_BUDGET;
    }
    const uint64_t before = cpu->count;
    const uint64_t sample = x->translator.eager ? EAGER_SAMPLE : SAMPLE;
    const enum cpu_stop stop = profile_run(x->profile, cpu, space, *fuel < sample ? *fuel : sample);
    *fuel -= cpu->count - before;
    profile_note_stack(x->profile, cpu, space);
    const bool wrong = is_wrong(x);
    const bool news =
        wrong || x->blame.again > 0 ||
        module_has_news(x->profile, x->translated > 0 ? x->function_of : NULL, x->translated);
    if (stop == CPU_BUDGET && news && x->profile->entry_count > 0 && cpu->compared) {
        /* Who is eager has all code translated first, and then what ran: tests see both. */
        const bool all = x->translator.eager && !x->translator.partial && x->rounds == 0;
        if (!all) {
            profile_cover(x->profile, cpu);
        }
        if (is_early(x, cpu)) {
            return stop;
        }
        x->rounds++;
        if (wrong) {
            x->translated = x->bytes = x->rests = 0;
            x->rewritten += x->rewritten < REWRITTEN_MAX;
        }
        translate(x, cpu, space, NULL);
    } else {
        x->next_round *= 2;
    }
    return stop;
}

/* So many instructions were interpreted from pc on, where translated code was left; more when it is
 * a sample, as translated code rests at other times. */
static void note_interpreted(struct xlate *x, uint32_t pc, uint64_t count) {
    const uint64_t all = count << x->rests;
    if (!x->inside_block) {
        blame_place(&x->blame, x->profile, pc, x->culprit, all);
    } else if (x->culprit != BLAME_NOBODY) {
        blame_function(&x->blame, x->profile, x->culprit, all);
    }
}

static bool is_newest(const struct xlate *x, const struct xlate_site *site) {
    return site->version == x->blame.of[site->entry].version;
}

/* Code would not have been left, had it known more. */
static void note_lost(struct xlate *x) {
    x->lost += EXIT_COST;
    x->missed += EXIT_COST;
    x->misses++;
}

/* An access was not where it was expected, or code ran that had not: the function was translated
 * with too little knowledge. */
static void note_miss(struct xlate *x, struct xlate_site *site) {
    if (site->fixed || site->unseen) {
        note_lost(x);
        if (site->count < MISSES_MAX && ++site->count == MISSES_MAX && site->fixed) {
            profile_mix(x->profile, site->pc);
        }
    }
}

/* A computed jump went where no translated code is. */
static void note_jump(struct xlate *x, struct xlate_site *site, uint32_t target) {
    const bool text = site->pc != GRAPH_NONE && profile_holds(x->profile, target);
    /* What a module knew and has not is too large for it, so that another would not help. */
    if (text && !profile_has_target(x->profile, site->pc, target, x->targets_known)) {
        note_lost(x);
        if (site->count < MISSES_MAX) {
            site->count++;
            profile_add_target(x->profile, site->pc, target);
        }
    }
}

/* Whether the interpreter has to do the instruction where code was left, as that would be left
 * there again. */
static bool needs_step(const struct xlate *x, const struct xlate_site *site) {
    return site->inside || (!site->away && function_for(x, site->pc) != 0);
}

/* Puts the machine where translated code was left, for a site that is not 0. Returns the fuel that
 * was paid for instructions that did not run. */
static int32_t settle(struct xlate *x, struct cpu *cpu, uint32_t number) {
    struct xlate_site *site = &x->sites.sites[number];
    if (site->computed) {
        note_jump(x, site, cpu->pc);
        return 0;
    }
    cpu->pc = site->pc;
    x->copied = site->copied;
    x->inside_block = site->inside;
    x->redirected = site->start && !is_newest(x, site);
    x->step = !x->redirected && needs_step(x, site);
    if (x->redirected) {
        x->lost += REDIRECT_COST;
        return 0;
    }
    /* What the newest version knows by now, or no version would, is not its fault. */
    const bool fault = site->inside ? site->fixed && is_newest(x, site) : site->away;
    x->culprit = fault ? site->entry : BLAME_NOBODY;
    note_miss(x, site);
    if (fault) {
        note_interpreted(x, cpu->pc, EXIT_COST);
    }
    return (int32_t)site->undo;
}

/* Runs translated code from cpu->pc. False when the interpreter has to do the next instruction. */
static bool run_function(struct xlate *x, struct cpu *cpu, uint32_t function, int32_t depth,
                         uint64_t *fuel) {
    const int32_t given = *fuel < FUEL_MAX ? (int32_t)*fuel : FUEL_MAX;
    x->step = false;
    x->left = true;
    x->culprit = BLAME_NOBODY;
    x->inside_block = false;
    x->crossings += !x->redirected;
    x->redirected = false;
    const uint32_t inner = function & MODULE_INNER ? profile_slot(x->profile, cpu->pc) + 1 : 0;
    int32_t left = x->translator.call(x->translator.context, function & ~MODULE_INNER, given,
                                      depth | (int32_t)(inner << DEPTH_BITS));
    if (left < 0) {
        left = -1 - left;
        if (x->exit_site != 0) {
            left += settle(x, cpu, x->exit_site);
        }
    }
    const uint32_t used = (uint32_t)(given - left);
    cpu->count += used;
    x->inside += used;
    *fuel -= used;
    if (function_for(x, cpu->pc) != 0) {
        return used > 0;
    }
    return !x->step;
}

/* Looks whether translated code pays, now and then: it does not where it is left all the time, as
 * in functions that are too large to be one. */
static void look_at_crossings(struct xlate *x, struct cpu *cpu) {
    const bool poor = (uint64_t)x->crossings * CROSSING_COST > x->inside - x->inside_then;
    x->blamed = x->misses > x->crossings / 2;
    x->crossings = x->misses = 0;
    x->inside_then = x->inside;
    if (poor) {
        x->rest = x->translator.eager ? EAGER_SAMPLE : (uint64_t)REST << x->rests;
        x->rests += x->rests < REST_MAX;
        text_set_entries(cpu->text, 0, 0, NULL);
    } else {
        x->rests = 0;
    }
}

/* Interprets without a look at what is translated. */
static enum cpu_stop rest(struct xlate *x, struct cpu *cpu, struct space *space, uint64_t *fuel) {
    const uint64_t before = cpu->count;
    const enum cpu_stop stop = cpu_run(cpu, space, *fuel < x->rest ? *fuel : x->rest);
    const uint64_t used = cpu->count - before;
    *fuel -= used;
    x->rest -= used;
    x->interpreted += used;
    x->lost += x->blamed ? used : 0;
    if (x->rest == 0) {
        text_set_entries(cpu->text, x->profile->base, x->profile->slots, x->function_of);
    }
    return stop;
}

/* Interprets: one instruction, or as many as there is fuel for. Counts them in x. */
static enum cpu_stop interpret(struct xlate *x, struct cpu *cpu, struct space *space, bool alone,
                               uint64_t most, uint64_t *fuel) {
    const uint32_t from = cpu->pc;
    const uint64_t before = cpu->count;
    const enum cpu_stop stop =
        alone ? cpu_step(cpu, space) : cpu_run(cpu, space, *fuel < most ? *fuel : most);
    const uint64_t used = cpu->count - before;
    *fuel -= used;
    x->interpreted += used;
    x->missed += x->functions > 0 ? used : 0;
    if (x->left && !alone) {
        note_interpreted(x, from, used);
    }
    return stop;
}

static bool wants_round(const struct xlate *x) {
    return !x->off && x->module == NULL && x->made == NULL && x->rounds < ROUNDS_MAX &&
           (x->interpreted >= x->next_round || is_wrong(x));
}

/* Whether the interpreter would stop at pc before it did anything. */
static bool is_mark(const struct xlate *x, uint32_t pc) {
    return profile_holds(x->profile, pc) && x->function_of[profile_slot(x->profile, pc)] != 0;
}

/* Goes on until the guest's function that runs now returns; true when it did. */
static bool finish_frame(struct xlate *x, int32_t depth, bool step, uint64_t *fuel) {
    struct cpu *cpu = x->cpu;
    uint32_t frame = cpu->r[REG_FP];
    uint32_t back;
    if (x->copied && !space_load(x->space, frame, sizeof(uint32_t), &frame)) {
        return false;
    }
    if (!space_load(x->space, frame + sizeof(uint32_t), sizeof(uint32_t), &back)) {
        return false;
    }
    const uint64_t enough = x->interpreted + NESTED_INTERPRETED;
    enum cpu_stop stop = CPU_BUDGET;
    while (*fuel > 0 && (stop == CPU_BUDGET || stop == CPU_ENTER)) {
        if (cpu->pc == back && cpu->r[REG_SP] == frame + FRAME_SIZE) {
            return true;
        }
        if (x->interpreted >= enough || wants_round(x) || x->crossings >= CROSSINGS_NESTED) {
            return false;
        }
        if (cpu->effort == 0) {
            stop = CPU_PAUSE;
            break;
        }
        cpu_spend(cpu, EFFORT_TURN);
        const bool alone = step || is_mark(x, cpu->pc);
        const uint32_t function = step ? 0 : function_for(x, cpu->pc);
        step = false;
        if (function != 0 && cpu->compared) {
            const bool going = run_function(x, cpu, function, depth, fuel);
            if (x->stopped != CPU_BUDGET) {
                return false;
            }
            if (going || *fuel == 0) {
                stop = CPU_BUDGET;
                continue;
            }
        }
        stop = interpret(x, cpu, x->space, alone, enough - x->interpreted, fuel);
    }
    x->stopped = stop == CPU_ENTER ? CPU_BUDGET : stop;
    return false;
}

int32_t xlate_resume(struct xlate *x, int32_t fuel, int32_t depth, uint32_t site) {
    struct cpu *cpu = x->cpu;
    if (fuel < 0 && depth == 0) { /* of a function that was called to be compiled */
        return -1 - fuel;
    }
    x->exit_site = 0;
    x->copied = x->step = x->inside_block = false;
    x->culprit = BLAME_NOBODY;
    if (site != 0) {
        fuel += settle(x, cpu, site);
    }
    if (depth >= STACK_DEPTH || depth <= NESTED_DEPTH) {
        return -1 - fuel;
    }
    const uint64_t count = cpu->count;
    const uint64_t interpreted = x->interpreted;
    const uint64_t inside = x->inside;
    uint64_t left = (uint64_t)fuel;
    const bool done = finish_frame(x, depth - NESTED_DEPTH, x->step, &left);
    if (done) {
        x->culprit = BLAME_NOBODY;
        x->inside_block = false;
    }
    /* Whoever called translated code counts what it used. */
    cpu->count = count;
    x->inside = inside - (x->interpreted - interpreted);
    x->exit_site = 0;
    x->step = false;
    return done ? (int32_t)left : -1 - (int32_t)left;
}

static bool is_writing(const struct xlate *x) {
    return x->module != NULL && x->made == NULL;
}

static bool hints_due(const struct xlate *x, const struct cpu *cpu) {
    return x->hinted && !x->off && (x->translator.eager || cpu->count >= HINTED_ROUND);
}

/* Begins to translate what hints tell of, or gets ready for it. */
static void use_hints(struct xlate *x, const struct cpu *cpu, const struct space *space) {
    if (!x->watched && !x->translator.eager) {
        x->hinted = engine_prepare(x, cpu, space);
        return;
    }
    x->hinted = false;
    if (watch(x, cpu, space)) {
        x->rounds++;
        if (engine_take_kept(x, cpu, space)) {
            wait_for(x, &x->taken);
            x->targets_known = x->profile->target_count;
        } else {
            translate(x, cpu, space, NULL);
            x->first = true;
        }
    }
}

static void begin_run(struct xlate *x, struct cpu *cpu, struct space *space) {
    if (hints_due(x, cpu) && x->module == NULL) {
        use_hints(x, cpu, space);
    }
    if (is_writing(x)) {
        translate_more(x);
    }
    x->cpu = cpu;
    x->space = space;
    x->left = false;
}

enum cpu_stop xlate_run(struct xlate *x, struct cpu *cpu, struct space *space, uint64_t fuel) {
    enum cpu_stop stop = CPU_BUDGET;
    uint32_t steps = 0;
    if (x->settled == 0) {
        x->settled = space->count;
    }
    if (x->translator.watch) {
        return watch(x, cpu, space) ? profile_run(x->profile, cpu, space, fuel)
                                    : cpu_run(cpu, space, fuel);
    }
    begin_run(x, cpu, space);
    while (fuel > 0 && (stop == CPU_BUDGET || stop == CPU_ENTER)) {
        if (cpu->effort == 0) {
            return CPU_PAUSE;
        }
        cpu_spend(cpu, EFFORT_TURN);
        if (x->crossings >= CROSSINGS) {
            look_at_crossings(x, cpu);
        }
        if (wants_round(x)) {
            stop = make_round(x, cpu, space, &fuel);
            continue;
        }
        if (x->rest > 0) {
            stop = rest(x, cpu, space, &fuel);
            continue;
        }
        if (is_writing(x) && x->interpreted >= x->next_step && steps < STEPS_MAX) {
            translate_more(x);
            steps++;
        }
        const uint32_t function = x->off ? 0 : function_for(x, cpu->pc);
        bool alone = !x->off && function == 0 && x->function_of != NULL && is_mark(x, cpu->pc);
        if (function != 0) {
            /* Translated code has no way to say that nothing was compared yet. */
            if (cpu->compared && (run_function(x, cpu, function, STACK_DEPTH, &fuel) || fuel == 0 ||
                                  x->stopped != CPU_BUDGET)) {
                stop = x->stopped;
                x->stopped = CPU_BUDGET;
                continue;
            }
            alone = true;
        }
        const bool writing = is_writing(x) && steps < STEPS_MAX;
        const uint64_t until = writing ? x->next_step : x->next_round;
        const uint64_t patience = until > x->interpreted ? until - x->interpreted : fuel;
        stop = interpret(x, cpu, space, alone, patience, &fuel);
    }
    return stop == CPU_ENTER ? CPU_BUDGET : stop;
}

bool xlate_inspect(struct xlate *x, const struct cpu *cpu, const struct space *space) {
    drop_module(x);
    x->notes.count = 0;
    if (x->profile == NULL || x->profile->entry_count == 0) {
        return false;
    }
    translate(x, cpu, space, &x->notes);
    while (x->module != NULL && !module_step(x->module, STEP_BYTES)) {
    }
    const bool good = x->module != NULL && module_good(x->module) && !x->notes.failed;
    x->made = good ? module_made(x->module) : NULL;
    return good;
}

const struct note *xlate_notes(const struct xlate *x, uint32_t *count) {
    *count = x->notes.count;
    return x->notes.notes;
}

void xlate_report(const struct xlate *x, const struct cpu *cpu, struct mox_translation *report) {
    *report = (struct mox_translation){
        .writing = (hints_due(x, cpu) || x->module != NULL) && x->made == NULL,
        .entries = x->profile != NULL ? x->profile->entry_count : 0,
        .functions = x->functions,
        .inside_low = (uint32_t)x->inside,
        .inside_high = (uint32_t)(x->inside >> 32),
    };
}
