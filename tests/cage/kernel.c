/*
 * What a program sees of processes, signals, timers and memory. Runs natively and in a cage, and
 * must print the same: kernel NAME runs one scenario, without a name all of them.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t seen[64];
static volatile int order[16];
static volatile int count;
static sigjmp_buf escape;

static void note(int signal) {
    seen[signal]++;
    if (count < 16) {
        order[count++] = signal;
    }
}

static void handle(int signal, void (*handler)(int), int flags) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = flags;
    sigaction(signal, &action, NULL);
}

static void after(int milliseconds) {
    struct itimerval timer = {{0, 0}, {milliseconds / 1000, milliseconds % 1000 * 1000}};
    setitimer(ITIMER_REAL, &timer, NULL);
}

static void clear(void) {
    memset((void *)seen, 0, sizeof seen);
    count = 0;
}

static void show(const char *what, int status) {
    if (WIFEXITED(status)) {
        printf("%s: exit %d\n", what, WEXITSTATUS(status));
    } else if (WIFSIGNALED(status)) {
        printf("%s: signal %d\n", what, WTERMSIG(status));
    } else if (WIFSTOPPED(status)) {
        printf("%s: stopped by %d\n", what, WSTOPSIG(status));
    } else {
        printf("%s: continued %d\n", what, WIFCONTINUED(status) != 0);
    }
}

/* A reader that a timer interrupts, with and without SA_RESTART. */
static void interrupted_read(void) {
    int pair[2];
    char byte = 0;
    pipe(pair);
    handle(SIGALRM, note, 0);
    after(50);
    ssize_t got = read(pair[0], &byte, 1);
    printf("read without SA_RESTART: %d, EINTR %d, alarms %d\n", (int)got, errno == EINTR,
           (int)seen[SIGALRM]);
    handle(SIGALRM, note, SA_RESTART);
    after(50);
    pid_t child = fork();
    if (child == 0) {
        usleep(150000);
        write(pair[1], "x", 1);
        _exit(0);
    }
    got = read(pair[0], &byte, 1);
    printf("read with SA_RESTART: %d '%c', alarms %d\n", (int)got, byte, (int)seen[SIGALRM]);
    int status;
    while (waitpid(child, &status, 0) < 0) {
    }
    /* A pipe that is full: what was written before the signal is told. */
    static char block[200000];
    handle(SIGALRM, note, SA_RESTART);
    after(50);
    got = write(pair[1], block, sizeof block);
    printf("write to a full pipe: %d\n", (int)got);
}

static void sleeps(void) {
    struct timespec wanted = {10, 0};
    struct timespec left = {0, 0};
    handle(SIGALRM, note, SA_RESTART);
    after(100);
    const int result = nanosleep(&wanted, &left);
    printf("nanosleep: %d, EINTR %d, left about %d\n", result, errno == EINTR,
           (int)(left.tv_sec + (left.tv_nsec > 500000000)));
    after(100);
    printf("pause: %d\n", pause());
    printf("alarm: %d\n", alarm(100));
    printf("alarm again: %d\n", alarm(0));
    struct itimerval every = {{0, 20000}, {0, 20000}};
    clear();
    setitimer(ITIMER_REAL, &every, NULL);
    while (seen[SIGALRM] < 5) {
        pause();
    }
    every.it_value.tv_usec = 0;
    setitimer(ITIMER_REAL, &every, NULL);
    printf("five alarms: %d\n", seen[SIGALRM] >= 5);
}

static void masks(void) {
    sigset_t set;
    sigset_t old;
    handle(SIGUSR1, note, 0);
    handle(SIGUSR2, note, 0);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGUSR2);
    sigprocmask(SIG_BLOCK, &set, &old);
    clear();
    raise(SIGUSR2);
    raise(SIGUSR1);
    raise(SIGUSR1);
    sigset_t waits;
    sigpending(&waits);
    printf("held back: %d %d, seen %d\n", sigismember(&waits, SIGUSR1),
           sigismember(&waits, SIGUSR2), count);
    sigprocmask(SIG_SETMASK, &old, NULL);
    printf("let go: %d signals, USR1 %d, USR2 %d\n", count, (int)seen[SIGUSR1], (int)seen[SIGUSR2]);
    sigprocmask(SIG_BLOCK, &set, &old);
    clear();
    raise(SIGUSR1);
    sigset_t none;
    sigemptyset(&none);
    const int suspended = sigsuspend(&none);
    printf("sigsuspend: %d, EINTR %d, seen %d\n", suspended, errno == EINTR, (int)seen[SIGUSR1]);
    raise(SIGUSR1);
    printf("held back again: %d\n", (int)seen[SIGUSR1]);
    sigprocmask(SIG_SETMASK, &old, NULL);
}

static void nested(int signal) {
    note(signal);
    if (signal == SIGUSR1) {
        raise(SIGUSR1); /* held back until it returns, but for SA_NODEFER */
        order[count++] = -1;
    }
}

static void handlers(void) {
    clear();
    handle(SIGUSR1, note, SA_RESETHAND);
    raise(SIGUSR1);
    struct sigaction now;
    sigaction(SIGUSR1, NULL, &now);
    printf("SA_RESETHAND: default %d\n", now.sa_handler == SIG_DFL);
    clear();
    handle(SIGUSR2, nested, 0);
    raise(SIGUSR2);
    printf("nested: %d\n", count);
    handle(SIGSEGV, (void (*)(int))SIG_DFL, 0);
    volatile int kept = 41;
    handle(SIGUSR1, note, 0);
    double x = 1.5;
    for (int i = 0; i < 100; i++) {
        raise(SIGUSR1);
        x = x * 1.01 + kept;
    }
    printf("a computation between signals: %.3f\n", x);
}

static void jump(int signal) {
    siglongjmp(escape, signal);
}

static void faults(void) {
    handle(SIGSEGV, jump, 0);
    handle(SIGFPE, jump, 0);
    for (int i = 0; i < 3; i++) {
        const int signal = sigsetjmp(escape, 1);
        if (signal == 0) {
            *(volatile int *)(i == 0 ? 16 : 32) = 1;
            printf("not reached\n");
        } else {
            printf("caught %d\n", signal);
        }
    }
    handle(SIGSEGV, SIG_DFL, 0);
    pid_t child = fork();
    if (child == 0) {
        *(volatile int *)16 = 1;
        _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    show("bad store", status);
}

static void children(void) {
    int status;
    handle(SIGCHLD, note, 0);
    clear();
    for (int i = 0; i < 3; i++) {
        if (fork() == 0) {
            _exit(i + 10);
        }
        while (wait(&status) < 0) {
        }
        show("child", status);
    }
    printf("SIGCHLD at least once: %d\n", seen[SIGCHLD] > 0);
    pid_t child = fork();
    if (child == 0) {
        for (;;) {
            pause();
        }
    }
    kill(child, SIGSTOP);
    while (waitpid(child, &status, WUNTRACED) < 0) {
    }
    show("child", status);
    kill(child, SIGCONT);
    while (waitpid(child, &status, WCONTINUED) < 0) {
    }
    show("child", status);
    printf("nothing new: %d\n", waitpid(child, &status, WNOHANG | WUNTRACED | WCONTINUED));
    kill(child, SIGKILL);
    while (waitpid(child, &status, 0) < 0) {
    }
    show("child", status);
    handle(SIGCHLD, SIG_IGN, 0);
    if (fork() == 0) {
        _exit(1);
    }
    const pid_t gone = wait(&status);
    printf("ignored children: %d, ECHILD %d\n", (int)gone, errno == ECHILD);
    handle(SIGCHLD, SIG_DFL, 0);
}

static void groups(void) {
    int status;
    pid_t first = 0;
    for (int i = 0; i < 3; i++) {
        const pid_t child = fork();
        if (child == 0) {
            for (;;) {
                pause();
            }
        }
        first = i == 0 ? child : first;
        setpgid(child, first);
    }
    kill(-first, SIGTERM);
    for (int i = 0; i < 3; i++) {
        printf("of the group: %d\n", waitpid(-first, &status, 0) > 0);
        show("child", status);
    }
    printf("no group any more: %d\n", waitpid(-first, &status, 0));
}

static void memory(void) {
    int *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int *own = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    *shared = 1;
    *own = 1;
    int status;
    if (fork() == 0) {
        *shared = 2;
        *own = 2;
        _exit(0);
    }
    wait(&status);
    printf("shared %d, own %d\n", *shared, *own);
    handle(SIGSEGV, jump, 0);
    mprotect(own, 4096, PROT_READ);
    if (sigsetjmp(escape, 1) == 0) {
        *(volatile int *)own = 3;
    }
    printf("after mprotect: %d\n", *own);
    mprotect(own, 4096, PROT_READ | PROT_WRITE);
    *own = 4;
    printf("and back: %d\n", *own);
    munmap(own, 4096);
    if (sigsetjmp(escape, 1) == 0) {
        printf("not mapped: %d\n", *(volatile int *)own);
    } else {
        printf("not mapped any more\n");
    }
    handle(SIGSEGV, SIG_DFL, 0);
    for (int i = 0; i < 5; i++) {
        char *block = malloc(100000u << i);
        memset(block, i, 100000u << i);
        free(block);
    }
    printf("heap comes and goes\n");
}

static void execution(const char *self) {
    int status;
    char *arguments[] = {"again", "exit", "a b", "", NULL};
    char *environment[] = {"ONE=1", "TWO=two words", NULL};
    if (fork() == 0) {
        execve(self, arguments, environment);
        _exit(99);
    }
    wait(&status);
    show("exec", status);
    if (fork() == 0) {
        execve("/no/such/program", arguments, environment);
        printf("no program: ENOENT %d\n", errno == ENOENT);
        fflush(stdout);
        execve("/", arguments, environment);
        printf("a directory: EACCES %d\n", errno == EACCES);
        fflush(stdout);
        _exit(7);
    }
    wait(&status);
    show("exec that fails", status);
}

/* What execution() starts. */
static int executed(int argc, char **argv) {
    extern char **environ;
    printf("argc %d, argv '%s' '%s' '%s' '%s'\n", argc, argv[0], argv[1], argv[2], argv[3]);
    for (char **variable = environ; *variable != NULL; variable++) {
        printf("environment '%s'\n", *variable);
    }
    return 42;
}

static void pipeline(void) {
    int first[2];
    int second[2];
    int status;
    pipe(first);
    pipe(second);
    if (fork() == 0) {
        close(first[0]);
        for (int i = 0; i < 20000; i++) {
            dprintf(first[1], "%d\n", i);
        }
        _exit(0);
    }
    if (fork() == 0) {
        close(first[1]);
        close(second[0]);
        FILE *in = fdopen(first[0], "r");
        FILE *out = fdopen(second[1], "w");
        char line[32];
        while (fgets(line, sizeof line, in) != NULL) {
            if (atoi(line) % 7 == 0) {
                fputs(line, out);
            }
        }
        fclose(out);
        _exit(0);
    }
    close(first[0]);
    close(first[1]);
    close(second[1]);
    FILE *in = fdopen(second[0], "r");
    char line[32];
    long sum = 0;
    while (fgets(line, sizeof line, in) != NULL) {
        sum += atoi(line);
    }
    while (wait(&status) > 0) {
        show("stage", status);
    }
    printf("sum of every seventh: %ld\n", sum);
}

int main(int argc, char **argv) {
    setvbuf(stdout, NULL, _IONBF, 0);
    if (argc > 1 && strcmp(argv[1], "exit") == 0) {
        return executed(argc, argv);
    }
    interrupted_read();
    sleeps();
    masks();
    handlers();
    faults();
    children();
    groups();
    memory();
    execution(argc > 1 ? argv[1] : argv[0]);
    pipeline();
    handle(SIGPIPE, SIG_DFL, 0);
    return 3;
}
