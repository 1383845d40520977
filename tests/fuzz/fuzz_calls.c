/* F7: system calls with any numbers and arguments, against a model of what they answer; the host's
 * memory fails now and then, and the limit and the end of the address space are near. */
#include "bytes_in.h"
#include "unit/boxes.h"
#include "unit/counting.h"

enum { CALLS = 40, REGISTERS_SET = 6, STEP = REGISTERS_SET + 1 };

static const uint32_t bases[] = {0x1000, 0x400000, 0xfffd0000, 0xffff0000};
static const uint32_t interesting[] = {
    0,     1,          7,          6,          4096,       8192,       4095,       4097,
    65536, 0x7fffffff, 0x80000000, 0xfffff000, 0xffffffff, 0xfffffff0, 0x80001000, 90};

/* What the box must answer. */
struct model {
    uint64_t limit, used;
    uint64_t next; /* where a heap region goes; from `last` on there is no room */
    bool ended;
};

struct call {
    uint32_t number;
    uint32_t r[REGISTERS_SET];
};

static uint32_t take_argument(struct bytes_in *in, uint32_t usual) {
    const uint32_t choice = take8(in);
    if (choice < 128) {
        return usual;
    }
    return choice < 192 ? interesting[choice % 16] : take32(in);
}

/* Mostly an mmap that is nearly right. */
static struct call take_call(struct bytes_in *in) {
    const uint32_t pages = take8(in) % 64;
    struct call call;
    call.number = take_argument(in, 90);
    call.r[0] = take_argument(in, 0);
    call.r[1] = take_argument(in, pages * 4096);
    call.r[2] = take_argument(in, 7);
    call.r[3] = take_argument(in, 6);
    call.r[4] = take32(in);
    call.r[5] = take_argument(in, 0);
    return call;
}

static uint32_t expected_answer(struct model *model, const struct call *call) {
    const uint32_t *r = call->r;
    if (call->number == 1) {
        model->ended = true;
        return r[0];
    }
    if (call->number != 90) {
        return (uint32_t)-38;
    }
    if (r[0] != 0 || r[1] == 0 || r[1] % 4096 != 0 || (r[2] & 7) != 7 || (r[3] & 6) != 6) {
        return (uint32_t)-22;
    }
    if (model->next + r[1] > 0xfffff000u || model->used + r[1] > model->limit) {
        return (uint32_t)-12;
    }
    const uint64_t base = model->next;
    model->used += r[1];
    model->next += r[1] + 4096;
    return (uint32_t)base;
}

/* Regions in order, apart, above 0 and below the last page; returns where the next one would go. */
static uint64_t check_regions(mox_box *box) {
    struct mox_region region;
    uint64_t end = 1;
    uint64_t pages = 0;
    for (uint32_t i = 0; mox_box_region(box, i, &region); i++) {
        uint32_t size;
        MUST(region.address >= end && region.size > 0 && region.rights <= 3);
        end = (uint64_t)region.address + region.size;
        pages += (region.size + 4095) / 4096;
        MUST(end <= 0xfffff000u);
        MUST(mox_box_window(box, region.address, &size) != NULL && size == region.size);
    }
    MUST(pages * 4096 == mox_box_report(box)->memory_used);
    return (end + 4095) / 4096 * 4096 + 4096;
}

/* Carries out one call; when the host has no memory, nothing has happened, and it is made again. */
static void check_call(mox_box *box, struct counting *counting, struct model *model,
                       const struct call *call) {
    MUST(mox_box_run(box, STEP - 1) == MOX_OK);
    const struct mox_registers before = box_registers(box);
    const uint64_t count = box_count(box);
    const uint32_t answer = expected_answer(model, call);
    mox_status status = mox_box_run(box, 1);
    if (status != MOX_OK) {
        const struct mox_registers after = box_registers(box);
        MUST(status == MOX_NO_MEMORY && counting->failed);
        MUST(memcmp(&before, &after, sizeof after) == 0 && box_count(box) == count);
        counting->fail_at = 0;
        status = mox_box_run(box, 1);
    }
    const struct mox_registers after = box_registers(box);
    MUST(status == MOX_OK && box_count(box) == count + 1);
    MUST(after.r[R0] == answer && after.pc == before.pc + 6 && after.sr[3] == call->number);
    MUST(memcmp(after.r + R1, before.r + R1, 13 * 4) == 0);
    MUST(mox_box_report(box)->memory_used == model->used && model->used <= model->limit);
    MUST((mox_box_report(box)->stop == MOX_STOP_EXIT) == model->ended);
}

static void run_calls(struct bytes_in *in, struct counting *counting) {
    static struct guest guest;
    struct call calls[CALLS];
    uint32_t count = 0;
    uint8_t *bytes;
    const uint32_t base = bases[take8(in) % 4];
    const struct mox_options options = {65536 + take16(in) * 64, 4096 * (1 + take8(in) % 4)};
    const uint32_t data = take16(in) % 9000;
    const struct mox_allocator allocator = counting_allocator(counting);
    struct model model = {.limit = options.memory_limit};
    mox_box *box = NULL;
    guest.size = 0;
    counting->fail_at = take8(in) % 64;
    while (count < CALLS && in->left > 0) {
        calls[count] = take_call(in);
        for (uint32_t i = 0; i < REGISTERS_SET; i++) {
            guest_ldi(&guest, R0 + i, calls[count].r[i]);
        }
        guest_swi(&guest, calls[count++].number);
    }
    guest_exit(&guest, 0);
    if (mox_box_create(&options, &allocator, &box) != MOX_OK ||
        box_add_guest(box, base, &guest) != MOX_OK ||
        mox_box_add_data(box, data, &bytes) != MOX_OK || mox_box_start(box) != MOX_OK) {
        mox_box_destroy(box);
        return;
    }
    model.next = check_regions(box);
    model.used = mox_box_report(box)->memory_used;
    for (uint32_t i = 0; i < count && !model.ended; i++) {
        check_call(box, counting, &model, &calls[i]);
    }
    check_regions(box);
    mox_box_destroy(box);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct bytes_in in = {data, size};
    struct counting counting = {0};
    run_calls(&in, &counting);
    MUST(counting.blocks == 0 && counting.bytes == 0 && check_failed == 0);
    return 0;
}
