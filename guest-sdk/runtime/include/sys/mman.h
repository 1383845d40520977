/* mmap for a box: the only way to get more memory. There is no munmap; a box only grows. */
#ifndef _SYS_MMAN_H
#define _SYS_MMAN_H

#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* These are the box's own values, not Linux's. */
#define PROT_NONE 0
#define PROT_EXEC 1
#define PROT_READ 2
#define PROT_WRITE 4

#define MAP_SHARED 1
#define MAP_PRIVATE 2
#define MAP_ANONYMOUS 4
#define MAP_ANON MAP_ANONYMOUS

#define MAP_FAILED ((void *)-1)

/*
 * Maps `length` zeroed bytes at an address that the box chooses. It takes nothing but: addr NULL,
 * length a multiple of 4096, prot PROT_EXEC | PROT_READ | PROT_WRITE, flags MAP_PRIVATE |
 * MAP_ANONYMOUS. Returns MAP_FAILED with errno EINVAL or ENOMEM otherwise.
 */
void *mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset);

#ifdef __cplusplus
}
#endif

#endif
