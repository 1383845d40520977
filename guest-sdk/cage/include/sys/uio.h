#ifndef _SYS_UIO_H
#define _SYS_UIO_H
#include <sys/types.h>
struct iovec {
    void *iov_base;
    size_t iov_len;
};
#ifndef IOV_MAX
#define IOV_MAX 1024
#endif
#define UIO_MAXIOV IOV_MAX
_BEGIN_STD_C
ssize_t readv(int __fd, const struct iovec *__vector, int __count);
ssize_t writev(int __fd, const struct iovec *__vector, int __count);
ssize_t preadv(int __fd, const struct iovec *__vector, int __count, off_t __offset);
ssize_t pwritev(int __fd, const struct iovec *__vector, int __count, off_t __offset);
_END_STD_C
#endif
