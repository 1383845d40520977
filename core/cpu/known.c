#include "cpu/known.h"

#include "base/bytes.h"
#include "cpu/known_text.h"

#include <string.h>

/* Nothing is computed with more precision than its type has. The environment's rounding is the
 * default one: no host of this library changes it. */
_Static_assert(__FLT_EVAL_METHOD__ == 0 && __DBL_MANT_DIG__ == 53, "doubles are IEEE 754's");

const struct known known_table[KNOWN_COUNT] = {
#define KNOWN(ident, function, saved, cost, ...)                                                   \
    {text_##ident, sizeof text_##ident, RET_##ident, saved, cost},
#include "cpu/known.def"
};

enum known_id known_at(const uint8_t *text, size_t size) {
    for (uint32_t i = 0; i < KNOWN_COUNT; i++) {
        const struct known *known = &known_table[i];
        if (size >= known->size && memcmp(text, known->text, known->size) == 0) {
            return (enum known_id)i;
        }
    }
    return KNOWN_COUNT;
}

static double double_of(uint64_t bits) {
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static uint64_t bits_of(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* The words. */
#include "isa/words_c.h"
#define OPERATE(operation) *z = operation;
#define F64_ADD bits_of(double_of(x) + double_of(y))
#define F64_SUB bits_of(double_of(x) - double_of(y))
#define F64_MUL bits_of(double_of(x) * double_of(y))
#define F64_DIV bits_of(double_of(x) / double_of(y))
#define X x
#define Y y
#define Z (*z)
#define UPPER(v) ((uint32_t)((v) >> 32))
#define LTU(v, w) ((uint32_t)((v) < (w)))
#define FITS(condition)                                                                            \
    if ((condition) == 0) {                                                                        \
        return false;                                                                              \
    }

/* clang-format off */
static bool find_result(enum known_id id, uint64_t x, uint64_t y, uint64_t *z) {
    switch (id) {
#define KNOWN(ident, function, saved, cost, ...)                                                   \
    case KNOWN_##ident: __VA_ARGS__ return true;
#include "cpu/known.def"
    case KNOWN_COUNT:
    default: return false;
    }
}
/* clang-format on */

/* Pushes the registers; false when that needs more than a look at a window. */
static bool save(const struct cpu *cpu, struct space *space, uint32_t saved) {
    const uint32_t bytes = saved * (uint32_t)sizeof(uint32_t);
    const uint32_t address = cpu->r[REG_SP] - bytes;
    const struct window *window = &space->writable[window_of(address)];
    const uint32_t offset = address - window->base;
    if (saved == 0) {
        return true;
    }
    /* Accesses of words begin at `last` at most. */
    if (offset > window->last || window->last - offset < bytes - sizeof(uint32_t)) {
        return false;
    }
    for (uint32_t i = 0; i < saved; i++) {
        bytes_store32(window->bytes + offset + bytes - 4 * (i + 1), cpu->r[KNOWN_SAVED + i]);
    }
    return true;
}

uint32_t known_run(enum known_id id, struct cpu *cpu, struct space *space, uint32_t fuel) {
    uint32_t *r = &cpu->r[REG_R0];
    const uint64_t x = r[0] | (uint64_t)r[1] << 32;
    const uint64_t y = r[2] | (uint64_t)r[3] << 32;
    uint64_t z;
    const uint32_t cost = known_table[id].cost;
    if (cost > fuel || !find_result(id, x, y, &z) || !save(cpu, space, known_table[id].saved)) {
        return 0;
    }
    r[0] = (uint32_t)z;
    r[1] = (uint32_t)(z >> 32);
    for (uint32_t i = 0; i < REG_COUNT; i++) {
        if (KNOWN_CLEARED >> i & 1) {
            cpu->r[i] = 0;
        }
    }
    cpu->compared_a = r[0];
    cpu->compared_b = 0;
    cpu->compared = 1;
    return cost;
}
