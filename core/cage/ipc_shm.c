/* Shared memory of System V: segments, and where cages have attached them. */
#include "base/alloc.h"
#include "base/codec.h"
#include "cage/ipc.h"
#include "mem/space_change.h"
#include "moxbox/errno.h"

#define SIZE_MAX_BYTES 4278190079u /* SHMMAX, as SafePOSIX has it */
enum { ROUND = 020000, MODE_BITS = 0777 };

struct segment {
    struct key_node node; /* by id; its first member */
    struct files *files;
    struct backing *backing;
    uint32_t key; /* 0: nobody finds it any more, or ever did */
    uint32_t id;
    uint32_t size;
    uint32_t mode;
    uint32_t uid;
    uint32_t gid;
    uint32_t creator_uid;
    uint32_t attached;
    uint32_t creator;
    uint32_t last;
    bool removed; /* goes with its last attachment */
};

struct attachment {
    struct attachment *next;
    struct segment *segment;
    uint32_t address;
};

static struct segment *by_id(const struct files *files, uint32_t id) {
    return (struct segment *)key_table_find(&files->segments, id);
}

static struct segment *by_key(const struct files *files, uint32_t key) {
    for (struct key_node *node = key_table_first(&files->segments); node != NULL;
         node = key_table_after(&files->segments, node)) {
        struct segment *segment = (struct segment *)node;
        if (segment->key == key && !segment->removed) {
            return segment;
        }
    }
    return NULL;
}

static void free_segment(struct segment *segment) {
    struct files *files = segment->files;
    key_table_remove(&files->segments, &segment->node);
    backing_drop(segment->backing);
    alloc_give(&files->allocator, segment, sizeof *segment);
}

static bool may(const struct cage *cage, const struct segment *segment, uint32_t want) {
    return caller_may(&cage->caller, segment->uid, segment->gid, segment->mode, want);
}

static int32_t make(struct cage *cage, uint32_t key, uint32_t size, uint32_t mode) {
    struct files *files = files_of(cage);
    if (size == 0 || size > SIZE_MAX_BYTES) {
        return -MOX_EINVAL;
    }
    if (files->segments.count >= SEGMENTS_MAX) {
        return -MOX_ENOSPC;
    }
    struct segment *segment = alloc_get(&files->allocator, sizeof *segment);
    if (segment == NULL) {
        return -MOX_ENOMEM;
    }
    segment->backing =
        backing_new(&files->allocator, &files->blocks, (uint32_t)space_whole_pages(size));
    if (segment->backing == NULL) {
        alloc_give(&files->allocator, segment, sizeof *segment);
        return -MOX_ENOMEM;
    }
    segment->backing->shared = true;
    segment->files = files;
    segment->key = key;
    segment->id = ++files->next_segment;
    segment->size = size;
    segment->mode = mode & MODE_BITS;
    segment->uid = cage->caller.uid;
    segment->gid = cage->caller.gid;
    segment->creator_uid = cage->caller.uid;
    segment->creator = cage->id;
    key_table_put(&files->segments, &segment->node, segment->id);
    return (int32_t)segment->id;
}

int32_t sys_shmget(struct cage *cage, int32_t key, uint32_t size, uint32_t flags) {
    const bool is_private = (uint32_t)key == ABI_IPC_PRIVATE;
    const struct segment *segment = is_private ? NULL : by_key(files_of(cage), (uint32_t)key);
    if (segment == NULL) {
        if (!is_private && (flags & ABI_IPC_CREAT) == 0) {
            return -MOX_ENOENT;
        }
        return make(cage, (uint32_t)key, size, flags);
    }
    if ((flags & (ABI_IPC_CREAT | ABI_IPC_EXCL)) == (ABI_IPC_CREAT | ABI_IPC_EXCL)) {
        return -MOX_EEXIST;
    }
    if (size > segment->size) {
        return -MOX_EINVAL;
    }
    return may(cage, segment, (flags & MODE_BITS) >> 6) ? (int32_t)segment->id : -MOX_EACCES;
}

int32_t sys_shmat(struct cage *cage, int32_t id, uint32_t address, uint32_t flags) {
    struct segment *segment = by_id(files_of(cage), (uint32_t)id);
    const bool read_only = (flags & ABI_SHM_RDONLY) != 0;
    const uint32_t within = address % SPACE_PAGE;
    if (segment == NULL || segment->removed || (within != 0 && (flags & ROUND) == 0)) {
        return -MOX_EINVAL;
    }
    if (!may(cage, segment, read_only ? 4 : 6)) {
        return -MOX_EACCES;
    }
    const uint32_t at = address != 0 ? address - within : space_next_base(&cage->space);
    if (at == 0) {
        return address != 0 ? -MOX_EINVAL : -MOX_ENOMEM;
    }
    struct cage_ipc *ipc = ipc_of(cage);
    struct attachment *attachment =
        ipc != NULL ? alloc_get(&files_of(cage)->allocator, sizeof *attachment) : NULL;
    if (attachment == NULL) {
        return -MOX_ENOMEM;
    }
    const uint32_t rights = RIGHT_READ | (read_only ? 0 : RIGHT_WRITE);
    const mox_status status = space_map_backing(&cage->space, at, segment->backing->size, rights,
                                                segment->backing, 0, "shm");
    if (status != MOX_OK) {
        alloc_give(&files_of(cage)->allocator, attachment, sizeof *attachment);
        return status == MOX_NO_MEMORY || status == MOX_MEMORY_LIMIT ? -MOX_ENOMEM : -MOX_EINVAL;
    }
    *attachment = (struct attachment){ipc->attachments, segment, at};
    ipc->attachments = attachment;
    segment->attached++;
    segment->last = cage->id;
    return (int32_t)at;
}

/* Takes out of the address space what is still there of it: the program may have unmapped pages of
 * it, and put other things there. */
static int32_t unmap(struct cage *cage, const struct attachment *attachment) {
    const struct backing *backing = attachment->segment->backing;
    uint32_t at = attachment->address;
    const uint32_t end = at + backing->size;
    while (at < end) {
        const struct region *region = space_find(&cage->space, at);
        const uint32_t region_end = region != NULL ? region->base + region->size : at + SPACE_PAGE;
        const uint32_t piece = (region_end < end ? region_end : end) - at;
        bool changed;
        if (region != NULL && region->backing == backing &&
            space_unmap(&cage->space, at, piece, &changed) != MOX_OK) {
            return -MOX_ENOMEM;
        }
        at += piece;
    }
    cage->remapped = true;
    return 0;
}

static void forget(struct cage *cage, struct attachment **at) {
    struct attachment *attachment = *at;
    struct segment *segment = attachment->segment;
    *at = attachment->next;
    segment->last = cage->id;
    if (--segment->attached == 0 && segment->removed) {
        free_segment(segment);
    }
    alloc_give(&files_of(cage)->allocator, attachment, sizeof *attachment);
}

int32_t sys_shmdt(struct cage *cage, uint32_t address) {
    struct attachment **at = cage->ipc != NULL ? &cage->ipc->attachments : NULL;
    while (at != NULL && *at != NULL && (*at)->address != address) {
        at = &(*at)->next;
    }
    if (at == NULL || *at == NULL) {
        return -MOX_EINVAL;
    }
    const int32_t error = unmap(cage, *at);
    if (error == 0) {
        forget(cage, at);
    }
    return error;
}

static int32_t status(const struct cage *cage, const struct segment *segment, struct span buffer) {
    const struct abi_shmid words = {segment->key,     segment->size, segment->mode,
                                    segment->uid,     segment->gid,  segment->attached,
                                    segment->creator, segment->last};
    if (!may(cage, segment, 4)) {
        return -MOX_EACCES;
    }
    abi_store(buffer.bytes, &words, sizeof words);
    return 0;
}

int32_t sys_shmctl(struct cage *cage, int32_t id, int32_t command_word, struct span buffer) {
    struct segment *segment = by_id(files_of(cage), (uint32_t)id);
    const uint32_t command = (uint32_t)command_word;
    if (segment == NULL) {
        return -MOX_EINVAL;
    }
    if (command == ABI_IPC_STAT) {
        return status(cage, segment, buffer);
    }
    if (command != ABI_IPC_RMID && command != ABI_IPC_SET) {
        return -MOX_EINVAL;
    }
    const uint32_t uid = cage->caller.uid;
    if (uid != 0 && uid != segment->uid && uid != segment->creator_uid) {
        return -MOX_EPERM;
    }
    if (command == ABI_IPC_SET) {
        struct abi_shmid words;
        abi_load(&words, buffer.bytes, sizeof words);
        segment->mode = words.mode & MODE_BITS;
        segment->uid = words.uid;
        segment->gid = words.gid;
        return 0;
    }
    segment->removed = true;
    segment->key = ABI_IPC_PRIVATE;
    if (segment->attached == 0) {
        free_segment(segment);
    }
    return 0;
}

int32_t shm_cage_fork(struct cage *parent, struct cage *child) {
    struct attachment **end = &child->ipc->attachments;
    for (const struct attachment *from = parent->ipc->attachments; from != NULL;
         from = from->next) {
        struct attachment *copy = alloc_get(&files_of(child)->allocator, sizeof *copy);
        if (copy == NULL) {
            return -MOX_ENOMEM;
        }
        *copy = (struct attachment){NULL, from->segment, from->address};
        copy->segment->attached++;
        *end = copy;
        end = &copy->next;
    }
    return 0;
}

void shm_cage_end(struct cage *cage) {
    while (cage->ipc->attachments != NULL) {
        forget(cage, &cage->ipc->attachments);
    }
}

void shm_free(struct files *files) {
    struct key_node *node = key_table_first(&files->segments);
    while (node != NULL) {
        free_segment((struct segment *)node);
        node = key_table_first(&files->segments);
    }
}

bool shm_check(const struct files *files) {
    for (struct key_node *node = key_table_first(&files->segments); node != NULL;
         node = key_table_after(&files->segments, node)) {
        const struct segment *segment = (struct segment *)node;
        if (segment->backing->size < segment->size || segment->backing->refs == 0 ||
            (segment->removed && segment->attached == 0)) {
            return false;
        }
    }
    return true;
}

static void segment_body(struct codec *codec, void *object) {
    struct segment *segment = object;
    uint32_t *words[] = {&segment->key,         &segment->id,      &segment->size,
                         &segment->mode,        &segment->uid,     &segment->gid,
                         &segment->creator_uid, &segment->creator, &segment->last};
    segment->files = codec->machine->files;
    for (uint32_t i = 0; i < sizeof words / sizeof *words; i++) {
        codec_word(codec, words[i]);
    }
    codec_flag(codec, &segment->removed);
    segment->backing = backing_codec_held(codec, segment->backing);
}

static bool segment_end(struct codec *codec, void *object) {
    const struct segment *segment = object;
    (void)codec;
    return segment->node.key == segment->id && segment->backing != NULL && segment->backing->shared;
}

static const struct codec_kind segment_kind = {
    .size = sizeof(struct segment), .single = true, .body = segment_body, .end = segment_end};

void shm_cage_codec(struct codec *codec, struct cage_ipc *ipc) {
    struct attachment **at = &ipc->attachments;
    while (codec_more(codec, *at)) {
        if (codec->loads) {
            *at = codec_get(codec, &codec->structures, sizeof **at);
        }
        struct attachment *attachment = *at;
        if (attachment == NULL) {
            return;
        }
        attachment->segment = codec_reference(codec, &segment_kind, attachment->segment);
        codec_word(codec, &attachment->address);
        if (codec->loads && codec_need(codec, attachment->segment != NULL)) {
            attachment->segment->attached++;
        }
        at = &attachment->next;
    }
}

void shm_codec(struct codec *codec, struct files *files) {
    key_table_codec(codec, &files->segments, &segment_kind, offsetof(struct segment, node), true,
                    NULL);
    (void)codec_need(codec, files->segments.count <= SEGMENTS_MAX);
}
