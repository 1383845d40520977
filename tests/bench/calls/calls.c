/* One kind of system call many times: calls OPERATION COUNT. The same program runs in a cage and
 * natively on Linux; calls.js measures both from outside. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char bytes[65536];

static void must(int held, const char *what) {
    if (!held) {
        perror(what);
        exit(1);
    }
}

static void do_nothing(long count) {
    volatile long sum = 0;
    for (long i = 0; i < count; i++) {
        sum += i;
    }
}

static void do_getpid(long count) {
    for (long i = 0; i < count; i++) {
        (void)getppid(); /* a library may remember getpid */
    }
}

static int scratch(void) {
    const int fd = open("scratch", O_RDWR | O_CREAT | O_TRUNC, 0600);
    must(fd >= 0 && write(fd, bytes, sizeof bytes) == sizeof bytes, "scratch");
    return fd;
}

static void transfer(long count, size_t size, int writing) {
    const int fd = scratch();
    for (long i = 0; i < count; i++) {
        const ssize_t done = writing ? pwrite(fd, bytes, size, 0) : pread(fd, bytes, size, 0);
        must(done == (ssize_t)size, "transfer");
    }
}

static void do_read1(long count) {
    transfer(count, 1, 0);
}

static void do_read64k(long count) {
    transfer(count, sizeof bytes, 0);
}

static void do_write1(long count) {
    transfer(count, 1, 1);
}

static void do_write64k(long count) {
    transfer(count, sizeof bytes, 1);
}

/* A byte to a child and back. */
static void do_pipe(long count) {
    int there[2];
    int back[2];
    char byte = 'x';
    must(pipe(there) == 0 && pipe(back) == 0, "pipe");
    const pid_t child = fork();
    must(child >= 0, "fork");
    if (child == 0) {
        close(there[1]);
        while (read(there[0], &byte, 1) == 1 && write(back[1], &byte, 1) == 1) {
        }
        _exit(0);
    }
    for (long i = 0; i < count; i++) {
        must(write(there[1], &byte, 1) == 1 && read(back[0], &byte, 1) == 1, "round trip");
    }
    close(there[1]);
    must(waitpid(child, NULL, 0) == child, "waitpid");
}

static const char *self;

static void do_fork_exec(long count) {
    for (long i = 0; i < count; i++) {
        int status;
        const pid_t child = fork();
        must(child >= 0, "fork");
        if (child == 0) {
            execl(self, self, "nothing", "0", (char *)NULL);
            _exit(127);
        }
        must(waitpid(child, &status, 0) == child && status == 0, "child");
    }
}

static void do_open_close(long count) {
    close(scratch());
    for (long i = 0; i < count; i++) {
        const int fd = open("scratch", O_RDONLY);
        must(fd >= 0, "open");
        close(fd);
    }
}

static void do_stat_deep(long count) {
    char path[64] = ".";
    struct stat status;
    for (int depth = 0; depth < 10; depth++) {
        strcat(path, "/dir");
        (void)mkdir(path, 0700);
    }
    for (long i = 0; i < count; i++) {
        must(stat(path, &status) == 0, "stat");
    }
}

/* Forks with 64 MiB written; the child reads one byte of it. (volatile: else nothing is written.)
 */
static void do_fork64m(long count) {
    const size_t size = 64u << 20;
    char *volatile memory = malloc(size);
    must(memory != NULL, "malloc");
    memset(memory, 'm', size);
    for (long i = 0; i < count; i++) {
        const pid_t child = fork();
        must(child >= 0, "fork");
        if (child == 0) {
            _exit(memory[size / 2] != 'm');
        }
        int status;
        must(waitpid(child, &status, 0) == child && status == 0, "child");
    }
}

/* What a fork is measured by: one copy of the same bytes. */
static void do_copy64m(long count) {
    const size_t size = 64u << 20;
    char *from = malloc(size);
    must(from != NULL, "malloc");
    memset(from, 'm', size);
    for (long i = 0; i < count; i++) {
        char *to = malloc(size);
        must(to != NULL, "malloc");
        memcpy(to, from, size);
        must(to[size - 1] == 'm', "copy");
        free(to);
    }
}

static const struct operation {
    const char *name;
    void (*run)(long count);
} operations[] = {
    {"nothing", do_nothing},
    {"getppid", do_getpid},
    {"read1", do_read1},
    {"read64k", do_read64k},
    {"write1", do_write1},
    {"write64k", do_write64k},
    {"pipe", do_pipe},
    {"fork+exec+wait", do_fork_exec},
    {"open+close", do_open_close},
    {"stat-deep", do_stat_deep},
    {"fork64m", do_fork64m},
    {"copy64m", do_copy64m},
};

int main(int argc, char **argv) {
    self = argv[0];
    for (size_t i = 0; argc == 3 && i < sizeof operations / sizeof *operations; i++) {
        if (strcmp(operations[i].name, argv[1]) == 0) {
            operations[i].run(strtol(argv[2], NULL, 10));
            return 0;
        }
    }
    fprintf(stderr, "usage: calls OPERATION COUNT\n");
    return 2;
}
