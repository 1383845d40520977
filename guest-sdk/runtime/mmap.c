/* mmap as POSIX shows it, over the bare system call. */
#include <errno.h>
#include <sys/mman.h>

#include "rt_internal.h"

void *mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset) {
    uintptr_t result = __moxbox_mmap(addr, length, prot, flags, fd, (int)offset);
    /* Error numbers come back negated; no mapping can lie in the last page. */
    if (result > (uintptr_t)-RT_PAGE_SIZE) {
        errno = (int)-result;
        return MAP_FAILED;
    }
    return (void *)result;
}
