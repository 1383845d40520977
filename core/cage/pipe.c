/* Kind Pipe: one byte queue with counted ends. pipe() makes one of its own; a fifo's lives while
 * somebody has the fifo open and is found by its inode. Whether a file is the reading or the
 * writing end is its access mode; O_RDWR (fifos) is both.
 *
 * Linux's rules: a write of up to PIPE_BUF bytes is whole or nothing; POLLOUT promises room for
 * one of those; without readers a write breaks (SIGPIPE), without writers a reader sees the end. */
#include "cage/pipe.h"

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/codec.h"
#include "moxbox/errno.h"

struct pipe {
    struct key_node node; /* in files->fifos: fifos */
    struct files *files;
    struct byte_queue queue;
    uint64_t number;
    struct place place; /* of a fifo */
    uint32_t readers;
    uint32_t writers;
    uint32_t reader_opens; /* ever: whoever waits for a reader must not miss a short visit */
    uint32_t writer_opens;
    struct wait_queue opened;
};

static struct pipe *pipe_of(const struct file *file) {
    return file->object;
}

static int32_t pipe_read(struct file *file, struct cage *cage, const uint64_t *offset,
                         const struct spans *to) {
    struct pipe *pipe = pipe_of(file);
    if (offset != NULL) {
        return -MOX_ESPIPE;
    }
    if (to->size == 0) {
        return 0;
    }
    if (pipe->queue.size > 0) {
        const uint32_t count = spans_peek(&pipe->queue, 0, to, to->size);
        return (int32_t)byte_queue_drop(&pipe->queue, count);
    }
    if (pipe->writers == 0) {
        return 0;
    }
    if ((file->flags & ABI_O_NONBLOCK) != 0) {
        return -MOX_EAGAIN;
    }
    return call_waits_for(cage, &pipe->queue.readers);
}

static int32_t pipe_write(struct file *file, struct cage *cage, const uint64_t *offset,
                          const struct const_spans *from) {
    struct pipe *pipe = pipe_of(file);
    const uint32_t size = from->size;
    uint32_t *done = &cage->caller.progress;
    if (offset != NULL) {
        return -MOX_ESPIPE;
    }
    if (size == 0) {
        return 0;
    }
    if (pipe->readers == 0) {
        const int32_t broken = call_broken_pipe(cage, false);
        return *done > 0 ? (int32_t)*done : broken;
    }
    const uint32_t rest = size - *done;
    const uint32_t room = byte_queue_room(&pipe->queue);
    if (room >= rest || (size > PIPE_ATOMIC && room > 0)) {
        const uint32_t count = rest < room ? rest : room;
        const int32_t error = byte_queue_reserve(&pipe->queue, count);
        if (error < 0) {
            return *done > 0 ? (int32_t)*done : error;
        }
        spans_put(&pipe->queue, from, *done, count);
        *done += count;
    }
    if (*done == size) {
        return (int32_t)size;
    }
    if ((file->flags & ABI_O_NONBLOCK) != 0) {
        return *done > 0 ? (int32_t)*done : -MOX_EAGAIN;
    }
    return call_waits_for(cage, &pipe->queue.writers);
}

static int32_t pipe_attributes(struct file *file, struct cage *cage,
                               struct attributes *attributes) {
    const struct pipe *pipe = pipe_of(file);
    if (pipe->place.chan != NULL) {
        return chan_attributes(pipe->place.chan, &cage->caller, attributes);
    }
    files_attributes(cage, MODE_FIFO | 0600, pipe->number, attributes);
    return 0;
}

static int32_t pipe_ioctl(struct file *file, struct cage *cage, uint32_t request,
                          uint8_t *argument) {
    (void)cage;
    if (request != ABI_FIONREAD) {
        return -MOX_ENOTTY;
    }
    bytes_store32(argument, pipe_of(file)->queue.size);
    return 0;
}

static int32_t pipe_poll(struct file *file, uint32_t events, struct waiter *waiter) {
    struct pipe *pipe = pipe_of(file);
    const bool reads = file_may_read(file);
    const bool writes = file_may_write(file);
    uint32_t ready = 0;
    if (reads) {
        ready |= pipe->queue.size > 0 ? READY_IN : 0u;
        /* A fifo opened before any writer came has not lost one. */
        ready |=
            pipe->writers == 0 && (uint32_t)file->offset != pipe->writer_opens ? READY_HUP : 0u;
    }
    if (writes) {
        ready |= byte_queue_room(&pipe->queue) >= PIPE_ATOMIC ? READY_OUT : 0u;
        ready |= pipe->readers == 0 ? READY_ERR : 0u;
    }
    int32_t error = 0;
    /* That the other end goes is told in the same queues. */
    (void)events;
    if (waiter != NULL && reads) {
        error = wait_join(waiter, &pipe->queue.readers);
    }
    if (waiter != NULL && writes && error == 0) {
        error = wait_join(waiter, &pipe->queue.writers);
    }
    return error < 0 ? error : (int32_t)ready;
}

static uint32_t pipe_label(const struct file *file, char *to, uint32_t size) {
    const struct pipe *pipe = pipe_of(file);
    return files_number_label(pipe->place.chan != NULL ? "fifo " : "pipe ", pipe->number, to, size);
}

static void pipe_free(struct pipe *pipe) {
    struct files *files = pipe->files;
    key_table_remove(&files->fifos, &pipe->node);
    place_drop(&pipe->place);
    byte_queue_clear(&pipe->queue);
    alloc_give(&files->allocator, pipe, sizeof *pipe);
}

static void pipe_close(struct file *file) {
    struct pipe *pipe = pipe_of(file);
    if (file_may_read(file) && --pipe->readers == 0) {
        wait_wake(&pipe->queue.writers);
    }
    if (file_may_write(file) && --pipe->writers == 0) {
        wait_wake(&pipe->queue.readers);
    }
    if (pipe->readers == 0 && pipe->writers == 0) {
        pipe_free(pipe);
    }
}

static bool pipe_sound(const struct pipe *pipe) {
    return byte_queue_check(&pipe->queue) && pipe->readers <= pipe->reader_opens &&
           pipe->writers <= pipe->writer_opens && pipe->readers + pipe->writers > 0 &&
           pipe->node.in_table == (pipe->place.chan != NULL);
}

static void pipe_begin(struct codec *codec, void *object) {
    struct pipe *pipe = object;
    codec_wide(codec, &pipe->number);
    if (codec->loads) {
        pipe->files = codec->machine->files;
        byte_queue_init(&pipe->queue, &codec->blocks, 0);
    }
}

static void pipe_body(struct codec *codec, void *object) {
    struct pipe *pipe = object;
    place_codec(codec, &pipe->place);
    codec_word(codec, &pipe->reader_opens);
    codec_word(codec, &pipe->writer_opens);
    byte_queue_codec(codec, &pipe->queue, true);
    wait_codec(codec, &pipe->opened);
}

static bool pipe_end(struct codec *codec, void *object) {
    const struct pipe *pipe = object;
    const struct chan *chan = pipe->place.chan;
    (void)codec;
    return pipe_sound(pipe) && (chan == NULL || pipe->node.key == files_key(chan));
}

static const struct codec_kind pipe_kind = {
    .size = sizeof(struct pipe), .begin = pipe_begin, .body = pipe_body, .end = pipe_end};

void pipe_fifos_codec(struct codec *codec, struct key_table *fifos) {
    key_table_codec(codec, fifos, &pipe_kind, offsetof(struct pipe, node), false, NULL);
}

static void pipe_codec(struct codec *codec, struct file *file) {
    struct pipe *pipe = codec_reference(codec, &pipe_kind, file->object);
    file->object = pipe;
    if (codec->loads && codec_need(codec, pipe != NULL)) {
        pipe->readers += file_may_read(file) ? 1 : 0;
        pipe->writers += file_may_write(file) ? 1 : 0;
    }
}

const struct file_ops pipe_ops = {
    .kind = FILE_PIPE,
    .read = pipe_read,
    .write = pipe_write,
    .attributes = pipe_attributes,
    .ioctl = pipe_ioctl,
    .poll = pipe_poll,
    .label = pipe_label,
    .close = pipe_close,
    .codec = pipe_codec,
};

static struct pipe *pipe_new(struct files *files) {
    struct pipe *pipe = alloc_get(&files->allocator, sizeof *pipe);
    if (pipe != NULL) {
        pipe->files = files;
        pipe->number = ++files->next_number;
        byte_queue_init(&pipe->queue, &files->blocks, PIPE_CAPACITY);
    }
    return pipe;
}

/* One more end; NULL: no memory, nothing changed. */
static struct file *new_end(struct pipe *pipe, uint32_t flags) {
    struct file *file = file_new(&pipe->files->allocator, &pipe_ops, flags, pipe);
    if (file == NULL) {
        return NULL;
    }
    if (file_may_read(file)) {
        file->offset = pipe->writer_opens;
        pipe->readers++;
        pipe->reader_opens++;
    }
    if (file_may_write(file)) {
        pipe->writers++;
        pipe->writer_opens++;
    }
    return file;
}

int32_t pipe_open(struct files *files, uint32_t flags, struct file *ends[2]) {
    struct pipe *pipe = pipe_new(files);
    if (pipe == NULL) {
        return -MOX_ENOMEM;
    }
    ends[0] = new_end(pipe, ABI_O_RDONLY | flags);
    if (ends[0] == NULL) {
        pipe_free(pipe);
        return -MOX_ENOMEM;
    }
    ends[1] = new_end(pipe, ABI_O_WRONLY | flags);
    if (ends[1] == NULL) {
        file_drop(ends[0]);
        return -MOX_ENOMEM;
    }
    return 0;
}

static struct pipe *find_fifo(const struct files *files, const struct chan *chan) {
    struct key_node *node = key_table_find(&files->fifos, files_key(chan));
    while (node != NULL && !chan_same(((struct pipe *)node)->place.chan, chan)) {
        node = key_table_next(node);
    }
    return (struct pipe *)node; /* node is its first member */
}

static int32_t fifo_permission(const struct cage *cage, const struct place *place, uint32_t flags) {
    static const uint32_t wants[] = {4, 2, 6, 6};
    struct attributes attributes;
    const int32_t error = chan_attributes(place->chan, &cage->caller, &attributes);
    if (error < 0) {
        return error;
    }
    const bool may = caller_may(&cage->caller, attributes.uid, attributes.gid, attributes.mode,
                                wants[flags & ABI_O_ACCMODE]);
    return may ? 0 : -MOX_EACCES;
}

/* Its end counts from now on, so that the other side, which runs first, finds it there. */
static int32_t fifo_begin(struct cage *cage, const struct place *place, uint32_t flags) {
    struct files *files = files_of(cage);
    const int32_t error = fifo_permission(cage, place, flags);
    if (error < 0) {
        return error;
    }
    struct pipe *pipe = find_fifo(files, place->chan);
    const bool fresh = pipe == NULL;
    if (fresh) {
        pipe = pipe_new(files);
        if (pipe == NULL) {
            return -MOX_ENOMEM;
        }
        place_hold(place);
        pipe->place = *place;
        key_table_put(&files->fifos, &pipe->node, files_key(place->chan));
    }
    const uint32_t mode = flags & ABI_O_ACCMODE;
    const bool alone = mode == ABI_O_WRONLY && pipe->readers == 0;
    struct file *file = NULL;
    int32_t result = alone && (flags & ABI_O_NONBLOCK) != 0 ? -MOX_ENXIO : 0;
    if (result == 0) {
        const uint32_t others = mode == ABI_O_WRONLY ? pipe->reader_opens : pipe->writer_opens;
        file = new_end(pipe, flags);
        result = file == NULL ? -MOX_ENOMEM : 0;
        if (file != NULL) {
            file->offset = others;
        }
    }
    if (result < 0) {
        if (fresh) {
            pipe_free(pipe);
        }
        return result;
    }
    cage->opening = file;
    wait_wake(&pipe->opened);
    return 0;
}

int32_t fifo_open(struct cage *cage, const struct place *place, uint32_t flags,
                  struct file **file) {
    if (cage->opening == NULL) {
        const int32_t error = fifo_begin(cage, place, flags);
        if (error < 0) {
            return error;
        }
    }
    struct file *opening = cage->opening;
    struct pipe *pipe = pipe_of(opening);
    const uint32_t mode = flags & ABI_O_ACCMODE;
    const uint32_t seen = (uint32_t)opening->offset;
    const bool met = mode == ABI_O_RDONLY   ? pipe->writers > 0 || pipe->writer_opens != seen
                     : mode == ABI_O_WRONLY ? pipe->readers > 0 || pipe->reader_opens != seen
                                            : true;
    if (!met && (flags & ABI_O_NONBLOCK) == 0) {
        return call_waits_for(cage, &pipe->opened);
    }
    cage->opening = NULL;
    *file = opening;
    return 0;
}

bool pipe_check(const struct file *file) {
    return pipe_sound(pipe_of(file));
}
