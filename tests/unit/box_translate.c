/* A box that translates, on a host that cannot compile: modules, hints and inspections come out,
 * and what it computes is what a box without a translator computes. (What modules do is for
 * tests/xlate.) */
#include <string.h>

#include "unit/boxes.h"

/* A beq 4 bytes behind the start, back to it: -3 halfwords from its end. */
enum { TURNS = 400, SLICE = 10007, BEQ_TO_START = 0xc000 | 0x3fd };

/* Nothing is ever installed, so nothing may be called. */
static int32_t never(void *context, uint32_t function, int32_t fuel, int32_t depth) {
    (void)context, (void)function, (void)depth;
    CHECK(false);
    return fuel;
}

static const struct mox_translator eager = {.call = never, .eager = true};
static const struct mox_translator watching = {.call = never, .watch = true};

static mox_box *looping(const struct mox_translator *translator) {
    struct guest guest = {.size = 0};
    guest_inc(&guest, R0, 1);
    guest_ab(&guest, OP_CMP, R0, R0);
    guest_half(&guest, BEQ_TO_START);
    mox_box *box = box_of_guest(&guest);
    CHECK_EQ(mox_box_translate(box, translator), MOX_OK);
    return box;
}

/* Runs until a module waits, and gives its size. */
static uint32_t until_module(mox_box *box) {
    uint32_t size = 0;
    uint32_t count = 0;
    for (int i = 0; i < TURNS && size == 0; i++) {
        CHECK_EQ(mox_box_run(box, SLICE), MOX_OK);
        const uint8_t *module = mox_box_module(box, &size, &count);
        CHECK((module == NULL) == (size == 0));
        CHECK(module == NULL || (count > 0 && memcmp(module, "\0asm\1\0\0\0", 8) == 0));
    }
    CHECK(size > 8);
    return size;
}

/* Compilers that do not optimise close loops by jmpa alone. */
static void jumping(void) {
    struct guest guest = {.size = 0};
    guest_inc(&guest, R0, 1);
    guest_ab(&guest, OP_CMP, R0, R0);
    guest_jump(&guest, GUEST_BASE, 0);
    mox_box *box = box_of_guest(&guest);
    CHECK_EQ(mox_box_translate(box, &eager), MOX_OK);
    until_module(box);
    mox_box_destroy(box);
}

static void without(void) {
    uint32_t size = 1;
    uint32_t count = 1;
    struct mox_translation translation = {.writing = 1};
    mox_box *box = looping(NULL);
    CHECK_EQ(mox_box_run(box, SLICE), MOX_OK);
    CHECK(mox_box_module(box, &size, &count) == NULL);
    CHECK_EQ(size, 0);
    CHECK_EQ(count, 0);
    size = count = 1;
    CHECK(mox_box_hints(box, &size) == NULL);
    CHECK(mox_box_notes(box, &count) == NULL);
    CHECK_EQ(size, 0);
    CHECK_EQ(count, 0);
    CHECK(!mox_box_inspect(box));
    CHECK(!mox_box_use_hints(box, (const uint8_t *)"", 0));
    mox_box_install(box, 1);
    mox_box_translation(box, &translation);
    CHECK_EQ(translation.writing, 0);
    CHECK_EQ(box_count(box), SLICE);
    mox_box_destroy(box);
}

/* The module is refused, and then the translator taken away; the machine never notices. */
static void refused(void) {
    uint8_t expected[MOX_HASH_SIZE];
    uint8_t hash[MOX_HASH_SIZE];
    struct mox_translation translation;
    mox_box *box = looping(&eager);
    until_module(box);
    mox_box_translation(box, &translation);
    CHECK_EQ(translation.inside_low, 0);
    mox_box_install(box, 0);
    CHECK_EQ(mox_box_run(box, SLICE), MOX_OK);
    CHECK_EQ(mox_box_translate(box, NULL), MOX_OK);
    CHECK_EQ(mox_box_run(box, SLICE), MOX_OK);
    mox_box *plain = looping(NULL);
    CHECK_EQ(mox_box_run(plain, box_count(box)), MOX_OK);
    box_hash(box, hash);
    box_hash(plain, expected);
    CHECK(memcmp(hash, expected, sizeof hash) == 0);
    mox_box_destroy(plain);
    mox_box_destroy(box);
}

static void hinted(void) {
    static const uint8_t noise[64] = {7, 1, 255, 3};
    uint8_t kept[4096];
    uint32_t size;
    mox_box *box = looping(&watching);
    CHECK_EQ(mox_box_run(box, SLICE), MOX_OK);
    const uint8_t *hints = mox_box_hints(box, &size);
    CHECK(hints != NULL && size > 0 && size <= sizeof kept);
    memcpy(kept, hints, size);
    CHECK(!mox_box_use_hints(box, kept, size)); /* it has run already */
    mox_box_destroy(box);

    box = looping(&eager);
    CHECK(!mox_box_use_hints(box, noise, sizeof noise));
    CHECK(!mox_box_use_hints(box, kept, size - 1));
    CHECK(mox_box_use_hints(box, kept, size));
    until_module(box);
    mox_box_destroy(box);
}

static void inspected(void) {
    uint32_t size;
    uint32_t count;
    uint32_t triples;
    mox_box *box = looping(&watching);
    CHECK(!mox_box_inspect(box)); /* nothing was seen */
    CHECK_EQ(mox_box_run(box, SLICE), MOX_OK);
    CHECK(mox_box_module(box, &size, &count) == NULL);
    CHECK(mox_box_inspect(box));
    CHECK(mox_box_module(box, &size, &count) != NULL);
    CHECK(mox_box_notes(box, &triples) != NULL);
    CHECK(triples > 3);
    mox_box_destroy(box);
}

int main(void) {
    jumping();
    without();
    refused();
    hinted();
    inspected();
    return check_report("a box that translates");
}
