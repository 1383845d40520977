/* See fdtable.h. */
#include "cage/fdtable.h"

#include <string.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "moxbox/errno.h"

struct fdtable *fdtable_new(const struct mox_allocator *allocator) {
    struct fdtable *table = alloc_get(allocator, sizeof *table);
    if (table != NULL) {
        table->allocator = *allocator;
    }
    return table;
}

struct fdtable *fdtable_copy(const struct fdtable *table) {
    struct fdtable *copy = fdtable_new(&table->allocator);
    if (copy == NULL) {
        return NULL;
    }
    *copy = *table;
    for (uint32_t fd = 0; fd < copy->end; fd++) {
        if (copy->files[fd] != NULL) {
            file_hold(copy->files[fd]);
        }
    }
    return copy;
}

void fdtable_free(struct fdtable *table) {
    if (table == NULL) {
        return;
    }
    for (uint32_t fd = 0; fd < table->end; fd++) {
        file_drop(table->files[fd]);
    }
    const struct mox_allocator allocator = table->allocator;
    alloc_give(&allocator, table, sizeof *table);
}

void fdtable_exec(struct fdtable *table) {
    const uint32_t end = table->end;
    for (uint32_t fd = 0; fd < end; fd++) {
        if (table->close_on_exec[fd]) {
            file_drop(fdtable_take(table, fd));
        }
    }
}

struct file *fdtable_get(const struct fdtable *table, uint32_t fd) {
    return fd < FDS_MAX ? table->files[fd] : NULL;
}

int32_t fdtable_lowest(const struct fdtable *table, uint32_t from) {
    for (uint32_t fd = from; fd < FDS_MAX; fd++) {
        if (table->files[fd] == NULL) {
            return (int32_t)fd;
        }
    }
    return -MOX_EMFILE;
}

int32_t fdtable_install(struct fdtable *table, struct file *file, uint32_t from,
                        bool close_on_exec) {
    const int32_t fd = fdtable_lowest(table, from);
    if (fd >= 0) {
        fdtable_put(table, (uint32_t)fd, file, close_on_exec);
    }
    return fd;
}

int32_t fdtable_install_pair(struct fdtable *table, struct file *const files[2], bool close_on_exec,
                             uint8_t *words) {
    const int32_t first = fdtable_lowest(table, 0);
    const int32_t second = first < 0 ? first : fdtable_lowest(table, (uint32_t)first + 1);
    if (second < 0) {
        file_drop(files[0]);
        file_drop(files[1]);
        return second;
    }
    fdtable_put(table, (uint32_t)first, files[0], close_on_exec);
    fdtable_put(table, (uint32_t)second, files[1], close_on_exec);
    bytes_store32(words, (uint32_t)first);
    bytes_store32(words + 4, (uint32_t)second);
    return 0;
}

void fdtable_put(struct fdtable *table, uint32_t fd, struct file *file, bool close_on_exec) {
    struct file *before = table->files[fd];
    table->files[fd] = file;
    table->close_on_exec[fd] = close_on_exec;
    table->end = fd >= table->end ? fd + 1 : table->end;
    file_drop(before);
}

struct file *fdtable_take(struct fdtable *table, uint32_t fd) {
    struct file *file = table->files[fd];
    table->files[fd] = NULL;
    table->close_on_exec[fd] = false;
    while (table->end > 0 && table->files[table->end - 1] == NULL) {
        table->end--;
    }
    return file;
}

bool fdtable_check(const struct fdtable *table) {
    static const struct fdtable nothing;
    if (table->end > FDS_MAX || (table->end > 0 && table->files[table->end - 1] == NULL)) {
        return false;
    }
    for (uint32_t fd = 0; fd < table->end; fd++) {
        const struct file *file = table->files[fd];
        if (file == NULL ? table->close_on_exec[fd] : file->refs == 0) {
            return false;
        }
    }
    const size_t rest = FDS_MAX - table->end;
    return memcmp(&table->files[table->end], nothing.files, rest * sizeof *nothing.files) == 0 &&
           memcmp(&table->close_on_exec[table->end], nothing.close_on_exec, rest) == 0;
}
