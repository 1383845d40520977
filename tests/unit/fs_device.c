/* #U: who may do what, in the order in which Linux refuses, and what happens to times, set-id bits
 * and links. Numbers 1000 and 2000 are two users, 100 is a group that both are in. */
#include <string.h>

#include "base/alloc.h"
#include "fs/image.h"
#include "moxbox/errno.h"
#include "ns/devices.h"
#include "unit/counting.h"

static struct counting counting;
static struct machine_devices devices;
static struct caller root_user;
static struct caller user;
static struct caller other;
static struct chan *top;

static struct name text(const char *bytes) {
    return name_of_text(bytes);
}

static void start(void) {
    const struct mox_allocator allocator = counting_allocator(&counting);
    const struct fs_limits limits = {.links = 5};
    const uint8_t seed[32] = {1};
    memset(&devices, 0, sizeof devices);
    devices.allocator = allocator;
    random_start(&devices.random, seed);
    CHECK_EQ(fs_new(&allocator, &limits, 5, &devices.fs), 0);
    root_user = (struct caller){.now = 10};
    user = (struct caller){.uid = 1000, .gid = 1000, .groups = {100}, .group_count = 1, .now = 10};
    other = (struct caller){.uid = 2000, .gid = 2000, .groups = {100}, .group_count = 1, .now = 10};
    CHECK_EQ(chan_attach(&fs_device, &devices, &root_user, text(""), &top), 0);
}

static void end(void) {
    uint32_t number;
    chan_drop(top);
    CHECK(fs_check(devices.fs, false, &number) == NULL);
    fs_free(devices.fs);
    CHECK_EQ(counting.blocks, 0);
}

static int32_t make(struct chan *dir, const struct caller *caller, const char *name, uint32_t mode,
                    struct chan **made) {
    const struct creation creation = {.mode = mode, .target = text("target"), .rdev = 1 << 8 | 5};
    struct chan *chan = NULL;
    const int32_t error = chan_create(dir, caller, text(name), &creation, &chan);
    if (made != NULL && error == 0) {
        *made = chan;
    } else {
        chan_drop(chan);
    }
    return error;
}

static struct attributes of(struct chan *chan) {
    struct attributes attributes;
    CHECK_EQ(chan_attributes(chan, &root_user, &attributes), 0);
    return attributes;
}

static int32_t set_mode(struct chan *chan, const struct caller *caller, uint32_t mode) {
    const struct attribute_change change = {.set = SET_MODE, .mode = mode};
    return chan_set_attributes(chan, caller, &change);
}
static int32_t set_owner(struct chan *chan, const struct caller *caller, uint32_t set, uint32_t uid,
                         uint32_t gid) {
    const struct attribute_change change = {.set = set, .uid = uid, .gid = gid};
    return chan_set_attributes(chan, caller, &change);
}
static int32_t set_size(struct chan *chan, const struct caller *caller, uint64_t size) {
    const struct attribute_change change = {.set = SET_SIZE, .size = size};
    return chan_set_attributes(chan, caller, &change);
}
static int32_t set_times(struct chan *chan, const struct caller *caller, uint64_t atime,
                         uint64_t mtime) {
    const struct attribute_change change = {
        .set = SET_ATIME | SET_MTIME, .atime = atime, .mtime = mtime};
    return chan_set_attributes(chan, caller, &change);
}

static int32_t open_as(struct chan *chan, struct caller *caller, uint32_t mode,
                       struct chan **opened) {
    *opened = chan;
    chan_hold(chan);
    const int32_t error = chan_open(opened, caller, mode);
    if (error != 0) {
        chan_drop(*opened);
        *opened = NULL;
    }
    return error;
}

static void directories(void) {
    struct chan *dir = NULL;
    struct chan *file = NULL;
    CHECK_EQ(make(top, &user, "no", MODE_FILE | 0644, NULL), -MOX_EACCES);
    CHECK_EQ(make(top, &root_user, "dir", MODE_DIR | 0777, &dir), 0);
    CHECK_EQ(of(top).links, 3);
    CHECK_EQ(of(top).mtime, 10);
    CHECK_EQ(make(top, &user, "dir", MODE_FILE | 0644, NULL), -MOX_EEXIST); /* before EACCES */
    CHECK_EQ(make(dir, &user, "file", MODE_FILE | 0600, &file), 0);
    CHECK_EQ(of(file).uid, 1000);
    CHECK_EQ(of(file).gid, 1000);
    CHECK_EQ(make(dir, &user, "device", MODE_CHAR | 0600, NULL), -MOX_EPERM);
    CHECK_EQ(chan_remove(top, &user, text("none"), false), -MOX_ENOENT); /* before EACCES */
    CHECK_EQ(chan_remove(top, &user, text("dir"), true), -MOX_EACCES);
    CHECK_EQ(chan_remove(top, &root_user, text("dir"), false), -MOX_EISDIR);
    CHECK_EQ(chan_remove(top, &root_user, text("dir"), true), -MOX_ENOTEMPTY);
    CHECK_EQ(chan_remove(dir, &other, text("file"), true), -MOX_ENOTDIR);

    /* Sticky: only owners take away, and replace. */
    CHECK_EQ(set_mode(dir, &root_user, MODE_STICKY | 0777), 0);
    CHECK_EQ(make(dir, &other, "others", MODE_FILE | 0666, NULL), 0);
    CHECK_EQ(chan_remove(dir, &other, text("file"), false), -MOX_EPERM);
    CHECK_EQ(chan_rename(dir, &other, text("file"), dir, text("mine")), -MOX_EPERM);
    CHECK_EQ(chan_rename(dir, &other, text("others"), dir, text("file")), -MOX_EPERM);
    CHECK_EQ(chan_remove(dir, &other, text("others"), false), 0);
    CHECK_EQ(chan_remove(dir, &user, text("file"), false), 0);

    /* Without search permission nothing is found. */
    struct chan *walked = NULL;
    CHECK_EQ(set_mode(dir, &root_user, 0666), 0);
    CHECK_EQ(chan_walk(dir, &user, text("x"), &walked), -MOX_EACCES);
    CHECK_EQ(chan_remove(dir, &user, text("x"), false), -MOX_EACCES);
    CHECK_EQ(make(dir, &user, "x", MODE_FILE | 0600, NULL), -MOX_EACCES);
    CHECK_EQ(chan_walk(dir, &root_user, text(".."), &walked), 0);
    CHECK(chan_same(walked, top));
    chan_drop(walked);

    CHECK_EQ(of(file).links, 0); /* it lives while the channel does */
    chan_drop(file);
    CHECK_EQ(chan_remove(top, &root_user, text("dir"), true), 0);
    CHECK_EQ(of(top).links, 2);
    CHECK_EQ(make(dir, &root_user, "late", MODE_FILE | 0600, NULL), -MOX_ENOENT);
    CHECK_EQ(chan_walk(dir, &root_user, text(".."), &walked), 0); /* it still knows the way up */
    chan_drop(walked);
    struct entry entry;
    CHECK_EQ(chan_name_of(dir, &root_user, &entry), -MOX_ENOENT);
    chan_drop(dir);
}

static void groups_and_set_id(void) {
    struct chan *dir = NULL;
    struct chan *file = NULL;
    struct chan *below = NULL;
    CHECK_EQ(make(top, &root_user, "g", MODE_DIR | 0777, &dir), 0);
    CHECK_EQ(set_owner(dir, &root_user, SET_GID, 0, 100), 0);
    CHECK_EQ(set_mode(dir, &root_user, MODE_SETGID | 0777), 0);
    CHECK_EQ(make(dir, &user, "file", MODE_FILE | MODE_SETUID | MODE_SETGID | 0775, &file), 0);
    CHECK_EQ(of(file).gid, 100);
    CHECK_EQ(of(file).mode, MODE_FILE | MODE_SETUID | MODE_SETGID | 0775);
    CHECK_EQ(make(dir, &user, "below", MODE_DIR | 0700, &below), 0);
    CHECK_EQ(of(below).gid, 100);
    CHECK_EQ(of(below).mode, MODE_DIR | MODE_SETGID | 0700);

    /* Writing and giving away take set-id bits; chmod takes them of groups one is not in. */
    struct chan *opened;
    uint64_t offset = 0;
    CHECK_EQ(open_as(file, &user, OPEN_READ | OPEN_WRITE, &opened), 0);
    CHECK_EQ(chan_write(opened, &user, &offset, (const uint8_t *)"abc", 3), 3);
    CHECK_EQ(of(file).mode, MODE_FILE | 0775);
    CHECK_EQ(set_mode(file, &user, MODE_SETUID | MODE_SETGID | 0755), 0);
    CHECK_EQ(chan_write(opened, &root_user, &offset, (const uint8_t *)"abc", 3), 3);
    CHECK_EQ(of(file).mode, MODE_FILE | MODE_SETUID | MODE_SETGID | 0755); /* root's does not */
    CHECK_EQ(set_owner(file, &user, SET_GID, 0, 1000), 0);
    CHECK_EQ(of(file).mode, MODE_FILE | 0755);
    CHECK_EQ(set_owner(file, &user, SET_GID, 0, 7), -MOX_EPERM);
    CHECK_EQ(set_owner(file, &user, SET_UID, 2000, 0), -MOX_EPERM);
    CHECK_EQ(set_owner(file, &user, SET_UID, 1000, 0), 0);
    CHECK_EQ(set_owner(file, &other, SET_UID, 1000, 0), -MOX_EPERM);
    CHECK_EQ(set_mode(file, &other, 0777), -MOX_EPERM);
    CHECK_EQ(set_owner(file, &root_user, SET_UID | SET_GID, 1000, 7), 0);
    CHECK_EQ(set_mode(file, &user, MODE_SETGID | 0755), 0);
    CHECK_EQ(of(file).mode, MODE_FILE | 0755);
    chan_drop(opened);

    /* A size: with permission, or through an open channel. */
    CHECK_EQ(set_size(file, &other, 1), -MOX_EACCES);
    CHECK_EQ(set_size(file, &user, 1), 0);
    CHECK_EQ(set_size(file, &user, (uint64_t)FS_FILE_MAX + 1), -MOX_EFBIG);
    CHECK_EQ(set_size(file, &user, FS_FILE_MAX), 0);
    CHECK_EQ(set_size(dir, &root_user, 1), -MOX_EISDIR);
    CHECK_EQ(of(file).size, FS_FILE_MAX);
    CHECK_EQ(of(file).blocks, 8);

    /* Times: owners set them, writers may say now. */
    CHECK_EQ(set_times(file, &other, 3, 4), -MOX_EPERM);
    CHECK_EQ(set_times(file, &other, other.now, other.now), -MOX_EACCES);
    CHECK_EQ(set_mode(file, &root_user, 0666), 0);
    CHECK_EQ(set_times(file, &other, other.now, other.now), 0);
    user.now = 20;
    CHECK_EQ(set_times(file, &user, 3, 4), 0);
    CHECK_EQ(of(file).atime, 3);
    CHECK_EQ(of(file).mtime, 4);
    CHECK_EQ(of(file).ctime, 20);
    chan_drop(below);
    chan_drop(file);
    chan_drop(dir);
}

static void opening(void) {
    struct chan *file = NULL;
    struct chan *opened = NULL;
    uint8_t bytes[8];
    uint64_t offset = 0;
    CHECK_EQ(make(top, &root_user, "o", MODE_FILE | 0640, &file), 0);
    CHECK_EQ(open_as(file, &user, OPEN_READ, &opened), -MOX_EACCES);
    CHECK_EQ(open_as(file, &root_user, OPEN_EXEC, &opened), -MOX_EACCES);
    CHECK_EQ(open_as(file, &root_user, OPEN_READ | OPEN_WRITE | OPEN_APPEND, &opened), 0);
    CHECK_EQ(chan_write(opened, &root_user, &offset, (const uint8_t *)"abcd", 4), 4);
    offset = 1;
    root_user.now = 30;
    CHECK_EQ(chan_write(opened, &root_user, &offset, (const uint8_t *)"ef", 2), 2);
    CHECK_EQ(offset, 4);
    CHECK_EQ(of(file).mtime, 30);
    root_user.now = 40;
    CHECK_EQ(chan_read(opened, &root_user, 3, bytes, 8), 3);
    CHECK(memcmp(bytes, "def", 3) == 0);
    CHECK_EQ(of(file).atime, 40);
    CHECK_EQ(of(file).mtime, 30);
    CHECK_EQ(chan_read(opened, &root_user, 6, bytes, 8), 0);
    chan_drop(opened);
    CHECK_EQ(open_as(file, &root_user, OPEN_READ, &opened), 0);
    CHECK_EQ(chan_write(opened, &root_user, &offset, bytes, 1), -MOX_EBADF);
    chan_drop(opened);
    CHECK_EQ(open_as(file, &root_user, OPEN_WRITE | OPEN_TRUNCATE, &opened), 0);
    CHECK_EQ(of(file).size, 0);
    CHECK_EQ(chan_read(opened, &root_user, 0, bytes, 1), -MOX_EBADF);
    chan_drop(opened);
    chan_drop(file);

    CHECK_EQ(make(top, &root_user, "sock", MODE_SOCKET | 0666, &file), 0);
    CHECK_EQ(open_as(file, &root_user, OPEN_READ, &opened), -MOX_ENXIO);
    chan_drop(file);
    CHECK_EQ(make(top, &root_user, "zero", MODE_CHAR | 0666, &file), 0);
    CHECK_EQ(of(file).rdev, 1 << 8 | 5);
    CHECK_EQ(open_as(file, &root_user, OPEN_READ, &opened), 0);
    bytes[0] = 1;
    CHECK_EQ(chan_read(opened, &root_user, 77, bytes, 1), 1);
    CHECK_EQ(bytes[0], 0);
    chan_drop(opened);
    chan_drop(file);
}

static void links_and_renames(void) {
    struct chan *file = NULL;
    struct chan *link = NULL;
    struct chan *a = NULL;
    struct chan *b = NULL;
    char target[8];
    CHECK_EQ(make(top, &root_user, "l", MODE_FILE | 0644, &file), 0);
    CHECK_EQ(chan_link(file, &root_user, top, text("l2")), 0);
    CHECK_EQ(chan_link(file, &root_user, top, text("l2")), -MOX_EEXIST);
    CHECK_EQ(chan_link(top, &root_user, top, text("l3")), -MOX_EPERM);
    CHECK_EQ(chan_link(file, &root_user, top, text("l3")), 0);
    CHECK_EQ(chan_link(file, &root_user, top, text("l4")), 0);
    CHECK_EQ(chan_link(file, &root_user, top, text("l5")), 0);
    CHECK_EQ(chan_link(file, &root_user, top, text("l6")), -MOX_EMLINK);
    CHECK_EQ(of(file).links, 5);
    CHECK_EQ(chan_rename(top, &root_user, text("l"), top, text("l2")), 0);
    CHECK_EQ(of(file).links, 5); /* the same file: nothing happens */
    CHECK_EQ(make(top, &root_user, "sym", MODE_SYMLINK | 0777, &link), 0);
    CHECK(chan_is_symlink(link));
    CHECK_EQ(chan_read_link(link, &root_user, target, sizeof target), 6);
    CHECK(memcmp(target, "target", 6) == 0);
    CHECK_EQ(chan_read_link(link, &root_user, target, 2), 2);
    CHECK_EQ(of(link).size, 6);

    CHECK_EQ(make(top, &root_user, "a", MODE_DIR | 0777, &a), 0);
    CHECK_EQ(make(a, &user, "b", MODE_DIR | 0555, &b), 0);
    CHECK_EQ(chan_rename(top, &root_user, text("a"), b, text("c")), -MOX_EINVAL);
    CHECK_EQ(chan_rename(top, &root_user, text("a"), a, text("c")), -MOX_EINVAL);
    CHECK_EQ(chan_rename(top, &root_user, text("a"), top, text("sym")), -MOX_ENOTDIR);
    CHECK_EQ(chan_rename(top, &root_user, text("sym"), top, text("a")), -MOX_EISDIR);
    CHECK_EQ(chan_rename(a, &root_user, text("b"), top, text("a")), -MOX_ENOTEMPTY);
    CHECK_EQ(set_mode(top, &root_user, 0777), 0);
    CHECK_EQ(chan_rename(a, &user, text("b"), top, text("b")), -MOX_EACCES); /* its ".." changes */
    CHECK_EQ(chan_rename(a, &root_user, text("b"), top, text("b")), 0);
    CHECK_EQ(of(a).links, 2);
    struct entry entry;
    CHECK_EQ(chan_name_of(b, &root_user, &entry), 0);
    CHECK(entry.name_size == 1 && entry.name[0] == 'b');
    chan_drop(b);
    chan_drop(a);
    chan_drop(link);
    chan_drop(file);
}

/* Every operation once more with each allocation failing: -ENOMEM, and not a bit has changed. */
static int32_t scene(uint32_t which) {
    struct chan *file = NULL;
    struct chan *chan = NULL;
    struct caller *me = &root_user;
    uint64_t offset = 300000;
    int32_t result = chan_walk(top, me, text("f"), &file);
    if (result != 0) {
        return result;
    }
    switch (which) {
    case 0: result = make(top, me, "new", MODE_FILE | 0644, NULL); break;
    case 1: result = make(top, me, "link", MODE_SYMLINK | 0777, NULL); break;
    case 2: result = chan_link(file, me, top, text("second")); break;
    case 3:
        result = open_as(file, me, OPEN_WRITE, &chan);
        if (result == 0) {
            result = chan_write(chan, me, &offset, (const uint8_t *)"abc", 3);
            chan_drop(chan);
        }
        break;
    case 4: result = chan_remove(top, me, text("e17"), false); break;
    default: result = chan_rename(top, me, text("f"), top, text("r")); break;
    }
    chan_drop(file);
    return result;
}

static void hash(uint8_t digest[KEY_SIZE]) {
    while (!fs_hash_step(devices.fs, UINT32_MAX, digest)) {
    }
}

static void failing_memory(void) {
    struct chan *file = NULL;
    uint8_t before[KEY_SIZE];
    uint8_t after[KEY_SIZE];
    CHECK_EQ(make(top, &root_user, "f", MODE_FILE | 0644, &file), 0);
    chan_drop(file);
    for (uint32_t i = 0; devices.fs->inodes < 33; i++) { /* a leaf is full then */
        char name[] = {'e', (char)('0' + i / 10), (char)('0' + i % 10), 0};
        CHECK_EQ(make(top, &root_user, name, MODE_FIFO | 0644, NULL), 0);
    }
    for (uint32_t which = 0; which < 6; which++) {
        uint32_t failures = 0;
        int32_t result;
        hash(before);
        do {
            counting.failed = false;
            counting.fail_at = counting.calls + 1 + failures;
            result = scene(which);
            counting.fail_at = 0;
            if (counting.failed) {
                uint32_t number;
                CHECK_EQ(result, -MOX_ENOMEM);
                hash(after);
                CHECK(memcmp(before, after, KEY_SIZE) == 0);
                CHECK(fs_check(devices.fs, false, &number) == NULL);
                failures++;
            }
        } while (counting.failed);
        CHECK(result >= 0);
        CHECK(failures > 0);
        hash(after);
        CHECK(memcmp(before, after, KEY_SIZE) != 0);
    }
}

int main(void) {
    start();
    directories();
    end();
    start();
    groups_and_set_id();
    opening();
    end();
    start();
    links_and_renames();
    end();
    start();
    failing_memory();
    end();
    return check_report("#U");
}
