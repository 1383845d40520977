#ifndef _SYS_STATFS_H
#define _SYS_STATFS_H
#include <sys/types.h>
struct statfs {
    unsigned long f_type;
    unsigned long f_bsize;
    unsigned long f_blocks;
    unsigned long f_bfree;
    unsigned long f_bavail;
    unsigned long f_files;
    unsigned long f_ffree;
    unsigned long f_fsid[2];
    unsigned long f_namelen;
    unsigned long f_frsize;
    unsigned long f_flags;
    unsigned long f_spare[4];
};
_BEGIN_STD_C
int statfs(const char *__path, struct statfs *__status);
int fstatfs(int __fd, struct statfs *__status);
_END_STD_C
#endif
