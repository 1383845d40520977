/* Reads a machine's snapshot (machine_snapshot.h), which may be anybody's. What it tells is made
 * into a machine of its own; until that has passed every check there is, nobody can reach it, and
 * when it does not pass, all memory that it has got is given back at once, whatever leads to what.
 */
#include "base/alloc.h"
#include "base/bytes.h"
#include "cage/files.h"
#include "fs/fs.h"
#include "machine/engines.h"
#include "machine/machine_snapshot.h"
#include "moxbox/errno.h"

#include <string.h>

enum phase {
    READ_HEAD,
    READ_TEXTS,
    READ_MACHINE,
    READ_HOST,
    READ_FILES,
    READ_BLOBS,
    READ_DIGEST,
    PROVE_BLOBS,
    JOIN,
    PROVE_FILES,
    PROVE_TEXT,
    RESTORED
};

/* What a machine that is being loaded has got. */
struct kept {
    struct kept_block {
        void *memory;
        size_t size;
    } * blocks;
    uint32_t count;
    uint32_t room;
};

struct read_text {
    uint8_t *bytes;
    uint32_t size;
    uint32_t room;
    uint32_t at;
};

struct mox_restore {
    struct mox_allocator allocator;
    mox_machine *machine;
    struct kept kept;
    mox_status failed;
    enum phase phase;
    bool ended;
    struct pieces_in in;
    struct read_text texts[SNAPSHOT_TEXTS];
    struct codec codecs[SNAPSHOT_TEXTS];
    uint32_t of;
    uint32_t blob;
    uint32_t inode;
    struct pieces_pages pages;
    struct sha256_steps contents; /* of the blob that is being proven */
    struct machine_text again;    /* the text of what was loaded */
};

static bool keep(mox_machine *machine, void *memory, size_t size) {
    struct kept *kept = machine->kept;
    enum { FIRST = 256 };
    if (kept->count == kept->room) {
        const uint32_t room = kept->room == 0 ? FIRST : kept->room * 2;
        struct kept_block *blocks = alloc_more(&machine->host, kept->blocks,
                                               kept->room * sizeof *blocks, room * sizeof *blocks);
        if (blocks == NULL) {
            return false;
        }
        kept->blocks = blocks;
        kept->room = room;
    }
    kept->blocks[kept->count++] = (struct kept_block){memory, size};
    return true;
}

static void *kept_allocate(void *context, size_t size) {
    mox_machine *machine = context;
    void *memory = alloc_get(&machine->host, size);
    if (memory != NULL && machine->kept != NULL && !keep(machine, memory, size)) {
        alloc_give(&machine->host, memory, size);
        return NULL;
    }
    return memory;
}

static void kept_release(void *context, void *memory, size_t size) {
    mox_machine *machine = context;
    struct kept *kept = machine->kept;
    for (uint32_t i = kept != NULL ? kept->count : 0; i-- > 0;) {
        if (kept->blocks[i].memory == memory) {
            kept->blocks[i] = kept->blocks[--kept->count];
            break;
        }
    }
    alloc_give(&machine->host, memory, size);
}

static void forget_kept(struct mox_restore *restore) {
    alloc_give(&restore->allocator, restore->kept.blocks,
               restore->kept.room * sizeof *restore->kept.blocks);
    restore->kept = (struct kept){.blocks = NULL};
}

/* Of a machine that nobody will have. */
static void give_all_back(struct mox_restore *restore) {
    mox_machine *machine = restore->machine;
    if (machine == NULL) {
        return;
    }
    restore->machine = NULL;
    fs_free(machine->devices.fs);
    for (uint32_t i = 0; i < restore->kept.count; i++) {
        alloc_give(&restore->allocator, restore->kept.blocks[i].memory,
                   restore->kept.blocks[i].size);
    }
    engines_free(machine);
    alloc_give(&restore->allocator, machine, sizeof *machine);
}

void mox_restore_destroy(mox_restore *restore) {
    if (restore == NULL) {
        return;
    }
    const struct mox_allocator allocator = restore->allocator;
    machine_text_free(&restore->again);
    for (uint32_t i = 0; i < SNAPSHOT_TEXTS; i++) {
        codec_free(&restore->codecs[i]);
        alloc_give(&allocator, restore->texts[i].bytes, restore->texts[i].room);
    }
    give_all_back(restore);
    forget_kept(restore);
    alloc_give(&allocator, restore, sizeof *restore);
}

/* The machine, empty: no cage, no inode. The limit of its files comes with the limits. */
static mox_status make_machine(struct mox_restore *restore,
                               const struct mox_machine_options *granted) {
    const struct fs_limits no_limits = {.bytes = UINT64_MAX / 2};
    mox_machine *machine = machine_new_empty(granted, &restore->allocator);
    if (machine == NULL) {
        return MOX_NO_MEMORY;
    }
    restore->machine = machine;
    machine->kept = &restore->kept;
    machine->allocator = (struct mox_allocator){machine, kept_allocate, kept_release};
    machine_devices_start(machine);
    int32_t error = machine_options_good(&machine->options) ? 0 : -MOX_EINVAL;
    if (error == 0) {
        error = fs_new(&restore->allocator, &no_limits, 0, &machine->devices.fs);
    }
    if (error == 0) {
        inode_free(machine->devices.fs, fs_root(machine->devices.fs));
        error = files_new(&machine->allocator, &machine->blocks, &machine->files);
    }
    return machine_status(error);
}

mox_status mox_restore_create(const struct mox_machine_options *granted,
                              const struct mox_allocator *allocator, mox_restore **made) {
    const struct mox_allocator host = alloc_default(allocator);
    mox_restore *restore = alloc_get(&host, sizeof *restore);
    if (restore == NULL) {
        return MOX_NO_MEMORY;
    }
    restore->allocator = host;
    for (uint32_t i = 0; i < SNAPSHOT_TEXTS; i++) {
        codec_load(&restore->codecs[i], &host, &host, NULL, 0);
    }
    codec_save(&restore->again.codec, &host);
    pieces_in_start(&restore->in);
    const mox_status status = make_machine(restore, granted);
    if (status != MOX_OK) {
        mox_restore_destroy(restore);
        return status;
    }
    *made = restore;
    return MOX_OK;
}

mox_status mox_restore_feed(mox_restore *restore, const uint8_t *bytes, uint32_t size) {
    if (restore->ended || restore->in.left > 0) {
        return MOX_BAD_PHASE;
    }
    restore->ended = size == 0;
    if (size > 0) {
        pieces_in_feed(&restore->in, bytes, size);
    }
    return MOX_OK;
}

/* What a phase comes to. */
enum outcome { STEP_ON, STEP_OVER, STEP_HUNGRY, STEP_FAILED };

static enum outcome fail(struct mox_restore *restore, mox_status status) {
    restore->failed = status;
    return STEP_FAILED;
}

static enum outcome read_head(struct mox_restore *restore) {
    const uint8_t *head = pieces_take(&restore->in, SNAPSHOT_HEAD);
    if (head == NULL) {
        return STEP_HUNGRY;
    }
    if (memcmp(head, snapshot_magic, SNAPSHOT_MAGIC) != 0) {
        return fail(restore, MOX_SNAPSHOT_KIND);
    }
    for (uint32_t i = 0; i < SNAPSHOT_TEXTS; i++) {
        restore->texts[i].size = bytes_load32(head + SNAPSHOT_MAGIC + 4 * i);
    }
    return STEP_OVER;
}

/* Its room grows with what arrives, as its size is only what somebody says. */
static bool make_room(struct mox_restore *restore, struct read_text *text) {
    enum { FIRST = 1 << 16 };
    if (text->at < text->room) {
        return true;
    }
    const uint32_t most = text->room == 0 ? FIRST : text->room * (text->room < 1u << 30 ? 2 : 1);
    const uint32_t room = most < text->size ? most : text->size;
    uint8_t *bytes =
        room > text->room ? alloc_more(&restore->allocator, text->bytes, text->room, room) : NULL;
    if (bytes == NULL) {
        return false;
    }
    text->bytes = bytes;
    text->room = room;
    return true;
}

static enum outcome read_texts(struct mox_restore *restore) {
    struct read_text *text = &restore->texts[restore->of];
    if (text->size == 0) {
        return fail(restore, MOX_SNAPSHOT_KERNEL);
    }
    if (!make_room(restore, text)) {
        return fail(restore, MOX_NO_MEMORY);
    }
    if (!pieces_take_all(&restore->in, text->bytes, text->room, &text->at)) {
        return STEP_HUNGRY;
    }
    if (text->at < text->size) {
        return STEP_ON;
    }
    codec_load(&restore->codecs[restore->of], &restore->allocator, &restore->machine->allocator,
               text->bytes, text->size);
    struct codec *codec = &restore->codecs[restore->of];
    codec->blocks = restore->machine->blocks;
    codec->devices = &restore->machine->devices;
    codec->machine = restore->machine;
    codec->waiter = cage_waiter_codec;
    restore->of++;
    return restore->of == SNAPSHOT_TEXTS ? STEP_OVER : STEP_ON;
}

static enum outcome verdict(struct mox_restore *restore, const struct codec *codec, bool over) {
    if (!codec_good(codec)) {
        return fail(restore, machine_text_status(codec->error));
    }
    return over ? STEP_OVER : STEP_ON;
}

/* The digest of the file system, and of each blob, stand behind the objects. */
static bool has_digests(const struct codec *codec) {
    const uint64_t digests = 1 + (uint64_t)codec->blob_count;
    return codec->size - codec->at == digests * MOX_HASH_SIZE;
}

static enum outcome read_machine(struct mox_restore *restore) {
    struct codec *codec = &restore->codecs[0];
    bool over = false;
    if (codec->at == 0) {
        machine_codec(codec, restore->machine);
    } else {
        over = !codec_next(codec);
    }
    if (over && codec_need(codec, has_digests(codec))) {
        (void)codec_need(codec, !restore->machine->devices.fs->save_wanted);
    }
    return verdict(restore, codec, over);
}

static enum outcome read_host(struct mox_restore *restore) {
    struct codec *codec = &restore->codecs[1];
    machine_host_codec(codec, restore->machine);
    (void)codec_need(codec, codec->at == codec->size);
    return verdict(restore, codec, true);
}

static enum outcome read_files(struct mox_restore *restore) {
    struct codec *codec = &restore->codecs[2];
    struct fs *fs = restore->machine->devices.fs;
    restore->inode = fs_codec(codec, fs, restore->inode);
    const bool over = restore->inode == 0;
    (void)codec_need(codec, !over || codec->at == codec->size);
    if (fs_used(fs) > restore->machine->options.memory_limit) {
        codec_fail(codec, -MOX_ENOSPC);
    }
    return verdict(restore, codec, over);
}

static enum outcome read_blobs(struct mox_restore *restore) {
    struct codec *const codecs[] = {&restore->codecs[0], &restore->codecs[1], &restore->codecs[2]};
    const struct codec_blob *blob = snapshot_blob(codecs, &restore->of, &restore->blob);
    if (blob == NULL) {
        return STEP_OVER;
    }
    switch (pieces_take_pages(&restore->in, blob->bytes, blob->size, &restore->pages)) {
    case PIECES_MORE: return STEP_HUNGRY;
    case PIECES_BAD: return fail(restore, MOX_SNAPSHOT_PAGES);
    case PIECES_DONE: break;
    }
    restore->pages = (struct pieces_pages){.next = 0};
    restore->blob++;
    return STEP_ON;
}

static enum outcome read_digest(struct mox_restore *restore) {
    switch (pieces_take_digest(&restore->in)) {
    case PIECES_MORE: return STEP_HUNGRY;
    case PIECES_BAD: return fail(restore, MOX_SNAPSHOT_DIGEST);
    case PIECES_DONE: break;
    }
    return restore->in.left > 0 ? fail(restore, MOX_SNAPSHOT_LONG) : STEP_OVER;
}

/* What the machine's text says of a blob, or of the file system. */
static bool digest_is(const struct mox_restore *restore, uint32_t number, const uint8_t *digest) {
    const struct codec *codec = &restore->codecs[0];
    return memcmp(codec->text + codec->at + number * MOX_HASH_SIZE, digest, MOX_HASH_SIZE) == 0;
}

static enum outcome prove_blobs(struct mox_restore *restore, uint32_t *max_bytes) {
    const struct codec *codec = &restore->codecs[0];
    uint8_t digest[MOX_HASH_SIZE];
    if (restore->blob == codec->blob_count) {
        return STEP_OVER;
    }
    const struct codec_blob *blob = &codec->blobs[restore->blob];
    if (!sha256_step(&restore->contents, blob->bytes, blob->size, max_bytes, digest)) {
        return STEP_ON;
    }
    restore->blob++;
    return digest_is(restore, restore->blob, digest) ? STEP_ON : fail(restore, MOX_SNAPSHOT_KERNEL);
}

static enum outcome join(struct mox_restore *restore) {
    mox_machine *machine = restore->machine;
    struct fs *fs = machine->devices.fs;
    struct codec *codec = &restore->codecs[0];
    uint32_t inode = 0;
    fs->limit = machine->options.memory_limit;
    fs_connect(fs);
    if (codec_need(codec, fs_root(fs) != NULL) && codec_end(codec)) {
        (void)codec_need(codec, fs_check(fs, false, &inode) == NULL);
    }
    if (codec_good(codec)) {
        (void)codec_need(codec, machine_check(machine) == NULL);
    }
    if (codec_good(codec)) {
        machine_text_start(&restore->again, machine);
    }
    return verdict(restore, codec, true);
}

static enum outcome prove_files(struct mox_restore *restore, uint32_t *max_bytes) {
    uint8_t digest[MOX_HASH_SIZE];
    if (!fs_hash_step(restore->machine->devices.fs, *max_bytes, digest)) {
        *max_bytes = 0;
        return STEP_ON;
    }
    return digest_is(restore, 0, digest) ? STEP_OVER : fail(restore, MOX_SNAPSHOT_KERNEL);
}

/* What was loaded is described by the very text that it was loaded from. */
static enum outcome prove_text(struct mox_restore *restore, uint32_t *max_bytes) {
    const struct codec *codec = &restore->codecs[0];
    const struct codec *again = &restore->again.codec;
    if (!machine_text_objects(&restore->again, max_bytes)) {
        return STEP_ON;
    }
    if (!codec_good(again)) {
        return fail(restore, machine_text_status(again->error));
    }
    const bool same =
        again->size == codec->at && memcmp(again->text, codec->text, again->size) == 0;
    return same ? STEP_OVER : fail(restore, MOX_SNAPSHOT_KERNEL);
}

static enum outcome phase_step(struct mox_restore *restore, uint32_t *max_bytes) {
    switch (restore->phase) {
    case READ_HEAD: return read_head(restore);
    case READ_TEXTS: return read_texts(restore);
    case READ_MACHINE: return read_machine(restore);
    case READ_HOST: return read_host(restore);
    case READ_FILES: return read_files(restore);
    case READ_BLOBS: return read_blobs(restore);
    case READ_DIGEST: return read_digest(restore);
    case PROVE_BLOBS: return prove_blobs(restore, max_bytes);
    case JOIN: return join(restore);
    case PROVE_FILES: return prove_files(restore, max_bytes);
    case PROVE_TEXT: return prove_text(restore, max_bytes);
    case RESTORED: break;
    }
    return STEP_HUNGRY;
}

/* What was read by now, of which a step takes so much. */
static uint64_t progress(const struct mox_restore *restore) {
    uint64_t done = UINT32_MAX - (uint64_t)restore->in.left;
    for (uint32_t i = 0; i < SNAPSHOT_TEXTS; i++) {
        done += restore->codecs[i].at;
    }
    return done;
}

static mox_machine *take_machine(struct mox_restore *restore) {
    mox_machine *machine = restore->machine;
    machine->kept = NULL;
    restore->machine = NULL;
    return machine;
}

mox_status mox_restore_step(mox_restore *restore, uint32_t max_bytes, bool *hungry,
                            mox_machine **machine) {
    enum { COST = 64 }; /* of what takes no bytes */
    *hungry = false;
    *machine = NULL;
    if (restore->failed != MOX_OK || restore->machine == NULL) {
        return restore->failed != MOX_OK ? restore->failed : MOX_BAD_PHASE;
    }
    while (max_bytes > 0 && restore->phase != RESTORED) {
        const uint64_t before = progress(restore);
        const enum outcome outcome = phase_step(restore, &max_bytes);
        const uint64_t cost = progress(restore) - before + COST;
        max_bytes -= cost < max_bytes ? (uint32_t)cost : max_bytes;
        if (outcome == STEP_FAILED || (outcome == STEP_HUNGRY && restore->ended)) {
            restore->failed = outcome == STEP_FAILED ? restore->failed : MOX_SNAPSHOT_SHORT;
            give_all_back(restore);
            return restore->failed;
        }
        if (outcome == STEP_HUNGRY) {
            *hungry = true;
            return MOX_OK;
        }
        if (outcome == STEP_OVER) {
            restore->phase++;
            restore->of = 0;
            restore->blob = 0;
        }
    }
    if (restore->phase == RESTORED) {
        *machine = take_machine(restore);
    }
    return MOX_OK;
}
