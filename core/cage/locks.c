/* Advisory locks on files of the name space: flock's belong to open files, fcntl's record locks to
 * cages, and the two do not see each other, as in Linux. Both stand with the inode as long as there
 * is one of them; who has to wait sleeps in one queue, and asks again after every change. */
#include "cage/locks.h"

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/codec.h"
#include "cage/fdtable.h"
#include "cage/files_parts.h"
#include "moxbox/errno.h"

enum { RECORDS_MAX = 4096 }; /* of one inode; beyond it -ENOLCK */

/* Bytes from first to last of the file, both included; sorted by cage and first, disjoint for one
 * cage. */
struct record {
    struct record *next;
    uint32_t cage;
    uint32_t type; /* F_RDLCK or F_WRLCK */
    uint64_t first;
    uint64_t last;
};

struct inode_locks {
    struct key_node node; /* in files->locks; its first member */
    struct files *files;
    struct chan *chan; /* held: which inode it is */
    struct file *holders;
    struct record *records;
    uint32_t record_count;
    struct wait_queue changed;
};

static struct inode_locks *find(const struct files *files, const struct chan *chan) {
    struct key_node *node = key_table_find(&files->locks, files_key(chan));
    while (node != NULL && !chan_same(((struct inode_locks *)node)->chan, chan)) {
        node = key_table_next(node);
    }
    return (struct inode_locks *)node;
}

static struct inode_locks *find_or_make(struct files *files, struct chan *chan) {
    struct inode_locks *locks = find(files, chan);
    if (locks != NULL) {
        return locks;
    }
    locks = alloc_get(&files->allocator, sizeof *locks);
    if (locks != NULL) {
        locks->files = files;
        locks->chan = chan;
        chan_hold(chan);
        key_table_put(&files->locks, &locks->node, files_key(chan));
    }
    return locks;
}

/* Something has gone: those who wait ask again; nothing is kept for nothing. */
static void settle(struct inode_locks *locks) {
    struct files *files = locks->files;
    wait_wake(&locks->changed);
    if (locks->holders == NULL && locks->records == NULL) {
        key_table_remove(&files->locks, &locks->node);
        chan_drop(locks->chan);
        alloc_give(&files->allocator, locks, sizeof *locks);
    }
}

void locks_forget_file(struct file *file) {
    struct inode_locks *locks = file->locks;
    if (locks == NULL) {
        return;
    }
    struct file **at = &locks->holders;
    while (*at != file) {
        at = &(*at)->next_locked;
    }
    *at = file->next_locked;
    file->next_locked = NULL;
    file->locks = NULL;
    file->lock = 0;
    settle(locks);
}

static bool flock_conflict(const struct inode_locks *locks, uint32_t wanted) {
    const struct file *other = locks != NULL ? locks->holders : NULL;
    while (other != NULL && wanted == ABI_LOCK_SH && other->lock == ABI_LOCK_SH) {
        other = other->next_locked;
    }
    return other != NULL;
}

int32_t sys_flock(struct cage *cage, struct file *file, uint32_t operation) {
    const bool non_blocking = (operation & ABI_LOCK_NB) != 0;
    const uint32_t wanted = operation & ~ABI_LOCK_NB;
    if (wanted != ABI_LOCK_SH && wanted != ABI_LOCK_EX && wanted != ABI_LOCK_UN) {
        return -MOX_EINVAL;
    }
    if (file->place.chan == NULL) {
        return -MOX_EBADF;
    }
    if (wanted == file->lock) {
        return 0;
    }
    locks_forget_file(file); /* a conversion gives up what it has first, as in Linux */
    if (wanted == ABI_LOCK_UN) {
        return 0;
    }
    struct inode_locks *locks = find(files_of(cage), file->place.chan);
    if (flock_conflict(locks, wanted)) {
        return non_blocking ? -MOX_EAGAIN : call_waits_for(cage, &locks->changed);
    }
    locks = find_or_make(files_of(cage), file->place.chan);
    if (locks == NULL) {
        return -MOX_ENOMEM;
    }
    file->lock = wanted;
    file->locks = locks;
    file->next_locked = locks->holders;
    locks->holders = file;
    return 0;
}

/* The range that a struct flock means. */
static int32_t range_of(struct cage *cage, struct file *file, const struct abi_flock *lock,
                        struct record *range) {
    struct attributes attributes = {.size = 0};
    const uint32_t whence = lock->type_and_whence >> 16;
    int64_t base = 0;
    if (whence == ABI_SEEK_CUR) {
        base = (int64_t)file->offset;
    } else if (whence == ABI_SEEK_END) {
        const int32_t error = chan_attributes(file->place.chan, &cage->caller, &attributes);
        if (error < 0) {
            return error;
        }
        base = (int64_t)attributes.size;
    } else if (whence != ABI_SEEK_SET) {
        return -MOX_EINVAL;
    }
    int64_t first = base + (int32_t)lock->start;
    const int64_t size = (int32_t)lock->size;
    if (size < 0) {
        first += size; /* the bytes before it */
    }
    if (first < 0) {
        return -MOX_EINVAL;
    }
    range->cage = cage->id;
    range->type = lock->type_and_whence & 0xffff;
    range->first = (uint64_t)first;
    range->last = size == 0 ? UINT64_MAX : (uint64_t)(first + (size < 0 ? -size : size) - 1);
    return 0;
}

static const struct record *record_conflict(const struct inode_locks *locks,
                                            const struct record *wanted) {
    const struct record *found = NULL;
    for (const struct record *at = locks != NULL ? locks->records : NULL; at != NULL;
         at = at->next) {
        const bool meets =
            at->cage != wanted->cage && at->first <= wanted->last && wanted->first <= at->last;
        const bool clash = at->type == ABI_F_WRLCK || wanted->type == ABI_F_WRLCK;
        if (meets && clash && (found == NULL || at->first < found->first)) {
            found = at;
        }
    }
    return found;
}

static void free_record(struct inode_locks *locks, struct record *record) {
    locks->record_count--;
    locks->files->records--;
    alloc_give(&locks->files->allocator, record, sizeof *record);
}

/* Takes a range out of what a cage has. spare: for the piece behind the range, when the range lies
 * within one record; NULL when it was used. */
static void cut_out(struct inode_locks *locks, const struct record *range, struct record **spare) {
    struct record **at = &locks->records;
    while (*at != NULL) {
        struct record *record = *at;
        if (record->cage != range->cage || record->last < range->first ||
            record->first > range->last) {
            at = &record->next;
            continue;
        }
        const bool before = record->first < range->first;
        const bool behind = record->last > range->last;
        if (!before && !behind) {
            *at = record->next;
            free_record(locks, record);
            continue;
        }
        if (before && behind) {
            struct record *rest = *spare;
            *rest = *record;
            rest->first = range->last + 1;
            record->next = rest;
            locks->record_count++;
            locks->files->records++;
            *spare = NULL;
        } else if (behind) {
            record->first = range->last + 1;
        }
        if (before) {
            record->last = range->first - 1;
        }
        at = &record->next;
    }
}

/* Puts a record in its place; neighbours of the same cage and type become one. */
static void put_record(struct inode_locks *locks, struct record *record) {
    struct record **at = &locks->records;
    while (*at != NULL && ((*at)->cage < record->cage ||
                           ((*at)->cage == record->cage && (*at)->first < record->first))) {
        struct record *other = *at;
        if (other->cage == record->cage && other->type == record->type &&
            other->last + 1 == record->first) {
            record->first = other->first;
            *at = other->next;
            free_record(locks, other);
        } else {
            at = &other->next;
        }
    }
    struct record *next = *at;
    if (next != NULL && next->cage == record->cage && next->type == record->type &&
        record->last + 1 == next->first) {
        record->last = next->last;
        *at = next->next;
        free_record(locks, next);
    }
    record->next = *at;
    *at = record;
    locks->record_count++;
    locks->files->records++;
}

static int32_t set_record(struct files *files, struct file *file, const struct record *range) {
    struct inode_locks *locks = find(files, file->place.chan);
    const bool unlocks = range->type == ABI_F_UNLCK;
    if (unlocks && locks == NULL) {
        return 0;
    }
    if ((locks != NULL && locks->record_count + 2 > RECORDS_MAX) ||
        files->records + 2 > RECORDS_OF_ALL_MAX) {
        return -MOX_ENOLCK;
    }
    struct record *spare = alloc_get(&files->allocator, sizeof *spare);
    struct record *made = unlocks ? NULL : alloc_get(&files->allocator, sizeof *made);
    if (spare != NULL && (unlocks || made != NULL)) {
        locks = find_or_make(files, file->place.chan);
    }
    const bool works = spare != NULL && (unlocks || made != NULL) && locks != NULL;
    if (works) {
        cut_out(locks, range, &spare);
    }
    if (works && made != NULL) {
        *made = *range;
        put_record(locks, made);
        made = NULL;
    }
    alloc_give(&files->allocator, spare, sizeof *spare);
    alloc_give(&files->allocator, made, sizeof *made);
    if (!works) {
        return -MOX_ENOMEM;
    }
    settle(locks);
    return 0;
}

int32_t locks_fcntl(struct cage *cage, struct file *file, uint32_t command, uint8_t *bytes) {
    struct abi_flock lock;
    struct record range;
    abi_load(&lock, bytes, sizeof lock);
    if (file->place.chan == NULL) {
        return -MOX_EINVAL;
    }
    const int32_t error = range_of(cage, file, &lock, &range);
    if (error < 0) {
        return error;
    }
    if (range.type > ABI_F_UNLCK || (command == ABI_F_GETLK && range.type == ABI_F_UNLCK)) {
        return -MOX_EINVAL;
    }
    struct inode_locks *locks = find(files_of(cage), file->place.chan);
    const struct record *clash = range.type != ABI_F_UNLCK ? record_conflict(locks, &range) : NULL;
    if (command == ABI_F_GETLK) {
        lock.type_and_whence = (lock.type_and_whence & 0xffff0000u) | ABI_F_UNLCK;
        if (clash != NULL) {
            lock.type_and_whence = clash->type; /* whence: SEEK_SET */
            lock.start = (uint32_t)clash->first;
            lock.size = clash->last == UINT64_MAX ? 0 : (uint32_t)(clash->last - clash->first + 1);
            lock.pid = clash->cage;
        }
        abi_store(bytes, &lock, sizeof lock);
        return 0;
    }
    if ((range.type == ABI_F_RDLCK && !file_may_read(file)) ||
        (range.type == ABI_F_WRLCK && !file_may_write(file))) {
        return -MOX_EBADF;
    }
    if (clash != NULL) {
        return command == ABI_F_SETLK ? -MOX_EAGAIN : call_waits_for(cage, &locks->changed);
    }
    return set_record(files_of(cage), file, &range);
}

void locks_forget_cage(struct cage *cage, const struct file *file) {
    struct inode_locks *locks =
        file->place.chan != NULL ? find(files_of(cage), file->place.chan) : NULL;
    const struct record all = {.cage = cage->id, .first = 0, .last = UINT64_MAX};
    struct record *spare = NULL;
    if (locks != NULL) {
        cut_out(locks, &all, &spare);
        settle(locks);
    }
}

void locks_free(struct files *files) {
    struct key_node *node;
    while ((node = key_table_first(&files->locks)) != NULL) {
        struct inode_locks *locks = (struct inode_locks *)node;
        while (locks->records != NULL) {
            struct record *record = locks->records;
            locks->records = record->next;
            free_record(locks, record);
        }
        settle(locks);
    }
}

bool locks_check(const struct files *files) {
    uint32_t all = 0;
    for (struct key_node *node = key_table_first(&files->locks); node != NULL;
         node = key_table_after(&files->locks, node)) {
        const struct inode_locks *locks = (struct inode_locks *)node;
        uint32_t count = 0;
        const struct record *before = NULL;
        for (const struct record *at = locks->records; at != NULL; at = at->next) {
            const bool sorted = before == NULL || before->cage < at->cage ||
                                (before->cage == at->cage && before->last < at->first);
            if (!sorted || at->first > at->last) {
                return false;
            }
            before = at;
            count++;
        }
        for (const struct file *file = locks->holders; file != NULL; file = file->next_locked) {
            if (file->locks != locks || file->lock == 0 ||
                (file->lock == ABI_LOCK_EX && locks->holders->next_locked != NULL)) {
                return false;
            }
        }
        all += count;
        if (count != locks->record_count || (count == 0 && locks->holders == NULL)) {
            return false;
        }
    }
    return all == files->records;
}

static void holders_codec(struct codec *codec, struct inode_locks *locks) {
    struct file **at = &locks->holders;
    while (codec_more(codec, *at)) {
        *at = file_codec(codec, *at);
        struct file *file = *at;
        if (!codec_need(codec, file != NULL && (!codec->loads || file->locks == NULL))) {
            return;
        }
        file->locks = locks;
        file->lock = codec_most(codec, file->lock, ABI_LOCK_EX);
        at = &file->next_locked;
    }
}

static void record_codec(struct codec *codec, struct inode_locks *locks, struct record **at) {
    if (codec->loads) {
        *at = codec_get(codec, &codec->structures, sizeof **at);
        locks->record_count++;
        locks->files->records++;
        (void)codec_need(codec, locks->record_count <= RECORDS_MAX &&
                                    locks->files->records <= RECORDS_OF_ALL_MAX);
    }
    struct record *record = *at;
    if (record != NULL) {
        codec_word(codec, &record->cage);
        record->type = codec_most(codec, record->type, ABI_F_WRLCK);
        codec_wide(codec, &record->first);
        codec_wide(codec, &record->last);
    }
}

static void locks_body(struct codec *codec, void *object) {
    struct inode_locks *locks = object;
    struct record **at = &locks->records;
    locks->files = codec->machine->files;
    chan_codec(codec, &locks->chan);
    holders_codec(codec, locks);
    while (codec_more(codec, *at)) {
        record_codec(codec, locks, at);
        at = *at != NULL ? &(*at)->next : at;
    }
    wait_codec(codec, &locks->changed);
}

static bool locks_end(struct codec *codec, void *object) {
    const struct inode_locks *locks = object;
    bool same = locks->chan != NULL && locks->node.key == files_key(locks->chan);
    (void)codec;
    for (const struct file *file = locks->holders; same && file != NULL; file = file->next_locked) {
        same = file->place.chan != NULL && chan_same(file->place.chan, locks->chan);
    }
    return same;
}

void locks_codec(struct codec *codec, struct files *files) {
    static const struct codec_kind kind = {
        .size = sizeof(struct inode_locks), .single = true, .body = locks_body, .end = locks_end};
    key_table_codec(codec, &files->locks, &kind, offsetof(struct inode_locks, node), true, NULL);
}
