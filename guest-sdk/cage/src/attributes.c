/* Attributes of files, and how full file systems are. */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <utime.h>

#include "kernel.h"

static int translate(long result, const struct mox_stat *words, struct stat *status) {
    if (answer(result) < 0) {
        return -1;
    }
    if (words->size_high != 0 || words->size_low > 0x7fffffff) {
        errno = EOVERFLOW;
        return -1;
    }
    *status = (struct stat){
        .st_dev = words->dev,
        .st_ino = words->ino_low,
        .st_mode = words->mode,
        .st_nlink = (nlink_t)words->nlink,
        .st_uid = words->uid,
        .st_gid = words->gid,
        .st_rdev = words->rdev,
        .st_size = (off_t)words->size_low,
        .st_blksize = (blksize_t)words->blksize,
        .st_blocks = (blkcnt_t)words->blocks_low,
        .st_atim = {kernel_seconds(words->atime_low, words->atime_high), (long)words->atime_nsec},
        .st_mtim = {kernel_seconds(words->mtime_low, words->mtime_high), (long)words->mtime_nsec},
        .st_ctim = {kernel_seconds(words->ctime_low, words->ctime_high), (long)words->ctime_nsec},
    };
    return 0;
}

int stat(const char *restrict path, struct stat *restrict status) {
    struct mox_stat words;
    return translate(__mox_xstat((long)path, (long)&words), &words, status);
}

int lstat(const char *restrict path, struct stat *restrict status) {
    struct mox_stat words;
    return translate(__mox_lstat((long)path, (long)&words), &words, status);
}

int fstat(int fd, struct stat *status) {
    struct mox_stat words;
    return translate(__mox_fxstat(fd, (long)&words), &words, status);
}

int fstatat(int directory, const char *restrict path, struct stat *restrict status, int flags) {
    struct mox_stat words;
    return translate(__mox_fstatat(directory, (long)path, (long)&words, flags), &words, status);
}

/* times: of access and of change; NULL: now. */
static long times_argument(const struct timespec times[2], struct mox_timespec words[2]) {
    if (times == NULL) {
        return 0;
    }
    time_to_kernel(&words[0], times[0].tv_sec, times[0].tv_nsec);
    time_to_kernel(&words[1], times[1].tv_sec, times[1].tv_nsec);
    return (long)words;
}

int utimensat(int directory, const char *path, const struct timespec times[2], int flags) {
    struct mox_timespec words[2];
    return (int)answer(__mox_utimensat(directory, (long)path, times_argument(times, words), flags));
}

int futimens(int fd, const struct timespec times[2]) {
    return utimensat(fd, NULL, times, 0);
}

int utimes(const char *path, const struct timeval *times) {
    if (times == NULL) {
        return utimensat(AT_FDCWD, path, NULL, 0);
    }
    const struct timespec precise[2] = {
        {times[0].tv_sec, times[0].tv_usec * 1000},
        {times[1].tv_sec, times[1].tv_usec * 1000},
    };
    return utimensat(AT_FDCWD, path, precise, 0);
}

int futimes(int fd, const struct timeval *times) {
    if (times == NULL) {
        return futimens(fd, NULL);
    }
    const struct timespec precise[2] = {
        {times[0].tv_sec, times[0].tv_usec * 1000},
        {times[1].tv_sec, times[1].tv_usec * 1000},
    };
    return futimens(fd, precise);
}

int utime(const char *path, const struct utimbuf *times) {
    if (times == NULL) {
        return utimensat(AT_FDCWD, path, NULL, 0);
    }
    const struct timespec precise[2] = {{times->actime, 0}, {times->modtime, 0}};
    return utimensat(AT_FDCWD, path, precise, 0);
}

static int translate_statfs(long result, const struct mox_statfs *words, struct statfs *status) {
    if (answer(result) < 0) {
        return -1;
    }
    *status = (struct statfs){
        .f_type = words->type,
        .f_bsize = words->bsize,
        .f_frsize = words->bsize,
        .f_blocks = words->blocks_low,
        .f_bfree = words->bfree_low,
        .f_bavail = words->bavail_low,
        .f_files = words->files,
        .f_ffree = words->ffree,
        .f_namelen = words->namelen,
        .f_flags = words->flags,
    };
    return 0;
}

int statfs(const char *path, struct statfs *status) {
    struct mox_statfs words;
    return translate_statfs(__mox_statfs((long)path, (long)&words), &words, status);
}

int fstatfs(int fd, struct statfs *status) {
    struct mox_statfs words;
    return translate_statfs(__mox_fstatfs(fd, (long)&words), &words, status);
}

static int as_statvfs(int result, const struct statfs *from, struct statvfs *status) {
    if (result == 0) {
        *status = (struct statvfs){
            .f_bsize = from->f_bsize,
            .f_frsize = from->f_frsize,
            .f_blocks = from->f_blocks,
            .f_bfree = from->f_bfree,
            .f_bavail = from->f_bavail,
            .f_files = from->f_files,
            .f_ffree = from->f_ffree,
            .f_favail = from->f_ffree,
            .f_flag = from->f_flags,
            .f_namemax = from->f_namelen,
        };
    }
    return result;
}

int statvfs(const char *path, struct statvfs *status) {
    struct statfs words;
    return as_statvfs(statfs(path, &words), &words, status);
}

int fstatvfs(int fd, struct statvfs *status) {
    struct statfs words;
    return as_statvfs(fstatfs(fd, &words), &words, status);
}
