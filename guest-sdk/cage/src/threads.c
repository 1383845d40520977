/* What is left of threads where a process has one. */
#include <errno.h>
#include <pthread.h>

enum { LOCKED = 1, THE_THREAD = 1 };

int pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes) {
    (void)attributes;
    *mutex = PTHREAD_MUTEX_INITIALIZER;
    return 0;
}

int pthread_mutex_destroy(pthread_mutex_t *mutex) {
    return *mutex == LOCKED ? EBUSY : 0;
}

/* Whoever has it would wait for itself. */
int pthread_mutex_lock(pthread_mutex_t *mutex) {
    return pthread_mutex_trylock(mutex) == 0 ? 0 : EDEADLK;
}

int pthread_mutex_trylock(pthread_mutex_t *mutex) {
    if (*mutex == LOCKED) {
        return EBUSY;
    }
    *mutex = LOCKED;
    return 0;
}

int pthread_mutex_unlock(pthread_mutex_t *mutex) {
    if (*mutex != LOCKED) {
        return EPERM;
    }
    *mutex = PTHREAD_MUTEX_INITIALIZER;
    return 0;
}

pthread_t pthread_self(void) {
    return THE_THREAD;
}

int pthread_equal(pthread_t a, pthread_t b) {
    return a == b;
}

int pthread_kill(pthread_t thread, int signal) {
    const int before = errno;
    const int result = thread != THE_THREAD ? ESRCH : raise(signal) < 0 ? errno : 0;
    errno = before;
    return result;
}
