#include "ns/dev.h"

#include <string.h>

#include "base/alloc.h"
#include "moxbox/errno.h"
#include "ns/devices.h"

struct chan *chan_new(struct machine_devices *devices, const struct dev *dev, uint32_t instance,
                      struct qid qid, void *node) {
    struct chan *chan = alloc_get(&devices->allocator, sizeof *chan);
    if (chan == NULL) {
        return NULL;
    }
    chan->refs = 1;
    chan->dev = dev;
    chan->devices = devices;
    chan->instance = instance;
    chan->qid = qid;
    chan->node = node;
    return chan;
}

void chan_hold(struct chan *chan) {
    chan->refs++;
}

void chan_drop(struct chan *chan) {
    if (chan == NULL || --chan->refs > 0) {
        return;
    }
    if (chan->dev->close) {
        chan->dev->close(chan);
    }
    alloc_give(&chan->devices->allocator, chan, sizeof *chan);
}

bool chan_same(const struct chan *a, const struct chan *b) {
    return a == b || (a->dev == b->dev && a->instance == b->instance &&
                      a->qid.path == b->qid.path && a->devices == b->devices);
}

bool chan_is_dir(const struct chan *chan) {
    return (chan->qid.type & QID_DIR) != 0;
}

bool chan_is_symlink(const struct chan *chan) {
    return (chan->qid.type & QID_SYMLINK) != 0;
}

int32_t chan_attach(const struct dev *dev, struct machine_devices *devices,
                    const struct caller *caller, struct name spec, struct chan **root) {
    if (dev->attach == NULL) {
        return chan_refuse(caller, MOX_EPERM, WHY_ATTACH);
    }
    return dev->attach(devices, caller, spec, root);
}

int32_t chan_walk(struct chan *dir, const struct caller *caller, struct name name,
                  struct chan **to) {
    if (!chan_is_dir(dir)) {
        return -MOX_ENOTDIR;
    }
    if (name.size > NAME_MAX_BYTES) {
        return -MOX_ENAMETOOLONG;
    }
    return dir->dev->walk ? dir->dev->walk(dir, caller, name, to) : -MOX_ENOENT;
}

int32_t chan_attributes(struct chan *chan, const struct caller *caller,
                        struct attributes *attributes) {
    *attributes = (struct attributes){.inode = chan->qid.path};
    if (chan->dev->get_attributes == NULL) {
        return -MOX_EPERM;
    }
    const int32_t result = chan->dev->get_attributes(chan, caller, attributes);
    attributes->device = chan->dev->letter << 16 | (chan->instance & 0xffff);
    return result;
}

int32_t chan_set_attributes(struct chan *chan, const struct caller *caller,
                            const struct attribute_change *change) {
    return chan->dev->set_attributes ? chan->dev->set_attributes(chan, caller, change) : -MOX_EPERM;
}

/* A channel that only the caller has, in place of one that others have as well. */
static int32_t own_copy(struct chan **chan) {
    const struct chan *from = *chan;
    struct chan *copy = chan_new(from->devices, from->dev, from->instance, from->qid, from->node);
    if (copy == NULL) {
        return -MOX_ENOMEM;
    }
    if (copy->dev->copied) {
        copy->dev->copied(copy);
    }
    chan_drop(*chan);
    *chan = copy;
    return 0;
}

int32_t chan_open(struct chan **chan, struct caller *caller, uint32_t mode) {
    if (chan_is_dir(*chan) && (mode & (OPEN_WRITE | OPEN_TRUNCATE)) != 0) {
        return -MOX_EISDIR;
    }
    if ((*chan)->refs > 1 || (*chan)->mode != 0) {
        const int32_t result = own_copy(chan);
        if (result < 0) {
            return result;
        }
    }
    if ((*chan)->dev->open == NULL) {
        return -MOX_EPERM;
    }
    const int32_t result = (*chan)->dev->open(chan, caller, mode);
    if (result >= 0) {
        (*chan)->mode = mode;
    }
    return result;
}

int32_t chan_create(struct chan *dir, const struct caller *caller, struct name name,
                    const struct creation *creation, struct chan **made) {
    if (!chan_is_dir(dir)) {
        return -MOX_ENOTDIR;
    }
    if (name.size > NAME_MAX_BYTES) {
        return -MOX_ENAMETOOLONG;
    }
    return dir->dev->create ? dir->dev->create(dir, caller, name, creation, made) : -MOX_EPERM;
}

int32_t chan_read(struct chan *chan, struct caller *caller, uint64_t offset, uint8_t *to,
                  uint32_t size) {
    if (chan_is_dir(chan)) {
        return -MOX_EISDIR;
    }
    return chan->dev->read ? chan->dev->read(chan, caller, offset, to, size) : -MOX_EPERM;
}

int32_t chan_write(struct chan *chan, struct caller *caller, uint64_t *offset, const uint8_t *from,
                   uint32_t size) {
    if (chan_is_dir(chan)) {
        return -MOX_EISDIR;
    }
    return chan->dev->write ? chan->dev->write(chan, caller, offset, from, size) : -MOX_EPERM;
}

int32_t chan_next(struct chan *dir, struct caller *caller, const struct dir_cursor *behind,
                  struct entry *entry) {
    if (!chan_is_dir(dir)) {
        return -MOX_ENOTDIR;
    }
    return dir->dev->next ? dir->dev->next(dir, caller, behind, entry) : -MOX_EPERM;
}

int32_t chan_remove(struct chan *dir, const struct caller *caller, struct name name,
                    bool directory) {
    return dir->dev->remove ? dir->dev->remove(dir, caller, name, directory) : -MOX_EPERM;
}

int32_t chan_link(struct chan *target, const struct caller *caller, struct chan *dir,
                  struct name name) {
    if (target->dev != dir->dev || target->instance != dir->instance) {
        return -MOX_EXDEV;
    }
    if (name.size > NAME_MAX_BYTES) {
        return -MOX_ENAMETOOLONG;
    }
    return dir->dev->link ? dir->dev->link(target, caller, dir, name) : -MOX_EPERM;
}

int32_t chan_rename(struct chan *dir, const struct caller *caller, struct name name,
                    struct chan *to_dir, struct name to) {
    if (dir->dev != to_dir->dev || dir->instance != to_dir->instance) {
        return -MOX_EXDEV;
    }
    if (name.size > NAME_MAX_BYTES || to.size > NAME_MAX_BYTES) {
        return -MOX_ENAMETOOLONG;
    }
    return dir->dev->rename ? dir->dev->rename(dir, caller, name, to_dir, to) : -MOX_EPERM;
}

int32_t chan_read_link(struct chan *chan, const struct caller *caller, char *to, uint32_t size) {
    if (!chan_is_symlink(chan) || chan->dev->read_link == NULL) {
        return -MOX_EINVAL;
    }
    return chan->dev->read_link(chan, caller, to, size);
}

int32_t chan_name_of(struct chan *dir, const struct caller *caller, struct entry *entry) {
    return dir->dev->name_of ? dir->dev->name_of(dir, caller, entry) : -MOX_ENOENT;
}

int32_t chan_poll(struct chan *chan, struct waiter *waiter) {
    return chan->dev->poll ? chan->dev->poll(chan, waiter) : READY_IN | READY_OUT;
}

int32_t chan_sync(struct chan *chan, struct caller *caller) {
    return chan->dev->sync ? chan->dev->sync(chan, caller) : 0;
}

int32_t chan_usage(struct chan *chan, struct fs_usage *usage) {
    *usage = (struct fs_usage){.block_size = 4096};
    return chan->dev->usage ? chan->dev->usage(chan, usage) : 0;
}

const char *reason_text(uint32_t why) {
#define REASON(name, text) text,
    static const char *const texts[] = {NULL, CHAN_REASONS(REASON)};
#undef REASON
    return texts[why];
}

int32_t chan_refuse(const struct caller *caller, int32_t error, enum reason why) {
    if (caller->why != NULL) {
        *caller->why = why;
    }
    return -error;
}

int32_t caller_waits(const struct caller *caller, struct wait_queue *queue) {
    if (caller->waiter == NULL) {
        return -MOX_EAGAIN;
    }
    const int32_t joined = wait_join(caller->waiter, queue);
    return joined < 0 ? joined : CALL_WAITS;
}

bool name_is(struct name name, const char *text) {
    const size_t size = strlen(text);
    return name.size == size && memcmp(name.bytes, text, size) == 0;
}

struct name name_of_text(const char *text) {
    return (struct name){text, (uint32_t)strlen(text)};
}
