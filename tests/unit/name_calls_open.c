/* open in all its forms, permissions, and reading directories. */
#include "unit/name_calls.h"

enum {
    CREAT = 0100,
    EXCL = 0200,
    TRUNC = 01000,
    APPEND = 02000,
    DIRECTORY = 0200000,
    NOFOLLOW = 0400000,
    CLOEXEC = 02000000,
    RDONLY = 0,
    WRONLY = 1,
    RDWR = 2
};

static int32_t write_text(const struct desk *desk, int32_t fd, const char *text) {
    const uint32_t size = (uint32_t)strlen(text);
    return desk_call(desk, CALL_write, (uint32_t)fd, desk_put(desk, 1, text, size), size, 0, 0);
}

static struct desk user_beside(const struct desk *desk, uint32_t uid) {
    const struct desk user = desk_beside(desk->machine);
    CHECK_EQ(desk_call(&user, CALL_setresgid, uid, uid, uid, 0, 0), 0);
    CHECK_EQ(desk_call(&user, CALL_setresuid, uid, uid, uid, 0, 0), 0);
    return user;
}

static void flags(void) {
    const struct desk desk = desk_new(NULL);
    char text[4096];
    CHECK_EQ(desk_open(&desk, "/tmp/none", RDONLY, 0), -MOX_ENOENT);
    CHECK_EQ(desk_open(&desk, "", RDONLY, 0), -MOX_ENOENT);
    /* Linux's fourth access mode: the file is made, and the descriptor may neither read nor write.
     */
    CHECK_EQ(desk_open(&desk, "/tmp/odd", 3 | CREAT, 0644), 3);
    CHECK_EQ(desk_call(&desk, CALL_read, 3, desk_slot(&desk, 1), 1, 0, 0), -MOX_EBADF);
    CHECK_EQ(desk_call(&desk, CALL_write, 3, desk_slot(&desk, 1), 1, 0, 0), -MOX_EBADF);
    CHECK_EQ(desk_close(&desk, 3), 0);
    CHECK_EQ(desk_open(&desk, "/tmp/f", RDWR | 020200000, 0644), -MOX_EOPNOTSUPP);
    CHECK_EQ(desk_open(&desk, "/tmp/f", CREAT | DIRECTORY, 0644), -MOX_EINVAL);
    CHECK_EQ(desk_open(&desk, "/tmp/none/f", CREAT | WRONLY, 0644), -MOX_ENOENT);
    CHECK_EQ(desk_open(&desk, "/tmp/f/", CREAT | WRONLY, 0644), -MOX_EISDIR);
    desk_file(&desk, "/tmp/f", "hello", 0644);
    CHECK_EQ(desk_open(&desk, "/tmp/f", CREAT | EXCL | WRONLY, 0644), -MOX_EEXIST);
    CHECK_EQ(desk_open(&desk, "/tmp/f/", RDONLY, 0), -MOX_ENOTDIR);
    CHECK_EQ(desk_open(&desk, "/tmp/f/", CREAT | RDONLY, 0), -MOX_ENOTDIR);
    CHECK_EQ(desk_open(&desk, "/tmp/f/x", CREAT | RDONLY, 0), -MOX_ENOTDIR);
    CHECK_EQ(desk_open(&desk, "/tmp/f", DIRECTORY, 0), -MOX_ENOTDIR);
    CHECK_EQ(desk_open(&desk, "/tmp", WRONLY, 0), -MOX_EISDIR);
    CHECK_EQ(desk_open(&desk, "/tmp", RDONLY | TRUNC, 0), -MOX_EISDIR);
    CHECK_EQ(desk_open(&desk, "/tmp", RDONLY | CREAT, 0644), -MOX_EISDIR);
    CHECK_EQ(desk_open(&desk, "/", RDONLY | CREAT, 0644), -MOX_EISDIR);
    CHECK_EQ(desk_open(&desk, "/tmp/.", RDONLY | CREAT | EXCL, 0644), -MOX_EEXIST);
    int32_t fd = desk_open(&desk, "/tmp", RDONLY | DIRECTORY, 0);
    CHECK(fd >= 0);
    CHECK_EQ(desk_close(&desk, fd), 0);
    /* Appending goes to the end, wherever the offset was. */
    fd = desk_open(&desk, "/tmp/f", WRONLY | APPEND, 0);
    CHECK_EQ(desk_call(&desk, CALL_lseek, (uint32_t)fd, 1, 0, 0, 0), 1);
    CHECK_EQ(write_text(&desk, fd, " there"), 6);
    CHECK_EQ(desk_close(&desk, fd), 0);
    CHECK_TEXT(desk_read(&desk, "/tmp/f", text), "hello there");
    fd = desk_open(&desk, "/tmp/f", RDONLY | CREAT, 0600); /* it exists: as without O_CREAT */
    CHECK(fd >= 0);
    CHECK_EQ(write_text(&desk, fd, "x"), -MOX_EBADF);
    CHECK_EQ(desk_close(&desk, fd), 0);
    fd = desk_open(&desk, "/tmp/f", WRONLY | TRUNC, 0);
    CHECK_EQ(desk_close(&desk, fd), 0);
    CHECK_TEXT(desk_read(&desk, "/tmp/f", text), "");
    mox_machine_destroy(desk.machine);
}

static void links(void) {
    const struct desk desk = desk_new(NULL);
    char text[4096];
    CHECK_EQ(with_paths(&desk, CALL_symlink, "made", "/tmp/dangling"), 0);
    CHECK_EQ(with_paths(&desk, CALL_symlink, "loop", "/tmp/loop"), 0);
    CHECK_EQ(desk_open(&desk, "/tmp/dangling", RDONLY, 0), -MOX_ENOENT);
    CHECK_EQ(desk_open(&desk, "/tmp/dangling", CREAT | EXCL | WRONLY, 0644), -MOX_EEXIST);
    CHECK_EQ(desk_open(&desk, "/tmp/dangling", NOFOLLOW, 0), -MOX_ELOOP);
    CHECK_EQ(desk_open(&desk, "/tmp/dangling", NOFOLLOW | CREAT | WRONLY, 0644), -MOX_ELOOP);
    CHECK_EQ(desk_open(&desk, "/tmp/loop", CREAT | WRONLY, 0644), -MOX_ELOOP);
    desk_file(&desk, "/tmp/dangling", "through", 0644); /* makes what the link names */
    CHECK_TEXT(desk_read(&desk, "/tmp/made", text), "through");
    CHECK_EQ(desk_mode(&desk, "/tmp/dangling"), MODE_SYMLINK | 0777);
    CHECK_EQ(desk_open(&desk, "/tmp/dangling/", RDONLY, 0), -MOX_ENOTDIR);
    mox_machine_destroy(desk.machine);
}

static void modes(void) {
    const struct desk desk = desk_new(NULL);
    struct abi_stat stat;
    CHECK_EQ(desk_call(&desk, CALL_umask, 027, 0, 0, 0, 0), 022);
    CHECK_EQ(desk_call(&desk, CALL_umask, 07027, 0, 0, 0, 0), 027);
    desk_file(&desk, "/tmp/a", "", 0666);
    CHECK_EQ(desk_mode(&desk, "/tmp/a"), MODE_FILE | 0640);
    CHECK_EQ(with_path(&desk, CALL_mkdir, "/tmp/d", 07777, 0), 0);
    CHECK_EQ(desk_mode(&desk, "/tmp/d"), MODE_DIR | 01750);
    CHECK_EQ(with_path(&desk, CALL_mknod, "/tmp/fifo", MODE_FIFO | 0666, 0), 0);
    CHECK_EQ(desk_mode(&desk, "/tmp/fifo"), MODE_FIFO | 0640);
    /* A file that nobody may write can be written by who makes it. */
    const int32_t fd = desk_open(&desk, "/tmp/read-only", CREAT | RDWR, 0444);
    CHECK(fd >= 0);
    CHECK_EQ(write_text(&desk, fd, "x"), 1);
    CHECK_EQ(desk_call(&desk, CALL_fxstat, (uint32_t)fd, desk_slot(&desk, 2), 0, 0, 0), 0);
    uint8_t bytes[ABI_STAT_SIZE];
    desk_get(&desk, 2, bytes, sizeof bytes);
    abi_load(&stat, bytes, sizeof bytes);
    CHECK_EQ(stat.mode, MODE_FILE | 0440);
    CHECK_EQ(stat.size_low, 1);
    CHECK_EQ(stat.nlink, 1);
    CHECK_EQ(desk_close(&desk, fd), 0);
    mox_machine_destroy(desk.machine);
}

static void rights(void) {
    const struct desk root = desk_new(NULL);
    const struct desk user = user_beside(&root, 1000);
    const struct desk other = user_beside(&root, 1001);
    char text[4096];
    CHECK_EQ(desk_open(&user, "/mine", CREAT | WRONLY, 0644), -MOX_EACCES);
    desk_file(&user, "/tmp/secret", "s", 0600);
    const int32_t fd = desk_open(&user, "/tmp/born-closed", CREAT | RDWR, 0);
    CHECK(fd >= 0);
    CHECK_EQ(write_text(&user, fd, "x"), 1);
    CHECK_EQ(desk_close(&user, fd), 0);
    CHECK_EQ(desk_open(&user, "/tmp/born-closed", RDONLY, 0), -MOX_EACCES);
    CHECK_TEXT(desk_read(&root, "/tmp/born-closed", text), "x");
    CHECK_EQ(desk_open(&other, "/tmp/secret", RDONLY, 0), -MOX_EACCES);
    CHECK_EQ(desk_open(&other, "/tmp/secret", WRONLY | TRUNC, 0), -MOX_EACCES);
    CHECK_TEXT(desk_read(&root, "/tmp/secret", text), "s");
    CHECK_TEXT(desk_read(&user, "/tmp/secret", text), "s");
    /* /tmp is sticky: only the owner removes or renames. */
    CHECK_EQ(with_path(&other, CALL_unlink, "/tmp/secret", 0, 0), -MOX_EPERM);
    CHECK_EQ(with_paths(&other, CALL_rename, "/tmp/secret", "/tmp/x"), -MOX_EPERM);
    desk_file(&other, "/tmp/theirs", "t", 0644);
    CHECK_EQ(with_paths(&other, CALL_rename, "/tmp/theirs", "/tmp/secret"), -MOX_EPERM);
    CHECK_EQ(with_paths(&user, CALL_rename, "/tmp/secret", "/tmp/secret2"), 0);
    CHECK_EQ(with_path(&user, CALL_unlink, "/tmp/secret2", 0, 0), 0);
    /* access asks for the real user, open for the effective one. */
    const struct desk suid = desk_beside(root.machine);
    desk_file(&suid, "/tmp/roots", "r", 0600);
    CHECK_EQ(desk_call(&suid, CALL_setresuid, 1000, (uint32_t)-1, (uint32_t)-1, 0, 0), 0);
    CHECK_EQ(with_path(&suid, CALL_access, "/tmp/roots", 4, 0), -MOX_EACCES);
    CHECK_EQ(with_path(&suid, CALL_access, "/tmp/roots", 0, 0), 0);
    CHECK_EQ(with_path(&suid, CALL_access, "/tmp/roots", 8, 0), -MOX_EINVAL);
    CHECK_EQ(desk_call(&suid, CALL_faccessat, (uint32_t)-100, desk_text(&suid, 0, "/tmp/roots"), 4,
                       0x200, 0),
             0);
    CHECK_TEXT(desk_read(&suid, "/tmp/roots", text), "r");
    /* Files in a directory with the set-group bit belong to its group. */
    CHECK_EQ(with_path(&root, CALL_mkdir, "/tmp/team", 0777, 0), 0);
    CHECK_EQ(with_path(&root, CALL_chown, "/tmp/team", (uint32_t)-1, 55), 0);
    CHECK_EQ(with_path(&root, CALL_chmod, "/tmp/team", 02777, 0), 0);
    desk_file(&user, "/tmp/team/f", "", 0644);
    CHECK_EQ(with_path(&user, CALL_mkdir, "/tmp/team/d", 0755, 0), 0);
    struct abi_stat stat;
    CHECK_EQ(desk_stat(&user, CALL_xstat, "/tmp/team/f", &stat), 0);
    CHECK_EQ(stat.gid, 55);
    CHECK_EQ(stat.uid, 1000);
    CHECK_EQ(desk_mode(&user, "/tmp/team/d"), MODE_DIR | 02755);
    mox_machine_destroy(root.machine);
}

static void descriptors(void) {
    const struct desk desk = desk_new(NULL);
    char text[4096];
    int32_t fd = -1;
    desk_file(&desk, "/tmp/f", "abcdef", 0644);
    /* /fd/N is the descriptor itself: the offset is shared. */
    fd = desk_open(&desk, "/tmp/f", RDONLY, 0);
    CHECK_EQ(desk_call(&desk, CALL_read, (uint32_t)fd, desk_slot(&desk, 1), 2, 0, 0), 2);
    snprintf(text, sizeof text, "/dev/fd/%d", fd);
    char rest[4096];
    CHECK_TEXT(desk_read(&desk, text, rest), "cdef");
    CHECK_EQ(desk_open(&desk, text, WRONLY, 0), -MOX_EACCES);
    struct abi_stat one;
    struct abi_stat two;
    CHECK_EQ(desk_stat(&desk, CALL_xstat, text, &one), 0);
    CHECK_EQ(desk_stat(&desk, CALL_xstat, "/tmp/f", &two), 0);
    CHECK_EQ(one.ino_low, two.ino_low);
    snprintf(text, sizeof text, "/fd/%dctl", fd);
    desk_read(&desk, text, rest);
    CHECK(strncmp(rest + 3, " r  U    0 (", 12) == 0);
    CHECK_EQ(desk_close(&desk, fd), 0);
    CHECK_EQ(desk_open(&desk, "/dev/fd/999", RDONLY, 0), -MOX_ENOENT);
    CHECK_EQ(desk_open(&desk, "/fd/01", RDONLY, 0), -MOX_ENOENT);
    /* No number left: nothing is made. */
    while ((fd = desk_open(&desk, "/dev/null", RDWR, 0)) >= 0) {
    }
    CHECK_EQ(fd, -MOX_EMFILE);
    CHECK_EQ(desk_open(&desk, "/tmp/g", CREAT | WRONLY, 0644), -MOX_EMFILE);
    CHECK_EQ(desk_close(&desk, 1023), 0);
    CHECK_EQ(desk_open(&desk, "/tmp/g", RDONLY, 0), -MOX_ENOENT);
    mox_machine_destroy(desk.machine);
}

/* Names that getdents gives, each followed by a blank; checks the records. */
static uint32_t list(const struct desk *desk, int32_t fd, uint32_t room, char text[4096]) {
    uint8_t bytes[SLOT_SIZE];
    uint32_t calls = 0;
    uint32_t size = 0;
    int32_t count;
    text[0] = 0;
    while ((count = desk_call(desk, CALL_getdents, (uint32_t)fd, desk_slot(desk, 3), room, 0, 0)) >
           0) {
        desk_get(desk, 3, bytes, (uint32_t)count);
        calls++;
        for (uint32_t at = 0; at < (uint32_t)count;) {
            const uint32_t length = bytes_load16(bytes + at + ABI_DIRENT_LENGTH);
            const char *name = (const char *)bytes + at + ABI_DIRENT_NAME;
            CHECK(length % 8 == 0 && length > strlen(name) + ABI_DIRENT_NAME);
            CHECK(at + length <= (uint32_t)count);
            size += (uint32_t)snprintf(text + size, 4096 - size, "%s ", name);
            at += length;
        }
    }
    CHECK_EQ(count, 0);
    return calls;
}

static void directories(void) {
    const struct desk desk = desk_new(NULL);
    char text[4096];
    char path[64];
    CHECK_EQ(with_path(&desk, CALL_mkdir, "/tmp/d", 0755, 0), 0);
    for (int i = 20; i > 0; i--) {
        snprintf(path, sizeof path, "/tmp/d/n%d", i);
        desk_file(&desk, path, "", 0644);
    }
    const char all[] =
        ". .. n1 n10 n11 n12 n13 n14 n15 n16 n17 n18 n19 n2 n20 n3 n4 n5 n6 n7 n8 n9 ";
    const int32_t fd = desk_open(&desk, "/tmp/d", RDONLY | DIRECTORY, 0);
    CHECK_EQ(list(&desk, fd, 4096, text), 1);
    CHECK_TEXT(text, all);
    CHECK_EQ(desk_call(&desk, CALL_lseek, (uint32_t)fd, 0, 0, 0, 0), 0);
    CHECK_EQ(list(&desk, fd, 24, text), 22);
    CHECK_TEXT(text, all);
    CHECK_EQ(desk_call(&desk, CALL_lseek, (uint32_t)fd, 20, 0, 0, 0), 20);
    list(&desk, fd, 4096, text);
    CHECK_TEXT(text, "n8 n9 ");
    CHECK_EQ(desk_call(&desk, CALL_lseek, (uint32_t)fd, 1, 0, 0, 0), 1);
    list(&desk, fd, 4096, text);
    CHECK_TEXT(text, all + 2);
    CHECK_EQ(desk_call(&desk, CALL_lseek, (uint32_t)fd, 500, 0, 0, 0), 500);
    list(&desk, fd, 4096, text);
    CHECK_TEXT(text, "");
    CHECK_EQ(desk_call(&desk, CALL_lseek, (uint32_t)fd, 0, 0, 0, 0), 0);
    CHECK_EQ(desk_call(&desk, CALL_getdents, (uint32_t)fd, desk_slot(&desk, 3), 23, 0, 0),
             -MOX_EINVAL);
    CHECK_EQ(desk_close(&desk, fd), 0);
    const int32_t file = desk_open(&desk, "/tmp/d/n1", RDONLY, 0);
    CHECK_EQ(desk_call(&desk, CALL_getdents, (uint32_t)file, desk_slot(&desk, 3), 100, 0, 0),
             -MOX_ENOTDIR);
    CHECK_EQ(desk_close(&desk, file), 0);
    /* Entries may come and go while somebody reads: each is shown once, none twice. */
    const int32_t again = desk_open(&desk, "/tmp/d", RDONLY, 0);
    CHECK_EQ(desk_call(&desk, CALL_getdents, (uint32_t)again, desk_slot(&desk, 3), 24 * 4, 0, 0),
             24 * 4);
    CHECK_EQ(with_path(&desk, CALL_unlink, "/tmp/d/n1", 0, 0), 0);
    CHECK_EQ(with_path(&desk, CALL_unlink, "/tmp/d/n10", 0, 0), 0);
    desk_file(&desk, "/tmp/d/n0", "", 0644);
    desk_file(&desk, "/tmp/d/n100", "", 0644);
    list(&desk, again, 4096, text);
    CHECK_TEXT(text, "n100 n11 n12 n13 n14 n15 n16 n17 n18 n19 n2 n20 n3 n4 n5 n6 n7 n8 n9 ");
    CHECK_EQ(desk_close(&desk, again), 0);
    /* "/" is a union in which a name shows once. */
    const int32_t top = desk_open(&desk, "/", RDONLY, 0);
    list(&desk, top, 4096, text);
    CHECK_TEXT(text, ". .. boot chan dev env fd net net.alt nvfs prog etc home root tmp ");
    CHECK_EQ(desk_close(&desk, top), 0);
    mox_machine_destroy(desk.machine);
}

int main(void) {
    flags();
    links();
    modes();
    rights();
    descriptors();
    directories();
    return check_report("open, rights, directories");
}
