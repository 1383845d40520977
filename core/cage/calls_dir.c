/* Reading directories, and where a cage stands. */
#include "cage/names.h"

#include <string.h>

#include "base/alloc.h"

/* "." and ".." come first, at positions 0 and 1; the entries of the directory behind them. */
enum { DOTS = 2, RECORD_ALIGN = 8 };

static void store64(uint8_t *to, uint64_t value) {
    bytes_store32(to, (uint32_t)value);
    bytes_store32(to + 4, (uint32_t)(value >> 32));
}

static uint32_t record_size(const struct entry *entry) {
    return (ABI_DIRENT_NAME + entry->name_size + 1 + RECORD_ALIGN - 1) &
           ~(uint32_t)(RECORD_ALIGN - 1);
}

static void store_record(uint8_t *to, const struct entry *entry, uint64_t position) {
    const uint32_t size = record_size(entry);
    memset(to, 0, size);
    store64(to + ABI_DIRENT_INODE, entry->inode);
    store64(to + ABI_DIRENT_COOKIE, position);
    bytes_store16(to + ABI_DIRENT_LENGTH, size);
    to[ABI_DIRENT_TYPE] = (uint8_t)(entry->type >> 12); /* Linux's DT_ numbers are just this */
    memcpy(to + ABI_DIRENT_NAME, entry->name, entry->name_size);
}

static int32_t dot_entry(struct cage *cage, struct file *file, uint64_t position,
                         struct entry *entry) {
    const struct caller super = names_super(cage);
    const struct name name = position == 0 ? (struct name){".", 1} : (struct name){"..", 2};
    struct attributes attributes;
    struct place place;
    int32_t result = ns_walk(&cage->view, &super, &file->place, name, 0, &place, NULL);
    if (result == -MOX_ENOMEM) {
        return result;
    }
    if (result < 0) { /* removed: it is its own parent then */
        place = file->place;
        place_hold(&place);
    }
    result = chan_attributes(place.chan, &super, &attributes);
    place_drop(&place);
    if (result < 0) {
        return result;
    }
    memset(entry, 0, sizeof *entry);
    memcpy(entry->name, name.bytes, name.size);
    entry->name_size = name.size;
    entry->inode = attributes.inode;
    entry->type = MODE_DIR;
    return 1;
}

/* Brings the cursor to the file's offset when somebody has moved that. */
static int32_t find_cursor(struct cage *cage, struct file *file) {
    struct entry entry;
    struct dir_cursor *cursor = file->cursor;
    const uint64_t wanted = file->offset > DOTS ? file->offset - DOTS : 0;
    if (cursor->position == wanted) {
        return 0;
    }
    if (cursor->position > wanted) {
        memset(cursor, 0, sizeof *cursor);
    }
    while (cursor->position < wanted) {
        const int32_t result = ns_next(&file->place, &cage->caller, cursor, &entry);
        if (result <= 0) {
            cursor->position = result == 0 ? wanted : cursor->position;
            return result;
        }
    }
    return 0;
}

/* The entry at the file's offset, *next: the offset behind it; 1, or 0 at the end. The cursor
 * moves, the offset does not. In a union a name that an earlier element has does not show again. */
static int32_t entry_at(struct cage *cage, struct file *file, struct entry *entry, uint64_t *next) {
    if (file->offset < DOTS) {
        *next = file->offset + 1;
        return dot_entry(cage, file, file->offset, entry);
    }
    int32_t result = find_cursor(cage, file);
    int32_t hidden = 1;
    while (result >= 0 && hidden == 1) {
        result = ns_next(&file->place, &cage->caller, file->cursor, entry);
        hidden = result > 0 ? ns_hidden(&file->place, &cage->caller, file->cursor) : 0;
    }
    *next = DOTS + file->cursor->position;
    return hidden < 0 ? hidden : result;
}

int32_t sys_getdents(struct cage *cage, struct file *file, struct span to) {
    struct entry entry;
    uint64_t next;
    uint32_t used = 0;
    if (file->place.chan == NULL || !chan_is_dir(file->place.chan)) {
        return -MOX_ENOTDIR;
    }
    if (file->cursor == NULL) {
        file->cursor = alloc_get(&file->allocator, sizeof *file->cursor);
        if (file->cursor == NULL) {
            return -MOX_ENOMEM;
        }
    }
    for (;;) {
        const struct dir_cursor before = *file->cursor;
        const int32_t result = entry_at(cage, file, &entry, &next);
        if (result <= 0) {
            *file->cursor = result < 0 ? before : *file->cursor;
            return result < 0 && used == 0 ? result : (int32_t)used;
        }
        const uint32_t size = record_size(&entry);
        if (size > to.size - used) {
            *file->cursor = before;
            return used > 0 ? (int32_t)used : -MOX_EINVAL;
        }
        file->offset = next;
        store_record(to.bytes + used, &entry, file->offset);
        used += size;
    }
}

/* Whether a directory may become the working directory. */
static int32_t may_enter(struct cage *cage, const struct place *place) {
    struct attributes attributes;
    if (!chan_is_dir(place->chan)) {
        return -MOX_ENOTDIR;
    }
    const int32_t result = chan_attributes(place->chan, &cage->caller, &attributes);
    if (result < 0) {
        return result;
    }
    return caller_may(&cage->caller, attributes.uid, attributes.gid, attributes.mode, 1)
               ? 0
               : -MOX_EACCES;
}

static int32_t walk_dir(struct cage *cage, struct name path, struct place *place) {
    int32_t result = names_walk(cage, NULL, path, WALK_DIRECTORY, place, NULL);
    if (result == 0) {
        result = names_failed(cage, path, may_enter(cage, place));
        if (result < 0) {
            place_drop(place);
        }
    }
    return result;
}

int32_t sys_chdir(struct cage *cage, struct name path) {
    struct place place;
    const int32_t result = walk_dir(cage, path, &place);
    if (result == 0) {
        place_drop(&cage->view.here);
        cage->view.here = place;
    }
    return result;
}

int32_t sys_fchdir(struct cage *cage, struct file *file) {
    if (file->place.chan == NULL) {
        return -MOX_ENOTDIR;
    }
    const int32_t result = may_enter(cage, &file->place);
    if (result == 0) {
        place_hold(&file->place);
        place_drop(&cage->view.here);
        cage->view.here = file->place;
    }
    return result;
}

/* As on Linux the working directory stays where it is. */
int32_t sys_chroot(struct cage *cage, struct name path) {
    struct place place;
    if (cage->caller.uid != 0) {
        return -MOX_EPERM;
    }
    const int32_t result = walk_dir(cage, path, &place);
    if (result == 0) {
        place_drop(&cage->view.root);
        cage->view.root = place;
    }
    return result;
}

int32_t sys_getcwd(struct cage *cage, struct span to) {
    if (to.size == 0) {
        return -MOX_EINVAL;
    }
    const int32_t size =
        ns_path(&cage->view, &cage->caller, &cage->view.here, (char *)to.bytes, to.size);
    return size < 0 ? size : size + 1;
}

int32_t sys_umask(struct cage *cage, uint32_t mask) {
    const uint32_t old = cage->caller.umask;
    cage->caller.umask = mask & 0777;
    return (int32_t)old;
}
