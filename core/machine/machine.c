/* How a machine comes and goes, and what the host brings: files, sealed inputs, programs. */
#include "base/alloc.h"
#include "cage/files.h"
#include "cage/names.h"
#include "cage/process.h"
#include "cage/scheduler.h"
#include "cage/signals.h"
#include "fs/fs.h"
#include "machine/engines.h"
#include "machine/machine_parts.h"

#include <string.h>

enum { DEFAULT_MEMORY = 512 << 20, DEFAULT_STACK = 1 << 20, DEFAULT_OUTPUT = 1 << 30 };

/* A file that the host fills: what machine_settle writes. */
struct machine_put {
    struct place place;
    uint32_t size;
    uint8_t *bytes;
};

static void *counted_allocate(void *context, size_t size) {
    struct mox_machine *machine = context;
    if (size > machine->memory_limit - machine->memory_used) {
        return NULL;
    }
    void *memory = alloc_get(&machine->allocator, size);
    if (memory != NULL) {
        machine->memory_used += size;
    }
    return memory;
}

static void counted_release(void *context, void *memory, size_t size) {
    struct mox_machine *machine = context;
    machine->memory_used -= size;
    alloc_give(&machine->allocator, memory, size);
}

/* In the host's own name: root, without a cage. */
static struct caller host_caller(const mox_machine *machine) {
    return (struct caller){.now = machine->devices.start_time + machine_clock(machine)};
}

mox_status machine_status(int32_t error) {
    return error >= 0             ? MOX_OK
           : error == -MOX_ENOMEM ? MOX_NO_MEMORY
           : error == -MOX_ENOSPC ? MOX_MEMORY_LIMIT
           : error == CALL_WAITS  ? MOX_BAD_PHASE
                                  : MOX_BAD_ARGUMENT;
}

void machine_devices_start(mox_machine *machine) {
    const struct mox_machine_options *options = &machine->options;
    devices_start(&machine->devices, &machine->allocator, options->seed, options->output_limit);
    machine->devices.start_time = options->start_time;
    machine->devices.host_uid = options->uid;
    machine->devices.hooks = &cage_hooks;
    machine->devices.context = machine;
    machine->devices.blocks = machine->blocks;
}

static int32_t start(mox_machine *machine) {
    machine_devices_start(machine);
    struct caller caller = host_caller(machine); /* now that there is a time */
    const struct fs_limits limits = {.bytes = machine->options.memory_limit};
    int32_t error = process_start(machine);
    if (error == 0) {
        error = fs_new(&machine->allocator, &limits, caller.now, &machine->devices.fs);
    }
    if (error == 0) {
        error = fs_format(machine->devices.fs, caller.now);
    }
    if (error == 0) {
        error = files_new(&machine->allocator, &machine->blocks, &machine->files);
    }
    if (error == 0) {
        error = view_boot(&machine->devices, &caller, &machine->view);
    }
    return error;
}

void machine_options_fill(struct mox_machine_options *options) {
    options->memory_limit = options->memory_limit != 0 ? options->memory_limit : DEFAULT_MEMORY;
    options->stack_size = options->stack_size != 0 ? options->stack_size : DEFAULT_STACK;
    options->cages_max = options->cages_max != 0 ? options->cages_max : CAGES_DEFAULT;
    options->output_limit = options->output_limit != 0 ? options->output_limit : DEFAULT_OUTPUT;
}

bool machine_options_good(const struct mox_machine_options *options) {
    return options->stack_size % MOX_PAGE_SIZE == 0 && options->stack_size <= 256 << 20 &&
           options->cages_max <= CAGE_ID_MAX / 2;
}

mox_machine *machine_new_empty(const struct mox_machine_options *options,
                               const struct mox_allocator *host) {
    mox_machine *machine = alloc_get(host, sizeof *machine);
    if (machine == NULL) {
        return NULL;
    }
    machine->host = *host;
    machine->allocator = *host;
    machine->blocks = (struct mox_allocator){machine, counted_allocate, counted_release};
    if (options != NULL) {
        machine->options = *options;
    }
    machine_options_fill(&machine->options);
    machine->memory_limit = machine->options.memory_limit;
    machine->slots = machine->options.cages_max + 2;
    machine->drop_engine = engines_drop;
    machine->engines = engines_new(host);
    if (machine->engines == NULL) {
        alloc_give(host, machine, sizeof *machine);
        return NULL;
    }
    return machine;
}

mox_status mox_machine_create(const struct mox_machine_options *options,
                              const struct mox_allocator *allocator, mox_machine **made) {
    const struct mox_allocator host = alloc_default(allocator);
    mox_machine *machine = machine_new_empty(options, &host);
    if (machine == NULL) {
        return MOX_NO_MEMORY;
    }
    const mox_status status =
        machine_options_good(&machine->options) ? machine_status(start(machine)) : MOX_BAD_ARGUMENT;
    if (status != MOX_OK) {
        mox_machine_destroy(machine);
        return status;
    }
    *made = machine;
    return MOX_OK;
}

static void put_free(mox_machine *machine) {
    struct machine_put *put = machine->put;
    machine->put = NULL;
    place_drop(&put->place);
    if (put->bytes != NULL) {
        alloc_give(&machine->host, put->bytes, put->size);
    }
    alloc_give(&machine->host, put, sizeof *put);
}

void mox_machine_destroy(mox_machine *machine) {
    if (machine == NULL) {
        return;
    }
    const struct mox_allocator host = machine->host;
    machine_forget_hash(machine);
    machine_forget_snapshot(machine);
    if (machine->put != NULL) {
        put_free(machine);
    }
    process_end_all(machine);
    files_free(machine->files);
    view_drop(&machine->view);
    machine_store_free(machine);
    fs_free(machine->devices.fs);
    devices_end(&machine->devices);
    engines_free(machine);
    alloc_give(&host, machine, sizeof *machine);
}

mox_status machine_settle(mox_machine *machine) {
    machine_forget_hash(machine);
    machine_forget_snapshot(machine);
    struct machine_put *put = machine->put;
    if (machine_store_busy(machine)) {
        return MOX_BAD_PHASE;
    }
    if (put == NULL) {
        return MOX_OK;
    }
    struct caller caller = host_caller(machine);
    uint64_t offset = 0;
    int32_t error = 0;
    while (error >= 0 && offset < put->size) {
        const uint64_t before = offset;
        error = chan_write(put->place.chan, &caller, &offset, put->bytes + offset,
                           put->size - (uint32_t)offset);
        if (error == 0) {
            error = -MOX_EIO;
        }
        offset = error > 0 ? before + (uint32_t)error : before;
    }
    put_free(machine);
    return machine_status(error);
}

/* What is there already stays as it is. */
static int32_t make_directory(mox_machine *machine, struct caller *caller, struct name path) {
    enum { DIRECTORY = 0040755 };
    struct place parent = {0};
    struct place made = {0};
    struct entry last;
    const struct creation creation = {.mode = DIRECTORY};
    int32_t error = ns_walk(&machine->view, caller, NULL, path, WALK_PARENT, &parent, &last);
    if (error >= 0) {
        error =
            ns_create(&parent, caller, (struct name){last.name, last.name_size}, &creation, &made);
        place_drop(&made);
        place_drop(&parent);
    }
    return error == -MOX_EEXIST ? 0 : error;
}

/* Makes the directories that a path goes through. */
static int32_t make_directories(mox_machine *machine, struct caller *caller, struct name path) {
    int32_t error = 0;
    for (uint32_t i = 1; i < path.size && error >= 0; i++) {
        if (path.bytes[i] == '/' && path.bytes[i - 1] != '/') {
            error = make_directory(machine, caller, (struct name){path.bytes, i});
        }
    }
    return error;
}

/* Opens a file of this path for writing, made or emptied. */
static int32_t open_put(mox_machine *machine, struct caller *caller, struct name path,
                        uint32_t mode, struct place *file) {
    enum { REGULAR = 0100000, PERMISSIONS = 07777 };
    struct place parent = {0};
    struct entry last;
    const struct creation creation = {.mode = REGULAR | (mode & PERMISSIONS)};
    int32_t error = make_directories(machine, caller, path);
    if (error < 0) {
        return error;
    }
    error = ns_walk(&machine->view, caller, NULL, path, WALK_PARENT, &parent, &last);
    if (error < 0) {
        return error;
    }
    const struct name name = {last.name, last.name_size};
    error = ns_create(&parent, caller, name, &creation, file);
    if (error == -MOX_EEXIST) {
        error = ns_walk(&machine->view, caller, NULL, path, 0, file, NULL);
        if (error >= 0) {
            const struct attribute_change change = {.set = SET_MODE, .mode = creation.mode};
            error = chan_set_attributes(file->chan, caller, &change);
        }
    }
    place_drop(&parent);
    if (error >= 0) {
        error = ns_open(file, caller, OPEN_WRITE | OPEN_TRUNCATE);
    }
    if (error < 0) {
        place_drop(file);
    }
    return error;
}

mox_status mox_machine_make_directory(mox_machine *machine, const char *path) {
    struct caller caller = host_caller(machine);
    const struct name whole = name_of_text(path);
    struct place made = {0};
    const mox_status status = machine_settle(machine);
    if (status != MOX_OK) {
        return status;
    }
    int32_t error = make_directories(machine, &caller, whole);
    if (error >= 0) {
        error = ns_walk(&machine->view, &caller, NULL, whole, WALK_DIRECTORY, &made, NULL);
        place_drop(&made);
    }
    return machine_status(error == -MOX_ENOENT ? make_directory(machine, &caller, whole) : error);
}

mox_status mox_machine_put(mox_machine *machine, const char *path, uint32_t mode, uint32_t size,
                           uint8_t **bytes) {
    struct caller caller = host_caller(machine);
    struct place file = {0};
    mox_status status = machine_settle(machine);
    if (status != MOX_OK) {
        return status;
    }
    if (size > machine->memory_limit - machine->memory_used) {
        return MOX_MEMORY_LIMIT;
    }
    struct machine_put *put = alloc_get(&machine->host, sizeof *put);
    uint8_t *room = size > 0 && put != NULL ? alloc_get(&machine->host, size) : NULL;
    status = put == NULL || (size > 0 && room == NULL)
                 ? MOX_NO_MEMORY
                 : machine_status(open_put(machine, &caller, name_of_text(path), mode, &file));
    if (status != MOX_OK) {
        if (room != NULL) {
            alloc_give(&machine->host, room, size);
        }
        alloc_give(&machine->host, put, sizeof *put);
        return status;
    }
    *put = (struct machine_put){file, size, room};
    machine->put = put;
    *bytes = room;
    return MOX_OK;
}

mox_status mox_machine_add_input(mox_machine *machine, const char *name, uint32_t size,
                                 uint8_t **bytes) {
    if (machine->spent > 0) {
        return MOX_BAD_PHASE;
    }
    return machine_status(boot_add(&machine->devices, name_of_text(name), size, bytes));
}

/* A cage as the host starts it: a child of cage 1 with the streams of the console. */
static int32_t host_cage(mox_machine *machine, struct cage **made) {
    struct cage *cage = NULL;
    int32_t error = cage_new(machine, machine_cage(machine, CAGE_INIT), &cage);
    if (error < 0) {
        return error;
    }
    cage->uid = machine->options.uid;
    cage->gid = machine->options.gid;
    cage->saved_uid = cage->uid;
    cage->saved_gid = cage->gid;
    cage->caller.uid = cage->uid;
    cage->caller.gid = cage->gid;
    cage->caller.umask = 022;
    cage->caller.now = machine->devices.start_time + machine_clock(machine);
    cage->group = cage->id;
    cage->session = cage->id;
    view_copy(&machine->view, &cage->view);
    error = environment_new(&machine->devices, &cage->caller.environment);
    if (error == 0) {
        error = files_cage_start(cage);
    }
    if (error < 0) {
        cage_discard(cage);
        return error;
    }
    *made = cage;
    return 0;
}

/* What files_cage_start gave, too. */
static void abandon(struct cage *cage) {
    files_cage_end(cage);
    cage_discard(cage);
}

mox_status mox_machine_bare(mox_machine *machine, uint32_t *id) {
    struct cage *cage = NULL;
    const mox_status status = machine_settle(machine);
    if (status != MOX_OK) {
        return status;
    }
    const int32_t error = host_cage(machine, &cage);
    if (error < 0) {
        return machine_status(error);
    }
    const mox_status mapped = space_map(&cage->space, MOX_BARE_ROOM, MOX_BARE_ROOM_SIZE,
                                        RIGHT_READ | RIGHT_WRITE, NULL, "scratch");
    if (mapped != MOX_OK) {
        abandon(cage);
        return mapped;
    }
    cage->brk_start = MOX_BARE_ROOM + MOX_BARE_ROOM_SIZE + MOX_PAGE_SIZE;
    cage->brk = cage->brk_start;
    cage_enter(cage);
    *id = cage->id;
    return MOX_OK;
}

static int32_t change_directory(struct cage *cage, const char *directory) {
    struct place place = {0};
    const int32_t error = ns_walk(&cage->view, &cage->caller, NULL, name_of_text(directory),
                                  WALK_DIRECTORY, &place, NULL);
    if (error >= 0) {
        place_drop(&cage->view.here);
        cage->view.here = place;
    }
    return error;
}

mox_status mox_machine_spawn(mox_machine *machine, const char *path, const char *arguments,
                             uint32_t arguments_size, const char *environment,
                             uint32_t environment_size, const char *directory, uint32_t *id,
                             int32_t *error) {
    struct cage *cage = NULL;
    const struct const_span argument_strings = {(const uint8_t *)arguments, arguments_size};
    const struct const_span variables = {(const uint8_t *)environment, environment_size};
    const mox_status status = machine_settle(machine);
    *id = 0;
    *error = 0;
    if (status != MOX_OK) {
        return status;
    }
    if ((arguments_size > 0 && arguments[arguments_size - 1] != '\0') ||
        (environment_size > 0 && environment[environment_size - 1] != '\0')) {
        return MOX_BAD_ARGUMENT;
    }
    *error = host_cage(machine, &cage);
    if (*error < 0) {
        return MOX_OK;
    }
    if (directory != NULL && directory[0] != '\0') {
        *error = change_directory(cage, directory);
    }
    if (*error >= 0) {
        *error = exec_load(cage, name_of_text(path), argument_strings, variables);
    }
    if (*error < 0) {
        abandon(cage);
        return MOX_OK;
    }
    cage->executed = false;
    cage_enter(cage);
    scheduler_ready(cage);
    if (machine->first_spawned == 0) {
        machine->first_spawned = cage->id;
    }
    *id = cage->id;
    return MOX_OK;
}

/* All or nothing. */
bool mox_machine_write(mox_machine *machine, uint32_t id, uint32_t address, const uint8_t *from,
                       uint32_t size) {
    struct cage *cage = machine_cage(machine, id);
    if (cage == NULL || cage->signals == NULL || !space_allows(&cage->space, address, size, 0)) {
        return false;
    }
    space_put(&cage->space, address, from, size);
    return true;
}

bool mox_machine_read(const mox_machine *machine, uint32_t id, uint32_t address, uint8_t *to,
                      uint32_t size) {
    const uint32_t slot = id % machine->slots;
    const struct cage *cage = machine->cages[slot];
    return cage != NULL && cage->id == id && cage->signals != NULL &&
           space_fetch(&cage->space, address, to, size) == size;
}
