/* #/: the places where other devices are bound. Nothing in it can be changed. */
#include "ns/dev_rows.h"

#include "moxbox/errno.h"

enum { ROOT_MODE = MODE_DIR | 0555 };

static const struct dev_row root_list[] = {
    {"boot", ROOT_MODE, 1},    {"chan", ROOT_MODE, 2}, {"dev", ROOT_MODE, 3},
    {"env", ROOT_MODE, 4},     {"fd", ROOT_MODE, 5},   {"net", ROOT_MODE, 6},
    {"net.alt", ROOT_MODE, 7}, {"nvfs", ROOT_MODE, 8}, {"prog", ROOT_MODE, 9},
};
static const struct dev_rows root_rows = {root_list, sizeof root_list / sizeof *root_list};
static const struct dev_rows no_rows = {root_list, 0};

static const struct dev_rows *rows_of(const struct chan *dir) {
    return dir->qid.path == 0 ? &root_rows : &no_rows;
}

static int32_t root_attach(struct machine_devices *devices, const struct caller *caller,
                           struct name spec, struct chan **root) {
    return attach_plain(&root_device, devices, caller, spec, root);
}

static int32_t root_walk(struct chan *dir, const struct caller *caller, struct name name,
                         struct chan **to) {
    (void)caller; /* everybody may search here */
    if (name_is(name, "..")) {
        return chan_beside(dir, 0, MODE_DIR, NULL, to);
    }
    const struct dev_row *row = rows_find(rows_of(dir), name);
    return row ? chan_beside(dir, row->path, row->mode, NULL, to) : -MOX_ENOENT;
}

static int32_t root_get_attributes(struct chan *chan, const struct caller *caller,
                                   struct attributes *attributes) {
    (void)caller;
    attributes_set(attributes, ROOT_MODE, 0, 0, chan->devices->start_time);
    attributes->links = chan->qid.path == 0 ? 2 + root_rows.count : 2;
    return 0;
}

static int32_t root_set_attributes(struct chan *chan, const struct caller *caller,
                                   const struct attribute_change *change) {
    (void)chan;
    (void)caller;
    (void)change;
    return -MOX_EACCES;
}

static int32_t root_open(struct chan **chan, struct caller *caller, uint32_t mode) {
    (void)chan;
    return may_open(caller, 0, 0, ROOT_MODE, mode);
}

static int32_t root_create(struct chan *dir, const struct caller *caller, struct name name,
                           const struct creation *creation, struct chan **made) {
    (void)caller;
    (void)creation;
    (void)made;
    return rows_find(rows_of(dir), name) ? -MOX_EEXIST : -MOX_EACCES;
}

static int32_t root_remove(struct chan *dir, const struct caller *caller, struct name name,
                           bool directory) {
    (void)dir;
    (void)caller;
    (void)name;
    (void)directory;
    return -MOX_EACCES;
}

static int32_t root_next(struct chan *dir, struct caller *caller, const struct dir_cursor *behind,
                         struct entry *entry) {
    (void)caller;
    const struct dev_row *row = rows_behind(rows_of(dir), behind);
    if (row == NULL) {
        return 0;
    }
    entry_set(entry, name_of_text(row->name), row->path, row->mode);
    return 1;
}

static int32_t root_name_of(struct chan *dir, const struct caller *caller, struct entry *entry) {
    (void)caller;
    const struct dev_row *row = rows_path(&root_rows, dir->qid.path);
    if (row == NULL) {
        return -MOX_ENOENT;
    }
    entry_set(entry, name_of_text(row->name), row->path, row->mode);
    return 0;
}

const struct dev root_device = {
    .letter = '/',
    .name = "root",
    .attach = root_attach,
    .walk = root_walk,
    .get_attributes = root_get_attributes,
    .set_attributes = root_set_attributes,
    .open = root_open,
    .create = root_create,
    .next = root_next,
    .remove = root_remove,
    .name_of = root_name_of,
};
