/* The inode file system: files with sparse contents, directories in the order of names, symbolic
 * links, devices, sockets and fifos, hard links, times. It keeps everything in memory, in a form
 * whose hash and whose saved image (image.h) cost only what has changed.
 *
 * This layer knows structure, limits and times; who may do what is for the device in front of it
 * (ns/dev_fs.c). Operations give >= 0 or -errno, and one that fails has changed nothing. `now` is
 * nanoseconds since 1970. What memory is charged for is the same number on every host, so that a
 * file system is full at the same byte everywhere. */
#ifndef MOXBOX_FS_FS_H
#define MOXBOX_FS_FS_H

#include "fs/inode.h"

struct fs_limits {
    uint64_t bytes;  /* of everything; 0: FS_BYTES_DEFAULT */
    uint32_t inodes; /* 0: FS_INODES_DEFAULT */
    uint32_t links;  /* of one inode; 0: FS_LINKS_DEFAULT */
};

#define FS_BYTES_DEFAULT ((uint64_t)1 << 30)
#define FS_INODES_DEFAULT (4u << 20)
#define FS_LINKS_DEFAULT 65000u /* it fits 16 bits, as newlib's nlink_t wants */
#define FS_INODES_MAX (1u << 30)
#define FS_FILE_MAX 0x7fffffffu /* bytes; off_t of the guests has 32 bits */

enum { FS_ROOT = 1, FS_NAME_MAX = 255 };

struct fs_name {
    const char *bytes;
    uint32_t size;
};

/* An empty file system: a root directory (mode 0755, of user 0) and nothing in it. -ENOMEM or
 * -EINVAL (no limit may be smaller than what the root needs). */
int32_t fs_new(const struct mox_allocator *allocator, const struct fs_limits *limits, uint64_t now,
               struct fs **fs);
void fs_free(struct fs *fs); /* NULL is allowed */

/* The blank tree (fs_format.c), in an empty file system. */
int32_t fs_format(struct fs *fs, uint64_t now);

struct inode *fs_root(struct fs *fs);

/* Whoever keeps an inode holds it: it lives on without a name. */
void fs_hold(struct inode *inode);
void fs_drop(struct fs *fs, struct inode *inode);

/* The inode of a name, not held; NULL: there is none. */
struct inode *fs_find(const struct fs *fs, const struct inode *dir, struct fs_name name);

/* The parent of a directory, also of a removed one. */
struct inode *fs_parent(const struct fs *fs, const struct inode *dir);

/* The entry behind `behind` (size 0: the first). False at the end. name is valid until the
 * directory changes. */
bool fs_next(const struct inode *dir, struct fs_name behind, struct fs_name *name,
             uint32_t *number);

/* The name of a directory in its parent; -ENOENT when it was removed. The root has none: size 0. */
int32_t fs_name_of(const struct inode *dir, struct fs_name *name);

struct fs_creation {
    uint32_t mode; /* with the type */
    uint32_t uid;
    uint32_t gid;
    uint32_t rdev;
    struct fs_name target; /* symbolic links: 1 to TARGET_MAX bytes */
};

/* -EEXIST -ENOENT (the directory was removed) -ENOSPC -EMLINK -ENOMEM -ENAMETOOLONG -EINVAL. */
int32_t fs_create(struct fs *fs, struct inode *dir, struct fs_name name,
                  const struct fs_creation *creation, uint64_t now, struct inode **made);
int32_t fs_link(struct fs *fs, struct inode *target, struct inode *dir, struct fs_name name,
                uint64_t now);
/* directory: rmdir (-ENOTDIR -ENOTEMPTY), else unlink (-EISDIR). */
int32_t fs_remove(struct fs *fs, struct inode *dir, struct fs_name name, bool directory,
                  uint64_t now);
/* As rename(2): -ENOENT -EISDIR -ENOTDIR -ENOTEMPTY -EINVAL (into itself) -EMLINK ... */
int32_t fs_rename(struct fs *fs, struct inode *dir, struct fs_name name, struct inode *to_dir,
                  struct fs_name to, uint64_t now);

/* Bytes moved; 0 at the end of the file. Times are the caller's: fs_accessed, fs_modified. */
uint32_t fs_read(const struct inode *file, uint64_t offset, uint8_t *to, uint32_t size);
/* Bytes moved, fewer than size when the file system or the file is full in between; -EFBIG -ENOSPC
 * -ENOMEM when not one. */
int32_t fs_write(struct fs *fs, struct inode *file, uint64_t offset, const uint8_t *from,
                 uint32_t size);
/* -EFBIG */
int32_t fs_resize(struct fs *fs, struct inode *file, uint64_t size);

void fs_accessed(struct fs *fs, struct inode *inode, uint64_t now);
void fs_modified(struct fs *fs, struct inode *inode, uint64_t now);
/* Marks an inode whose fields the caller has changed. */
void fs_changed(struct fs *fs, struct inode *inode, uint64_t now);

/* What statfs tells, in blocks of BLOCK_SIZE. */
struct fs_room {
    uint64_t blocks;
    uint64_t blocks_free;
    uint32_t inodes;
    uint32_t inodes_free;
};
void fs_room(const struct fs *fs, struct fs_room *room);

/* Bytes charged, of the limit. */
uint64_t fs_used(const struct fs *fs);

/* Every invariant there is; NULL, or a sentence about the first that does not hold, with the inode
 * it is about. In a file system that nobody holds anything of, besides its root, pass held false:
 * inodes without links are then wrong too. */
const char *fs_check(struct fs *fs, bool held, uint32_t *number);

/* The inode with the lowest number above `after`, as a text of its own (base/codec.h): everything
 * that it is and holds, with blocks as blobs. Gives its number; 0 behind the last one, or when the
 * codec is bad. Loading needs a file system without any inode, not even the root, and no limit. */
struct codec;
uint32_t fs_codec(struct codec *codec, struct fs *fs, uint32_t after);

/* The SHA-256 of all that a guest can ever see of this file system, its limits included. Works on
 * what has changed since the last time, about max_bytes of it; true when digest is filled. */
bool fs_hash_step(struct fs *fs, uint32_t max_bytes, uint8_t digest[KEY_SIZE]);

#endif
