#include "machine/engines.h"

#include "base/alloc.h"
#include "cpu/text.h"
#include "xlate/xlate.h"

enum {
    ENGINES_MAX = 16,
    WORTH_IT = 300000, /* units that a cage has used before it gets an engine */
    TEXTS_MAX = 64,    /* cages that keep their decoded text when another one runs */
};

/* A cage's engine. */
struct engine {
    struct cage *cage; /* NULL: the place is free */
    uint32_t number;
    uint32_t modules; /* that it has got */
};

struct engines {
    struct mox_translator translator;
    struct engine with[ENGINES_MAX];
    uint32_t made; /* engines, ever */
    uint32_t next; /* whose engine goes when a further cage wants one */
    /* Whose text is decoded; in turn, too. */
    struct cage *decoded[TEXTS_MAX];
    uint32_t next_decoded;
};

void engines_drop(struct cage *cage) {
    struct engines *engines = cage->machine->engines;
    for (uint32_t i = 0; i < ENGINES_MAX; i++) {
        if (engines->with[i].cage == cage) {
            engines->with[i].cage = NULL;
        }
    }
    for (uint32_t i = 0; i < TEXTS_MAX; i++) {
        if (engines->decoded[i] == cage) {
            engines->decoded[i] = NULL;
        }
    }
    xlate_free(cage->xlate, &cage->cpu);
    cage->xlate = NULL;
}

static void give_engine(struct cage *cage) {
    struct engines *engines = cage->machine->engines;
    uint32_t place = engines->next;
    for (uint32_t i = 0; i < ENGINES_MAX; i++) {
        if (engines->with[i].cage == NULL) {
            place = i;
        }
    }
    struct xlate *made = xlate_new(&cage->machine->host, &engines->translator);
    if (made == NULL) {
        return;
    }
    if (engines->with[place].cage != NULL) {
        struct cage *loser = engines->with[place].cage;
        xlate_free(loser->xlate, &loser->cpu);
        loser->xlate = NULL;
        engines->next = (place + 1) % ENGINES_MAX;
    }
    engines->with[place] = (struct engine){.cage = cage, .number = ++engines->made};
    cage->xlate = made;
}

/* Decoded text is large; only so many cages keep theirs. */
static void note_decoded(struct cage *cage) {
    struct engines *engines = cage->machine->engines;
    for (uint32_t i = 0; i < TEXTS_MAX; i++) {
        if (engines->decoded[i] == cage) {
            return;
        }
    }
    struct cage **place = &engines->decoded[engines->next_decoded];
    if (*place != NULL) {
        text_drop((*place)->cpu.text);
    }
    *place = cage;
    engines->next_decoded = (engines->next_decoded + 1) % TEXTS_MAX;
}

enum cpu_stop engines_run(struct cage *cage, uint64_t fuel) {
    struct engines *engines = cage->machine->engines;
    if (cage->remapped) {
        if (cage->xlate != NULL) {
            engines_drop(cage);
        }
        cage->remapped = false;
    }
    cage->cpu.effort = EFFORT_UNLIMITED; /* exec clears the registers, and this with them */
    note_decoded(cage);
    if (cage->xlate == NULL && engines->translator.call != NULL &&
        (cage->used >= WORTH_IT || engines->translator.eager)) {
        give_engine(cage);
    }
    struct mox_machine *machine = cage->machine;
    cage->cpu.effort = machine->effort;
    const enum cpu_stop stop = cage->xlate != NULL
                                   ? xlate_run(cage->xlate, &cage->cpu, &cage->space, fuel)
                                   : cpu_run(&cage->cpu, &cage->space, fuel);
    machine->effort = cage->cpu.effort;
    return stop;
}

mox_status mox_machine_translate(mox_machine *machine, const struct mox_translator *translator) {
    struct engines *engines = machine->engines;
    for (uint32_t i = 0; i < ENGINES_MAX; i++) {
        if (engines->with[i].cage != NULL) {
            engines_drop(engines->with[i].cage);
        }
    }
    engines->translator = translator != NULL ? *translator : (struct mox_translator){0};
    return MOX_OK;
}

/* Whether a cage still runs the program that its engine translates. */
static bool is_current(const struct engine *engine) {
    return engine->cage != NULL && !engine->cage->remapped;
}

static bool module_waits(const struct engine *engine) {
    uint32_t size;
    uint32_t count;
    return is_current(engine) && xlate_module(engine->cage->xlate, &size, &count) != NULL;
}

const uint8_t *mox_machine_module(const mox_machine *machine, uint32_t *size, uint32_t *count,
                                  struct mox_module_token *token) {
    const struct engines *engines = machine->engines;
    *size = 0;
    *count = 0;
    for (uint32_t i = 0; i < ENGINES_MAX; i++) {
        const struct engine *engine = &engines->with[i];
        if (module_waits(engine)) {
            *token = (struct mox_module_token){engine->number, engine->modules};
            return xlate_module(engine->cage->xlate, size, count);
        }
    }
    return NULL;
}

/* NULL: it is gone. */
static struct engine *engine_of(const mox_machine *machine, uint32_t number) {
    struct engines *engines = machine->engines;
    for (uint32_t i = 0; i < ENGINES_MAX; i++) {
        if (is_current(&engines->with[i]) && engines->with[i].number == number) {
            return &engines->with[i];
        }
    }
    return NULL;
}

bool mox_machine_install(mox_machine *machine, struct mox_module_token token, uint32_t first) {
    struct engine *engine = engine_of(machine, token.engine);
    if (engine == NULL || engine->modules != token.module || !module_waits(engine)) {
        return false;
    }
    engine->modules++;
    xlate_install(engine->cage->xlate, &engine->cage->cpu, first);
    return true;
}

bool mox_machine_engine_lives(const mox_machine *machine, uint32_t engine) {
    return engine_of(machine, engine) != NULL;
}

struct engines *engines_new(const struct mox_allocator *allocator) {
    return alloc_get(allocator, sizeof(struct engines));
}

void engines_free(struct mox_machine *machine) {
    if (machine->engines != NULL) {
        alloc_give(&machine->host, machine->engines, sizeof *machine->engines);
        machine->engines = NULL;
    }
}
