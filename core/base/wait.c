#include "base/wait.h"

#include "base/alloc.h"
#include "base/codec.h"
#include "moxbox/errno.h"

#include <stddef.h>

static void leave(struct wait_link *link) {
    struct wait_queue *queue = link->queue;
    if (link->before != NULL) {
        link->before->after = link->after;
    } else {
        queue->first = link->after;
    }
    if (link->after != NULL) {
        link->after->before = link->before;
    } else {
        queue->last = link->before;
    }
}

int32_t wait_join(struct waiter *waiter, struct wait_queue *queue) {
    struct wait_link *link = NULL;
    for (struct wait_link *place = waiter->links; place != NULL; place = place->next_of_waiter) {
        if (place->queue == queue) {
            return 0;
        }
    }
    for (uint32_t i = 0; i < WAIT_INSIDE && link == NULL; i++) {
        link = waiter->inside[i].queue == NULL ? &waiter->inside[i] : NULL;
    }
    if (link == NULL) {
        link = alloc_get(&waiter->allocator, sizeof *link);
        if (link == NULL) {
            return -MOX_ENOMEM;
        }
    } else {
        link->inside = true;
    }
    link->before = queue->last;
    link->after = NULL;
    link->queue = queue;
    link->waiter = waiter;
    link->next_of_waiter = waiter->links;
    if (queue->last != NULL) {
        queue->last->after = link;
    } else {
        queue->first = link;
    }
    queue->last = link;
    waiter->links = link;
    return 0;
}

void wait_leave(struct waiter *waiter) {
    while (waiter->links != NULL) {
        struct wait_link *link = waiter->links;
        waiter->links = link->next_of_waiter;
        leave(link);
        if (link->inside) {
            *link = (struct wait_link){0};
        } else {
            alloc_give(&waiter->allocator, link, sizeof *link);
        }
    }
}

void wait_wake(struct wait_queue *queue) {
    /* Who is woken may join again at once, and is not woken twice. */
    struct wait_queue woken = *queue;
    *queue = (struct wait_queue){0};
    for (struct wait_link *link = woken.first; link != NULL; link = link->after) {
        link->queue = &woken;
    }
    while (woken.first != NULL) {
        struct waiter *waiter = woken.first->waiter;
        wait_leave(waiter);
        waiter->woken(waiter);
    }
}

bool wait_check(const struct wait_queue *queue) {
    const struct wait_link *before = NULL;
    for (const struct wait_link *link = queue->first; link != NULL; link = link->after) {
        bool known = false;
        for (const struct wait_link *own = link->waiter->links; own != NULL;
             own = own->next_of_waiter) {
            known = known || own == link;
        }
        if (!known || link->queue != queue || link->before != before) {
            return false;
        }
        before = link;
    }
    return queue->last == before;
}

/* More than any poll or epoll joins; joining looks at all of them. */
enum { LINKS_MAX = 4096 };

static uint32_t count_links(const struct waiter *waiter) {
    uint32_t count = 0;
    for (const struct wait_link *link = waiter->links; link != NULL; link = link->next_of_waiter) {
        count++;
    }
    return count;
}

void wait_codec(struct codec *codec, struct wait_queue *queue) {
    if (!codec->loads) {
        for (const struct wait_link *link = queue->first; link != NULL; link = link->after) {
            (void)codec->waiter(codec, link->waiter);
        }
        (void)codec->waiter(codec, NULL);
        return;
    }
    struct waiter *waiter;
    while ((waiter = codec->waiter(codec, NULL)) != NULL) {
        if (!codec_need(codec, count_links(waiter) < LINKS_MAX)) {
            return;
        }
        if (wait_join(waiter, queue) < 0) {
            codec_fail(codec, -MOX_ENOMEM);
        }
    }
}
