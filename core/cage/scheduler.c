#include "cage/scheduler.h"

#include "cage/signals.h"
#include "cage/timers.h"

#include <stddef.h>

static struct cage *cage_of(struct waiter *waiter) {
    return (struct cage *)(void *)((uint8_t *)waiter - offsetof(struct cage, waiter));
}

void scheduler_ready(struct cage *cage) {
    struct mox_machine *machine = cage->machine;
    cage->state = CAGE_RUNNABLE;
    if (cage->ready || machine->current == cage) {
        return;
    }
    cage->ready = true;
    cage->next_runnable = NULL;
    cage->quantum_left = QUANTUM;
    if (machine->last_ready != NULL) {
        machine->last_ready->next_runnable = cage;
    } else {
        machine->first_ready = cage;
    }
    machine->last_ready = cage;
}

static void leave_queue(struct cage *cage) {
    struct mox_machine *machine = cage->machine;
    struct cage *before = NULL;
    struct cage **link = &machine->first_ready;
    while (*link != cage) {
        before = *link;
        link = &before->next_runnable;
    }
    *link = cage->next_runnable;
    if (machine->last_ready == cage) {
        machine->last_ready = before;
    }
    cage->ready = false;
}

void scheduler_remove(struct cage *cage) {
    if (cage->ready) {
        leave_queue(cage);
    }
    if (cage->machine->current == cage) {
        cage->machine->current = NULL;
    }
    wait_leave(&cage->waiter);
    cage->machine->timers_changed = true;
}

void scheduler_wait(struct cage *cage) {
    cage->state = CAGE_WAITING;
    if (cage->deadline != NO_DEADLINE) {
        cage->machine->timers_changed = true;
    }
    if (cage->machine->current == cage) {
        cage->machine->current = NULL;
    }
}

void scheduler_woken(struct waiter *waiter) {
    struct cage *cage = cage_of(waiter);
    if (cage->state == CAGE_WAITING) {
        scheduler_ready(cage);
    }
}

void scheduler_timers(struct mox_machine *machine) {
    const uint64_t now = machine_clock(machine);
    if (scheduler_next_timer(machine) > now) {
        return;
    }
    for (struct cage *cage = machine_next_cage(machine, 0); cage != NULL;
         cage = machine_next_cage(machine, cage->id)) {
        if (cage->state == CAGE_WAITING && cage->deadline <= now) {
            wait_leave(&cage->waiter);
            scheduler_ready(cage);
        }
        signals_alarm(cage, now);
        timers_expire(cage, now);
    }
    machine->timers_changed = true;
}

uint64_t scheduler_next_timer(struct mox_machine *machine) {
    if (machine->timers_changed) {
        const uint64_t now = machine_clock(machine);
        uint64_t next = NO_DEADLINE;
        for (uint32_t i = 0; i < machine->slots; i++) {
            const struct cage *cage = machine->cages[i];
            if (cage == NULL || cage->state == CAGE_ZOMBIE) {
                continue;
            }
            const bool waits =
                cage->state == CAGE_WAITING || (cage->state == CAGE_BARE && cage->deadline > now);
            const uint64_t alarm = signals_next_alarm(cage);
            if (waits && cage->deadline < next) {
                next = cage->deadline;
            }
            const uint64_t timer = timers_next(cage);
            next = alarm < next ? alarm : next;
            next = timer < next ? timer : next;
        }
        machine->next_timer = next;
        machine->timers_changed = false;
    }
    return machine->next_timer;
}

struct cage *scheduler_pick(struct mox_machine *machine) {
    struct cage *cage = machine->current;
    if (cage != NULL && cage->quantum_left == 0) {
        machine->current = NULL;
        scheduler_ready(cage);
        cage = NULL;
    }
    if (cage == NULL && machine->first_ready != NULL) {
        cage = machine->first_ready;
        leave_queue(cage);
        machine->current = cage;
    }
    return cage;
}

void scheduler_spend(struct mox_machine *machine, struct cage *cage, uint64_t units) {
    machine->spent += units;
    cage->used += units;
    cage->quantum_left -= units < cage->quantum_left ? (uint32_t)units : cage->quantum_left;
}

bool scheduler_waits_input(const struct mox_machine *machine) {
    const struct console *console = &machine->devices.console;
    return !console->input_ended && console->input.readers.first != NULL;
}

mox_stop scheduler_idle(struct mox_machine *machine) {
    bool lives = false;
    bool bare = false;
    for (struct cage *cage = machine_next_cage(machine, CAGE_INIT); cage != NULL;
         cage = machine_next_cage(machine, cage->id)) {
        bare = bare || cage->state == CAGE_BARE;
        lives = lives || (cage->state != CAGE_BARE && cage->state != CAGE_ZOMBIE);
    }
    if (!lives) {
        return MOX_STOP_EXIT;
    }
    return bare || scheduler_waits_input(machine) ? MOX_STOP_BLOCKED : MOX_STOP_DEADLOCK;
}

bool scheduler_check(struct mox_machine *machine) {
    uint32_t ready = 0;
    const struct cage *last = NULL;
    for (const struct cage *cage = machine->first_ready; cage != NULL; cage = cage->next_runnable) {
        if (!cage->ready || cage->state != CAGE_RUNNABLE || ++ready > machine->slots) {
            return false;
        }
        last = cage;
    }
    for (struct cage *cage = machine_next_cage(machine, 0); cage != NULL;
         cage = machine_next_cage(machine, cage->id)) {
        const bool runs = cage->state == CAGE_RUNNABLE;
        ready -= cage->ready ? 1 : 0;
        if (runs != (cage->ready || machine->current == cage) ||
            (cage->waiter.links != NULL && cage->state != CAGE_WAITING)) {
            return false;
        }
    }
    return machine->last_ready == last && ready == 0;
}

void cage_charge(struct cage *cage, uint64_t units) {
    scheduler_spend(cage->machine, cage, units);
}

void cage_wait_until(struct cage *cage, uint64_t deadline) {
    if (cage->deadline == NO_DEADLINE) {
        cage->deadline = deadline;
        cage->machine->timers_changed = true;
    }
}

bool cage_timed_out(const struct cage *cage) {
    return cage->deadline != NO_DEADLINE && cage->deadline <= machine_clock(cage->machine);
}

uint64_t cage_deadline_in(const struct cage *cage, uint64_t nanoseconds) {
    const uint64_t now = machine_clock(cage->machine);
    return nanoseconds < NO_DEADLINE - 1 - now ? now + nanoseconds : NO_DEADLINE - 1;
}

uint64_t cage_deadline_at(const struct cage *cage, uint64_t nanoseconds_since_1970) {
    const uint64_t start = cage->machine->devices.start_time;
    return nanoseconds_since_1970 > start ? nanoseconds_since_1970 - start : 0;
}
