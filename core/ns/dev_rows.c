#include "ns/dev_rows.h"

#include <string.h>

#include "moxbox/errno.h"

bool name_before(const char *a, uint32_t a_size, const char *b, uint32_t b_size) {
    const uint32_t both = a_size < b_size ? a_size : b_size;
    const int order = memcmp(a, b, both);
    return order < 0 || (order == 0 && a_size < b_size);
}

const struct dev_row *rows_find(const struct dev_rows *rows, struct name name) {
    for (uint32_t i = 0; i < rows->count; i++) {
        if (name_is(name, rows->rows[i].name)) {
            return &rows->rows[i];
        }
    }
    return NULL;
}

const struct dev_row *rows_path(const struct dev_rows *rows, uint64_t path) {
    for (uint32_t i = 0; i < rows->count; i++) {
        if (rows->rows[i].path == path) {
            return &rows->rows[i];
        }
    }
    return NULL;
}

const struct dev_row *rows_behind(const struct dev_rows *rows, const struct dir_cursor *behind) {
    for (uint32_t i = 0; i < rows->count; i++) {
        const struct name name = name_of_text(rows->rows[i].name);
        if (name_before(behind->name, behind->name_size, name.bytes, name.size)) {
            return &rows->rows[i];
        }
    }
    return NULL;
}

void entry_set(struct entry *entry, struct name name, uint64_t inode, uint32_t mode) {
    memset(entry, 0, sizeof *entry);
    memcpy(entry->name, name.bytes, name.size);
    entry->name_size = name.size;
    entry->inode = inode;
    entry->type = mode & MODE_TYPE;
}

struct qid qid_of(uint64_t path, uint32_t mode) {
    const uint32_t type = mode & MODE_TYPE;
    return (struct qid){.path = path,
                        .type = type == MODE_DIR       ? QID_DIR
                                : type == MODE_SYMLINK ? QID_SYMLINK
                                                       : 0};
}

int32_t chan_beside(const struct chan *chan, uint64_t path, uint32_t mode, void *node,
                    struct chan **to) {
    *to = chan_new(chan->devices, chan->dev, chan->instance, qid_of(path, mode), node);
    return *to ? 0 : -MOX_ENOMEM;
}

int32_t attach_plain(const struct dev *dev, struct machine_devices *devices,
                     const struct caller *caller, struct name spec, struct chan **root) {
    if (spec.size != 0) {
        return chan_refuse(caller, MOX_EINVAL, WHY_SPEC);
    }
    *root = chan_new(devices, dev, 0, qid_of(0, MODE_DIR), NULL);
    return *root ? 0 : -MOX_ENOMEM;
}

void attributes_set(struct attributes *attributes, uint32_t mode, uint32_t uid, uint32_t gid,
                    uint64_t time) {
    attributes->mode = mode;
    attributes->links = (mode & MODE_TYPE) == MODE_DIR ? 2 : 1;
    attributes->uid = uid;
    attributes->gid = gid;
    attributes->atime = time;
    attributes->mtime = time;
    attributes->ctime = time;
}

int32_t may_open(const struct caller *caller, uint32_t uid, uint32_t gid, uint32_t permissions,
                 uint32_t mode) {
    const uint32_t want = ((mode & OPEN_READ) != 0 ? 4u : 0u) |
                          ((mode & (OPEN_WRITE | OPEN_TRUNCATE)) != 0 ? 2u : 0u) |
                          ((mode & OPEN_EXEC) != 0 ? 1u : 0u);
    return caller_may(caller, uid, gid, permissions, want) ? 0 : -MOX_EACCES;
}

int32_t read_bytes(const void *bytes, uint64_t length, uint64_t offset, uint8_t *to,
                   uint32_t size) {
    if (offset >= length) {
        return 0;
    }
    const uint64_t left = length - offset;
    const uint32_t count = size < left ? size : (uint32_t)left;
    if (count > 0) {
        memcpy(to, (const uint8_t *)bytes + offset, count);
    }
    return (int32_t)count;
}

void text_bytes(struct text *text, const char *bytes, uint32_t size) {
    const uint32_t room = text->room - text->size;
    const uint32_t count = size < room ? size : room;
    memcpy(text->bytes + text->size, bytes, count);
    text->size += count;
}

void text_add(struct text *text, const char *string) {
    text_bytes(text, string, (uint32_t)strlen(string));
}

void text_number(struct text *text, uint64_t number, uint32_t width) {
    char digits[24];
    uint32_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    while (at > 0 && sizeof digits - at < width) {
        digits[--at] = ' ';
    }
    text_bytes(text, digits + at, (uint32_t)sizeof digits - at);
}

void text_hex(struct text *text, uint64_t number, uint32_t digits) {
    while (digits-- > 0) {
        text_bytes(text, &"0123456789abcdef"[number >> 4 * digits & 15], 1);
    }
}

bool number_of(struct name text, uint32_t *number) {
    uint64_t value = 0;
    if (text.size == 0 || text.size > 10) {
        return false;
    }
    for (uint32_t i = 0; i < text.size; i++) {
        const char digit = text.bytes[i];
        if (digit < '0' || digit > '9' || (text.size > 1 && i == 0 && digit == '0')) {
            return false;
        }
        value = value * 10 + (uint32_t)(digit - '0');
    }
    *number = (uint32_t)value;
    return value <= UINT32_MAX;
}
