#include "isa/disasm.h"

#include "base/bytes.h"
#include "isa/insn.h"

#include <stdbool.h>

/* A text being written; what does not fit is dropped, and there is always room for the end of
 * string. */
struct text {
    char *at;
    char *end; /* of the buffer, minus one */
};

static void put(struct text *text, const char *string) {
    for (; *string != '\0'; string++) {
        if (text->at < text->end) {
            *text->at++ = *string;
        }
    }
}

static void put_number(struct text *text, uint32_t value, uint32_t base) {
    char digits[11];
    char *at = digits + sizeof digits - 1;
    *at = '\0';
    do {
        *--at = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    put(text, at);
}

static void put_hex(struct text *text, uint32_t value) {
    put(text, "0x");
    put_number(text, value, 16);
}

static void put_offset(struct text *text, uint32_t value) {
    const bool negative = value >> 31;
    put(text, negative ? "-" : "");
    put_number(text, negative ? 0 - value : value, 10);
}

static void put_operands(struct text *text, const struct insn *insn, const char *syntax) {
    for (; *syntax != '\0'; syntax++) {
        switch (*syntax) {
        case 'A': put(text, register_names[insn->a]); break;
        case 'B': put(text, register_names[insn->b]); break;
        case 'I':
        case 'T': put_hex(text, insn->imm); break;
        case 'O': put_offset(text, insn->imm); break;
        default: put(text, (const char[]){*syntax, '\0'});
        }
    }
}

uint32_t disasm_insn(const uint8_t *code, uint32_t available, uint32_t address, char *text,
                     size_t size) {
    const enum insn_id id = insn_identify(bytes_load16(code));
    struct text out = {text, text + size - 1};
    struct insn insn = {.id = INSN_BAD, .length = 2};
    if (available >= insn_table[id].length) {
        insn = insn_decode(code, address);
    }
    const struct insn_info *info = &insn_table[insn.id];
    const char *syntax = operands_syntax[info->operands];
    put(&out, info->mnemonic);
    if (*syntax != '\0') {
        put(&out, " ");
        put_operands(&out, &insn, syntax);
    }
    *out.at = '\0';
    return insn.length;
}
