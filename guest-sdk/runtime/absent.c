/* What a box has not: other processes, a clock, a file system that can be written. */
#include <errno.h>
#include <sys/time.h>
#include <sys/times.h>
#include <unistd.h>

int _getpid(void) {
    return 1;
}

/* The only process is the program itself, and a signal that arrives here is one that it did not
 * catch. */
int _kill(int pid, int signal) {
    if (pid == 1 && signal != 0) {
        _exit(128 + signal);
    }
    errno = pid == 1 ? 0 : ESRCH;
    return pid == 1 ? 0 : -1;
}

int _gettimeofday(struct timeval *time, void *zone) {
    (void)time;
    (void)zone;
    errno = ENOSYS;
    return -1;
}

clock_t _times(struct tms *times) {
    (void)times;
    errno = ENOSYS;
    return (clock_t)-1;
}

int _unlink(const char *path) {
    (void)path;
    errno = EROFS;
    return -1;
}

int _link(const char *from, const char *to) {
    (void)from;
    (void)to;
    errno = EROFS;
    return -1;
}
