/* Memory that libelf does not get: it calls the C library itself, which the linker leads here
 * (faults.cmake). For every n: NO_MEMORY, nothing kept, and the same file loads when memory is
 * back. */
#include "unit/boxes.h"
#include "unit/counting.h"

static size_t calls;
static size_t fail_at; /* 0: none */
static bool forever;
static bool refused;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);

static bool refuse(void) {
    calls++;
    const bool now = fail_at != 0 && (calls == fail_at || (forever && calls > fail_at));
    refused |= now;
    return now;
}

void *__wrap_malloc(size_t size) {
    return refuse() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size) {
    return refuse() ? NULL : __real_calloc(count, size);
}

/* Adds the program with the n-th allocation of all failing, the box's own included. */
static bool load_failing(const struct elf_file *file, size_t n, bool on) {
    mox_box *box = box_new(NULL);
    calls = 0;
    refused = false;
    fail_at = n;
    forever = on;
    const mox_status status = mox_box_add_program(box, file->bytes, file->size);
    fail_at = 0;
    CHECK_EQ(status, refused ? MOX_NO_MEMORY : MOX_OK);
    if (status != MOX_OK) {
        CHECK_EQ(mox_box_report(box)->memory_used, 0);
        CHECK_EQ(mox_box_add_program(box, file->bytes, file->size), MOX_OK);
    }
    CHECK_EQ(mox_box_start(box), MOX_OK);
    CHECK_EQ(mox_box_run(box, 10), MOX_OK);
    CHECK_EQ(mox_box_report(box)->stop, MOX_STOP_EXIT);
    mox_box_destroy(box);
    return refused;
}

int main(void) {
    struct guest guest = {.size = 0};
    struct elf_file file;
    guest_exit(&guest, 0);
    elf_file_of_guest(&file, GUEST_BASE, &guest);
    for (int on = 0; on < 2; on++) {
        size_t n = 1;
        while (load_failing(&file, n, on != 0)) {
            n++;
        }
        printf("%zu allocations by a load\n", n - 1);
        CHECK(n - 1 >= 5); /* the box's four, and libelf's handle */
    }
    return check_report("libelf without memory");
}
