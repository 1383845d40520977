/* Shared memory, semaphores, mutexes, condition variables and file locks between cages, through
 * mox_dispatch. Cages are copies made by fork, each of whose calls the test makes. */
#include "unit/cage_files.h"

enum { SEMAPHORE = 0x20000, SHARED_AT = 0x40000000, PAGE = 4096 };

static uint32_t cage;

static void begin(void) {
    machine_begin(NULL, 0);
    cage = bare();
}
static uint32_t fork_cage(void) {
    const int32_t child = CALL(cage, fork, 0);
    CHECK(child > 0);
    return (uint32_t)child;
}

static void test_shared_memory(void) {
    begin();
    CHECK_EQ(CALL(cage, shmget, 31337, 1024, 0666), -MOX_ENOENT);
    CHECK_EQ(CALL(cage, shmget, 31337, 0, 0666 | ABI_IPC_CREAT), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, shmget, 31337, UINT32_MAX, 0666 | ABI_IPC_CREAT), -MOX_EINVAL);
    const int32_t id = CALL(cage, shmget, 31337, 1024, 0666 | ABI_IPC_CREAT);
    CHECK_EQ(id, 1);
    CHECK_EQ(CALL(cage, shmget, 31337, 1024, 0666 | ABI_IPC_CREAT), id);
    CHECK_EQ(CALL(cage, shmget, 31337, 1024, 0666 | ABI_IPC_CREAT | ABI_IPC_EXCL), -MOX_EEXIST);
    CHECK_EQ(CALL(cage, shmget, 31337, 1025, 0666), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, shmat, 99, 0, 0), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, shmat, (uint32_t)id, 0x10001, 0), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, shmat, (uint32_t)id, 0x10000, 0), -MOX_EINVAL); /* something is there */
    CHECK_EQ(CALL(cage, shmat, (uint32_t)id, SHARED_AT + 5, 020000), SHARED_AT);
    const int32_t second = CALL(cage, shmat, (uint32_t)id, 0, 0);
    CHECK(second > 0 && second % PAGE == 0);
    put_word(cage, SHARED_AT + 8, 12345);
    CHECK_EQ(get_word(cage, (uint32_t)second + 8), 12345);
    const uint32_t child = fork_cage();
    put_word(child, SHARED_AT, 77);
    CHECK_EQ(get_word(cage, SHARED_AT), 77);
    CHECK_EQ(CALL(cage, shmctl, (uint32_t)id, ABI_IPC_STAT, AT_ROOM), 0);
    CHECK_EQ(get_word(cage, AT_ROOM), 31337);
    CHECK_EQ(get_word(cage, AT_ROOM + 4), 1024);
    CHECK_EQ(get_word(cage, AT_ROOM + 20), 4); /* attached */
    CHECK_EQ(CALL(cage, shmdt, (uint32_t)second), 0);
    CHECK_EQ(CALL(cage, shmdt, (uint32_t)second), -MOX_EINVAL);
    CHECK(!mox_machine_read(machine, cage, (uint32_t)second, (uint8_t[1]){0}, 1));
    CHECK_EQ(CALL(cage, shmctl, (uint32_t)id, ABI_IPC_RMID, 0), 0);
    CHECK_EQ(CALL(cage, shmget, 31337, 1024, 0666), -MOX_ENOENT);
    CHECK_EQ(CALL(cage, shmat, (uint32_t)id, 0, 0), -MOX_EINVAL);
    CHECK_EQ(get_word(cage, SHARED_AT), 77); /* until the last one lets go */
    CHECK_EQ(CALL(cage, shmdt, SHARED_AT), 0);
    CHECK_EQ(CALL(child, exit, 0), 0);
    CHECK_EQ(CALL(cage, shmctl, (uint32_t)id, ABI_IPC_STAT, AT_ROOM), -MOX_EINVAL);
    const int32_t private = CALL(cage, shmget, ABI_IPC_PRIVATE, PAGE, 0600);
    const int32_t other = CALL(cage, shmget, ABI_IPC_PRIVATE, PAGE, 0600);
    CHECK(private == 2 && other == 3);
    const int32_t read_only = CALL(cage, shmat, (uint32_t) private, 0, ABI_SHM_RDONLY);
    CHECK(read_only > 0);
    CHECK_EQ(CALL(cage, recv, 0, (uint32_t)read_only, 4, 0), -MOX_EFAULT); /* not to be written */
    machine_end();
}

static void test_shared_memory_of_others(void) {
    machine_begin(NULL, 5);
    cage = bare();
    const int32_t id = CALL(cage, shmget, 5, PAGE, 0400 | ABI_IPC_CREAT);
    CHECK_EQ(CALL(cage, shmat, (uint32_t)id, SHARED_AT, 0), -MOX_EACCES);
    CHECK_EQ(CALL(cage, shmat, (uint32_t)id, SHARED_AT, ABI_SHM_RDONLY), SHARED_AT);
    CHECK_EQ(CALL(cage, shmctl, (uint32_t)id, 99, 0), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, shmctl, (uint32_t)id, ABI_IPC_STAT, 0x500), -MOX_EFAULT);
    machine_end();
}

/* A cage that unmaps a page of what it attached, and puts another thing there. */
static void test_unmapped_segment(void) {
    begin();
    const int32_t id = CALL(cage, shmget, 5, 3 * PAGE, 0600 | ABI_IPC_CREAT);
    CHECK_EQ(CALL(cage, shmat, (uint32_t)id, SHARED_AT, 0), SHARED_AT);
    CHECK_EQ(CALL(cage, munmap, SHARED_AT + PAGE, PAGE), 0);
    const int32_t other = CALL(cage, shmget, 6, PAGE, 0600 | ABI_IPC_CREAT);
    CHECK_EQ(CALL(cage, shmat, (uint32_t)other, SHARED_AT + PAGE, 0), SHARED_AT + PAGE);
    put_word(cage, SHARED_AT + PAGE, 99);
    CHECK_EQ(CALL(cage, shmdt, SHARED_AT), 0);
    CHECK_EQ(get_word(cage, SHARED_AT + PAGE), 99);
    CHECK(!mox_machine_read(machine, cage, SHARED_AT, (uint8_t[1]){0}, 1));
    CHECK(!mox_machine_read(machine, cage, SHARED_AT + 2 * PAGE, (uint8_t[1]){0}, 1));
    machine_end();
}

static void test_semaphore(void) {
    begin();
    CHECK_EQ(CALL(cage, sem_wait, SEMAPHORE), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, sem_post, SEMAPHORE), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, sem_getvalue, SEMAPHORE), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, sem_destroy, SEMAPHORE), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, sem_init, SEMAPHORE, 0, 0x80000000u), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, sem_init, 0x500, 0, 1), -MOX_EFAULT);
    CHECK_EQ(CALL(cage, sem_init, SEMAPHORE, 0, 1), 0);
    CHECK_EQ(CALL(cage, sem_getvalue, SEMAPHORE), 1);
    CHECK_EQ(CALL(cage, sem_wait, SEMAPHORE), 0);
    CHECK_EQ(CALL(cage, sem_trywait, SEMAPHORE), -MOX_EAGAIN);
    CHECK_EQ(CALL(cage, sem_wait, SEMAPHORE), WAITS);
    CHECK_EQ(CALL(cage, sem_post, SEMAPHORE), 0);
    CHECK_EQ(CALL(cage, sem_wait, SEMAPHORE), 0);
    static const uint32_t past[3] = {0, 0, 5};
    static const uint32_t odd[3] = {0, 0, 1000000000};
    put(cage, AT_SMALL, past, sizeof past);
    CHECK_EQ(CALL(cage, sem_timedwait, SEMAPHORE, AT_SMALL), -MOX_ETIMEDOUT);
    put(cage, AT_SMALL, odd, sizeof odd);
    CHECK_EQ(CALL(cage, sem_timedwait, SEMAPHORE, AT_SMALL), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, sem_init, SEMAPHORE, 0, 0x7fffffff), 0);
    CHECK_EQ(CALL(cage, sem_post, SEMAPHORE), -MOX_EOVERFLOW);
    CHECK_EQ(CALL(cage, sem_destroy, SEMAPHORE), 0);
    CHECK_EQ(CALL(cage, sem_wait, SEMAPHORE), -MOX_EINVAL);
    machine_end();
}

/* In private memory fork copies a semaphore, in shared memory it is the same one. */
static void test_semaphore_fork(void) {
    begin();
    const int32_t id = CALL(cage, shmget, 5, PAGE, 0600 | ABI_IPC_CREAT);
    CHECK_EQ(CALL(cage, shmat, (uint32_t)id, SHARED_AT, 0), SHARED_AT);
    CHECK_EQ(CALL(cage, sem_init, SHARED_AT + 16, 1, 0), 0);
    CHECK_EQ(CALL(cage, sem_init, SEMAPHORE, 0, 0), 0);
    const uint32_t child = fork_cage();
    CHECK_EQ(CALL(cage, sem_wait, SHARED_AT + 16), WAITS);
    CHECK_EQ(CALL(child, sem_post, SEMAPHORE), 0);
    CHECK_EQ(CALL(cage, sem_trywait, SEMAPHORE), -MOX_EAGAIN);
    CHECK_EQ(CALL(child, sem_trywait, SEMAPHORE), 0);
    /* The second attachment of the same memory is the same place. */
    CHECK_EQ(CALL(child, shmat, (uint32_t)id, SHARED_AT + 0x10000, 0), SHARED_AT + 0x10000);
    CHECK_EQ(CALL(cage, sem_wait, SHARED_AT + 16), WAITS);
    CHECK_EQ(CALL(child, sem_post, SHARED_AT + 0x10010), 0);
    CHECK_EQ(CALL(cage, sem_wait, SHARED_AT + 16), 0);
    /* Destroying tells who waits. */
    CHECK_EQ(CALL(cage, sem_wait, SHARED_AT + 16), WAITS);
    CHECK_EQ(CALL(child, sem_destroy, SHARED_AT + 16), 0);
    CHECK_EQ(CALL(cage, sem_wait, SHARED_AT + 16), -MOX_EINVAL);
    machine_end();
}

static void test_mutex(void) {
    begin();
    CHECK_EQ(CALL(cage, mutex_lock, 0), -MOX_EBADF);
    CHECK_EQ(CALL(cage, mutex_create, 0), 0);
    CHECK_EQ(CALL(cage, mutex_create, 0), 1);
    CHECK_EQ(CALL(cage, mutex_destroy, 0), 0);
    CHECK_EQ(CALL(cage, mutex_destroy, 0), -MOX_EBADF);
    CHECK_EQ(CALL(cage, mutex_destroy, UINT32_MAX), -MOX_EBADF);
    CHECK_EQ(CALL(cage, mutex_create, 0), 0); /* the lowest that is free */
    CHECK_EQ(CALL(cage, mutex_unlock, 0), -MOX_EPERM);
    CHECK_EQ(CALL(cage, mutex_lock, 0), 0);
    CHECK_EQ(CALL(cage, mutex_lock, 0), -MOX_EDEADLK);
    CHECK_EQ(CALL(cage, mutex_trylock, 0), -MOX_EBUSY);
    CHECK_EQ(CALL(cage, mutex_destroy, 0), -MOX_EBUSY);
    const uint32_t a = fork_cage();
    const uint32_t b = fork_cage();
    CHECK_EQ(CALL(a, mutex_unlock, 0), -MOX_EPERM);
    CHECK_EQ(CALL(b, mutex_lock, 0), WAITS);
    CHECK_EQ(CALL(a, mutex_lock, 0), WAITS);
    CHECK_EQ(CALL(cage, mutex_unlock, 0), 0);
    CHECK_EQ(CALL(cage, mutex_lock, 0), WAITS); /* b was first, nobody overtakes */
    CHECK_EQ(CALL(a, mutex_lock, 0), WAITS);
    CHECK_EQ(CALL(b, mutex_lock, 0), 0);
    CHECK_EQ(CALL(b, mutex_unlock, 0), 0);
    /* It is a's turn, but a does something else: it is passed on. */
    CHECK_EQ(CALL(a, getpid, 0), a);
    CHECK_EQ(CALL(cage, mutex_lock, 0), 0);
    CHECK_EQ(CALL(a, mutex_lock, 0), WAITS);
    CHECK_EQ(CALL(b, mutex_lock, 0), WAITS);
    CHECK_EQ(CALL(cage, mutex_unlock, 0), 0);
    CHECK_EQ(CALL(a, exit, 0), 0); /* so it is when the next one ends */
    CHECK_EQ(CALL(b, mutex_lock, 0), 0);
    machine_end();
}

static void test_condition(void) {
    begin();
    CHECK_EQ(CALL(cage, mutex_create, 0), 0);
    CHECK_EQ(CALL(cage, cond_wait, 0, 0), -MOX_EBADF);
    CHECK_EQ(CALL(cage, cond_create, 0), 0);
    CHECK_EQ(CALL(cage, cond_wait, 0, 0), -MOX_EPERM); /* without the mutex */
    CHECK_EQ(CALL(cage, cond_signal, 0), 0);
    CHECK_EQ(CALL(cage, cond_signal, 1), -MOX_EBADF);
    const uint32_t a = fork_cage();
    const uint32_t b = fork_cage();
    CHECK_EQ(CALL(a, mutex_lock, 0), 0);
    CHECK_EQ(CALL(a, cond_wait, 0, 0), WAITS); /* unlocks it */
    CHECK_EQ(CALL(b, mutex_lock, 0), 0);
    CHECK_EQ(CALL(b, cond_wait, 0, 0), WAITS);
    CHECK_EQ(CALL(cage, cond_destroy, 0), -MOX_EBUSY);
    CHECK_EQ(CALL(cage, mutex_lock, 0), 0);
    CHECK_EQ(CALL(cage, cond_signal, 0), 0);
    CHECK_EQ(CALL(b, cond_wait, 0, 0), WAITS); /* was not the first */
    CHECK_EQ(CALL(a, cond_wait, 0, 0), WAITS); /* waits for the mutex now */
    CHECK_EQ(CALL(cage, mutex_unlock, 0), 0);
    CHECK_EQ(CALL(a, cond_wait, 0, 0), 0);
    CHECK_EQ(CALL(a, mutex_unlock, 0), 0);
    CHECK_EQ(CALL(a, mutex_lock, 0), 0);
    CHECK_EQ(CALL(a, cond_wait, 0, 0), WAITS);
    CHECK_EQ(CALL(cage, cond_broadcast, 0), 0);
    CHECK_EQ(CALL(b, cond_wait, 0, 0), 0);
    CHECK_EQ(CALL(a, cond_wait, 0, 0), WAITS);
    CHECK_EQ(CALL(b, mutex_unlock, 0), 0);
    CHECK_EQ(CALL(a, cond_wait, 0, 0), 0);
    /* Too late: with the mutex all the same. */
    static const uint32_t past[3] = {0, 0, 5};
    put(a, AT_SMALL, past, sizeof past);
    CHECK_EQ(CALL(a, cond_timedwait, 0, 0, AT_SMALL), WAITS);
    CHECK_EQ(CALL(a, cond_timedwait, 0, 0, AT_SMALL), -MOX_ETIMEDOUT);
    CHECK_EQ(CALL(a, mutex_unlock, 0), 0);
    CHECK_EQ(CALL(cage, cond_destroy, 0), 0);
    machine_end();
}

static void test_flock(void) {
    begin();
    const int32_t a = open_file(cage, "/f", 0102, 0666);
    const int32_t b = open_file(cage, "/f", 2, 0);
    const int32_t copy = CALL(cage, dup, (uint32_t)a);
    CHECK_EQ(CALL(cage, flock, (uint32_t)a, 0), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, flock, (uint32_t)a, 3), -MOX_EINVAL);
    CHECK_EQ(CALL(cage, flock, 99, ABI_LOCK_SH), -MOX_EBADF);
    CHECK_EQ(CALL(cage, flock, (uint32_t)a, ABI_LOCK_SH), 0);
    CHECK_EQ(CALL(cage, flock, (uint32_t)b, ABI_LOCK_SH), 0);
    CHECK_EQ(CALL(cage, flock, (uint32_t)b, ABI_LOCK_EX | ABI_LOCK_NB), -MOX_EAGAIN);
    CHECK_EQ(CALL(cage, flock, (uint32_t)copy, ABI_LOCK_EX | ABI_LOCK_NB), 0); /* b lost its own */
    CHECK_EQ(CALL(cage, flock, (uint32_t)b, ABI_LOCK_SH | ABI_LOCK_NB), -MOX_EAGAIN);
    CHECK_EQ(CALL(cage, flock, (uint32_t)b, ABI_LOCK_SH), WAITS);
    CHECK_EQ(close_fd(cage, a), 0);
    CHECK_EQ(CALL(cage, flock, (uint32_t)b, ABI_LOCK_SH | ABI_LOCK_NB), -MOX_EAGAIN);
    CHECK_EQ(close_fd(cage, copy), 0);
    CHECK_EQ(CALL(cage, flock, (uint32_t)b, ABI_LOCK_EX | ABI_LOCK_NB), 0);
    CHECK_EQ(CALL(cage, flock, (uint32_t)b, ABI_LOCK_UN), 0);
    const uint32_t child = fork_cage();
    CHECK_EQ(CALL(child, flock, (uint32_t)b, ABI_LOCK_EX), 0);
    CHECK_EQ(CALL(child, exit, 0), 0);
    const int32_t c = open_file(cage, "/f", 2, 0);
    CHECK_EQ(CALL(cage, flock, (uint32_t)c, ABI_LOCK_EX | ABI_LOCK_NB), -MOX_EAGAIN); /* still b's
                                                                                       */
    CHECK_EQ(CALL(cage, flock, (uint32_t)b, ABI_LOCK_UN), 0);
    CHECK_EQ(CALL(cage, flock, (uint32_t)c, ABI_LOCK_EX | ABI_LOCK_NB), 0);
    machine_end();
}

static int32_t record(uint32_t who, int32_t fd, uint32_t command, uint32_t type, uint32_t start,
                      uint32_t size) {
    const uint32_t words[4] = {type, start, size, 0};
    put(who, AT_SMALL, words, sizeof words);
    return CALL(who, fcntl, (uint32_t)fd, command, AT_SMALL);
}
/* What F_GETLK says: type, start, size, cage. */
static bool held(uint32_t who, int32_t fd, uint32_t start, uint32_t size, uint32_t type,
                 uint32_t first, uint32_t length, uint32_t owner) {
    CHECK_EQ(record(who, fd, ABI_F_GETLK, ABI_F_WRLCK, start, size), 0);
    return get_word(who, AT_SMALL) == type && get_word(who, AT_SMALL + 4) == first &&
           get_word(who, AT_SMALL + 8) == length && get_word(who, AT_SMALL + 12) == owner;
}

static void test_records(void) {
    begin();
    const int32_t fd = open_file(cage, "/f", 0102, 0666);
    const int32_t in = open_file(cage, "/f", 0, 0);
    const uint32_t other = fork_cage();
    CHECK_EQ(record(cage, fd, ABI_F_SETLK, 9, 0, 0), -MOX_EINVAL);
    CHECK_EQ(record(cage, fd, ABI_F_SETLK, 3u << 16, 0, 0), -MOX_EINVAL);
    CHECK_EQ(record(cage, fd, ABI_F_SETLK, ABI_F_WRLCK, UINT32_MAX, 1), -MOX_EINVAL);
    CHECK_EQ(record(cage, in, ABI_F_SETLK, ABI_F_WRLCK, 0, 1), -MOX_EBADF);
    CHECK_EQ(CALL(cage, fcntl, (uint32_t)fd, ABI_F_SETLK, 0x500), -MOX_EFAULT);
    CHECK_EQ(record(cage, 0, ABI_F_SETLK, ABI_F_RDLCK, 0, 1), -MOX_EINVAL);
    CHECK_EQ(record(cage, fd, ABI_F_SETLK, ABI_F_WRLCK, 10, 10), 0);
    CHECK(held(other, fd, 0, 0, ABI_F_WRLCK, 10, 10, cage));
    CHECK_EQ(record(cage, fd, ABI_F_GETLK, ABI_F_WRLCK, 0, 0), 0); /* its own do not count */
    CHECK_EQ(get_word(cage, AT_SMALL), ABI_F_UNLCK);
    CHECK_EQ(record(other, fd, ABI_F_SETLK, ABI_F_RDLCK, 19, 1), -MOX_EAGAIN);
    CHECK_EQ(record(other, fd, ABI_F_SETLK, ABI_F_RDLCK, 20, 0), 0);
    CHECK_EQ(record(cage, fd, ABI_F_SETLK, ABI_F_RDLCK, 20, 5), 0);
    CHECK_EQ(record(cage, fd, ABI_F_SETLK, ABI_F_WRLCK, 24, 1), -MOX_EAGAIN);
    /* A hole in the middle, then joined again. */
    CHECK_EQ(record(cage, fd, ABI_F_SETLK, ABI_F_UNLCK, 13, 2), 0);
    CHECK(held(other, fd, 0, 13, ABI_F_WRLCK, 10, 3, cage));
    CHECK(held(other, fd, 13, 7, ABI_F_WRLCK, 15, 5, cage));
    CHECK_EQ(record(cage, fd, ABI_F_SETLK, ABI_F_WRLCK, 13, 2), 0);
    CHECK(held(other, fd, 0, 20, ABI_F_WRLCK, 10, 10, cage));
    CHECK(held(cage, fd, 30, 1, ABI_F_RDLCK, 20, 0, other));
    CHECK_EQ(record(other, fd, ABI_F_SETLKW, ABI_F_WRLCK, 12, 1), WAITS);
    CHECK_EQ(close_fd(cage, in), 0); /* any descriptor of the file takes all of them along */
    CHECK_EQ(record(other, fd, ABI_F_SETLKW, ABI_F_WRLCK, 12, 1), 0);
    CHECK_EQ(record(cage, fd, ABI_F_SETLK, ABI_F_WRLCK, 0, 0), -MOX_EAGAIN);
    CHECK_EQ(CALL(other, exit, 0), 0);
    CHECK_EQ(record(cage, fd, ABI_F_SETLK, ABI_F_WRLCK, 0, 0), 0);
    CHECK_EQ(CALL(cage, flock, (uint32_t)fd, ABI_LOCK_EX | ABI_LOCK_NB), 0); /* another world */
    for (uint32_t i = 1; i < 5000; i++) {
        const int32_t result = record(cage, fd, ABI_F_SETLK, ABI_F_UNLCK, 2 * i, 1);
        CHECK(result == 0 || (i > 4000 && result == -MOX_ENOLCK));
    }
    CHECK_EQ(CALL(cage, lseek, (uint32_t)fd, 5, 0), 5);
    CHECK_EQ(record(cage, fd, ABI_F_SETLK, ABI_F_UNLCK | 1u << 16, UINT32_MAX - 4, 0), -MOX_ENOLCK);
    machine_end();
}

int main(void) {
    test_shared_memory();
    test_shared_memory_of_others();
    test_unmapped_segment();
    test_semaphore();
    test_semaphore_fork();
    test_mutex();
    test_condition();
    test_flock();
    test_records();
    return check_report("shared memory, semaphores, mutexes, conditions and locks of cages");
}
