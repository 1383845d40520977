/* Instruction names and facts, and the decoder; all made from moxie.def and operands.def. */
#ifndef MOXBOX_ISA_INSN_H
#define MOXBOX_ISA_INSN_H

#include <stdint.h>

enum insn_id {
    INSN_BAD, /* any halfword without a row */
#define INSN(form, opcode, ident, mnemonic, operands, flow, ...) INSN_##ident,
#include "isa/moxie.def"
    INSN_COUNT
};

enum operands {
#define OPERANDS(name, bytes, syntax) OPERANDS_##name,
#include "isa/operands.def"
    OPERANDS_COUNT
};

enum flow { FLOW_NEXT, FLOW_BRANCH, FLOW_JUMP, FLOW_TRAP };

struct insn_info {
    const char *mnemonic;
    const char *meaning; /* the table's words, as text */
    uint8_t form;
    uint8_t opcode;
    uint8_t operands; /* enum operands */
    uint8_t flow;     /* enum flow */
    uint8_t length;   /* bytes */
};

/* A decoded instruction. imm is the value that the word IMM has: offsets sign-extended, branch
 * targets as addresses. */
struct insn {
    uint8_t id; /* enum insn_id */
    uint8_t a;
    uint8_t b;
    uint8_t length; /* bytes; 2 for INSN_BAD */
    uint32_t imm;
};

extern const struct insn_info insn_table[INSN_COUNT];
extern const char *const operands_syntax[OPERANDS_COUNT];
extern const char *const register_names[16];

/* The instruction that begins with this halfword. */
enum insn_id insn_identify(uint32_t halfword);

/* Decodes code[0..insn_table[id].length) at `address`; the caller has made sure that so many bytes
 * are there, by insn_identify on the first two. */
struct insn insn_decode(const uint8_t *code, uint32_t address);

#endif
