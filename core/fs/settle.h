/* Brings keys up to date, and finds what the store does not have yet, one object at a time and from
 * below: an object's turn comes when nothing below it is behind. */
#ifndef MOXBOX_FS_SETTLE_H
#define MOXBOX_FS_SETTLE_H

#include "fs/fs.h"

struct settled {
    const uint8_t *key;
    uint32_t size; /* of its bytes, in fs->scratch */
    bool fresh;    /* the store neither has nor was given it */
};

enum settle_how {
    SETTLE_KEYS,  /* for the hash */
    SETTLE_SAVE,  /* and counts each object among the saved ones */
    SETTLE_LOADED /* likewise, and the store is known to have them */
};

/* One object; 1, or 0 when none is left, or -ENOMEM with nothing changed (not with SETTLE_KEYS). */
int32_t settle_one(struct fs *fs, enum settle_how how, struct settled *settled);

/* Every object is to be saved and counted again. */
void settle_unsave(struct fs *fs);

#endif
