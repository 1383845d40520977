/* A cage for a codec (base/codec.h): what machine/ does not do itself of the text that its hash and
 * its snapshots are made of. Parents follow from the lists of children, and counts of references
 * from the references. */
#include "base/codec.h"
#include "cage/epoll.h"
#include "cage/fdtable.h"
#include "cage/files.h"
#include "cage/memory.h"
#include "cage/names.h"
#include "cage/process.h"
#include "cage/scheduler.h"
#include "cage/signals.h"
#include "cage/timers.h"
#include "mem/space_change.h"

#include <string.h>

static void info_codec(struct codec *codec, struct abi_siginfo *info) {
    uint32_t words[sizeof *info / 4];
    memcpy(words, info, sizeof words);
    codec_words(codec, words, sizeof words / sizeof *words);
    memcpy(info, words, sizeof words);
}

static void signals_codec(struct codec *codec, struct signals *signals) {
    for (uint32_t i = 1; i <= ABI_SIGNAL_COUNT; i++) {
        codec_word(codec, &signals->actions[i].handler);
        codec_word(codec, &signals->actions[i].flags);
        codec_wide(codec, &signals->actions[i].mask);
    }
    codec_wide(codec, &signals->mask);
    codec_wide(codec, &signals->pending);
    for (uint32_t i = 1; i <= ABI_SIGNAL_COUNT; i++) {
        if (signals->pending & signal_bit(i)) {
            info_codec(codec, &signals->info[i]);
        }
    }
    signals->queued = codec_most(codec, signals->queued, SIGNALS_QUEUED);
    for (uint32_t i = 0; i < signals->queued; i++) {
        info_codec(codec, &signals->queue[i]);
    }
    codec_wide(codec, &signals->awaited);
    codec_flag(codec, &signals->mask_saved);
    if (signals->mask_saved) {
        codec_wide(codec, &signals->saved_mask);
    }
    codec_wide(codec, &signals->alarm);
    codec_wide(codec, &signals->alarm_interval);
    codec_word(codec, &signals->stack.address);
    codec_word(codec, &signals->stack.size);
    codec_word(codec, &signals->stack.flags);
}

static void timers_codec(struct codec *codec, struct cage *cage) {
    bool there = cage->timers != NULL;
    codec_flag(codec, &there);
    if (there && codec->loads) {
        cage->timers = codec_get(codec, &codec->structures, sizeof *cage->timers);
    }
    for (uint32_t i = 0; cage->timers != NULL && i < TIMERS_MAX; i++) {
        struct timer *timer = &cage->timers->timers[i];
        timer->used = codec_most(codec, timer->used, 1);
        codec_word(codec, &timer->clock);
        timer->signal = codec_most(codec, timer->signal, ABI_SIGNAL_COUNT);
        codec_word(codec, &timer->value);
        timer->rests = codec_most(codec, timer->rests, 1);
        codec_word(codec, &timer->overruns);
        codec_wide(codec, &timer->at);
        codec_wide(codec, &timer->interval);
    }
}

void caller_codec(struct codec *codec, struct caller *caller) {
    codec_word(codec, &caller->uid);
    codec_word(codec, &caller->gid);
    codec_word(codec, &caller->umask);
    codec_wide(codec, &caller->now);
    codec_word(codec, &caller->progress);
    caller->group_count = codec_most(codec, caller->group_count, CALLER_GROUPS);
    codec_words(codec, caller->groups, caller->group_count);
}

static void names_codec(struct codec *codec, struct cage *cage) {
    struct name_failure *failure = &cage->failure;
    bool tells_why = cage->caller.why != NULL;
    view_codec(codec, &cage->view);
    environment_codec(codec, &cage->caller.environment);
    codec_word(codec, (uint32_t *)&failure->error);
    failure->why = codec_most(codec, failure->why, WHY_COUNT - 1);
    failure->name_size = codec_most(codec, failure->name_size, sizeof failure->name);
    codec_bytes(codec, failure->name, failure->name_size);
    codec_flag(codec, &tells_why);
    cage->caller.why = tells_why ? &failure->why : NULL;
}

static void words_codec(struct codec *codec, struct cage *cage) {
    uint32_t *words[] = {
        &cage->quantum_left, &cage->call,        &cage->call_fd,  &cage->brk_start, &cage->brk,
        &cage->exit_status,  &cage->stop_signal, &cage->group,    &cage->session,   &cage->uid,
        &cage->gid,          &cage->saved_uid,   &cage->saved_gid};
    for (uint32_t i = 0; i < sizeof words / sizeof *words; i++) {
        codec_word(codec, words[i]);
    }
    cage->state = (enum cage_state)codec_most(codec, (uint32_t)cage->state, CAGE_BARE);
    cage->change = (enum cage_change)codec_most(codec, (uint32_t)cage->change, CAGE_WAS_CONTINUED);
    codec_flag(codec, &cage->interrupted);
    codec_flag(codec, &cage->executed);
    codec_wide(codec, &cage->deadline);
    codec_wide(codec, &cage->used);
    codec_wide(codec, &cage->used_by_children);
    caller_codec(codec, &cage->caller);
    uint32_t size = (uint32_t)strlen(cage->program);
    size = codec_most(codec, size, sizeof cage->program - 1);
    codec_bytes(codec, cage->program, size);
}

/* In the order of their making, which waitpid goes by. */
static void children_codec(struct codec *codec, struct cage *cage) {
    struct cage **at = &cage->first_child;
    while (codec_more(codec, *at)) {
        *at = cage_codec(codec, *at);
        struct cage *child = *at;
        if (!codec_need(codec, child != NULL && (!codec->loads || child->parent == NULL))) {
            return;
        }
        child->parent = cage;
        at = &child->next_sibling;
    }
    wait_codec(codec, &cage->child_ended);
}

static void cage_begin(struct codec *codec, void *object) {
    struct cage *cage = object;
    struct mox_machine *machine = codec->machine;
    cage->id = codec_most(codec, cage->id, CAGE_ID_MAX);
    if (!codec->loads) {
        return;
    }
    cage->machine = machine;
    cage->waiter.allocator = machine->allocator;
    cage->waiter.woken = scheduler_woken;
    cage->caller.waiter = &cage->waiter;
    cage->caller.id = cage->id;
    cage->parent = cage->id == CAGE_INIT ? cage : NULL;
    space_init(&cage->space, &machine->allocator, SPACE_END);
    cage->space.blocks = machine->blocks;
}

/* A zombie has nothing but what waitpid tells; cage 1 no program. */
static void cage_body(struct codec *codec, void *object) {
    struct cage *cage = object;
    words_codec(codec, cage);
    children_codec(codec, cage);
    if (cage->state == CAGE_ZOMBIE || !codec_good(codec)) {
        return;
    }
    if (codec->loads) {
        cage->signals = signals_new(&codec->structures);
        if (cage->signals == NULL || cpu_init(&cage->cpu, &codec->structures) != MOX_OK) {
            codec_fail(codec, -MOX_ENOMEM);
            return;
        }
    }
    cpu_codec(codec, &cage->cpu);
    signals_codec(codec, cage->signals);
    timers_codec(codec, cage);
    space_codec(codec, &cage->space);
    if (cage->id != CAGE_INIT) {
        names_codec(codec, cage);
        files_cage_codec(codec, cage);
        (void)codec_need(codec, cage->view.ns != NULL);
    }
}

static bool leads_to_init(const struct cage *cage) {
    uint32_t steps = 0;
    while (cage != NULL && cage->id != CAGE_INIT && ++steps <= cage->machine->slots) {
        cage = cage->parent;
    }
    return cage != NULL && cage->id == CAGE_INIT;
}

static bool cage_end_codec(struct codec *codec, void *object) {
    const struct cage *cage = object;
    const bool no_heap = cage->brk == cage->brk_start;
    (void)codec;
    return cage->id != CAGE_HOST && (cage->id != CAGE_INIT || cage->state == CAGE_BARE) &&
           cage->state != CAGE_DEAD && leads_to_init(cage) &&
           (no_heap || (cage->brk > cage->brk_start && cage->brk <= MMAP_BASE)) &&
           (cage->signals == NULL || !cage->signals->mask_saved || cage->id != CAGE_INIT);
}

static const struct codec_kind cage_kind = {.size = sizeof(struct cage),
                                            .single = true,
                                            .begin = cage_begin,
                                            .body = cage_body,
                                            .end = cage_end_codec};

struct cage *cage_codec(struct codec *codec, struct cage *cage) {
    return codec_reference(codec, &cage_kind, cage);
}

struct cage *cage_codec_owned(struct codec *codec, struct cage *cage) {
    return codec_owned(codec, &cage_kind, cage);
}

enum waiter_tag { NOBODY, A_CAGE, AN_INTEREST };

struct waiter *cage_waiter_codec(struct codec *codec, struct waiter *waiter) {
    const bool interest = waiter != NULL && epoll_is_waiter(waiter);
    const uint32_t tag = codec_most(codec,
                                    waiter == NULL ? NOBODY
                                    : interest     ? AN_INTEREST
                                                   : A_CAGE,
                                    AN_INTEREST);
    if (tag == AN_INTEREST) {
        return epoll_waiter_codec(codec, waiter);
    }
    if (tag == NOBODY || !codec_good(codec)) {
        return NULL;
    }
    struct cage *cage =
        waiter != NULL ? (struct cage *)(void *)((uint8_t *)waiter - offsetof(struct cage, waiter))
                       : NULL;
    cage = cage_codec(codec, cage);
    (void)codec_need(codec, cage != NULL);
    return cage != NULL ? &cage->waiter : NULL;
}
