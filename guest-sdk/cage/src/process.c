/* Processes: they are cages. */
#include <fcntl.h>
#include <paths.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/times.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel.h"

extern char **environ;

pid_t fork(void) {
    return (pid_t)answer(__mox_fork());
}

/* The child has memory of its own, which vfork's callers cannot tell. */
pid_t vfork(void) {
    return fork();
}

int execve(const char *path, char *const argv[], char *const envp[]) {
    return (int)answer(__mox_exec((long)path, (long)argv, (long)envp));
}

pid_t waitpid(pid_t pid, int *status, int options) {
    return (pid_t)answer(__mox_waitpid(pid, (long)status, options, 0));
}

pid_t wait(int *status) {
    return waitpid(-1, status, 0);
}

static void translate_usage(const struct mox_rusage *words, struct rusage *usage) {
    *usage = (struct rusage){
        .ru_utime = {kernel_seconds(words->user_low, words->user_high),
                     (long)words->user_nsec / 1000},
        .ru_stime = {kernel_seconds(words->system_low, words->system_high),
                     (long)words->system_nsec / 1000},
        .ru_maxrss = (long)words->maxrss,
    };
}

pid_t wait4(pid_t pid, int *status, int options, struct rusage *usage) {
    struct mox_rusage words = {0};
    const pid_t child = (pid_t)answer(__mox_waitpid(pid, (long)status, options, (long)&words));
    if (child >= 0 && usage != NULL) {
        translate_usage(&words, usage);
    }
    return child;
}

pid_t wait3(int *status, int options, struct rusage *usage) {
    return wait4(-1, status, options, usage);
}

int getrusage(int who, struct rusage *usage) {
    struct mox_rusage words;
    if (answer(__mox_getrusage(who, (long)&words)) < 0) {
        return -1;
    }
    translate_usage(&words, usage);
    return 0;
}

clock_t times(struct tms *times) {
    return (clock_t)answer(__mox_times((long)times));
}

pid_t getpid(void) {
    return (pid_t)__mox_getpid();
}

pid_t getppid(void) {
    return (pid_t)__mox_getppid();
}

int setpgid(pid_t pid, pid_t group) {
    return (int)answer(__mox_setpgid(pid, group));
}

pid_t getpgid(pid_t pid) {
    return (pid_t)answer(__mox_getpgid(pid));
}

pid_t getpgrp(void) {
    return getpgid(0);
}

int setpgrp(void) {
    return setpgid(0, 0);
}

pid_t setsid(void) {
    return (pid_t)answer(__mox_setsid());
}

pid_t getsid(pid_t pid) {
    return (pid_t)answer(__mox_getsid(pid));
}

int sched_yield(void) {
    return (int)answer(__mox_sched_yield());
}

static rlim_t limit_of(uint32_t low, uint32_t high) {
    return high != 0 ? RLIM_INFINITY : low;
}

int getrlimit(int resource, struct rlimit *limit) {
    struct mox_rlimit words;
    if (answer(__mox_getrlimit(resource, (long)&words)) < 0) {
        return -1;
    }
    limit->rlim_cur = limit_of(words.current_low, words.current_high);
    limit->rlim_max = limit_of(words.most_low, words.most_high);
    return 0;
}

int setrlimit(int resource, const struct rlimit *limit) {
    const struct mox_rlimit words = {
        .current_low = limit->rlim_cur,
        .current_high = limit->rlim_cur == RLIM_INFINITY ? UINT32_MAX : 0,
        .most_low = limit->rlim_max,
        .most_high = limit->rlim_max == RLIM_INFINITY ? UINT32_MAX : 0,
    };
    return (int)answer(__mox_setrlimit(resource, (long)&words));
}

/* There is one priority. */
int getpriority(int which, id_t who) {
    (void)which;
    (void)who;
    return 0;
}

int setpriority(int which, id_t who, int value) {
    (void)which;
    (void)who;
    if (value >= 0) {
        return 0;
    }
    errno = EACCES;
    return -1;
}

int nice(int change) {
    return setpriority(PRIO_PROCESS, 0, change) < 0 ? -1 : 0;
}

/* system() of the C library comes here. */
int _system(const char *command);
int _system(const char *command) {
    if (command == NULL) {
        return access(_PATH_BSHELL, X_OK) == 0;
    }
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    struct sigaction interrupt;
    struct sigaction quit;
    sigset_t block;
    sigset_t before;
    int status = -1;
    (void)sigemptyset(&block);
    (void)sigaddset(&block, SIGCHLD);
    (void)sigprocmask(SIG_BLOCK, &block, &before);
    (void)sigaction(SIGINT, &ignore, &interrupt);
    (void)sigaction(SIGQUIT, &ignore, &quit);
    const pid_t child = fork();
    if (child == 0) {
        char *const argv[] = {"sh", "-c", (char *)command, NULL};
        (void)sigaction(SIGINT, &interrupt, NULL);
        (void)sigaction(SIGQUIT, &quit, NULL);
        (void)sigprocmask(SIG_SETMASK, &before, NULL);
        (void)execve(_PATH_BSHELL, argv, environ);
        _exit(127);
    }
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    (void)sigaction(SIGINT, &interrupt, NULL);
    (void)sigaction(SIGQUIT, &quit, NULL);
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
    return status;
}

int daemon(int stay, int keep) {
    const pid_t child = fork();
    if (child != 0) {
        return child < 0 ? -1 : (_exit(0), 0);
    }
    (void)setsid();
    if (!stay) {
        (void)chdir("/");
    }
    if (!keep) {
        const int null = open("/dev/null", O_RDWR);
        for (int fd = 0; null >= 0 && fd < 3; fd++) {
            (void)dup2(null, fd);
        }
        if (null > 2) {
            (void)close(null);
        }
    }
    return 0;
}

/* The C library's exec functions come here. */
int _execve(const char *path, char *const argv[], char *const envp[]);
int _execve(const char *path, char *const argv[], char *const envp[]) {
    return execve(path, argv, envp);
}
