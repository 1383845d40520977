/* Message queues: a struct mqueue in the memory of those who have one open, which it survives and
 * is found by. Only calls change it, each at once, so that nobody who is killed leaves one half
 * changed or locked. What a guest writes there itself is its own loss: nothing is believed that is
 * not checked in the same call. */
#include "cage/ipc.h"

#include <string.h>

#include "moxbox/errno.h"

enum { WORD = 4, MESSAGE_MAX = 1 << 24 };

#define FIELD(name) ((uint32_t)offsetof(struct abi_mqueue, name))

/* One as it is now: the messages that matter, `capacity` where there is none. */
struct queue {
    uint8_t *bytes;
    uint32_t capacity;
    uint32_t stride;
    uint32_t message_size;
    uint32_t used;
    uint32_t free;  /* the first that is not in use */
    uint32_t first; /* to be received next */
};

static uint8_t *message_at(const struct queue *queue, uint32_t index) {
    return queue->bytes + ABI_MQUEUE_SIZE + (size_t)index * queue->stride;
}

static void sort_in(struct queue *queue, uint32_t index, struct abi_mqmessage *best) {
    struct abi_mqmessage message;
    abi_load(&message, message_at(queue, index), ABI_MQMESSAGE_SIZE);
    if (message.used == 0) {
        queue->free = queue->free < index ? queue->free : index;
        return;
    }
    queue->used++;
    const bool older = (message.order - best->order) >> 31 != 0; /* they may wrap */
    if (queue->first == queue->capacity || message.priority > best->priority ||
        (message.priority == best->priority && older)) {
        queue->first = index;
        *best = message;
    }
}

/* needs: a call that costs what is looked at. -EFAULT, -EINVAL. */
static int32_t look(struct cage *cage, uint32_t address, struct queue *queue) {
    const struct region *region = space_find(&cage->space, address);
    const uint32_t rights = RIGHT_READ | RIGHT_WRITE;
    struct abi_mqmessage best = {.used = 0};
    struct abi_mqueue head;
    if (region == NULL || (region->rights & rights) != rights) {
        return -MOX_EFAULT;
    }
    const uint32_t there = region->size - (address - region->base);
    if (there < ABI_MQUEUE_SIZE) {
        return -MOX_EFAULT;
    }
    *queue = (struct queue){.bytes = region->bytes + (address - region->base)};
    abi_load(&head, queue->bytes, ABI_MQUEUE_SIZE);
    queue->stride = ABI_MQMESSAGE_SIZE + (head.message_size + WORD - 1) / WORD * WORD;
    if (head.capacity == 0 || head.message_size == 0 || head.message_size > MESSAGE_MAX ||
        head.capacity > (there - ABI_MQUEUE_SIZE) / queue->stride) {
        return -MOX_EINVAL;
    }
    queue->message_size = head.message_size;
    queue->capacity = head.capacity;
    queue->free = head.capacity;
    queue->first = head.capacity;
    for (uint32_t i = 0; i < head.capacity; i++) {
        sort_in(queue, i, &best);
    }
    cage_charge(cage, head.capacity);
    return 0;
}

static int32_t wait_for(struct cage *cage, uint32_t address, uint32_t flags,
                        struct const_span deadline) {
    return (flags & ABI_O_NONBLOCK) != 0 ? -MOX_EAGAIN
                                         : line_stand(cage, address, deadline, LOCK_MESSAGES);
}

static uint32_t field(const struct queue *queue, uint32_t at) {
    return bytes_load32(queue->bytes + at);
}

static void set_field(struct queue *queue, uint32_t at, uint32_t word) {
    bytes_store32(queue->bytes + at, word);
}

/* The one who asked for it is told, once, if the sender may tell it anything. */
static void notify(struct cage *cage, struct queue *queue) {
    const uint32_t notified = field(queue, FIELD(notified));
    const uint32_t signal = field(queue, FIELD(signal));
    set_field(queue, FIELD(notified), 0);
    if (notified != 0 && signal != 0) {
        (void)sys_sigqueue(cage, (int32_t)notified, (int32_t)signal, field(queue, FIELD(value)),
                           (int32_t)ABI_SI_MESGQ);
    }
}

int32_t sys_mq_send(struct cage *cage, uint32_t address, struct const_span from, uint32_t priority,
                    uint32_t flags, struct const_span deadline) {
    struct queue queue;
    const int32_t error = look(cage, address, &queue);
    if (error < 0) {
        return error;
    }
    if (from.size > queue.message_size) {
        return -MOX_EMSGSIZE;
    }
    if (queue.free == queue.capacity) {
        return wait_for(cage, address + FIELD(senders), flags, deadline);
    }
    const uint32_t order = field(&queue, FIELD(next_order));
    const struct abi_mqmessage message = {1, priority, order, from.size};
    uint8_t *to = message_at(&queue, queue.free);
    memmove(to + ABI_MQMESSAGE_SIZE, from.bytes, from.size); /* it may come from the queue itself */
    abi_store(to, &message, ABI_MQMESSAGE_SIZE);
    set_field(&queue, FIELD(next_order), order + 1);
    set_field(&queue, FIELD(count), queue.used + 1);
    if (queue.used == 0 && line_is_empty(cage, address + FIELD(receivers))) {
        notify(cage, &queue);
    }
    line_wake(cage, address + FIELD(receivers));
    return 0;
}

int32_t sys_mq_receive(struct cage *cage, uint32_t address, struct span to, struct span priority,
                       uint32_t flags, struct const_span deadline) {
    struct queue queue;
    struct abi_mqmessage message;
    const int32_t error = look(cage, address, &queue);
    if (error < 0) {
        return error;
    }
    if (to.size < queue.message_size) {
        return -MOX_EMSGSIZE;
    }
    if (queue.first == queue.capacity) {
        return wait_for(cage, address + FIELD(receivers), flags, deadline);
    }
    uint8_t *from = message_at(&queue, queue.first);
    abi_load(&message, from, ABI_MQMESSAGE_SIZE);
    const uint32_t size = message.size < queue.message_size ? message.size : queue.message_size;
    bytes_store32(from, 0);
    set_field(&queue, FIELD(count), queue.used - 1);
    memmove(to.bytes, from + ABI_MQMESSAGE_SIZE, size);
    if (priority.bytes != NULL) {
        bytes_store32(priority.bytes, message.priority);
    }
    line_wake(cage, address + FIELD(senders));
    return (int32_t)size;
}

int32_t sys_mq_notify(struct cage *cage, uint32_t address, int32_t signal, uint32_t value) {
    struct queue queue;
    const int32_t error = look(cage, address, &queue);
    if (error < 0) {
        return error;
    }
    const uint32_t notified = field(&queue, FIELD(notified));
    const struct cage *other = machine_cage(cage->machine, notified);
    if (signal < 0) {
        set_field(&queue, FIELD(notified), notified == cage->id ? 0 : notified);
        return 0;
    }
    if (signal > ABI_SIGNAL_COUNT) {
        return -MOX_EINVAL;
    }
    if (other != NULL && other->state != CAGE_ZOMBIE) {
        return -MOX_EBUSY;
    }
    set_field(&queue, FIELD(signal), (uint32_t)signal);
    set_field(&queue, FIELD(value), value);
    set_field(&queue, FIELD(notified), cage->id);
    return 0;
}
