#include "fs/image.h"

#include <string.h>

#include "base/bytes.h"
#include "base/sha256.h"
#include "fs/saved.h"
#include "fs/settle.h"
#include "moxbox/errno.h"

enum save_phase { SAVE_IDLE, SAVE_OBJECTS, SAVE_DELETES, SAVE_WAITS };

static const char magic[16] = "moxbox image v1";

int32_t fs_attach(struct fs *fs) {
    fs->saved = saved_new(&fs->allocator);
    if (fs->saved == NULL) {
        return -MOX_ENOMEM;
    }
    settle_unsave(fs);
    return 0;
}

bool fs_unsaved(const struct fs *fs) {
    return fs->saved != NULL && (fs->table.behind & BEHIND_SAVE) != 0;
}

static void put_root(const struct fs *fs, uint8_t *to) {
    const struct object *top = fs->table.top;
    const uint64_t save = fs->saves + 1;
    memcpy(to, magic, sizeof magic);
    bytes_store32(to + 16, (uint32_t)save);
    bytes_store32(to + 20, (uint32_t)(save >> 32));
    bytes_store32(to + 24, fs->table.height);
    bytes_store32(to + 28, fs->inodes);
    memcpy(to + 32, top->key, KEY_SIZE);
    sha256_of(to, ROOT_SIZE - KEY_SIZE, to + ROOT_SIZE - KEY_SIZE);
}

/* The next object that the store does not have; 0: none is left. */
static int32_t next_object(struct fs *fs, struct store_op *op) {
    struct settled settled;
    int32_t got;
    while ((got = settle_one(fs, SETTLE_SAVE, &settled)) > 0) {
        if (settled.fresh) {
            *op = (struct store_op){STORE_PUT, settled.key, fs->scratch, settled.size};
            break;
        }
    }
    return got;
}

int32_t fs_save_next(struct fs *fs, struct store_op *op) {
    if (fs->save_phase == SAVE_IDLE && fs_unsaved(fs)) {
        fs->save_phase = SAVE_OBJECTS;
    }
    if (fs->save_phase == SAVE_OBJECTS) {
        const int32_t got = next_object(fs, op);
        if (got < 0) {
            fs_save_done(fs, got);
        }
        if (got != 0) {
            return got;
        }
        saved_start_leaving(fs->saved);
        fs->save_phase = SAVE_DELETES;
        put_root(fs, fs->scratch);
        *op = (struct store_op){STORE_ROOT, NULL, fs->scratch, ROOT_SIZE};
        return 1;
    }
    if (fs->save_phase == SAVE_DELETES) {
        const uint8_t *key = saved_next_leaving(fs->saved);
        if (key != NULL) {
            *op = (struct store_op){STORE_DELETE, key, NULL, 0};
            return 1;
        }
        fs->save_phase = SAVE_WAITS;
    }
    return 0;
}

void fs_want_save(struct fs *fs) {
    fs->save_wanted = fs->save_wanted || fs_unsaved(fs);
}

bool fs_save_wanted(const struct fs *fs) {
    return fs->save_wanted;
}

void fs_save_done(struct fs *fs, int32_t result) {
    if (fs->save_phase == SAVE_OBJECTS || fs->save_phase == SAVE_DELETES) {
        result = result != 0 ? result : -MOX_EIO; /* it was not taken to its end */
    }
    if (fs->save_phase != SAVE_IDLE) {
        if (result == 0) {
            fs->saves++;
        } else {
            settle_unsave(fs);
        }
        saved_done(fs->saved, result == 0);
        fs->save_phase = SAVE_IDLE;
    }
    fs->save_wanted = false;
    fs->save_result = result;
    wait_wake(&fs->save_finished);
}
