/* The host's memory fails at the n-th allocation, for every n until nothing fails: the call that
 * needed it gives -ENOMEM and has changed nothing, everything is in order, the same call succeeds
 * when memory is back, and nothing is leaked in the end. */
#include "unit/cage_files.h"

static struct counting counting;
static uint32_t failures;
static uint32_t cage;

#define TRY(who, name, ...) try_words(who, CALL_##name, (const uint32_t[6]){__VA_ARGS__})
static int32_t try_words(uint32_t who, uint32_t number, const uint32_t words[6]) {
    int32_t result = call_words(who, number, words);
    if (counting.failed) {
        /* A write may tell less than it was asked for instead. */
        const bool less = result > 0 && (number == CALL_write || number == CALL_send);
        CHECK(result == -MOX_ENOMEM || less);
        CHECK(all_in_order());
        counting.failed = false;
        counting.fail_at = 0;
        failures++;
        result = less ? result : call_words(who, number, words);
    }
    return result;
}

static int32_t pair_word(uint32_t index) {
    return (int32_t)get_word(cage, AT_SMALL + 4 * index);
}

static void pipes(void) {
    CHECK_EQ(TRY(cage, pipe, AT_SMALL), 0);
    const uint32_t in = (uint32_t)pair_word(0);
    const uint32_t out = (uint32_t)pair_word(1);
    CHECK_EQ(TRY(cage, write, out, AT_BYTES, 10), 10);
    CHECK_EQ(TRY(cage, write, out, AT_BYTES, 1000), 1000);
    CHECK_EQ(TRY(cage, write, out, AT_BYTES, 60000), 60000);
    CHECK_EQ(TRY(cage, write, out, AT_BYTES, 10000), WAITS);
    CHECK_EQ(TRY(cage, read, in, AT_ROOM, 100000), 65536);
    CHECK_EQ(TRY(cage, write, out, AT_BYTES, 10000), 10000);
    put_text(cage, AT_NAME, "/fifo");
    CHECK_EQ(TRY(cage, mknod, AT_NAME, MODE_FIFO | 0666, 0), 0);
    CHECK_EQ(TRY(cage, open, AT_NAME, 0, 0), WAITS);
    CHECK_EQ(TRY(cage, open, AT_NAME, 0, 0), WAITS);
    CHECK(TRY(cage, open, AT_NAME, 2, 0) > 0);
    const int32_t child = TRY(cage, fork, 0);
    CHECK(child > 0);
    CHECK_EQ(TRY((uint32_t)child, read, in, AT_ROOM, 100000), 10000);
}

static void sockets(void) {
    CHECK_EQ(TRY(cage, socketpair, ABI_AF_UNIX, 1, 0, AT_SMALL), 0);
    const uint32_t a = (uint32_t)pair_word(0);
    const uint32_t b = (uint32_t)pair_word(1);
    CHECK_EQ(TRY(cage, send, a, AT_BYTES, 5000, 0), 5000);
    CHECK_EQ(TRY(cage, recv, b, AT_ROOM, 5000, 0), 5000);
    const int32_t server = TRY(cage, socket, ABI_AF_INET, 1, 0);
    const int32_t client = TRY(cage, socket, ABI_AF_INET, 1, 0);
    const int32_t late = TRY(cage, socket, ABI_AF_INET, 1 | ABI_SOCK_NONBLOCK, 0);
    const uint32_t size = put_inet(cage, LOOPBACK, 4000);
    CHECK_EQ(TRY(cage, bind, (uint32_t)server, AT_NAME, size), 0);
    CHECK_EQ(TRY(cage, listen, (uint32_t)server, 0), 0);
    CHECK_EQ(TRY(cage, connect, (uint32_t)client, AT_NAME, size), 0);
    CHECK_EQ(TRY(cage, connect, (uint32_t)late, AT_NAME, size), -MOX_EINPROGRESS);
    CHECK(TRY(cage, accept, (uint32_t)server, 0, 0) > 0);
    const int32_t named = TRY(cage, socket, ABI_AF_UNIX, 2, 0);
    const uint32_t path = put_unix(cage, "/name");
    CHECK_EQ(TRY(cage, bind, (uint32_t)named, AT_NAME, path), 0);
    CHECK_EQ(TRY(cage, sendto, (uint32_t)named, AT_BYTES, 300, 0, AT_NAME, path), 300);
}

static void epolls(void) {
    const int32_t epoll = TRY(cage, epoll_create, 1);
    const int32_t outer = TRY(cage, epoll_create, 1);
    static const uint32_t event[3] = {READY_IN | READY_OUT};
    for (uint32_t i = 0; i < 3; i++) {
        CHECK_EQ(TRY(cage, socketpair, ABI_AF_UNIX, 1, 0, AT_SMALL), 0);
        const uint32_t fd = (uint32_t)pair_word(0);
        put(cage, AT_SMALL, event, sizeof event);
        CHECK_EQ(TRY(cage, epoll_ctl, (uint32_t)epoll, ABI_EPOLL_CTL_ADD, fd, AT_SMALL), 0);
        CHECK_EQ(TRY(cage, epoll_ctl, (uint32_t)epoll, ABI_EPOLL_CTL_MOD, fd, AT_SMALL), 0);
    }
    CHECK_EQ(TRY(cage, epoll_ctl, (uint32_t)outer, ABI_EPOLL_CTL_ADD, (uint32_t)epoll, AT_SMALL),
             0);
    CHECK_EQ(TRY(cage, epoll_wait, (uint32_t)outer, AT_ROOM, 8, 0), 1);
    CHECK_EQ(TRY(cage, epoll_wait, (uint32_t)epoll, AT_ROOM, 8, 0), 3);
    /* More places to wait at than a waiter has by itself. */
    uint32_t fds[12];
    for (uint32_t i = 0; i < 6; i++) {
        CHECK_EQ(TRY(cage, pipe, AT_SMALL), 0);
        fds[2 * i] = (uint32_t)pair_word(0);
        fds[2 * i + 1] = READY_IN;
    }
    put(cage, AT_SMALL, fds, sizeof fds);
    CHECK_EQ(TRY(cage, poll, AT_SMALL, 6, UINT32_MAX), WAITS);
    for (uint32_t i = 0; i < 6; i++) {
        put_word(cage, AT_ROOM, get_word(cage, AT_ROOM) | 1u << fds[2 * i]);
    }
    put_word(cage, AT_ROOM, UINT32_MAX << fds[0] & (1u << fds[0] | 1u << fds[2] | 1u << fds[4]));
    CHECK_EQ(TRY(cage, select, 32, AT_ROOM, 0, 0, 0), WAITS);
}

static void locks(void) {
    put_text(cage, AT_NAME, "/f");
    const uint32_t fd = (uint32_t)TRY(cage, open, AT_NAME, 0102, 0666);
    static const uint32_t record[4] = {1, 10, 100}, middle[4] = {2, 50, 5};
    CHECK_EQ(TRY(cage, flock, fd, ABI_LOCK_EX), 0);
    put(cage, AT_SMALL, record, sizeof record);
    CHECK_EQ(TRY(cage, fcntl, fd, ABI_F_SETLK, AT_SMALL), 0);
    put(cage, AT_SMALL, middle, sizeof middle);
    CHECK_EQ(TRY(cage, fcntl, fd, ABI_F_SETLK, AT_SMALL), 0);
    const int32_t id = TRY(cage, shmget, 7, 10000, 0600 | ABI_IPC_CREAT);
    CHECK_EQ(TRY(cage, shmat, (uint32_t)id, 0x40000000, 0), 0x40000000);
    CHECK_EQ(TRY(cage, mutex_create, 0), 0);
    CHECK_EQ(TRY(cage, cond_create, 0), 0);
    CHECK_EQ(TRY(cage, sem_init, 0x40000000, 1, 0), 0);
    const uint32_t child = (uint32_t)TRY(cage, fork, 0);
    CHECK_EQ(TRY(cage, mutex_lock, 0), 0);
    CHECK_EQ(TRY(child, mutex_lock, 0), WAITS);
    CHECK_EQ(TRY(cage, cond_wait, 0, 0), WAITS);
    CHECK_EQ(TRY(child, mutex_lock, 0), 0);
    CHECK_EQ(TRY(child, cond_signal, 0), 0);
    CHECK_EQ(TRY(child, mutex_unlock, 0), 0);
    CHECK_EQ(TRY(cage, cond_wait, 0, 0), 0);
    CHECK_EQ(TRY(cage, sem_wait, 0x40000000), WAITS);
    CHECK_EQ(TRY(child, sem_post, 0x40000000), 0);
    CHECK_EQ(TRY(cage, sem_wait, 0x40000000), 0);
    CHECK_EQ(TRY(cage, shmdt, 0x40000000), 0);
}

static void with_failures(void (*scenario)(void), const char *name) {
    bool failed = true;
    for (size_t n = 1; failed; n++) {
        counting = (struct counting){.calls = 0};
        machine_begin(&counting, 0);
        cage = bare();
        const uint32_t before = failures;
        counting.fail_at = counting.calls + n;
        scenario();
        failed = failures > before;
        counting.fail_at = 0;
        machine_end();
        CHECK_EQ(counting.blocks, 0);
        CHECK_EQ(counting.bytes, 0);
    }
    printf("%s: %" PRIu32 " failures so far\n", name, failures);
}

int main(void) {
    with_failures(pipes, "pipes");
    with_failures(sockets, "sockets");
    with_failures(epolls, "epolls");
    with_failures(locks, "locks");
    CHECK(failures > 50);
    return check_report("failing memory under files, sockets and locks of cages");
}
