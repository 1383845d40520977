/* Memory: maps of files, shared memory, semaphores in it. What SafePOSIX's tests do in threads of
 * one cage is done here by several processes that share memory. */
#include "scenarios.h"

#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <time.h>

enum { PAGE = 4096 };

#define MAP(size, rights, flags, fd, offset) mapped(mmap(NULL, size, rights, flags, fd, offset))

static int page_file(void) {
    const int fd = fresh("file");
    NEEDS(ftruncate(fd, 2 * PAGE) == 0);
    NEEDS(pwrite(fd, "first page", 10, 0) == 10);
    NEEDS(pwrite(fd, "second page", 11, PAGE) == 11);
    return fd;
}

SCENARIO(ut_lind_fs_mmap_zerolen) {
    const int fd = page_file();
    FAILS(MAP(0, PROT_READ, MAP_SHARED, fd, 0), EINVAL);
    FAILS(MAP(0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), EINVAL);
}

SCENARIO(ut_lind_fs_mmap_invalid_flags_none) {
    const int fd = page_file();
    FAILS(MAP(PAGE, PROT_READ, 0, fd, 0), EINVAL);
    FAILS(MAP(PAGE, PROT_READ, MAP_ANONYMOUS, -1, 0), EINVAL);
}

/* Linux has since given a meaning to the sum of both (MAP_SHARED_VALIDATE). */
SCENARIO(ut_lind_fs_mmap_invalid_flags_both) {
    const int fd = page_file();
    const long both = SHOW(MAP(PAGE, PROT_READ, MAP_PRIVATE | MAP_SHARED, fd, 0));
    HOLDS(both == 0 || errno == EINVAL);
}

SCENARIO(ut_lind_fs_mmap_no_read) {
    NEEDS(close(page_file()) == 0);
    const int fd = open("file", O_WRONLY);
    FAILS(MAP(PAGE, PROT_READ, MAP_PRIVATE, fd, 0), EACCES);
    FAILS(MAP(PAGE, PROT_READ, MAP_SHARED, fd, 0), EACCES);
}

SCENARIO(ut_lind_fs_mmap_no_write) {
    NEEDS(close(page_file()) == 0);
    const int fd = open("file", O_RDONLY);
    FAILS(MAP(PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), EACCES);
    char *own = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    GIVES(mapped(own), 0);
    memcpy(own, "FIRST", 5);
    HOLDS(reads(fd, "first page"));
    char *shared = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
    HOLDS(memcmp(shared, "first page", 10) == 0);
}

SCENARIO(ut_lind_fs_mmap_invalid_offset_len) {
    const int fd = page_file();
    FAILS(MAP(PAGE, PROT_READ, MAP_SHARED, fd, 1), EINVAL);
    FAILS(MAP(PAGE, PROT_READ, MAP_SHARED, fd, PAGE / 2), EINVAL);
    FAILS(MAP((size_t)-PAGE, PROT_READ, MAP_SHARED, fd, 0), ENOMEM);
    const long beyond = SHOW(MAP(PAGE, PROT_READ, MAP_SHARED, fd, 16 * PAGE));
    HOLDS(beyond == 0 || errno == ENXIO);
    char *second = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, PAGE);
    GIVES(mapped(second), 0);
    HOLDS(memcmp(second, "second page", 11) == 0);
    memcpy(second, "SECOND", 6);
    GIVES(msync(second, PAGE, MS_SYNC), 0);
    GIVES(lseek(fd, PAGE, SEEK_SET), PAGE);
    HOLDS(reads(fd, "SECOND page"));
    memcpy(second, "THIRD ", 6);
    GIVES(munmap(second, PAGE), 0);
    GIVES(lseek(fd, PAGE, SEEK_SET), PAGE);
    HOLDS(reads(fd, "THIRD  page"));
    GIVES(size_of("file"), 2 * PAGE);
}

SCENARIO(ut_lind_fs_mmap_chardev) {
    const int zero = open("/dev/zero", O_RDWR);
    const long memory = SHOW(MAP(PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, zero, 0));
    HOLDS(memory == 0 || errno == ENODEV);
    FAILS(MAP(PAGE, PROT_READ, MAP_PRIVATE, open("/dev/null", O_RDONLY), 0), ENODEV);
}

SCENARIO(ut_lind_fs_mmap_unsupported_file) {
    int ends[2];
    NEEDS(pipe(ends) == 0);
    FAILS(MAP(PAGE, PROT_READ, MAP_SHARED, open(".", O_RDONLY), 0), ENODEV);
    FAILS(MAP(PAGE, PROT_READ, MAP_SHARED, ends[0], 0), ENODEV);
    FAILS(MAP(PAGE, PROT_READ, MAP_SHARED, ends[1], 0), EACCES); /* it cannot even be read */
    FAILS(MAP(PAGE, PROT_READ, MAP_SHARED, socket(AF_UNIX, SOCK_STREAM, 0), 0), ENODEV);
    FAILS(MAP(PAGE, PROT_READ, MAP_SHARED, epoll_create1(0), 0), ENODEV);
}

SCENARIO(ut_lind_fs_mmap_invalid_fildes) {
    FAILS(MAP(PAGE, PROT_READ, MAP_SHARED, -1, 0), EBADF);
    FAILS(MAP(PAGE, PROT_READ, MAP_PRIVATE, 100, 0), EBADF);
    FAILS(MAP(PAGE, PROT_READ, MAP_PRIVATE, 5000, 0), EBADF);
    const int fd = page_file();
    char *kept = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
    NEEDS(close(fd) == 0);
    HOLDS(memcmp(kept, "first", 5) == 0); /* a map needs its descriptor no more */
    FAILS(MAP(PAGE, PROT_READ, MAP_SHARED, fd, 0), EBADF);
}

SCENARIO(ut_lind_fs_munmap_zerolen) {
    char *memory = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    NEEDS(mapped(memory) == 0);
    FAILS(munmap(memory, 0), EINVAL);
    FAILS(munmap(memory + 1, PAGE), EINVAL);
    memory[0] = memory[PAGE] = 'x';
    GIVES(munmap(memory, PAGE), 0);
    GIVES(memory[PAGE], 'x');
    GIVES(munmap(memory, PAGE), 0);
    const pid_t pid = child();
    if (pid == 0) {
        memory[0] = 'y';
        leave();
    }
    GIVES(ended(pid), -SIGSEGV);
}

/* A key that no other run has. */
static key_t key_of(int number) {
    return (key_t)(0x5a000000 + getpid() * 4 + number);
}

SCENARIO(ut_lind_fs_shm) {
    struct shmid_ds status;
    const key_t key = key_of(0);
    const int id = shmget(key, 1024, 0600 | IPC_CREAT);
    HOLDS(id >= 0);
    char *memory = shmat(id, NULL, 0);
    GIVES(mapped(memory), 0);
    GIVES(memory[0] + memory[1023], 0);
    memcpy(memory, "shared", 6);
    GIVES(shmctl(id, IPC_STAT, &status), 0);
    GIVES(status.shm_nattch, 1);
    GIVES(status.shm_segsz, 1024);
    HOLDS(status.shm_cpid == getpid());
    const pid_t pid = child();
    if (pid == 0) {
        NEEDS(shmctl(id, IPC_STAT, &status) == 0 && status.shm_nattch == 2);
        char *again = shmat(shmget(key, 0, 0), NULL, 0);
        NEEDS(again != memory && memcmp(again, "shared", 6) == 0);
        again[0] = 'S';
        NEEDS(shmdt(memory) == 0);
        leave();
    }
    GIVES(ended(pid), 0);
    HOLDS(memcmp(memory, "Shared", 6) == 0);
    GIVES(shmctl(id, IPC_RMID, NULL), 0);
    memory[1] = 'H'; /* it stays while it is attached */
    GIVES(shmctl(id, IPC_STAT, &status), 0);
    GIVES(status.shm_nattch, 1);
    GIVES(shmdt(memory), 0);
    FAILS(shmctl(id, IPC_STAT, &status), EINVAL);
    FAILS(shmget(key, 1024, 0), ENOENT);
}

SCENARIO(ut_lind_fs_shmget_syscall) {
    const key_t key = key_of(1);
    FAILS(shmget(key, 1024, 0), ENOENT);
    FAILS(shmget(key, 0, IPC_CREAT | 0600), EINVAL);
    const int id = shmget(key, 5000, IPC_CREAT | IPC_EXCL | 0600);
    HOLDS(id >= 0);
    FAILS(shmget(key, 5000, IPC_CREAT | IPC_EXCL | 0600), EEXIST);
    HOLDS(shmget(key, 5000, IPC_CREAT | 0600) == id);
    HOLDS(shmget(key, 10, 0) == id);
    FAILS(shmget(key, 20000, 0), EINVAL);
    const int own = shmget(IPC_PRIVATE, 100, IPC_CREAT | 0600);
    HOLDS(own >= 0 && own != id);
    FAILS(mapped(shmat(-1, NULL, 0)), EINVAL);
    FAILS(mapped(shmat(id, (void *)0x10001, 0)), EINVAL);
    FAILS(shmdt((void *)0x10000), EINVAL);
    FAILS(shmctl(id, 999, NULL), EINVAL);
    char *memory = shmat(id, NULL, SHM_RDONLY);
    GIVES(memory[4999], 0);
    const pid_t pid = child();
    if (pid == 0) {
        memory[0] = 'x';
        leave();
    }
    GIVES(ended(pid), -SIGSEGV);
    GIVES(shmctl(id, IPC_RMID, NULL), 0);
    GIVES(shmctl(own, IPC_RMID, NULL), 0);
    FAILS(shmctl(own, IPC_RMID, NULL), EINVAL);
}

/* Memory for semaphores, gone with the scenario. */
static void *shared_memory(void) {
    const int id = shmget(IPC_PRIVATE, 1024, IPC_CREAT | 0600);
    void *memory = shmat(id, NULL, 0);
    NEEDS(mapped(memory) == 0);
    NEEDS(shmctl(id, IPC_RMID, NULL) == 0);
    return memory;
}

static struct timespec soon(int milliseconds) {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    time.tv_sec += milliseconds / 1000;
    time.tv_nsec += milliseconds % 1000 * 1000000;
    time.tv_sec += time.tv_nsec / 1000000000;
    time.tv_nsec %= 1000000000;
    return time;
}

/* Two processes that take turns by two semaphores. */
SCENARIO(ut_lind_fs_sem_fork) {
    struct turns {
        sem_t mine;
        sem_t yours;
        int count;
    } *turns = shared_memory();
    GIVES(sem_init(&turns->mine, 1, 1), 0);
    GIVES(sem_init(&turns->yours, 1, 0), 0);
    const pid_t pid = child();
    if (pid == 0) {
        for (int i = 0; i < 50; i++) {
            NEEDS(sem_wait(&turns->yours) == 0);
            NEEDS(turns->count++ == 2 * i + 1);
            NEEDS(sem_post(&turns->mine) == 0);
        }
        leave();
    }
    for (int i = 0; i < 50; i++) {
        NEEDS(sem_wait(&turns->mine) == 0);
        NEEDS(turns->count++ == 2 * i);
        NEEDS(sem_post(&turns->yours) == 0);
    }
    GIVES(ended(pid), 0);
    GIVES(turns->count, 100);
    GIVES(sem_destroy(&turns->mine), 0);
    GIVES(sem_destroy(&turns->yours), 0);
}

SCENARIO(ut_lind_fs_sem_trytimed) {
    sem_t *semaphore = shared_memory();
    struct timespec until = soon(30);
    GIVES(sem_init(semaphore, 1, 0), 0);
    FAILS(sem_trywait(semaphore), EAGAIN);
    const long start = now_ms();
    FAILS(sem_timedwait(semaphore, &until), ETIMEDOUT);
    HOLDS(now_ms() - start >= 25);
    FAILS(sem_timedwait(semaphore, &until), ETIMEDOUT);
    until.tv_nsec = 1000000000;
    FAILS(sem_timedwait(semaphore, &until), EINVAL);
    GIVES(sem_post(semaphore), 0);
    GIVES(sem_trywait(semaphore), 0);
    const pid_t pid = child();
    if (pid == 0) {
        usleep(20000);
        NEEDS(sem_post(semaphore) == 0);
        leave();
    }
    until = soon(50000);
    GIVES(sem_timedwait(semaphore, &until), 0);
    GIVES(ended(pid), 0);
    FAILS(sem_trywait(semaphore), EAGAIN);
    GIVES(sem_destroy(semaphore), 0);
}

SCENARIO(ut_lind_fs_sem_test) {
    int value = -1;
    sem_t *semaphore = shared_memory();
    if (IN_CAGE) { /* what was never made is not found; elsewhere that is not defined */
        NEEDS(sem_destroy(semaphore) == -1 && errno == EINVAL);
        NEEDS(sem_getvalue(semaphore, &value) == -1 && errno == EINVAL);
        NEEDS(sem_post(semaphore) == -1 && errno == EINVAL);
        NEEDS(sem_wait(semaphore) == -1 && errno == EINVAL);
    }
    FAILS(sem_init(semaphore, 1, (unsigned)SEM_VALUE_MAX + 1), EINVAL);
    GIVES(sem_init(semaphore, 1, 2), 0);
    GIVES(sem_getvalue(semaphore, &value), 0);
    GIVES(value, 2);
    GIVES(sem_wait(semaphore), 0);
    GIVES(sem_post(semaphore), 0);
    GIVES(sem_post(semaphore), 0);
    GIVES(sem_getvalue(semaphore, &value), 0);
    GIVES(value, 3);
    GIVES(sem_destroy(semaphore), 0);
    GIVES(sem_init(semaphore, 1, SEM_VALUE_MAX), 0);
    FAILS(sem_post(semaphore), EOVERFLOW);
    GIVES(sem_wait(semaphore), 0);
    GIVES(sem_post(semaphore), 0);
    GIVES(sem_destroy(semaphore), 0);
    sem_t *own = semaphore + 1; /* and one for this process alone */
    GIVES(sem_init(own, 0, 1), 0);
    GIVES(sem_trywait(own), 0);
    FAILS(sem_trywait(own), EAGAIN);
    GIVES(sem_destroy(own), 0);
}
