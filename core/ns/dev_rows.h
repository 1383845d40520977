/* Directories whose entries are known beforehand: a table of rows serves walk, attributes and next,
 * so that a device only writes down what its files contain. */
#ifndef MOXBOX_NS_DEV_ROWS_H
#define MOXBOX_NS_DEV_ROWS_H

#include "ns/devices.h"

struct dev_row {
    const char *name;
    uint32_t mode; /* with its type */
    uint64_t path; /* of the qid; 0 is the root of a device */
};

struct dev_rows {
    const struct dev_row *rows; /* in the order of names */
    uint32_t count;
};

const struct dev_row *rows_find(const struct dev_rows *rows, struct name name);
const struct dev_row *rows_path(const struct dev_rows *rows, uint64_t path);

/* The first row behind the name of a cursor; NULL: none. */
const struct dev_row *rows_behind(const struct dev_rows *rows, const struct dir_cursor *behind);

/* Whether `a` stands before `b` in a directory. */
bool name_before(const char *a, uint32_t a_size, const char *b, uint32_t b_size);

/* Fills in an entry. */
void entry_set(struct entry *entry, struct name name, uint64_t inode, uint32_t mode);

/* A qid whose type follows from the mode. */
struct qid qid_of(uint64_t path, uint32_t mode);

/* A new channel of the same instance. */
int32_t chan_beside(const struct chan *chan, uint64_t path, uint32_t mode, void *node,
                    struct chan **to);

/* The channel of the root, for attach; specs are refused. */
int32_t attach_plain(const struct dev *dev, struct machine_devices *devices,
                     const struct caller *caller, struct name spec, struct chan **root);

void attributes_set(struct attributes *attributes, uint32_t mode, uint32_t uid, uint32_t gid,
                    uint64_t time);

/* -EACCES unless the caller may use a file of these attributes as an open in `mode` does. */
int32_t may_open(const struct caller *caller, uint32_t uid, uint32_t gid, uint32_t permissions,
                 uint32_t mode);

/* The part of `bytes` that a read at offset gets. */
int32_t read_bytes(const void *bytes, uint64_t length, uint64_t offset, uint8_t *to, uint32_t size);

/* Text under construction; what does not fit is cut. */
struct text {
    char *bytes;
    uint32_t room;
    uint32_t size;
};
void text_add(struct text *text, const char *string);
void text_bytes(struct text *text, const char *bytes, uint32_t size);
/* At least `width` characters, filled up from the left. */
void text_number(struct text *text, uint64_t number, uint32_t width);
void text_hex(struct text *text, uint64_t number, uint32_t digits);

/* What /prog/n/fd and /fd/nctl say of a descriptor, up to its name. */
void descriptor_line(struct text *text, const struct prog_descriptor *descriptor);

/* A decimal number that is all of the bytes; false: it is none, or above UINT32_MAX. */
bool number_of(struct name text, uint32_t *number);

#endif
