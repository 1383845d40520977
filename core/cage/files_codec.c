/* Open files, descriptor tables and what else files.h stands for, for a codec (base/codec.h). */
#include "base/codec.h"
#include "cage/epoll.h"
#include "cage/fdtable.h"
#include "cage/files_parts.h"
#include "cage/ipc.h"
#include "cage/locks.h"
#include "cage/pipe.h"
#include "cage/socket.h"
#include "cage/stream.h"

static const struct file_ops *const kinds[] = {[FILE_FILE] = &file_chan_ops,
                                               [FILE_STREAM] = &stream_ops,
                                               [FILE_SOCKET] = &socket_ops,
                                               [FILE_PIPE] = &pipe_ops,
                                               [FILE_EPOLL] = &epoll_ops};

static void file_begin(struct codec *codec, void *object) {
    struct file *file = object;
    const uint32_t kind = codec->loads ? 0 : (uint32_t)file->ops->kind;
    file->ops = kinds[codec_most(codec, kind, FILE_EPOLL)];
    codec_word(codec, &file->flags);
    if (codec->loads) {
        file->allocator = codec->structures;
    }
}

static void cursor_codec(struct codec *codec, struct file *file) {
    bool there = file->cursor != NULL;
    codec_flag(codec, &there);
    if (there && codec->loads) {
        file->cursor = codec_get(codec, &codec->structures, sizeof *file->cursor);
    }
    struct dir_cursor *cursor = file->cursor;
    if (there && cursor != NULL) {
        codec_wide(codec, &cursor->position);
        codec_word(codec, &cursor->element);
        cursor->name_size = codec_most(codec, cursor->name_size, NAME_MAX_BYTES);
        codec_bytes(codec, cursor->name, cursor->name_size);
    }
}

static void file_body(struct codec *codec, void *object) {
    struct file *file = object;
    codec_wide(codec, &file->offset);
    place_codec(codec, &file->place);
    cursor_codec(codec, file);
    if (file->ops->codec != NULL) {
        file->ops->codec(codec, file);
    }
    epoll_watchers_codec(codec, file);
}

static bool file_end(struct codec *codec, void *object) {
    const struct file *file = object;
    (void)codec;
    return file->refs > 0 && (file->ops->kind == FILE_FILE) == (file->place.chan != NULL) &&
           file_check(file);
}

static const struct codec_kind file_kind = {
    .size = sizeof(struct file), .begin = file_begin, .body = file_body, .end = file_end};

struct file *file_codec(struct codec *codec, struct file *file) {
    return codec_reference(codec, &file_kind, file);
}

struct file *file_codec_held(struct codec *codec, struct file *file) {
    file = file_codec(codec, file);
    if (codec->loads && file != NULL) {
        file_hold(file);
    }
    return file;
}

/* The numbers in use, and FDS_MAX. */
static void fdtable_codec(struct codec *codec, struct cage *cage) {
    uint32_t next = 0;
    if (codec->loads) {
        cage->fds = codec_get(codec, &codec->structures, sizeof *cage->fds);
    }
    struct fdtable *fds = cage->fds;
    if (fds == NULL) {
        return;
    }
    fds->allocator = codec->loads ? codec->structures : fds->allocator;
    while (codec_good(codec)) {
        while (!codec->loads && next < FDS_MAX && fds->files[next] == NULL) {
            next++;
        }
        const uint32_t fd = codec_most(codec, next, FDS_MAX);
        if (fd == FDS_MAX || !codec_need(codec, fd >= next)) {
            return;
        }
        fds->files[fd] = file_codec_held(codec, fds->files[fd]);
        codec_flag(codec, &fds->close_on_exec[fd]);
        (void)codec_need(codec, fds->files[fd] != NULL);
        fds->end = codec->loads ? fd + 1 : fds->end;
        next = fd + 1;
    }
}

void files_cage_codec(struct codec *codec, struct cage *cage) {
    fdtable_codec(codec, cage);
    cage->opening = file_codec_held(codec, cage->opening);
    ipc_cage_codec(codec, cage);
    /* Only a fifo can be half opened. */
    (void)codec_need(codec, cage->opening == NULL || cage->opening->ops == &pipe_ops);
}

void files_codec(struct codec *codec, struct files *files) {
    codec_wide(codec, &files->next_number);
    codec_word(codec, &files->next_port);
    codec_word(codec, &files->next_segment);
    pipe_fifos_codec(codec, &files->fifos);
    sockets_codec(codec, files);
    locks_codec(codec, files);
    ipc_codec(codec, files);
}
