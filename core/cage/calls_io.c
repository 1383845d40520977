/* Reading and writing of every kind of file: the calls of the family of read. Everything else is in
 * the kinds themselves. */
#include "cage/files_parts.h"
#include "moxbox/errno.h"

static int32_t read_from(struct cage *cage, struct file *file, const uint64_t *offset,
                         const struct spans *to) {
    if (!file_may_read(file)) {
        return -MOX_EBADF;
    }
    if (file->ops->read == NULL) {
        return -MOX_EINVAL;
    }
    return file->ops->read(file, cage, offset, to);
}

static int32_t write_to(struct cage *cage, struct file *file, const uint64_t *offset,
                        const struct const_spans *from) {
    if (!file_may_write(file)) {
        return -MOX_EBADF;
    }
    if (file->ops->write == NULL) {
        return -MOX_EINVAL;
    }
    return file->ops->write(file, cage, offset, from);
}

int32_t sys_read(struct cage *cage, struct file *file, struct span to) {
    const struct spans one = {&to, 1, to.size};
    return read_from(cage, file, NULL, &one);
}

int32_t sys_write(struct cage *cage, struct file *file, struct const_span from) {
    const struct const_spans one = {&from, 1, from.size};
    return write_to(cage, file, NULL, &one);
}

int32_t sys_readv(struct cage *cage, struct file *file, struct spans to) {
    return read_from(cage, file, NULL, &to);
}

int32_t sys_writev(struct cage *cage, struct file *file, struct const_spans from) {
    return write_to(cage, file, NULL, &from);
}

int32_t sys_preadv(struct cage *cage, struct file *file, struct spans to, int32_t offset) {
    const uint64_t at = (uint32_t)offset;
    return offset < 0 ? -MOX_EINVAL : read_from(cage, file, &at, &to);
}

int32_t sys_pwritev(struct cage *cage, struct file *file, struct const_spans from, int32_t offset) {
    const uint64_t at = (uint32_t)offset;
    return offset < 0 ? -MOX_EINVAL : write_to(cage, file, &at, &from);
}

int32_t sys_pread(struct cage *cage, struct file *file, struct span to, int32_t offset) {
    return sys_preadv(cage, file, (struct spans){&to, 1, to.size}, offset);
}

int32_t sys_pwrite(struct cage *cage, struct file *file, struct const_span from, int32_t offset) {
    return sys_pwritev(cage, file, (struct const_spans){&from, 1, from.size}, offset);
}

int32_t sys_lseek(struct cage *cage, struct file *file, int32_t offset, uint32_t whence) {
    if (file->ops->seek == NULL) {
        return -MOX_ESPIPE;
    }
    return (int32_t)file->ops->seek(file, cage, offset, whence);
}

int32_t sys_ftruncate(struct cage *cage, struct file *file, int32_t length) {
    if (length < 0 || file->place.chan == NULL || chan_is_dir(file->place.chan)) {
        return -MOX_EINVAL;
    }
    if (!file_may_write(file)) {
        return -MOX_EINVAL;
    }
    const struct attribute_change change = {.set = SET_SIZE, .size = (uint32_t)length};
    return chan_set_attributes(file->place.chan, &cage->caller, &change);
}

int32_t sys_fsync(struct cage *cage, struct file *file) {
    if (file->place.chan == NULL) {
        return -MOX_EINVAL;
    }
    return chan_sync(file->place.chan, &cage->caller);
}

int32_t sys_fdatasync(struct cage *cage, struct file *file) {
    return sys_fsync(cage, file);
}

int32_t sys_sync_file_range(struct cage *cage, struct file *file, int32_t offset, int32_t bytes,
                            uint32_t flags) {
    enum { WAIT_BEFORE = 1, WRITE = 2, WAIT_AFTER = 4 };
    if (offset < 0 || bytes < 0 || (flags & ~(uint32_t)(WAIT_BEFORE | WRITE | WAIT_AFTER)) != 0) {
        return -MOX_EINVAL;
    }
    return file->place.chan == NULL ? -MOX_ESPIPE : sys_fsync(cage, file);
}
