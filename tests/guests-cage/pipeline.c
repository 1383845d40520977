/* What a shell does with `cat | words | sort`, in one program: every stage is a child at a pipe. On
 * top of that a worker that an interval timer interrupts, one that only a signal ends, one that an
 * alarm ends, and a parent that hears of each by SIGCHLD. What it prints depends on the order in
 * which the machine runs them. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t ticks;
static volatile sig_atomic_t children;

static void on_tick(int number) {
    (void)number;
    ticks++;
}

static void on_child(int number) {
    (void)number;
    children++;
}

static void handle(int number, void (*handler)(int)) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    sigaction(number, &action, NULL);
}

/* Standard input, word by word. */
static int words(void) {
    char line[256];
    while (fgets(line, sizeof line, stdin) != NULL) {
        for (char *word = strtok(line, " \n"); word != NULL; word = strtok(NULL, " \n")) {
            puts(word);
        }
    }
    return 0;
}

static int compare(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int sorted(void) {
    static char *lines[1000];
    char line[80];
    int count = 0;
    while (count < 1000 && fgets(line, sizeof line, stdin) != NULL) {
        lines[count++] = strdup(line);
    }
    qsort(lines, (size_t)count, sizeof *lines, compare);
    for (int i = 0; i < count; i++) {
        int same = 1;
        while (i + 1 < count && strcmp(lines[i], lines[i + 1]) == 0) {
            i++;
            same++;
        }
        printf("%3d %s", same, lines[i]);
    }
    return count > 0 ? 0 : 9;
}

/* Computes while a timer interrupts it. */
static int worker(void) {
    const struct itimerval often = {{0, 700}, {0, 700}};
    unsigned value = 1;
    handle(SIGALRM, on_tick);
    setitimer(ITIMER_REAL, &often, NULL);
    for (int i = 0; i < 400000; i++) {
        value = value * 1664525u + 1013904223u;
        if (ticks > 0 && i % 50000 == 0) {
            fprintf(stderr, "worker %d: %d ticks, %u\n", i, (int)ticks, value);
        }
    }
    return ticks > 3 ? 4 : 5;
}

static int sleeper(void) {
    while (pause() < 0) {
    }
    return 8;
}

static int alarmed(void) {
    alarm(1);
    pause();
    return 6;
}

static pid_t start(int (*stage)(void), int in, int out, const int *close_these, int count) {
    const pid_t child = fork();
    if (child == 0) {
        dup2(in, 0);
        dup2(out, 1);
        for (int i = 0; i < count; i++) {
            close(close_these[i]);
        }
        const int status = stage();
        fflush(NULL);
        _exit(status);
    }
    return child;
}

int main(void) {
    int pipes[2];
    struct timespec now;
    const struct timespec short_while = {0, 300000};
    handle(SIGCHLD, on_child);
    pipe(pipes);
    const pid_t stages[] = {
        start(words, 0, pipes[1], pipes, 2), start(sorted, pipes[0], 1, pipes, 2),
        start(worker, 0, 1, pipes, 2),       start(sleeper, 0, 1, pipes, 2),
        start(alarmed, 0, 1, pipes, 2),
    };
    close(pipes[0]);
    close(pipes[1]);
    nanosleep(&short_while, NULL);
    kill(stages[3], SIGTERM);
    for (int left = 5; left > 0;) {
        int status;
        const pid_t child = waitpid(-1, &status, 0);
        if (child < 0) {
            if (errno == EINTR) {
                continue;
            }
            break;
        }
        left--;
        for (int i = 0; i < 5; i++) {
            if (stages[i] == child) {
                printf("stage %d: %s %d\n", i, WIFEXITED(status) ? "exit" : "signal",
                       WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
            }
        }
    }
    clock_gettime(CLOCK_REALTIME, &now);
    printf("children heard of: %d, at %ld.%09ld\n", children > 0, (long)now.tv_sec, now.tv_nsec);
    return 3;
}
