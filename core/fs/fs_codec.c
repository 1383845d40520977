/* Inodes for a codec, one after the other: unlike an image (image.h), with those that have no name
 * any more but are held. Loading goes through the ordinary operations. What is not in the text, as
 * shapes and counts, follows from it. */
#include "base/codec.h"

#include <string.h>

#include "fs/fs.h"
#include "moxbox/errno.h"

/* The inode with the lowest number above `after`. */
static struct inode *next_inode(const struct fs *fs, uint32_t after) {
    uint32_t number = after + 1;
    uint32_t index = number / GROUP_SIZE;
    while (radix_next(&fs->table, &index)) {
        const struct group *group = radix_get(&fs->table, index);
        uint32_t slot = index == number / GROUP_SIZE ? number % GROUP_SIZE : 0;
        for (; slot < GROUP_SIZE; slot++) {
            if (group->inodes[slot] != NULL) {
                return group->inodes[slot];
            }
        }
        index++;
    }
    return NULL;
}

static void fields_codec(struct codec *codec, struct inode *inode) {
    inode->mode = codec_most(codec, inode->mode, MODE_ALL);
    codec_word(codec, &inode->links);
    codec_word(codec, &inode->uid);
    codec_word(codec, &inode->gid);
    codec_word(codec, &inode->rdev);
    codec_word(codec, &inode->parent);
    codec_wide(codec, &inode->size);
    codec_wide(codec, &inode->atime);
    codec_wide(codec, &inode->mtime);
    codec_wide(codec, &inode->ctime);
}

static struct block *load_block(struct codec *codec, struct fs *fs, struct inode *inode,
                                uint32_t index) {
    int32_t error = 0;
    if (!codec_need(codec, radix_get(&inode->body.file, index) == NULL)) {
        return NULL;
    }
    struct block *block = fs_get(fs, sizeof *block, CHARGE_BLOCK, &error);
    if (block == NULL) {
        codec_fail(codec, error);
        return NULL;
    }
    error = radix_put(fs, &inode->body.file, index, block);
    if (error != 0) {
        fs_give(fs, block, sizeof *block, CHARGE_BLOCK);
        codec_fail(codec, error);
        return NULL;
    }
    inode->blocks++;
    return block;
}

static void file_codec(struct codec *codec, struct fs *fs, struct inode *inode) {
    uint32_t index = 0;
    while (codec_good(codec)) {
        bool more = !codec->loads && radix_next(&inode->body.file, &index);
        codec_flag(codec, &more);
        if (!more) {
            return;
        }
        index = codec_most(codec, index, FS_FILE_MAX / BLOCK_SIZE);
        struct block *block = codec->loads ? load_block(codec, fs, inode, index)
                                           : radix_get(&inode->body.file, index);
        if (block != NULL) {
            codec_blob_at(codec, block->bytes, BLOCK_SIZE, NULL);
        }
        index++;
    }
}

static void load_entry(struct codec *codec, struct fs *fs, struct inode *dir, const char *name,
                       uint32_t size, uint32_t number) {
    if (codec_need(codec,
                   dir_name_good(name, size) && dir_find(&dir->body.dir, name, size) == NULL)) {
        const int32_t error = dir_insert(fs, &dir->body.dir, name, size, number);
        if (error != 0) {
            codec_fail(codec, error);
        }
    }
}

static void entries_codec(struct codec *codec, struct fs *fs, struct inode *dir) {
    const struct dir_entry *entry = codec->loads ? NULL : dir_next(&dir->body.dir, "", 0);
    while (codec_good(codec)) {
        char name[DIR_NAME_MAX + 1] = {0};
        uint32_t size = entry != NULL ? entry->size : 0; /* 0: the end */
        uint32_t number = entry != NULL ? entry->number : 0;
        if (entry != NULL) {
            memcpy(name, entry->name, size);
        }
        size = codec_most(codec, size, DIR_NAME_MAX);
        if (size == 0) {
            return;
        }
        codec_bytes(codec, name, size);
        codec_word(codec, &number);
        if (codec->loads) {
            load_entry(codec, fs, dir, name, size, number);
        } else {
            entry = dir_next(&dir->body.dir, entry->name, entry->size);
        }
    }
}

static void target_codec(struct codec *codec, struct fs *fs, struct inode *link) {
    struct target *target = link->body.target;
    int32_t error = 0;
    const uint32_t size = codec_most(codec, target != NULL ? target->size : 0, TARGET_MAX);
    if (codec->loads && codec_need(codec, size > 0)) {
        target = fs_get(fs, sizeof *target + size, CHARGE_TARGET + size, &error);
        if (target == NULL) {
            codec_fail(codec, error);
            return;
        }
        target->size = size;
        link->body.target = target;
        link->behind = BEHIND_ALL;
    }
    if (target != NULL) {
        codec_bytes(codec, target->bytes, size);
    }
}

/* A new inode of this number. Its type is known only behind its fields, and until then it has no
 * body that could be freed. */
static struct inode *load_inode(struct codec *codec, struct fs *fs, uint32_t number) {
    struct inode *inode = NULL;
    if (codec_need(codec, inode_get(fs, number) == NULL)) {
        const int32_t error = inode_place(fs, number, &inode);
        if (error != 0) {
            codec_fail(codec, error);
            return NULL;
        }
    }
    return inode;
}

uint32_t fs_codec(struct codec *codec, struct fs *fs, uint32_t after) {
    struct inode *inode = codec->loads ? NULL : next_inode(fs, after);
    const uint32_t number = codec_most(codec, inode != NULL ? inode->number : 0, FS_INODES_MAX - 1);
    if (number == 0 || !codec_good(codec) || !codec_need(codec, number > after)) {
        return 0;
    }
    if (codec->loads) {
        inode = load_inode(codec, fs, number);
    }
    if (inode == NULL) {
        return 0;
    }
    fields_codec(codec, inode);
    switch (inode->mode & MODE_TYPE) {
    case MODE_FILE: file_codec(codec, fs, inode); break;
    case MODE_DIR: entries_codec(codec, fs, inode); break;
    case MODE_SYMLINK: target_codec(codec, fs, inode); break;
    default: break;
    }
    return codec_good(codec) ? number : 0;
}
