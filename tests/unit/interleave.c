/* Two machines in one process, an instruction of the one and an instruction of the other in turn:
 * each goes through exactly the states that it goes through alone. */
#include <stdlib.h>

#include "unit/boxes.h"

enum { STEPS = 6000, EVERY = 150, POINTS = STEPS / EVERY };

static const char *const guests[] = {"tests/guests/heap.elf", "tests/guests/mmap.elf",
                                     "tests/guests/faults.elf", "tests/guests/sha256.elf"};
enum { GUESTS = sizeof guests / sizeof *guests };

static mox_box *box_of_file(const char *path) {
    uint8_t *data = NULL;
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        printf("cannot read %s\n", path);
        exit(1);
    }
    const size_t size = (size_t)ftell(file);
    uint8_t *bytes = malloc(size);
    rewind(file);
    if (bytes == NULL || fread(bytes, 1, size, file) != size) {
        abort();
    }
    fclose(file);
    mox_box *box = box_new(NULL);
    CHECK_EQ(mox_box_add_program(box, bytes, size), MOX_OK);
    free(bytes);
    CHECK_EQ(mox_box_add_data(box, 100, &data), MOX_OK);
    for (uint32_t i = 0; i < 100; i++) {
        data[i] = (uint8_t)(i * 7);
    }
    CHECK_EQ(mox_box_start(box), MOX_OK);
    return box;
}

struct trace {
    struct mox_registers registers[STEPS];
    uint8_t hash[POINTS][MOX_HASH_SIZE];
};

static void alone(const char *path, struct trace *trace) {
    mox_box *box = box_of_file(path);
    for (uint32_t i = 0; i < STEPS; i++) {
        CHECK_EQ(mox_box_run(box, 1), MOX_OK);
        trace->registers[i] = box_registers(box);
        if (i % EVERY == 0) {
            box_hash(box, trace->hash[i / EVERY]);
        }
    }
    CHECK(box_count(box) > 5);
    mox_box_destroy(box);
}

static bool step_as(mox_box *box, const struct trace *trace, uint32_t i) {
    uint8_t hash[MOX_HASH_SIZE];
    CHECK_EQ(mox_box_run(box, 1), MOX_OK);
    const struct mox_registers now = box_registers(box);
    bool same = memcmp(&now, &trace->registers[i], sizeof now) == 0;
    if (i % EVERY == 0) {
        box_hash(box, hash);
        same &= memcmp(hash, trace->hash[i / EVERY], sizeof hash) == 0;
    }
    return same;
}

int main(void) {
    static struct trace traces[GUESTS];
    uint64_t pairs = 0;
    for (uint32_t i = 0; i < GUESTS; i++) {
        alone(guests[i], &traces[i]);
    }
    for (uint32_t i = 0; i < GUESTS; i++) {
        for (uint32_t j = i; j < GUESTS; j++) {
            mox_box *a = box_of_file(guests[i]);
            mox_box *b = box_of_file(guests[j]);
            bool same = true;
            for (uint32_t k = 0; k < STEPS && same; k++) {
                same = step_as(a, &traces[i], k) && step_as(b, &traces[j], k);
            }
            if (!CHECK(same)) {
                printf("  %s beside %s\n", guests[i], guests[j]);
            }
            pairs++;
            mox_box_destroy(a);
            mox_box_destroy(b);
        }
    }
    CHECK_EQ(pairs, GUESTS * (GUESTS + 1) / 2);
    return check_report("two machines in turn");
}
