/* All cages take turns, so there is one policy, SCHED_OTHER, with one priority. */
#ifndef _SCHED_H_
#define _SCHED_H_
#include <sys/sched.h>
#include <sys/types.h>
#include <time.h>
_BEGIN_STD_C
int sched_yield(void);
int sched_getparam(pid_t __pid, struct sched_param *__parameters);
int sched_setparam(pid_t __pid, const struct sched_param *__parameters);
int sched_getscheduler(pid_t __pid);
int sched_setscheduler(pid_t __pid, int __policy, const struct sched_param *__parameters);
int sched_get_priority_max(int __policy);
int sched_get_priority_min(int __policy);
int sched_rr_get_interval(pid_t __pid, struct timespec *__interval);
_END_STD_C
#endif
