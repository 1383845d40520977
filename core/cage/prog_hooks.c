/* What #p and #d tell of cages: the hooks that devices have instead of looking at cages themselves.
 */
#include "cage/dispatch.h"
#include "cage/fdtable.h"
#include "cage/names.h"
#include "cage/process.h"
#include "cage/signals.h"
#include "ns/dev_rows.h"

#include <string.h>

enum { SIGNAL_BITS = 0x7f };

static struct cage *cage_of(void *context, uint32_t id) {
    struct cage *cage = machine_cage(context, id);
    return cage && cage->state != CAGE_DEAD ? cage : NULL;
}

static uint64_t hook_memory(void *context, uint64_t *limit) {
    const struct mox_machine *machine = context;
    *limit = machine->memory_limit;
    return machine->memory_used;
}

static uint32_t hook_next(void *context, uint32_t after) {
    const struct cage *cage = machine_next_cage(context, after);
    return cage ? cage->id : 0;
}

static const char *state_text(const struct cage *cage) {
    switch (cage->state) {
    case CAGE_RUNNABLE: return "ready";
    case CAGE_WAITING: return "waits";
    case CAGE_STOPPED: return "stopped";
    case CAGE_BARE: return "bare";
    default: return "exiting";
    }
}

static bool hook_state(void *context, uint32_t id, struct prog_state *state) {
    const struct cage *cage = cage_of(context, id);
    if (cage == NULL) {
        return false;
    }
    *state = (struct prog_state){
        .parent = cage->parent ? cage->parent->id : 0,
        .group = cage->group,
        .session = cage->session,
        .uid = cage->caller.uid,
        .gid = cage->caller.gid,
        .used = cage->used,
        .memory = cage->space.used,
        .state = state_text(cage),
        .call = cage->state == CAGE_WAITING ? call_name(cage->call) : "",
        .program = cage->program,
    };
    return true;
}

static const struct view *hook_view(void *context, uint32_t id) {
    const struct cage *cage = cage_of(context, id);
    return cage && cage->view.ns ? &cage->view : NULL;
}

static const char *kind_text(const struct file *file) {
    switch (file->ops->kind) {
    case FILE_STREAM: return "stream";
    case FILE_SOCKET: return "socket";
    case FILE_PIPE: return "pipe";
    case FILE_EPOLL: return "epoll";
    default: return "file";
    }
}

static bool hook_descriptor(void *context, uint32_t id, uint32_t from,
                            struct prog_descriptor *descriptor) {
    const struct cage *cage = cage_of(context, id);
    if (cage == NULL || cage->fds == NULL) {
        return false;
    }
    for (uint32_t fd = from; fd < cage->fds->end; fd++) {
        const struct file *file = fdtable_get(cage->fds, fd);
        if (file) {
            *descriptor = (struct prog_descriptor){.fd = fd,
                                                   .flags = file->flags,
                                                   .offset = file->offset,
                                                   .kind = kind_text(file),
                                                   .place = &file->place};
            return true;
        }
    }
    return false;
}

static bool hook_registers(void *context, uint32_t id, struct prog_registers *registers) {
    const struct cage *cage = cage_of(context, id);
    if (cage == NULL) {
        return false;
    }
    memcpy(registers->r, cage->cpu.r, sizeof registers->r);
    memcpy(registers->sr, cage->cpu.sr, sizeof registers->sr);
    registers->pc = cage->cpu.pc;
    return true;
}

static int32_t hook_read_memory(void *context, uint32_t id, uint32_t address, uint8_t *to,
                                uint32_t size) {
    struct cage *cage = cage_of(context, id);
    if (cage == NULL) {
        return -MOX_ESRCH;
    }
    const struct region *region = space_find(&cage->space, address);
    if (region == NULL || (region->rights & RIGHT_READ) == 0) {
        return -MOX_EIO;
    }
    const uint32_t offset = address - region->base;
    const uint32_t left = region->size - offset;
    const uint32_t count = size < left ? size : left;
    if (count > 0) {
        memcpy(to, region->bytes + offset, count);
    }
    return (int32_t)count;
}

/* Those of the group that belong to the same user. */
static void raise_group(struct mox_machine *machine, const struct cage *one) {
    const uint32_t group = one->group;
    const uint32_t uid = one->caller.uid;
    for (struct cage *cage = machine_next_cage(machine, 0); cage;
         cage = machine_next_cage(machine, cage->id)) {
        if (cage->group == group && cage->caller.uid == uid && cage->id != CAGE_INIT) {
            signals_raise(cage, ABI_SIGKILL, NULL);
        }
    }
}

static int32_t hook_control(void *context, uint32_t id, enum prog_command command) {
    struct cage *cage = cage_of(context, id);
    if (cage == NULL) {
        return -MOX_ESRCH;
    }
    if (id == CAGE_INIT) {
        return -MOX_EPERM;
    }
    switch (command) {
    case PROG_KILL: signals_raise(cage, ABI_SIGKILL, NULL); break;
    case PROG_KILL_GROUP: raise_group(context, cage); break;
    case PROG_STOP: signals_raise(cage, ABI_SIGSTOP, NULL); break;
    case PROG_START: signals_raise(cage, ABI_SIGCONT, NULL); break;
    }
    return 0;
}

/* "12 \"\":exit 3", as Inferno's wait file with the name left out; nothing behind ':' for success.
 */
static int32_t hook_wait(void *context, uint32_t id, struct caller *caller, char *to,
                         uint32_t size) {
    struct cage *cage = cage_of(context, id);
    uint32_t status = 0;
    uint64_t used = 0;
    if (cage == NULL) {
        return -MOX_ESRCH;
    }
    if (caller->waiter == NULL) {
        return -MOX_EAGAIN;
    }
    const int32_t child = process_wait(cage, caller->waiter, -1, 0, &status, &used);
    if (child <= 0) {
        return child;
    }
    struct text text = {to, size, 0};
    text_number(&text, (uint32_t)child, 0);
    text_add(&text, " \"\":");
    if (status != 0) {
        text_add(&text, status & SIGNAL_BITS ? "signal " : "exit ");
        text_number(&text, status & SIGNAL_BITS ? status & SIGNAL_BITS : status >> 8, 0);
    }
    return (int32_t)text.size;
}

const struct device_hooks cage_hooks = {
    .memory = hook_memory,
    .next = hook_next,
    .state = hook_state,
    .view = hook_view,
    .descriptor = hook_descriptor,
    .registers = hook_registers,
    .read_memory = hook_read_memory,
    .control = hook_control,
    .wait = hook_wait,
};
