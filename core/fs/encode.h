/* Objects as bytes (the formats are in object.h), and the taking apart of bytes that may be
 * anything. */
#ifndef MOXBOX_FS_ENCODE_H
#define MOXBOX_FS_ENCODE_H

#include "fs/inode.h"

enum object_kind {
    OBJECT_BLOCK = 'B',
    OBJECT_NODE = 'N',
    OBJECT_GROUP = 'G',
    OBJECT_LEAF = 'L',
    OBJECT_INNER = 'D',
    OBJECT_TARGET = 'T'
};

/* Writes an object to OBJECT_MAX_SIZE bytes; its children's keys are up to date. height: of a node.
 * Gives the size. */
uint32_t encode_object(enum object_kind kind, const struct object *object, uint32_t height,
                       uint8_t *to);

/* Bytes that are taken from the front. Taking more than there are gives zeros and sets `bad`. */
struct reader {
    const uint8_t *at;
    uint32_t left;
    bool bad;
};

uint64_t reader_number(struct reader *reader, uint32_t bytes);
/* NULL: there are not so many. */
const uint8_t *reader_bytes(struct reader *reader, uint32_t size);

/* The body of an inode as its record has it. */
struct body_ref {
    bool there;
    bool inner; /* of a directory: an inner node */
    uint32_t height;
    uint8_t key[KEY_SIZE];
};

/* The fields of one inode, in the order of the record. */
void reader_inode(struct reader *reader, struct inode *inode, struct body_ref *body);

#endif
