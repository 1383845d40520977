#include "machine/engines.h"

#include "base/alloc.h"
#include "cpu/text.h"
#include "xlate/xlate.h"

enum {
    ENGINES_MAX = 16,
    WORTH_IT = 300000, /* units that a cage has used before it gets an engine */
    TEXTS_MAX = 64,    /* cages that keep their decoded text when another one runs */
};

struct engines {
    struct mox_translator translator;
    struct cage *with[ENGINES_MAX];
    uint32_t next; /* whose engine goes when a further cage wants one */
    /* Whose text is decoded; in turn, too. */
    struct cage *decoded[TEXTS_MAX];
    uint32_t next_decoded;
};

void engines_drop(struct cage *cage) {
    struct engines *engines = cage->machine->engines;
    for (uint32_t i = 0; i < ENGINES_MAX; i++) {
        if (engines->with[i] == cage) {
            engines->with[i] = NULL;
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
        if (engines->with[i] == NULL) {
            place = i;
        }
    }
    struct xlate *made = xlate_new(&cage->machine->host, &engines->translator);
    if (made == NULL) {
        return;
    }
    if (engines->with[place] != NULL) {
        struct cage *loser = engines->with[place];
        xlate_free(loser->xlate, &loser->cpu);
        loser->xlate = NULL;
        engines->next = (place + 1) % ENGINES_MAX;
    }
    engines->with[place] = cage;
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
        if (engines->with[i] != NULL) {
            engines_drop(engines->with[i]);
        }
    }
    engines->translator = translator != NULL ? *translator : (struct mox_translator){0};
    return MOX_OK;
}

/* The cage whose module waits, of the lowest place. */
static struct cage *waiting(const mox_machine *machine) {
    const struct engines *engines = machine->engines;
    for (uint32_t i = 0; i < ENGINES_MAX; i++) {
        uint32_t size;
        uint32_t count;
        if (engines->with[i] != NULL &&
            xlate_module(engines->with[i]->xlate, &size, &count) != NULL) {
            return engines->with[i];
        }
    }
    return NULL;
}

const uint8_t *mox_machine_module(const mox_machine *machine, uint32_t *size, uint32_t *count) {
    const struct cage *cage = waiting(machine);
    *size = 0;
    *count = 0;
    return cage != NULL ? xlate_module(cage->xlate, size, count) : NULL;
}

void mox_machine_install(mox_machine *machine, uint32_t first) {
    struct cage *cage = waiting(machine);
    if (cage != NULL) {
        xlate_install(cage->xlate, &cage->cpu, first);
    }
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
