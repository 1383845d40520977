#include "cpu/cpu.h"

#include "base/alloc.h"
#include "base/codec.h"
#include "cpu/text.h"

#include <string.h>

/* The condition code's bits, as the architecture numbers them. */
enum { CC_GT = 1, CC_LT = 2, CC_EQ = 4, CC_GTU = 8, CC_LTU = 16 };

mox_status cpu_init(struct cpu *cpu, const struct mox_allocator *allocator) {
    memset(cpu, 0, sizeof *cpu);
    cpu->effort = EFFORT_UNLIMITED;
    cpu->text = alloc_get(allocator, sizeof *cpu->text);
    if (cpu->text == NULL) {
        return MOX_NO_MEMORY;
    }
    cpu->text->allocator = *allocator;
    return MOX_OK;
}

void cpu_free(struct cpu *cpu) {
    if (cpu->text != NULL) {
        const struct mox_allocator allocator = cpu->text->allocator;
        text_drop(cpu->text);
        alloc_give(&allocator, cpu->text, sizeof *cpu->text);
        cpu->text = NULL;
    }
}

uint32_t cpu_condition(const struct cpu *cpu) {
    const uint32_t a = cpu->compared_a;
    const uint32_t b = cpu->compared_b;
    if (!cpu->compared) {
        return 0;
    }
    if (a == b) {
        return CC_EQ;
    }
    return ((int32_t)a < (int32_t)b ? CC_LT : CC_GT) | (a < b ? CC_LTU : CC_GTU);
}

bool cpu_set_condition(struct cpu *cpu, uint32_t condition) {
    static const struct {
        uint32_t condition, a, b;
    } pairs[] = {{CC_EQ, 0, 0},
                 {CC_GT | CC_GTU, 1, 0},
                 {CC_LT | CC_LTU, 0, 1},
                 {CC_LT | CC_GTU, UINT32_MAX, 0},
                 {CC_GT | CC_LTU, 0, UINT32_MAX}};
    cpu->compared = 0;
    for (uint32_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        if (pairs[i].condition == condition) {
            cpu->compared_a = pairs[i].a;
            cpu->compared_b = pairs[i].b;
            cpu->compared = 1;
        }
    }
    return condition == 0 || cpu->compared;
}

void cpu_codec(struct codec *codec, struct cpu *cpu) {
    codec_words(codec, cpu->r, REG_COUNT);
    codec_word(codec, &cpu->pc);
    codec_word(codec, &cpu->compared_a);
    codec_word(codec, &cpu->compared_b);
    cpu->compared = codec_most(codec, cpu->compared, 1);
    codec_words(codec, cpu->sr, SREG_COUNT);
}
