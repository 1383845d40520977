#include "cage/process.h"

#include "base/alloc.h"
#include "cage/dispatch.h"
#include "cage/files.h"
#include "cage/names.h"
#include "cage/scheduler.h"
#include "cage/signals.h"
#include "cage/timers.h"
#include "mem/space_change.h"

#include <string.h>

struct cage *machine_cage(struct mox_machine *machine, uint32_t id) {
    struct cage *cage = machine->slots > 0 ? machine->cages[id % machine->slots] : NULL;
    return cage != NULL && cage->id == id ? cage : NULL;
}

struct cage *machine_next_cage(struct mox_machine *machine, uint32_t after) {
    /* Few cages and small ids are the rule: then the next id is in the next slot. */
    struct cage *next = NULL;
    const uint32_t end = machine->last_id < after ? CAGE_ID_MAX : machine->last_id;
    if (end - after <= machine->slots) {
        for (uint32_t id = after + 1; id <= end && next == NULL; id++) {
            next = machine_cage(machine, id);
        }
        if (next != NULL) {
            return next;
        }
    }
    for (uint32_t i = 0; i < machine->slots; i++) {
        struct cage *cage = machine->cages[i];
        if (cage != NULL && cage->id > after && (next == NULL || cage->id < next->id)) {
            next = cage;
        }
    }
    return next;
}

/* Whether a group or session has this number, so that no new cage may get it. */
static bool number_in_use(struct mox_machine *machine, uint32_t id) {
    for (uint32_t i = 0; i < machine->slots; i++) {
        const struct cage *cage = machine->cages[i];
        if (cage != NULL && (cage->group == id || cage->session == id)) {
            return true;
        }
    }
    return false;
}

/* The next id whose slot is free; 0: none. */
static uint32_t free_id(struct mox_machine *machine) {
    uint32_t id = machine->last_id;
    for (uint32_t tries = 0; tries < CAGE_ID_MAX; tries++) {
        id = id < CAGE_ID_MAX ? id + 1 : CAGE_INIT + 1;
        if (machine->cages[id % machine->slots] == NULL && !number_in_use(machine, id)) {
            return id;
        }
    }
    return 0;
}

int32_t cage_new(struct mox_machine *machine, struct cage *parent, struct cage **made) {
    const uint32_t id = machine->alive + 2 < machine->slots ? free_id(machine) : 0;
    if (id == 0) {
        return -MOX_EAGAIN;
    }
    struct cage *cage = alloc_get(&machine->allocator, sizeof *cage);
    if (cage == NULL) {
        return -MOX_ENOMEM;
    }
    cage->machine = machine;
    cage->id = id;
    cage->parent = parent;
    cage->state = CAGE_BARE;
    cage->deadline = NO_DEADLINE;
    cage->waiter.allocator = machine->allocator;
    cage->waiter.woken = scheduler_woken;
    cage->caller.waiter = &cage->waiter;
    cage->caller.id = id;
    space_init(&cage->space, &machine->allocator, SPACE_END);
    cage->space.blocks = machine->blocks;
    cage->signals = signals_new(&machine->allocator);
    if (cage->signals == NULL || cpu_init(&cage->cpu, &machine->allocator) != MOX_OK) {
        cage_discard(cage);
        return -MOX_ENOMEM;
    }
    *made = cage;
    return 0;
}

void cage_enter(struct cage *cage) {
    struct mox_machine *machine = cage->machine;
    struct cage **link = &cage->parent->first_child;
    while (*link != NULL) {
        link = &(*link)->next_sibling;
    }
    *link = cage;
    machine->cages[cage->id % machine->slots] = cage;
    machine->last_id = cage->id;
    machine->alive++;
}

/* What a zombie does not need any more. */
static void release(struct cage *cage) {
    struct mox_machine *machine = cage->machine;
    if (machine->drop_engine != NULL) {
        machine->drop_engine(cage);
    }
    space_free(&cage->space);
    cpu_free(&cage->cpu);
    view_drop(&cage->view);
    environment_drop(cage->caller.environment);
    cage->caller.environment = NULL;
    signals_free(&machine->allocator, cage->signals);
    cage->signals = NULL;
    timers_end(cage);
}

void cage_discard(struct cage *cage) {
    struct mox_machine *machine = cage->machine;
    release(cage);
    alloc_give(&machine->allocator, cage, sizeof *cage);
}

void cage_inherit(struct cage *cage, const struct cage *parent) {
    const struct caller own = cage->caller;
    cage->caller = parent->caller;
    cage->caller.waiter = own.waiter;
    cage->caller.id = own.id;
    cage->caller.progress = 0;
    cage->caller.why = own.why;
    environment_hold(cage->caller.environment);
    view_copy(&parent->view, &cage->view);
    cage->uid = parent->uid;
    cage->gid = parent->gid;
    cage->saved_uid = parent->saved_uid;
    cage->saved_gid = parent->saved_gid;
    cage->group = parent->group;
    cage->session = parent->session;
    memcpy(cage->program, parent->program, sizeof cage->program);
}

/* Out of the table; freed by process_sweep. */
static void bury(struct cage *cage) {
    struct mox_machine *machine = cage->machine;
    struct cage **link = &cage->parent->first_child;
    while (*link != cage) {
        link = &(*link)->next_sibling;
    }
    *link = cage->next_sibling;
    machine->cages[cage->id % machine->slots] = NULL;
    machine->alive--;
    cage->state = CAGE_DEAD;
    cage->next_sibling = machine->dead;
    machine->dead = cage;
}

void process_sweep(struct mox_machine *machine) {
    while (machine->dead != NULL) {
        struct cage *cage = machine->dead;
        machine->dead = cage->next_sibling;
        alloc_give(&machine->allocator, cage, sizeof *cage);
    }
}

/* Children of a cage that ends become those of cage 1, which waits for nobody: zombies go. */
static void give_children_away(struct cage *cage) {
    struct cage *init = machine_cage(cage->machine, CAGE_INIT);
    while (cage->first_child != NULL) {
        struct cage *child = cage->first_child;
        if (child->state == CAGE_ZOMBIE) {
            bury(child);
            continue;
        }
        cage->first_child = child->next_sibling;
        child->next_sibling = NULL;
        child->parent = init;
        struct cage **link = &init->first_child;
        while (*link != NULL) {
            link = &(*link)->next_sibling;
        }
        *link = child;
    }
}

static void raise_child(struct cage *cage, uint32_t code, uint32_t status) {
    const struct abi_siginfo info = {
        .signo = ABI_SIGCHLD, .code = code, .pid = cage->id, .uid = cage->uid, .status = status};
    signals_raise(cage->parent, ABI_SIGCHLD, &info);
}

/* Linux's codes of siginfo for SIGCHLD. */
enum { CLD_EXITED = 1, CLD_KILLED = 2, CLD_STOPPED = 5, CLD_CONTINUED = 6 };

void process_tell_parent(struct cage *cage, enum cage_change change) {
    const bool stopped = change == CAGE_WAS_STOPPED;
    struct cage *parent = cage->parent;
    cage->change = change;
    if (parent->id > CAGE_INIT && parent->state != CAGE_ZOMBIE) {
        if (!(parent->signals->actions[ABI_SIGCHLD].flags & ABI_SA_NOCLDSTOP)) {
            raise_child(cage, stopped ? CLD_STOPPED : CLD_CONTINUED,
                        stopped ? cage->stop_signal : (uint32_t)ABI_SIGCONT);
        }
        wait_wake(&parent->child_ended);
    }
}

void cage_end(struct cage *cage, uint32_t status) {
    struct mox_machine *machine = cage->machine;
    struct cage *parent = cage->parent;
    if (cage->state == CAGE_ZOMBIE || cage->state == CAGE_DEAD) {
        return;
    }
    scheduler_remove(cage);
    dispatch_ended(cage);
    files_cage_end(cage);
    give_children_away(cage);
    release(cage);
    cage->state = CAGE_ZOMBIE;
    cage->exit_status = status;
    if (cage->id == machine->first_spawned && !machine->first_ended) {
        machine->first_ended = true;
        machine->first_status = status;
    }
    const struct signal_action *action =
        parent->signals != NULL ? &parent->signals->actions[ABI_SIGCHLD] : NULL;
    const bool nobody_asks = parent->id == CAGE_INIT || action->handler == ABI_SIG_IGN ||
                             action->flags & ABI_SA_NOCLDWAIT;
    if (parent->id != CAGE_INIT) {
        const uint32_t signal = status & WAIT_STOPPED;
        raise_child(cage, signal != 0 ? CLD_KILLED : CLD_EXITED,
                    signal != 0 ? signal : status >> 8);
    }
    if (nobody_asks) {
        bury(cage);
    }
    wait_wake(&parent->child_ended);
}

int32_t process_start(struct mox_machine *machine) {
    struct cage *init = NULL;
    machine->cages = alloc_get(&machine->allocator, machine->slots * sizeof *machine->cages);
    if (machine->cages == NULL || cage_new(machine, NULL, &init) < 0) {
        return -MOX_ENOMEM;
    }
    init->parent = init;
    init->id = CAGE_INIT;
    init->caller.id = CAGE_INIT;
    init->group = CAGE_INIT;
    init->session = CAGE_INIT;
    machine->cages[CAGE_INIT % machine->slots] = init;
    machine->last_id = CAGE_INIT;
    machine->timers_changed = true;
    return 0;
}

void process_end_all(struct mox_machine *machine) {
    if (machine->cages == NULL) {
        return;
    }
    for (struct cage *cage = machine_next_cage(machine, CAGE_INIT); cage != NULL;
         cage = machine_next_cage(machine, cage->id)) {
        cage_end(cage, ABI_SIGKILL);
    }
    struct cage *init = machine_cage(machine, CAGE_INIT);
    if (init != NULL) {
        while (init->first_child != NULL) {
            bury(init->first_child);
        }
        cage_discard(init);
    }
    process_sweep(machine);
    alloc_give(&machine->allocator, machine->cages, machine->slots * sizeof *machine->cages);
    machine->cages = NULL;
}

static bool is_wanted(const struct cage *parent, const struct cage *child, int32_t pid) {
    if (pid > 0) {
        return child->id == (uint32_t)pid;
    }
    const uint32_t group = pid == 0 ? parent->group : 0u - (uint32_t)pid;
    return pid == -1 || child->group == group;
}

/* Whether there is something to tell of a child; takes it. */
static bool take_news(struct cage *child, uint32_t options, uint32_t *status, uint64_t *used) {
    *used = child->used + child->used_by_children;
    if (child->state == CAGE_ZOMBIE) {
        *status = child->exit_status;
        child->parent->used_by_children += *used;
        bury(child);
        return true;
    }
    if (child->change == CAGE_WAS_STOPPED && options & ABI_WUNTRACED) {
        *status = child->stop_signal << 8 | WAIT_STOPPED;
    } else if (child->change == CAGE_WAS_CONTINUED && options & ABI_WCONTINUED) {
        *status = WAIT_CONTINUED;
    } else {
        return false;
    }
    child->change = CAGE_SAME;
    return true;
}

int32_t process_wait(struct cage *parent, struct waiter *waiter, int32_t pid, uint32_t options,
                     uint32_t *status, uint64_t *used) {
    bool any = false;
    struct cage *next;
    for (struct cage *child = parent->first_child; child != NULL; child = next) {
        next = child->next_sibling;
        if (is_wanted(parent, child, pid)) {
            any = true;
            if (take_news(child, options, status, used)) {
                return (int32_t)child->id;
            }
        }
    }
    if (!any) {
        return -MOX_ECHILD;
    }
    if (options & ABI_WNOHANG) {
        return 0;
    }
    return wait_join(waiter, &parent->child_ended) == 0 ? CALL_WAITS : -MOX_ENOMEM;
}

bool process_check(struct mox_machine *machine) {
    uint32_t alive = 0;
    uint32_t children = 0;
    for (uint32_t i = 0; i < machine->slots; i++) {
        const struct cage *cage = machine->cages[i];
        if (cage == NULL) {
            continue;
        }
        alive += cage->id != CAGE_INIT ? 1 : 0;
        for (const struct cage *child = cage->first_child; child != NULL;
             child = child->next_sibling) {
            children++;
            if (child->parent != cage || children > machine->slots ||
                machine_cage(machine, child->id) != child) {
                return false;
            }
        }
        const bool ended = cage->state == CAGE_ZOMBIE;
        if (cage->id % machine->slots != i || cage->state == CAGE_DEAD ||
            (cage->signals == NULL) != ended || !wait_check(&cage->child_ended) ||
            (!ended && (!space_check(&cage->space) || !signals_check(cage))) ||
            (!ended && cage->id != CAGE_INIT && (!files_cage_check(cage) || !names_check(cage)))) {
            return false;
        }
    }
    return alive == machine->alive && children == alive;
}
