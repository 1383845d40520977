/* A machine with something of everything that a snapshot has to hold. */
#ifndef MOXBOX_TESTS_SNAPSHOT_WORLD_H
#define MOXBOX_TESTS_SNAPSHOT_WORLD_H

#include "unit/cages.h"

enum { W_TEXT = SCRATCH, W_ROOM = SCRATCH + 0x1000, W_WORDS = SCRATCH + 0x8000 };

struct busy {
    mox_machine *machine;
    uint32_t a; /* bare, */
    uint32_t b; /* and its child */
};

static inline uint32_t busy_text(const struct busy *busy, const char *text) {
    poke(busy->machine, busy->a, W_TEXT, text, (uint32_t)strlen(text) + 1);
    return W_TEXT;
}

static inline uint32_t busy_words(const struct busy *busy, uint32_t count, const uint32_t *words) {
    for (uint32_t i = 0; i < count; i++) {
        poke_word(busy->machine, busy->a, W_WORDS + 4 * i, words[i]);
    }
    return W_WORDS;
}
#define WORDS_OF(busy, ...)                                                                        \
    busy_words((busy), sizeof((const uint32_t[]){__VA_ARGS__}) / 4, (const uint32_t[]){__VA_ARGS__})
/* One that must work in cage a, as an unsigned number. */
#define DO(busy, name, ...) busy_do(CALL((busy)->machine, (busy)->a, name, __VA_ARGS__), #name)
static inline uint32_t busy_do(int32_t result, const char *name) {
    if (!CHECK(result >= 0)) {
        printf("    %s gives %d\n", name, (int)result);
    }
    return (uint32_t)result;
}

static inline uint32_t busy_open(const struct busy *busy, const char *path, uint32_t flags) {
    return DO(busy, open, busy_text(busy, path), flags, 0600);
}

static inline void busy_write(const struct busy *busy, uint32_t fd, const char *text) {
    (void)DO(busy, write, fd, busy_text(busy, text), (uint32_t)strlen(text));
}

static inline void busy_files(const struct busy *busy) {
    const uint32_t kept = busy_open(busy, "/tmp/kept", ABI_O_CREAT | ABI_O_RDWR);
    busy_write(busy, kept, "contents");
    (void)DO(busy, flock, kept, ABI_LOCK_EX, 0);
    (void)DO(busy, fcntl, kept, ABI_F_SETLK, WORDS_OF(busy, ABI_F_WRLCK, 2, 3, 0));
    const uint32_t gone = busy_open(busy, "/tmp/gone", ABI_O_CREAT | ABI_O_RDWR);
    busy_write(busy, gone, "no name");
    (void)DO(busy, unlink, busy_text(busy, "/tmp/gone"), 0);
    const uint32_t dir = busy_open(busy, "/", ABI_O_RDONLY);
    (void)DO(busy, getdents, dir, W_ROOM, 64);
    (void)DO(busy, mknod, busy_text(busy, "/tmp/fifo"), ABI_S_IFIFO | 0600, 0);
    busy_write(busy, busy_open(busy, "/tmp/fifo", ABI_O_RDWR), "in the fifo");
    busy_write(busy, busy_open(busy, "/env/name", ABI_O_CREAT | ABI_O_RDWR), "value");
    (void)busy_open(busy, "/prog/1/status", ABI_O_RDONLY);
    busy_write(busy, busy_open(busy, "/dev/consctl", ABI_O_WRONLY), "rawon");
    (void)busy_open(busy, "/boot/input", ABI_O_RDONLY);
    busy_write(busy, 1, "nobody has taken this");
    (void)CALL(busy->machine, busy->a, open, busy_text(busy, "#none/x"), 0, 0); /* for errstr */
    const uint32_t map = DO(busy, mmap, 0, 8192, 3, ABI_MAP_SHARED, kept, 0);
    poke_word(busy->machine, busy->a, map, 0x12345678);
    (void)DO(busy, mmap, 0, 4096, 1, ABI_MAP_PRIVATE | ABI_MAP_ANONYMOUS, UINT32_MAX, 0);
}

/* A pipe of #|, bound to a place of a name space of its own. */
static inline void busy_names(const struct busy *busy) {
    enum { FORKNS = 8 };
    (void)DO(busy, mkdir, busy_text(busy, "/tmp/dir"), 0755, 0);
    (void)DO(busy, pctl, FORKNS, 0);
    busy_text(busy, "#|");
    poke(busy->machine, busy->a, W_TEXT + 64, "/tmp/dir", 9);
    (void)DO(busy, ns_bind, W_TEXT, W_TEXT + 64, 1);
    busy_write(busy, busy_open(busy, "/tmp/dir/data", ABI_O_RDWR), "message");
    (void)DO(busy, chdir, busy_text(busy, "/tmp/dir"), 0);
}

static inline uint32_t busy_address(const struct busy *busy, const char *name) {
    poke_word(busy->machine, busy->a, W_TEXT, ABI_AF_UNIX);
    poke(busy->machine, busy->a, W_TEXT + 2, name, (uint32_t)strlen(name) + 1);
    return (uint32_t)strlen(name) + 3;
}

static inline void busy_sockets(const struct busy *busy) {
    const uint32_t pair = W_WORDS + 64;
    (void)DO(busy, socketpair, ABI_AF_UNIX, ABI_SOCK_STREAM, 0, pair);
    busy_write(busy, peek_word(busy->machine, busy->a, pair), "on its way");
    (void)DO(busy, socketpair, ABI_AF_UNIX, ABI_SOCK_DGRAM, 0, pair);
    busy_write(busy, peek_word(busy->machine, busy->a, pair), "a message");
    const uint32_t server = DO(busy, socket, ABI_AF_UNIX, ABI_SOCK_STREAM, 0);
    const uint32_t size = busy_address(busy, "/tmp/server");
    (void)DO(busy, bind, server, W_TEXT, size);
    (void)DO(busy, listen, server, 0, 0);
    const uint32_t client = DO(busy, socket, ABI_AF_UNIX, ABI_SOCK_STREAM, 0);
    (void)busy_address(busy, "/tmp/server");
    (void)DO(busy, connect, client, W_TEXT, size);
    poke(busy->machine, busy->a, W_TEXT, "\2\0\x12\x34\x7f\0\0\1\0\0\0\0\0\0\0\0", 16);
    const uint32_t tcp = DO(busy, socket, ABI_AF_INET, ABI_SOCK_STREAM, 0);
    (void)DO(busy, bind, tcp, W_TEXT, 16);
    (void)DO(busy, listen, tcp, 0, 0);
    for (uint32_t i = 0; i < 4; i++) { /* more than the backlog takes */
        const uint32_t flags = ABI_SOCK_STREAM | ABI_SOCK_NONBLOCK;
        const uint32_t one = DO(busy, socket, ABI_AF_INET, flags, 0);
        (void)CALL(busy->machine, busy->a, connect, one, W_TEXT, 16);
    }
}

static inline void busy_events(const struct busy *busy) {
    const uint32_t inner = DO(busy, epoll_create1, 0, 0);
    const uint32_t outer = DO(busy, epoll_create1, 0, 0);
    (void)DO(busy, pipe, W_WORDS + 64, 0);
    const uint32_t from = peek_word(busy->machine, busy->a, W_WORDS + 64);
    const uint32_t to = peek_word(busy->machine, busy->a, W_WORDS + 68);
    (void)DO(busy, epoll_ctl, inner, 1, from, WORDS_OF(busy, 1, 7, 8));
    (void)DO(busy, epoll_ctl, inner, 1, to, WORDS_OF(busy, 0x80000004u, 9, 8));
    (void)DO(busy, epoll_ctl, outer, 1, inner, WORDS_OF(busy, 1, 5, 6));
    busy_write(busy, to, "ready");
}

static inline void busy_shared(const struct busy *busy) {
    const uint32_t segment = DO(busy, shmget, 77, 5000, ABI_IPC_CREAT | 0600);
    const uint32_t at = DO(busy, shmat, segment, 0, 0);
    poke_word(busy->machine, busy->a, at + 4096, 99);
    (void)DO(busy, sem_init, at, 1, 0);
    (void)DO(busy, mutex_lock, DO(busy, mutex_create, 0), 0);
    (void)DO(busy, cond_create, 0);
}

static inline void busy_signals(const struct busy *busy) {
    (void)DO(busy, sigprocmask, 0, WORDS_OF(busy, 0xffffffff, 0xffffffff), 0);
    for (uint32_t i = 0; i < 3; i++) {
        (void)DO(busy, sigqueue, busy->a, 40, i, ABI_SI_QUEUE);
    }
    const uint32_t timer = DO(busy, timer_create, 0, 41, 1, 0);
    (void)DO(busy, timer_settime, timer, 0, WORDS_OF(busy, 1, 0, 0, 5, 0, 0), 0);
    (void)DO(busy, setitimer, 0, WORDS_OF(busy, 0, 0, 0, 7, 0, 0), 0);
}

/* Programs that wait: for standard input, for a pipe, for the clock. */
static inline void busy_guests(const struct busy *busy) {
    for (uint32_t i = 0; i < 3; i++) {
        struct guest guest = {.size = 0};
        guest_ab(&guest, OP_MOV, i == 0 ? R1 : R0, SP);
        guest_ldi(&guest, i == 0 ? R0 : R1, 0);
        guest_ldi(&guest, R2, 16);
        if (i == 1) {
            guest_call(&guest, CALL_pipe2);
            guest_ab(&guest, OP_LD_L, R0, SP);
            guest_ab(&guest, OP_MOV, R1, SP);
        }
        guest_call(&guest, i == 2 ? CALL_nanosleep : CALL_read);
        guest_exit(&guest, 5);
        (void)guest_start(busy->machine, &guest);
    }
    CHECK_EQ(mox_machine_run(busy->machine, 5000), MOX_OK);
}

static inline struct busy busy_begin(const struct mox_allocator *allocator) {
    struct busy busy = {.machine = machine_new(allocator)};
    uint8_t *bytes = NULL;
    CHECK_EQ(mox_machine_add_input(busy.machine, "input", 5, &bytes), MOX_OK);
    memcpy(bytes, "given", 5);
    busy.a = bare_new(busy.machine);
    busy_guests(&busy);
    busy_files(&busy);
    busy_sockets(&busy);
    busy_events(&busy);
    busy_shared(&busy);
    busy_signals(&busy);
    busy.b = DO(&busy, fork, 0);
    busy_names(&busy);
    CHECK_EQ(CALL(busy.machine, busy.b, exit, 3), 0);
    busy.b = DO(&busy, fork, 0);
    return busy;
}

#endif
