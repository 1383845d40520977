/* The calls of message queues on a queue that a guest may have written anything into. That they are
 * right is held by tests/cage (realtime.c, the Open POSIX Test Suite). */
#include "cage/signals.h"
#include "unit/cage_files.h"

enum {
    AT_QUEUE = 0x40000,
    CAPACITY = 3,
    SIZE = 6,
    STRIDE = ABI_MQMESSAGE_SIZE + 8,
    HEAD = ABI_MQUEUE_SIZE,
};

static uint32_t cage;

static void put_queue(uint32_t at, uint32_t capacity, uint32_t size) {
    const struct abi_mqueue queue = {.capacity = capacity, .message_size = size};
    uint8_t bytes[HEAD];
    abi_store(bytes, &queue, HEAD);
    put(cage, at, bytes, HEAD);
}

static int32_t send_text(const char *text, uint32_t priority) {
    put_text(cage, AT_BYTES, text);
    return CALL(cage, mq_send, AT_QUEUE, AT_BYTES, (uint32_t)strlen(text), priority, ABI_O_NONBLOCK,
                0);
}

static int32_t receive(uint32_t at, uint32_t size) {
    return CALL(cage, mq_receive, at, AT_ROOM, size, AT_SIZE, ABI_O_NONBLOCK, 0);
}

static bool receives(const char *text, uint32_t priority) {
    return receive(AT_QUEUE, SIZE) == (int32_t)strlen(text) && came(cage, text) &&
           get_word(cage, AT_SIZE) == priority;
}

static void begin(void) {
    machine_begin(NULL, 0);
    cage = bare();
    put_queue(AT_QUEUE, CAPACITY, SIZE);
}

static void test_order(void) {
    begin();
    CHECK_EQ(receive(AT_QUEUE, SIZE), -MOX_EAGAIN);
    CHECK_EQ(receive(AT_QUEUE, SIZE - 1), -MOX_EMSGSIZE);
    CHECK_EQ(send_text("too long", 0), -MOX_EMSGSIZE);
    put_word(cage, AT_QUEUE + offsetof(struct abi_mqueue, next_order), UINT32_MAX); /* it wraps */
    CHECK_EQ(send_text("first", 1), 0);
    CHECK_EQ(send_text("high", 7), 0);
    CHECK_EQ(send_text("", 1), 0);
    CHECK_EQ(send_text("full", 1), -MOX_EAGAIN);
    CHECK_EQ(get_word(cage, AT_QUEUE + offsetof(struct abi_mqueue, count)), CAPACITY);
    CHECK(receives("high", 7));
    CHECK(receives("first", 1));
    CHECK_EQ(send_text("again", 1), 0);
    CHECK(receives("", 1));
    CHECK(receives("again", 1));
    CHECK_EQ(receive(AT_QUEUE, SIZE), -MOX_EAGAIN);
    machine_end();
}

/* What a guest can write there: refused, or wrong for itself alone. */
static void test_hostile(void) {
    static const struct {
        uint32_t capacity, size;
        int32_t result;
    } rows[] = {
        {0, SIZE, -MOX_EINVAL},
        {CAPACITY, 0, -MOX_EINVAL},
        {UINT32_MAX, SIZE, -MOX_EINVAL},
        {CAPACITY, UINT32_MAX, -MOX_EINVAL},
        {1 << 28, 1, -MOX_EINVAL},
        {CAPACITY, 1 << 24, -MOX_EINVAL}, /* more than there is memory */
    };
    begin();
    for (uint32_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        put_queue(AT_QUEUE, rows[i].capacity, rows[i].size);
        CHECK_EQ(send_text("text", 0), rows[i].result);
        CHECK_EQ(receive(AT_QUEUE, SIZE), rows[i].result);
        CHECK_EQ(CALL(cage, mq_notify, AT_QUEUE, 10, 0), rows[i].result);
    }
    const uint32_t end = MOX_BARE_ROOM + MOX_BARE_ROOM_SIZE;
    CHECK_EQ(receive(end, SIZE), -MOX_EFAULT);
    CHECK_EQ(receive(end - HEAD + 1, SIZE), -MOX_EFAULT);
    put_queue(end - HEAD - STRIDE, 1, SIZE); /* just fits */
    CHECK_EQ(receive(end - HEAD - STRIDE, SIZE), -MOX_EAGAIN);
    put_queue(end - HEAD - STRIDE + 1, 1, SIZE);
    CHECK_EQ(receive(end - HEAD - STRIDE + 1, SIZE), -MOX_EINVAL);
    put_queue(AT_QUEUE, CAPACITY, SIZE);
    CHECK_EQ(send_text("text", 0), 0);
    put_word(cage, AT_QUEUE + HEAD + 12, UINT32_MAX); /* the size of the message */
    CHECK_EQ(receive(AT_QUEUE, SIZE), SIZE);
    machine_end();
}

static void test_notify(void) {
    begin();
    put_word(cage, AT_SMALL, UINT32_MAX);
    put_word(cage, AT_SMALL + 4, UINT32_MAX);
    CHECK_EQ(CALL(cage, sigprocmask, ABI_SIG_SETMASK, AT_SMALL, 0), 0);
    const uint32_t other = (uint32_t)CALL(cage, fork, 0);
    CHECK_EQ(CALL(cage, mq_notify, AT_QUEUE, 77, 0), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, mq_notify, AT_QUEUE, 40, 5), 0);
    CHECK_EQ(CALL(cage, mq_notify, AT_QUEUE, 40, 5), -MOX_EBUSY);
    CHECK_EQ(send_text("one", 0), 0);
    const struct signals *signals = machine_cage(machine, cage)->signals;
    CHECK((signals->pending & signal_bit(40)) != 0);
    CHECK_EQ(signals->info[40].value, 5);
    CHECK_EQ(CALL(cage, mq_notify, AT_QUEUE, 10, 0), 0);
    CHECK_EQ(send_text("two", 0), 0); /* it was not empty */
    CHECK((signals->pending & signal_bit(10)) == 0);
    CHECK_EQ(CALL(cage, mq_notify, AT_QUEUE, (uint32_t)-1, 0), 0);
    CHECK_EQ(CALL(cage, mq_notify, AT_QUEUE, 10, 0), 0);
    /* One that the sender may not signal is not told, whoever wrote its id there. */
    CHECK_EQ(CALL(cage, mq_notify, AT_QUEUE, (uint32_t)-1, 0), 0);
    CHECK(receives("one", 0) && receives("two", 0));
    put_word(cage, AT_QUEUE + offsetof(struct abi_mqueue, notified), other);
    put_word(cage, AT_QUEUE + offsetof(struct abi_mqueue, signal), 12);
    CHECK_EQ(CALL(cage, setuid, 1000), 0);
    CHECK_EQ(send_text("three", 0), 0);
    CHECK_EQ(machine_cage(machine, other)->signals->pending, 0);
    machine_end();
}

int main(void) {
    test_order();
    test_hostile();
    test_notify();
    return check_report("message queues");
}
