/* SafePOSIX's test scenarios (their names; the code is ours) as one program:
 *
 *     scenarios              all of them
 *     scenarios fs           a group; scenarios fs 12: the twelfth of it
 *     scenarios NAME...      by name
 *
 * Each has a process and an empty directory of its own below the working directory. The output is,
 * for each,
 * "== NAME", what it saw, and "-- ok" or how it ended. */
#include "scenarios.h"

#include <grp.h>
#include <time.h>

#ifdef __moxie__
#include <mox_syscalls.h>
#else
#include <sys/syscall.h>
#endif

enum { USER = 1000, MOST_SECONDS = 60, INHERITED = 64, STATUS_CANNOT = 77, STATUS_USAGE = 2 };

#undef SCENARIO
#define SCENARIO(group, name) void scenario_##name(void);
#include "names.def"
#undef SCENARIO

static const struct {
    const char *group;
    const char *name;
    void (*run)(void);
} scenarios[] = {
#define SCENARIO(group, name) {#group, #name, scenario_##name},
#include "names.def"
#undef SCENARIO
};
enum { COUNT = sizeof scenarios / sizeof *scenarios };

const char *self;
static int failures;

static const struct {
    int error;
    const char *name;
} errors[] = {
#define NAME(error)                                                                                \
    { error, #error }
    NAME(EPERM),        NAME(ENOENT),          NAME(ESRCH),           NAME(EINTR),
    NAME(EIO),          NAME(ENXIO),           NAME(E2BIG),           NAME(ENOEXEC),
    NAME(EBADF),        NAME(ECHILD),          NAME(EAGAIN),          NAME(ENOMEM),
    NAME(EACCES),       NAME(EFAULT),          NAME(EBUSY),           NAME(EEXIST),
    NAME(EXDEV),        NAME(ENODEV),          NAME(ENOTDIR),         NAME(EISDIR),
    NAME(EINVAL),       NAME(ENFILE),          NAME(EMFILE),          NAME(ENOTTY),
    NAME(EFBIG),        NAME(ENOSPC),          NAME(ESPIPE),          NAME(EPIPE),
    NAME(ERANGE),       NAME(EDEADLK),         NAME(ENAMETOOLONG),    NAME(ENOSYS),
    NAME(ENOTEMPTY),    NAME(ELOOP),           NAME(EIDRM),           NAME(EOVERFLOW),
    NAME(ENOTSOCK),     NAME(EDESTADDRREQ),    NAME(EMSGSIZE),        NAME(EPROTOTYPE),
    NAME(ENOPROTOOPT),  NAME(EPROTONOSUPPORT), NAME(ESOCKTNOSUPPORT), NAME(EOPNOTSUPP),
    NAME(EAFNOSUPPORT), NAME(EADDRINUSE),      NAME(EADDRNOTAVAIL),   NAME(ENETUNREACH),
    NAME(ECONNABORTED), NAME(ECONNRESET),      NAME(EISCONN),         NAME(ENOTCONN),
    NAME(ETIMEDOUT),    NAME(ECONNREFUSED),    NAME(EALREADY),        NAME(EINPROGRESS),
#undef NAME
};

static const char *name_of(int error) {
    static char number[16];
    for (unsigned i = 0; i < sizeof errors / sizeof *errors; i++) {
        if (errors[i].error == error) {
            return errors[i].name;
        }
    }
    snprintf(number, sizeof number, "errno %d", error);
    return number;
}

static void failed(int line) {
    failures++;
    printf("  failed: line %d\n", line);
}

long show(const char *text, long result) {
    const int error = errno;
    if (result == -1) {
        printf("%s: %s\n", text, name_of(error));
    } else {
        printf("%s: %ld\n", text, result);
    }
    errno = error;
    return result;
}

void show_gives(int line, const char *text, long result, long wanted) {
    if (show(text, result) != wanted) {
        failed(line);
    }
}

void show_fails(int line, const char *text, long result, int error) {
    if (show(text, result) != -1 || errno != error) {
        failed(line);
    }
}

void show_holds(int line, const char *text, bool condition) {
    printf("%s: %s\n", text, condition ? "yes" : "no");
    if (!condition) {
        failed(line);
    }
}

void cannot(const char *what) {
    printf("cannot: %s\n", what);
    fflush(stdout);
    _exit(STATUS_CANNOT);
}

pid_t child(void) {
    fflush(stdout);
    const pid_t pid = fork();
    NEEDS(pid >= 0);
    if (pid == 0) {
        failures = 0;
        alarm(MOST_SECONDS);
    }
    return pid;
}

void leave(void) {
    fflush(stdout);
    _exit(failures != 0);
}

int ended(pid_t pid) {
    int status = 0;
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) {
            return -1000;
        }
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

void make_file(const char *path, const char *text) {
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    NEEDS(fd >= 0);
    NEEDS(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    NEEDS(close(fd) == 0);
}

int fresh(const char *path) {
    const int fd = open(path, O_RDWR | O_CREAT | O_EXCL, 0777);
    NEEDS(fd >= 0);
    return fd;
}

long mode_of(const char *path) {
    struct stat status;
    return lstat(path, &status) < 0 ? -1 : (long)status.st_mode;
}

long size_of(const char *path) {
    struct stat status;
    return lstat(path, &status) < 0 ? -1 : (long)status.st_size;
}

long links_of(const char *path) {
    struct stat status;
    return lstat(path, &status) < 0 ? -1 : (long)status.st_nlink;
}

bool reads(int fd, const char *text) {
    char bytes[256] = {0};
    const size_t size = strlen(text);
    return size <= sizeof bytes && read(fd, bytes, size) == (ssize_t)size &&
           memcmp(bytes, text, size) == 0;
}

void show_file(const char *path) {
    char bytes[256];
    const int fd = open(path, O_RDONLY);
    ssize_t size;
    printf("%s holds \"", path);
    while ((size = read(fd, bytes, sizeof bytes)) > 0) {
        for (ssize_t i = 0; i < size; i++) {
            putchar(bytes[i] >= ' ' && bytes[i] <= '~' ? bytes[i] : '.');
        }
    }
    printf("\"\n");
    close(fd);
}

int mapped(void *address) {
    return address == (void *)-1 ? -1 : 0;
}

long now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long)(now.tv_sec % 100000) * 1000 + now.tv_nsec / 1000000;
}

long get_dents(int fd, void *to, size_t size) {
#ifdef __moxie__
    const long result = __mox_getdents(fd, (long)to, (long)size);
    errno = result < 0 ? (int)-result : errno;
    return result < 0 ? -1 : result;
#else
    return syscall(SYS_getdents64, fd, to, size);
#endif
}

/* As user 1000 in the empty directory. The saved id stays root's, for what only a cage's root may
 * do. */
static void scenario_process(unsigned index) {
    const char *name = scenarios[index].name;
    alarm(MOST_SECONDS);
    umask(022);
    NEEDS(mkdir(name, 0755) == 0);
    if (geteuid() == 0) {
        NEEDS(chown(name, USER, USER) == 0);
        NEEDS(setgroups(0, NULL) == 0);
        NEEDS(setresgid(USER, USER, USER) == 0);
        NEEDS(setresuid(USER, USER, 0) == 0);
    }
    NEEDS(chdir(name) == 0);
    scenarios[index].run();
    leave();
}

static int run(unsigned index) {
    printf("== %s\n", scenarios[index].name);
    const pid_t pid = child();
    if (pid == 0) {
        scenario_process(index);
    }
    const int status = ended(pid);
    if (status == 0) {
        printf("-- ok\n");
    } else if (status == STATUS_CANNOT) {
        printf("-- cannot\n");
    } else {
        printf("-- failed: %d\n", status);
    }
    return status != 0 && status != STATUS_CANNOT;
}

/* Whether the words name a scenario: its group, its group and number, or itself. */
static bool wanted(unsigned index, unsigned number, int count, char **words) {
    if (count == 0) {
        return true;
    }
    if (strcmp(words[0], scenarios[index].group) == 0) {
        return count == 1 || (unsigned)atoi(words[1]) == number;
    }
    for (int i = 0; i < count; i++) {
        if (strcmp(words[i], scenarios[index].name) == 0) {
            return true;
        }
    }
    return false;
}

int main(int argc, char **argv) {
    setvbuf(stdout, NULL, _IOFBF, 1 << 14);
    self = argv[0];
    if (argc > 2 && strcmp(argv[1], "--helper") == 0) {
        return run_helper(argc - 2, argv + 2);
    }
    int bad = 0;
    int count = 0;
    unsigned number = 0;
    for (int fd = 3; fd < INHERITED; fd++) { /* scenarios count on numbers from 3 */
        close(fd);
    }
    for (unsigned i = 0; i < COUNT; i++) {
        number = i > 0 && strcmp(scenarios[i].group, scenarios[i - 1].group) == 0 ? number + 1 : 1;
        if (wanted(i, number, argc - 1, argv + 1)) {
            bad += run(i);
            count++;
        }
    }
    fflush(stdout);
    if (count == 0) {
        fprintf(stderr, "scenarios: there is no such scenario\n");
        return STATUS_USAGE;
    }
    return bad > 0;
}
