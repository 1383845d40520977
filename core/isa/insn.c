#include "isa/insn.h"

#include "base/bytes.h"

enum {
#define OPERANDS(name, bytes, syntax) LENGTH_##name = (bytes),
#include "isa/operands.def"
};

const struct insn_info insn_table[INSN_COUNT] = {
    [INSN_BAD] = {"bad", "", 1, 0, OPERANDS_NONE, FLOW_TRAP, 2},
#define INSN(form, opcode, ident, mnemonic, operands, flow, ...)                                   \
    [INSN_##ident] = {mnemonic,    #__VA_ARGS__,     form, opcode, OPERANDS_##operands,            \
                      FLOW_##flow, LENGTH_##operands},
#include "isa/moxie.def"
};

const char *const operands_syntax[OPERANDS_COUNT] = {
#define OPERANDS(name, bytes, syntax) [OPERANDS_##name] = syntax,
#include "isa/operands.def"
};

const char *const register_names[16] = {
    "$fp", "$sp", "$r0", "$r1", "$r2",  "$r3",  "$r4",  "$r5",
    "$r6", "$r7", "$r8", "$r9", "$r10", "$r11", "$r12", "$r13",
};

/* Opcode to instruction, one array a form; rows of the other forms expand to nothing. */
static const uint8_t form1[128] = {
#define FORM1_1(opcode, ident) [opcode] = INSN_##ident,
#define FORM1_2(opcode, ident)
#define FORM1_3(opcode, ident)
#define INSN(form, opcode, ident, ...) FORM1_##form(opcode, ident)
#include "isa/moxie.def"
};
static const uint8_t form2[4] = {
#define FORM2_1(opcode, ident)
#define FORM2_2(opcode, ident) [opcode] = INSN_##ident,
#define FORM2_3(opcode, ident)
#define INSN(form, opcode, ident, ...) FORM2_##form(opcode, ident)
#include "isa/moxie.def"
};
static const uint8_t form3[16] = {
#define FORM3_1(opcode, ident)
#define FORM3_2(opcode, ident)
#define FORM3_3(opcode, ident) [opcode] = INSN_##ident,
#define INSN(form, opcode, ident, ...) FORM3_##form(opcode, ident)
#include "isa/moxie.def"
};

enum insn_id insn_identify(uint32_t halfword) {
    if (!(halfword & 0x8000)) {
        return (enum insn_id)form1[halfword >> 8];
    }
    if (!(halfword & 0x4000)) {
        return (enum insn_id)form2[halfword >> 12 & 3];
    }
    return (enum insn_id)form3[halfword >> 10 & 15];
}

/* The low `bits` bits of value as a signed number, modulo 2^32. */
static uint32_t sign_extend(uint32_t value, unsigned bits) {
    const uint32_t sign = 1u << (bits - 1);
    return ((value & (2 * sign - 1)) ^ sign) - sign;
}

struct insn insn_decode(const uint8_t *code, uint32_t address) {
    const uint32_t halfword = bytes_load16(code);
    const enum insn_id id = insn_identify(halfword);
    const struct insn_info *info = &insn_table[id];
    struct insn insn = {.id = (uint8_t)id, .length = info->length};
    if (info->form == 1) {
        insn.a = halfword >> 4 & 15;
        insn.b = halfword & 15;
        if (info->length == 4) {
            insn.imm = sign_extend(bytes_load16(code + 2), 16);
        } else if (info->length == 6) {
            insn.imm = bytes_load32(code + 2);
        }
    } else if (info->form == 2) {
        insn.a = halfword >> 8 & 15;
        insn.imm = halfword & 255;
    } else {
        insn.imm = address + 2 + 2 * sign_extend(halfword, 10);
    }
    return insn;
}
