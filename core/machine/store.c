/* A machine's store: image.h's reading and saving, one object at a time, for hosts. */
#include "base/alloc.h"
#include "fs/image.h"
#include "machine/machine_parts.h"
#include "ns/devices.h"

#include <string.h>

struct machine_store {
    struct image_load *load; /* the image that is being read; NULL: none */
    bool saving;
    struct mox_store_damage damage;
};

bool machine_store_busy(const mox_machine *machine) {
    return machine->store != NULL && (machine->store->load != NULL || machine->store->saving);
}

bool machine_store_waits(mox_machine *machine, bool ended) {
    if (ended) {
        fs_want_save(machine->devices.fs);
    }
    return fs_save_wanted(machine->devices.fs);
}

void machine_store_free(mox_machine *machine) {
    struct machine_store *store = machine->store;
    machine->store = NULL;
    if (store != NULL) {
        image_load_free(store->load);
        alloc_give(&machine->host, store, sizeof *store);
    }
}

static mox_status status_of(struct machine_store *store, int32_t error,
                            const struct damage *damage) {
    if (error == -MOX_EUCLEAN) {
        store->damage = (struct mox_store_damage){
            .problem = damage->problem, .inode = damage->inode, .has_key = damage->has_key};
        memcpy(store->damage.key, damage->key, MOX_HASH_SIZE);
        return MOX_IMAGE_DAMAGED;
    }
    return error == -MOX_EBUSY ? MOX_BAD_PHASE : machine_status(error);
}

/* Gives up, or goes on, or has all and takes it. */
static mox_status opened(mox_machine *machine, int32_t error, struct damage *damage) {
    struct machine_store *store = machine->store;
    if (error == 0 && image_load_wants(store->load) != NULL) {
        return MOX_OK;
    }
    if (error == 0) {
        /* The name space that the machine began with has channels to what goes away. */
        struct caller caller = {.now = machine->devices.start_time + machine_clock(machine)};
        view_drop(&machine->view);
        error = image_load_finish(store->load, machine->devices.fs, damage);
        const int32_t booted = view_boot(&machine->devices, &caller, &machine->view);
        error = error == 0 ? booted : error;
    }
    image_load_free(store->load);
    store->load = NULL;
    return status_of(store, error, damage);
}

mox_status mox_machine_store_open(mox_machine *machine, const uint8_t *root, uint32_t size) {
    const mox_status status = machine_settle(machine);
    struct fs *fs = machine->devices.fs;
    struct damage damage;
    if (status != MOX_OK || machine->spent > 0 || machine->alive > 0 || fs->saved != NULL) {
        return status != MOX_OK ? status : MOX_BAD_PHASE;
    }
    machine_store_free(machine);
    machine->store = alloc_get(&machine->host, sizeof *machine->store);
    if (machine->store == NULL) {
        return MOX_NO_MEMORY;
    }
    if (size == 0) {
        return machine_status(fs_attach(fs));
    }
    const struct fs_limits limits = {fs->limit, fs->inode_limit, fs->link_limit};
    const int32_t error =
        image_load_new(&machine->allocator, &limits, root, size, &machine->store->load, &damage);
    return error == 0 ? MOX_OK : status_of(machine->store, error, &damage);
}

const uint8_t *mox_machine_store_wants(const mox_machine *machine) {
    return machine->store == NULL || machine->store->load == NULL
               ? NULL
               : image_load_wants(machine->store->load);
}

mox_status mox_machine_store_give(mox_machine *machine, const uint8_t *bytes, uint32_t size) {
    struct damage damage;
    if (mox_machine_store_wants(machine) == NULL) {
        return MOX_BAD_PHASE;
    }
    const int32_t error = image_load_give(machine->store->load, bytes, size, &damage);
    return opened(machine, error, &damage);
}

const struct mox_store_damage *mox_machine_store_damage(const mox_machine *machine) {
    return machine->store == NULL ? NULL : &machine->store->damage;
}

mox_status mox_machine_store_next(mox_machine *machine, struct mox_store_op *op) {
    struct store_op change;
    *op = (struct mox_store_op){.change = MOX_STORE_END};
    if (machine->store == NULL || machine->store->load != NULL) {
        return MOX_BAD_PHASE;
    }
    if (!machine->store->saving) {
        const mox_status status = machine_settle(machine);
        if (status != MOX_OK) {
            return status;
        }
    }
    const int32_t got = fs_save_next(machine->devices.fs, &change);
    machine->store->saving = got > 0 || (got == 0 && machine->store->saving);
    if (got > 0) {
        op->change = change.kind == STORE_PUT    ? MOX_STORE_PUT
                     : change.kind == STORE_ROOT ? MOX_STORE_ROOT
                                                 : MOX_STORE_DELETE;
        op->key = change.key;
        op->bytes = change.bytes;
        op->size = change.size;
    }
    return got < 0 ? machine_status(got) : MOX_OK;
}

void mox_machine_store_done(mox_machine *machine, bool stored) {
    if (machine->store != NULL && machine->store->load == NULL) {
        machine->store->saving = false;
        fs_save_done(machine->devices.fs, stored ? 0 : -MOX_EIO);
    }
}
