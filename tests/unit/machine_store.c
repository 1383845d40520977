/* A machine and its store through moxbox/machine.h: a program's fsync stops the machine until the
 * host has saved, a failed save is the program's EIO, what was saved is there in another machine,
 * and a damaged store is named and takes nothing from anybody. */
#include <stdlib.h>
#include <string.h>

#include "moxbox/errno.h"
#include "moxbox/machine.h"
#include "unit/check.h"

enum { OPEN = 10, READ = 12, WRITE = 13, MKDIR = 131, FSYNC = 162, SCRATCH = MOX_BARE_ROOM };
enum { WRITE_CREATE = 0101, OBJECTS = 256 };

struct object {
    uint8_t key[MOX_HASH_SIZE];
    uint8_t bytes[16384];
    uint32_t size;
};

static struct object objects[OBJECTS];
static uint32_t object_count;
static struct object root;

static struct object *find(const uint8_t *key) {
    for (uint32_t i = 0; i < object_count; i++) {
        if (memcmp(objects[i].key, key, MOX_HASH_SIZE) == 0) {
            return &objects[i];
        }
    }
    return NULL;
}

static uint32_t save(mox_machine *machine, bool stored) {
    struct mox_store_op op;
    uint32_t count = 0;
    while (CHECK_EQ(mox_machine_store_next(machine, &op), MOX_OK) && op.change != MOX_STORE_END) {
        count++;
        struct object *to = op.change == MOX_STORE_ROOT ? &root : find(op.key);
        if (!stored) {
            continue;
        }
        if (op.change == MOX_STORE_DELETE) {
            CHECK(to != NULL);
            *to = objects[--object_count];
            continue;
        }
        if (to == NULL) {
            to = &objects[object_count++];
            memcpy(to->key, op.key, MOX_HASH_SIZE);
        }
        memcpy(to->bytes, op.bytes, op.size);
        to->size = op.size;
    }
    if (count > 0) {
        CHECK_EQ(mox_machine_run(machine, 100), MOX_BAD_PHASE);
    }
    mox_machine_store_done(machine, stored);
    return count;
}

static mox_status open_store(mox_machine *machine) {
    mox_status status = mox_machine_store_open(machine, root.bytes, root.size);
    const uint8_t *key;
    while (status == MOX_OK && (key = mox_machine_store_wants(machine)) != NULL) {
        const struct object *object = find(key);
        CHECK_EQ(mox_machine_run(machine, 100), MOX_BAD_PHASE);
        status = mox_machine_store_give(machine, object == NULL ? NULL : object->bytes,
                                        object == NULL ? 0 : object->size);
    }
    return status;
}

static mox_machine *new_machine(void) {
    const struct mox_machine_options options = {.start_time = 1000};
    mox_machine *machine = NULL;
    CHECK_EQ(mox_machine_create(&options, NULL, &machine), MOX_OK);
    return machine;
}

static int32_t call_path(mox_machine *machine, uint32_t cage, uint32_t call, const char *path,
                         uint32_t a2, uint32_t a3) {
    CHECK(mox_machine_write(machine, cage, SCRATCH, (const uint8_t *)path,
                            (uint32_t)strlen(path) + 1));
    return mox_dispatch(machine, cage, call, SCRATCH, a2, a3, 0, 0, 0);
}

static int32_t fsync_now(mox_machine *machine, uint32_t cage, int32_t fd) {
    return mox_dispatch(machine, cage, FSYNC, (uint32_t)fd, 0, 0, 0, 0, 0);
}

static void hash_of(mox_machine *machine, uint8_t hash[MOX_HASH_SIZE]) {
    bool done = false;
    while (!done && CHECK_EQ(mox_machine_state_hash(machine, 1 << 20, hash, &done), MOX_OK)) {
    }
}

/* A file with a number in it, made to last. */
static void first_machine(void) {
    mox_machine *machine = new_machine();
    uint8_t *bytes;
    uint32_t cage;
    CHECK_EQ(mox_machine_store_open(machine, NULL, 0), MOX_OK);
    CHECK_EQ(mox_machine_store_open(machine, NULL, 0), MOX_BAD_PHASE);
    CHECK_EQ(mox_machine_put(machine, "/bin/data", 0644, 10000, &bytes), MOX_OK);
    memset(bytes, 7, 10000);
    CHECK_EQ(mox_machine_bare(machine, &cage), MOX_OK);
    CHECK_EQ(call_path(machine, cage, MKDIR, "/saved", 0755, 0), 0);
    const int32_t fd = call_path(machine, cage, OPEN, "/saved/file", WRITE_CREATE, 0644);
    CHECK(fd >= 0);
    CHECK(mox_machine_write(machine, cage, SCRATCH, (const uint8_t *)"hello", 5));
    CHECK_EQ(mox_dispatch(machine, cage, WRITE, (uint32_t)fd, SCRATCH, 5, 0, 0, 0), 5);

    CHECK_EQ(fsync_now(machine, cage, fd), MOX_DISPATCH_WAITS);
    CHECK_EQ(mox_machine_report(machine)->waits_store, 1);
    CHECK_EQ(mox_machine_run(machine, 1000), MOX_OK);
    CHECK_EQ(mox_machine_report(machine)->stop, MOX_STOP_BLOCKED);
    CHECK(save(machine, false) > 5); /* the disk is full */
    CHECK_EQ(mox_machine_report(machine)->waits_store, 0);
    CHECK_EQ(fsync_now(machine, cage, fd), -MOX_EIO);
    CHECK_EQ(root.size, 0);

    CHECK_EQ(fsync_now(machine, cage, fd), MOX_DISPATCH_WAITS);
    CHECK(save(machine, true) > 5);
    CHECK_EQ(fsync_now(machine, cage, fd), 0);
    CHECK_EQ(save(machine, true), 0);
    CHECK_EQ(fsync_now(machine, cage, fd), 0); /* nothing has changed since: no waiting */

    /* One byte more makes few objects new. */
    CHECK_EQ(mox_dispatch(machine, cage, WRITE, (uint32_t)fd, SCRATCH, 1, 0, 0, 0), 1);
    CHECK_EQ(fsync_now(machine, cage, fd), MOX_DISPATCH_WAITS);
    CHECK(save(machine, true) < 12);
    CHECK_EQ(fsync_now(machine, cage, fd), 0);

    /* With nobody left to write, the machine asks for a last save before it says that it ends. */
    CHECK_EQ(mox_machine_run(machine, 1000), MOX_OK);
    const mox_stop ended = mox_machine_report(machine)->stop;
    CHECK_EQ(call_path(machine, cage, MKDIR, "/last", 0755, 0), 0);
    CHECK_EQ(mox_machine_run(machine, 1000), MOX_OK);
    CHECK_EQ(mox_machine_report(machine)->stop, MOX_STOP_BLOCKED);
    CHECK_EQ(mox_machine_report(machine)->waits_store, 1);
    CHECK(save(machine, true) > 2);
    CHECK_EQ(mox_machine_run(machine, 1000), MOX_OK);
    CHECK_EQ(mox_machine_report(machine)->stop, ended);
    CHECK_EQ(ended, MOX_STOP_EXIT);
    mox_machine_destroy(machine);
}

static void second_machine(uint8_t hash[MOX_HASH_SIZE]) {
    mox_machine *machine = new_machine();
    uint8_t text[16] = {0};
    uint32_t cage;
    CHECK_EQ(open_store(machine), MOX_OK);
    hash_of(machine, hash);
    CHECK_EQ(mox_machine_bare(machine, &cage), MOX_OK);
    CHECK_EQ(mox_machine_store_open(machine, NULL, 0), MOX_BAD_PHASE);
    CHECK_EQ(call_path(machine, cage, MKDIR, "/saved", 0755, 0), -MOX_EEXIST);
    const int32_t fd = call_path(machine, cage, OPEN, "/saved/file", 0, 0);
    CHECK(fd >= 0);
    CHECK_EQ(mox_dispatch(machine, cage, READ, (uint32_t)fd, SCRATCH, 100, 0, 0, 0), 6);
    CHECK(mox_machine_read(machine, cage, SCRATCH, text, 6));
    CHECK(memcmp(text, "helloh", 6) == 0);
    mox_machine_destroy(machine);
}

/* Each object missing, each with a bit changed, and the root record with each bit changed. */
static void damage(const uint8_t expected[MOX_HASH_SIZE]) {
    uint8_t hash[MOX_HASH_SIZE];
    mox_machine *blank = new_machine();
    hash_of(blank, hash);
    CHECK(memcmp(hash, expected, MOX_HASH_SIZE) != 0);
    for (uint32_t i = 0; i < object_count * 2; i++) {
        struct object *object = &objects[i / 2];
        uint8_t after[MOX_HASH_SIZE];
        const uint32_t at = (i * 977) % object->size;
        uint8_t *byte = i % 2 == 0 ? &object->key[3] : &object->bytes[at];
        uint8_t key[MOX_HASH_SIZE];
        memcpy(key, object->key, sizeof key);
        *byte ^= 1;
        mox_machine *machine = new_machine();
        CHECK_EQ(open_store(machine), MOX_IMAGE_DAMAGED);
        const struct mox_store_damage *found = mox_machine_store_damage(machine);
        CHECK(found->problem != NULL && found->has_key);
        CHECK(memcmp(found->key, key, sizeof key) == 0);
        hash_of(machine, after);
        CHECK(memcmp(hash, after, sizeof after) == 0); /* still the blank one */
        mox_machine_destroy(machine);
        *byte ^= 1;
    }
    for (uint32_t bit = 0; bit < root.size * 8; bit++) {
        mox_machine *machine = new_machine();
        root.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        CHECK_EQ(open_store(machine), MOX_IMAGE_DAMAGED);
        root.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        CHECK_EQ(open_store(machine), MOX_OK); /* the same machine, the right record */
        mox_machine_destroy(machine);
    }
    mox_machine_destroy(blank);
}

static void without_store(void) {
    mox_machine *machine = new_machine();
    struct mox_store_op op;
    uint32_t cage;
    CHECK_EQ(mox_machine_bare(machine, &cage), MOX_OK);
    const int32_t fd = call_path(machine, cage, OPEN, "/tmp/file", WRITE_CREATE, 0644);
    CHECK_EQ(fsync_now(machine, cage, fd), 0);
    CHECK_EQ(mox_machine_store_next(machine, &op), MOX_BAD_PHASE);
    CHECK_EQ(mox_machine_report(machine)->waits_store, 0);
    mox_machine_destroy(machine);
}

int main(void) {
    uint8_t hash[MOX_HASH_SIZE];
    uint8_t again[MOX_HASH_SIZE];
    first_machine();
    second_machine(hash);
    second_machine(again);
    CHECK(memcmp(hash, again, sizeof hash) == 0);
    damage(hash);
    without_store();
    return check_report("machine and store");
}
