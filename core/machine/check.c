#include "cage/files.h"
#include "cage/process.h"
#include "cage/scheduler.h"
#include "fs/fs.h"
#include "machine/machine_parts.h"

const char *machine_check(mox_machine *machine) {
    uint32_t inode = 0;
    if (!process_check(machine)) {
        return "the cage table, or a cage's memory or descriptors";
    }
    if (!scheduler_check(machine)) {
        return "the queue of the scheduler, or a cage's place in it";
    }
    if (!files_check(machine->files)) {
        return "open files, pipes, sockets, locks, shared memory";
    }
    if (!devices_check(&machine->devices) || !view_check(&machine->view)) {
        return "devices, or the first view of the name space";
    }
    if (machine->memory_used > machine->memory_limit) {
        return "more memory is used than the limit allows";
    }
    return fs_check(machine->devices.fs, true, &inode);
}
