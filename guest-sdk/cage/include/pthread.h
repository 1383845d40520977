/* A cage has one thread, so <unistd.h> promises no _POSIX_THREADS. What a program with one thread
 * may do with mutexes, and with itself, works. */
#ifndef _CAGE_PTHREAD_H
#define _CAGE_PTHREAD_H
#include <sched.h>
#include <signal.h>
#include <sys/types.h>
#include <time.h>

/* Free, or locked: 1. */
#define PTHREAD_MUTEX_INITIALIZER ((pthread_mutex_t)0xffffffff)

_BEGIN_STD_C
int pthread_mutex_init(pthread_mutex_t *__mutex, const pthread_mutexattr_t *__attributes);
int pthread_mutex_destroy(pthread_mutex_t *__mutex);
int pthread_mutex_lock(pthread_mutex_t *__mutex);
int pthread_mutex_trylock(pthread_mutex_t *__mutex);
int pthread_mutex_unlock(pthread_mutex_t *__mutex);
pthread_t pthread_self(void);
int pthread_equal(pthread_t __a, pthread_t __b);
int pthread_kill(pthread_t __whom, int __signal);
_END_STD_C
#endif
