/* Calls with names while the host's memory fails at the n-th allocation, for every n: -ENOMEM,
 * nothing changed, and the same call works when memory is back. */
#include "machine/machine_parts.h"
#include "unit/counting.h"
#include "unit/name_calls.h"

struct run {
    struct counting counting;
    struct desk desk;
    uint32_t failures;
};

/* Makes a call until it is not for want of memory that it fails. */
static int32_t again(struct run *run, uint32_t call, uint32_t a, uint32_t b, uint32_t c) {
    for (;;) {
        const int32_t result = desk_call(&run->desk, call, a, b, c, 0, 0);
        if (result != -MOX_ENOMEM) {
            return result;
        }
        CHECK(run->counting.failed);
        run->counting.fail_at = 0;
        run->failures++;
        const char *wrong = machine_check(run->desk.machine);
        if (!CHECK(wrong == NULL)) {
            printf("call %u: %s\n", call, wrong);
        }
    }
}

static int32_t path(struct run *run, uint32_t call, const char *name, uint32_t b, uint32_t c) {
    return again(run, call, desk_text(&run->desk, 0, name), b, c);
}

static int32_t paths(struct run *run, uint32_t call, const char *a, const char *b) {
    const uint32_t first = desk_text(&run->desk, 0, a);
    return again(run, call, first, desk_text(&run->desk, 1, b), 0);
}

static void entries(struct run *run) {
    const uint32_t to = desk_slot(&run->desk, 2);
    CHECK_EQ(path(run, CALL_mkdir, "/tmp/d", 0755, 0), 0);
    CHECK_EQ(path(run, CALL_mknod, "/tmp/f", MODE_FILE | 0644, 0), 0);
    CHECK_EQ(paths(run, CALL_symlink, "d/../d", "/tmp/l"), 0);
    CHECK_EQ(paths(run, CALL_link, "/tmp/f", "/tmp/l/g"), 0);
    CHECK_EQ(paths(run, CALL_rename, "/tmp/l/g", "/tmp/l/h"), 0);
    CHECK_EQ(path(run, CALL_xstat, "/tmp/l/h", to, 0), 0);
    CHECK_EQ(path(run, CALL_truncate, "/tmp/l/h", 5000, 0), 0);
    CHECK_EQ(path(run, CALL_chmod, "/tmp/l/h", 0600, 0), 0);
    CHECK_EQ(path(run, CALL_readlink, "/tmp/l", to, 100), 6);
    CHECK_EQ(path(run, CALL_chdir, "/tmp/l", 0, 0), 0);
    CHECK_EQ(again(run, CALL_getcwd, to, 100, 0), 7);
    CHECK_EQ(path(run, CALL_unlink, "h", 0, 0), 0);
    CHECK_EQ(path(run, CALL_chdir, "/", 0, 0), 0);
    CHECK_EQ(path(run, CALL_rmdir, "/tmp/d", 0, 0), 0);
}

static void opened(struct run *run) {
    const uint32_t to = desk_slot(&run->desk, 2);
    /* When open fails behind the making of the file, the file is there, as it is on Linux when the
     * descriptor cannot be had; a second try with O_EXCL would say so. */
    const int32_t fd = path(run, CALL_open, "/tmp/new", 0102, 0644);
    CHECK(fd > 2);
    CHECK_EQ(again(run, CALL_write, (uint32_t)fd, to, 100), 100);
    CHECK_EQ(path(run, CALL_open, "/tmp", 0200000, 0), fd + 1);
    CHECK(again(run, CALL_getdents, (uint32_t)fd + 1, to, 4096) > 0);
    if (run->counting.failed && run->failures == 0) { /* it gave those entries that it had */
        run->counting.fail_at = 0;
        run->failures = 1;
        CHECK(again(run, CALL_getdents, (uint32_t)fd + 1, to, 4096) > 0);
    }
    CHECK_EQ(path(run, CALL_open, "/prog/1/status", 0, 0), fd + 2);
    CHECK_EQ(path(run, CALL_open, "/dev/fd/0", 0, 0), fd + 3);
    CHECK_EQ(path(run, CALL_open, "#|/data", 2, 0), fd + 4);
    CHECK_EQ(path(run, CALL_create, "/env/x", 1, 0666), fd + 5);
    CHECK_EQ(again(run, CALL_write, (uint32_t)fd + 5, to, 100), 100);
}

static void name_space(struct run *run) {
    char text[4096];
    CHECK_EQ(again(run, CALL_pctl, 8 | 128, 0, 0), 0); /* FORKNS and FORKENV: both or none */
    CHECK(paths(run, CALL_ns_bind, "/env", "/tmp") > 0);
    run->counting.fail_at = 0;
    CHECK_EQ(desk_mode(&run->desk, "/tmp/x"), MODE_FILE | 0666);
    CHECK(strncmp(desk_read(&run->desk, "/tmp/x", text), "error", 5) != 0);
}

/* True when nothing failed. */
static bool disturbed(size_t fail_at, bool forever) {
    struct run run = {.counting = {.forever = forever}};
    const struct mox_allocator allocator = counting_allocator(&run.counting);
    mox_machine *machine = NULL;
    CHECK_EQ(mox_machine_create(NULL, &allocator, &machine), MOX_OK);
    run.desk = desk_beside(machine);
    run.counting.calls = 0; /* a machine's own beginning is for others to test */
    run.counting.fail_at = fail_at;
    entries(&run);
    opened(&run);
    name_space(&run);
    if (!CHECK_EQ(run.failures == 1, run.counting.failed)) {
        printf("allocation %zu\n", fail_at);
    }
    mox_machine_destroy(machine);
    CHECK_EQ(run.counting.blocks, 0);
    CHECK_EQ(run.counting.bytes, 0);
    return !run.counting.failed;
}

int main(void) {
    counting_fail_each(disturbed, 50);
    return check_report("calls with names without memory");
}
