/* See file.h. What every kind of file has in common. */
#include "cage/file.h"

#include "base/alloc.h"
#include "cage/abi.h"
#include "cage/epoll.h"
#include "cage/locks.h"
#include "cage/parcel.h"

struct file *file_new(const struct mox_allocator *allocator, const struct file_ops *ops,
                      uint32_t flags, void *object) {
    struct file *file = alloc_get(allocator, sizeof *file);
    if (file != NULL) {
        file->ops = ops;
        file->refs = 1;
        file->flags = flags;
        file->object = object;
        file->allocator = *allocator;
    }
    return file;
}

void file_hold(struct file *file) {
    file->refs++;
}

void file_drop(struct file *file) {
    if (file == NULL) {
        return;
    }
    if (--file->refs > 0) {
        parcel_suspect(file);
        return;
    }
    epoll_forget(file);
    locks_forget_file(file);
    if (file->ops->close != NULL) {
        file->ops->close(file);
    }
    const struct mox_allocator allocator = file->allocator;
    if (file->cursor != NULL) {
        alloc_give(&allocator, file->cursor, sizeof *file->cursor);
    }
    place_drop(&file->place);
    alloc_give(&allocator, file, sizeof *file);
}

bool file_may_read(const struct file *file) {
    const uint32_t mode = file->flags & ABI_O_ACCMODE;
    return mode == ABI_O_RDONLY || mode == ABI_O_RDWR;
}

bool file_may_write(const struct file *file) {
    const uint32_t mode = file->flags & ABI_O_ACCMODE;
    return mode == ABI_O_WRONLY || mode == ABI_O_RDWR;
}
