/* The functions of moxbox/machine.h for JavaScript, under their own names; see exports.c. */
#include "moxbox/machine.h"
#include "wasm/export.h"

EXPORT(mox_machine_create, mox_status, const struct mox_machine_options *options,
       mox_machine **machine) {
    return mox_machine_create(options, &wasm_allocator, machine);
}

EXPORT(mox_machine_destroy, void, mox_machine *machine) {
    mox_machine_destroy(machine);
}

EXPORT(mox_machine_put, mox_status, mox_machine *machine, const char *path, uint32_t mode,
       uint32_t size, uint8_t **bytes) {
    return mox_machine_put(machine, path, mode, size, bytes);
}

EXPORT(mox_machine_make_directory, mox_status, mox_machine *machine, const char *path) {
    return mox_machine_make_directory(machine, path);
}

EXPORT(mox_machine_add_input, mox_status, mox_machine *machine, const char *name, uint32_t size,
       uint8_t **bytes) {
    return mox_machine_add_input(machine, name, size, bytes);
}

EXPORT(mox_machine_spawn, mox_status, mox_machine *machine, const char *path, const char *arguments,
       uint32_t arguments_size, const char *environment, uint32_t environment_size,
       const char *directory, uint32_t *cage, int32_t *error) {
    return mox_machine_spawn(machine, path, arguments, arguments_size, environment,
                             environment_size, directory, cage, error);
}

EXPORT(mox_machine_bare, mox_status, mox_machine *machine, uint32_t *cage) {
    return mox_machine_bare(machine, cage);
}

EXPORT(mox_dispatch, int32_t, mox_machine *machine, uint32_t cage, uint32_t call, uint32_t a1,
       uint32_t a2, uint32_t a3, uint32_t a4, uint32_t a5, uint32_t a6) {
    return mox_dispatch(machine, cage, call, a1, a2, a3, a4, a5, a6);
}

EXPORT(mox_machine_write, bool, mox_machine *machine, uint32_t cage, uint32_t address,
       const uint8_t *from, uint32_t size) {
    return mox_machine_write(machine, cage, address, from, size);
}

EXPORT(mox_machine_read, bool, const mox_machine *machine, uint32_t cage, uint32_t address,
       uint8_t *to, uint32_t size) {
    return mox_machine_read(machine, cage, address, to, size);
}

EXPORT(mox_machine_signal, int32_t, mox_machine *machine, int32_t target, uint32_t signal) {
    return mox_machine_signal(machine, target, signal);
}

EXPORT(mox_machine_run, mox_status, mox_machine *machine, uint64_t budget) {
    return mox_machine_run(machine, budget);
}

EXPORT(mox_machine_slice, mox_status, mox_machine *machine, uint64_t budget, uint32_t effort) {
    return mox_machine_slice(machine, budget, effort);
}

EXPORT(mox_machine_report, const struct mox_machine_report *, mox_machine *machine) {
    return mox_machine_report(machine);
}

EXPORT(mox_machine_input, mox_status, mox_machine *machine, const uint8_t *bytes, uint32_t size) {
    return mox_machine_input(machine, bytes, size);
}

EXPORT(mox_machine_input_end, void, mox_machine *machine) {
    mox_machine_input_end(machine);
}

EXPORT(mox_machine_output, const uint8_t *, const mox_machine *machine, uint32_t stream,
       uint32_t *size) {
    return mox_machine_output(machine, stream, size);
}

EXPORT(mox_machine_take, void, mox_machine *machine, uint32_t stream, uint32_t size) {
    mox_machine_take(machine, stream, size);
}

EXPORT(mox_machine_wait_line, uint32_t, const mox_machine *machine, uint32_t index, char *text,
       uint32_t size) {
    return mox_machine_wait_line(machine, index, text, size);
}

EXPORT(mox_machine_store_open, mox_status, mox_machine *machine, const uint8_t *root,
       uint32_t size) {
    return mox_machine_store_open(machine, root, size);
}

EXPORT(mox_machine_store_wants, const uint8_t *, const mox_machine *machine) {
    return mox_machine_store_wants(machine);
}

EXPORT(mox_machine_store_give, mox_status, mox_machine *machine, const uint8_t *bytes,
       uint32_t size) {
    return mox_machine_store_give(machine, bytes, size);
}

EXPORT(mox_machine_store_damage, const struct mox_store_damage *, const mox_machine *machine) {
    return mox_machine_store_damage(machine);
}

EXPORT(mox_machine_store_next, mox_status, mox_machine *machine, struct mox_store_op *op) {
    return mox_machine_store_next(machine, op);
}

EXPORT(mox_machine_store_done, void, mox_machine *machine, bool stored) {
    mox_machine_store_done(machine, stored);
}

EXPORT(mox_machine_state_hash, mox_status, mox_machine *machine, uint32_t max_bytes,
       uint8_t hash[MOX_HASH_SIZE], bool *done) {
    return mox_machine_state_hash(machine, max_bytes, hash, done);
}

EXPORT(mox_machine_snapshot, mox_status, mox_machine *machine, uint32_t max_bytes, uint8_t *bytes,
       uint32_t room, uint32_t *size, bool *done) {
    return mox_machine_snapshot(machine, max_bytes, bytes, room, size, done);
}

EXPORT(mox_restore_create, mox_status, const struct mox_machine_options *granted,
       mox_restore **restore) {
    return mox_restore_create(granted, &wasm_allocator, restore);
}

EXPORT(mox_restore_feed, mox_status, mox_restore *restore, const uint8_t *bytes, uint32_t size) {
    return mox_restore_feed(restore, bytes, size);
}

EXPORT(mox_restore_step, mox_status, mox_restore *restore, uint32_t max_bytes, bool *hungry,
       mox_machine **machine) {
    return mox_restore_step(restore, max_bytes, hungry, machine);
}

EXPORT(mox_restore_destroy, void, mox_restore *restore) {
    mox_restore_destroy(restore);
}

EXPORT(mox_machine_translate, mox_status, mox_machine *machine, uint32_t mode) {
    const struct mox_translator translator = wasm_translator(mode);
    return mox_machine_translate(machine, mode != 0 ? &translator : NULL);
}

EXPORT(mox_machine_module, const uint8_t *, const mox_machine *machine, uint32_t *size,
       uint32_t *count, struct mox_module_token *token) {
    return mox_machine_module(machine, size, count, token);
}

EXPORT(mox_machine_install, bool, mox_machine *machine, uint32_t engine, uint32_t module,
       uint32_t first) {
    return mox_machine_install(machine, (struct mox_module_token){engine, module}, first);
}

EXPORT(mox_machine_engine_lives, bool, const mox_machine *machine, uint32_t engine) {
    return mox_machine_engine_lives(machine, engine);
}
