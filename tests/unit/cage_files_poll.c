/* poll, select and epoll through mox_dispatch: SafePOSIX's scenarios, the modes that it lacks, and
 * the cycles and depths that nobody may build. */
#include "unit/cage_files.h"

enum { LISTED = 16, DEPTH = 5 };

static uint32_t cage;

static void begin(void) {
    machine_begin(NULL, 0);
    cage = bare();
}

static int32_t control(int32_t epoll, uint32_t operation, int32_t fd, uint32_t events,
                       uint32_t data) {
    put_word(cage, AT_SMALL, events);
    put_word(cage, AT_SMALL + 4, data);
    put_word(cage, AT_SMALL + 8, ~data);
    return CALL(cage, epoll_ctl, (uint32_t)epoll, operation, (uint32_t)fd, AT_SMALL);
}
static int32_t add(int32_t epoll, int32_t fd, uint32_t events) {
    return control(epoll, ABI_EPOLL_CTL_ADD, fd, events, (uint32_t)fd);
}
static int32_t wait_for(int32_t epoll, uint32_t most, int32_t timeout) {
    return CALL(cage, epoll_wait, (uint32_t)epoll, AT_ROOM, most, (uint32_t)timeout);
}
static uint32_t event_of(uint32_t index) {
    return get_word(cage, AT_ROOM + 12 * index);
}
static uint32_t data_of(uint32_t index) {
    CHECK_EQ(get_word(cage, AT_ROOM + 12 * index + 8), ~get_word(cage, AT_ROOM + 12 * index + 4));
    return get_word(cage, AT_ROOM + 12 * index + 4);
}
/* One event of this descriptor and no other. */
static bool tells(int32_t epoll, int32_t fd, uint32_t events) {
    return wait_for(epoll, LISTED, 0) == 1 && event_of(0) == events && data_of(0) == (uint32_t)fd;
}

static void test_poll(void) {
    begin();
    int32_t pair[2];
    CHECK_EQ(make_pipe(cage, 0, pair), 0);
    const int32_t file = open_file(cage, "/f", 0102, 0666);
    const uint32_t fds[] = {(uint32_t)pair[0], 1, (uint32_t)pair[1], 4, UINT32_MAX, 5, 999, 1,
                            (uint32_t)file,    5};
    put(cage, AT_SMALL, fds, sizeof fds);
    CHECK_EQ(CALL(cage, poll, AT_SMALL, 5, 0), 3);
    CHECK_EQ(get_word(cage, AT_SMALL + 4), 1);
    CHECK_EQ(get_word(cage, AT_SMALL + 12), 4u << 16 | 4);
    CHECK_EQ(get_word(cage, AT_SMALL + 20), 5); /* a negative one is left out */
    CHECK_EQ(get_word(cage, AT_SMALL + 28), 0x20u << 16 | 1);
    CHECK_EQ(get_word(cage, AT_SMALL + 36), 5u << 16 | 5);
    CHECK_EQ(CALL(cage, poll, AT_SMALL, 1, 0), 0);
    CHECK_EQ(CALL(cage, poll, AT_SMALL, 1, UINT32_MAX), WAITS);
    CHECK_EQ(CALL(cage, poll, AT_SMALL, 1, 10), WAITS);
    CHECK_EQ(CALL(cage, poll, AT_SMALL, 0, 0), 0);
    CHECK_EQ(CALL(cage, poll, AT_SMALL, 1025, 0), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, poll, AT_SMALL, UINT32_MAX, 0), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, poll, 0x500, 1, 0), -MOX_EFAULT);
    CHECK_EQ(close_fd(cage, pair[0]), 0);
    put_word(cage, AT_SMALL, (uint32_t)pair[1]);
    put_word(cage, AT_SMALL + 4, 0);
    CHECK_EQ(CALL(cage, poll, AT_SMALL, 1, UINT32_MAX), 1); /* errors come unasked */
    CHECK_EQ(get_word(cage, AT_SMALL + 4), 8u << 16);
    machine_end();
}

static void set_bit(uint32_t set, int32_t fd) {
    const uint32_t at = set + (uint32_t)fd / 32 * 4;
    put_word(cage, at, get_word(cage, at) | 1u << (fd % 32));
}
static void clear_set(uint32_t set) {
    static const uint8_t none[128];
    put(cage, set, none, sizeof none);
}

static void test_select(void) {
    begin();
    enum { READS = AT_ROOM, WRITES = AT_ROOM + 128, ODD = AT_ROOM + 256, TIME = AT_ROOM + 384 };
    int32_t pair[2];
    CHECK_EQ(make_pair(cage, 1, pair), 0);
    CHECK_EQ(CALL(cage, dup2, (uint32_t)pair[0], 1023), 1023);
    const uint32_t sets[] = {READS, WRITES, ODD};
    for (uint32_t i = 0; i < 3; i++) {
        clear_set(sets[i]);
        set_bit(sets[i], pair[0]);
        set_bit(sets[i], 1023);
    }
    CHECK_EQ(CALL(cage, select, 1024, READS, WRITES, ODD, 0), 2);
    CHECK_EQ(get_word(cage, READS), 0);
    CHECK_EQ(get_word(cage, WRITES), 1u << pair[0]);
    CHECK_EQ(get_word(cage, WRITES + 124), 1u << 31);
    CHECK_EQ(get_word(cage, ODD), 0);
    CHECK_EQ(write_text(cage, pair[1], "x"), 1);
    set_bit(READS, pair[0]);
    CHECK_EQ(CALL(cage, select, (uint32_t)pair[0] + 1, READS, 0, 0, 0), 1);
    CHECK_EQ(get_word(cage, READS), 1u << pair[0]);
    CHECK_EQ(read_some(cage, pair[0], 1), 1);
    clear_set(READS);
    set_bit(READS, pair[0]);
    static const uint32_t nothing[3];
    put(cage, TIME, nothing, sizeof nothing);
    CHECK_EQ(CALL(cage, select, 10, READS, 0, 0, TIME), 0);
    CHECK_EQ(get_word(cage, READS), 0);
    set_bit(READS, pair[0]);
    CHECK_EQ(CALL(cage, select, 10, READS, 0, 0, 0), WAITS);
    CHECK_EQ(get_word(cage, READS), 1u << pair[0]); /* as asked, for the next try */
    put_word(cage, TIME + 8, 1000000000);
    CHECK_EQ(CALL(cage, select, 10, READS, 0, 0, TIME), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, select, 1025, READS, 0, 0, 0), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, select, UINT32_MAX, READS, 0, 0, 0), -MOX_EINVAL);
    set_bit(READS, 900);
    CHECK_EQ(CALL(cage, select, 901, READS, 0, 0, 0), -MOX_EBADF);
    CHECK_EQ(CALL(cage, select, 10, 0x500, 0, 0, 0), -MOX_EFAULT);
    CHECK_EQ(CALL(cage, select, 0, 0, 0, 0, 0), WAITS);
    machine_end();
}

static void test_epoll_errors(void) {
    begin();
    int32_t pair[2];
    CHECK_EQ(make_pipe(cage, 0, pair), 0);
    CHECK_EQ(CALL(cage, epoll_create, 0), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, epoll_create, UINT32_MAX), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, epoll_create1, 1), -MOX_EINVAL);
    const int32_t epoll = CALL(cage, epoll_create1, ABI_O_CLOEXEC);
    CHECK_EQ(CALL(cage, fcntl, (uint32_t)epoll, ABI_F_GETFD), 1);
    const int32_t file = open_file(cage, "/f", 0102, 0666);
    const int32_t dir = open_file(cage, "/", 0, 0);
    CHECK_EQ(add(999, pair[0], 1), -MOX_EBADF);
    CHECK_EQ(add(epoll, 999, 1), -MOX_EBADF);
    CHECK_EQ(add(-1, pair[0], 1), -MOX_EBADF);
    CHECK_EQ(add(pair[0], pair[1], 1), -MOX_EINVAL);
    CHECK_EQ(add(epoll, epoll, 1), -MOX_EINVAL);
    CHECK_EQ(add(epoll, file, 1), -MOX_EPERM);
    CHECK_EQ(add(epoll, dir, 1), -MOX_EPERM);
    CHECK_EQ(add(epoll, pair[0], 1), 0);
    CHECK_EQ(add(epoll, pair[0], 1), -MOX_EEXIST);
    CHECK_EQ(control(epoll, ABI_EPOLL_CTL_MOD, pair[1], 1, 0), -MOX_ENOENT);
    CHECK_EQ(control(epoll, ABI_EPOLL_CTL_DEL, pair[1], 1, 0), -MOX_ENOENT);
    CHECK_EQ(control(epoll, 9, pair[0], 1, 0), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, epoll_ctl, (uint32_t)epoll, ABI_EPOLL_CTL_MOD, (uint32_t)pair[0], 0),
             -MOX_EFAULT);
    CHECK_EQ(CALL(cage, epoll_ctl, (uint32_t)epoll, ABI_EPOLL_CTL_DEL, (uint32_t)pair[0], 0), 0);
    CHECK_EQ(wait_for(epoll, 0, 0), -MOX_EINVAL);
    CHECK_EQ(wait_for(epoll, UINT32_MAX, 0), -MOX_EINVAL);
    CHECK_EQ(wait_for(pair[0], 1, 0), -MOX_EINVAL);
    CHECK_EQ(wait_for(epoll, 1, 0), 0);
    CHECK_EQ(wait_for(epoll, 1, -1), WAITS);
    CHECK_EQ(wait_for(epoll, 1, 10), WAITS);
    CHECK_EQ(CALL(cage, epoll_wait, (uint32_t)epoll, 0x500, 1, 0), -MOX_EFAULT);
    machine_end();
}

static void test_level_and_edge(void) {
    begin();
    int32_t pair[2];
    const int32_t level = CALL(cage, epoll_create, 1);
    const int32_t edge = CALL(cage, epoll_create, 1);
    CHECK_EQ(make_pair(cage, 1, pair), 0);
    CHECK_EQ(add(level, pair[0], READY_IN), 0);
    CHECK_EQ(add(edge, pair[0], READY_IN | READY_OUT | ABI_EPOLLET), 0);
    CHECK(tells(edge, pair[0], READY_OUT)); /* once, as it was ready when it was added */
    CHECK_EQ(wait_for(edge, 1, 0), 0);
    CHECK_EQ(wait_for(level, 1, 0), 0);
    CHECK_EQ(write_text(cage, pair[1], "abc"), 3);
    CHECK(tells(level, pair[0], READY_IN));
    CHECK(tells(level, pair[0], READY_IN));
    CHECK(tells(edge, pair[0], READY_IN | READY_OUT));
    CHECK_EQ(wait_for(edge, 1, 0), 0);
    CHECK_EQ(read_some(cage, pair[0], 1), 1);
    CHECK_EQ(wait_for(edge, 1, 0), 0); /* there is some left, but nothing new */
    CHECK(tells(level, pair[0], READY_IN));
    CHECK_EQ(write_text(cage, pair[1], "d"), 1);
    CHECK(tells(edge, pair[0], READY_IN | READY_OUT));
    CHECK_EQ(read_some(cage, pair[0], 10), 3);
    CHECK_EQ(wait_for(level, 1, 0), 0);
    /* What the peer does is news for writing only where somebody wants to write. */
    const int32_t reads_only = CALL(cage, epoll_create, 1);
    CHECK_EQ(write_text(cage, pair[1], "e"), 1);
    CHECK_EQ(add(reads_only, pair[0], READY_IN | ABI_EPOLLET), 0);
    CHECK(tells(reads_only, pair[0], READY_IN));
    CHECK_EQ(write_text(cage, pair[0], "to the peer"), 11);
    CHECK_EQ(read_some(cage, pair[1], 100), 11);
    CHECK_EQ(wait_for(reads_only, 1, 0), 0);
    /* MOD asks again. */
    CHECK_EQ(control(edge, ABI_EPOLL_CTL_MOD, pair[0], READY_IN | ABI_EPOLLET, 77), 0);
    CHECK_EQ(wait_for(edge, 1, 0), 1);
    CHECK_EQ(data_of(0), 77);
    /* Ends and errors come unasked. */
    CHECK_EQ(control(level, ABI_EPOLL_CTL_MOD, pair[0], 0, (uint32_t)pair[0]), 0);
    CHECK_EQ(wait_for(level, 1, 0), 0);
    CHECK_EQ(close_fd(cage, pair[1]), 0);
    CHECK(tells(level, pair[0], READY_HUP));
    CHECK_EQ(control(level, ABI_EPOLL_CTL_MOD, pair[0], READY_RDHUP, (uint32_t)pair[0]), 0);
    CHECK(tells(level, pair[0], READY_HUP | READY_RDHUP));
    machine_end();
}

static void test_one_shot(void) {
    begin();
    int32_t pair[2];
    const int32_t epoll = CALL(cage, epoll_create, 1);
    CHECK_EQ(make_pipe(cage, 0, pair), 0);
    CHECK_EQ(add(epoll, pair[0], READY_IN | ABI_EPOLLONESHOT), 0);
    CHECK_EQ(write_text(cage, pair[1], "a"), 1);
    CHECK(tells(epoll, pair[0], READY_IN));
    CHECK_EQ(write_text(cage, pair[1], "b"), 1);
    CHECK_EQ(wait_for(epoll, 1, 0), 0);
    CHECK_EQ(
        control(epoll, ABI_EPOLL_CTL_MOD, pair[0], READY_IN | ABI_EPOLLONESHOT, (uint32_t)pair[0]),
        0);
    CHECK(tells(epoll, pair[0], READY_IN));
    CHECK_EQ(close_fd(cage, pair[1]), 0);
    CHECK_EQ(wait_for(epoll, 1, 0), 0); /* it sleeps through the end, too */
    machine_end();
}

/* The order is that of events; a level-triggered one goes to the end of the line. */
static void test_order(void) {
    begin();
    int32_t pipes[4][2];
    const int32_t epoll = CALL(cage, epoll_create, 1);
    for (uint32_t i = 0; i < 4; i++) {
        CHECK_EQ(make_pipe(cage, 0, pipes[i]), 0);
        CHECK_EQ(add(epoll, pipes[i][0], READY_IN), 0);
    }
    static const uint32_t order[4] = {2, 0, 3, 1};
    for (uint32_t i = 0; i < 4; i++) {
        CHECK_EQ(write_text(cage, pipes[order[i]][1], "x"), 1);
    }
    CHECK_EQ(wait_for(epoll, LISTED, 0), 4);
    for (uint32_t i = 0; i < 4; i++) {
        CHECK_EQ(data_of(i), (uint32_t)pipes[order[i]][0]);
    }
    for (uint32_t i = 0; i < 8; i++) { /* one at a time: none starves */
        CHECK_EQ(wait_for(epoll, 1, 0), 1);
        CHECK_EQ(data_of(0), (uint32_t)pipes[order[i % 4]][0]);
    }
    machine_end();
}

/* An interest is in an open file: it outlives the descriptor as long as somebody has the file. */
static void test_close(void) {
    begin();
    int32_t pair[2];
    const int32_t epoll = CALL(cage, epoll_create, 1);
    CHECK_EQ(make_pipe(cage, 0, pair), 0);
    const int32_t copy = CALL(cage, dup, (uint32_t)pair[0]);
    CHECK_EQ(add(epoll, pair[0], READY_IN), 0);
    CHECK_EQ(add(epoll, copy, READY_IN), 0); /* another number is another interest */
    CHECK_EQ(write_text(cage, pair[1], "x"), 1);
    CHECK_EQ(wait_for(epoll, LISTED, 0), 2);
    CHECK_EQ(close_fd(cage, pair[0]), 0);
    CHECK_EQ(wait_for(epoll, LISTED, 0), 2); /* as Linux */
    CHECK_EQ(close_fd(cage, copy), 0);
    CHECK_EQ(wait_for(epoll, LISTED, 0), 0);
    CHECK_EQ(CALL(cage, dup, 1), pair[0]);
    CHECK_EQ(control(epoll, ABI_EPOLL_CTL_DEL, pair[0], 0, 0), -MOX_ENOENT);
    /* Ready interests that vanish, and an epoll that closes with some. */
    int32_t other[2];
    CHECK_EQ(make_pipe(cage, 0, other), 0);
    CHECK_EQ(add(epoll, other[0], READY_IN), 0);
    CHECK_EQ(add(epoll, other[1], READY_OUT), 0);
    CHECK_EQ(write_text(cage, other[1], "x"), 1);
    CHECK_EQ(close_fd(cage, other[0]), 0);
    CHECK(tells(epoll, other[1], READY_OUT | READY_ERR));
    CHECK_EQ(close_fd(cage, epoll), 0);
    CHECK_EQ(close_fd(cage, other[1]), 0);
    machine_end();
}

static void test_nested(void) {
    begin();
    int32_t pair[2];
    const int32_t inner = CALL(cage, epoll_create, 1);
    const int32_t outer = CALL(cage, epoll_create, 1);
    CHECK_EQ(make_pipe(cage, 0, pair), 0);
    CHECK_EQ(add(outer, inner, READY_IN), 0);
    CHECK_EQ(add(inner, pair[0], READY_IN), 0);
    CHECK_EQ(wait_for(outer, LISTED, 0), 0);
    CHECK_EQ(write_text(cage, pair[1], "x"), 1);
    CHECK(tells(outer, inner, READY_IN));
    CHECK_EQ(ready(cage, outer), READY_IN);
    CHECK(tells(inner, pair[0], READY_IN));
    CHECK_EQ(read_some(cage, pair[0], 1), 1);
    CHECK_EQ(wait_for(outer, LISTED, 0), 0);
    CHECK_EQ(ready(cage, outer), 0);
    CHECK_EQ(write_text(cage, pair[1], "x"), 1);
    CHECK(tells(outer, inner, READY_IN));
    CHECK_EQ(add(inner, outer, READY_IN), -MOX_ELOOP);
    /* No deeper than five. */
    int32_t chain[DEPTH + 1];
    for (int32_t i = 0; i <= DEPTH; i++) {
        chain[i] = CALL(cage, epoll_create, 1);
    }
    for (int32_t i = 1; i < DEPTH; i++) {
        CHECK_EQ(add(chain[i], chain[i - 1], READY_IN), 0);
    }
    CHECK_EQ(add(chain[DEPTH], chain[DEPTH - 1], READY_IN), -MOX_ELOOP);
    CHECK_EQ(add(chain[0], chain[DEPTH], READY_IN), -MOX_ELOOP);
    CHECK_EQ(add(chain[0], chain[DEPTH - 1], READY_IN), -MOX_ELOOP);
    CHECK_EQ(add(chain[0], pair[0], READY_IN), 0);
    CHECK(tells(chain[DEPTH - 1], chain[DEPTH - 2], READY_IN)); /* up through all of them */
    CHECK_EQ(close_fd(cage, chain[2]), 0);
    CHECK_EQ(wait_for(chain[3], LISTED, 0), 0);
    machine_end();
}

/* Many ways from epoll to epoll: bounded work, and no cycle gets through. */
static void test_dense_graph(void) {
    begin();
    enum { ROWS = 4, WIDTH = 40 };
    int32_t graph[ROWS][WIDTH];
    uint32_t refused = 0;
    for (uint32_t row = 0; row < ROWS; row++) {
        for (uint32_t i = 0; i < WIDTH; i++) {
            graph[row][i] = CALL(cage, epoll_create, 1);
        }
    }
    for (uint32_t row = 1; row < ROWS; row++) {
        for (uint32_t i = 0; i < WIDTH; i++) {
            for (uint32_t j = 0; j < WIDTH; j++) {
                const int32_t result = add(graph[row][i], graph[row - 1][j], READY_IN);
                CHECK(result == 0 || result == -MOX_ELOOP);
                refused += result != 0 ? 1 : 0;
                CHECK(result != 0 || add(graph[row - 1][j], graph[row][i], READY_IN) == -MOX_ELOOP);
            }
        }
    }
    CHECK(refused > 0);
    machine_end();
}

static void test_waits_together(void) {
    begin();
    int32_t pair[2];
    const int32_t epoll = CALL(cage, epoll_create, 1);
    CHECK_EQ(make_pair(cage, 1, pair), 0);
    CHECK_EQ(add(epoll, pair[0], READY_IN | ABI_EPOLLET), 0);
    const uint32_t child = (uint32_t)CALL(cage, fork, 0);
    CHECK_EQ(wait_for(epoll, LISTED, -1), WAITS);
    CHECK_EQ(write_text(child, pair[1], "x"), 1);
    CHECK_EQ(CALL(child, epoll_wait, (uint32_t)epoll, AT_ROOM, 5, 0), 1); /* it took the edge */
    CHECK_EQ(wait_for(epoll, LISTED, -1), WAITS);
    CHECK_EQ(write_text(child, pair[1], "y"), 1);
    CHECK_EQ(wait_for(epoll, LISTED, -1), 1);
    machine_end();
}

int main(void) {
    test_poll();
    test_select();
    test_epoll_errors();
    test_level_and_edge();
    test_one_shot();
    test_order();
    test_close();
    test_nested();
    test_dense_graph();
    test_waits_together();
    return check_report("poll, select and epoll of cages");
}
