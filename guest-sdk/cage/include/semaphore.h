#ifndef _SEMAPHORE_H
#define _SEMAPHORE_H
#include <sys/timespec.h>
#include <sys/types.h>
/* The kernel knows a semaphore by where it lies: in shared memory it is the same for all. */
typedef struct {
    unsigned __word;
} sem_t;
#define SEM_VALUE_MAX 2147483647
#define SEM_FAILED ((sem_t *)0)
_BEGIN_STD_C
int sem_init(sem_t *__semaphore, int __shared, unsigned __value);
sem_t *sem_open(const char *__name, int __flags, ...);
int sem_close(sem_t *__semaphore);
int sem_unlink(const char *__name);
int sem_wait(sem_t *__semaphore);
int sem_trywait(sem_t *__semaphore);
int sem_timedwait(sem_t *__semaphore, const struct timespec *__until);
int sem_post(sem_t *__semaphore);
int sem_destroy(sem_t *__semaphore);
int sem_getvalue(sem_t *__semaphore, int *__value);
_END_STD_C
#endif
