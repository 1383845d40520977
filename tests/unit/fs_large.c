/* Large things cost what they should: a directory of 10^6 names, files with holes of gigabytes,
 * limits that are met to the byte, numbers that are given out again. Prints time and memory. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "moxbox/errno.h"
#include "unit/counting.h"
#include "unit/store.h"

enum { MANY = 1000000 / CHECK_SHARE };

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static struct fs_name number_name(char *to, uint32_t number, const char *prefix) {
    const int size = sprintf(to, "%s%u", prefix, number);
    return (struct fs_name){to, (uint32_t)size};
}

/* Names that end alike, begin alike, or are in no order at all. */
static uint32_t scattered(uint32_t i) {
    return (uint32_t)((uint64_t)i * 7654321 % MANY);
}

static void many_names(const char *prefix) {
    struct counting counting = {.calls = 0};
    const struct mox_allocator allocator = counting_allocator(&counting);
    const struct fs_limits limits = {.links = MANY + 1};
    const struct fs_creation creation = {.mode = MODE_FIFO | 0600};
    struct fs *fs = NULL;
    struct inode *file;
    char text[300];
    CHECK_EQ(fs_new(&allocator, &limits, 1, &fs), 0);
    struct inode *root = fs_root(fs);
    const double start = seconds();
    CHECK_EQ(fs_create(fs, root, number_name(text, scattered(0), prefix), &creation, 2, &file), 0);
    for (uint32_t i = 1; i < MANY; i++) {
        CHECK_EQ(fs_link(fs, file, root, number_name(text, scattered(i), prefix), 3), 0);
    }
    const double made = seconds();
    CHECK_EQ(fs_link(fs, file, root, number_name(text, 5, prefix), 3), -MOX_EEXIST);
    struct fs_name name = {"", 0};
    uint32_t number;
    uint32_t count = 0;
    while (fs_next(root, name, &name, &number)) {
        count++;
    }
    CHECK_EQ(count, MANY);
    const double listed = seconds();
    uint8_t digest[KEY_SIZE];
    hash_of(fs, UINT32_MAX, digest);
    const double hashed = seconds();
    CHECK_EQ(fs_remove(fs, root, number_name(text, 77, prefix), false, 4), 0);
    hash_of(fs, UINT32_MAX, digest);
    const double again = seconds();
    CHECK(fs_good(fs, false));
    CHECK((again - hashed) * 1000 < (hashed - listed) * CHECK_SHARE);
    printf(
        "%u names \"%.8s...\": made in %.2f s, listed in %.2f s, hashed in %.2f s, again after a "
        "change in %.6f s; %zu bytes a name, %" PRIu64 " charged\n",
        MANY, prefix, made - start, listed - made, hashed - listed, again - hashed,
        counting.bytes / MANY, fs_used(fs) / MANY);
    for (uint32_t i = 0; i < MANY; i++) {
        const int32_t error = fs_remove(fs, root, number_name(text, i, prefix), false, 5);
        CHECK_EQ(error, i == 77 ? -MOX_ENOENT : 0);
    }
    CHECK_EQ(fs->inodes, 1);
    CHECK(fs_good(fs, false));
    fs_free(fs);
    CHECK_EQ(counting.bytes, 0);
}

static void many_inodes(void) {
    enum { INODES = 100000 };
    struct counting counting = {.calls = 0};
    const struct mox_allocator allocator = counting_allocator(&counting);
    const struct fs_limits limits = {.inodes = INODES};
    const struct fs_creation creation = {.mode = MODE_FILE | 0600};
    struct fs *fs = NULL;
    struct inode *file;
    char text[32];
    CHECK_EQ(fs_new(&allocator, &limits, 1, &fs), 0);
    for (uint32_t i = 2; i <= INODES; i++) {
        CHECK_EQ(fs_create(fs, fs_root(fs), number_name(text, i, ""), &creation, 2, &file), 0);
        CHECK_EQ(file->number, i);
    }
    CHECK_EQ(fs_create(fs, fs_root(fs), number_name(text, 1, ""), &creation, 2, &file),
             -MOX_ENOSPC);
    struct fs_room room;
    fs_room(fs, &room);
    CHECK_EQ(room.inodes_free, 0);
    /* What is free is given out from the lowest on. */
    CHECK_EQ(fs_remove(fs, fs_root(fs), number_name(text, 70000, ""), false, 3), 0);
    CHECK_EQ(fs_remove(fs, fs_root(fs), number_name(text, 300, ""), false, 3), 0);
    CHECK_EQ(fs_create(fs, fs_root(fs), number_name(text, 0, "x"), &creation, 4, &file), 0);
    CHECK_EQ(file->number, 300);
    CHECK_EQ(fs_create(fs, fs_root(fs), number_name(text, 0, "y"), &creation, 4, &file), 0);
    CHECK_EQ(file->number, 70000);
    CHECK(fs_good(fs, false));
    printf("%u empty files: %zu bytes each\n", INODES, counting.bytes / INODES);
    fs_free(fs);
    CHECK_EQ(counting.bytes, 0);
}

static void holes(void) {
    const struct mox_allocator allocator = alloc_default(NULL);
    const struct fs_limits limits = {.bytes = 1 << 20};
    const struct fs_creation creation = {.mode = MODE_FILE | 0600};
    static uint8_t bytes[BLOCK_SIZE * 3];
    struct fs *fs = NULL;
    struct inode *file = NULL;
    CHECK_EQ(fs_new(&allocator, &limits, 1, &fs), 0);
    const uint64_t empty = fs_used(fs);
    CHECK_EQ(fs_create(fs, fs_root(fs), (struct fs_name){"f", 1}, &creation, 2, &file), 0);
    const uint64_t small = fs_used(fs);
    CHECK_EQ(fs_write(fs, file, FS_FILE_MAX - 1, (const uint8_t *)"ab", 2), 1); /* what fits */
    CHECK_EQ(fs_write(fs, file, FS_FILE_MAX, (const uint8_t *)"a", 1), -MOX_EFBIG);
    CHECK_EQ(fs_write(fs, file, UINT64_MAX, (const uint8_t *)"a", 1), -MOX_EFBIG);
    CHECK_EQ(fs_resize(fs, file, (uint64_t)FS_FILE_MAX + 1), -MOX_EFBIG);
    CHECK_EQ(file->size, FS_FILE_MAX);
    CHECK_EQ(file->blocks, 1);
    CHECK(fs_used(fs) - small < 10000);
    memset(bytes, 1, sizeof bytes);
    CHECK_EQ(fs_read(file, FS_FILE_MAX - 5000, bytes, sizeof bytes), 5000);
    CHECK_EQ(bytes[4999], 'a');
    CHECK(bytes[0] == 0 && bytes[4998] == 0 && bytes[5000] == 1);
    CHECK_EQ(fs_write(fs, file, 0, (const uint8_t *)"b", 1), 1);
    CHECK_EQ(fs_write(fs, file, 1 << 30, (const uint8_t *)"c", 1), 1);
    CHECK(fs_good(fs, false));
    CHECK_EQ(fs_resize(fs, file, 1), 0);
    CHECK_EQ(file->body.file.height, 0);
    CHECK_EQ(fs_resize(fs, file, 0), 0);
    CHECK_EQ(fs_used(fs), small);

    /* Full: as much as fits, then nothing, and all of it is there again when it is freed. */
    uint64_t offset = 0;
    int32_t moved;
    memset(bytes, 7, sizeof bytes);
    while ((moved = fs_write(fs, file, offset, bytes, sizeof bytes)) > 0) {
        offset += (uint32_t)moved;
    }
    CHECK_EQ(moved, -MOX_ENOSPC);
    CHECK_EQ(file->size, offset);
    CHECK(offset > 1000000 && fs->limit - fs_used(fs) < CHARGE_BLOCK + CHARGE_NODE);
    CHECK_EQ(fs_write(fs, file, 100, bytes, 500), 500); /* what is there can be written over */
    CHECK(fs_good(fs, false));
    CHECK_EQ(fs_remove(fs, fs_root(fs), (struct fs_name){"f", 1}, false, 3), 0);
    CHECK_EQ(fs_used(fs), empty);
    fs_free(fs);
}

int main(void) {
    char prefix[240];
    memset(prefix, 'p', sizeof prefix - 1);
    prefix[sizeof prefix - 1] = 0;
    many_names("");
    many_names(prefix);
    many_inodes();
    holes();
    return check_report("large file systems");
}
