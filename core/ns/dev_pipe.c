/* #|: each attach is a new pipe that goes both ways: what is written to data is read from data1 and
 * the other way round. A read gives bytes of one write at most. When all who had one end open have
 * closed it, the other end reads what is left and then 0, and cannot write. */
#include "ns/dev_rows.h"

#include "base/alloc.h"
#include "base/codec.h"
#include "moxbox/errno.h"

enum {
    PIPE_DIR_MODE = MODE_DIR | 0500,
    END_MODE = MODE_FILE | 0660,
    BLOCK_MAX = 128 << 10, /* bytes of one write that stay together */
    FULL = 32 << 10        /* from so many bytes on writers wait */
};

struct pipe_dir {
    uint32_t refs;
    uint32_t uid;
    uint32_t gid;
    uint32_t open[2];
    bool hung_up[2];            /* was open once, and is not now */
    uint32_t left[2];           /* of the message that is being read from this queue */
    struct byte_queue queue[2]; /* what this end reads */
};

static const struct dev_row pipe_list[] = {{"data", END_MODE, 1}, {"data1", END_MODE, 2}};
static const struct dev_rows pipe_rows = {pipe_list, 2};

static uint32_t end_of(const struct chan *chan) {
    return (uint32_t)chan->qid.path - 1;
}

static int32_t pipe_attach(struct machine_devices *devices, const struct caller *caller,
                           struct name spec, struct chan **root) {
    if (spec.size != 0) {
        return chan_refuse(caller, MOX_EINVAL, WHY_SPEC);
    }
    struct pipe_dir *pipe = alloc_get(&devices->allocator, sizeof *pipe);
    if (pipe == NULL) {
        return -MOX_ENOMEM;
    }
    *root = chan_new(devices, &pipe_device, devices->pipes + 1, qid_of(0, MODE_DIR), pipe);
    if (*root == NULL) {
        alloc_give(&devices->allocator, pipe, sizeof *pipe);
        return -MOX_ENOMEM;
    }
    devices->pipes++;
    pipe->refs = 1;
    pipe->uid = caller->uid;
    pipe->gid = caller->gid;
    for (uint32_t i = 0; i < 2; i++) {
        byte_queue_init(&pipe->queue[i], &devices->blocks, FULL + BLOCK_MAX + 2 * BYTE_QUEUE_HEAD);
    }
    return 0;
}

static int32_t pipe_walk(struct chan *dir, const struct caller *caller, struct name name,
                         struct chan **to) {
    struct pipe_dir *pipe = dir->node;
    if (!caller_may(caller, pipe->uid, pipe->gid, PIPE_DIR_MODE, 1)) {
        return -MOX_EACCES;
    }
    const struct dev_row *row = rows_find(&pipe_rows, name);
    int32_t result = -MOX_ENOENT;
    if (name_is(name, "..")) {
        result = chan_beside(dir, 0, MODE_DIR, pipe, to);
    } else if (row) {
        result = chan_beside(dir, row->path, row->mode, pipe, to);
    }
    pipe->refs += result == 0;
    return result;
}

static int32_t pipe_get_attributes(struct chan *chan, const struct caller *caller,
                                   struct attributes *attributes) {
    (void)caller;
    const struct pipe_dir *pipe = chan->node;
    attributes_set(attributes, chan_is_dir(chan) ? PIPE_DIR_MODE : END_MODE, pipe->uid, pipe->gid,
                   chan->devices->start_time);
    if (!chan_is_dir(chan)) {
        attributes->size = pipe->queue[end_of(chan)].size;
    }
    return 0;
}

static int32_t pipe_open(struct chan **chan, struct caller *caller, uint32_t mode) {
    struct pipe_dir *pipe = (*chan)->node;
    const bool dir = chan_is_dir(*chan);
    const int32_t result =
        may_open(caller, pipe->uid, pipe->gid, dir ? PIPE_DIR_MODE : END_MODE, mode);
    if (result == 0 && !dir) {
        pipe->open[end_of(*chan)]++;
        pipe->hung_up[end_of(*chan)] = false;
    }
    return result;
}

static int32_t pipe_read(struct chan *chan, struct caller *caller, uint64_t offset, uint8_t *to,
                         uint32_t size) {
    struct pipe_dir *pipe = chan->node;
    const uint32_t end = end_of(chan);
    struct byte_queue *queue = &pipe->queue[end];
    (void)offset;
    if (size == 0) {
        return 0;
    }
    if (pipe->left[end] == 0) {
        uint8_t head[BYTE_QUEUE_HEAD];
        const uint32_t message = byte_queue_message_size(queue);
        if (message == UINT32_MAX) {
            return pipe->hung_up[1 - end] ? 0 : caller_waits(caller, &queue->readers);
        }
        byte_queue_take(queue, head, sizeof head);
        pipe->left[end] = message;
    }
    const uint32_t part = size < pipe->left[end] ? size : pipe->left[end];
    const uint32_t taken = byte_queue_take(queue, to, part);
    pipe->left[end] -= taken;
    return (int32_t)taken;
}

static int32_t pipe_write(struct chan *chan, struct caller *caller, uint64_t *offset,
                          const uint8_t *from, uint32_t size) {
    struct pipe_dir *pipe = chan->node;
    const uint32_t other = 1 - end_of(chan);
    struct byte_queue *queue = &pipe->queue[other];
    (void)offset;
    if (pipe->hung_up[other]) {
        return -MOX_EPIPE;
    }
    if (size == 0) {
        return 0;
    }
    if (queue->size >= FULL) {
        return caller_waits(caller, &queue->writers);
    }
    const uint32_t block = size < BLOCK_MAX ? size : BLOCK_MAX;
    const int32_t result = byte_queue_put_message(queue, NULL, 0, from, block);
    return result < 0 ? result : (int32_t)block;
}

static int32_t pipe_next(struct chan *dir, struct caller *caller, const struct dir_cursor *behind,
                         struct entry *entry) {
    (void)dir;
    (void)caller;
    const struct dev_row *row = rows_behind(&pipe_rows, behind);
    if (row == NULL) {
        return 0;
    }
    entry_set(entry, name_of_text(row->name), row->path, row->mode);
    return 1;
}

static int32_t pipe_poll(struct chan *chan, struct waiter *waiter) {
    struct pipe_dir *pipe = chan->node;
    const uint32_t end = end_of(chan);
    struct byte_queue *in = &pipe->queue[end];
    struct byte_queue *out = &pipe->queue[1 - end];
    if (waiter && (wait_join(waiter, &in->readers) < 0 || wait_join(waiter, &out->writers) < 0)) {
        return -MOX_ENOMEM;
    }
    return (in->size > 0 || pipe->hung_up[1 - end] ? READY_IN : 0) |
           (out->size < FULL ? READY_OUT : 0) |
           (pipe->hung_up[1 - end] ? READY_HUP | READY_ERR : 0);
}

static void pipe_copied(struct chan *copy) {
    struct pipe_dir *pipe = copy->node;
    pipe->refs++;
}

static void pipe_close(struct chan *chan) {
    struct pipe_dir *pipe = chan->node;
    if (!chan_is_dir(chan) && chan->mode != 0) {
        const uint32_t end = end_of(chan);
        if (--pipe->open[end] == 0) {
            pipe->hung_up[end] = true;
            wait_wake(&pipe->queue[1 - end].readers);
            wait_wake(&pipe->queue[end].writers);
        }
    }
    if (--pipe->refs == 0) {
        byte_queue_clear(&pipe->queue[0]);
        byte_queue_clear(&pipe->queue[1]);
        alloc_give(&chan->devices->allocator, pipe, sizeof *pipe);
    }
}

static void pipe_dir_begin(struct codec *codec, void *object) {
    struct pipe_dir *pipe = object;
    for (uint32_t i = 0; i < 2 && codec->loads; i++) {
        byte_queue_init(&pipe->queue[i], &codec->devices->blocks, 0);
    }
}

static void pipe_dir_body(struct codec *codec, void *object) {
    struct pipe_dir *pipe = object;
    codec_word(codec, &pipe->uid);
    codec_word(codec, &pipe->gid);
    for (uint32_t i = 0; i < 2; i++) {
        codec_flag(codec, &pipe->hung_up[i]);
        codec_word(codec, &pipe->left[i]);
        byte_queue_codec(codec, &pipe->queue[i], true);
    }
}

static bool pipe_dir_end(struct codec *codec, void *object) {
    const struct pipe_dir *pipe = object;
    (void)codec;
    return byte_queue_whole(&pipe->queue[0], pipe->left[0]) &&
           byte_queue_whole(&pipe->queue[1], pipe->left[1]);
}

static void pipe_codec(struct codec *codec, struct chan *chan) {
    static const struct codec_kind kind = {.size = sizeof(struct pipe_dir),
                                           .begin = pipe_dir_begin,
                                           .body = pipe_dir_body,
                                           .end = pipe_dir_end};
    struct pipe_dir *pipe = codec_reference(codec, &kind, chan->node);
    chan->node = pipe;
    if (!codec->loads || !codec_need(codec, pipe && chan->qid.path <= 2 &&
                                                chan_is_dir(chan) == (chan->qid.path == 0))) {
        return;
    }
    pipe->refs++;
    if (!chan_is_dir(chan) && chan->mode != 0) {
        pipe->open[end_of(chan)]++;
    }
}

const struct dev pipe_device = {
    .letter = '|',
    .name = "pipe",
    .attach = pipe_attach,
    .walk = pipe_walk,
    .get_attributes = pipe_get_attributes,
    .open = pipe_open,
    .read = pipe_read,
    .write = pipe_write,
    .next = pipe_next,
    .poll = pipe_poll,
    .copied = pipe_copied,
    .close = pipe_close,
    .codec = pipe_codec,
};
