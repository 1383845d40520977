/* Shared memory and semaphores. */
#include <semaphore.h>
#include <sys/shm.h>
#include <sys/stat.h>

#include "kernel.h"

int shmget(key_t key, size_t size, int flags) {
    return (int)answer(__mox_shmget((long)key, (long)size, flags));
}

void *shmat(int id, const void *address, int flags) {
    return (void *)answer(__mox_shmat(id, (long)address, flags));
}

int shmdt(const void *address) {
    return (int)answer(__mox_shmdt((long)address));
}

int shmctl(int id, int command, struct shmid_ds *status) {
    struct mox_shmid words = {0};
    const int result = (int)answer(__mox_shmctl(id, command, (long)&words));
    if (result >= 0 && command == IPC_STAT) {
        *status = (struct shmid_ds){
            .shm_perm = {(key_t)words.key, words.uid, words.gid, words.uid, words.gid, words.mode},
            .shm_segsz = words.size,
            .shm_cpid = (pid_t)words.creator,
            .shm_lpid = (pid_t)words.last,
            .shm_nattch = words.attached,
        };
    }
    return result;
}

key_t ftok(const char *path, int id) {
    struct stat status;
    if (stat(path, &status) < 0) {
        return (key_t)-1;
    }
    return (key_t)((unsigned long)(id & 0xff) << 24 | (status.st_dev & 0xff) << 16 |
                   (status.st_ino & 0xffff));
}

int sem_init(sem_t *semaphore, int shared, unsigned value) {
    return (int)answer(__mox_sem_init((long)semaphore, shared, (long)value));
}

int sem_wait(sem_t *semaphore) {
    return (int)answer(__mox_sem_wait((long)semaphore));
}

int sem_trywait(sem_t *semaphore) {
    return (int)answer(__mox_sem_trywait((long)semaphore));
}

int sem_timedwait(sem_t *semaphore, const struct timespec *until) {
    struct mox_timespec words;
    return (int)answer(__mox_sem_timedwait((long)semaphore, timespec_argument(until, &words)));
}

int sem_post(sem_t *semaphore) {
    return (int)answer(__mox_sem_post((long)semaphore));
}

int sem_destroy(sem_t *semaphore) {
    return (int)answer(__mox_sem_destroy((long)semaphore));
}

int sem_getvalue(sem_t *semaphore, int *value) {
    const long result = answer(__mox_sem_getvalue((long)semaphore));
    if (result < 0) {
        return -1;
    }
    *value = (int)result;
    return 0;
}
