/* What the machine is, its limits, and messages of errors. */
#include <err.h>
#include <limits.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "kernel.h"

int uname(struct utsname *name) {
    return (int)answer(__mox_uname((long)name));
}

long sysconf(int name) {
    switch (name) {
    case _SC_ARG_MAX: return ARG_MAX;
    case _SC_CHILD_MAX: return CHILD_MAX;
    case _SC_CLK_TCK: return 100;
    case _SC_NGROUPS_MAX: return NGROUPS_MAX;
    case _SC_OPEN_MAX: return OPEN_MAX;
    case _SC_JOB_CONTROL:
    case _SC_SAVED_IDS:
    case _SC_FSYNC:
    case _SC_MAPPED_FILES:
    case _SC_MEMLOCK:
    case _SC_MEMLOCK_RANGE:
    case _SC_MEMORY_PROTECTION:
    case _SC_MESSAGE_PASSING:
    case _SC_MONOTONIC_CLOCK:
    case _SC_CPUTIME:
    case _SC_REALTIME_SIGNALS:
    case _SC_SEMAPHORES:
    case _SC_SHARED_MEMORY_OBJECTS:
    case _SC_TIMERS:
    case _SC_VERSION: return 200809;
    case _SC_PAGESIZE: return 4096;
    case _SC_NPROCESSORS_CONF:
    case _SC_NPROCESSORS_ONLN: return 1;
    case _SC_PHYS_PAGES:
    case _SC_AVPHYS_PAGES: return 65536;
    case _SC_IOV_MAX: return IOV_MAX;
    case _SC_SYMLOOP_MAX: return SYMLOOP_MAX;
    case _SC_HOST_NAME_MAX: return HOST_NAME_MAX;
    case _SC_LOGIN_NAME_MAX: return LOGIN_NAME_MAX;
    case _SC_TTY_NAME_MAX: return TTY_NAME_MAX;
    case _SC_LINE_MAX: return 2048;
    case _SC_GETPW_R_SIZE_MAX:
    case _SC_GETGR_R_SIZE_MAX: return 512;
    case _SC_DELAYTIMER_MAX: return DELAYTIMER_MAX;
    case _SC_MQ_OPEN_MAX: return MQ_OPEN_MAX;
    case _SC_MQ_PRIO_MAX: return MQ_PRIO_MAX;
    case _SC_RTSIG_MAX: return RTSIG_MAX;
    case _SC_SEM_NSEMS_MAX: return -1; /* no limit */
    case _SC_SEM_VALUE_MAX: return SEM_VALUE_MAX;
    case _SC_SIGQUEUE_MAX: return SIGQUEUE_MAX;
    case _SC_TIMER_MAX: return _POSIX_TIMER_MAX;
    default: errno = EINVAL; return -1;
    }
}

static long path_limit(int name) {
    switch (name) {
    case _PC_LINK_MAX: return LINK_MAX;
    case _PC_MAX_CANON: return MAX_CANON;
    case _PC_MAX_INPUT: return MAX_INPUT;
    case _PC_NAME_MAX: return NAME_MAX;
    case _PC_PATH_MAX: return PATH_MAX;
    case _PC_PIPE_BUF: return PIPE_BUF;
    case _PC_CHOWN_RESTRICTED:
    case _PC_NO_TRUNC: return 1;
    case _PC_VDISABLE: return 0;
    case _PC_FILESIZEBITS: return 32;
    case _PC_SYMLINK_MAX: return PATH_MAX;
    default: errno = EINVAL; return -1;
    }
}

long pathconf(const char *path, int name) {
    return access(path, F_OK) < 0 ? -1 : path_limit(name);
}

long fpathconf(int fd, int name) {
    return answer(__mox_fcntl(fd, MOX_F_GETFD, 0)) < 0 ? -1 : path_limit(name);
}

extern char **environ;

int clearenv(void);
int clearenv(void) {
    static char *empty[] = {NULL};
    environ = empty;
    return 0;
}

size_t confstr(int name, char *to, size_t size) {
    static const char path[] = "/bin:/usr/bin";
    if (name != _CS_PATH) {
        errno = EINVAL;
        return 0;
    }
    if (size > 0) {
        (void)snprintf(to, size, "%s", path);
    }
    return sizeof path;
}

const char *getprogname(void);
const char *getprogname(void) {
    return "program";
}

void vwarn(const char *format, va_list list) {
    const int error = errno;
    if (format != NULL) {
        (void)vfprintf(stderr, format, list);
        (void)fputs(": ", stderr);
    }
    (void)fprintf(stderr, "%s\n", strerror(error));
}

void vwarnx(const char *format, va_list list) {
    if (format != NULL) {
        (void)vfprintf(stderr, format, list);
    }
    (void)fputc('\n', stderr);
}

void warn(const char *format, ...) {
    va_list list;
    va_start(list, format);
    vwarn(format, list);
    va_end(list);
}

void warnx(const char *format, ...) {
    va_list list;
    va_start(list, format);
    vwarnx(format, list);
    va_end(list);
}

void verr(int status, const char *format, va_list list) {
    vwarn(format, list);
    exit(status);
}

void verrx(int status, const char *format, va_list list) {
    vwarnx(format, list);
    exit(status);
}

void err(int status, const char *format, ...) {
    va_list list;
    va_start(list, format);
    verr(status, format, list);
}

void errx(int status, const char *format, ...) {
    va_list list;
    va_start(list, format);
    verrx(status, format, list);
}
