/* What files hold: blocks, and nothing where nothing was written. */
#include "fs/fs.h"

#include <string.h>

#include "moxbox/errno.h"

/* Bytes of the block that hold the byte at offset, from there on, `size` at most. */
static uint32_t within_block(uint64_t offset, uint32_t size) {
    const uint32_t left = BLOCK_SIZE - (uint32_t)(offset % BLOCK_SIZE);
    return size < left ? size : left;
}

uint32_t fs_read(const struct inode *file, uint64_t offset, uint8_t *to, uint32_t size) {
    uint32_t done = 0;
    if (offset >= file->size) {
        return 0;
    }
    size = file->size - offset < size ? (uint32_t)(file->size - offset) : size;
    while (done < size) {
        const uint64_t at = offset + done;
        const uint32_t part = within_block(at, size - done);
        const struct block *block = radix_get(&file->body.file, (uint32_t)(at / BLOCK_SIZE));
        if (block == NULL) {
            memset(to + done, 0, part);
        } else {
            memcpy(to + done, &block->bytes[at % BLOCK_SIZE], part);
        }
        done += part;
    }
    return size;
}

/* The block for writing, made when there is none. */
static struct block *block_at(struct fs *fs, struct inode *file, uint32_t index, int32_t *error) {
    struct block *block = radix_get(&file->body.file, index);
    if (block != NULL) {
        radix_touch(fs, &file->body.file, index);
        return block;
    }
    block = fs_get(fs, sizeof *block, CHARGE_BLOCK, error);
    if (block == NULL) {
        return NULL;
    }
    *error = radix_put(fs, &file->body.file, index, block);
    if (*error != 0) {
        fs_give(fs, block, sizeof *block, CHARGE_BLOCK);
        return NULL;
    }
    file->blocks++;
    return block;
}

int32_t fs_write(struct fs *fs, struct inode *file, uint64_t offset, const uint8_t *from,
                 uint32_t size) {
    uint32_t done = 0;
    if (size == 0) {
        return 0;
    }
    if (offset >= FS_FILE_MAX) {
        return -MOX_EFBIG;
    }
    size = FS_FILE_MAX - offset < size ? (uint32_t)(FS_FILE_MAX - offset) : size;
    while (done < size) {
        const uint64_t at = offset + done;
        const uint32_t part = within_block(at, size - done);
        int32_t error = 0;
        struct block *block = block_at(fs, file, (uint32_t)(at / BLOCK_SIZE), &error);
        if (block == NULL) {
            if (done == 0) {
                return error;
            }
            break;
        }
        memcpy(&block->bytes[at % BLOCK_SIZE], from + done, part);
        done += part;
    }
    file->size = offset + done > file->size ? offset + done : file->size;
    inode_touch(fs, file);
    return (int32_t)done;
}

int32_t fs_resize(struct fs *fs, struct inode *file, uint64_t size) {
    if (size > FS_FILE_MAX) {
        return -MOX_EFBIG;
    }
    if (size < file->size) {
        uint32_t index = (uint32_t)((size + BLOCK_SIZE - 1) / BLOCK_SIZE);
        while (radix_next(&file->body.file, &index)) {
            struct block *block = radix_take(fs, &file->body.file, index);
            fs_give(fs, block, sizeof *block, CHARGE_BLOCK);
            file->blocks--;
        }
        struct block *last = radix_get(&file->body.file, (uint32_t)(size / BLOCK_SIZE));
        if (last != NULL) { /* only when size is inside it */
            radix_touch(fs, &file->body.file, (uint32_t)(size / BLOCK_SIZE));
            memset(&last->bytes[size % BLOCK_SIZE], 0, BLOCK_SIZE - size % BLOCK_SIZE);
        }
    }
    file->size = size;
    inode_touch(fs, file);
    return 0;
}
