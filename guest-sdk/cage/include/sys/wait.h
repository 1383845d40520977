#ifndef _SYS_WAIT_H
#define _SYS_WAIT_H

#include <sys/resource.h>
#include <sys/types.h>

#define WNOHANG 1
#define WUNTRACED 2
#define WSTOPPED WUNTRACED
#define WEXITED 4
#define WCONTINUED 8
#define WNOWAIT 0x1000000

/* A status: exit value << 8, or signal (with 0x80 after a core dump, which does not exist here), or
 * signal << 8 | 0x7f when stopped, or 0xffff when continued. */
#define WEXITSTATUS(w) (((w) >> 8) & 0xff)
#define WTERMSIG(w) ((w)&0x7f)
#define WSTOPSIG(w) WEXITSTATUS(w)
#define WIFEXITED(w) (WTERMSIG(w) == 0)
#define WIFSTOPPED(w) (((w)&0xff) == 0x7f)
#define WIFSIGNALED(w) (WTERMSIG(w) != 0 && WTERMSIG(w) != 0x7f)
#define WIFCONTINUED(w) ((w) == 0xffff)
#define WCOREDUMP(w) ((w)&0x80)
#define W_EXITCODE(status, signal) ((status) << 8 | (signal))

typedef enum { P_ALL, P_PID, P_PGID } idtype_t;

_BEGIN_STD_C
pid_t wait(int *__status);
pid_t waitpid(pid_t __pid, int *__status, int __options);
pid_t wait3(int *__status, int __options, struct rusage *__usage);
pid_t wait4(pid_t __pid, int *__status, int __options, struct rusage *__usage);
#ifdef _COMPILING_NEWLIB
pid_t _wait(int *__status);
#endif
_END_STD_C

#endif
