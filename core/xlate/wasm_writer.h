/* Writes WebAssembly bytes. Knows the binary format and nothing of Moxie. A writer that ran out of
 * memory drops what follows and says so in `failed`, so that only the end has to look. */
#ifndef MOXBOX_XLATE_WASM_WRITER_H
#define MOXBOX_XLATE_WASM_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "moxbox/allocator.h"

/* Opcodes that the translator uses (WebAssembly 1.0). */
enum wasm_op {
    WASM_UNREACHABLE = 0x00,
    WASM_BLOCK = 0x02,
    WASM_LOOP = 0x03,
    WASM_IF = 0x04,
    WASM_ELSE = 0x05,
    WASM_END = 0x0b,
    WASM_BR = 0x0c,
    WASM_BR_IF = 0x0d,
    WASM_BR_TABLE = 0x0e,
    WASM_RETURN = 0x0f,
    WASM_CALL = 0x10,
    WASM_LOCAL_GET = 0x20,
    WASM_LOCAL_SET = 0x21,
    WASM_LOCAL_TEE = 0x22,
    WASM_I32_LOAD = 0x28,
    WASM_I64_LOAD = 0x29,
    WASM_F64_LOAD = 0x2b,
    WASM_I32_LOAD8_U = 0x2d,
    WASM_I32_LOAD16_U = 0x2f,
    WASM_I32_STORE = 0x36,
    WASM_I64_STORE = 0x37,
    WASM_I32_STORE8 = 0x3a,
    WASM_I32_STORE16 = 0x3b,
    WASM_I32_CONST = 0x41,
    WASM_I64_CONST = 0x42,
    WASM_I32_EQZ = 0x45,
    WASM_I32_EQ = 0x46,
    WASM_I32_NE = 0x47,
    WASM_I32_LT_S = 0x48,
    WASM_I32_LT_U = 0x49,
    WASM_I32_GT_S = 0x4a,
    WASM_I32_GT_U = 0x4b,
    WASM_I32_LE_S = 0x4c,
    WASM_I32_LE_U = 0x4d,
    WASM_I32_GE_S = 0x4e,
    WASM_I32_GE_U = 0x4f,
    WASM_I32_ADD = 0x6a,
    WASM_I32_SUB = 0x6b,
    WASM_I32_MUL = 0x6c,
    WASM_I32_DIV_S = 0x6d,
    WASM_I32_DIV_U = 0x6e,
    WASM_I32_REM_S = 0x6f,
    WASM_I32_REM_U = 0x70,
    WASM_I32_AND = 0x71,
    WASM_I32_OR = 0x72,
    WASM_I32_XOR = 0x73,
    WASM_I32_SHL = 0x74,
    WASM_I32_SHR_S = 0x75,
    WASM_I32_SHR_U = 0x76,
    WASM_I32_ROTR = 0x78,
    WASM_I64_MUL = 0x7e,
    WASM_I64_OR = 0x84,
    WASM_I64_SHL = 0x86,
    WASM_I64_SHR_U = 0x88,
    WASM_F64_ADD = 0xa0,
    WASM_F64_SUB = 0xa1,
    WASM_F64_MUL = 0xa2,
    WASM_F64_DIV = 0xa3,
    WASM_I32_WRAP_I64 = 0xa7,
    WASM_I64_EXTEND_I32_S = 0xac,
    WASM_I64_EXTEND_I32_U = 0xad,
    WASM_I64_REINTERPRET_F64 = 0xbd,
    WASM_F64_REINTERPRET_I64 = 0xbf,
    WASM_I32_EXTEND8_S = 0xc0,
    WASM_I32_EXTEND16_S = 0xc1,
};

enum {
    WASM_TYPE_I32 = 0x7f,
    WASM_TYPE_I64 = 0x7e,
    WASM_TYPE_F64 = 0x7c,
    WASM_TYPE_FUNCTION = 0x60,
    WASM_TYPE_NONE = 0x40
};
enum wasm_section {
    WASM_SECTION_TYPE = 1,
    WASM_SECTION_IMPORT = 2,
    WASM_SECTION_FUNCTION = 3,
    WASM_SECTION_EXPORT = 7,
    WASM_SECTION_CODE = 10,
};

struct wasm_writer {
    struct mox_allocator allocator;
    uint8_t *bytes;
    size_t size;
    size_t capacity;
    bool failed;
};

void wasm_init(struct wasm_writer *w, const struct mox_allocator *allocator);
void wasm_free(struct wasm_writer *w);

void wasm_byte(struct wasm_writer *w, uint32_t byte);
void wasm_bytes(struct wasm_writer *w, const void *bytes, size_t size);
void wasm_unsigned(struct wasm_writer *w, uint32_t value); /* LEB128 */
void wasm_signed(struct wasm_writer *w, int64_t value);    /* signed LEB128 */
void wasm_name(struct wasm_writer *w, const char *name);

/* The same in five bytes whatever it is, so that wasm_patch can change it. */
void wasm_unsigned_wide(struct wasm_writer *w, uint32_t value);
void wasm_patch(struct wasm_writer *w, size_t at, uint32_t value);
uint32_t wasm_wide_at(const struct wasm_writer *w, size_t at);

/* A section, function body or other part that begins with its size in bytes: what is written
 * between open and close is it. The size takes five bytes always. */
size_t wasm_open(struct wasm_writer *w);
void wasm_close(struct wasm_writer *w, size_t opened);

void wasm_const(struct wasm_writer *w, uint32_t value);
void wasm_local(struct wasm_writer *w, enum wasm_op op, uint32_t local);
/* A load or store of any alignment. */
void wasm_memory(struct wasm_writer *w, enum wasm_op op, uint32_t offset);

#endif
