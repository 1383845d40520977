/* Kind Epoll, after Linux's own shape: every interest is a waiter in the queues of its file; being
 * woken puts it at the end of its epoll's list of what may be ready, and wakes those who wait for
 * the epoll. epoll_wait asks the files of that list in its order; what is level-triggered and still
 * ready goes to the end again. So the order depends on the order of events alone. */
#include "cage/epoll.h"

#include "base/alloc.h"
#include "base/codec.h"
#include "cage/fdtable.h"
#include "cage/files_parts.h"
#include "cage/signals.h"
#include "moxbox/errno.h"

/* How deep epolls may stand in epolls, and how many of them are looked at to find out. */
enum { DEPTH_MAX = 5, VISITS_MAX = 1024, PRICE_OF_ITEM = 20 };
enum { EPOLL_EVENTS = READY_IN | READY_PRI | READY_OUT | READY_RDHUP | READY_ERR | READY_HUP };

struct epoll_item {
    struct waiter waiter; /* its first member */
    struct epoll *epoll;
    struct file *file; /* not held: epoll_forget */
    uint32_t fd;
    uint32_t events;
    uint32_t data_low;
    uint32_t data_high;
    bool asleep; /* EPOLLONESHOT, and has reported */
    bool ready;  /* in the epoll's list */
    struct epoll_item *next_ready;
    struct epoll_item *next;         /* of the epoll, in the order of adding */
    struct epoll_item *next_watcher; /* of the file */
};

struct epoll {
    struct files *files;
    struct file *file; /* its own */
    uint32_t depth;    /* of epolls from here down, worked out when one is loaded */
    uint64_t number;
    struct epoll_item *items;
    struct epoll_item *ready_first;
    struct epoll_item *ready_last;
    struct wait_queue queue;
};

static struct epoll *epoll_of(const struct file *file) {
    return file->object;
}

static void ready_append(struct epoll_item *item) {
    struct epoll *epoll = item->epoll;
    item->next_ready = NULL;
    if (epoll->ready_last != NULL) {
        epoll->ready_last->next_ready = item;
    } else {
        epoll->ready_first = item;
    }
    epoll->ready_last = item;
    item->ready = true;
}

static struct epoll_item *ready_take(struct epoll *epoll) {
    struct epoll_item *item = epoll->ready_first;
    epoll->ready_first = item->next_ready;
    if (epoll->ready_first == NULL) {
        epoll->ready_last = NULL;
    }
    item->next_ready = NULL;
    item->ready = false;
    return item;
}

static void ready_remove(struct epoll_item *item) {
    struct epoll *epoll = item->epoll;
    struct epoll_item *before = NULL;
    if (!item->ready) {
        return;
    }
    for (struct epoll_item *at = epoll->ready_first; at != item; at = at->next_ready) {
        before = at;
    }
    if (before != NULL) {
        before->next_ready = item->next_ready;
    } else {
        epoll->ready_first = item->next_ready;
    }
    if (epoll->ready_last == item) {
        epoll->ready_last = before;
    }
    item->next_ready = NULL;
    item->ready = false;
}

static void item_woken(struct waiter *waiter) {
    struct epoll_item *item = (struct epoll_item *)waiter;
    if (!item->ready) {
        ready_append(item);
    }
    wait_wake(&item->epoll->queue);
}

/* What an interest reports now; its waiter stands in the file's queues from here on. */
static int32_t item_poll(struct epoll_item *item) {
    const uint32_t wanted = (item->events & EPOLL_EVENTS) | READY_ERR | READY_HUP;
    const int32_t ready = item->file->ops->poll(item->file, wanted, &item->waiter);
    return ready < 0 ? ready : (int32_t)((uint32_t)ready & wanted);
}

static void item_free(struct epoll_item *item) {
    struct epoll *epoll = item->epoll;
    struct epoll_item **at = &epoll->items;
    ready_remove(item);
    wait_leave(&item->waiter);
    while (*at != item) {
        at = &(*at)->next;
    }
    *at = item->next;
    at = &item->file->watchers;
    while (*at != item) {
        at = &(*at)->next_watcher;
    }
    *at = item->next_watcher;
    epoll->files->interests--;
    alloc_give(&epoll->files->allocator, item, sizeof *item);
}

void epoll_forget(struct file *file) {
    while (file->watchers != NULL) {
        item_free(file->watchers);
    }
}

/* Of an epoll inside an epoll: is one of those that may be ready really so? Those that are not
 * leave the list; their waiters stand in their files' queues again. */
static int32_t epoll_poll(struct file *file, uint32_t events, struct waiter *waiter) {
    struct epoll *epoll = epoll_of(file);
    (void)events;
    if (waiter != NULL) {
        const int32_t error = wait_join(waiter, &epoll->queue);
        if (error < 0) {
            return error;
        }
    }
    while (epoll->ready_first != NULL) {
        struct epoll_item *item = epoll->ready_first;
        const int32_t ready = item->asleep ? 0 : item_poll(item);
        if (ready != 0) {
            return ready < 0 ? ready : READY_IN;
        }
        (void)ready_take(epoll);
    }
    return 0;
}

static int32_t epoll_attributes(struct file *file, struct cage *cage,
                                struct attributes *attributes) {
    files_attributes(cage, 0600, epoll_of(file)->number, attributes);
    return 0;
}

static uint32_t epoll_label(const struct file *file, char *to, uint32_t size) {
    return files_number_label("epoll ", epoll_of(file)->number, to, size);
}

static void epoll_close(struct file *file) {
    struct epoll *epoll = epoll_of(file);
    while (epoll->items != NULL) {
        item_free(epoll->items);
    }
    wait_wake(&epoll->queue);
    const struct mox_allocator allocator = epoll->files->allocator;
    alloc_give(&allocator, epoll, sizeof *epoll);
}

static void epoll_codec(struct codec *codec, struct file *file);

const struct file_ops epoll_ops = {
    .kind = FILE_EPOLL,
    .attributes = epoll_attributes,
    .poll = epoll_poll,
    .label = epoll_label,
    .close = epoll_close,
    .codec = epoll_codec,
};

/* The longest chain of epolls from this file down; more than DEPTH_MAX when it is too long, comes
 * by `end`, or cannot be told within the visits. */
static uint32_t depth_below(const struct file *file, const struct file *end, uint32_t depth,
                            uint32_t *visits) {
    uint32_t most = depth;
    if (file->ops != &epoll_ops) {
        return depth - 1;
    }
    if (file == end || depth > DEPTH_MAX || ++*visits > VISITS_MAX) {
        return DEPTH_MAX + 1;
    }
    for (const struct epoll_item *item = epoll_of(file)->items; item != NULL; item = item->next) {
        if (item->file->ops == &epoll_ops) {
            const uint32_t below = depth_below(item->file, end, depth + 1, visits);
            most = below > most ? below : most;
        }
    }
    return most;
}

static uint32_t depth_above(const struct file *file, uint32_t depth, uint32_t *visits) {
    uint32_t most = depth;
    if (depth > DEPTH_MAX || ++*visits > VISITS_MAX) {
        return DEPTH_MAX + 1;
    }
    for (const struct epoll_item *item = file->watchers; item != NULL; item = item->next_watcher) {
        const uint32_t above = depth_above(item->epoll->file, depth + 1, visits);
        most = above > most ? above : most;
    }
    return most;
}

static bool too_deep(const struct file *epoll, const struct file *target) {
    uint32_t visits = 0;
    if (target->ops != &epoll_ops) {
        return false;
    }
    return depth_below(target, epoll, 1, &visits) + depth_above(epoll, 1, &visits) > DEPTH_MAX;
}

static struct epoll_item *find_item(const struct epoll *epoll, const struct file *file,
                                    uint32_t fd) {
    struct epoll_item *item = epoll->items;
    while (item != NULL && (item->file != file || item->fd != fd)) {
        item = item->next;
    }
    return item;
}

/* (Again) interested: it is ready when it is ready now, and told of when that changes. */
static int32_t item_begin(struct epoll_item *item, const struct abi_epoll_event *event) {
    item->events = event->events;
    item->asleep = false;
    item->data_low = event->data_low;
    item->data_high = event->data_high;
    wait_leave(&item->waiter);
    const int32_t ready = item_poll(item);
    if (ready > 0 && !item->ready) {
        ready_append(item);
        wait_wake(&item->epoll->queue);
    }
    return ready < 0 ? ready : 0;
}

static int32_t item_add(struct epoll *epoll, struct file *file, uint32_t fd,
                        const struct abi_epoll_event *event) {
    struct epoll_item **at = &epoll->items;
    if (epoll->files->interests >= INTERESTS_MAX) {
        return -MOX_ENOSPC;
    }
    struct epoll_item *item = alloc_get(&epoll->files->allocator, sizeof *item);
    if (item == NULL) {
        return -MOX_ENOMEM;
    }
    item->waiter.allocator = epoll->files->allocator;
    epoll->files->interests++;
    item->waiter.woken = item_woken;
    item->epoll = epoll;
    item->file = file;
    item->fd = fd;
    while (*at != NULL) {
        at = &(*at)->next;
    }
    *at = item;
    item->next_watcher = file->watchers;
    file->watchers = item;
    const int32_t error = item_begin(item, event);
    if (error < 0) {
        item_free(item);
    }
    return error;
}

/* Regular files and directories are always ready, and no queue tells of them. */
static bool can_be_watched(const struct file *file) {
    return file->ops->poll != NULL &&
           (file->place.chan == NULL || file->place.chan->dev->poll != NULL);
}

int32_t sys_epoll_ctl(struct cage *cage, struct file *epoll_file, int32_t operation, uint32_t fd,
                      struct const_span bytes) {
    struct file *file = fdtable_get(cage->fds, fd);
    struct abi_epoll_event event = {.events = 0};
    const bool removes = operation == (int32_t)ABI_EPOLL_CTL_DEL;
    if (epoll_file->ops != &epoll_ops || file == epoll_file) {
        return -MOX_EINVAL;
    }
    if (!can_be_watched(file)) {
        return -MOX_EPERM;
    }
    if (bytes.bytes != NULL) {
        abi_load(&event, bytes.bytes, sizeof event);
    } else if (!removes) {
        return -MOX_EFAULT;
    }
    struct epoll *epoll = epoll_of(epoll_file);
    struct epoll_item *item = find_item(epoll, file, fd);
    if (operation == (int32_t)ABI_EPOLL_CTL_ADD) {
        if (item != NULL) {
            return -MOX_EEXIST;
        }
        return too_deep(epoll_file, file) ? -MOX_ELOOP : item_add(epoll, file, fd, &event);
    }
    if (!removes && operation != (int32_t)ABI_EPOLL_CTL_MOD) {
        return -MOX_EINVAL;
    }
    if (item == NULL) {
        return -MOX_ENOENT;
    }
    if (removes) {
        item_free(item);
        return 0;
    }
    return item_begin(item, &event);
}

static int32_t epoll_make(struct cage *cage, bool close_on_exec) {
    struct files *files = files_of(cage);
    struct epoll *epoll = alloc_get(&files->allocator, sizeof *epoll);
    if (epoll == NULL) {
        return -MOX_ENOMEM;
    }
    epoll->files = files;
    epoll->file = file_new(&files->allocator, &epoll_ops, ABI_O_RDWR, epoll);
    if (epoll->file == NULL) {
        alloc_give(&files->allocator, epoll, sizeof *epoll);
        return -MOX_ENOMEM;
    }
    epoll->number = ++files->next_number;
    const int32_t fd = fdtable_install(cage->fds, epoll->file, 0, close_on_exec);
    if (fd < 0) {
        file_drop(epoll->file);
    }
    return fd;
}

int32_t sys_epoll_create(struct cage *cage, int32_t size) {
    return size <= 0 ? -MOX_EINVAL : epoll_make(cage, false);
}

int32_t sys_epoll_create1(struct cage *cage, uint32_t flags) {
    if ((flags & ~ABI_O_CLOEXEC) != 0) {
        return -MOX_EINVAL;
    }
    return epoll_make(cage, flags != 0);
}

/* Goes through the list once; gives the count of events, or -ENOMEM when there are none. */
static int32_t collect(struct cage *cage, struct epoll *epoll, uint8_t *events, uint32_t most) {
    struct epoll_item *last = epoll->ready_last;
    uint32_t count = 0;
    int32_t error = 0;
    bool more = last != NULL;
    while (more && count < most) {
        struct epoll_item *item = ready_take(epoll);
        const int32_t ready = item->asleep ? 0 : item_poll(item);
        more = item != last;
        cage_charge(cage, PRICE_OF_ITEM);
        if (ready < 0) {
            error = ready;
            ready_append(item); /* nothing is lost: asked again the next time */
        } else if (ready > 0) {
            const struct abi_epoll_event event = {(uint32_t)ready, item->data_low, item->data_high};
            abi_store(events + ABI_EPOLL_EVENT_SIZE * count++, &event, ABI_EPOLL_EVENT_SIZE);
            if ((item->events & ABI_EPOLLONESHOT) != 0) {
                item->asleep = true;
            } else if ((item->events & ABI_EPOLLET) == 0 && !item->ready) {
                ready_append(item);
            }
        }
    }
    return count > 0 ? (int32_t)count : error;
}

int32_t sys_epoll_wait(struct cage *cage, struct file *epoll_file, struct span events,
                       int32_t timeout) {
    if (epoll_file->ops != &epoll_ops || events.size == 0) {
        return -MOX_EINVAL;
    }
    struct epoll *epoll = epoll_of(epoll_file);
    const int32_t count = collect(cage, epoll, events.bytes, events.size / ABI_EPOLL_EVENT_SIZE);
    if (count != 0) {
        return count;
    }
    if (timeout == 0 || cage_timed_out(cage)) {
        return 0;
    }
    if (timeout > 0) {
        cage_wait_until(cage, cage_deadline_in(cage, (uint64_t)timeout * MILLISECOND));
    }
    return call_waits_for(cage, &epoll->queue);
}

int32_t sys_epoll_pwait(struct cage *cage, struct file *epoll_file, struct span events,
                        int32_t timeout, struct const_span mask) {
    signals_wait_with(cage, mask);
    return sys_epoll_wait(cage, epoll_file, events, timeout);
}

bool epoll_check(const struct file *file) {
    const struct epoll *epoll = epoll_of(file);
    uint32_t marked = 0;
    uint32_t listed = 0;
    for (const struct epoll_item *item = epoll->items; item != NULL; item = item->next) {
        const struct epoll_item *watcher = item->file->watchers;
        while (watcher != NULL && watcher != item) {
            watcher = watcher->next_watcher;
        }
        if (watcher == NULL || item->epoll != epoll) {
            return false;
        }
        marked += item->ready ? 1 : 0;
    }
    const struct epoll_item *last = NULL;
    for (const struct epoll_item *item = epoll->ready_first; item != NULL;
         item = item->next_ready) {
        listed++;
        last = item;
    }
    return marked == listed && last == epoll->ready_last && epoll->file == file;
}

static void item_begin_codec(struct codec *codec, void *object) {
    struct epoll_item *item = object;
    if (codec->loads) {
        item->waiter.allocator = codec->structures;
        item->waiter.woken = item_woken;
    }
}

static void item_body(struct codec *codec, void *object) {
    struct epoll_item *item = object;
    codec_word(codec, &item->fd);
    codec_word(codec, &item->events);
    codec_word(codec, &item->data_low);
    codec_word(codec, &item->data_high);
    codec_flag(codec, &item->asleep);
}

static bool item_end(struct codec *codec, void *object) {
    const struct epoll_item *item = object;
    (void)codec;
    return item->epoll != NULL && item->file != NULL && can_be_watched(item->file);
}

static const struct codec_kind item_kind = {.size = sizeof(struct epoll_item),
                                            .single = true,
                                            .begin = item_begin_codec,
                                            .body = item_body,
                                            .end = item_end};

bool epoll_is_waiter(const struct waiter *waiter) {
    return waiter->woken == item_woken;
}

struct waiter *epoll_waiter_codec(struct codec *codec, struct waiter *waiter) {
    struct epoll_item *item = codec_reference(codec, &item_kind, waiter);
    (void)codec_need(codec, item != NULL);
    return item != NULL ? &item->waiter : NULL;
}

void epoll_watchers_codec(struct codec *codec, struct file *file) {
    struct epoll_item **at = &file->watchers;
    while (codec_more(codec, *at)) {
        *at = codec_reference(codec, &item_kind, *at);
        struct epoll_item *item = *at;
        if (codec->loads && codec_need(codec, item != NULL && item->file == NULL)) {
            item->file = file;
        }
        at = item != NULL ? &item->next_watcher : at;
    }
}

static void items_codec(struct codec *codec, struct epoll *epoll) {
    struct epoll_item **at = &epoll->items;
    while (codec_more(codec, *at)) {
        *at = codec_owned(codec, &item_kind, *at);
        struct epoll_item *item = *at;
        if (codec->loads && item != NULL) {
            item->epoll = epoll;
            (void)codec_need(codec, ++epoll->files->interests <= INTERESTS_MAX);
        }
        at = item != NULL ? &item->next : at;
    }
}

static void epoll_body(struct codec *codec, void *object) {
    struct epoll *epoll = object;
    epoll->files = codec->machine->files;
    codec_wide(codec, &epoll->number);
    items_codec(codec, epoll);
    struct epoll_item *ready = codec->loads ? NULL : epoll->ready_first;
    while (codec_more(codec, ready)) {
        struct epoll_item *item = codec_reference(codec, &item_kind, ready);
        if (codec->loads &&
            codec_need(codec, item != NULL && item->epoll == epoll && !item->ready)) {
            ready_append(item);
        }
        ready = codec->loads ? NULL : ready->next_ready;
    }
    wait_codec(codec, &epoll->queue);
}

/* DEPTH_MAX + 1 when there are too many, or they go round; not more than DEPTH_MAX levels deep. */
static uint32_t depth_of(struct epoll *epoll, uint32_t level) {
    uint32_t depth = 1;
    if (epoll->depth != 0 || level > DEPTH_MAX) {
        return epoll->depth != 0 ? epoll->depth : DEPTH_MAX + 1;
    }
    for (const struct epoll_item *item = epoll->items; item != NULL; item = item->next) {
        if (item->file != NULL && item->file->ops == &epoll_ops) {
            const uint32_t below = 1 + depth_of(epoll_of(item->file), level + 1);
            depth = below > depth ? below : depth;
        }
    }
    epoll->depth = depth < DEPTH_MAX + 1 ? depth : DEPTH_MAX + 1;
    return epoll->depth;
}

static bool epoll_end(struct codec *codec, void *object) {
    struct epoll *epoll = object;
    (void)codec;
    return epoll->file != NULL && depth_of(epoll, 1) <= DEPTH_MAX;
}

static void epoll_codec(struct codec *codec, struct file *file) {
    static const struct codec_kind kind = {
        .size = sizeof(struct epoll), .single = true, .body = epoll_body, .end = epoll_end};
    struct epoll *epoll = codec_owned(codec, &kind, file->object);
    file->object = epoll;
    if (codec->loads && epoll != NULL) {
        epoll->file = file;
    }
}
