/* Everything that JavaScript can call: the functions of moxbox/box.h under their own names, memory,
 * and SHA-256. Pointers are numbers of 32 bits, uint64_t is a BigInt; a pointer to a result points
 * into a block that the caller got from mox_alloc. Whoever allocates a block frees it. */
#define _DEFAULT_SOURCE /* sbrk */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/sha256.h"
#include "moxbox/box.h"
#include "wasm/export.h"
#include "xlate/xlate.h"

/* The C library tells of growth here. Defined, it does not become the module's only import:
 * JavaScript makes its views afresh after every call and need not know. */
void emscripten_notify_memory_growth(size_t memory);
void emscripten_notify_memory_growth(size_t memory) {
    (void)memory;
}

/* Gives size bytes, or 0; a size of 0 gets a block too. */
EXPORT(mox_alloc, void *, size_t size) {
    return malloc(size ? size : 1);
}

EXPORT(mox_free, void, void *memory) {
    free(memory);
}

/* The bytes that a SHA-256 in progress takes. */
EXPORT(mox_sha256_size, size_t, void) {
    return sizeof(struct sha256);
}

EXPORT(mox_sha256_start, void, struct sha256 *sha) {
    sha256_start(sha);
}

EXPORT(mox_sha256_update, void, struct sha256 *sha, const void *data, size_t size) {
    sha256_update(sha, data, size);
}

EXPORT(mox_sha256_finish, void, struct sha256 *sha, uint8_t digest[MOX_HASH_SIZE]) {
    sha256_finish(sha, digest);
}

/* An engine can take a millisecond to make memory larger, by however little, so a guest that maps
 * page after page could hold up its host. Memory grows by a sixteenth at least; when the engine
 * refuses that, malloc asks for what it needs. */
static void grow_ahead(size_t size) {
    enum { WASM_PAGE = 65536, MALLOC_ROOM = WASM_PAGE };
    const size_t pages = __builtin_wasm_memory_size(0);
    const uint64_t end = (uint64_t)(uintptr_t)sbrk(0) + size + MALLOC_ROOM;
    const uint64_t held = (uint64_t)pages * WASM_PAGE;
    if (end > held) {
        const size_t needed = (size_t)((end - held + WASM_PAGE - 1) / WASM_PAGE);
        (void)__builtin_wasm_memory_grow(0, needed > pages / 16 ? needed : pages / 16);
    }
}

/* Memory above the break was never used and is zero. Clearing it all the same would take a data
 * file of 64 MiB some 60 ms at once, and the event loop with it. The break never moves down here.
 */
static void *allocate_zeroed(void *context, size_t size) {
    const uintptr_t fresh = (uintptr_t)sbrk(0);
    grow_ahead(size);
    void *block = malloc(size);
    (void)context;
    if (block && (uintptr_t)block < fresh) {
        const size_t used = fresh - (uintptr_t)block;
        memset(block, 0, used < size ? used : size);
    }
    return block;
}

static void release(void *context, void *memory, size_t size) {
    (void)context;
    (void)size;
    free(memory);
}

const struct mox_allocator wasm_allocator = {NULL, allocate_zeroed, release};

EXPORT(mox_box_create, mox_status, const struct mox_options *options,
       const struct mox_allocator *allocator, mox_box **box) {
    return mox_box_create(options, allocator ? allocator : &wasm_allocator, box);
}

EXPORT(mox_box_destroy, void, mox_box *box) {
    mox_box_destroy(box);
}

EXPORT(mox_box_add_program, mox_status, mox_box *box, const uint8_t *file, size_t size) {
    return mox_box_add_program(box, file, size);
}

EXPORT(mox_box_add_data, mox_status, mox_box *box, uint32_t size, uint8_t **bytes) {
    return mox_box_add_data(box, size, bytes);
}

EXPORT(mox_box_seal, mox_status, mox_box *box, uint32_t max_bytes, bool *done) {
    return mox_box_seal(box, max_bytes, done);
}

EXPORT(mox_box_start, mox_status, mox_box *box) {
    return mox_box_start(box);
}

EXPORT(mox_box_run, mox_status, mox_box *box, uint64_t budget) {
    return mox_box_run(box, budget);
}

EXPORT(mox_box_slice, mox_status, mox_box *box, uint64_t budget, uint32_t effort) {
    return mox_box_slice(box, budget, effort);
}

EXPORT(mox_box_report, const struct mox_report *, mox_box *box) {
    return mox_box_report(box);
}

EXPORT(mox_box_registers, void, const mox_box *box, struct mox_registers *registers) {
    mox_box_registers(box, registers);
}

EXPORT(mox_box_window, const uint8_t *, const mox_box *box, uint32_t address, uint32_t *size) {
    return mox_box_window(box, address, size);
}

EXPORT(mox_box_region, bool, const mox_box *box, uint32_t index, struct mox_region *region) {
    return mox_box_region(box, index, region);
}

EXPORT(mox_box_program_hash, const uint8_t *, mox_box *box, uint32_t index) {
    return mox_box_program_hash(box, index);
}

EXPORT(mox_box_data_hash, const uint8_t *, mox_box *box, uint32_t index) {
    return mox_box_data_hash(box, index);
}

EXPORT(mox_box_state_hash, mox_status, mox_box *box, uint32_t max_bytes,
       uint8_t hash[MOX_HASH_SIZE], bool *done) {
    return mox_box_state_hash(box, max_bytes, hash, done);
}

EXPORT(mox_box_setup, void, const mox_box *box, struct mox_setup *setup) {
    mox_box_setup(box, setup);
}

EXPORT(mox_box_program_size, uint64_t, mox_box *box, uint32_t index) {
    return mox_box_program_size(box, index);
}

EXPORT(mox_box_data_size, uint32_t, mox_box *box, uint32_t index) {
    return mox_box_data_size(box, index);
}

EXPORT(mox_box_snapshot, mox_status, mox_box *box, const struct mox_snapshot_options *options,
       uint32_t max_bytes, uint8_t *bytes, uint32_t room, uint32_t *size, bool *done) {
    return mox_box_snapshot(box, options, max_bytes, bytes, room, size, done);
}

EXPORT(mox_box_restore, mox_status, mox_box *box, const uint8_t *bytes, uint32_t size) {
    return mox_box_restore(box, bytes, size);
}

EXPORT(mox_box_restore_end, mox_status, mox_box *box, uint32_t max_bytes, bool *done) {
    return mox_box_restore_end(box, max_bytes, done);
}

EXPORT(mox_box_disassemble, void, const mox_box *box, uint32_t address, char *text, size_t size,
       uint32_t *length) {
    mox_box_disassemble(box, address, text, size, length);
}

/* Installed functions are entries of the module's own table, which JavaScript fills; calling a
 * number calls the entry. */
static int32_t call_table(void *context, uint32_t function, int32_t fuel, int32_t depth) {
    (void)context;
    return ((int32_t(*)(int32_t, int32_t))(uintptr_t)function)(fuel, depth);
}

struct mox_translator wasm_translator(uint32_t mode) {
    return (struct mox_translator){.call = call_table, .eager = mode == 2, .watch = mode == 3};
}

EXPORT(mox_box_translate, mox_status, mox_box *box, uint32_t mode) {
    const struct mox_translator translator = wasm_translator(mode);
    return mox_box_translate(box, mode != 0 ? &translator : NULL);
}

EXPORT(mox_box_module, const uint8_t *, const mox_box *box, uint32_t *size, uint32_t *count) {
    return mox_box_module(box, size, count);
}

EXPORT(mox_box_install, void, mox_box *box, uint32_t first) {
    mox_box_install(box, first);
}

EXPORT(mox_box_hints, const uint8_t *, mox_box *box, uint32_t *size) {
    return mox_box_hints(box, size);
}

EXPORT(mox_box_use_hints, bool, mox_box *box, const uint8_t *bytes, uint32_t size) {
    return mox_box_use_hints(box, bytes, size);
}

EXPORT(mox_box_keep, const uint8_t *, mox_box *box, uint32_t *size) {
    return mox_box_keep(box, size);
}

EXPORT(mox_box_use_kept, bool, mox_box *box, const uint8_t *bytes, uint32_t size) {
    return mox_box_use_kept(box, bytes, size);
}

EXPORT(mox_box_translation, void, const mox_box *box, struct mox_translation *translation) {
    mox_box_translation(box, translation);
}

EXPORT(mox_box_inspect, bool, mox_box *box) {
    return mox_box_inspect(box);
}

EXPORT(mox_box_notes, const uint32_t *, const mox_box *box, uint32_t *triples) {
    return mox_box_notes(box, triples);
}

/* For translated modules alone. */
EXPORT(mox_box_resume, int32_t, struct xlate *xlate, int32_t fuel, int32_t depth, uint32_t site) {
    return xlate_resume(xlate, fuel, depth, site);
}
