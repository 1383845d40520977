#ifndef _SYS_MMAN_H
#define _SYS_MMAN_H
#include <sys/types.h>
#define PROT_NONE 0
#define PROT_READ 1
#define PROT_WRITE 2
#define PROT_EXEC 4
#define MAP_SHARED 1
#define MAP_PRIVATE 2
#define MAP_FIXED 0x10
#define MAP_ANONYMOUS 0x20
#define MAP_ANON MAP_ANONYMOUS
#define MAP_NORESERVE 0x4000
#define MAP_FAILED ((void *)-1)
#define MS_ASYNC 1
#define MS_INVALIDATE 2
#define MS_SYNC 4
#define MCL_CURRENT 1
#define MCL_FUTURE 2
#define MADV_NORMAL 0
#define MADV_RANDOM 1
#define MADV_SEQUENTIAL 2
#define MADV_WILLNEED 3
#define MADV_DONTNEED 4
_BEGIN_STD_C
void *mmap(void *__address, size_t __size, int __protection, int __flags, int __fd, off_t __offset);
int munmap(void *__address, size_t __size);
int mprotect(void *__address, size_t __size, int __protection);
int msync(void *__address, size_t __size, int __flags);
int madvise(void *__address, size_t __size, int __advice);
int mlock(const void *__address, size_t __size);
int munlock(const void *__address, size_t __size);
int mlockall(int __flags);
int munlockall(void);
int shm_open(const char *__name, int __flags, mode_t __mode);
int shm_unlink(const char *__name);
_END_STD_C
#endif
