/* Names: links, renames, directories, devices, working directories. */
#include "scenarios.h"

#include <dirent.h>
#include <sys/sysmacros.h>

static char long_name[NAME_MAX + 2];

static const char *name_too_long(void) {
    memset(long_name, 'n', sizeof long_name - 1);
    return long_name;
}

SCENARIO(ut_lind_fs_chdir_valid_args) {
    char start[PATH_MAX];
    char there[PATH_MAX];
    GIVES(mkdir("dir", 0755), 0);
    GIVES(mkdir("dir/below", 0755), 0);
    HOLDS(getcwd(start, sizeof start) == start);
    GIVES(chdir("dir/below"), 0);
    make_file("here", "x");
    HOLDS(getcwd(there, sizeof there) == there);
    HOLDS(strcmp(there + strlen(start), "/dir/below") == 0);
    GIVES(chdir(".."), 0);
    GIVES(access("below/here", F_OK), 0);
    GIVES(chdir("./below/../.././dir/"), 0);
    HOLDS(getcwd(there, sizeof there) == there);
    HOLDS(strcmp(there + strlen(start), "/dir") == 0);
    GIVES(chdir(start), 0);
    GIVES(access("dir/below/here", F_OK), 0);
    GIVES(chdir("/"), 0);
    HOLDS(strcmp(getcwd(there, sizeof there), "/") == 0);
    GIVES(chdir(".."), 0);
    HOLDS(strcmp(getcwd(there, sizeof there), "/") == 0);
}

SCENARIO(ut_lind_fs_chdir_removeddir) {
    char where[PATH_MAX];
    char path[2 * PATH_MAX];
    HOLDS(getcwd(where, sizeof where) == where);
    GIVES(mkdir("gone", 0755), 0);
    GIVES(chdir("gone"), 0);
    snprintf(path, sizeof path, "%s/gone", where);
    GIVES(rmdir(path), 0);
    FAILS(mapped(getcwd(where, sizeof where) == NULL ? (void *)-1 : where), ENOENT);
    FAILS(open("file", O_CREAT | O_RDWR, 0644), ENOENT);
    FAILS(mkdir("dir", 0755), ENOENT);
    FAILS(chdir(path), ENOENT);
    GIVES(access(".", F_OK), 0);
    GIVES(links_of("."), 0);
    GIVES(chdir(".."), 0);
    FAILS(access("gone", F_OK), ENOENT);
}

SCENARIO(ut_lind_fs_chdir_invalid_args) {
    make_file("file", "x");
    GIVES(mkdir("closed", 0600), 0);
    GIVES(mkdir("closed2", 0755), 0);
    GIVES(symlink("loop", "loop"), 0);
    FAILS(chdir("nothing"), ENOENT);
    FAILS(chdir(""), ENOENT);
    FAILS(chdir("file"), ENOTDIR);
    FAILS(chdir("file/below"), ENOTDIR);
    FAILS(chdir("closed"), EACCES);
    FAILS(chdir("closed/.."), EACCES);
    FAILS(chdir("loop"), ELOOP);
    FAILS(chdir(name_too_long()), ENAMETOOLONG);
    GIVES(access("file", F_OK), 0);
}

SCENARIO(ut_lind_fs_fchdir_valid_args) {
    GIVES(mkdir("dir", 0755), 0);
    const int start = open(".", O_RDONLY);
    const int dir = open("dir", O_RDONLY | O_DIRECTORY);
    GIVES(fchdir(dir), 0);
    make_file("inside", "x");
    GIVES(fchdir(start), 0);
    GIVES(access("dir/inside", F_OK), 0);
    GIVES(close(dir), 0);
    GIVES(fchdir(start), 0);
}

SCENARIO(ut_lind_fs_fchdir_invalid_args) {
    const int file = fresh("file");
    FAILS(fchdir(-1), EBADF);
    FAILS(fchdir(500), EBADF);
    FAILS(fchdir(1 << 20), EBADF);
    FAILS(fchdir(file), ENOTDIR);
    GIVES(mkdir("closed", 0755), 0);
    const int closed = open("closed", O_RDONLY);
    GIVES(chmod("closed", 0600), 0);
    FAILS(fchdir(closed), EACCES);
    GIVES(close(closed), 0);
    FAILS(fchdir(closed), EBADF);
}

SCENARIO(ut_lind_fs_dir_mode) {
    umask(0);
    GIVES(mkdir("all", 0777), 0);
    GIVES(mode_of("all"), S_IFDIR | 0777);
    GIVES(mkdir("none", 0), 0);
    GIVES(mode_of("none"), S_IFDIR);
    umask(027);
    GIVES(mkdir("masked", 0777), 0);
    GIVES(mode_of("masked"), S_IFDIR | 0750);
    FAILS(mkdir("none/below", 0777), EACCES);
    GIVES(chmod("none", 0777), 0);
    GIVES(mkdir("none/below", 0777), 0);
}

SCENARIO(ut_lind_fs_dir_multiple) {
    char path[64];
    for (int i = 0; i < 10; i++) {
        snprintf(path, sizeof path, "dir%d", i);
        NEEDS(mkdir(path, 0755) == 0);
        snprintf(path, sizeof path, "dir%d/file", i);
        make_file(path, path);
    }
    GIVES(links_of("."), 12);
    show_file("dir7/file");
    FAILS(rmdir("dir7"), ENOTEMPTY);
    for (int i = 0; i < 10; i++) {
        snprintf(path, sizeof path, "dir%d/file", i);
        NEEDS(unlink(path) == 0);
        path[4] = '\0';
        NEEDS(rmdir(path) == 0);
    }
    GIVES(links_of("."), 2);
    GIVES(mkdir("a", 0755), 0);
    GIVES(mkdir("a/b", 0755), 0);
    GIVES(mkdir("a/b/c", 0755), 0);
    GIVES(links_of("a"), 3);
    make_file("a/b/c/../../file", "found");
    show_file("a/file");
}

SCENARIO(ut_lind_fs_link_empty_path) {
    make_file("file", "x");
    FAILS(link("", "new"), ENOENT);
    FAILS(link("file", ""), ENOENT);
    FAILS(link("", ""), ENOENT);
    GIVES(links_of("file"), 1);
}

SCENARIO(ut_lind_fs_link_nonexistent_oldpath) {
    FAILS(link("nothing", "new"), ENOENT);
    FAILS(link("nothing/below", "new"), ENOENT);
    FAILS(access("new", F_OK), ENOENT);
}

SCENARIO(ut_lind_fs_link_existing_newpath) {
    make_file("old", "old");
    make_file("new", "new");
    FAILS(link("old", "new"), EEXIST);
    FAILS(link("old", "old"), EEXIST);
    FAILS(link("old", "."), EEXIST);
    show_file("new");
    GIVES(links_of("old"), 1);
}

SCENARIO(ut_lind_fs_link_directory) {
    GIVES(mkdir("dir", 0755), 0);
    FAILS(link("dir", "other"), EPERM);
    FAILS(access("other", F_OK), ENOENT);
    GIVES(links_of("dir"), 2);
}

SCENARIO(ut_lind_fs_unlink_empty_path) {
    FAILS(unlink(""), ENOENT);
}

SCENARIO(ut_lind_fs_unlink_nonexistent_file) {
    make_file("file", "x");
    FAILS(unlink("nothing"), ENOENT);
    FAILS(unlink("nothing/below"), ENOENT);
    FAILS(unlink("file/below"), ENOTDIR);
    FAILS(unlink("file/"), ENOTDIR);
}

/* POSIX has EPERM for directories, Linux EISDIR. */
SCENARIO(ut_lind_fs_unlink_root_directory) {
    FAILS(unlink("/"), EISDIR);
    GIVES(access("/", F_OK), 0);
}

SCENARIO(ut_lind_fs_unlink_directory) {
    GIVES(mkdir("dir", 0755), 0);
    FAILS(unlink("dir"), EISDIR);
    FAILS(unlink("."), EISDIR);
    GIVES(access("dir", F_OK), 0);
}

SCENARIO(ut_lind_fs_unlink_and_close_file) {
    struct stat status;
    const int fd = fresh("file");
    GIVES(write(fd, "bytes", 5), 5);
    GIVES(links_of("file"), 1);
    GIVES(unlink("file"), 0);
    FAILS(links_of("file"), ENOENT);
    GIVES(fstat(fd, &status), 0);
    GIVES(status.st_nlink, 0);
    GIVES(lseek(fd, 0, SEEK_SET), 0);
    HOLDS(reads(fd, "bytes"));
    GIVES(close(fd), 0);
    FAILS(open("file", O_RDONLY), ENOENT);
    FAILS(close(fd), EBADF);
}

SCENARIO(ut_lind_fs_unlink_file) {
    make_file("one", "bytes");
    GIVES(link("one", "two"), 0);
    GIVES(links_of("two"), 2);
    GIVES(unlink("one"), 0);
    GIVES(links_of("two"), 1);
    show_file("two");
    GIVES(symlink("two", "link"), 0);
    GIVES(unlink("link"), 0);
    GIVES(unlink("two"), 0);
    FAILS(unlink("two"), ENOENT);
}

SCENARIO(ut_lind_fs_link_unlink_success) {
    struct stat one;
    struct stat two;
    make_file("one", "first");
    GIVES(link("one", "two"), 0);
    GIVES(stat("one", &one), 0);
    GIVES(stat("two", &two), 0);
    HOLDS(one.st_ino == two.st_ino && one.st_dev == two.st_dev);
    GIVES(two.st_nlink, 2);
    make_file("two", "second time");
    show_file("one");
    GIVES(unlink("one"), 0);
    FAILS(stat("one", &one), ENOENT);
    GIVES(stat("two", &two), 0);
    GIVES(two.st_nlink, 1);
    GIVES(two.st_size, 11);
}

SCENARIO(ut_lind_fs_link_invalid_path_permissions) {
    GIVES(mkdir("dir", 0755), 0);
    make_file("dir/file", "x");
    make_file("file", "x");
    GIVES(chmod("dir", 0555), 0);
    FAILS(link("file", "dir/new"), EACCES);
    FAILS(unlink("dir/file"), EACCES);
    GIVES(chmod("dir", 0666), 0);
    FAILS(link("dir/file", "new"), EACCES);
    FAILS(link("file", "dir/new"), EACCES);
    FAILS(unlink("dir/file"), EACCES);
    FAILS(access("dir/file", F_OK), EACCES);
    GIVES(chmod("dir", 0755), 0);
    GIVES(links_of("dir/file"), 1);
}

SCENARIO(ut_lind_fs_mknod_empty_path) {
    FAILS(mknod("", S_IFREG | 0644, 0), ENOENT);
}

SCENARIO(ut_lind_fs_mknod_nonexisting_parent_directory) {
    FAILS(mknod("nothing/file", S_IFREG | 0644, 0), ENOENT);
    make_file("file", "x");
    FAILS(mknod("file/below", S_IFREG | 0644, 0), ENOTDIR);
}

SCENARIO(ut_lind_fs_mknod_existing_file) {
    make_file("file", "bytes");
    FAILS(mknod("file", S_IFREG | 0644, 0), EEXIST);
    FAILS(mknod("file", S_IFIFO | 0644, 0), EEXIST);
    GIVES(symlink("nowhere", "link"), 0);
    FAILS(mknod("link", S_IFREG | 0644, 0), EEXIST);
    show_file("file");
}

SCENARIO(ut_lind_fs_mknod_invalid_modebits) {
    umask(0);
    GIVES(mknod("bits", S_IFREG | 06777, 0), 0);
    GIVES(mode_of("bits"), S_IFREG | 06777);
    GIVES(mknod("plain", 0644, 0), 0);
    GIVES(mode_of("plain"), S_IFREG | 0644);
    FAILS(mknod("none", 0150000 | 0644, 0), EINVAL);
    FAILS(mode_of("none"), ENOENT);
}

/* Devices are for root. */
SCENARIO(ut_lind_fs_mknod_invalid_filetypes) {
    FAILS(mknod("dir", S_IFDIR | 0755, 0), EPERM);
    FAILS(mknod("link", S_IFLNK | 0755, 0), EINVAL);
    FAILS(mknod("device", S_IFCHR | 0644, makedev(1, 3)), EPERM);
    FAILS(mknod("device", S_IFBLK | 0644, makedev(1, 3)), EPERM);
}

SCENARIO(ut_lind_fs_mknod_success) {
    umask(022);
    GIVES(mknod("file", S_IFREG | 0666, 0), 0);
    GIVES(mode_of("file"), S_IFREG | 0644);
    GIVES(mknod("fifo", S_IFIFO | 0600, 0), 0);
    GIVES(mode_of("fifo"), S_IFIFO | 0600);
    GIVES(mknod("socket", S_IFSOCK | 0777, 0), 0);
    GIVES(mode_of("socket"), S_IFSOCK | 0755);
    FAILS(open("socket", O_RDONLY), ENXIO);
    const int both = open("fifo", O_RDWR);
    GIVES(write(both, "through", 7), 7);
    HOLDS(reads(both, "through"));
    if (IN_CAGE) { /* a cage's root may always make devices, one of this system not everywhere */
        struct stat status;
        NEEDS(setresuid(0, 0, 0) == 0);
        NEEDS(mknod("zero", S_IFCHR | 0666, makedev(1, 5)) == 0);
        NEEDS(stat("zero", &status) == 0 && S_ISCHR(status.st_mode));
        NEEDS(status.st_rdev == makedev(1, 5));
    }
}

SCENARIO(ut_lind_fs_rmdir_normal) {
    GIVES(mkdir("dir", 0755), 0);
    GIVES(mkdir("dir/below", 0755), 0);
    GIVES(links_of("dir"), 3);
    GIVES(rmdir("dir/below"), 0);
    GIVES(links_of("dir"), 2);
    GIVES(rmdir("dir/"), 0);
    FAILS(access("dir", F_OK), ENOENT);
    make_file("file", "x");
    FAILS(rmdir("file"), ENOTDIR);
}

SCENARIO(ut_lind_fs_rmdir_empty_path) {
    FAILS(rmdir(""), ENOENT);
    FAILS(rmdir("."), EINVAL);
    FAILS(rmdir(".."), ENOTEMPTY);
}

SCENARIO(ut_lind_fs_rmdir_nonexist_dir) {
    FAILS(rmdir("nothing"), ENOENT);
    FAILS(rmdir("nothing/below"), ENOENT);
}

SCENARIO(ut_lind_fs_rmdir_root) {
    FAILS(rmdir("/"), EBUSY);
}

SCENARIO(ut_lind_fs_rmdir_nonempty_dir) {
    GIVES(mkdir("dir", 0755), 0);
    GIVES(mkdir("dir/below", 0755), 0);
    FAILS(rmdir("dir"), ENOTEMPTY);
    GIVES(rmdir("dir/below"), 0);
    make_file("dir/file", "x");
    FAILS(rmdir("dir"), ENOTEMPTY);
    GIVES(unlink("dir/file"), 0);
    GIVES(rmdir("dir"), 0);
}

/* Only the parent's permissions count. */
SCENARIO(ut_lind_fs_rmdir_nowriteperm_child_dir) {
    GIVES(mkdir("dir", 0755), 0);
    GIVES(mkdir("dir/child", 0444), 0);
    GIVES(rmdir("dir/child"), 0);
    GIVES(mkdir("dir/child", 0), 0);
    GIVES(rmdir("dir/child"), 0);
}

SCENARIO(ut_lind_fs_rmdir_nowriteperm_parent_dir) {
    GIVES(mkdir("dir", 0755), 0);
    GIVES(mkdir("dir/child", 0755), 0);
    GIVES(chmod("dir", 0555), 0);
    FAILS(rmdir("dir/child"), EACCES);
    GIVES(chmod("dir", 0755), 0);
    GIVES(rmdir("dir/child"), 0);
}

SCENARIO(ut_lind_fs_search_permission_bug_with_rmdir) {
    GIVES(mkdir("dir", 0755), 0);
    GIVES(mkdir("dir/child", 0755), 0);
    GIVES(chmod("dir", 0200), 0);
    FAILS(rmdir("dir/child"), EACCES);
    FAILS(mkdir("dir/other", 0755), EACCES);
    FAILS(rmdir("dir"), ENOTEMPTY);
    GIVES(chmod("dir", 0300), 0);
    GIVES(rmdir("dir/child"), 0);
    GIVES(rmdir("dir"), 0);
}

SCENARIO(ut_lind_fs_rename) {
    make_file("old", "contents");
    GIVES(rename("old", "new"), 0);
    FAILS(access("old", F_OK), ENOENT);
    show_file("new");
    GIVES(rename("new", "new"), 0);
    show_file("new");
    make_file("other", "other");
    const int fd = open("other", O_RDONLY);
    GIVES(rename("new", "other"), 0);
    show_file("other");
    HOLDS(reads(fd, "other"));
    GIVES(links_of("other"), 1);
}

SCENARIO(ut_lind_fs_rename_syscall_tests) {
    GIVES(mkdir("from", 0755), 0);
    GIVES(mkdir("to", 0755), 0);
    GIVES(mkdir("from/dir", 0755), 0);
    make_file("from/file", "x");
    GIVES(rename("from/file", "to/file"), 0);
    GIVES(rename("from/dir", "to/dir"), 0);
    GIVES(links_of("from"), 2);
    GIVES(links_of("to"), 3);
    FAILS(rename("nothing", "to/x"), ENOENT);
    FAILS(rename("to/file", "nothing/x"), ENOENT);
    FAILS(rename("", "x"), ENOENT);
    FAILS(rename("to/file", ""), ENOENT);
    FAILS(rename("to/file", "to/dir"), EISDIR);
    FAILS(rename("to/dir", "to/file"), ENOTDIR);
    FAILS(rename("from", "to"), ENOTEMPTY);
    FAILS(rename("to", "to/dir/below"), EINVAL);
    FAILS(rename("to/file/below", "x"), ENOTDIR);
    FAILS(rename("/", "x"), EBUSY);
    FAILS(rename("to/.", "x"), EBUSY);
    GIVES(rename("to/dir", "from"), 0);
    GIVES(link("to/file", "same"), 0);
    GIVES(rename("same", "to/file"), 0);
    GIVES(links_of("same"), 2);
    GIVES(chmod("to", 0555), 0);
    FAILS(rename("to/file", "x"), EACCES);
    FAILS(rename("same", "to/x"), EACCES);
    GIVES(chmod("to", 0755), 0);
}

SCENARIO(ut_lind_fs_getdents) {
    enum { NAME = 19, LENGTH = 16, TYPE = 18 };
    char bytes[4096];
    char names[16][32];
    int count = 0;
    make_file("b", "x");
    make_file("longer name of a file", "x");
    GIVES(mkdir("a", 0755), 0);
    GIVES(symlink("b", "c"), 0);
    const int fd = open(".", O_RDONLY);
    const long size = get_dents(fd, bytes, sizeof bytes);
    for (long at = 0; at < size; count++) {
        uint16_t length;
        memcpy(&length, bytes + at + LENGTH, sizeof length);
        snprintf(names[count], sizeof names[count], "%s %d", bytes + at + NAME, bytes[at + TYPE]);
        NEEDS(length % 8 == 0);
        at += length;
    }
    GIVES(get_dents(fd, bytes, sizeof bytes), 0);
    qsort(names, (size_t)count, sizeof *names, (int (*)(const void *, const void *))strcmp);
    for (int i = 0; i < count; i++) {
        printf("entry %s\n", names[i]);
    }
    GIVES(lseek(fd, 0, SEEK_SET), 0);
    GIVES(get_dents(fd, bytes, sizeof bytes), size);
    GIVES(close(fd), 0);
    int seen = 0;
    DIR *dir = opendir(".");
    while (readdir(dir) != NULL) {
        seen++;
    }
    GIVES(seen, 6);
    GIVES(closedir(dir), 0);
}

SCENARIO(ut_lind_fs_getdents_invalid_fd) {
    char bytes[512];
    FAILS(get_dents(-1, bytes, sizeof bytes), EBADF);
}

SCENARIO(ut_lind_fs_getdents_out_of_range_fd) {
    char bytes[512];
    FAILS(get_dents(1024, bytes, sizeof bytes), EBADF);
    FAILS(get_dents(INT_MAX, bytes, sizeof bytes), EBADF);
}

SCENARIO(ut_lind_fs_getdents_non_existing_fd) {
    char bytes[512];
    FAILS(get_dents(100, bytes, sizeof bytes), EBADF);
}

SCENARIO(ut_lind_fs_getdents_bufsize_too_small) {
    char bytes[512];
    const int fd = open(".", O_RDONLY);
    FAILS(get_dents(fd, bytes, 1), EINVAL);
    FAILS(get_dents(fd, bytes, 19), EINVAL);
    GIVES(get_dents(fd, bytes, 24), 24);
}

SCENARIO(ut_lind_fs_getdents_non_directory_fd) {
    char bytes[512];
    int ends[2];
    FAILS(get_dents(fresh("file"), bytes, sizeof bytes), ENOTDIR);
    GIVES(pipe(ends), 0);
    FAILS(get_dents(ends[0], bytes, sizeof bytes), ENOTDIR);
}

SCENARIO(ut_lind_fs_dir_chdir_getcwd) {
    char start[PATH_MAX];
    char path[PATH_MAX];
    HOLDS(getcwd(start, sizeof start) == start);
    GIVES(mkdir("subdir", 0755), 0);
    GIVES(chdir("subdir"), 0);
    HOLDS(getcwd(path, strlen(start) + 8) == path);
    HOLDS(strncmp(path, start, strlen(start)) == 0);
    printf("below: %s\n", path + strlen(start));
    GIVES(rename("../subdir", "../moved"), 0);
    HOLDS(getcwd(path, sizeof path) == path);
    printf("below: %s\n", path + strlen(start));
    GIVES(symlink("moved", "../link"), 0);
    GIVES(chdir("../link"), 0);
    HOLDS(getcwd(path, sizeof path) == path);
    printf("below: %s\n", path + strlen(start));
}

SCENARIO(ut_lind_fs_getcwd_invalid_args) {
    char path[PATH_MAX];
    FAILS(getcwd(path, 0) == NULL ? -1 : 0, EINVAL);
    FAILS(getcwd(path, 1) == NULL ? -1 : 0, ERANGE);
    HOLDS(getcwd(path, sizeof path) == path);
    char room[PATH_MAX] = "kept";
    FAILS(getcwd(room, strlen(path)) == NULL ? -1 : 0, ERANGE);
    HOLDS(strcmp(room, "kept") == 0);
    memset(room, 'x', sizeof room);
    HOLDS(getcwd(room, strlen(path) + 1) == room && strcmp(room, path) == 0);
    HOLDS(room[strlen(path) + 1] == 'x');
    char *own = getcwd(NULL, 0);
    HOLDS(own != NULL && strcmp(own, path) == 0);
    free(own);
}

SCENARIO(ut_lind_fs_mkdir_empty_directory) {
    FAILS(mkdir("", 0755), ENOENT);
}

SCENARIO(ut_lind_fs_mkdir_nonexisting_directory) {
    FAILS(mkdir("nothing/dir", 0755), ENOENT);
    make_file("file", "x");
    FAILS(mkdir("file/dir", 0755), ENOTDIR);
    FAILS(mkdir(name_too_long(), 0755), ENAMETOOLONG);
}

SCENARIO(ut_lind_fs_mkdir_existing_directory) {
    GIVES(mkdir("dir", 0755), 0);
    FAILS(mkdir("dir", 0755), EEXIST);
    FAILS(mkdir("dir/", 0755), EEXIST);
    FAILS(mkdir(".", 0755), EEXIST);
    FAILS(mkdir("/", 0755), EEXIST);
    make_file("file", "x");
    FAILS(mkdir("file", 0755), EEXIST);
}

/* What is not a permission is left away. */
SCENARIO(ut_lind_fs_mkdir_invalid_modebits) {
    umask(0);
    GIVES(mkdir("dir", S_IFREG | 0755), 0);
    GIVES(mode_of("dir"), S_IFDIR | 0755);
    GIVES(mkdir("sticky", 01777), 0);
    GIVES(mode_of("sticky"), S_IFDIR | 01777);
}

SCENARIO(ut_lind_fs_mkdir_success) {
    struct stat status;
    GIVES(mkdir("parent", 0755), 0);
    GIVES(links_of("parent"), 2);
    GIVES(mkdir("parent/child", 0700), 0);
    GIVES(links_of("parent"), 3);
    GIVES(stat("parent/child", &status), 0);
    GIVES(status.st_mode, S_IFDIR | 0700);
    GIVES(status.st_nlink, 2);
    HOLDS(status.st_uid == geteuid() && status.st_gid == getegid());
    GIVES(mkdir("parent/slash///", 0700), 0);
    GIVES(links_of("parent"), 4);
}

SCENARIO(ut_lind_fs_mkdir_using_symlink) {
    make_file("file", "x");
    GIVES(link("file", "hard"), 0);
    GIVES(symlink("file", "soft"), 0);
    GIVES(symlink("nothing", "dangling"), 0);
    FAILS(mkdir("hard", 0755), EEXIST);
    FAILS(mkdir("soft", 0755), EEXIST);
    FAILS(mkdir("dangling", 0755), EEXIST);
    GIVES(mkdir("real", 0755), 0);
    GIVES(symlink("real", "way"), 0);
    GIVES(mkdir("way/below", 0755), 0);
    GIVES(access("real/below", F_OK), 0);
}
