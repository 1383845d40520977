/* POSIX's realtime: signals that queue, timers, named semaphores, shared memory and message queues,
 * and what the C library promises beside them. Prints the same in a cage and on the system that
 * builds it. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <mqueue.h>
#include <pthread.h>
#include <sched.h>
#include <search.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char name[64];
static volatile int taken;
static volatile int values[16];
static volatile int codes[16];

static pid_t child(void) {
    fflush(stdout);
    return fork();
}

static void finish(void) {
    int status = 0;
    while (wait(&status) < 0 && errno == EINTR) {
    }
    printf("child %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
}

static void note(int signal, siginfo_t *info, void *context) {
    (void)signal;
    (void)context;
    values[taken % 16] = info->si_value.sival_int;
    codes[taken++ % 16] = info->si_code;
}

static void listen_to(int signal) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = note;
    action.sa_flags = SA_SIGINFO;
    sigaction(signal, &action, NULL);
    taken = 0;
}

static void say(const char *what, int result) {
    const int error = errno;
    if (result < 0) {
        printf("%s: -1 errno %d\n", what, error);
    } else {
        printf("%s: %d\n", what, result);
    }
}

static void queued_signals(void) {
    const int first = SIGRTMIN;
    sigset_t set;
    siginfo_t info;
    union sigval value = {.sival_int = 0};
    listen_to(first);
    listen_to(SIGUSR1);
    sigemptyset(&set);
    sigaddset(&set, first);
    sigaddset(&set, first + 3);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    for (int i = 1; i <= 4; i++) {
        value.sival_int = i;
        say("sigqueue", sigqueue(getpid(), first + (i == 1 ? 3 : 0), value));
        sigqueue(getpid(), SIGUSR1, value);
    }
    kill(getpid(), first);
    while (sigtimedwait(&set, &info, &(struct timespec){0, 0}) > 0) {
        printf("took %d code %d value %d\n", info.si_signo - (info.si_signo >= first ? first : 0),
               info.si_code, info.si_code == SI_QUEUE ? info.si_value.sival_int : 0);
    }
    printf("none left: %d\n", errno == EAGAIN);
    for (int i = 1; i <= 3; i++) {
        value.sival_int = 10 * i;
        sigqueue(getpid(), first, value);
    }
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    printf("handled %d: %d %d %d, codes %d\n", taken, values[0], values[1], values[2], codes[2]);
    say("a signal that is none", sigqueue(getpid(), NSIG + 100, value));
    sigemptyset(&set);
    printf("SIGRTMAX in sets: %d", sigaddset(&set, SIGRTMAX));
    printf(" %d %d\n", sigismember(&set, SIGRTMAX), sigismember(&set, SIGRTMAX - 1));
}

/* What happens to a child, as SIGCHLD tells it. */
static void children(void) {
    static const int signals[] = {SIGSTOP, SIGCONT, SIGTERM};
    siginfo_t info;
    sigset_t set;
    int status;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, NULL);
    pid_t pid = child();
    if (pid == 0) {
        for (;;) {
            pause();
        }
    }
    for (int i = 0; i < 3; i++) {
        kill(pid, signals[i]);
        sigwaitinfo(&set, &info);
        printf("code %d, status %d, its own id %d\n", info.si_code, info.si_status,
               info.si_pid == pid);
    }
    waitpid(pid, &status, 0);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static void timers(void) {
    struct sigevent event;
    struct itimerspec when = {{0, 0}, {0, 20000000}};
    struct itimerspec left;
    timer_t timer;
    memset(&event, 0, sizeof event);
    event.sigev_notify = SIGEV_SIGNAL;
    event.sigev_signo = SIGRTMIN + 1;
    event.sigev_value.sival_int = 77;
    listen_to(event.sigev_signo);
    say("timer_create", timer_create(CLOCK_MONOTONIC, &event, &timer));
    say("timer_settime", timer_settime(timer, 0, &when, NULL));
    pause();
    printf("went off: %d, value %d, code %d\n", taken, values[0], codes[0]);
    say("timer_gettime", timer_gettime(timer, &left));
    printf("nothing left: %d\n", left.it_value.tv_sec == 0 && left.it_value.tv_nsec == 0);
    when.it_interval.tv_nsec = 1000000;
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, event.sigev_signo);
    sigprocmask(SIG_BLOCK, &set, NULL);
    timer_settime(timer, 0, &when, NULL);
    usleep(60000);
    sigwaitinfo(&set, NULL); /* it goes on, and a handler could run for the next one before the look
                              */
    printf("overruns: %d\n", timer_getoverrun(timer) >= 30);
    say("timer_delete", timer_delete(timer));
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    say("no clock", timer_create((clockid_t)12345, &event, &timer));
    event.sigev_signo = NSIG + 100;
    say("no signal", timer_create(CLOCK_REALTIME, &event, &timer));
}

static void semaphores(void) {
    int value = -1;
    say("sem_open of none", sem_open(name, 0) == SEM_FAILED ? -1 : 0);
    sem_t *a = sem_open(name, O_CREAT | O_EXCL, 0600, 1);
    printf("made: %d\n", a != SEM_FAILED);
    say("made again", sem_open(name, O_CREAT | O_EXCL, 0600, 1) == SEM_FAILED ? -1 : 0);
    sem_t *b = sem_open(name, 0);
    printf("the same: %d\n", a == b);
    sem_wait(a);
    if (child() == 0) {
        sem_t *other = sem_open(name, 0);
        usleep(20000);
        sem_post(other);
        _exit(5);
    }
    say("sem_wait", sem_wait(a));
    sem_getvalue(b, &value);
    printf("value %d\n", value);
    finish();
    say("sem_close", sem_close(b));
    say("sem_close", sem_close(a));
    say("sem_unlink", sem_unlink(name));
    say("sem_unlink", sem_unlink(name));
    say("no name", sem_open("/a/b", O_CREAT, 0600, 1) == SEM_FAILED ? -1 : 0);
}

static void memory(void) {
    struct stat status;
    int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0640);
    printf("shm_open: %d\n", fd >= 0);
    say("again", shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0640));
    ftruncate(fd, 8192);
    fstat(fd, &status);
    printf("size %ld, mode %o, closed by exec %d\n", (long)status.st_size,
           (unsigned)(status.st_mode & 0777), fcntl(fd, F_GETFD));
    char *bytes = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (child() == 0) {
        char *same =
            mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, shm_open(name, O_RDWR, 0), 0);
        strcpy(same + 5000, "from the child");
        _exit(0);
    }
    finish();
    printf("%s\n", bytes + 5000);
    say("mlock", mlock(bytes, 8192));
    say("munlock", munlock(bytes, 8192));
    munmap(bytes, 8192);
    say("mlock of nothing", mlock(bytes, 100));
    say("mlockall", mlockall(0x1000));
    say("shm_unlink", shm_unlink(name));
    say("shm_unlink", shm_unlink(name));
}

static void notified(mqd_t queue) {
    struct sigevent event;
    memset(&event, 0, sizeof event);
    event.sigev_notify = SIGEV_SIGNAL;
    event.sigev_signo = SIGUSR2;
    event.sigev_value.sival_int = 5;
    listen_to(SIGUSR2);
    say("mq_notify", mq_notify(queue, &event));
    say("mq_notify", mq_notify(queue, &event));
    mq_send(queue, "a", 2, 0);
    mq_send(queue, "b", 2, 0);
    printf("notified %d: value %d, code %d\n", taken, values[0], codes[0]);
}

/* Processes that are killed while they send and receive, each a little later in what it does: the
 * queue takes and gives as many messages as before, and nobody waits for one that is gone. */
static void killed(mqd_t queue) {
    enum { KILLED = 200, CAPACITY = 4 };
    struct mq_attr attributes = {.mq_flags = O_NONBLOCK};
    struct mq_attr blocking = {.mq_flags = 0};
    char bytes[32];
    int wrong = 0;
    for (int i = 0; i < KILLED; i++) {
        const struct timespec later = {0, 100000 + i * 1013};
        const pid_t pid = child();
        while (pid == 0) {
            mq_send(queue, "message", 8, 2);
            mq_receive(queue, bytes, sizeof bytes, NULL);
        }
        nanosleep(&later, NULL);
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        mq_setattr(queue, &attributes, NULL);
        int there = 0;
        int fits = 0;
        struct mq_attr told;
        mq_getattr(queue, &told);
        while (mq_receive(queue, bytes, sizeof bytes, NULL) >= 0) {
            there++;
        }
        while (mq_send(queue, "full", 5, 1) == 0) {
            fits++;
        }
        wrong += there != told.mq_curmsgs || there > 1 || fits != CAPACITY;
        while (mq_receive(queue, bytes, sizeof bytes, NULL) >= 0) {
        }
        mq_setattr(queue, &blocking, NULL);
    }
    printf("wrong after a kill: %d of %d\n", wrong, KILLED);
}

static void queues(void) {
    struct mq_attr attributes = {.mq_maxmsg = 4, .mq_msgsize = 32};
    char bytes[32];
    unsigned priority = 0;
    const mqd_t queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &attributes);
    printf("mq_open: %d\n", queue != (mqd_t)-1);
    say("again", mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &attributes));
    say("too large", mq_send(queue, bytes, 33, 0));
    say("too little room", (int)mq_receive(queue, bytes, 31, NULL));
    mq_send(queue, "low", 4, 1);
    mq_send(queue, "high", 5, 9);
    mq_send(queue, "low too", 8, 1);
    mq_send(queue, "", 0, 3);
    mq_getattr(queue, &attributes);
    printf("messages %ld of %ld\n", attributes.mq_curmsgs, attributes.mq_maxmsg);
    const struct timespec past = {1, 0};
    say("full", mq_timedsend(queue, "x", 1, 0, &past));
    for (int i = 0; i < 4; i++) {
        memset(bytes, 0, sizeof bytes);
        const int got = (int)mq_receive(queue, bytes, sizeof bytes, &priority);
        printf("received %d '%s' of priority %u\n", got, bytes, priority);
    }
    say("empty", (int)mq_timedreceive(queue, bytes, sizeof bytes, NULL, &past));
    attributes.mq_flags = O_NONBLOCK;
    mq_setattr(queue, &attributes, NULL);
    say("would block", (int)mq_receive(queue, bytes, sizeof bytes, NULL));
    attributes.mq_flags = 0;
    mq_setattr(queue, &attributes, NULL);
    if (child() == 0) {
        const mqd_t other = mq_open(name, O_WRONLY);
        usleep(20000);
        say("not for reading", (int)mq_receive(other, bytes, sizeof bytes, NULL));
        for (int i = 0; i < 20; i++) {
            mq_send(other, (char *)&i, sizeof i, (unsigned)i % 3);
        }
        fflush(stdout);
        _exit(0);
    }
    int sum = 0;
    for (int i = 0; i < 20; i++) {
        int number = 0;
        mq_receive(queue, bytes, sizeof bytes, NULL);
        memcpy(&number, bytes, sizeof number);
        sum += number;
    }
    finish();
    printf("sum %d\n", sum);
    killed(queue);
    notified(queue);
    say("mq_close", mq_close(queue));
    say("mq_close", mq_close(queue));
    say("mq_unlink", mq_unlink(name));
    say("mq_unlink", mq_unlink(name));
}

static int compare(const void *a, const void *b) {
    return *(const int *)a - *(const int *)b;
}

static void the_rest(void) {
    struct sched_param parameters = {.sched_priority = 1000};
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    int numbers[4] = {3, 1, 2};
    size_t count = 3;
    const int wanted = 2;
    printf("CLOCKS_PER_SEC %ld\n", (long)CLOCKS_PER_SEC);
    const clock_t before = clock();
    for (volatile int i = 0; i < 3000000; i++) {
    }
    printf("clock goes on: %d\n", clock() > before);
    errno = 0;
    setvbuf(stderr, NULL, _IOLBF, 0);
    fprintf(stderr, "%s", "");
    printf("printing leaves errno %d\n", errno);
    printf("lock %d", pthread_mutex_lock(&mutex));
    printf(" %d", pthread_mutex_trylock(&mutex));
    printf(" %d", pthread_mutex_unlock(&mutex));
    printf(" %d\n", pthread_mutex_trylock(&mutex));
    printf("found %d\n",
           (int)((int *)lfind(&wanted, numbers, &count, sizeof wanted, compare) - numbers));
    lsearch(&(int){9}, numbers, &count, sizeof wanted, compare);
    printf("count %d, last %d\n", (int)count, numbers[3]);
    printf("policy %d, FIFO to %d\n", sched_getscheduler(0), sched_get_priority_max(SCHED_FIFO));
    say("no priority", sched_setscheduler(0, SCHED_FIFO, &parameters));
    say("no policy", sched_get_priority_min(55));
    say("no clock to set", clock_settime(CLOCK_MONOTONIC, &(struct timespec){0, 0}));
}

int main(void) {
    snprintf(name, sizeof name, "/moxbox-realtime-%d", (int)getpid());
    queued_signals();
    children();
    timers();
    semaphores();
    memory();
    queues();
    the_rest();
    return 0;
}
