/* Runs the cages of a machine. Everything that happens without a cage's work (timers, signals,
 * turns) happens before the budget is looked at, so that a run in slices goes through the same
 * states as a run at once. */
#include "cage/dispatch.h"
#include "cage/calls.h"
#include "cage/memory.h"
#include "cage/process.h"
#include "cage/scheduler.h"
#include "cage/signals.h"
#include "machine/engines.h"
#include "machine/machine_parts.h"

/* What a call takes of a slice, in the units of cpu.h: of its own, for so many regions of memory
 * that it looked at or moved, and for its price, which counts as instructions. */
enum { EFFORT_OF_CALL = 20, REGIONS_OF_EFFORT = 4 };

static void spend_effort(struct mox_machine *machine, uint64_t effort) {
    machine->effort -= effort < machine->effort ? effort : machine->effort;
}

/* A call that a guest makes by swi. */
static void serve(struct cage *cage) {
    struct cpu *cpu = &cage->cpu;
    const uint32_t number = cpu->sr[SREG_SWI];
    const uint32_t *words = &cpu->r[REG_R0];
    const uint64_t before = cage->machine->spent;
    int32_t result;
    spend_effort(cage->machine, EFFORT_OF_CALL);
    if (number == ABI_SWI_EXIT) {
        result = dispatch_call(cage, CALL_exit, words);
    } else if (number == ABI_SWI_MMAP) {
        result = memory_box_mmap(cage, words);
    } else {
        const uint32_t call = number - ABI_SWI_BASE;
        result = dispatch_call(cage, call, words);
        if (call == CALL_sigreturn && result == 0) {
            return;
        }
    }
    spend_effort(cage->machine, cage->space.work / REGIONS_OF_EFFORT +
                                    (cage->machine->spent - before) / EFFORT_ORDINARY);
    cage->space.work = 0;
    if (cage->state == CAGE_ZOMBIE || cage->state == CAGE_DEAD) {
        return;
    }
    if (result == CALL_WAITS) {
        cpu_undo_swi(cpu);
        scheduler_wait(cage);
        if (cage->signals->pending & ~cage->signals->mask) {
            wait_leave(&cage->waiter);
            scheduler_ready(cage); /* a signal that came with the call itself */
        }
    } else {
        cpu->r[REG_R0] = (uint32_t)result;
    }
}

/* The signal for an instruction that cannot be executed. */
static uint32_t signal_of(uint32_t fault) {
    switch (fault) {
    case MOX_FAULT_ILLEGAL: return ABI_SIGILL;
    case MOX_FAULT_DIVIDE: return ABI_SIGFPE;
    case MOX_FAULT_ALIGN_PC: return ABI_SIGBUS;
    default: return ABI_SIGSEGV;
    }
}

static void run_cage(struct mox_machine *machine, struct cage *cage, uint64_t fuel) {
    const uint64_t before = cage->cpu.count;
    const enum cpu_stop stop = engines_run(cage, fuel);
    scheduler_spend(machine, cage, cage->cpu.count - before);
    switch (stop) {
    case CPU_SWI: serve(cage); break;
    case CPU_FAULT:
        signals_fault(cage, signal_of(cage->cpu.fault.kind), cage->cpu.fault.address);
        break;
    case CPU_BREAK: signals_fault(cage, ABI_SIGTRAP, cage->cpu.pc); break;
    case CPU_BUDGET:
    case CPU_PAUSE:
    case CPU_ENTER: break;
    }
}

static uint64_t least(uint64_t a, uint64_t b) {
    return a < b ? a : b;
}

/* The host's own cages take their signals when the machine runs. */
static void settle_bare(struct mox_machine *machine) {
    for (struct cage *cage = machine_next_cage(machine, CAGE_INIT); cage != NULL;
         cage = machine_next_cage(machine, cage->id)) {
        if (cage->state == CAGE_BARE && cage->signals->pending & ~cage->signals->mask) {
            (void)signals_deliver(cage);
        }
    }
}

/* One step: a cage runs, or time passes. false: the machine stops. */
static bool step(struct mox_machine *machine) {
    process_sweep(machine);
    if (machine_store_waits(machine, false)) {
        machine->stop = MOX_STOP_BLOCKED;
        return false;
    }
    scheduler_timers(machine);
    struct cage *cage = scheduler_pick(machine);
    const uint64_t timer = scheduler_next_timer(machine);
    const uint64_t now = machine_clock(machine);
    if (cage == NULL) {
        machine->stop = scheduler_idle(machine);
        if (machine->stop == MOX_STOP_EXIT && machine_store_waits(machine, true)) {
            machine->stop = MOX_STOP_BLOCKED;
            return false;
        }
        if (timer == NO_DEADLINE) {
            return false;
        }
        if (machine->spent >= machine->allowed) {
            machine->stop = MOX_STOP_BUDGET;
            return false;
        }
        machine->skipped += timer - now;
        return true;
    }
    if (!signals_deliver(cage)) {
        return true;
    }
    if (machine->spent >= machine->allowed || machine->effort == 0) {
        machine->stop = MOX_STOP_BUDGET;
        return false;
    }
    const uint64_t fuel = least(cage->quantum_left, machine->allowed - machine->spent);
    run_cage(machine, cage, least(fuel, timer - now));
    return true;
}

/* Runs until the budget or the effort is used up, or nothing can run. */
static mox_status run(struct mox_machine *machine, uint64_t budget, uint64_t effort) {
    const mox_status status = machine_settle(machine);
    if (status != MOX_OK) {
        return status;
    }
    machine->effort = effort;
    machine->allowed =
        budget < UINT64_MAX - machine->allowed ? machine->allowed + budget : UINT64_MAX;
    settle_bare(machine);
    while (step(machine)) {
    }
    process_sweep(machine);
    if (machine->allowed > machine->spent) {
        machine->allowed = machine->spent;
    }
    return MOX_OK;
}

mox_status mox_machine_run(mox_machine *machine, uint64_t budget) {
    return run(machine, budget, EFFORT_UNLIMITED);
}

mox_status mox_machine_slice(mox_machine *machine, uint64_t budget, uint32_t effort) {
    return run(machine, budget, effort > EFFORT_LEAST ? effort : EFFORT_LEAST);
}

int32_t mox_dispatch(mox_machine *machine, uint32_t id, uint32_t call, uint32_t a1, uint32_t a2,
                     uint32_t a3, uint32_t a4, uint32_t a5, uint32_t a6) {
    struct cage *cage = machine_cage(machine, id);
    const uint32_t words[6] = {a1, a2, a3, a4, a5, a6};
    const uint64_t before = machine->spent;
    if (cage == NULL || cage->state != CAGE_BARE || id == CAGE_INIT) {
        return -MOX_ESRCH;
    }
    if (machine_settle(machine) != MOX_OK) {
        return -MOX_EAGAIN;
    }
    const int32_t result = dispatch_call(cage, call, words);
    machine->allowed += machine->spent - before; /* what the host does costs no cage its budget */
    wait_leave(&cage->waiter);                   /* it only tries again when the host does */
    if (cage->state == CAGE_BARE) {
        (void)signals_deliver(cage);
    }
    process_sweep(machine);
    return result;
}

int32_t mox_machine_signal(mox_machine *machine, int32_t target, uint32_t signal) {
    const uint32_t group = 0u - (uint32_t)target;
    const struct abi_siginfo info = {.signo = signal}; /* and the code of kill, 0 */
    bool sent = false;
    if (signal == 0 || signal > ABI_SIGNAL_COUNT || target == 0) {
        return -MOX_EINVAL;
    }
    if (machine_settle(machine) != MOX_OK) {
        return -MOX_EAGAIN;
    }
    for (struct cage *cage = machine_next_cage(machine, CAGE_INIT); cage != NULL;
         cage = machine_next_cage(machine, cage->id)) {
        const bool wanted = target > 0     ? cage->id == (uint32_t)target
                            : target == -1 ? true
                                           : cage->group == group;
        if (wanted && cage->state != CAGE_ZOMBIE) {
            signals_raise(cage, signal, &info);
            sent = true;
        }
    }
    return sent ? 0 : -MOX_ESRCH;
}
