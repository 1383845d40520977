/* Opening and closing, permissions, attributes. */
#include "scenarios.h"

#include <dirent.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

SCENARIO(ut_lind_fs_simple) {
    struct stat status;
    GIVES(access("/", F_OK), 0);
    GIVES(access("/", R_OK | X_OK), 0);
    FAILS(access("/", W_OK), EACCES);
    GIVES(stat("/", &status), 0);
    HOLDS(S_ISDIR(status.st_mode));
    HOLDS(status.st_nlink >= 2);
    HOLDS(status.st_ino != 0);
}

SCENARIO(test_fd_leak) {
    make_file("file", "x");
    const int first = open("file", O_RDONLY);
    GIVES(close(first), 0);
    for (int i = 0; i < 1500; i++) {
        const int fd = open("file", O_RDWR);
        NEEDS(fd == first && close(fd) == 0);
        NEEDS(open("nothing", O_RDONLY) < 0 && open("file/x", O_CREAT | O_RDWR, 0644) < 0);
    }
    const pid_t pid = child();
    if (pid == 0) {
        for (int i = 0; i < 200; i++) {
            NEEDS(open("file", O_RDONLY) == first + i);
        }
        leave();
    }
    GIVES(ended(pid), 0);
    HOLDS(open("file", O_RDONLY) == first);
}

SCENARIO(ut_lind_fs_broken_close) {
    char bytes[16];
    int fd = open("file", O_CREAT | O_EXCL | O_RDWR, 0777);
    GIVES(write(fd, "Hello There!", 12), 12);
    GIVES(close(fd), 0);
    fd = open("file", O_RDWR);
    GIVES(close(fd), 0);
    const int unconnected = socket(AF_UNIX, SOCK_STREAM, 0);
    HOLDS(unconnected == fd);
    fd = open("file", O_RDWR);
    GIVES(close(unconnected), 0);
    GIVES(read(fd, bytes, 12), 12);
    HOLDS(memcmp(bytes, "Hello There!", 12) == 0);
    GIVES(close(fd), 0);
    FAILS(close(fd), EBADF);
    GIVES(size_of("file"), 12);
}

SCENARIO(ut_lind_fs_chmod_valid_args) {
    make_file("file", "x");
    GIVES(mkdir("dir", 0755), 0);
    GIVES(chmod("file", 0), 0);
    GIVES(mode_of("file"), S_IFREG);
    FAILS(open("file", O_RDONLY), EACCES);
    GIVES(chmod("file", 0400), 0);
    FAILS(open("file", O_RDWR), EACCES);
    const int fd = open("file", O_RDONLY);
    GIVES(chmod("file", 0777), 0);
    GIVES(mode_of("file"), S_IFREG | 0777);
    HOLDS(reads(fd, "x"));
    GIVES(chmod("dir", 01711), 0);
    GIVES(mode_of("dir"), S_IFDIR | 01711);
    GIVES(symlink("file", "link"), 0);
    GIVES(chmod("link", 0640), 0);
    GIVES(mode_of("file"), S_IFREG | 0640);
    GIVES(chmod("file", 06755), 0);
    GIVES(mode_of("file"), S_IFREG | 06755);
}

SCENARIO(ut_lind_fs_chmod_invalid_args) {
    make_file("file", "x");
    FAILS(chmod("nothing", 0644), ENOENT);
    FAILS(chmod("", 0644), ENOENT);
    FAILS(chmod("file/below", 0644), ENOTDIR);
    FAILS(chmod("/", 0777), EPERM);
    FAILS(chmod("/dev/null", 0), EPERM);
    GIVES(chmod("file", S_IFDIR | 0600), 0); /* the type is no permission */
    GIVES(mode_of("file"), S_IFREG | 0600);
}

SCENARIO(ut_lind_fs_fchmod) {
    const int fd = fresh("file");
    GIVES(fchmod(fd, 0440), 0);
    GIVES(mode_of("file"), S_IFREG | 0440);
    GIVES(write(fd, "still", 5), 5);
    GIVES(unlink("file"), 0);
    GIVES(fchmod(fd, 0600), 0);
    FAILS(fchmod(-1, 0600), EBADF);
    FAILS(fchmod(900, 0600), EBADF);
    GIVES(close(fd), 0);
    FAILS(fchmod(fd, 0600), EBADF);
    const int dir = open(".", O_RDONLY);
    GIVES(fchmod(dir, 0711), 0);
    GIVES(mode_of("."), S_IFDIR | 0711);
}

SCENARIO(ut_lind_fs_fstat_complex) {
    struct stat status;
    struct stat named;
    int ends[2];
    const int fd = fresh("file");
    GIVES(write(fd, "twelve bytes", 12), 12);
    GIVES(fstat(fd, &status), 0);
    GIVES(stat("file", &named), 0);
    GIVES(status.st_size, 12);
    GIVES(status.st_mode, S_IFREG | 0755);
    GIVES(status.st_nlink, 1);
    HOLDS(status.st_uid == geteuid() && status.st_gid == getegid());
    HOLDS(status.st_ino == named.st_ino && status.st_dev == named.st_dev);
    HOLDS(status.st_mtime == named.st_mtime);
    HOLDS(status.st_blksize > 0);
    GIVES(pipe(ends), 0);
    GIVES(fstat(ends[0], &status), 0);
    HOLDS(S_ISFIFO(status.st_mode));
    const int unix_socket = socket(AF_UNIX, SOCK_STREAM, 0);
    GIVES(fstat(unix_socket, &status), 0);
    HOLDS(S_ISSOCK(status.st_mode));
    GIVES(fstat(open("/dev/null", O_RDONLY), &status), 0);
    HOLDS(S_ISCHR(status.st_mode) && status.st_rdev == makedev(1, 3));
    GIVES(fstat(epoll_create1(0), &status), 0);
    FAILS(fstat(-1, &status), EBADF);
}

SCENARIO(ut_lind_fs_fstat_syscall_tests) {
    struct stat status;
    FAILS(fstat(1024, &status), EBADF);
    const int dir = open(".", O_RDONLY);
    GIVES(fstat(dir, &status), 0);
    HOLDS(S_ISDIR(status.st_mode));
    GIVES(status.st_nlink, 2);
    const int fd = fresh("file");
    GIVES(fstat(fd, &status), 0);
    GIVES(status.st_size, 0);
    GIVES(ftruncate(fd, 5000), 0);
    GIVES(fstat(fd, &status), 0);
    GIVES(status.st_size, 5000);
    GIVES(close(fd), 0);
    FAILS(fstat(fd, &status), EBADF);
}

SCENARIO(ut_lind_fs_stat_file_complex) {
    struct stat status;
    make_file("file", "bytes");
    GIVES(link("file", "second"), 0);
    GIVES(symlink("second", "soft"), 0);
    GIVES(stat("soft", &status), 0);
    GIVES(status.st_size, 5);
    GIVES(status.st_nlink, 2);
    HOLDS(S_ISREG(status.st_mode));
    GIVES(lstat("soft", &status), 0);
    HOLDS(S_ISLNK(status.st_mode));
    GIVES(status.st_size, 6);
    GIVES(status.st_nlink, 1);
    const time_t before = status.st_mtime;
    HOLDS(before >= 0 && status.st_ctime >= before);
    GIVES(stat("file", &status), 0);
    HOLDS(status.st_blocks > 0);
}

SCENARIO(ut_lind_fs_stat_file_mode) {
    umask(0);
    const int modes[] = {0, 0100, 0444, 0644, 0755, 0777, 04755};
    for (unsigned i = 0; i < sizeof modes / sizeof *modes; i++) {
        const int fd = open("file", O_CREAT | O_EXCL | O_WRONLY, modes[i]);
        NEEDS(fd >= 0 && close(fd) == 0);
        printf("%o: %lo\n", (unsigned)modes[i], (unsigned long)mode_of("file"));
        NEEDS(mode_of("file") == (S_IFREG | modes[i]));
        NEEDS(unlink("file") == 0);
    }
    GIVES(mode_of("/dev/null"), S_IFCHR | 0666);
}

SCENARIO(ut_lind_fs_stat_syscall_tests) {
    struct stat status;
    make_file("file", "x");
    FAILS(stat("nothing", &status), ENOENT);
    FAILS(stat("", &status), ENOENT);
    FAILS(stat("file/below", &status), ENOTDIR);
    FAILS(stat("file/", &status), ENOTDIR);
    GIVES(mkdir("closed", 0600), 0);
    FAILS(stat("closed/x", &status), EACCES);
    GIVES(symlink("loop", "loop"), 0);
    FAILS(stat("loop", &status), ELOOP);
    GIVES(stat(".", &status), 0);
    const ino_t here = status.st_ino;
    FAILS(stat("closed/..", &status), EACCES);
    GIVES(stat("./././", &status), 0);
    HOLDS(status.st_ino == here);
}

SCENARIO(ut_lind_fs_statfs) {
    struct statfs status;
    GIVES(statfs("/", &status), 0);
    HOLDS(status.f_bsize > 0 && status.f_blocks > 0);
    HOLDS(status.f_bavail <= status.f_bfree && status.f_bfree <= status.f_blocks);
    GIVES(status.f_namelen, 255);
    struct statvfs other;
    GIVES(statvfs("/", &other), 0);
    GIVES(other.f_namemax, 255);
}

SCENARIO(ut_lind_fs_fstatfs) {
    struct statfs status;
    struct statfs named;
    const int fd = fresh("file");
    GIVES(fstatfs(fd, &status), 0);
    GIVES(statfs("file", &named), 0);
    HOLDS(status.f_type == named.f_type && status.f_blocks == named.f_blocks);
    HOLDS(status.f_bsize == named.f_bsize);
    GIVES(status.f_namelen, 255);
}

SCENARIO(ut_lind_fs_statfs_syscall_tests) {
    struct statfs status;
    FAILS(statfs("nothing", &status), ENOENT);
    FAILS(statfs("", &status), ENOENT);
    make_file("file", "x");
    FAILS(statfs("file/below", &status), ENOTDIR);
    GIVES(statfs("file", &status), 0);
    GIVES(statfs("/dev/null", &status), 0);
}

SCENARIO(ut_lind_fs_fstatfs_syscall_tests) {
    struct statfs status;
    int ends[2];
    FAILS(fstatfs(-1, &status), EBADF);
    FAILS(fstatfs(1024, &status), EBADF);
    GIVES(fstatfs(open(".", O_RDONLY), &status), 0);
    GIVES(pipe(ends), 0);
    GIVES(fstatfs(ends[0], &status), 0);
    GIVES(fstatfs(socket(AF_UNIX, SOCK_STREAM, 0), &status), 0);
}

SCENARIO(ut_lind_fs_access_syscall_tests) {
    make_file("file", "x");
    GIVES(chmod("file", 0500), 0);
    GIVES(access("file", F_OK), 0);
    GIVES(access("file", R_OK | X_OK), 0);
    FAILS(access("file", W_OK), EACCES);
    FAILS(access("file", R_OK | W_OK), EACCES);
    GIVES(chmod("file", 0077), 0); /* the owner's bits count, for the owner */
    FAILS(access("file", R_OK), EACCES);
    FAILS(access("file", X_OK), EACCES);
    GIVES(access("file", F_OK), 0);
    FAILS(access("file", 8), EINVAL);
    FAILS(access("nothing", F_OK), ENOENT);
    FAILS(access("", F_OK), ENOENT);
    FAILS(access("file/below", F_OK), ENOTDIR);
    GIVES(mkdir("closed", 0600), 0);
    FAILS(access("closed/x", F_OK), EACCES);
}

/* root, when there was one, is not asked for: the scenario is of the user. */
SCENARIO(ut_lind_fs_getuid) {
    HOLDS(getuid() == geteuid());
    HOLDS(getgid() == getegid());
    GIVES(setuid(getuid()), 0);
    GIVES(setgid(getgid()), 0);
    const int fd = fresh("file");
    struct stat status;
    GIVES(fstat(fd, &status), 0);
    HOLDS(status.st_uid == getuid() && status.st_gid == getgid());
    FAILS(chown("/", getuid(), getgid()), EPERM);
}

/* That files outlast a machine is tried from outside, see scenarios.test.js. */
SCENARIO(ut_lind_fs_load_fs) {
    struct stat status;
    GIVES(stat("/dev", &status), 0);
    HOLDS(S_ISDIR(status.st_mode));
    GIVES(stat("/dev/null", &status), 0);
    HOLDS(S_ISCHR(status.st_mode) && status.st_rdev == makedev(1, 3));
    GIVES(stat("/dev/zero", &status), 0);
    HOLDS(S_ISCHR(status.st_mode) && status.st_rdev == makedev(1, 5));
    GIVES(stat("/dev/random", &status), 0);
    HOLDS(S_ISCHR(status.st_mode) && status.st_rdev == makedev(1, 8));
    GIVES(stat("/dev/urandom", &status), 0);
    HOLDS(S_ISCHR(status.st_mode) && status.st_rdev == makedev(1, 9));
}

/* Also tried from outside: what is left of /tmp in the next machine. */
SCENARIO(ut_lind_fs_tmp_file_test) {
    char path[] = "/tmp/scenario-XXXXXX";
    GIVES(access("/tmp", R_OK | W_OK | X_OK), 0);
    GIVES(mode_of("/tmp"), S_IFDIR | 01777);
    const int fd = mkstemp(path);
    GIVES(write(fd, "Hello world", 11), 11);
    GIVES(size_of(path), 11);
    GIVES(mode_of(path), S_IFREG | 0600);
    GIVES(close(fd), 0);
    GIVES(unlink(path), 0);
    FAILS(access(path, F_OK), ENOENT);
}

SCENARIO(ut_lind_fs_multiple_open) {
    const int one = fresh("file");
    const int two = open("file", O_RDWR);
    const int three = open("file", O_RDONLY | O_CREAT, 0);
    HOLDS(one != two && two != three);
    GIVES(write(one, "first second", 12), 12);
    HOLDS(reads(two, "first"));
    HOLDS(reads(three, "first s"));
    GIVES(write(two, "+", 1), 1);
    HOLDS(reads(three, "econd"));
    GIVES(lseek(one, 0, SEEK_CUR), 12);
    GIVES(close(one), 0);
    GIVES(lseek(two, 0, SEEK_CUR), 6);
    FAILS(open("file", O_CREAT | O_EXCL | O_RDWR, 0644), EEXIST);
    GIVES(unlink("file"), 0);
    GIVES(lseek(three, 0, SEEK_SET), 0);
    HOLDS(reads(three, "first+second"));
    const int other = fresh("file");
    GIVES(lseek(other, 0, SEEK_END), 0);
}

SCENARIO(ut_lind_fs_open_empty_directory) {
    FAILS(open("", O_RDONLY), ENOENT);
    FAILS(open("", O_CREAT | O_RDWR, 0644), ENOENT);
}

SCENARIO(ut_lind_fs_open_nonexisting_parentdirectory_and_file) {
    FAILS(open("nothing/file", O_RDONLY), ENOENT);
    FAILS(open("nothing/file", O_CREAT | O_RDWR, 0644), ENOENT);
    make_file("file", "x");
    FAILS(open("file/below", O_CREAT | O_RDWR, 0644), ENOTDIR);
}

SCENARIO(ut_lind_fs_open_existing_parentdirectory_and_nonexisting_file) {
    GIVES(mkdir("dir", 0755), 0);
    FAILS(open("dir/file", O_RDWR), ENOENT);
    FAILS(open("dir/file", O_TRUNC | O_WRONLY), ENOENT);
    FAILS(access("dir/file", F_OK), ENOENT);
    GIVES(chmod("dir", 0555), 0);
    FAILS(open("dir/file", O_CREAT | O_RDWR, 0644), EACCES);
}

SCENARIO(ut_lind_fs_open_existing_file_without_flags) {
    make_file("file", "bytes");
    const int fd = open("file", O_CREAT | O_RDWR, 0);
    HOLDS(reads(fd, "bytes"));
    GIVES(mode_of("file"), S_IFREG | 0644);
    HOLDS(open("file", 0) == fd + 1);
}

SCENARIO(ut_lind_fs_open_existing_file_with_flags) {
    make_file("file", "bytes");
    FAILS(open("file", O_CREAT | O_EXCL | O_RDWR, 0644), EEXIST);
    GIVES(symlink("nowhere", "link"), 0);
    FAILS(open("link", O_CREAT | O_EXCL | O_RDWR, 0644), EEXIST);
    FAILS(open("file", O_RDONLY | O_DIRECTORY), ENOTDIR);
    FAILS(open("link", O_RDONLY | O_NOFOLLOW), ELOOP);
    FAILS(open(".", O_RDWR), EISDIR);
    FAILS(open(".", O_CREAT, 0755), EISDIR);
    show_file("file");
}

SCENARIO(ut_lind_fs_open_create_new_file_and_check_link_count) {
    const int fd = open("file", O_CREAT | O_EXCL | O_RDWR, 0777);
    GIVES(write(fd, "12345", 5), 5);
    GIVES(links_of("file"), 1);
    GIVES(size_of("file"), 5);
    GIVES(links_of("."), 2); /* a file is no link of its directory */
    GIVES(close(fd), 0);
    GIVES(link("file", "other"), 0);
    GIVES(links_of("file"), 2);
}

SCENARIO(ut_lind_fs_open_existing_file_with_o_trunc_flag) {
    make_file("file", "longer than before");
    const int reader = open("file", O_RDONLY);
    const int fd = open("file", O_TRUNC | O_RDWR);
    GIVES(size_of("file"), 0);
    GIVES(write(fd, "new", 3), 3);
    GIVES(size_of("file"), 3);
    HOLDS(reads(reader, "new"));
    GIVES(chmod("file", 0444), 0);
    FAILS(open("file", O_TRUNC | O_WRONLY), EACCES);
    GIVES(size_of("file"), 3);
}

/* In the flags of open, S_IFCHR's bits are O_ASYNC, which means nothing for a file; in its mode,
 * nothing. */
SCENARIO(ut_lind_fs_open_new_file_with_s_ifchar_flag) {
    HOLDS(open("flag", O_CREAT | O_RDWR | S_IFCHR, 0644) >= 0);
    GIVES(mode_of("flag"), S_IFREG | 0644);
    HOLDS(open("mode", O_CREAT | O_RDWR, S_IFCHR | 0644) >= 0);
    GIVES(mode_of("mode"), S_IFREG | 0644);
}

SCENARIO(ut_lind_fs_creat_new_file) {
    umask(022);
    const int fd = creat("file", 0777);
    HOLDS(fd >= 0);
    GIVES(mode_of("file"), S_IFREG | 0755);
    GIVES(fcntl(fd, F_GETFL) & O_ACCMODE, O_WRONLY);
    FAILS(creat("nothing/file", 0644), ENOENT);
    FAILS(creat(".", 0644), EISDIR);
}

SCENARIO(ut_lind_fs_creat_truncate_existing_file) {
    make_file("file", "contents");
    const int fd = creat("file", 0600);
    GIVES(size_of("file"), 0);
    GIVES(mode_of("file"), S_IFREG | 0644);
    GIVES(write(fd, "x", 1), 1);
    FAILS(read(fd, &(char){0}, 1), EBADF);
}

SCENARIO(ut_lind_fs_close_regular_file) {
    const int fd = fresh("file");
    GIVES(close(fd), 0);
    FAILS(close(fd), EBADF);
    FAILS(write(fd, "x", 1), EBADF);
    FAILS(close(-1), EBADF);
    FAILS(close(1024), EBADF);
    FAILS(close(INT_MAX), EBADF);
}

SCENARIO(ut_lind_fs_close_directory) {
    GIVES(mkdir("dir", 0755), 0);
    const int fd = open("dir", O_RDONLY);
    GIVES(rmdir("dir"), 0);
    GIVES(close(fd), 0);
    FAILS(close(fd), EBADF);
    DIR *dir = opendir(".");
    const int number = dirfd(dir);
    GIVES(closedir(dir), 0);
    FAILS(close(number), EBADF);
}

SCENARIO(ut_lind_fs_close_socket) {
    int pair[2];
    GIVES(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    GIVES(write(pair[0], "last words", 10), 10);
    GIVES(close(pair[0]), 0);
    HOLDS(reads(pair[1], "last words"));
    GIVES(read(pair[1], &(char){0}, 1), 0);
    GIVES(close(pair[1]), 0);
    FAILS(close(pair[1]), EBADF);
    const int fd = socket(AF_INET, SOCK_DGRAM, 0);
    GIVES(close(fd), 0);
    FAILS(send(fd, "x", 1, 0), EBADF);
}

SCENARIO(ut_lind_fs_close_pipe) {
    int ends[2];
    GIVES(pipe(ends), 0);
    GIVES(write(ends[1], "bytes", 5), 5);
    GIVES(close(ends[1]), 0);
    HOLDS(reads(ends[0], "bytes"));
    GIVES(read(ends[0], &(char){0}, 1), 0);
    GIVES(close(ends[0]), 0);
    FAILS(close(ends[0]), EBADF);
    GIVES(pipe(ends), 0);
    GIVES(close(ends[0]), 0);
    signal(SIGPIPE, SIG_IGN);
    FAILS(write(ends[1], "x", 1), EPIPE);
}

SCENARIO(ut_lind_fs_close_chardev) {
    const int fd = open("/dev/zero", O_RDWR);
    const int other = open("/dev/zero", O_RDONLY);
    GIVES(close(fd), 0);
    FAILS(close(fd), EBADF);
    GIVES(read(other, &(char){1}, 1), 1);
    GIVES(close(other), 0);
}
