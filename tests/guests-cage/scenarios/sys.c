/* Processes: who they are, how they begin and end. */
#include "scenarios.h"

#include <sys/time.h>

/* Programs that scenarios execute. */
int run_helper(int argc, char **argv) {
    if (strcmp(argv[0], "open") == 0) { /* which of the descriptors 3 to 8 are open */
        int open_ones = 0;
        for (int fd = 3; fd < 9; fd++) {
            open_ones |= fcntl(fd, F_GETFD) >= 0 ? 1 << (fd - 3) : 0;
        }
        return open_ones;
    }
    if (strcmp(argv[0], "who") == 0) { /* whether it is process argv[1] with parent argv[2] */
        return argc != 3 || atoi(argv[1]) != getpid() || atoi(argv[2]) != getppid();
    }
    if (strcmp(argv[0], "inherits") == 0) { /* directory, mask, handlers, arguments, environment */
        sigset_t mask;
        struct sigaction action;
        const bool here = access("inherited", F_OK) == 0;
        const bool blocked =
            sigprocmask(SIG_BLOCK, NULL, &mask) == 0 && sigismember(&mask, SIGUSR1);
        const bool reset = sigaction(SIGUSR2, NULL, &action) == 0 && action.sa_handler == SIG_DFL;
        const bool ignored = sigaction(SIGHUP, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
        const char *value = getenv("NAME");
        const bool told = argc == 3 && strcmp(argv[1], "two words") == 0 && argv[2][0] == '\0';
        const bool environment = value != NULL && strcmp(value, "value") == 0;
        return !(here && blocked && reset && ignored && told && environment);
    }
    return 98;
}

static volatile sig_atomic_t seen;

static void note(int signal) {
    seen = signal;
}

SCENARIO(ut_lind_getpid) {
    const pid_t pid = getpid();
    HOLDS(pid > 0);
    HOLDS(getpid() == pid);
    GIVES(kill(pid, 0), 0);
    const pid_t other = child();
    if (other == 0) {
        HOLDS(getpid() != pid && getpid() > 0);
        leave();
    }
    GIVES(ended(other), 0);
    HOLDS(getpid() == pid && other != pid);
    FAILS(kill(other, 0), ESRCH);
}

SCENARIO(ut_lind_getppid) {
    const pid_t pid = getpid();
    HOLDS(getppid() > 0);
    const pid_t first = child();
    if (first == 0) {
        HOLDS(getppid() == pid);
        const pid_t parent = getpid();
        const pid_t second = child();
        if (second == 0) {
            HOLDS(getppid() == parent);
            leave();
        }
        GIVES(ended(second), 0);
        leave();
    }
    GIVES(ended(first), 0);
}

SCENARIO(ut_lind_fs_getpid_getppid) {
    int ends[2];
    pid_t ids[2] = {0, 0};
    NEEDS(pipe(ends) == 0);
    const pid_t pid = child();
    if (pid == 0) {
        ids[0] = getpid();
        ids[1] = getppid();
        NEEDS(write(ends[1], ids, sizeof ids) == sizeof ids);
        leave();
    }
    GIVES(ended(pid), 0);
    HOLDS(read(ends[0], ids, sizeof ids) == sizeof ids);
    HOLDS(ids[0] == pid);
    HOLDS(ids[1] == getpid());
}

SCENARIO(ut_lind_getuid) {
    const uid_t uid = getuid();
    HOLDS(uid != 0);
    HOLDS(getuid() == uid);
    FAILS(setuid(uid + 1), EPERM);
    const pid_t pid = child();
    if (pid == 0) {
        HOLDS(getuid() == uid);
        leave();
    }
    GIVES(ended(pid), 0);
}

SCENARIO(ut_lind_geteuid) {
    HOLDS(geteuid() == getuid());
    FAILS(seteuid(geteuid() + 1), EPERM);
    GIVES(seteuid(getuid()), 0);
    make_file("file", "x");
    struct stat status;
    GIVES(stat("file", &status), 0);
    HOLDS(status.st_uid == geteuid());
}

SCENARIO(ut_lind_getgid) {
    const gid_t gid = getgid();
    HOLDS(getgid() == gid);
    FAILS(setgid(gid + 1), EPERM);
    const pid_t pid = child();
    if (pid == 0) {
        HOLDS(getgid() == gid);
        leave();
    }
    GIVES(ended(pid), 0);
}

SCENARIO(ut_lind_getegid) {
    HOLDS(getegid() == getgid());
    FAILS(setegid(getegid() + 1), EPERM);
    make_file("file", "x");
    struct stat status;
    GIVES(stat("file", &status), 0);
    HOLDS(status.st_gid == getegid());
}

static int in_data = 1;

SCENARIO(ut_lind_fork) {
    int on_stack = 2;
    int *on_heap = malloc(sizeof *on_heap);
    *on_heap = 3;
    GIVES(mkdir("dir", 0755), 0);
    const int fd = fresh("file");
    const pid_t pid = child();
    if (pid == 0) {
        GIVES(in_data + on_stack + *on_heap, 6);
        in_data = on_stack = *on_heap = 100;
        GIVES(chdir("dir"), 0); /* the child's own */
        umask(077);
        GIVES(write(fd, "child", 5), 5);
        GIVES(close(fd), 0);
        leave();
    }
    GIVES(ended(pid), 0);
    GIVES(in_data + on_stack + *on_heap, 6);
    GIVES(access("dir", F_OK), 0);
    GIVES(umask(022), 022);
    GIVES(lseek(fd, 0, SEEK_CUR), 5);
    FAILS(waitpid(pid, NULL, 0), ECHILD);
    FAILS(waitpid(-1, NULL, 0), ECHILD);
    pid_t several[5];
    for (int i = 0; i < 5; i++) {
        several[i] = child();
        if (several[i] == 0) {
            _exit(10 + i);
        }
    }
    for (int i = 4; i >= 0; i--) {
        GIVES(ended(several[i]), 10 + i);
    }
    free(on_heap);
}

SCENARIO(ut_lind_exit) {
    int ends[2];
    NEEDS(pipe(ends) == 0);
    signal(SIGCHLD, note);
    pid_t pid = child();
    if (pid == 0) {
        _exit(42);
    }
    GIVES(ended(pid), 42);
    HOLDS(seen == SIGCHLD);
    pid = child();
    if (pid == 0) {
        _exit(256 + 7);
    }
    GIVES(ended(pid), 7);
    pid = child();
    if (pid == 0) {
        printf("written at exit\n");
        exit(0);
    }
    GIVES(ended(pid), 0);
    pid = child();
    if (pid == 0) {
        pause();
    }
    GIVES(waitpid(pid, NULL, WNOHANG), 0);
    GIVES(kill(pid, SIGTERM), 0);
    GIVES(ended(pid), -SIGTERM);
    pid = child();
    if (pid == 0) {
        abort();
    }
    GIVES(ended(pid), -SIGABRT);
    pid = child();
    if (pid == 0) {
        leave(); /* with the pipe open: it closes by that */
    }
    GIVES(close(ends[1]), 0);
    GIVES(read(ends[0], &(char){0}, 1), 0);
    GIVES(ended(pid), 0);
}

SCENARIO(ut_lind_exec) {
    char number[16];
    char parent[16];
    pid_t pid = child();
    if (pid == 0) {
        snprintf(number, sizeof number, "%d", (int)getpid());
        snprintf(parent, sizeof parent, "%d", (int)getppid());
        execl(self, self, "--helper", "who", number, parent, (char *)NULL);
        _exit(99);
    }
    GIVES(ended(pid), 0);
    make_file("inherited", "x");
    pid = child();
    if (pid == 0) {
        sigset_t mask;
        char *arguments[] = {(char *)self, "--helper", "inherits", "two words", "", NULL};
        char *environment[] = {"NAME=value", NULL};
        sigemptyset(&mask);
        sigaddset(&mask, SIGUSR1);
        sigprocmask(SIG_BLOCK, &mask, NULL);
        signal(SIGUSR2, note);
        signal(SIGHUP, SIG_IGN);
        execve(self, arguments, environment);
        _exit(99);
    }
    GIVES(ended(pid), 0);
    FAILS(execl("nothing", "nothing", (char *)NULL), ENOENT);
    FAILS(execl("inherited", "inherited", (char *)NULL), EACCES);
    FAILS(execl(".", ".", (char *)NULL), EACCES);
    GIVES(chmod("inherited", 0755), 0);
    char *words[] = {"inherited", NULL};
    FAILS(execve("inherited", words, words + 1), ENOEXEC);
    FAILS(execve("inherited/below", words, words + 1), ENOTDIR);
}
