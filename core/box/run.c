#include "box/parts.h"

static bool has_ended(const mox_box *box) {
    return box->stop == MOX_STOP_EXIT || box->stop == MOX_STOP_FAULT;
}

/* Memory that the host has not given yet comes when it is touched, and takes longer than a hundred
 * instructions. So pages are touched before the guest can, and paid. */
static void touch_memory(mox_box *box) {
    while (box->cpu.effort > 0 && space_touch(&box->space)) {
        cpu_spend(&box->cpu, EFFORT_PAGE);
    }
}

/* sliced: until the effort is used up, too. */
static mox_status run(mox_box *box, uint64_t budget, bool sliced) {
    if (!box_is_ready(box)) {
        return MOX_BAD_PHASE;
    }
    box->hashing = false;
    box->writing = false;
    if (has_ended(box)) {
        return MOX_OK;
    }
    box->fresh = box->fresh && budget == 0;
    for (;;) {
        if (sliced) {
            touch_memory(box);
        }
        if (box->cpu.effort == 0) {
            box->stop = MOX_STOP_BUDGET;
            return MOX_OK;
        }
        const uint64_t before = box->cpu.count;
        const enum cpu_stop stop = box->xlate
                                       ? xlate_run(box->xlate, &box->cpu, &box->space, budget)
                                       : cpu_run(&box->cpu, &box->space, budget);
        budget -= box->cpu.count - before;
        switch (stop) {
        case CPU_PAUSE:
        case CPU_BUDGET: box->stop = MOX_STOP_BUDGET; return MOX_OK;
        case CPU_FAULT: box->stop = MOX_STOP_FAULT; return MOX_OK;
        case CPU_BREAK: box->stop = MOX_STOP_BREAK; return MOX_OK;
        case CPU_ENTER: __builtin_trap(); /* only xlate/ marks entries, and its loop takes them */
        case CPU_SWI: break;
        }
        if (calls_serve(box) != MOX_OK) {
            cpu_undo_swi(&box->cpu);
            /* It stands where a smaller budget would have stopped it. */
            box->stop = MOX_STOP_BUDGET;
            return MOX_NO_MEMORY;
        }
        if (has_ended(box)) {
            return MOX_OK;
        }
    }
}

mox_status mox_box_run(mox_box *box, uint64_t budget) {
    box->cpu.effort = EFFORT_UNLIMITED;
    return run(box, budget, false);
}

mox_status mox_box_slice(mox_box *box, uint64_t budget, uint32_t effort) {
    box->cpu.effort = effort > EFFORT_LEAST ? effort : EFFORT_LEAST;
    return run(box, budget, true);
}

mox_status mox_box_translate(mox_box *box, const struct mox_translator *translator) {
    struct xlate *made = NULL;
    if (translator) {
        made = xlate_new(&box->allocator, translator);
        if (!made) {
            return MOX_NO_MEMORY;
        }
    }
    xlate_free(box->xlate, &box->cpu);
    box->xlate = made;
    return MOX_OK;
}

const uint8_t *mox_box_module(const mox_box *box, uint32_t *size, uint32_t *count) {
    *size = 0;
    *count = 0;
    return box->xlate ? xlate_module(box->xlate, size, count) : NULL;
}

void mox_box_install(mox_box *box, uint32_t first) {
    if (box->xlate) {
        xlate_install(box->xlate, &box->cpu, first);
    }
}

const uint8_t *mox_box_hints(mox_box *box, uint32_t *size) {
    *size = 0;
    return box->xlate ? xlate_hints(box->xlate, size) : NULL;
}

bool mox_box_use_hints(mox_box *box, const uint8_t *bytes, uint32_t size) {
    const bool fresh = box_is_ready(box) && box->fresh;
    return fresh && box->xlate && xlate_use_hints(box->xlate, &box->cpu, &box->space, bytes, size);
}

const uint8_t *mox_box_keep(mox_box *box, uint32_t *size) {
    *size = 0;
    return box->xlate ? xlate_keep(box->xlate, &box->cpu, &box->space, size) : NULL;
}

bool mox_box_use_kept(mox_box *box, const uint8_t *bytes, uint32_t size) {
    return box->xlate && xlate_use_kept(box->xlate, bytes, size);
}

void mox_box_translation(const mox_box *box, struct mox_translation *translation) {
    *translation = (struct mox_translation){0};
    if (box->xlate) {
        xlate_report(box->xlate, &box->cpu, translation);
    }
}

bool mox_box_inspect(mox_box *box) {
    return box->xlate && xlate_inspect(box->xlate, &box->cpu, &box->space);
}

const uint32_t *mox_box_notes(const mox_box *box, uint32_t *triples) {
    *triples = 0;
    return box->xlate ? &xlate_notes(box->xlate, triples)->kind : NULL;
}
