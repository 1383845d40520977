/* Every instruction with every kind of register overlap and boundary operands, every access at
 * every edge of regions with all rights, every fault, in predecoded and in writable text; each case
 * is compared with the oracle on all registers, memory, count and fault. */
#include "../oracle/twin.h"
#include "check.h"
#include "cpu/text.h"
#include "isa/insn.h"

#include <string.h>

enum {
    TEXT_FIXED = 0x10000, /* read-only: predecoded */
    TEXT_WRITABLE = 0x20000,
    TEXT_SIZE = 0x1000,
    TEXT_AT = 0x400, /* where the instruction stands, so that branches stay inside */
    DATA = 0x8000,
    DATA_SIZE = 0x20,
};

static const uint32_t operands[] = {0,    1,      0xffffffffu, 0x80000000u, 0x7fffffff, 0x7f, 0x80,
                                    0xff, 0x7fff, 0x8000,      0xffff,      31,         32,   33};
enum { OPERAND_COUNT = sizeof operands / sizeof *operands };

/* Pairs of register fields: different, equal, and overlapping $fp and $sp in every way. */
static const uint8_t fields[][2] = {{4, 5}, {4, 4}, {15, 2}, {0, 1}, {1, 0}, {0, 0},
                                    {1, 1}, {4, 0}, {4, 1},  {0, 4}, {1, 4}};
enum { FIELD_COUNT = sizeof fields / sizeof *fields };

static struct twin twin;
static uint32_t text_base;
static uint64_t fuel = 2;

static void make(void) {
    static uint8_t bytes[TEXT_SIZE];
    for (uint32_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(i * 37 + 11);
    }
    twin_make(&twin);
    twin_map(&twin, DATA, DATA_SIZE, RIGHT_READ | RIGHT_WRITE, bytes);
    twin_map(&twin, DATA + DATA_SIZE, DATA_SIZE, RIGHT_READ, bytes + 64);
    twin_map(&twin, DATA + 2 * DATA_SIZE, DATA_SIZE, RIGHT_WRITE, bytes + 128);
    twin_map(&twin, DATA + 3 * DATA_SIZE, DATA_SIZE, RIGHT_READ | RIGHT_WRITE, bytes + 192);
    twin_map(&twin, DATA + 4 * DATA_SIZE, 2, 0, bytes + 256);
    twin_map(&twin, TEXT_FIXED, TEXT_SIZE, RIGHT_READ, bytes);
    twin_map(&twin, TEXT_WRITABLE, TEXT_SIZE, RIGHT_READ | RIGHT_WRITE, bytes);
}

static void poke(uint32_t address, const uint8_t *bytes, uint32_t size) {
    for (uint32_t i = 0; i < twin.oracle.region_count; i++) {
        struct oracle_region *region = &twin.oracle.regions[i];
        if (address - region->base < region->size) {
            memcpy(region->bytes + (address - region->base), bytes, size);
        }
    }
    const struct region *own = space_find(&twin.space, address);
    memcpy(own->bytes + (address - own->base), bytes, size);
}

static void set_register(uint32_t number, uint32_t value) {
    twin.cpu.r[number] = value;
    twin.oracle.r[number] = value;
}

/* Writes an instruction at `address`; returns the address behind it. */
static uint32_t write_insn(uint32_t address, const struct insn_info *info, uint32_t low_bits,
                           uint32_t immediate) {
    const uint32_t halfword = info->form == 1   ? (uint32_t)info->opcode << 8
                              : info->form == 2 ? 0x8000u | (uint32_t)info->opcode << 12
                                                : 0xc000u | (uint32_t)info->opcode << 10;
    const uint8_t code[6] = {
        (uint8_t)low_bits,          (uint8_t)((halfword | low_bits) >> 8),
        (uint8_t)immediate,         (uint8_t)(immediate >> 8),
        (uint8_t)(immediate >> 16), (uint8_t)(immediate >> 24),
    };
    poke(address, code, info->length);
    return address + info->length;
}

/* Puts the instruction in place, with a brk behind it, and forgets what was decoded there. */
static void place(const struct insn_info *info, uint32_t low_bits, uint32_t immediate) {
    const uint32_t next = write_insn(text_base + TEXT_AT, info, low_bits, immediate);
    write_insn(next, &insn_table[INSN_brk], 0, 0);
    text_drop(twin.cpu.text);
}

/* Runs the instruction from a machine whose other registers are distinct. Fuel for the brk behind
 * it too, so that predecoded text runs as a block and not one by one. */
static void run_case(const struct insn_info *info, uint32_t a, uint32_t x, uint32_t b, uint32_t y) {
    for (uint32_t i = 0; i < REG_COUNT; i++) {
        set_register(i, 0x01010101u * i + 5);
    }
    set_register(b, y);
    set_register(a, x);
    twin.cpu.pc = twin.oracle.pc = text_base + TEXT_AT;
    enum cpu_stop stop;
    if (!CHECK(twin_run(&twin, fuel, &stop))) {
        printf("  %s a=%u b=%u x=0x%x y=0x%x\n", info->mnemonic, (unsigned)a, (unsigned)b,
               (unsigned)x, (unsigned)y);
    }
}

/* All operand values and, as addresses, all bytes around the edges of the data regions. */
static void run_operands(const struct insn_info *info, uint32_t a, uint32_t b) {
    for (uint32_t i = 0; i < OPERAND_COUNT; i++) {
        for (uint32_t j = 0; j < OPERAND_COUNT; j++) {
            run_case(info, a, operands[i], b, operands[j]);
        }
    }
    for (uint32_t address = DATA - 14; address < DATA + 4 * DATA_SIZE + 14; address++) {
        run_case(info, a, address, b, 0x12345678);
        run_case(info, a, 0x9abcdef0u, b, address);
    }
}

/* Form 1: registers in the low byte, perhaps an immediate. */
static void run_form1(const struct insn_info *info) {
    static const uint32_t offsets[] = {0, 1, 4, 0x7fff, 0x8000, 0xfffc, 0xffff};
    for (uint32_t f = 0; f < FIELD_COUNT; f++) {
        const uint32_t a = fields[f][0];
        const uint32_t b = fields[f][1];
        const uint32_t low_bits = a << 4 | b;
        if (info->length == 2) {
            place(info, low_bits, 0);
            run_operands(info, a, b);
        }
        for (uint32_t i = 0; info->length == 4 && i < sizeof offsets / sizeof *offsets; i++) {
            place(info, low_bits, offsets[i]);
            run_operands(info, a, b);
        }
        for (uint32_t i = 0; info->length == 6 && i < OPERAND_COUNT; i++) {
            place(info, low_bits, operands[i]);
            run_case(info, a, 0x89abcdefu, b, 0x8010);
        }
        for (uint32_t at = DATA - 6; info->length == 6 && at < DATA + 4 * DATA_SIZE + 6; at++) {
            place(info, low_bits, at);
            run_case(info, a, 0x89abcdefu, b, 0x8020);
        }
    }
}

/* Frames of jsra, jsr and ret at every edge. */
static void run_frames(const struct insn_info *info) {
    for (uint32_t address = DATA - 16; address < DATA + 4 * DATA_SIZE + 16; address++) {
        place(info, 0x45, TEXT_FIXED);
        run_case(info, REG_SP, address, REG_FP, address);
    }
}

static void run_form2(const struct insn_info *info) {
    for (uint32_t v = 0; v < 256; v++) {
        const uint32_t a = v % 3 == 0 ? 4 : v % 3 == 1 ? REG_FP : REG_SP;
        place(info, a << 8 | v, 0);
        for (uint32_t i = 0; i < OPERAND_COUNT; i++) {
            run_case(info, a, operands[i], 3, 0);
        }
    }
}

/* The buffer registers: addresses and sizes at every edge, addresses first. */
static void run_buffers(const struct insn_info *info) {
    for (uint32_t number = 6; number <= 8; number += 2) {
        for (uint32_t address = DATA - 2; address < DATA + 4 * DATA_SIZE + 2; address++) {
            place(info, 4u << 8 | number, 0);
            run_case(info, 4, address, 3, 0);
            for (uint32_t size = 0; size < 3 * DATA_SIZE; size += 1 + size / 5) {
                place(info, 4u << 8 | (number + 1), 0);
                run_case(info, 4, size, 3, 0);
            }
            run_case(info, 4, 0xffffffffu, 3, 0);
        }
    }
}

/* Branches: every condition that a cmp can leave, and near and far displacements. */
static void run_form3(const struct insn_info *info) {
    static const uint32_t displacements[] = {0, 1, 2, 255, 511, 512, 1000, 1023};
    for (uint32_t i = 0; i < sizeof displacements / sizeof *displacements; i++) {
        for (uint32_t j = 0; j < OPERAND_COUNT * OPERAND_COUNT; j++) {
            place(&insn_table[INSN_cmp], 4 << 4 | 5, 0);
            run_case(&insn_table[INSN_cmp], 4, operands[j / OPERAND_COUNT], 5,
                     operands[j % OPERAND_COUNT]);
            place(info, displacements[i], 0);
            run_case(info, 4, 0, 5, 0);
        }
    }
}

/* The same before the first cmp. */
static void run_unset_condition(const struct insn_info *info) {
    twin.cpu.compared = 0;
    twin.oracle.cc = 0;
    place(info, 5, 0);
    run_case(info, 4, 0, 5, 0);
}

/* Text that ends, in every way, before its instruction does; odd and unmapped program counters;
 * halfwords that are no instruction. */
static void run_fetches(void) {
    static const uint32_t pcs[] = {0,
                                   1,
                                   0xfffffffeu,
                                   0xffffffffu,
                                   DATA + 1,
                                   TEXT_FIXED + 1,
                                   TEXT_FIXED + TEXT_SIZE,
                                   DATA + 4 * DATA_SIZE,
                                   DATA + 4 * DATA_SIZE + 2};
    for (uint32_t i = 0; i < sizeof pcs / sizeof *pcs; i++) {
        enum cpu_stop stop;
        twin.cpu.pc = twin.oracle.pc = pcs[i];
        CHECK(twin_run(&twin, 1, &stop));
    }
    for (uint32_t id = INSN_BAD; id < INSN_COUNT; id++) {
        const struct insn_info *info = &insn_table[id];
        for (uint32_t back = 2; back <= 6; back += 2) {
            enum cpu_stop stop;
            const uint32_t end = text_base + TEXT_SIZE - back;
            place(info, 0x45, 0);
            poke(end, space_find(&twin.space, text_base)->bytes + TEXT_AT, back < 2 ? back : 2);
            twin.cpu.pc = twin.oracle.pc = end;
            CHECK(twin_run(&twin, 1, &stop));
        }
    }
    for (uint32_t halfword = 0; halfword < 0x10000; halfword++) {
        if (insn_identify(halfword) == INSN_BAD) {
            const uint8_t code[2] = {(uint8_t)halfword, (uint8_t)(halfword >> 8)};
            enum cpu_stop stop;
            poke(text_base + TEXT_AT, code, 2);
            text_drop(twin.cpu.text);
            twin.cpu.pc = twin.oracle.pc = text_base + TEXT_AT;
            CHECK(twin_run(&twin, 1, &stop) && stop == CPU_FAULT);
        }
    }
}

/* Every pair that runs as one operation: with registers in common, operands that fault in the first
 * or the second, all the fuel that the block needs, and one less. */
static void run_pair(enum insn_id first, enum insn_id second) {
    static const uint8_t low_bits[] = {0x45, 0x54, 0x44, 0x10};
    for (uint32_t i = 0; i < sizeof low_bits * sizeof low_bits; i++) {
        uint32_t at = text_base + TEXT_AT;
        const uint32_t low = low_bits[i % sizeof low_bits];
        at = write_insn(at, &insn_table[first], low | (insn_table[first].form == 2 ? low << 4 : 0),
                        8);
        at = write_insn(at, &insn_table[second], low_bits[i / sizeof low_bits], 4);
        write_insn(at, &insn_table[INSN_brk], 0, 0);
        text_drop(twin.cpu.text);
        for (fuel = 1; fuel <= 3; fuel++) {
            for (uint32_t j = 0; j < OPERAND_COUNT; j++) {
                run_case(&insn_table[first], 4, operands[j], 5, operands[(j + i) % OPERAND_COUNT]);
                run_case(&insn_table[first], 4, DATA + j * 9, 5, DATA + 8);
                run_case(&insn_table[first], 5, DATA + j * 9, 4, DATA + 8);
                run_case(&insn_table[first], 1, DATA + j * 9, 0, DATA + 8 + j);
            }
        }
    }
    fuel = 2;
}

static void run_pairs(void) {
#define FUSE(first, second) run_pair(INSN_##first, INSN_##second);
#include "cpu/fused.def"
}

int main(void) {
    static const uint32_t bases[] = {TEXT_FIXED, TEXT_WRITABLE};
    for (uint32_t i = 0; i < 2; i++) {
        text_base = bases[i];
        make();
        for (uint32_t id = INSN_BAD + 1; id < INSN_COUNT; id++) {
            const struct insn_info *info = &insn_table[id];
            switch (info->form) {
            case 1: run_form1(info); break;
            case 2: run_form2(info); break;
            default: run_form3(info); run_unset_condition(info);
            }
            if (info->flow == FLOW_JUMP) {
                run_frames(info);
            }
            if (id == INSN_ssr) {
                run_buffers(info);
            }
        }
        run_pairs();
        run_fetches();
        twin_free(&twin);
    }
    return check_report("every instruction at its boundaries");
}
