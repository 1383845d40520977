/* Kind File: a file or directory of the name space, through its open channel. */
#include "base/bytes.h"
#include "cage/files_parts.h"
#include "moxbox/errno.h"

/* What one buffer after another gave. A part that would have to wait behind parts that are done
 * ends the call instead, as what they did must not be done again. */
struct parts {
    uint32_t done;
    int32_t result; /* of the call, when it is over */
    bool over;
};

static void part_done(struct parts *parts, struct cage *cage, int32_t count, uint32_t wanted) {
    if (count < 0) {
        uint32_t some = 0;
        if (count == CALL_WAITS && parts->done > 0 && cage->caller.waiter != NULL) {
            wait_leave(cage->caller.waiter);
            some = cage->caller.progress;
        }
        parts->result = parts->done > 0 ? (int32_t)(parts->done + some) : count;
        parts->over = true;
        return;
    }
    parts->done += (uint32_t)count;
    parts->result = (int32_t)parts->done;
    parts->over = (uint32_t)count < wanted;
    if (!parts->over) {
        cage->caller.progress = 0; /* the next part begins at its beginning */
    }
}

static int32_t file_chan_read(struct file *file, struct cage *cage, const uint64_t *offset,
                              const struct spans *to) {
    struct parts parts = {.done = 0};
    if (chan_is_dir(file->place.chan)) {
        return -MOX_EISDIR;
    }
    const uint64_t at = offset != NULL ? *offset : file->offset;
    for (uint32_t i = 0; i < to->count && !parts.over; i++) {
        const struct span *part = &to->items[i];
        const int32_t count =
            chan_read(file->place.chan, &cage->caller, at + parts.done, part->bytes, part->size);
        part_done(&parts, cage, count, part->size);
    }
    if (parts.result > 0 && offset == NULL) {
        file->offset = at + (uint32_t)parts.result;
    }
    return parts.result;
}

static int32_t file_chan_write(struct file *file, struct cage *cage, const uint64_t *offset,
                               const struct const_spans *from) {
    struct parts parts = {.done = 0};
    uint64_t end = offset != NULL ? *offset : file->offset;
    for (uint32_t i = 0; i < from->count && !parts.over; i++) {
        const struct const_span *part = &from->items[i];
        uint64_t at = end; /* the device moves it to append */
        const int32_t count =
            chan_write(file->place.chan, &cage->caller, &at, part->bytes, part->size);
        part_done(&parts, cage, count, part->size);
        end = count > 0 ? at + (uint32_t)count : end;
    }
    if (parts.result > 0 && offset == NULL) {
        file->offset = end;
    }
    return parts.result;
}

static int32_t file_chan_attributes(struct file *file, struct cage *cage,
                                    struct attributes *attributes) {
    return chan_attributes(file->place.chan, &cage->caller, attributes);
}

enum whence { FROM_START, FROM_HERE, FROM_END, NEXT_DATA, NEXT_HOLE };

static int64_t file_chan_seek(struct file *file, struct cage *cage, int64_t offset,
                              uint32_t whence) {
    struct attributes attributes;
    const int32_t error = file_chan_attributes(file, cage, &attributes);
    if (error < 0) {
        return error;
    }
    if (whence > NEXT_HOLE) {
        return -MOX_EINVAL;
    }
    if ((attributes.mode & MODE_TYPE) == MODE_CHAR) {
        return 0; /* as Linux's null and zero do */
    }
    const int64_t size = (int64_t)attributes.size;
    int64_t base = 0;
    if (whence == FROM_HERE) {
        base = (int64_t)file->offset;
    } else if (whence == FROM_END) {
        base = size;
    } else if (whence != FROM_START && (offset < 0 || offset >= size)) {
        return -MOX_ENXIO;
    }
    /* Of a file without known holes all is data, and the one hole is behind its end. */
    const int64_t position = whence == NEXT_HOLE ? size : base + offset;
    if (position < 0) {
        return -MOX_EINVAL;
    }
    if (position > INT32_MAX) {
        return -MOX_EOVERFLOW; /* off_t has 32 bits */
    }
    file->offset = (uint64_t)position; /* of a directory getdents looks for it */
    return position;
}

static int32_t file_chan_poll(struct file *file, uint32_t events, struct waiter *waiter) {
    (void)events;
    return chan_poll(file->place.chan, waiter);
}

static int32_t file_chan_ioctl(struct file *file, struct cage *cage, uint32_t request,
                               uint8_t *argument) {
    struct attributes attributes;
    if (request != ABI_FIONREAD || chan_is_dir(file->place.chan)) {
        return -MOX_ENOTTY;
    }
    const int32_t error = file_chan_attributes(file, cage, &attributes);
    if (error < 0) {
        return error;
    }
    const uint64_t rest = file->offset < attributes.size ? attributes.size - file->offset : 0;
    bytes_store32(argument, rest < INT32_MAX ? (uint32_t)rest : INT32_MAX);
    return 0;
}

static uint32_t file_chan_label(const struct file *file, char *to, uint32_t size) {
    const struct qid *qid = &file->place.chan->qid;
    return files_number_label(file->place.chan->dev->name, qid->path, to, size);
}

const struct file_ops file_chan_ops = {
    .kind = FILE_FILE,
    .read = file_chan_read,
    .write = file_chan_write,
    .seek = file_chan_seek,
    .attributes = file_chan_attributes,
    .ioctl = file_chan_ioctl,
    .poll = file_chan_poll,
    .label = file_chan_label,
};

int32_t file_chan_new(const struct mox_allocator *allocator, struct place *place, uint32_t flags,
                      struct file **file) {
    struct file *made = file_new(allocator, &file_chan_ops, flags, NULL);
    if (made == NULL) {
        return -MOX_ENOMEM;
    }
    made->place = *place;
    *place = (struct place){.chan = NULL};
    *file = made;
    return 0;
}
