/* Cages as processes: fork, exit, waitpid, groups, identity, memory, time, and signals between
 * cages, made through the calls of bare cages; and what is deterministic about guests that run. */
#include "unit/cages.h"

#include "cage/process.h"
#include "mem/space_change.h"

enum {
    STATUS = SCRATCH + 0x100,
    SET = SCRATCH + 0x200,
    TIME = SCRATCH + 0x300,
    OLD = SCRATCH + 0x400
};
enum { NO_WAIT = 1, UNTRACED = 2, CONTINUED = 8, ANY = -1 };

static void families(void) {
    mox_machine *machine = machine_new(NULL);
    const uint32_t a = bare_new(machine);
    CHECK_EQ(CALL(machine, a, getpid, 0), a);
    CHECK_EQ(CALL(machine, a, getppid, 0), CAGE_INIT);
    CHECK_EQ(CALL(machine, a, waitpid, (uint32_t)ANY, STATUS, 0), -MOX_ECHILD);
    poke_word(machine, a, SCRATCH, 0x11223344);
    const uint32_t b = (uint32_t)CALL(machine, a, fork, 0);
    CHECK_EQ(b, a + 1);
    CHECK_EQ(peek_word(machine, b, SCRATCH), 0x11223344);
    poke_word(machine, b, SCRATCH, 5);
    CHECK_EQ(peek_word(machine, a, SCRATCH), 0x11223344);
    CHECK_EQ(CALL(machine, b, getppid, 0), a);
    CHECK_EQ(CALL(machine, a, waitpid, b, STATUS, NO_WAIT), 0);
    CHECK_EQ(CALL(machine, a, waitpid, b, STATUS, 0), MOX_DISPATCH_WAITS);
    CHECK_EQ(CALL(machine, a, waitpid, a, STATUS, 0), -MOX_ECHILD);
    CHECK_EQ(CALL(machine, a, waitpid, b, STATUS, 64), -MOX_EINVAL);
    const uint32_t c = (uint32_t)CALL(machine, b, fork, 0);
    machine_sound_and_saved(machine);
    CHECK_EQ(CALL(machine, b, exit, 0x1ff), 0);
    CHECK_EQ(CALL(machine, b, getpid, 0), -MOX_ESRCH); /* it is no more */
    CHECK_EQ(CALL(machine, c, getppid, 0), CAGE_INIT); /* an orphan */
    CHECK_EQ(CALL(machine, a, waitpid, b, STATUS, 0), b);
    CHECK_EQ(peek_word(machine, a, STATUS), 0xff00);
    CHECK_EQ(CALL(machine, a, waitpid, b, STATUS, 0), -MOX_ECHILD);
    CHECK_EQ(CALL(machine, c, exit, 0), 0);
    CHECK(machine_cage(machine, c) == NULL); /* nobody waits for it */
    machine_sound_and_saved(machine);
    mox_machine_destroy(machine);
}

static void a_full_table(void) {
    const struct mox_machine_options options = {.cages_max = 8, .memory_limit = 32 << 20};
    mox_machine *machine = NULL;
    CHECK_EQ(mox_machine_create(&options, NULL, &machine), MOX_OK);
    const uint32_t a = bare_new(machine);
    uint32_t last = 0;
    for (uint32_t i = 0; i < 7; i++) {
        last = (uint32_t)CALL(machine, a, fork, 0);
        CHECK((int32_t)last > 0);
    }
    CHECK_EQ(CALL(machine, a, fork, 0), -MOX_EAGAIN);
    machine_sound_and_saved(machine);
    /* Ids go up, and are not used again as long as there are others. */
    CHECK_EQ(CALL(machine, last, exit, 0), 0);
    CHECK_EQ(CALL(machine, a, fork, 0), -MOX_EAGAIN); /* a zombie has its place */
    CHECK_EQ(CALL(machine, a, waitpid, last, 0, 0), last);
    CHECK((uint32_t)CALL(machine, a, fork, 0) > last);
    machine_sound_and_saved(machine);
    mox_machine_destroy(machine);
}

static void memory_runs_out(void) {
    const struct mox_machine_options options = {.memory_limit = 8 << 20};
    mox_machine *machine = NULL;
    CHECK_EQ(mox_machine_create(&options, NULL, &machine), MOX_OK);
    const uint32_t a = bare_new(machine);
    const uint32_t brk = (uint32_t)CALL(machine, a, brk, 0);
    CHECK_EQ(CALL(machine, a, brk, brk + (16 << 20)), brk); /* refused, as Linux says it */
    CHECK_EQ(CALL(machine, a, brk, brk + (3 << 20)), brk + (3 << 20));
    CHECK_EQ(CALL(machine, a, mmap, 0, 16 << 20, 3, 0x22, UINT32_MAX, 0), -MOX_ENOMEM);
    const uint32_t b = (uint32_t)CALL(machine, a, fork, 0);
    CHECK((int32_t)b > 0); /* 4 MiB and 4 MiB */
    CHECK_EQ(CALL(machine, a, fork, 0), -MOX_ENOMEM);
    machine_sound_and_saved(machine);
    CHECK_EQ(CALL(machine, b, exit, 0), 0);
    const uint32_t again = (uint32_t)CALL(machine, a, fork, 0);
    CHECK((int32_t)again > 0);
    machine_sound_and_saved(machine);
    mox_machine_destroy(machine);
}

static void heaps(void) {
    mox_machine *machine = machine_new(NULL);
    const uint32_t a = bare_new(machine);
    const uint32_t start = (uint32_t)CALL(machine, a, brk, 0);
    uint32_t end = start;
    for (uint32_t i = 1; i < 200; i++) { /* grows by odd amounts; what was written stays */
        end += i * 37;
        CHECK_EQ(CALL(machine, a, brk, end), end);
        poke_word(machine, a, end - 4, i);
    }
    CHECK(!mox_machine_write(machine, a, end, (const uint8_t *)"x", 1));
    end = start;
    for (uint32_t i = 1; i < 200; i++) {
        end += i * 37;
        CHECK_EQ(peek_word(machine, a, end - 4), i);
    }
    machine_sound_and_saved(machine);
    CHECK_EQ(CALL(machine, a, brk, start + 1000), end); /* too little to be taken back */
    CHECK_EQ(CALL(machine, a, brk, end + (5 << 20)), end + (5 << 20));
    CHECK_EQ(CALL(machine, a, brk, start + 1000), start + 1000);
    CHECK(!mox_machine_write(machine, a, start + 1000, (const uint8_t *)"x", 1));
    CHECK_EQ(CALL(machine, a, brk, start + (5 << 20)), start + (5 << 20));
    CHECK_EQ(peek_word(machine, a, start + 1000), 0); /* fresh again */
    CHECK_EQ(CALL(machine, a, brk, start), start);
    CHECK_EQ(CALL(machine, a, brk, start - 1), start);
    machine_sound_and_saved(machine);
    mox_machine_destroy(machine);
}

static void mappings(void) {
    mox_machine *machine = machine_new(NULL);
    const uint32_t a = bare_new(machine);
    const uint32_t used = (uint32_t)machine->memory_used;
    const uint32_t at = (uint32_t)CALL(machine, a, mmap, 0, 5 * 4096, 3, 0x22, UINT32_MAX, 0);
    for (uint32_t i = 0; i < 5; i++) {
        poke_word(machine, a, at + i * 4096, i + 1);
    }
    CHECK_EQ(CALL(machine, a, munmap, at + 2 * 4096, 4096), 0); /* a hole */
    CHECK(!mox_machine_write(machine, a, at + 2 * 4096, (const uint8_t *)"x", 1));
    CHECK_EQ(peek_word(machine, a, at + 4096), 2);
    CHECK_EQ(peek_word(machine, a, at + 3 * 4096), 4);
    CHECK_EQ(machine->memory_used, used + 4 * 4096);
    CHECK_EQ(CALL(machine, a, mmap, 0, 4096, 3, 0x22, UINT32_MAX, 0), at + 2 * 4096);
    CHECK_EQ(peek_word(machine, a, at + 2 * 4096), 0);
    CHECK_EQ(CALL(machine, a, mmap, at + 4096, 4096, 3, 0x32, UINT32_MAX, 0), at + 4096);
    CHECK_EQ(peek_word(machine, a, at + 4096), 0);
    CHECK_EQ(CALL(machine, a, munmap, at, 5 * 4096), 0);
    CHECK_EQ(machine->memory_used, used);
    CHECK_EQ(CALL(machine, a, munmap, at, 5 * 4096), 0); /* nothing there is fine */
    CHECK_EQ(CALL(machine, a, munmap, at + 1, 4096), -MOX_EINVAL);
    CHECK_EQ(CALL(machine, a, munmap, at, 0), -MOX_EINVAL);
    CHECK_EQ(CALL(machine, a, mmap, 0, 0, 3, 0x22, UINT32_MAX, 0), -MOX_EINVAL);
    CHECK_EQ(CALL(machine, a, mmap, 0, 4096, 3, 0x20, UINT32_MAX, 0), -MOX_EINVAL);
    CHECK_EQ(CALL(machine, a, mmap, 0, 4096, 3, 0x23, UINT32_MAX, 0), -MOX_EINVAL);
    CHECK_EQ(CALL(machine, a, mmap, 0, 4096, 3, 2, 77, 0), -MOX_EBADF);
    /* Shared memory is seen by the child, private memory is not. */
    const uint32_t shared = (uint32_t)CALL(machine, a, mmap, 0, 4096, 3, 0x21, UINT32_MAX, 0);
    const uint32_t b = (uint32_t)CALL(machine, a, fork, 0);
    poke_word(machine, b, shared, 77);
    CHECK_EQ(peek_word(machine, a, shared), 77);
    CHECK_EQ(CALL(machine, a, munmap, shared, 4096), 0);
    CHECK_EQ(peek_word(machine, b, shared), 77);
    machine_sound_and_saved(machine);
    CHECK_EQ(CALL(machine, b, exit, 0), 0);
    mox_machine_destroy(machine);
}

static void file_mappings(void) {
    mox_machine *machine = machine_new(NULL);
    const uint32_t a = bare_new(machine);
    uint8_t *bytes = NULL;
    uint8_t got[8];
    CHECK_EQ(mox_machine_put(machine, "/f", 0666, 5000, &bytes), MOX_OK);
    memset(bytes, 'x', 5000);
    poke(machine, a, SCRATCH, "/f", 3);
    const uint32_t fd = (uint32_t)CALL(machine, a, open, SCRATCH, 2, 0);
    CHECK_EQ(fd, 3);
    const uint32_t shared = (uint32_t)CALL(machine, a, mmap, 0, 8192, 3, 1, fd, 0);
    const uint32_t own = (uint32_t)CALL(machine, a, mmap, 0, 8192, 3, 2, fd, 0);
    CHECK((int32_t)shared > 0 && (int32_t)own > 0);
    CHECK_EQ(peek_word(machine, a, shared + 4996), 0x78787878);
    CHECK_EQ(peek_word(machine, a, own + 5000), 0);
    poke(machine, a, shared + 10, "abc", 3);
    poke(machine, a, own + 20, "def", 3);
    CHECK_EQ(CALL(machine, a, msync, shared, 8192, 4), 0);
    CHECK_EQ(CALL(machine, a, pread, fd, SCRATCH + 100, 8, 8), 8);
    CHECK(mox_machine_read(machine, a, SCRATCH + 100, got, 8) && memcmp(got, "xxabcxxx", 8) == 0);
    CHECK_EQ(CALL(machine, a, pread, fd, SCRATCH + 100, 8, 20), 8);
    CHECK(mox_machine_read(machine, a, SCRATCH + 100, got, 8) && memcmp(got, "xxxxxxxx", 8) == 0);
    /* Another mapping of it is the same memory; the last end writes. */
    const uint32_t b = (uint32_t)CALL(machine, a, fork, 0);
    const uint32_t third = (uint32_t)CALL(machine, b, mmap, 0, 8192, 3, 1, fd, 0);
    poke(machine, a, shared + 30, "ghi", 3);
    CHECK_EQ(peek_word(machine, b, third + 29), 0x69686778);
    CHECK_EQ(CALL(machine, a, close, fd), 0);
    CHECK_EQ(CALL(machine, a, munmap, shared, 8192), 0);
    CHECK_EQ(CALL(machine, b, exit, 0), 0);
    CHECK_EQ(CALL(machine, a, open, SCRATCH, 0, 0), fd);
    CHECK_EQ(CALL(machine, a, pread, fd, SCRATCH + 100, 8, 29), 8);
    CHECK(mox_machine_read(machine, a, SCRATCH + 100, got, 8) && memcmp(got, "xghixxxx", 8) == 0);
    CHECK_EQ(CALL(machine, a, mmap, 0, 4096, 3, 1, fd, 0), -MOX_EACCES); /* not open for writing */
    CHECK_EQ(CALL(machine, a, mmap, 0, 4096, 1, 1, fd, 8192), -MOX_ENXIO);
    CHECK_EQ(CALL(machine, a, mmap, 0, UINT32_MAX, 1, 1, fd, 4096), -MOX_EOVERFLOW);
    CHECK_EQ(CALL(machine, a, mmap, 0, 4096, 1, 1, 1, 0), -MOX_EACCES);
    machine_sound_and_saved(machine);
    mox_machine_destroy(machine);
}

static void identity(void) {
    const struct mox_machine_options options = {.uid = 1000, .gid = 100};
    mox_machine *machine = NULL;
    CHECK_EQ(mox_machine_create(&options, NULL, &machine), MOX_OK);
    const uint32_t a = bare_new(machine);
    CHECK_EQ(CALL(machine, a, getuid, 0), 1000);
    CHECK_EQ(CALL(machine, a, getegid, 0), 100);
    CHECK_EQ(CALL(machine, a, setuid, 0), -MOX_EPERM);
    CHECK_EQ(CALL(machine, a, setuid, 1000), 0);
    CHECK_EQ(CALL(machine, a, setgroups, 0, SET), -MOX_EPERM);
    CHECK_EQ(CALL(machine, a, setsid, 0), -MOX_EPERM); /* it leads its group */
    mox_machine_destroy(machine);
    machine = machine_new(NULL);
    const uint32_t r = bare_new(machine);
    CHECK_EQ(CALL(machine, r, setresuid, 5, 6, 7), 0);
    CHECK_EQ(CALL(machine, r, getuid, 0), 5);
    CHECK_EQ(CALL(machine, r, geteuid, 0), 6);
    CHECK_EQ(CALL(machine, r, setuid, 7), 0); /* the saved one */
    CHECK_EQ(CALL(machine, r, geteuid, 0), 7);
    CHECK_EQ(CALL(machine, r, setreuid, UINT32_MAX, 6), -MOX_EPERM);
    const uint32_t child = (uint32_t)CALL(machine, r, fork, 0);
    CHECK_EQ(CALL(machine, r, setpgid, child, 0), 0);
    CHECK_EQ(CALL(machine, r, getpgid, child), child);
    CHECK_EQ(CALL(machine, child, setsid, 0), -MOX_EPERM);
    const uint32_t other = (uint32_t)CALL(machine, r, fork, 0);
    CHECK_EQ(CALL(machine, r, setpgid, other, child), 0);
    CHECK_EQ(CALL(machine, other, setsid, 0), other);
    CHECK_EQ(CALL(machine, r, setpgid, other, child), -MOX_EPERM); /* another session */
    CHECK_EQ(CALL(machine, r, getsid, other), other);
    mox_machine_destroy(machine);
}

static void signals(void) {
    mox_machine *machine = machine_new(NULL);
    const uint32_t a = bare_new(machine);
    const uint32_t b = (uint32_t)CALL(machine, a, fork, 0);
    CHECK_EQ(CALL(machine, a, kill, b, 0), 0);
    CHECK_EQ(CALL(machine, a, kill, 999, 0), -MOX_ESRCH);
    CHECK_EQ(CALL(machine, a, kill, b, 65), -MOX_EINVAL);
    CHECK_EQ(CALL(machine, a, sigaction, 9, SET, 0), -MOX_EINVAL);
    CHECK_EQ(CALL(machine, a, sigaction, 19, SET, 0), -MOX_EINVAL);
    CHECK_EQ(CALL(machine, a, sigaction, 0, SET, 0), -MOX_EINVAL);
    /* Held back, it waits; sigtimedwait takes it. */
    poke_word(machine, b, SET, 1u << (ABI_SIGUSR1 - 1));
    poke_word(machine, b, SET + 4, 0);
    CHECK_EQ(CALL(machine, b, sigprocmask, 0, SET, OLD), 0);
    CHECK_EQ(CALL(machine, a, kill, b, ABI_SIGUSR1), 0);
    CHECK_EQ(CALL(machine, b, sigpending, OLD), 0);
    CHECK_EQ(peek_word(machine, b, OLD), 1u << (ABI_SIGUSR1 - 1));
    CHECK_EQ(CALL(machine, b, sigtimedwait, SET, OLD, 0), ABI_SIGUSR1);
    CHECK_EQ(peek_word(machine, b, OLD + 12), a); /* who sent it */
    CHECK_EQ(CALL(machine, b, sigtimedwait, SET, OLD, 0), MOX_DISPATCH_WAITS);
    /* Time passes only for whom it is waited. */
    poke_word(machine, b, TIME, 1);
    poke_word(machine, b, TIME + 4, 0);
    poke_word(machine, b, TIME + 8, 0);
    CHECK_EQ(CALL(machine, b, sigtimedwait, SET, OLD, TIME), MOX_DISPATCH_WAITS);
    CHECK_EQ(mox_machine_run(machine, 0), MOX_OK);
    CHECK_EQ(mox_machine_run(machine, 1), MOX_OK);
    CHECK_EQ(CALL(machine, b, sigtimedwait, SET, OLD, TIME), -MOX_EAGAIN);
    /* A signal that ends it. */
    CHECK_EQ(CALL(machine, a, kill, b, ABI_SIGTERM), 0);
    CHECK_EQ(mox_machine_run(machine, 0), MOX_OK);
    CHECK_EQ(CALL(machine, a, waitpid, b, STATUS, 0), b);
    CHECK_EQ(peek_word(machine, a, STATUS), ABI_SIGTERM);
    machine_sound_and_saved(machine);
    mox_machine_destroy(machine);
}

/* A signal of the host waits until the machine runs, goes to whom kill would send it, and to nobody
 * that has ended. */
static void signals_of_the_host(void) {
    mox_machine *machine = machine_new(NULL);
    const uint32_t a = bare_new(machine);
    const uint32_t b = (uint32_t)CALL(machine, a, fork, 0);
    const uint32_t c = (uint32_t)CALL(machine, a, fork, 0);
    const uint32_t other = bare_new(machine);
    const int32_t group = -(int32_t)a;
    CHECK_EQ(mox_machine_signal(machine, 0, ABI_SIGTERM), -MOX_EINVAL);
    CHECK_EQ(mox_machine_signal(machine, (int32_t)b, 0), -MOX_EINVAL);
    CHECK_EQ(mox_machine_signal(machine, (int32_t)b, ABI_SIGNAL_COUNT + 1), -MOX_EINVAL);
    CHECK_EQ(mox_machine_signal(machine, 999, ABI_SIGTERM), -MOX_ESRCH);
    CHECK_EQ(mox_machine_signal(machine, INT32_MIN, ABI_SIGTERM), -MOX_ESRCH);
    CHECK_EQ(mox_machine_signal(machine, CAGE_INIT, ABI_SIGTERM), -MOX_ESRCH);
    CHECK_EQ(CALL(machine, c, setpgid, 0, 0), 0);
    CHECK_EQ(mox_machine_signal(machine, (int32_t)b, ABI_SIGTERM), 0);
    CHECK_EQ(CALL(machine, b, getpid, 0), b);
    CHECK_EQ(mox_machine_run(machine, 0), MOX_OK);
    CHECK_EQ(CALL(machine, b, getpid, 0), -MOX_ESRCH);
    CHECK_EQ(mox_machine_signal(machine, (int32_t)b, ABI_SIGTERM), -MOX_ESRCH); /* a zombie */
    CHECK_EQ(CALL(machine, a, waitpid, b, STATUS, 0), b);
    CHECK_EQ(peek_word(machine, a, STATUS), ABI_SIGTERM);
    CHECK_EQ(mox_machine_signal(machine, group, ABI_SIGINT), 0);
    CHECK_EQ(mox_machine_run(machine, 0), MOX_OK);
    CHECK_EQ(CALL(machine, a, getpid, 0), -MOX_ESRCH);
    CHECK_EQ(CALL(machine, c, getpid, 0), c); /* in a group of its own */
    CHECK_EQ(mox_machine_signal(machine, group, ABI_SIGINT), -MOX_ESRCH);
    CHECK_EQ(mox_machine_signal(machine, -1, ABI_SIGKILL), 0);
    CHECK_EQ(mox_machine_run(machine, 0), MOX_OK);
    CHECK_EQ(CALL(machine, c, getpid, 0), -MOX_ESRCH);
    CHECK_EQ(CALL(machine, other, getpid, 0), -MOX_ESRCH);
    machine_sound_and_saved(machine);
    mox_machine_destroy(machine);
}

static void directories_of_the_host(void) {
    mox_machine *machine = machine_new(NULL);
    uint8_t *bytes = NULL;
    const uint32_t a = bare_new(machine);
    static const char *const good[] = {"/one/two/three", "/one", "/", "/one//four/", "/tmp/five"};
    for (uint32_t i = 0; i < sizeof good / sizeof *good; i++) {
        CHECK_EQ(mox_machine_make_directory(machine, good[i]), MOX_OK);
        poke(machine, a, STATUS, good[i], (uint32_t)strlen(good[i]) + 1);
        CHECK_EQ(CALL(machine, a, chdir, STATUS), 0);
    }
    CHECK_EQ(mox_machine_put(machine, "/one/file", 0644, 0, &bytes), MOX_OK);
    CHECK_EQ(mox_machine_make_directory(machine, "/one/file"), MOX_BAD_ARGUMENT);
    CHECK_EQ(mox_machine_make_directory(machine, "/one/file/more"), MOX_BAD_ARGUMENT);
    CHECK_EQ(mox_machine_make_directory(machine, ""), MOX_BAD_ARGUMENT);
    CHECK_EQ(mox_machine_make_directory(machine, "/dev/null/x"), MOX_BAD_ARGUMENT);
    machine_sound_and_saved(machine);
    mox_machine_destroy(machine);
}

static void sleeping(void) {
    mox_machine *machine = machine_new(NULL);
    const uint32_t a = bare_new(machine);
    poke_word(machine, a, TIME, 3600);
    poke_word(machine, a, TIME + 4, 0);
    poke_word(machine, a, TIME + 8, 5);
    CHECK_EQ(CALL(machine, a, nanosleep, TIME, 0), MOX_DISPATCH_WAITS);
    CHECK_EQ(CALL(machine, a, nanosleep, TIME, 0), MOX_DISPATCH_WAITS);
    CHECK_EQ(mox_machine_run(machine, 1000), MOX_OK);
    CHECK_EQ(CALL(machine, a, nanosleep, TIME, 0), 0);
    CHECK_EQ(CALL(machine, a, clock_gettime, 1, OLD), 0);
    CHECK_EQ(peek_word(machine, a, OLD), 3600);
    poke_word(machine, a, TIME + 8, 1000000000);
    CHECK_EQ(CALL(machine, a, nanosleep, TIME, 0), -MOX_EINVAL);
    poke_word(machine, a, TIME + 8, 0);
    poke_word(machine, a, TIME + 4, 0xffffffff);
    CHECK_EQ(CALL(machine, a, nanosleep, TIME, 0), -MOX_EINVAL);
    machine_sound_and_saved(machine);
    mox_machine_destroy(machine);
}

int main(void) {
    families();
    a_full_table();
    memory_runs_out();
    heaps();
    mappings();
    file_mappings();
    identity();
    signals();
    signals_of_the_host();
    directories_of_the_host();
    sleeping();
    return check_report("cages as processes");
}
