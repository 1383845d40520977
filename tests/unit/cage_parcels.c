/* Open files in messages (SCM_RIGHTS) through mox_dispatch: what is refused, who gets them, who
 * loses them, what nobody can receive any more, the state, memory that fails. That the rules are
 * Linux's is held by tests/cage/parcels.c, which runs there too. */
#include "cage/parcel.h"
#include "cage/socket.h"
#include "unit/cage_files.h"

enum {
    STREAM = 1,
    DATAGRAM = 2,
    PACKETS = 5,
    HEAD = ABI_CMSGHDR_SIZE,
    AT_HEADER = 0xf3000,
    AT_VECTOR = 0xf3100,
    AT_CONTROL = 0xf4000,
};

static uint32_t cage;

static void begin(void) {
    machine_begin(NULL, 0);
    cage = bare();
}

static void put_head(uint32_t size, uint32_t level, uint32_t type) {
    const uint32_t words[3] = {size, level, type};
    for (uint32_t i = 0; i < 3; i++) {
        put_word(cage, AT_CONTROL + 4 * i, words[i]);
    }
}

/* A struct msghdr of so many bytes at AT_BYTES or AT_ROOM. */
static void put_message(uint32_t id, uint32_t bytes, uint32_t size, uint32_t control_size) {
    const uint32_t words[] = {0, 0, AT_VECTOR, 1, AT_CONTROL, control_size, 0, bytes, size};
    for (uint32_t i = 0; i < 7; i++) {
        put_word(id, AT_HEADER + 4 * i, words[i]);
    }
    put_word(id, AT_VECTOR, words[7]);
    put_word(id, AT_VECTOR + 4, words[8]);
}

static int32_t send_control(int32_t socket, uint32_t size, uint32_t control_size) {
    put_message(cage, AT_BYTES, size, control_size);
    return CALL(cage, sendmsg, (uint32_t)socket, AT_HEADER, ABI_MSG_NOSIGNAL | ABI_MSG_DONTWAIT);
}

static int32_t send_files(int32_t socket, uint32_t size, const int32_t *fds, uint32_t count) {
    put_head(HEAD + 4 * count, ABI_SOL_SOCKET, ABI_SCM_RIGHTS);
    for (uint32_t i = 0; i < count; i++) {
        put_word(cage, AT_CONTROL + HEAD + 4 * i, (uint32_t)fds[i]);
    }
    return send_control(socket, size, HEAD + 4 * count);
}

static int32_t send_one(int32_t socket, int32_t fd) {
    return send_files(socket, 1, &fd, 1);
}

/* The count of bytes; the descriptors are in *got, the flags in *flags. */
struct got {
    int32_t fds[8];
    uint32_t count;
    uint32_t flags;
};
static int32_t receive(uint32_t id, int32_t socket, uint32_t size, uint32_t room, uint32_t flags,
                       struct got *got) {
    put_message(id, AT_ROOM, size, room);
    const int32_t result = CALL(id, recvmsg, (uint32_t)socket, AT_HEADER, flags | ABI_MSG_DONTWAIT);
    if (result >= 0) {
        const uint32_t told = get_word(id, AT_HEADER + 20);
        got->flags = get_word(id, AT_HEADER + 24);
        got->count = told > HEAD ? (told - HEAD) / 4 : 0;
        for (uint32_t i = 0; i < got->count && i < 8; i++) {
            got->fds[i] = (int32_t)get_word(id, AT_CONTROL + HEAD + 4 * i);
        }
    }
    return result;
}

static uint32_t sockets(void) {
    return machine->files->sockets.count;
}

static void test_refused(void) {
    begin();
    int32_t pair[2];
    int32_t many[254] = {0};
    CHECK_EQ(make_pair(cage, STREAM, pair), 0);
    CHECK_EQ(send_one(pair[0], 77), -MOX_EBADF);
    CHECK_EQ(send_files(pair[0], 1, many, 254), -MOX_EINVAL);
    put_head(HEAD - 1, ABI_SOL_SOCKET, ABI_SCM_RIGHTS);
    CHECK_EQ(send_control(pair[0], 1, HEAD), -MOX_EINVAL);
    put_head(HEAD + 8, ABI_SOL_SOCKET, ABI_SCM_RIGHTS);
    CHECK_EQ(send_control(pair[0], 1, HEAD + 4), -MOX_EINVAL);
    put_head(HEAD, ABI_SOL_SOCKET, 77);
    CHECK_EQ(send_control(pair[0], 1, HEAD), -MOX_EINVAL);
    CHECK_EQ(send_control(pair[0], 1, CONTROL_MAX + 1), -MOX_ENOBUFS);
    CHECK_EQ(machine->files->under_way, 0);
    struct got got;
    CHECK_EQ(receive(cage, pair[1], 9, 64, 0, &got), -MOX_EAGAIN);
    put_head(HEAD, 77, 77); /* not for sockets */
    CHECK_EQ(send_control(pair[0], 1, HEAD), 1);
    CHECK_EQ(send_control(pair[0], 1, HEAD - 1), 1);
    CHECK_EQ(send_files(pair[0], 1, many, 0), 1);
    CHECK_EQ(send_files(pair[0], 1, many, 253), 1);
    CHECK_EQ(machine->files->under_way, 253);
    CHECK_EQ(receive(cage, pair[1], 9, 64, 0, &got), 4);
    CHECK_EQ(got.count, (64 - HEAD) / 4);
    CHECK_EQ(got.flags, ABI_MSG_CTRUNC);
    CHECK_EQ(machine->files->under_way, 0);
    machine_end();
}

static void test_inet(void) {
    begin();
    const int32_t udp = CALL(cage, socket, ABI_AF_INET, DATAGRAM, 0);
    CHECK_EQ(CALL(cage, connect, (uint32_t)udp, AT_NAME, put_inet(cage, LOOPBACK, 9)), 0);
    CHECK_EQ(send_one(udp, 77), 1); /* no message for inet: not even looked at */
    put_head(HEAD, 0, 8);
    CHECK_EQ(send_control(udp, 1, HEAD), -MOX_EOPNOTSUPP);
    put_head(HEAD, ABI_SOL_SOCKET, 77);
    CHECK_EQ(send_control(udp, 1, HEAD), -MOX_EINVAL);
    CHECK_EQ(machine->files->under_way, 0);
    machine_end();
}

/* To another cage, by a stream: the file itself arrives, also after the sender has gone. */
static void test_other_cage(void) {
    begin();
    int32_t pair[2];
    int32_t pipe[2];
    struct got got;
    CHECK_EQ(make_pair(cage, STREAM, pair), 0);
    CHECK_EQ(make_pipe(cage, 0, pipe), 0);
    CHECK_EQ(write_text(cage, pipe[1], "through"), 7);
    const uint32_t child = (uint32_t)CALL(cage, fork, 0);
    CHECK_EQ(close_fd((uint32_t)child, pipe[0]), 0);
    CHECK_EQ(close_fd((uint32_t)child, pipe[1]), 0);
    CHECK_EQ(send_one(pair[0], pipe[0]), 1);
    CHECK(all_in_order());
    CHECK_EQ(CALL(cage, exit, 0), 0);
    CHECK_EQ(receive(child, pair[1], 9, HEAD + 4, ABI_MSG_CMSG_CLOEXEC, &got), 1);
    CHECK_EQ(got.count, 1);
    CHECK_EQ(got.fds[0], pipe[0]); /* the lowest that is free */
    CHECK_EQ(got.flags, ABI_MSG_CMSG_CLOEXEC);
    CHECK_EQ(CALL(child, fcntl, (uint32_t)got.fds[0], ABI_F_GETFD), ABI_FD_CLOEXEC);
    CHECK(reads(child, got.fds[0], "through"));
    CHECK_EQ(read_some(child, got.fds[0], 1), 0);
    machine_end();
}

/* Messages that nobody takes: read, too little room, a full table, closing. */
static void test_lost(void) {
    static const uint32_t types[] = {STREAM, DATAGRAM, PACKETS};
    for (uint32_t i = 0; i < 3; i++) {
        begin();
        int32_t pair[2];
        int32_t pipe[2];
        struct got got;
        CHECK_EQ(make_pair(cage, types[i], pair), 0);
        CHECK_EQ(make_pipe(cage, 0, pipe), 0);
        CHECK_EQ(send_one(pair[0], pipe[1]), 1);
        CHECK_EQ(close_fd(cage, pipe[1]), 0);
        CHECK_EQ(ready(cage, pipe[0]), 0u);
        CHECK_EQ(read_some(cage, pair[1], 9), 1);
        CHECK_EQ(ready(cage, pipe[0]), (uint32_t)READY_HUP); /* the last writer has gone */
        CHECK_EQ(send_one(pair[0], pipe[0]), 1);
        CHECK_EQ(receive(cage, pair[1], 9, HEAD + 3, 0, &got), 1);
        CHECK_EQ(got.count, 0);
        CHECK_EQ(got.flags, ABI_MSG_CTRUNC);
        CHECK_EQ(send_one(pair[0], pipe[0]), 1);
        while (CALL(cage, dup, (uint32_t)pipe[0]) >= 0) {
        }
        CHECK_EQ(receive(cage, pair[1], 9, HEAD + 4, 0, &got), 1);
        CHECK_EQ(got.count, 0);
        CHECK_EQ(got.flags, ABI_MSG_CTRUNC);
        CHECK_EQ(send_one(pair[0], pipe[0]), 1);
        CHECK_EQ(machine->files->under_way, 1);
        CHECK_EQ(close_fd(cage, pair[1]), 0);
        CHECK_EQ(machine->files->under_way, 0);
        machine_end();
    }
}

/* Sockets that only sockets that cannot be reached could give back. */
static void test_cycles(void) {
    begin();
    int32_t pair[2];
    int32_t other[2];
    for (uint32_t type = STREAM; type <= DATAGRAM; type++) {
        CHECK_EQ(make_pair(cage, type, pair), 0); /* one that has itself */
        CHECK_EQ(send_one(pair[0], pair[1]), 1);
        CHECK_EQ(close_fd(cage, pair[1]), 0);
        CHECK_EQ(sockets(), 1);
        CHECK_EQ(close_fd(cage, pair[0]), 0);
    }
    CHECK_EQ(make_pair(cage, STREAM, pair), 0); /* two that have each other, and a pipe */
    CHECK_EQ(make_pair(cage, DATAGRAM, other), 0);
    CHECK_EQ(send_one(pair[0], other[1]), 1);
    CHECK_EQ(send_one(other[0], pair[1]), 1);
    CHECK_EQ(send_one(pair[0], 0), 1);
    CHECK_EQ(close_fd(cage, pair[1]), 0);
    CHECK_EQ(sockets(), 4);
    CHECK_EQ(machine->files->under_way, 3);
    CHECK_EQ(close_fd(cage, other[1]), 0);
    CHECK_EQ(sockets(), 2);
    CHECK_EQ(machine->files->under_way, 0);
    machine_end();
}

/* A listener that lies in a connection which it has not accepted. */
static void test_backlog(void) {
    begin();
    const int32_t server = CALL(cage, socket, ABI_AF_UNIX, STREAM, 0);
    const int32_t client = CALL(cage, socket, ABI_AF_UNIX, STREAM, 0);
    const uint32_t size = put_unix(cage, "/tmp/listener");
    CHECK_EQ(CALL(cage, bind, (uint32_t)server, AT_NAME, size), 0);
    CHECK_EQ(CALL(cage, listen, (uint32_t)server, 5), 0);
    CHECK_EQ(CALL(cage, connect, (uint32_t)client, AT_NAME, size), 0);
    CHECK_EQ(send_one(client, server), 1);
    CHECK_EQ(close_fd(cage, server), 0);
    CHECK_EQ(sockets(), 1); /* nobody can accept any more */
    CHECK_EQ(machine->files->under_way, 0);
    CHECK_EQ(CALL(cage, send, (uint32_t)client, AT_BYTES, 1, ABI_MSG_NOSIGNAL), -MOX_EPIPE);
    machine_end();
}

/* Sockets in sockets, as deep as there may be: dropped without the host's stack growing. */
static void test_depth(void) {
    begin();
    int32_t first[2];
    int32_t last = -1;
    CHECK_EQ(make_pair(cage, DATAGRAM, first), 0);
    last = first[1];
    for (uint32_t i = 0; i < UNDER_WAY_MAX - 1; i++) {
        int32_t pair[2];
        CHECK_EQ(make_pair(cage, DATAGRAM, pair), 0);
        CHECK_EQ(send_one(pair[0], last), 1); /* the one before lies in this one */
        CHECK_EQ(close_fd(cage, pair[0]), 0);
        CHECK_EQ(close_fd(cage, last), 0);
        last = pair[1];
    }
    CHECK_EQ(send_one(first[0], first[0]), 1);
    CHECK_EQ(send_one(first[0], first[0]), -MOX_ETOOMANYREFS);
    CHECK_EQ(sockets(), UNDER_WAY_MAX + 1u);
    CHECK(all_in_order());
    CHECK_EQ(close_fd(cage, last), 0); /* all but the first, which lies in itself */
    CHECK_EQ(sockets(), 1);
    CHECK_EQ(close_fd(cage, first[0]), 0);
    CHECK_EQ(sockets(), 0);
    machine_end();
}

static void hash(uint8_t digest[MOX_HASH_SIZE]) {
    bool done = false;
    while (!done) {
        CHECK_EQ(mox_machine_state_hash(machine, UINT32_MAX, digest, &done), MOX_OK);
    }
}

/* A pipe's end under way, or the console; the descriptor is closed then. */
static void state_with(uint32_t which, bool look_before, uint8_t digest[MOX_HASH_SIZE]) {
    begin();
    int32_t pair[2];
    int32_t ends[3] = {0, 0, 0};
    CHECK_EQ(make_pair(cage, STREAM, pair), 0);
    CHECK_EQ(make_pipe(cage, 0, ends), 0);
    CHECK_EQ(send_one(pair[0], ends[which]), 1);
    if (look_before) {
        hash(digest);
    }
    CHECK_EQ(close_fd(cage, ends[0]), 0);
    CHECK_EQ(close_fd(cage, ends[1]), 0);
    hash(digest);
    machine_end();
}

/* What is under way is part of the state; that somebody looked is not. */
static void test_state(void) {
    uint8_t digests[4][MOX_HASH_SIZE];
    for (uint32_t which = 0; which < 3; which++) {
        state_with(which, false, digests[which]);
        state_with(which, true, digests[3]);
        CHECK(memcmp(digests[which], digests[3], MOX_HASH_SIZE) == 0);
    }
    CHECK(memcmp(digests[0], digests[1], MOX_HASH_SIZE) != 0);
    CHECK(memcmp(digests[0], digests[2], MOX_HASH_SIZE) != 0);
    CHECK(memcmp(digests[1], digests[2], MOX_HASH_SIZE) != 0);
}

static bool disturbed(size_t fail_at, bool forever) {
    struct counting counting = {.forever = forever};
    machine_begin(&counting, 0);
    cage = bare();
    int32_t pair[2];
    int32_t pipe[2];
    struct got got = {.count = 0};
    CHECK_EQ(make_pair(cage, STREAM, pair), 0);
    CHECK_EQ(make_pipe(cage, 0, pipe), 0);
    counting.fail_at = counting.calls + fail_at;
    const int32_t sent = send_one(pair[0], pipe[0]);
    const int32_t received = sent == 1 ? receive(cage, pair[1], 9, 64, 0, &got) : -MOX_EAGAIN;
    const bool failed = counting.failed;
    counting.fail_at = 0;
    CHECK(all_in_order());
    CHECK_EQ(machine->files->under_way, 0);
    CHECK_EQ(sent, failed ? -MOX_ENOMEM : 1);
    CHECK_EQ(received, failed ? -MOX_EAGAIN : 1);
    CHECK_EQ(send_one(pair[0], pipe[0]), 1); /* and it works when there is memory again */
    machine_end();
    CHECK_EQ(counting.blocks, 0);
    return !failed;
}

int main(void) {
    test_refused();
    test_inet();
    test_other_cage();
    test_lost();
    test_cycles();
    test_backlog();
    test_depth();
    test_state();
    counting_fail_each(disturbed, 1);
    return check_report("open files in messages");
}
