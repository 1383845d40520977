/* The instruction table obeys its own rules, and the decoder made from it agrees with the
 * encoding's known counts over all halfwords (they are binutils': 68 mnemonics, 25,088 bad, lengths
 * 2, 4 and 6). */
#include "check.h"
#include "isa/disasm.h"
#include "isa/insn.h"

#include <string.h>

/* Whether `word` begins a word of the meaning at `at`. */
static bool is_word(const char *at, const char *word) {
    return strncmp(at, word, strlen(word)) == 0;
}

static bool can_fault(const char *at) {
    static const char *const words[] = {"LOAD", "STORE", "DIVS(", "DIVU(", "REMS(", "REMU("};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (is_word(at, words[i])) {
            return true;
        }
    }
    return false;
}

/* No word that can fault follows a SET or another store: a fault has changed nothing. */
static void check_fault_order(const struct insn_info *info) {
    bool changed = false;
    for (const char *at = info->meaning; *at != '\0'; at++) {
        if (at != info->meaning && at[-1] != ' ') {
            continue;
        }
        if (can_fault(at) && !CHECK(!changed)) {
            printf("  in %s: %s\n", info->mnemonic, info->meaning);
        }
        changed |= is_word(at, "SET(") || is_word(at, "STORE");
    }
}

/* No register is read behind the SET that changes it, except through a temporary. */
static void check_read_before_set(const struct insn_info *info) {
    static const char *const names[] = {"A", "B", "FP", "SP"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char set[8];
        char read[8];
        snprintf(set, sizeof set, "SET(%s,", names[i]);
        snprintf(read, sizeof read, "R(%s)", names[i]);
        const char *first_set = strstr(info->meaning, set);
        const char *end = first_set != NULL ? strchr(first_set, ' ') : NULL;
        while (end != NULL && strncmp(end, " SET(", 5) != 0 && strncmp(end, " JUMP(", 6) != 0) {
            end = strchr(end + 1, ' ');
        }
        /* A and B may be the same register, so that a read of either behind a set of either is
         * refused. */
        const bool field = i < 2;
        const bool late = end != NULL && (strstr(end, read) != NULL ||
                                          (field && (strstr(end, "R(A)") || strstr(end, "R(B)"))));
        if (!CHECK(!late)) {
            printf("  in %s: %s\n", info->mnemonic, info->meaning);
        }
    }
}

static void check_flow(const struct insn_info *info) {
    CHECK_EQ(info->flow == FLOW_BRANCH, strncmp(info->meaning, "BRANCH(", 7) == 0);
    CHECK_EQ(info->flow == FLOW_JUMP, strstr(info->meaning, "JUMP(") != NULL);
    CHECK_EQ(info->flow == FLOW_TRAP, strstr(info->meaning, "TRAP(") != NULL);
}

static void check_rows(void) {
    CHECK_EQ(INSN_COUNT - 1, 68);
    for (int i = INSN_BAD + 1; i < INSN_COUNT; i++) {
        const struct insn_info *info = &insn_table[i];
        check_fault_order(info);
        check_read_before_set(info);
        check_flow(info);
        for (int j = INSN_BAD + 1; j < i; j++) {
            CHECK(strcmp(info->mnemonic, insn_table[j].mnemonic) != 0);
            CHECK(info->form != insn_table[j].form || info->opcode != insn_table[j].opcode);
        }
    }
}

static void check_halfwords(void) {
    uint32_t lengths[7] = {0};
    uint32_t bad = 0;
    for (uint32_t halfword = 0; halfword < 0x10000; halfword++) {
        const uint8_t code[INSN_MAX_BYTES] = {(uint8_t)halfword, (uint8_t)(halfword >> 8)};
        const struct insn insn = insn_decode(code, 0x1000);
        char text[DISASM_MAX_TEXT];
        CHECK_EQ(disasm_insn(code, sizeof code, 0x1000, text, sizeof text), insn.length);
        CHECK_EQ(strcmp(text, "bad") == 0, insn.id == INSN_BAD);
        lengths[insn.length]++;
        bad += insn.id == INSN_BAD;
    }
    CHECK_EQ(bad, 25088);
    CHECK_EQ(lengths[2], 60928);
    CHECK_EQ(lengths[4], 1536);
    CHECK_EQ(lengths[6], 3072);
}

static void check_text(const char *expected, const uint8_t *code, uint32_t available) {
    char text[DISASM_MAX_TEXT];
    disasm_insn(code, available, 0x2000, text, sizeof text);
    if (!CHECK(strcmp(text, expected) == 0)) {
        printf("  \"%s\" instead of \"%s\"\n", text, expected);
    }
}

static void check_disassembly(void) {
    check_text("ldi.l $r0, 0x12345678", (const uint8_t[]){0x20, 0x01, 0x78, 0x56, 0x34, 0x12}, 6);
    check_text("bad", (const uint8_t[]){0x20, 0x01, 0x78, 0x56, 0x34, 0x12}, 5);
    check_text("ldo.l $r1, -4($fp)", (const uint8_t[]){0x30, 0x0c, 0xfc, 0xff}, 4);
    check_text("sto.b 300($sp), $r13", (const uint8_t[]){0x1f, 0x37, 0x2c, 0x01}, 4);
    check_text("ld.l $r0, ($sp)", (const uint8_t[]){0x21, 0x0a}, 2);
    check_text("st.l ($sp), $r0", (const uint8_t[]){0x12, 0x0b}, 2);
    check_text("inc $sp, 0xff", (const uint8_t[]){0xff, 0x81}, 2);
    check_text("beq 0x2000", (const uint8_t[]){0xff, 0xc3}, 2);
    check_text("bleu 0x2400", (const uint8_t[]){0xff, 0xe5}, 2);
    check_text("jsra 0x1000", (const uint8_t[]){0x00, 0x03, 0x00, 0x10, 0x00, 0x00}, 6);
    check_text("ret", (const uint8_t[]){0x00, 0x04}, 2);
    char cut[4];
    disasm_insn((const uint8_t[]){0x00, 0x04}, 2, 0, cut, sizeof cut);
    CHECK(strcmp(cut, "ret") == 0);
    disasm_insn((const uint8_t[]){0x21, 0x0a}, 2, 0, cut, sizeof cut);
    CHECK(strcmp(cut, "ld.") == 0);
}

int main(void) {
    check_rows();
    check_halfwords();
    check_disassembly();
    return check_report("instruction table");
}
