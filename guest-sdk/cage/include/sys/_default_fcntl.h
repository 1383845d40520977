/* Flags of open and requests of fcntl, with the numbers of Linux (asm-generic), which are the
 * kernel's too; newlib's names of them with an underscore are used inside the C library. */
#ifndef _SYS__DEFAULT_FCNTL_H_
#define _SYS__DEFAULT_FCNTL_H_

#include <sys/cdefs.h>

#define O_RDONLY 0
#define O_WRONLY 1
#define O_RDWR 2
#define O_ACCMODE 3
#define O_CREAT 0x40
#define O_EXCL 0x80
#define O_NOCTTY 0x100
#define O_TRUNC 0x200
#define O_APPEND 0x400
#define O_NONBLOCK 0x800
#define O_NDELAY O_NONBLOCK
#define O_DSYNC 0x1000
#define O_ASYNC 0x2000
#define O_DIRECT 0x4000
#define O_LARGEFILE 0
#define O_DIRECTORY 0x10000
#define O_NOFOLLOW 0x20000
#define O_NOATIME 0x40000
#define O_CLOEXEC 0x80000
#define O_SYNC 0x101000
#define O_RSYNC O_SYNC
#define O_PATH 0x200000
#define O_SEARCH O_PATH
#define O_EXEC O_PATH

#define _FREAD 1
#define _FWRITE 2
#define _FAPPEND O_APPEND
#define _FASYNC O_ASYNC
#define _FCREAT O_CREAT
#define _FTRUNC O_TRUNC
#define _FEXCL O_EXCL
#define _FSYNC O_SYNC
#define _FNONBLOCK O_NONBLOCK
#define _FNDELAY O_NONBLOCK
#define _FNOCTTY O_NOCTTY
#define _FNOINHERIT O_CLOEXEC
#define _FNOFOLLOW O_NOFOLLOW
#define _FDIRECTORY O_DIRECTORY
#define _FDIRECT O_DIRECT
#define FREAD _FREAD
#define FWRITE _FWRITE
#define FAPPEND O_APPEND
#define FASYNC O_ASYNC
#define FNDELAY O_NONBLOCK
#define FNONBLOCK O_NONBLOCK

#define FD_CLOEXEC 1

#define F_DUPFD 0
#define F_GETFD 1
#define F_SETFD 2
#define F_GETFL 3
#define F_SETFL 4
#define F_GETLK 5
#define F_SETLK 6
#define F_SETLKW 7
#define F_SETOWN 8
#define F_GETOWN 9
#define F_DUPFD_CLOEXEC 1030

#define F_RDLCK 0
#define F_WRLCK 1
#define F_UNLCK 2

#define AT_FDCWD (-100)
#define AT_SYMLINK_NOFOLLOW 0x100
#define AT_EACCESS 0x200
#define AT_REMOVEDIR 0x200
#define AT_SYMLINK_FOLLOW 0x400
#define AT_EMPTY_PATH 0x1000

#define LOCK_SH 1
#define LOCK_EX 2
#define LOCK_NB 4
#define LOCK_UN 8

#include <sys/types.h>
#include <sys/stat.h>

struct flock {
    short l_type;
    short l_whence;
    off_t l_start;
    off_t l_len;
    pid_t l_pid;
};

_BEGIN_STD_C

int open(const char *__path, int __flags, ...);
int openat(int __directory, const char *__path, int __flags, ...);
int creat(const char *__path, mode_t __mode);
int fcntl(int __fd, int __request, ...);
int flock(int __fd, int __operation);
int posix_fallocate(int __fd, off_t __offset, off_t __length);
int posix_fadvise(int __fd, off_t __offset, off_t __length, int __advice);
#define POSIX_FADV_NORMAL 0
#define POSIX_FADV_RANDOM 1
#define POSIX_FADV_SEQUENTIAL 2
#define POSIX_FADV_WILLNEED 3
#define POSIX_FADV_DONTNEED 4
#define POSIX_FADV_NOREUSE 5
#ifdef _COMPILING_NEWLIB
int _open(const char *__path, int __flags, ...);
int _fcntl(int __fd, int __request, ...);
#endif

_END_STD_C

#endif
