/* Disassembler, printed from the instruction table in binutils' notation. */
#ifndef MOXBOX_ISA_DISASM_H
#define MOXBOX_ISA_DISASM_H

#include <stddef.h>
#include <stdint.h>

enum { INSN_MAX_BYTES = 6, DISASM_MAX_TEXT = 48 };

/* Writes the instruction in code[0..available) at address as text with its end of string into
 * text[size]. Returns its length in bytes: 2, 4 or 6. An instruction that is cut off or is none
 * prints as "bad" with length 2. available >= 2, size >= 1. */
uint32_t disasm_insn(const uint8_t *code, uint32_t available, uint32_t address, char *text,
                     size_t size);

#endif
