/* Signals that queue and carry a value, and timers, through the calls of bare cages. */
#include "unit/cages.h"

#include "cage/signals.h"
#include "cage/timers.h"

enum {
    SET = SCRATCH,
    INFO = SCRATCH + 0x100,
    TIMER = SCRATCH + 0x200,
    OLD = SCRATCH + 0x300,
    ACTION = SCRATCH + 0x400
};
enum { FIRST = 40, SECOND = 41, QUEUED = -1, SENT_BY_KILL = 0, BY_TIMER = -2 };
enum { CODE = 8, PID = 12, VALUE = 28 }; /* in struct siginfo */

static uint64_t bits_of_both(void) {
    return signal_bit(FIRST) | signal_bit(SECOND);
}

/* Holds both signals back; SET stays the set of them. */
static void hold(mox_machine *machine, uint32_t cage) {
    poke_word(machine, cage, SET, (uint32_t)bits_of_both());
    poke_word(machine, cage, SET + 4, (uint32_t)(bits_of_both() >> 32));
    CHECK_EQ(CALL(machine, cage, sigprocmask, 0, SET, 0), 0);
}

static int32_t take(mox_machine *machine, uint32_t cage) {
    return CALL(machine, cage, sigtimedwait, SET, INFO, 0);
}

static void queues(void) {
    mox_machine *machine = machine_new(NULL);
    const uint32_t a = bare_new(machine);
    const uint32_t b = (uint32_t)CALL(machine, a, fork, 0);
    hold(machine, b);
    CHECK_EQ(CALL(machine, a, sigqueue, b, SECOND, 7, (uint32_t)QUEUED), 0);
    for (uint32_t i = 1; i < SIGNALS_QUEUED; i++) {
        CHECK_EQ(CALL(machine, a, sigqueue, b, FIRST, i, (uint32_t)QUEUED), 0);
        machine_sound_and_saved(machine);
    }
    CHECK_EQ(CALL(machine, a, sigqueue, b, FIRST, 0, (uint32_t)QUEUED), -MOX_EAGAIN);
    CHECK_EQ(CALL(machine, a, kill, b, FIRST), 0); /* which never fails so */
    for (uint32_t i = 1; i < SIGNALS_QUEUED; i++) {
        CHECK_EQ(take(machine, b), FIRST);
        CHECK_EQ((int32_t)peek_word(machine, b, INFO + CODE), QUEUED);
        CHECK_EQ(peek_word(machine, b, INFO + PID), a);
        CHECK_EQ(peek_word(machine, b, INFO + VALUE), i);
    }
    CHECK_EQ(take(machine, b), FIRST);
    CHECK_EQ((int32_t)peek_word(machine, b, INFO + CODE), SENT_BY_KILL);
    CHECK_EQ(take(machine, b), SECOND); /* the lowest first, whatever came first */
    CHECK_EQ(peek_word(machine, b, INFO + VALUE), 7);
    CHECK_EQ(take(machine, b), MOX_DISPATCH_WAITS);
    machine_sound_and_saved(machine);
    mox_machine_destroy(machine);
}

static void what_is_not_queued(void) {
    mox_machine *machine = machine_new(NULL);
    const uint32_t a = bare_new(machine);
    const uint32_t b = (uint32_t)CALL(machine, a, fork, 0);
    hold(machine, b);
    CHECK_EQ(CALL(machine, a, sigqueue, 0, FIRST, 0, (uint32_t)QUEUED), -MOX_ESRCH);
    CHECK_EQ(CALL(machine, a, sigqueue, 999, FIRST, 0, (uint32_t)QUEUED), -MOX_ESRCH);
    CHECK_EQ(CALL(machine, a, sigqueue, b, 65, 0, (uint32_t)QUEUED), -MOX_EINVAL);
    CHECK_EQ(CALL(machine, a, sigqueue, b, FIRST, 0, SENT_BY_KILL), -MOX_EINVAL);
    CHECK_EQ(CALL(machine, a, sigqueue, b, FIRST, 0, (uint32_t)BY_TIMER), -MOX_EINVAL);
    CHECK_EQ(CALL(machine, a, sigqueue, b, 0, 0, (uint32_t)QUEUED), 0);
    CHECK_EQ(take(machine, b), MOX_DISPATCH_WAITS);
    /* What is ignored then, all of it is gone; fork passes nothing on. */
    for (uint32_t i = 0; i < 3; i++) {
        CHECK_EQ(CALL(machine, a, sigqueue, b, FIRST, i, (uint32_t)QUEUED), 0);
    }
    const uint32_t c = (uint32_t)CALL(machine, b, fork, 0);
    CHECK_EQ(take(machine, c), MOX_DISPATCH_WAITS);
    poke_word(machine, b, ACTION, ABI_SIG_IGN);
    CHECK_EQ(CALL(machine, b, sigaction, FIRST, ACTION, 0), 0);
    CHECK_EQ(CALL(machine, b, sigpending, OLD), 0);
    CHECK_EQ(peek_word(machine, b, OLD + 4), 0);
    CHECK_EQ(take(machine, b), MOX_DISPATCH_WAITS);
    /* Who may not. */
    CHECK_EQ(CALL(machine, b, setuid, 1000), 0);
    CHECK_EQ(CALL(machine, b, sigqueue, a, FIRST, 0, (uint32_t)QUEUED), -MOX_EPERM);
    CHECK_EQ(CALL(machine, b, kill, CAGE_INIT, 0), -MOX_EPERM);
    CHECK_EQ(CALL(machine, a, kill, CAGE_INIT, ABI_SIGKILL), 0); /* which is deaf */
    CHECK(machine_cage(machine, CAGE_INIT) != NULL);
    machine_sound_and_saved(machine);
    mox_machine_destroy(machine);
}

/* A timer of value seconds, then every interval nanoseconds. */
static int32_t set_timer(mox_machine *machine, uint32_t cage, uint32_t id, uint32_t flags,
                         uint32_t value, uint32_t interval) {
    const uint32_t words[] = {0, 0, interval, value, 0, 0};
    for (uint32_t i = 0; i < 6; i++) {
        poke_word(machine, cage, TIMER + 4 * i, words[i]);
    }
    return CALL(machine, cage, timer_settime, id, flags, TIMER, OLD);
}

static void sleep_for(mox_machine *machine, uint32_t cage, uint32_t seconds) {
    poke_word(machine, cage, OLD, seconds);
    poke_word(machine, cage, OLD + 4, 0);
    poke_word(machine, cage, OLD + 8, 0);
    const uint64_t end = machine_clock(machine) + seconds * UINT64_C(1000000000);
    CHECK_EQ(CALL(machine, cage, nanosleep, OLD, 0), MOX_DISPATCH_WAITS);
    for (uint32_t i = 0; i < 1000 && machine_clock(machine) < end; i++) {
        CHECK_EQ(mox_machine_run(machine, 1000), MOX_OK);
    }
    CHECK_EQ(CALL(machine, cage, nanosleep, OLD, 0), 0);
}

static void timers_go_off(void) {
    mox_machine *machine = machine_new(NULL);
    const uint32_t a = bare_new(machine);
    hold(machine, a);
    CHECK_EQ(CALL(machine, a, timer_create, ABI_CLOCK_MONOTONIC, FIRST, 1234, 0), 0);
    CHECK_EQ(CALL(machine, a, timer_create, ABI_CLOCK_REALTIME, SECOND, 1234, 1), 1);
    CHECK_EQ(set_timer(machine, a, 0, 0, 1, 10), 0);
    CHECK_EQ(CALL(machine, a, timer_gettime, 0, OLD), 0);
    CHECK_EQ(peek_word(machine, a, OLD + 8), 10);
    CHECK(peek_word(machine, a, OLD + 20) > 999000000);
    const uint64_t spent = machine->spent;
    sleep_for(machine, a, 2);
    CHECK(machine->spent - spent < 2000); /* it rests while its signal waits */
    CHECK_EQ(CALL(machine, a, timer_gettime, 0, OLD), 0);
    CHECK(peek_word(machine, a, OLD + 20) <= 10);
    CHECK_EQ(CALL(machine, a, timer_getoverrun, 0), 0);
    CHECK_EQ(take(machine, a), FIRST);
    CHECK_EQ((int32_t)peek_word(machine, a, INFO + CODE), BY_TIMER);
    CHECK_EQ(peek_word(machine, a, INFO + VALUE), 1234);
    const int32_t overruns = CALL(machine, a, timer_getoverrun, 0);
    CHECK(overruns >= 100000000 && overruns < 100001000);
    /* A time in the past goes off at once, one time. */
    CHECK_EQ(set_timer(machine, a, 0, 0, 0, 0), 0);
    CHECK_EQ(set_timer(machine, a, 1, ABI_TIMER_ABSTIME, 1, 0), 0);
    sleep_for(machine, a, 1);
    CHECK_EQ(take(machine, a), SECOND);
    CHECK_EQ(peek_word(machine, a, INFO + VALUE), 1); /* its own id */
    CHECK_EQ(CALL(machine, a, timer_getoverrun, 1), 0);
    sleep_for(machine, a, 5);
    CHECK_EQ(take(machine, a), MOX_DISPATCH_WAITS);
    machine_sound_and_saved(machine);
    mox_machine_destroy(machine);
}

/* Its signal is dropped: it goes on. */
static void a_timer_whose_signal_is_ignored(void) {
    mox_machine *machine = machine_new(NULL);
    const uint32_t a = bare_new(machine);
    hold(machine, a);
    CHECK_EQ(CALL(machine, a, timer_create, ABI_CLOCK_MONOTONIC, FIRST, 0, 0), 0);
    CHECK_EQ(set_timer(machine, a, 0, 0, 1, 500000000), 0);
    sleep_for(machine, a, 2);
    poke_word(machine, a, ACTION, ABI_SIG_IGN);
    CHECK_EQ(CALL(machine, a, sigaction, FIRST, ACTION, 0), 0);
    poke_word(machine, a, ACTION, ABI_SIG_DFL);
    CHECK_EQ(CALL(machine, a, sigaction, FIRST, ACTION, 0), 0);
    sleep_for(machine, a, 1);
    CHECK_EQ(take(machine, a), FIRST);
    machine_sound_and_saved(machine);
    mox_machine_destroy(machine);
}

static void timers_refused(void) {
    mox_machine *machine = machine_new(NULL);
    const uint32_t a = bare_new(machine);
    const uint32_t monotonic = ABI_CLOCK_MONOTONIC;
    CHECK_EQ(CALL(machine, a, timer_delete, 0), -MOX_EINVAL);
    CHECK_EQ(CALL(machine, a, timer_create, ABI_CLOCK_PROCESS_CPUTIME_ID, FIRST, 0, 0),
             -MOX_EOPNOTSUPP);
    CHECK_EQ(CALL(machine, a, timer_create, 9, FIRST, 0, 0), -MOX_EINVAL);
    CHECK_EQ(CALL(machine, a, timer_create, monotonic, 65, 0, 0), -MOX_EINVAL);
    for (uint32_t i = 0; i < TIMERS_MAX; i++) {
        CHECK_EQ(CALL(machine, a, timer_create, monotonic, 0, 0, 0), i);
    }
    CHECK_EQ(CALL(machine, a, timer_create, monotonic, 0, 0, 0), -MOX_EAGAIN);
    CHECK_EQ(set_timer(machine, a, TIMERS_MAX, 0, 1, 0), -MOX_EINVAL);
    CHECK_EQ(set_timer(machine, a, 3, 2, 1, 0), -MOX_EINVAL);
    CHECK_EQ(set_timer(machine, a, 3, 0, 1, 1000000000), -MOX_EINVAL);
    CHECK_EQ(set_timer(machine, a, 3, 0, 1, 0), 0);
    CHECK_EQ(CALL(machine, a, timer_delete, 3), 0);
    CHECK_EQ(CALL(machine, a, timer_getoverrun, 3), -MOX_EINVAL);
    CHECK_EQ(CALL(machine, a, timer_gettime, 3, OLD), -MOX_EINVAL);
    CHECK_EQ(CALL(machine, a, timer_create, monotonic, 0, 0, 0), 3);
    /* A child has none of them. */
    const uint32_t b = (uint32_t)CALL(machine, a, fork, 0);
    CHECK_EQ(CALL(machine, b, timer_gettime, 0, OLD), -MOX_EINVAL);
    machine_sound_and_saved(machine);
    mox_machine_destroy(machine);
}

int main(void) {
    queues();
    what_is_not_queued();
    timers_go_off();
    a_timer_whose_signal_is_ignored();
    timers_refused();
    return check_report("signals that queue, and timers");
}
