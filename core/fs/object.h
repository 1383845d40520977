/* What the file system is kept as in a store: objects, named by the SHA-256 of their bytes, that
 * name each other by these keys; the key of the topmost names the whole tree. The same keys make
 * the hash of the file system, so an object's key depends on what the tree is and never on how it
 * came to be (radix.h, dir.h).
 *
 * An object's bytes (all numbers little-endian):
 *
 *     'B' bytes               a block of a file, without the zeros at its end
 *     'N' height bits keys    64 children of a sparse array; bits (64) tells which there are
 *     'G' bits inodes         16 inodes of the inode table (encode.c has the fields)
 *     'L' count entries       a leaf of a directory: inode (32 bits), size of the name (8), name
 *     'D' entries count size prefix children
 *                             the inside of a directory: byte behind the prefix plus 1 (16), 0 leaf
 *                             or 1 inner (8), key
 *     'T' bytes               target of a symbolic link */
#ifndef MOXBOX_FS_OBJECT_H
#define MOXBOX_FS_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    KEY_SIZE = 32,
    BLOCK_SIZE = 4096,
    TARGET_MAX = 4095,
    OBJECT_MAX_SIZE = 16384 /* bytes of an encoded object: the inside of a directory is largest */
};

/* Tells which of its two states an object, or something below it, is behind with. */
enum {
    BEHIND_KEY = 1,  /* its key is out of date */
    BEHIND_SAVE = 2, /* it has not been handed to the store; always set with BEHIND_KEY */
    BEHIND_ALL = 3
};

/* First in everything that becomes an object. The marks are kept in its parent, so that looking for
 * what is behind touches only what is. */
struct object {
    uint8_t key[KEY_SIZE];
    bool counted; /* its key is counted in the set of saved keys (saved.h) */
};

#endif
