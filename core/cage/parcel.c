/* See parcel.h. */
#include "cage/parcel.h"

#include <string.h>

#include "base/alloc.h"
#include "base/codec.h"
#include "cage/fdtable.h"
#include "cage/socket.h"
#include "moxbox/errno.h"

enum {
    HEAD = ABI_CMSGHDR_SIZE,
    WORD = 4,
    SCM_CREDENTIALS = 2,
    PRICE_OF_FILE = 50,
    PRICE_OF_LOOK = 20
};

/* What one message lists, as far as it has been read. */
struct list {
    struct file *files[PARCEL_FILES_MAX];
    uint32_t count;
};

static int32_t list_files(const struct cage *cage, struct const_span words, struct list *list) {
    const uint32_t count = words.size / WORD;
    if (count > PARCEL_FILES_MAX - list->count) {
        return -MOX_EINVAL;
    }
    for (uint32_t i = 0; i < count; i++) {
        struct file *file = fdtable_get(cage->fds, bytes_load32(words.bytes + WORD * i));
        if (file == NULL) {
            return -MOX_EBADF;
        }
        list->files[list->count++] = file;
    }
    return 0;
}

static int32_t list_message(const struct cage *cage, const struct socket *socket,
                            const struct abi_cmsghdr *head, const uint8_t *bytes,
                            struct list *list) {
    const struct const_span words = {bytes, head->size - HEAD};
    const bool local = socket->domain == ABI_AF_UNIX;
    if (head->level != ABI_SOL_SOCKET) { /* UDP's own would say how to send: there is no choice */
        return local || socket_is_tcp(socket) ? 0 : -MOX_EOPNOTSUPP;
    }
    if (!local) {
        return head->type == ABI_SCM_RIGHTS || head->type == SCM_CREDENTIALS ? 0 : -MOX_EINVAL;
    }
    return head->type == ABI_SCM_RIGHTS ? list_files(cage, words, list) : -MOX_EINVAL;
}

static int32_t list_control(const struct cage *cage, const struct socket *socket,
                            struct const_span control, struct list *list) {
    uint32_t at = 0;
    if (control.size > CONTROL_MAX) {
        return -MOX_ENOBUFS;
    }
    while (at < control.size && control.size - at >= HEAD) {
        struct abi_cmsghdr head;
        abi_load(&head, control.bytes + at, HEAD);
        if (head.size < HEAD || head.size > control.size - at) {
            return -MOX_EINVAL;
        }
        const int32_t error = list_message(cage, socket, &head, control.bytes + at + HEAD, list);
        if (error < 0) {
            return error;
        }
        at += (head.size + WORD - 1) / WORD * WORD;
    }
    return 0;
}

static uint32_t parcel_size(uint32_t count) {
    return (uint32_t)(sizeof(struct parcel) + count * sizeof(struct file *));
}

int32_t parcel_pack(struct cage *cage, const struct socket *socket, struct const_span control,
                    struct parcel **made) {
    struct files *files = socket->files;
    struct list list = {.count = 0};
    *made = NULL;
    const int32_t error = list_control(cage, socket, control, &list);
    if (error < 0 || list.count == 0) {
        return error;
    }
    if (list.count > UNDER_WAY_MAX - files->under_way) {
        return -MOX_ETOOMANYREFS;
    }
    struct parcel *parcel = alloc_get(&files->allocator, parcel_size(list.count));
    if (parcel == NULL) {
        return -MOX_ENOMEM;
    }
    for (uint32_t i = 0; i < list.count; i++) {
        parcel->files[i] = list.files[i];
        file_hold(parcel->files[i]);
        parcel->files[i]->in_parcels++;
    }
    parcel->count = list.count;
    files->under_way += list.count;
    cage_charge(cage, (uint64_t)list.count * PRICE_OF_FILE);
    *made = parcel;
    return 0;
}

void parcel_post(struct transfer *transfer, struct socket *to, uint32_t size) {
    struct parcel *parcel = transfer->parcel;
    if (parcel != NULL) {
        transfer->parcel = NULL;
        parcel->end = to->taken + to->in.size;
        parcel->start = parcel->end - size;
        *(to->parcels != NULL ? &to->last_parcel->next : &to->parcels) = parcel;
        to->last_parcel = parcel;
    }
}

/* The parcel that comes with the next `size` bytes. */
static struct parcel *parcel_of(const struct socket *socket, uint32_t size) {
    struct parcel *parcel = socket->parcels;
    const bool comes =
        parcel != NULL && (parcel->start == socket->taken || parcel->start < socket->taken + size);
    return comes ? parcel : NULL;
}

uint32_t parcel_limit(const struct socket *socket, uint32_t size) {
    const struct parcel *parcel = parcel_of(socket, size);
    const uint64_t most = parcel != NULL ? parcel->end - socket->taken : size;
    return size < most ? size : (uint32_t)most;
}

void parcel_take(struct transfer *transfer, struct socket *socket, uint32_t size) {
    transfer->parcel = parcel_of(socket, size);
    if (!transfer->peek) {
        if (transfer->parcel != NULL) {
            socket->parcels = transfer->parcel->next;
            transfer->parcel->next = NULL;
        }
        socket->taken += byte_queue_drop(&socket->in, size);
    }
}

void parcel_unpack(struct cage *cage, const struct parcel *parcel, struct message *message,
                   bool close_on_exec) {
    struct room *control = &message->control;
    const uint32_t room =
        control->bytes != NULL && control->size > HEAD ? (control->size - HEAD) / WORD : 0;
    uint32_t done = 0;
    for (int32_t fd = -1; done < parcel->count && done < room; done++) {
        struct file *file = parcel->files[done];
        fd = fdtable_install(cage->fds, file, (uint32_t)(fd + 1), close_on_exec);
        if (fd < 0) {
            break;
        }
        file_hold(file);
        bytes_store32(control->bytes + HEAD + WORD * done, (uint32_t)fd);
    }
    if (done > 0) {
        const struct abi_cmsghdr head = {HEAD + WORD * done, ABI_SOL_SOCKET, ABI_SCM_RIGHTS};
        abi_store(control->bytes, &head, HEAD);
        control->needed = head.size;
        cage_charge(cage, (uint64_t)done * PRICE_OF_FILE);
    }
    message->flags |= done < parcel->count ? ABI_MSG_CTRUNC : 0;
}

/* A socket that goes takes its parcels along, in which there may be sockets: one behind the other,
 * as the host's stack is not as deep as a guest can pack. */
void parcels_drop(struct files *files, struct parcel *parcels) {
    struct parcel **end = &parcels;
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = files->dropped;
    files->dropped = parcels;
    if (files->dropping) {
        return;
    }
    files->dropping = true;
    while (files->dropped != NULL) {
        struct parcel *parcel = files->dropped;
        files->dropped = parcel->next;
        for (uint32_t i = 0; i < parcel->count; i++) {
            parcel->files[i]->in_parcels--;
            files->under_way--;
            file_drop(parcel->files[i]);
        }
        alloc_give(&files->allocator, parcel, parcel_size(parcel->count));
    }
    files->dropping = false;
}

void parcel_suspect(const struct file *file) {
    const struct socket *socket = file->refs == file->in_parcels ? socket_of(file) : NULL;
    if (socket != NULL) {
        socket->files->suspects = true;
    }
}

static void reach(struct socket *socket, struct socket **line) {
    if (!socket->reached) {
        socket->reached = true;
        socket->next_reached = *line;
        *line = socket;
    }
}

/* Marks every socket that a descriptor leads to; gives how many there are, reached or not. */
static uint32_t reach_all(struct files *files) {
    struct socket *line = NULL;
    uint32_t count = 0;
    for (struct socket *at = socket_first(files); at != NULL; at = socket_after(at)) {
        count++;
        at->reached = false;
        if (at->file != NULL && at->file->refs > at->file->in_parcels) {
            reach(at, &line);
        }
    }
    while (line != NULL) {
        struct socket *socket = line;
        line = socket->next_reached;
        for (struct socket *one = socket->pending_first; one != NULL; one = one->next) {
            reach(one, &line);
        }
        for (const struct parcel *parcel = socket->parcels; parcel != NULL; parcel = parcel->next) {
            for (uint32_t i = 0; i < parcel->count; i++) {
                struct socket *inside = socket_of(parcel->files[i]);
                if (inside != NULL) {
                    reach(inside, &line);
                }
            }
        }
    }
    return count;
}

/* A socket's parcels go over to a list for parcels_drop. */
static void lose(struct socket *socket, struct parcel **lost) {
    if (socket->parcels != NULL) {
        socket->last_parcel->next = *lost;
        *lost = socket->parcels;
        socket->parcels = NULL;
    }
}

void parcels_settle(struct cage *cage) {
    struct files *files = files_of(cage);
    struct parcel *lost = NULL;
    if (!files->suspects) {
        return;
    }
    const uint32_t count = reach_all(files) + files->under_way;
    for (struct socket *at = socket_first(files); at != NULL; at = socket_after(at)) {
        if (!at->reached) {
            lose(at, &lost);
        }
    }
    parcels_drop(files, lost);
    files->suspects = false;
    cage_charge(cage, (uint64_t)count * PRICE_OF_LOOK);
}

static bool socket_parcels_check(const struct socket *socket, uint32_t *count) {
    const struct parcel *last = NULL;
    uint64_t from = socket->taken;
    for (const struct parcel *parcel = socket->parcels; parcel != NULL; parcel = parcel->next) {
        if (parcel->start < from || parcel->end <= parcel->start || parcel->count == 0 ||
            parcel->count > PARCEL_FILES_MAX || socket->domain != ABI_AF_UNIX) {
            return false;
        }
        for (uint32_t i = 0; i < parcel->count; i++) {
            parcel->files[i]->counted++;
        }
        *count += parcel->count;
        from = parcel->end;
        last = parcel;
    }
    return last == NULL || (last == socket->last_parcel && from <= socket->taken + socket->in.size);
}

bool parcels_check(const struct files *files) {
    uint32_t count = 0;
    bool good = files->dropped == NULL && !files->dropping && !files->suspects;
    for (const struct socket *at = socket_first(files); at != NULL; at = socket_after(at)) {
        good = good && socket_parcels_check(at, &count);
    }
    for (const struct socket *at = socket_first(files); at != NULL; at = socket_after(at)) {
        for (const struct parcel *parcel = at->parcels; parcel != NULL; parcel = parcel->next) {
            for (uint32_t i = 0; i < parcel->count; i++) {
                struct file *file = parcel->files[i];
                good = good && (file->counted == 0 || file->counted == file->in_parcels) &&
                       file->in_parcels > 0 && file->refs >= file->in_parcels && file_check(file);
                file->counted = 0;
            }
        }
    }
    return good && count == files->under_way;
}

void parcels_free(struct files *files) {
    struct parcel *lost = NULL;
    for (struct socket *at = socket_first(files); at != NULL; at = socket_after(at)) {
        lose(at, &lost);
    }
    parcels_drop(files, lost);
}

static struct parcel *load_parcel(struct codec *codec, struct socket *socket, uint32_t count) {
    struct files *files = socket->files;
    struct parcel *parcel = codec_get(codec, &codec->structures, parcel_size(count));
    if (parcel != NULL && codec_need(codec, count <= UNDER_WAY_MAX - files->under_way)) {
        files->under_way += count;
        parcel->count = count;
        socket->last_parcel = parcel;
    }
    return codec_good(codec) ? parcel : NULL;
}

static void parcel_codec(struct codec *codec, struct socket *socket, struct parcel **at) {
    const uint32_t count = codec_most(codec, codec->loads ? 0 : (*at)->count, PARCEL_FILES_MAX);
    if (codec->loads) {
        *at = load_parcel(codec, socket, count);
    }
    struct parcel *parcel = *at;
    if (parcel == NULL) {
        return;
    }
    codec_wide(codec, &parcel->start);
    codec_wide(codec, &parcel->end);
    for (uint32_t i = 0; i < count && codec_good(codec); i++) {
        parcel->files[i] = file_codec_held(codec, parcel->files[i]);
        if (codec->loads && codec_need(codec, parcel->files[i] != NULL)) {
            parcel->files[i]->in_parcels++;
        }
    }
}

void parcels_codec(struct codec *codec, struct socket *socket) {
    struct parcel **at = &socket->parcels;
    while (codec_more(codec, *at)) {
        parcel_codec(codec, socket, at);
        at = *at != NULL ? &(*at)->next : at;
    }
}
