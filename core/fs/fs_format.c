/* The blank tree: what a machine without a store begins with, and `moxbox fs format` makes. */
#include "fs/fs.h"

#include <string.h>

enum { USER = 1000 };

struct blank {
    const char *dir; /* in the root; "": the root itself */
    const char *name;
    uint32_t mode;
    uint32_t owner;
    uint32_t rdev;
    const char *text;
};

/* The devices are SafePOSIX's. The name space puts #c in front of them; they are there for whoever
 * looks at the image, and where nothing is bound on /dev. */
static const struct blank blanks[] = {
    {"", "dev", MODE_DIR | 0755, 0, 0, NULL},
    {"", "etc", MODE_DIR | 0755, 0, 0, NULL},
    {"", "home", MODE_DIR | 0755, USER, 0, NULL},
    {"", "root", MODE_DIR | 0700, 0, 0, NULL},
    {"", "tmp", MODE_DIR | MODE_STICKY | 0777, 0, 0, NULL},
    {"dev", "null", MODE_CHAR | 0666, 0, 1 << 8 | 3, NULL},
    {"dev", "random", MODE_CHAR | 0666, 0, 1 << 8 | 8, NULL},
    {"dev", "urandom", MODE_CHAR | 0666, 0, 1 << 8 | 9, NULL},
    {"dev", "zero", MODE_CHAR | 0666, 0, 1 << 8 | 5, NULL},
    {"etc", "group", MODE_FILE | 0644, 0, 0, "root:x:0:\nuser:x:1000:\n"},
    {"etc", "passwd", MODE_FILE | 0644, 0, 0,
     "root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000:user:/home:/bin/sh\n"},
};

int32_t fs_format(struct fs *fs, uint64_t now) {
    for (uint32_t i = 0; i < sizeof blanks / sizeof *blanks; i++) {
        const struct blank *blank = &blanks[i];
        const struct fs_name above = {blank->dir, (uint32_t)strlen(blank->dir)};
        const struct fs_name name = {blank->name, (uint32_t)strlen(blank->name)};
        const struct fs_creation creation = {
            .mode = blank->mode, .uid = blank->owner, .gid = blank->owner, .rdev = blank->rdev};
        struct inode *dir = above.size == 0 ? fs_root(fs) : fs_find(fs, fs_root(fs), above);
        struct inode *made;
        int32_t error = fs_create(fs, dir, name, &creation, now, &made);
        if (error == 0 && blank->text != NULL) {
            const uint32_t size = (uint32_t)strlen(blank->text);
            error = fs_write(fs, made, 0, (const uint8_t *)blank->text, size);
        }
        if (error < 0) {
            return error;
        }
    }
    return 0;
}
