#include "box/machine.h"

static bool has_ended(const mox_box *box) {
    return box->stop == MOX_STOP_EXIT || box->stop == MOX_STOP_FAULT;
}

mox_status mox_box_run(mox_box *box, uint64_t budget) {
    if (!box->started) {
        return MOX_BAD_PHASE;
    }
    box->hashing = false;
    if (has_ended(box)) {
        return MOX_OK;
    }
    for (;;) {
        const uint64_t before = box->cpu.count;
        const enum cpu_stop stop = cpu_run(&box->cpu, &box->space, budget);
        budget -= box->cpu.count - before;
        switch (stop) {
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
