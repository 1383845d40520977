#include "fs/encode.h"

#include <string.h>

static void put(uint8_t **to, uint64_t value, uint32_t bytes) {
    for (uint32_t i = 0; i < bytes; i++) {
        *(*to)++ = (uint8_t)(value >> 8 * i);
    }
}

static void put_bytes(uint8_t **to, const void *bytes, uint32_t size) {
    memcpy(*to, bytes, size);
    *to += size;
}

static void put_key(uint8_t **to, const struct object *object) {
    put_bytes(to, object->key, KEY_SIZE);
}

static void put_block(uint8_t **to, const struct block *block) {
    uint32_t size = BLOCK_SIZE;
    while (size > 0 && block->bytes[size - 1] == 0) {
        size--;
    }
    put_bytes(to, block->bytes, size);
}

static void put_node(uint8_t **to, const struct radix_node *node, uint32_t height) {
    put(to, height, 1);
    put(to, node->held, 8);
    for (uint32_t i = 0; i < RADIX_FAN; i++) {
        if (node->child[i] != NULL) {
            put_key(to, node->child[i]);
        }
    }
}

static void put_inode(uint8_t **to, const struct inode *inode) {
    const struct object *body = NULL;
    uint32_t height = 0;
    bool inner = false;
    put(to, inode->mode, 2);
    put(to, inode->links, 4);
    put(to, inode->uid, 4);
    put(to, inode->gid, 4);
    put(to, inode->rdev, 4);
    put(to, inode->parent, 4);
    put(to, inode->size, 8);
    put(to, inode->atime, 8);
    put(to, inode->mtime, 8);
    put(to, inode->ctime, 8);
    if (inode_is(inode, MODE_FILE)) {
        body = inode->body.file.top;
        height = inode->body.file.height;
    } else if (inode_is(inode, MODE_DIR)) {
        body = inode->body.dir.top.node;
        inner = inode->body.dir.top.inner;
    } else if (inode_is(inode, MODE_SYMLINK)) {
        body = &inode->body.target->object;
    }
    put(to, body != NULL ? 1 + height * 2 + (inner ? 1 : 0) : 0, 1);
    if (body != NULL) {
        put_key(to, body);
    }
}

void reader_inode(struct reader *reader, struct inode *inode, struct body_ref *body) {
    inode->mode = (uint32_t)reader_number(reader, 2);
    inode->links = (uint32_t)reader_number(reader, 4);
    inode->uid = (uint32_t)reader_number(reader, 4);
    inode->gid = (uint32_t)reader_number(reader, 4);
    inode->rdev = (uint32_t)reader_number(reader, 4);
    inode->parent = (uint32_t)reader_number(reader, 4);
    inode->size = reader_number(reader, 8);
    inode->atime = reader_number(reader, 8);
    inode->mtime = reader_number(reader, 8);
    inode->ctime = reader_number(reader, 8);
    const uint32_t form = (uint32_t)reader_number(reader, 1);
    body->there = form != 0;
    body->inner = form != 0 && (form - 1) % 2 == 1;
    body->height = form == 0 ? 0 : (form - 1) / 2;
    if (form != 0) {
        const uint8_t *key = reader_bytes(reader, KEY_SIZE);
        if (key != NULL) {
            memcpy(body->key, key, KEY_SIZE);
        }
    }
}

static void put_group(uint8_t **to, const struct group *group) {
    uint32_t there = 0;
    for (uint32_t i = 0; i < GROUP_SIZE; i++) {
        there |= group->inodes[i] != NULL ? 1u << i : 0;
    }
    put(to, there, 2);
    for (uint32_t i = 0; i < GROUP_SIZE; i++) {
        if (group->inodes[i] != NULL) {
            put_inode(to, group->inodes[i]);
        }
    }
}

static void put_leaf(uint8_t **to, const struct dir_leaf *leaf) {
    put(to, leaf->count, 1);
    for (uint32_t i = 0; i < leaf->count; i++) {
        put(to, leaf->entries[i]->number, 4);
        put(to, leaf->entries[i]->size, 1);
        put_bytes(to, leaf->entries[i]->name, leaf->entries[i]->size);
    }
}

static void put_inner(uint8_t **to, const struct dir_inner *inner) {
    put(to, inner->entries, 4);
    put(to, inner->count, 2);
    put(to, inner->size, 1);
    put_bytes(to, inner->prefix, inner->size);
    for (uint32_t i = 0; i < inner->count; i++) {
        put(to, inner->children[i].byte, 2);
        put(to, inner->children[i].inner, 1);
        put_key(to, inner->children[i].node);
    }
}

uint32_t encode_object(enum object_kind kind, const struct object *object, uint32_t height,
                       uint8_t *to) {
    uint8_t *end = to;
    put(&end, kind, 1);
    switch (kind) {
    case OBJECT_BLOCK: put_block(&end, (const struct block *)object); break;
    case OBJECT_NODE: put_node(&end, (const struct radix_node *)object, height); break;
    case OBJECT_GROUP: put_group(&end, (const struct group *)object); break;
    case OBJECT_LEAF: put_leaf(&end, (const struct dir_leaf *)object); break;
    case OBJECT_INNER: put_inner(&end, (const struct dir_inner *)object); break;
    case OBJECT_TARGET:
        put_bytes(&end, ((const struct target *)object)->bytes,
                  ((const struct target *)object)->size);
        break;
    }
    return (uint32_t)(end - to);
}

const uint8_t *reader_bytes(struct reader *reader, uint32_t size) {
    const uint8_t *at = reader->at;
    if (size > reader->left) {
        reader->bad = true;
        return NULL;
    }
    reader->at += size;
    reader->left -= size;
    return at;
}

uint64_t reader_number(struct reader *reader, uint32_t bytes) {
    const uint8_t *at = reader_bytes(reader, bytes);
    uint64_t value = 0;
    for (uint32_t i = 0; at != NULL && i < bytes; i++) {
        value |= (uint64_t)at[i] << 8 * i;
    }
    return value;
}
