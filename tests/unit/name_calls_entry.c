/* Entries (mkdir, link, rename, ...), attributes, working directory and root, and the calls on the
 * name space. */
#include "unit/name_calls.h"

static int32_t make_dir(const struct desk *desk, const char *path) {
    return with_path(desk, CALL_mkdir, path, 0777, 0);
}

static void dirs(void) {
    const struct desk desk = desk_new(NULL);
    CHECK_EQ(make_dir(&desk, "/tmp/a/"), 0);
    CHECK_EQ(make_dir(&desk, "/tmp/a"), -MOX_EEXIST);
    CHECK_EQ(make_dir(&desk, "/"), -MOX_EEXIST);
    CHECK_EQ(make_dir(&desk, "/tmp/."), -MOX_EEXIST);
    CHECK_EQ(make_dir(&desk, "/tmp/.."), -MOX_EEXIST);
    CHECK_EQ(make_dir(&desk, ""), -MOX_ENOENT);
    CHECK_EQ(make_dir(&desk, "/tmp/none/x"), -MOX_ENOENT);
    CHECK_EQ(make_dir(&desk, "/tmp/a/b"), 0);
    desk_file(&desk, "/tmp/a/f", "", 0644);
    CHECK_EQ(make_dir(&desk, "/tmp/a/f/x"), -MOX_ENOTDIR);
    CHECK_EQ(make_dir(&desk, "/tmp/a/f"), -MOX_EEXIST);
    CHECK_EQ(make_dir(&desk, "/dev"), -MOX_EEXIST);
    CHECK_EQ(with_path(&desk, CALL_rmdir, "/tmp/a", 0, 0), -MOX_ENOTEMPTY);
    CHECK_EQ(with_path(&desk, CALL_rmdir, "/tmp/a/f", 0, 0), -MOX_ENOTDIR);
    CHECK_EQ(with_path(&desk, CALL_rmdir, "/tmp/a/b/.", 0, 0), -MOX_EINVAL);
    CHECK_EQ(with_path(&desk, CALL_rmdir, "/tmp/a/b/..", 0, 0), -MOX_ENOTEMPTY);
    CHECK_EQ(with_path(&desk, CALL_rmdir, "/", 0, 0), -MOX_EBUSY);
    CHECK_EQ(with_path(&desk, CALL_rmdir, "/dev", 0, 0), -MOX_EBUSY);
    CHECK_EQ(with_path(&desk, CALL_rmdir, "/tmp/none", 0, 0), -MOX_ENOENT);
    CHECK_EQ(with_path(&desk, CALL_unlink, "/tmp/a/b", 0, 0), -MOX_EISDIR);
    CHECK_EQ(with_path(&desk, CALL_unlink, "/", 0, 0), -MOX_EISDIR);
    CHECK_EQ(with_path(&desk, CALL_unlink, "/tmp/a/f/", 0, 0), -MOX_ENOTDIR);
    CHECK_EQ(with_path(&desk, CALL_unlink, "/tmp/a/b/", 0, 0), -MOX_EISDIR);
    CHECK_EQ(with_path(&desk, CALL_unlink, "/tmp/a/none/", 0, 0), -MOX_ENOENT);
    CHECK_EQ(with_path(&desk, CALL_rmdir, "/tmp/a/b//", 0, 0), 0);
    CHECK_EQ(with_path(&desk, CALL_unlink, "/tmp/a/f", 0, 0), 0);
    CHECK_EQ(with_path(&desk, CALL_unlink, "/dev/null", 0, 0), -MOX_EPERM);
    CHECK_EQ(
        desk_call(&desk, CALL_unlinkat, (uint32_t)-100, desk_text(&desk, 0, "/tmp/a"), 0x200, 0, 0),
        0);
    CHECK_EQ(with_path(&desk, CALL_unlinkat, "/tmp", 0, 0x400), -MOX_EBADF);
    mox_machine_destroy(desk.machine);
}

static void links(void) {
    const struct desk desk = desk_new(NULL);
    struct abi_stat stat;
    char text[64];
    CHECK_EQ(make_dir(&desk, "/tmp/d"), 0);
    desk_file(&desk, "/tmp/f", "x", 0644);
    CHECK_EQ(with_paths(&desk, CALL_link, "/tmp/f", "/tmp/d/g"), 0);
    CHECK_EQ(desk_stat(&desk, CALL_xstat, "/tmp/d/g", &stat), 0);
    CHECK_EQ(stat.nlink, 2);
    CHECK_EQ(with_paths(&desk, CALL_link, "/tmp/f", "/tmp/d/g"), -MOX_EEXIST);
    CHECK_EQ(with_paths(&desk, CALL_link, "/tmp/d", "/tmp/e"), -MOX_EPERM);
    CHECK_EQ(with_paths(&desk, CALL_link, "/tmp/none", "/tmp/e"), -MOX_ENOENT);
    CHECK_EQ(with_paths(&desk, CALL_link, "/tmp/f", "/tmp/e/"), -MOX_ENOENT);
    CHECK_EQ(with_paths(&desk, CALL_link, "/tmp/f", "/"), -MOX_EEXIST);
    CHECK_EQ(with_paths(&desk, CALL_link, "/tmp/f", "/env/x"), -MOX_EXDEV);
    CHECK_EQ(with_paths(&desk, CALL_symlink, "", "/tmp/l"), -MOX_ENOENT);
    CHECK_EQ(with_paths(&desk, CALL_symlink, "d/g", "/tmp/l"), 0);
    CHECK_EQ(with_paths(&desk, CALL_symlink, "x", "/tmp/l"), -MOX_EEXIST);
    CHECK_EQ(with_paths(&desk, CALL_symlink, "x", "/tmp/new/"), -MOX_ENOENT);
    CHECK_EQ(with_paths(&desk, CALL_link, "/tmp/l", "/tmp/l2"), 0); /* the link itself */
    CHECK_EQ(desk_mode(&desk, "/tmp/l2"), MODE_SYMLINK | 0777);
    CHECK_EQ(with_path(&desk, CALL_readlink, "/tmp/l2", desk_slot(&desk, 1), 64), 3);
    desk_get(&desk, 1, text, 3);
    CHECK(memcmp(text, "d/g", 3) == 0);
    CHECK_EQ(with_path(&desk, CALL_readlink, "/tmp/l2", desk_slot(&desk, 1), 2), 2);
    CHECK_EQ(with_path(&desk, CALL_readlink, "/tmp/f", desk_slot(&desk, 1), 64), -MOX_EINVAL);
    CHECK_EQ(with_path(&desk, CALL_readlink, "/tmp/l", desk_slot(&desk, 1), 0), -MOX_EINVAL);
    CHECK_EQ(desk_stat(&desk, CALL_lstat, "/tmp/l", &stat), 0);
    CHECK_EQ(stat.size_low, 3);
    CHECK_EQ(desk_stat(&desk, CALL_xstat, "/tmp/l", &stat), 0);
    CHECK_EQ(stat.nlink, 2);
    mox_machine_destroy(desk.machine);
}

static void renames(void) {
    const struct desk desk = desk_new(NULL);
    char text[4096];
    CHECK_EQ(make_dir(&desk, "/tmp/a"), 0);
    CHECK_EQ(make_dir(&desk, "/tmp/a/b"), 0);
    CHECK_EQ(make_dir(&desk, "/tmp/c"), 0);
    desk_file(&desk, "/tmp/f", "f", 0644);
    desk_file(&desk, "/tmp/g", "g", 0644);
    CHECK_EQ(with_paths(&desk, CALL_rename, "/tmp/none", "/tmp/x"), -MOX_ENOENT);
    CHECK_EQ(with_paths(&desk, CALL_rename, "/tmp/f", "/tmp/f"), 0);
    CHECK_EQ(with_paths(&desk, CALL_rename, "/tmp/f", "/tmp/a"), -MOX_EISDIR);
    CHECK_EQ(with_paths(&desk, CALL_rename, "/tmp/a", "/tmp/f"), -MOX_ENOTDIR);
    CHECK_EQ(with_paths(&desk, CALL_rename, "/tmp/c", "/tmp/a"), -MOX_ENOTEMPTY);
    CHECK_EQ(with_paths(&desk, CALL_rename, "/tmp/a", "/tmp/a/b/x"), -MOX_EINVAL);
    CHECK_EQ(with_paths(&desk, CALL_rename, "/tmp/f/", "/tmp/x"), -MOX_ENOTDIR);
    CHECK_EQ(with_paths(&desk, CALL_rename, "/tmp/f", "/tmp/x/"), -MOX_ENOTDIR);
    CHECK_EQ(with_paths(&desk, CALL_rename, "/tmp/.", "/tmp/x"), -MOX_EBUSY);
    CHECK_EQ(with_paths(&desk, CALL_rename, "/tmp/f", "/tmp/.."), -MOX_EBUSY);
    CHECK_EQ(with_paths(&desk, CALL_rename, "/", "/tmp/x"), -MOX_EBUSY);
    CHECK_EQ(with_paths(&desk, CALL_rename, "/dev", "/tmp/x"), -MOX_EBUSY);
    CHECK_EQ(with_paths(&desk, CALL_rename, "/tmp/f", "/boot/x"), -MOX_EROFS);
    CHECK_EQ(with_paths(&desk, CALL_rename, "/tmp/f", "/env/x"), -MOX_EXDEV);
    CHECK_EQ(with_paths(&desk, CALL_rename, "/tmp/f", "/tmp/g"), 0);
    CHECK_TEXT(desk_read(&desk, "/tmp/g", text), "f");
    CHECK_EQ(with_paths(&desk, CALL_rename, "/tmp/a/", "/tmp/c/d/"), 0);
    CHECK_EQ(desk_mode(&desk, "/tmp/c/d/b"), MODE_DIR | 0755);
    CHECK_EQ(with_paths(&desk, CALL_rename, "/tmp/c/d/b", "/top"), 0); /* across the union */
    CHECK_EQ(desk_mode(&desk, "/top"), MODE_DIR | 0755);
    CHECK_EQ(with_paths(&desk, CALL_rename, "/top", "/tmp/c"), -MOX_ENOTEMPTY);
    CHECK_EQ(with_paths(&desk, CALL_rename, "/top", "/tmp/c/d"), 0); /* an empty one gives way */
    mox_machine_destroy(desk.machine);
}

static void nodes(void) {
    const struct desk desk = desk_new(NULL);
    struct abi_stat stat;
    char text[4096];
    CHECK_EQ(with_path(&desk, CALL_mknod, "/tmp/n", MODE_CHAR | 0666, 1 << 8 | 5), 0);
    CHECK_EQ(desk_stat(&desk, CALL_xstat, "/tmp/n", &stat), 0);
    CHECK_EQ(stat.rdev, 1 << 8 | 5);
    CHECK_EQ(with_path(&desk, CALL_mknod, "/tmp/f", 0644, 0), 0);
    CHECK_EQ(desk_mode(&desk, "/tmp/f"), MODE_FILE | 0644);
    CHECK_EQ(with_path(&desk, CALL_mknod, "/tmp/d", MODE_DIR | 0755, 0), -MOX_EPERM);
    CHECK_EQ(with_path(&desk, CALL_mknod, "/tmp/x", 0170000, 0), -MOX_EINVAL);
    CHECK_EQ(with_path(&desk, CALL_mknod, "/tmp/s", MODE_SOCKET | 0755, 0), 0);
    CHECK_EQ(with_path(&desk, CALL_open, "/tmp/s", 0, 0), -MOX_ENXIO);
    CHECK_EQ(with_path(&desk, CALL_mknod, "/tmp/z", MODE_CHAR | 0666, 99 << 8), 0);
    CHECK_EQ(with_path(&desk, CALL_open, "/tmp/z", 0, 0), -MOX_ENXIO);
    CHECK_EQ(with_path(&desk, CALL_mknod, "/dev/own", MODE_CHAR | 0666, 1 << 8 | 3), 0);
    CHECK_TEXT(desk_read(&desk, "/dev/own", text), "");
    CHECK_EQ(desk_call(&desk, CALL_setresuid, 5, 5, 5, 0, 0), 0);
    CHECK_EQ(with_path(&desk, CALL_mknod, "/tmp/m", MODE_CHAR | 0666, 0), -MOX_EPERM);
    CHECK_EQ(with_path(&desk, CALL_mknod, "/tmp/p", MODE_FIFO | 0666, 0), 0);
    mox_machine_destroy(desk.machine);
}

static void put_times(const struct desk *desk, uint64_t a, uint32_t a_nsec, uint64_t b,
                      uint32_t b_nsec) {
    const struct abi_timespec times[] = {{(uint32_t)a, (uint32_t)(a >> 32), a_nsec},
                                         {(uint32_t)b, (uint32_t)(b >> 32), b_nsec}};
    uint8_t bytes[ABI_TIMES_SIZE];
    abi_store(bytes, times, sizeof bytes);
    desk_put(desk, 1, bytes, sizeof bytes);
}

static void attributes(void) {
    const struct mox_machine_options options = {.start_time = 1500000000000000000};
    const struct desk desk = desk_new(&options);
    const struct desk user = desk_beside(desk.machine);
    struct abi_stat stat;
    CHECK_EQ(desk_call(&user, CALL_setresuid, 7, 7, 7, 0, 0), 0);
    desk_file(&desk, "/tmp/f", "0123456789", 0600);
    CHECK_EQ(with_path(&desk, CALL_chmod, "/tmp/f", 0107777, 0), 0);
    CHECK_EQ(desk_mode(&desk, "/tmp/f"), MODE_FILE | 07777);
    CHECK_EQ(with_path(&user, CALL_chmod, "/tmp/f", 0777, 0), -MOX_EPERM);
    CHECK_EQ(with_path(&user, CALL_chown, "/tmp/f", 7, 7), -MOX_EPERM);
    CHECK_EQ(with_path(&desk, CALL_chown, "/tmp/f", 8, (uint32_t)-1), 0);
    CHECK_EQ(desk_stat(&desk, CALL_xstat, "/tmp/f", &stat), 0);
    CHECK_EQ(stat.uid, 8);
    CHECK_EQ(stat.gid, 0);
    CHECK_EQ(stat.size_low, 10);
    CHECK_EQ(stat.blksize, 4096);
    CHECK_EQ(stat.mtime_low, 1500000000);
    CHECK_EQ(stat.dev >> 16, 'U');
    /* Times: the present by whoever may write, others by the owner. */
    CHECK_EQ(with_path(&desk, CALL_chmod, "/tmp/f", 0666, 0), 0);
    CHECK_EQ(with_path(&user, CALL_utimens, "/tmp/f", 0, 0), 0);
    put_times(&user, 5, 6, 7, 8);
    CHECK_EQ(with_path(&user, CALL_utimens, "/tmp/f", desk_slot(&user, 1), 0), -MOX_EPERM);
    put_times(&user, 0, 0x3fffffff, 0, 0x3fffffff);
    CHECK_EQ(with_path(&user, CALL_utimens, "/tmp/f", desk_slot(&user, 1), 0), 0);
    put_times(&user, 0, 0x3ffffffe, 0, 0x3ffffffe);
    CHECK_EQ(with_path(&user, CALL_utimens, "/tmp/f", desk_slot(&user, 1), 0), 0);
    put_times(&desk, 0x100000005, 6, 7, 0x3ffffffe);
    CHECK_EQ(with_path(&desk, CALL_utimens, "/tmp/f", desk_slot(&desk, 1), 0), 0);
    CHECK_EQ(desk_stat(&desk, CALL_xstat, "/tmp/f", &stat), 0);
    CHECK_EQ(stat.atime_low, 5);
    CHECK_EQ(stat.atime_high, 1);
    CHECK_EQ(stat.atime_nsec, 6);
    CHECK_EQ(stat.mtime_low, 1500000000);
    put_times(&desk, 1, 1000000000, 7, 8);
    CHECK_EQ(with_path(&desk, CALL_utimens, "/tmp/f", desk_slot(&desk, 1), 0), -MOX_EINVAL);
    put_times(&desk, UINT64_MAX, 5, 7, 8); /* a second before 1970 */
    CHECK_EQ(with_path(&desk, CALL_utimens, "/tmp/f", desk_slot(&desk, 1), 0), 0);
    CHECK_EQ(desk_stat(&desk, CALL_xstat, "/tmp/f", &stat), 0);
    CHECK_EQ(stat.atime_low | stat.atime_high | stat.atime_nsec, 0);
    CHECK_EQ(with_path(&desk, CALL_chmod, "/tmp/f", 0600, 0), 0);
    CHECK_EQ(with_path(&user, CALL_utimens, "/tmp/f", 0, 0), -MOX_EACCES);
    mox_machine_destroy(desk.machine);
}

static void sizes(void) {
    const struct desk desk = desk_new(NULL);
    const struct desk user = desk_beside(desk.machine);
    struct abi_stat stat;
    CHECK_EQ(desk_call(&user, CALL_setresuid, 7, 7, 7, 0, 0), 0);
    desk_file(&desk, "/tmp/f", "0123456789", 0600);
    CHECK_EQ(with_path(&user, CALL_truncate, "/tmp/f", 0, 0), -MOX_EACCES);
    CHECK_EQ(with_path(&desk, CALL_truncate, "/tmp/f", 4, 0), 0);
    CHECK_EQ(with_path(&desk, CALL_truncate, "/tmp/f", 100000, 0), 0);
    CHECK_EQ(with_path(&desk, CALL_truncate, "/tmp/f", (uint32_t)-1, 0), -MOX_EINVAL);
    CHECK_EQ(with_path(&desk, CALL_truncate, "/tmp", 0, 0), -MOX_EISDIR);
    CHECK_EQ(with_path(&desk, CALL_truncate, "/dev/null", 0, 0), -MOX_EINVAL);
    CHECK_EQ(desk_stat(&desk, CALL_xstat, "/tmp/f", &stat), 0);
    CHECK_EQ(stat.size_low, 100000);
    /* Of a descriptor that has no name; of one by AT_EMPTY_PATH. */
    CHECK_EQ(desk_call(&desk, CALL_pipe, desk_slot(&desk, 1), 0, 0, 0, 0), 0);
    CHECK_EQ(desk_call(&desk, CALL_fxstat, 3, desk_slot(&desk, 2), 0, 0, 0), 0);
    CHECK_EQ(desk_call(&desk, CALL_fchmod, 3, 0600, 0, 0, 0), -MOX_EINVAL);
    CHECK_EQ(
        desk_call(&desk, CALL_fstatat, 3, desk_text(&desk, 0, ""), desk_slot(&desk, 2), 0x1000, 0),
        0);
    CHECK_EQ(desk_call(&desk, CALL_fstatat, 3, desk_text(&desk, 0, ""), desk_slot(&desk, 2), 0, 0),
             -MOX_ENOENT);
    CHECK_EQ(desk_call(&desk, CALL_fstatat, 3, desk_text(&desk, 0, "x"), desk_slot(&desk, 2), 0, 0),
             -MOX_ENOTDIR);
    CHECK_EQ(
        desk_call(&desk, CALL_fstatat, 77, desk_text(&desk, 0, "/tmp"), desk_slot(&desk, 2), 0, 0),
        0);
    CHECK_EQ(with_path(&desk, CALL_statfs, "/tmp", desk_slot(&desk, 2), 0), 0);
    uint8_t bytes[ABI_STATFS_SIZE];
    struct abi_statfs statfs;
    desk_get(&desk, 2, bytes, sizeof bytes);
    abi_load(&statfs, bytes, sizeof bytes);
    CHECK_EQ(statfs.namelen, 255);
    CHECK(statfs.files > statfs.ffree && statfs.blocks_low >= statfs.bfree_low);
    CHECK_EQ(with_path(&desk, CALL_statfs, "/dev", desk_slot(&desk, 2), 0), 0);
    CHECK_EQ(with_path(&desk, CALL_statfs, "/none", desk_slot(&desk, 2), 0), -MOX_ENOENT);
    mox_machine_destroy(desk.machine);
}

static const char *cwd(const struct desk *desk, char text[4096]) {
    const int32_t size = desk_call(desk, CALL_getcwd, desk_slot(desk, 3), 4096, 0, 0, 0);
    snprintf(text, 4096, "error %d", -size);
    if (size > 0) {
        desk_get(desk, 3, text, (uint32_t)size);
        CHECK_EQ(strlen(text), size - 1);
    }
    return text;
}

static void places(void) {
    const struct desk desk = desk_new(NULL);
    char text[4096];
    CHECK_TEXT(cwd(&desk, text), "/");
    CHECK_EQ(make_dir(&desk, "/tmp/a"), 0);
    CHECK_EQ(make_dir(&desk, "/tmp/a/b"), 0);
    desk_file(&desk, "/tmp/f", "", 0644);
    CHECK_EQ(with_path(&desk, CALL_chdir, "/tmp/a", 0, 0), 0);
    CHECK_EQ(with_path(&desk, CALL_chdir, "b", 0, 0), 0);
    CHECK_TEXT(cwd(&desk, text), "/tmp/a/b");
    CHECK_EQ(with_path(&desk, CALL_chdir, "none", 0, 0), -MOX_ENOENT);
    CHECK_EQ(with_path(&desk, CALL_chdir, "/tmp/f", 0, 0), -MOX_ENOTDIR);
    desk_put(&desk, 3, "unchanged", 10);
    CHECK_EQ(desk_call(&desk, CALL_getcwd, desk_slot(&desk, 3), 8, 0, 0, 0), -MOX_ERANGE);
    CHECK_EQ(desk_call(&desk, CALL_getcwd, desk_slot(&desk, 3), 0, 0, 0, 0), -MOX_EINVAL);
    desk_get(&desk, 3, text, 10);
    CHECK_TEXT(text, "unchanged");
    CHECK_EQ(desk_call(&desk, CALL_getcwd, desk_slot(&desk, 3), 9, 0, 0, 0), 9);
    const int32_t fd = desk_open(&desk, "/tmp/a", 0, 0);
    const int32_t file = desk_open(&desk, "/tmp/f", 0, 0);
    CHECK_EQ(desk_call(&desk, CALL_fchdir, (uint32_t)fd, 0, 0, 0, 0), 0);
    CHECK_EQ(desk_call(&desk, CALL_fchdir, (uint32_t)file, 0, 0, 0, 0), -MOX_ENOTDIR);
    CHECK_EQ(desk_close(&desk, fd), 0);
    CHECK_TEXT(cwd(&desk, text), "/tmp/a");
    desk_file(&desk, "x", "here", 0644);
    CHECK_TEXT(desk_read(&desk, "/tmp/a/x", text), "here");
    CHECK_EQ(with_path(&desk, CALL_chmod, "/tmp/a/b", 0600, 0), 0);
    const struct desk user = desk_beside(desk.machine);
    CHECK_EQ(desk_call(&user, CALL_setresuid, 7, 7, 7, 0, 0), 0);
    CHECK_EQ(with_path(&user, CALL_chdir, "/tmp/a/b", 0, 0), -MOX_EACCES);
    CHECK_EQ(with_path(&user, CALL_chroot, "/tmp", 0, 0), -MOX_EPERM);
    CHECK_EQ(with_path(&desk, CALL_chroot, "/tmp/none", 0, 0), -MOX_ENOENT);
    CHECK_EQ(with_path(&desk, CALL_chroot, "/tmp", 0, 0), 0);
    CHECK_TEXT(cwd(&desk, text), "/a");
    CHECK_TEXT(desk_read(&desk, "/a/x", text), "here");
    CHECK_EQ(with_path(&desk, CALL_chdir, "../../../..", 0, 0), 0);
    CHECK_TEXT(cwd(&desk, text), "/");
    CHECK_EQ(desk_open(&desk, "/tmp/f", 0, 0), -MOX_ENOENT);
    mox_machine_destroy(desk.machine);
}

static const char *error_text(const struct desk *desk, char text[4096]) {
    const int32_t size = desk_call(desk, CALL_errstr, desk_slot(desk, 3), 200, 0, 0, 0);
    CHECK(size >= 0);
    desk_get(desk, 3, text, (uint32_t)size);
    text[size] = 0;
    return text;
}

static void name_space(void) {
    const struct desk desk = desk_new(NULL);
    const struct desk other = desk_beside(desk.machine);
    char text[4096];
    CHECK_TEXT(error_text(&desk, text), "");
    CHECK_EQ(make_dir(&desk, "/tmp/a"), 0);
    CHECK_EQ(make_dir(&desk, "/tmp/b"), 0);
    desk_file(&desk, "/tmp/a/f", "a's", 0644);
    CHECK_EQ(desk_call(&desk, CALL_pctl, 8, 0, 0, 0, 0), 0); /* FORKNS */
    const uint32_t a = desk_text(&desk, 0, "/tmp/a");
    const uint32_t b = desk_text(&desk, 1, "/tmp/b");
    CHECK(desk_call(&desk, CALL_ns_bind, a, b, 0, 0, 0) > 0);
    CHECK_TEXT(desk_read(&desk, "/tmp/b/f", text), "a's");
    CHECK_TEXT(desk_read(&other, "/tmp/b/f", text), "error 2");
    CHECK_EQ(desk_open(&desk, "/tmp/b/new", 0101, 0644), -MOX_EROFS);
    CHECK_TEXT(error_text(&desk, text), "'/tmp/b/new' mounted directory forbids creation");
    desk_text(&desk, 1, "/tmp/b");
    CHECK_EQ(desk_call(&desk, CALL_ns_unmount, 0, b, 0, 0, 0), 0);
    CHECK_EQ(desk_call(&desk, CALL_ns_unmount, 0, b, 0, 0, 0), -MOX_EINVAL);
    CHECK_TEXT(error_text(&desk, text), "'/tmp/b' not mounted");
    CHECK_EQ(desk_open(&desk, "#Zx", 0, 0), -MOX_ENODEV);
    CHECK_TEXT(error_text(&desk, text), "'#Zx' unknown device in # filename");
    CHECK_EQ(desk_open(&desk, "/tmp/none", 0, 0), -MOX_ENOENT);
    CHECK_TEXT(error_text(&desk, text), "'/tmp/none' file does not exist");
    mox_machine_destroy(desk.machine);
}

static void groups(void) {
    const struct desk desk = desk_new(NULL);
    const struct desk other = desk_beside(desk.machine);
    char text[4096];
    CHECK_EQ(make_dir(&desk, "/tmp/a"), 0);
    CHECK_EQ(make_dir(&desk, "/tmp/b"), 0);
    desk_file(&desk, "/tmp/a/f", "a's", 0644);
    /* create is Plan 9's: an existing file is emptied. */
    int32_t fd = with_path(&desk, CALL_create, "/tmp/a/f", 1, 0644);
    CHECK(fd >= 0);
    CHECK_EQ(desk_close(&desk, fd), 0);
    CHECK_TEXT(desk_read(&desk, "/tmp/a/f", text), "");
    CHECK_EQ(with_path(&desk, CALL_create, "/tmp/a/f", 1 | 0x1000, 0644), -MOX_EEXIST);
    CHECK_TEXT(error_text(&desk, text), "'/tmp/a/f' file already exists");
    CHECK_EQ(with_path(&desk, CALL_create, "/tmp/a/g", 64, 0644), -MOX_EINVAL);
    fd = with_path(&desk, CALL_create, "/tmp/a/dir", 0, 0x80000000u | 0755);
    CHECK(fd >= 0);
    CHECK_EQ(desk_call(&desk, CALL_fd2path, (uint32_t)fd, desk_slot(&desk, 3), 100, 0, 0), 10);
    desk_get(&desk, 3, text, 11);
    CHECK_TEXT(text, "/tmp/a/dir");
    CHECK_EQ(desk_close(&desk, fd), 0);
    /* What the names of others mean is user 0's to say. */
    const struct desk user = desk_beside(desk.machine);
    CHECK_EQ(desk_call(&user, CALL_setresuid, 7, 7, 7, 0, 0), 0);
    CHECK_EQ(with_paths(&user, CALL_ns_bind, "/tmp/a", "/tmp/b"), -MOX_EPERM);
    CHECK_TEXT(error_text(&user, text), "'/tmp/a' permission denied");
    CHECK_EQ(desk_call(&user, CALL_pctl, 32, 0, 0, 0, 0), -MOX_EPERM);
    CHECK_EQ(desk_call(&user, CALL_pctl, 8, 0, 0, 0, 0), 0);
    CHECK(with_paths(&user, CALL_ns_bind, "/tmp/a", "/tmp/b") > 0);
    CHECK_EQ(desk_call(&user, CALL_pctl, 32, 0, 0, 0, 0), 0);
    /* Environment groups. */
    desk_file(&desk, "/env/x", "one", 0644);
    CHECK_TEXT(desk_read(&desk, "/env/x", text), "one");
    CHECK_EQ(desk_call(&desk, CALL_pctl, 128, 0, 0, 0, 0), 0); /* FORKENV */
    CHECK_TEXT(desk_read(&desk, "/env/x", text), "one");
    CHECK_EQ(desk_call(&desk, CALL_pctl, 64, 0, 0, 0, 0), 0); /* NEWENV */
    CHECK_TEXT(desk_read(&desk, "/env/x", text), "error 2");
    CHECK_EQ(desk_call(&desk, CALL_pctl, 4 | 8, 0, 0, 0, 0), -MOX_EINVAL);
    CHECK_EQ(desk_call(&desk, CALL_pctl, 64 | 128, 0, 0, 0, 0), -MOX_EINVAL);
    CHECK_EQ(desk_call(&desk, CALL_pctl, 256, 0, 0, 0, 0), -MOX_EINVAL);
    CHECK_EQ(desk_call(&desk, CALL_pctl, 32, 0, 0, 0, 0), 0); /* NODEVS */
    CHECK_EQ(desk_open(&desk, "#c/null", 0, 0), -MOX_EPERM);
    CHECK_TEXT(error_text(&desk, text), "'#c/null' mount/attach disallowed");
    CHECK_EQ(desk_call(&desk, CALL_pctl, 4 | 1, 0, 0, 0, 0), 0); /* NEWNS and NEWFD */
    CHECK_EQ(desk_open(&desk, "/tmp", 0, 0), -MOX_ENOENT);
    CHECK_EQ(desk_open(&desk, "/", 0, 0), 0);
    CHECK_TEXT(desk_read(&other, "/dev/sysname", text), "moxbox");
    mox_machine_destroy(desk.machine);
}

static void progs(void) {
    const struct desk desk = desk_new(NULL);
    char text[4096];
    char path[64];
    CHECK_TEXT(desk_read(&desk, "/dev/drivers", text),
               "#/ root\n#c cons\n#e env\n#| pipe\n#p prog\n#d dup\n#U fs\n#B boot\n#* indir\n");
    CHECK_EQ(desk_call(&desk, CALL_pctl, 16, 0, 0, 0, 0), 0);
    snprintf(path, sizeof path, "/prog/%u/pgrp", desk.cage);
    desk_read(&desk, path, text);
    char id[16];
    snprintf(id, sizeof id, "%u", desk.cage);
    CHECK_TEXT(text, id);
    snprintf(path, sizeof path, "/prog/%u/status", desk.cage);
    desk_read(&desk, path, text);
    CHECK(strstr(text, "bare") != NULL && strlen(text) > 50);
    snprintf(path, sizeof path, "/prog/%u/ns", desk.cage);
    desk_read(&desk, path, text);
    CHECK(strncmp(text, "bind -ac '#U' /\nbind -b '#c' /dev\n", 34) == 0);
    CHECK(strcmp(text + strlen(text) - 6, "\ncd /\n") == 0);
    snprintf(path, sizeof path, "/prog/%u/fd", desk.cage);
    desk_read(&desk, path, text);
    CHECK(strncmp(text, "/\n  0 r", 7) == 0);
    snprintf(path, sizeof path, "/prog/%u/regs", desk.cage);
    desk_read(&desk, path, text);
    CHECK(strncmp(text, "$fp 00000000\n$sp ", 17) == 0);
    CHECK_EQ(desk_open(&desk, "/prog/99/status", 0, 0), -MOX_ENOENT);
    /* Memory of a cage, at its addresses. */
    desk_text(&desk, 2, "in memory");
    snprintf(path, sizeof path, "/prog/%u/mem", desk.cage);
    const int32_t fd = desk_open(&desk, path, 0, 0);
    CHECK_EQ(
        desk_call(&desk, CALL_pread, (uint32_t)fd, desk_slot(&desk, 1), 9, desk_slot(&desk, 2), 0),
        9);
    desk_get(&desk, 1, text, 9);
    CHECK(memcmp(text, "in memory", 9) == 0);
    CHECK_EQ(desk_call(&desk, CALL_pread, (uint32_t)fd, desk_slot(&desk, 1), 9, 16, 0), -MOX_EIO);
    CHECK_EQ(desk_close(&desk, fd), 0);
    const struct desk user = desk_beside(desk.machine);
    CHECK_EQ(desk_call(&user, CALL_setresuid, 7, 7, 7, 0, 0), 0);
    CHECK_EQ(desk_open(&user, path, 0, 0), -MOX_EACCES);
    snprintf(path, sizeof path, "/prog/%u/ctl", desk.cage);
    CHECK_EQ(desk_open(&user, path, 1, 0), -MOX_EACCES);
    mox_machine_destroy(desk.machine);
}

int main(void) {
    dirs();
    links();
    renames();
    nodes();
    attributes();
    sizes();
    places();
    name_space();
    groups();
    progs();
    return check_report("entries, attributes, name space calls");
}
