/* Kind Stream: the console's three streams, which every cage that the host starts has at 0, 1
 * and 2. Which one it is is the file's offset, as streams have no other use for it. */
#include "cage/stream.h"

#include "base/bytes.h"
#include "base/codec.h"
#include "moxbox/errno.h"

static uint32_t number(const struct file *file) {
    return (uint32_t)file->offset;
}

static int32_t stream_read(struct file *file, struct cage *cage, const uint64_t *offset,
                           const struct spans *to) {
    struct machine_devices *devices = devices_of(cage);
    uint32_t done = 0;
    if (offset != NULL) {
        return -MOX_ESPIPE;
    }
    for (uint32_t i = 0; i < to->count; i++) {
        const struct span *part = &to->items[i];
        const bool would_wait = devices->console.input.size == 0 && !devices->console.input_ended;
        if (part->size == 0 || (would_wait && done > 0)) {
            continue;
        }
        if (would_wait && (file->flags & ABI_O_NONBLOCK) != 0) {
            return -MOX_EAGAIN;
        }
        const int32_t count = console_read(devices, &cage->caller, part->bytes, part->size);
        if (count < 0) {
            return done > 0 ? (int32_t)done : count;
        }
        done += (uint32_t)count;
    }
    return (int32_t)done;
}

static int32_t stream_write(struct file *file, struct cage *cage, const uint64_t *offset,
                            const struct const_spans *from) {
    uint32_t done = 0;
    if (offset != NULL) {
        return -MOX_ESPIPE;
    }
    for (uint32_t i = 0; i < from->count; i++) {
        const struct const_span *part = &from->items[i];
        const int32_t count = part->size == 0 ? 0
                                              : console_write(devices_of(cage), number(file),
                                                              part->bytes, part->size);
        if (count < 0) {
            return done > 0 ? (int32_t)done : count;
        }
        done += (uint32_t)count;
    }
    return (int32_t)done;
}

static int32_t stream_attributes(struct file *file, struct cage *cage,
                                 struct attributes *attributes) {
    files_attributes(cage, MODE_CHAR | 0620, number(file) + 1, attributes);
    attributes->rdev = STREAM_MAJOR << 8 | number(file);
    return 0;
}

static int32_t stream_poll(struct file *file, uint32_t events, struct waiter *waiter) {
    (void)events;
    return console_poll(file->object, number(file), waiter);
}

static int32_t stream_ioctl(struct file *file, struct cage *cage, uint32_t request,
                            uint8_t *argument) {
    if (request != ABI_FIONREAD || number(file) != CONSOLE_IN) {
        return -MOX_ENOTTY;
    }
    bytes_store32(argument, devices_of(cage)->console.input.size);
    return 0;
}

static uint32_t stream_label(const struct file *file, char *to, uint32_t size) {
    return files_number_label("stream ", number(file), to, size);
}

static void stream_codec(struct codec *codec, struct file *file) {
    if (codec->loads) {
        file->object = codec->devices;
    }
}

const struct file_ops stream_ops = {
    .kind = FILE_STREAM,
    .read = stream_read,
    .write = stream_write,
    .attributes = stream_attributes,
    .ioctl = stream_ioctl,
    .poll = stream_poll,
    .label = stream_label,
    .codec = stream_codec,
};

struct file *stream_new(struct machine_devices *devices, const struct mox_allocator *allocator,
                        uint32_t stream) {
    const uint32_t flags = stream == CONSOLE_IN ? ABI_O_RDONLY : ABI_O_WRONLY;
    struct file *file = file_new(allocator, &stream_ops, flags, devices);
    if (file != NULL) {
        file->offset = stream;
    }
    return file;
}
