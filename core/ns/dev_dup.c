/* #d: the caller's own descriptors as files. Opening /fd/N gives the descriptor itself once more,
 * as dup does; that is the business of the layer above, which knows descriptors (dup_descriptor).
 * /fd/Nctl tells about it. */
#include "ns/dev_rows.h"

#include <string.h>

#include "moxbox/errno.h"

enum { DUP_DIR_MODE = MODE_DIR | 0555, CTL_MODE = MODE_FILE | 0444, FD_LIMIT = 1 << 20 };

/* Paths of qids: 0 the directory, 2 * fd + 1 the descriptor, 2 * fd + 2 its ctl. */
static uint32_t fd_of(const struct chan *chan) {
    return (uint32_t)((chan->qid.path - 1) / 2);
}

static bool is_ctl(const struct chan *chan) {
    return chan->qid.path % 2 == 0;
}

bool dup_descriptor(const struct chan *chan, uint32_t *fd) {
    if (chan->dev != &dup_device || chan_is_dir(chan) || is_ctl(chan)) {
        return false;
    }
    *fd = fd_of(chan);
    return true;
}

/* The caller's open descriptor with the smallest number from `from` on. */
static bool descriptor(const struct chan *chan, const struct caller *caller, uint32_t from,
                       struct prog_descriptor *found) {
    const struct machine_devices *devices = chan->devices;
    memset(found, 0, sizeof *found);
    return devices->hooks && devices->hooks->descriptor &&
           devices->hooks->descriptor(devices->context, caller->id, from, found);
}

static bool is_open(const struct chan *chan, const struct caller *caller, uint32_t fd,
                    struct prog_descriptor *found) {
    return descriptor(chan, caller, fd, found) && found->fd == fd;
}

static uint32_t mode_of(const struct prog_descriptor *found) {
    static const uint32_t permissions[] = {0400, 0200, 0600, 0600};
    return MODE_CHAR | permissions[found->flags & 3];
}

static int32_t dup_attach(struct machine_devices *devices, const struct caller *caller,
                          struct name spec, struct chan **root) {
    return attach_plain(&dup_device, devices, caller, spec, root);
}

static int32_t dup_walk(struct chan *dir, const struct caller *caller, struct name name,
                        struct chan **to) {
    struct prog_descriptor found;
    uint32_t fd;
    if (name_is(name, "..")) {
        return chan_beside(dir, 0, MODE_DIR, NULL, to);
    }
    const bool ctl = name.size > 3 && memcmp(name.bytes + name.size - 3, "ctl", 3) == 0;
    name.size -= ctl ? 3 : 0;
    if (!number_of(name, &fd) || fd >= FD_LIMIT || !is_open(dir, caller, fd, &found)) {
        return -MOX_ENOENT;
    }
    return chan_beside(dir, 2 * (uint64_t)fd + (ctl ? 2 : 1), MODE_FILE, NULL, to);
}

static int32_t dup_get_attributes(struct chan *chan, const struct caller *caller,
                                  struct attributes *attributes) {
    struct prog_descriptor found;
    uint32_t mode = DUP_DIR_MODE;
    if (!chan_is_dir(chan)) {
        if (!is_open(chan, caller, fd_of(chan), &found)) {
            return -MOX_EBADF;
        }
        mode = is_ctl(chan) ? CTL_MODE : mode_of(&found);
    }
    attributes_set(attributes, mode, caller->uid, caller->gid, caller->now);
    return 0;
}

static int32_t dup_open(struct chan **chan, struct caller *caller, uint32_t mode) {
    if (!chan_is_dir(*chan) && !is_ctl(*chan)) {
        return -MOX_ENXIO; /* whoever can dup has done so before */
    }
    return may_open(caller, 0, 0, chan_is_dir(*chan) ? DUP_DIR_MODE : CTL_MODE, mode);
}

static int32_t dup_read(struct chan *chan, struct caller *caller, uint64_t offset, uint8_t *to,
                        uint32_t size) {
    struct prog_descriptor found;
    char bytes[128];
    struct text text = {bytes, sizeof bytes, 0};
    if (!is_open(chan, caller, fd_of(chan), &found)) {
        return -MOX_EBADF;
    }
    descriptor_line(&text, &found);
    text_add(&text, "\n");
    return read_bytes(bytes, text.size, offset, to, size);
}

/* "12" and "12ctl" in the order of names: the smallest name behind the cursor's. */
static int32_t dup_next(struct chan *dir, struct caller *caller, const struct dir_cursor *behind,
                        struct entry *entry) {
    struct prog_descriptor found;
    bool any = false;
    for (uint32_t fd = 0; descriptor(dir, caller, fd, &found); fd++) {
        fd = found.fd;
        for (uint32_t ctl = 0; ctl < 2; ctl++) {
            char bytes[16];
            struct text name = {bytes, sizeof bytes, 0};
            text_number(&name, fd, 0);
            text_add(&name, ctl ? "ctl" : "");
            if (name_before(behind->name, behind->name_size, bytes, name.size) &&
                (!any || name_before(bytes, name.size, entry->name, entry->name_size))) {
                entry_set(entry, (struct name){bytes, name.size}, 2 * (uint64_t)fd + 1 + ctl,
                          ctl ? MODE_FILE : MODE_CHAR);
                any = true;
            }
        }
    }
    return any;
}

const struct dev dup_device = {
    .letter = 'd',
    .name = "dup",
    .attach = dup_attach,
    .walk = dup_walk,
    .get_attributes = dup_get_attributes,
    .open = dup_open,
    .read = dup_read,
    .next = dup_next,
};
