#ifndef _SYS_STAT_H
#define _SYS_STAT_H

#include <_ansi.h>
#include <sys/_timespec.h>
#include <sys/cdefs.h>
#include <sys/types.h>

struct stat {
    dev_t st_dev;
    ino_t st_ino;
    mode_t st_mode;
    nlink_t st_nlink;
    uid_t st_uid;
    gid_t st_gid;
    dev_t st_rdev;
    off_t st_size;
    struct timespec st_atim;
    struct timespec st_mtim;
    struct timespec st_ctim;
    blksize_t st_blksize;
    blkcnt_t st_blocks;
};
#define st_atime st_atim.tv_sec
#define st_mtime st_mtim.tv_sec
#define st_ctime st_ctim.tv_sec

#define S_IFMT 0170000
#define S_IFSOCK 0140000
#define S_IFLNK 0120000
#define S_IFREG 0100000
#define S_IFBLK 0060000
#define S_IFDIR 0040000
#define S_IFCHR 0020000
#define S_IFIFO 0010000
#define S_ISUID 04000
#define S_ISGID 02000
#define S_ISVTX 01000
#define S_IRWXU 0700
#define S_IRUSR 0400
#define S_IWUSR 0200
#define S_IXUSR 0100
#define S_IRWXG 0070
#define S_IRGRP 0040
#define S_IWGRP 0020
#define S_IXGRP 0010
#define S_IRWXO 0007
#define S_IROTH 0004
#define S_IWOTH 0002
#define S_IXOTH 0001
#define S_IREAD S_IRUSR
#define S_IWRITE S_IWUSR
#define S_IEXEC S_IXUSR
#define ACCESSPERMS 0777
#define ALLPERMS 07777
#define DEFFILEMODE 0666
#define S_BLKSIZE 512
#define _IFMT S_IFMT
#define _IFDIR S_IFDIR
#define _IFCHR S_IFCHR
#define _IFREG S_IFREG
#define S_ISSOCK(m) (((m)&S_IFMT) == S_IFSOCK)
#define S_ISLNK(m) (((m)&S_IFMT) == S_IFLNK)
#define S_ISREG(m) (((m)&S_IFMT) == S_IFREG)
#define S_ISBLK(m) (((m)&S_IFMT) == S_IFBLK)
#define S_ISDIR(m) (((m)&S_IFMT) == S_IFDIR)
#define S_ISCHR(m) (((m)&S_IFMT) == S_IFCHR)
#define S_ISFIFO(m) (((m)&S_IFMT) == S_IFIFO)
#define UTIME_NOW 0x3fffffff
#define UTIME_OMIT 0x3ffffffe

_BEGIN_STD_C
int stat(const char *__restrict __path, struct stat *__restrict __status);
int lstat(const char *__restrict __path, struct stat *__restrict __status);
int fstat(int __fd, struct stat *__status);
int fstatat(int __directory, const char *__restrict __path, struct stat *__restrict __status,
            int __flags);
int chmod(const char *__path, mode_t __mode);
int fchmod(int __fd, mode_t __mode);
int lchmod(const char *__path, mode_t __mode);
int fchmodat(int __directory, const char *__path, mode_t __mode, int __flags);
int mkdir(const char *__path, mode_t __mode);
int mkdirat(int __directory, const char *__path, mode_t __mode);
int mkfifo(const char *__path, mode_t __mode);
int mkfifoat(int __directory, const char *__path, mode_t __mode);
int mknod(const char *__path, mode_t __mode, dev_t __device);
int mknodat(int __directory, const char *__path, mode_t __mode, dev_t __device);
mode_t umask(mode_t __mask);
int utimensat(int __directory, const char *__path, const struct timespec __times[2], int __flags);
int futimens(int __fd, const struct timespec __times[2]);
_END_STD_C

#endif
