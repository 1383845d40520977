/* #p: the cages as directories, /prog/ID. What a file tells is made when it is opened, so that
 * reading it in pieces gives one consistent text. */
#include "ns/dev_rows.h"

#include <string.h>

#include "base/alloc.h"
#include "base/codec.h"
#include "moxbox/errno.h"

enum {
    PROG_FILE_BITS = 8, /* a qid's path is id << 8 | file; file 0 is the directory of the cage */
    FILE_BUDGET = 1,
    FILE_CTL,
    FILE_DBGCTL,
    FILE_FD,
    FILE_MEM,
    FILE_NS,
    FILE_PGRP,
    FILE_REGS,
    FILE_STATUS,
    FILE_TEXT,
    FILE_WAIT,
    PROG_DIR_MODE = MODE_DIR | 0555,
    TEXT_MAX = 64 << 10
};

static const struct dev_row prog_list[] = {
    {"budget", MODE_FILE | 0444, FILE_BUDGET}, {"ctl", MODE_FILE | 0200, FILE_CTL},
    {"dbgctl", MODE_FILE | 0200, FILE_DBGCTL}, {"fd", MODE_FILE | 0444, FILE_FD},
    {"mem", MODE_FILE | 0400, FILE_MEM},       {"ns", MODE_FILE | 0400, FILE_NS},
    {"pgrp", MODE_FILE | 0444, FILE_PGRP},     {"regs", MODE_FILE | 0400, FILE_REGS},
    {"status", MODE_FILE | 0444, FILE_STATUS}, {"text", MODE_FILE | 0444, FILE_TEXT},
    {"wait", MODE_FILE | 0400, FILE_WAIT},
};
static const struct dev_rows prog_rows = {prog_list, sizeof prog_list / sizeof *prog_list};

/* What an open file told when it was opened. */
struct prog_text {
    uint32_t size;
    char bytes[TEXT_MAX];
};

static uint32_t id_of(const struct chan *chan) {
    return (uint32_t)(chan->qid.path >> PROG_FILE_BITS);
}

static uint32_t file_of(const struct chan *chan) {
    return (uint32_t)chan->qid.path & ((1u << PROG_FILE_BITS) - 1);
}

static uint64_t path_of(uint32_t id, uint64_t file) {
    return (uint64_t)id << PROG_FILE_BITS | file;
}

static bool state_of(const struct machine_devices *devices, uint32_t id, struct prog_state *state) {
    memset(state, 0, sizeof *state);
    return devices->hooks && devices->hooks->state &&
           devices->hooks->state(devices->context, id, state);
}

static int32_t prog_attach(struct machine_devices *devices, const struct caller *caller,
                           struct name spec, struct chan **root) {
    return attach_plain(&prog_device, devices, caller, spec, root);
}

static int32_t prog_walk(struct chan *dir, const struct caller *caller, struct name name,
                         struct chan **to) {
    struct prog_state state;
    uint32_t id = id_of(dir);
    (void)caller;
    if (name_is(name, "..")) {
        return chan_beside(dir, 0, MODE_DIR, NULL, to);
    }
    if (id != 0) {
        const struct dev_row *row = rows_find(&prog_rows, name);
        return row ? chan_beside(dir, path_of(id, row->path), row->mode, NULL, to) : -MOX_ENOENT;
    }
    if (!number_of(name, &id) || id == 0 || !state_of(dir->devices, id, &state)) {
        return -MOX_ENOENT;
    }
    return chan_beside(dir, path_of(id, 0), MODE_DIR, NULL, to);
}

static int32_t prog_get_attributes(struct chan *chan, const struct caller *caller,
                                   struct attributes *attributes) {
    struct prog_state state;
    (void)caller;
    if (chan->qid.path == 0) {
        attributes_set(attributes, PROG_DIR_MODE, 0, 0, chan->devices->start_time);
        return 0;
    }
    if (!state_of(chan->devices, id_of(chan), &state)) {
        return -MOX_ESRCH;
    }
    const struct dev_row *row = rows_path(&prog_rows, file_of(chan));
    attributes_set(attributes, row ? row->mode : PROG_DIR_MODE, state.uid, state.gid,
                   chan->devices->start_time);
    return 0;
}

/* "%8d %8d %10s %s %10s %5dK %s": id, group, user, time, state, memory, program. */
static void status_text(struct text *text, uint32_t id, const struct prog_state *state) {
    const uint64_t tenths = state->used / 100000000;
    text_number(text, id, 8);
    text_add(text, " ");
    text_number(text, state->group, 8);
    text_add(text, " ");
    text_number(text, state->uid, 10);
    text_number(text, tenths / 600, 5);
    text_add(text, tenths / 10 % 60 < 10 ? ":0" : ":");
    text_number(text, tenths / 10 % 60, 0);
    text_add(text, ".");
    text_number(text, tenths % 10, 0);
    text_add(text, " ");
    for (uint64_t i = strlen(state->state); i < 10; i++) {
        text_add(text, " ");
    }
    text_add(text, state->state);
    text_add(text, " ");
    text_number(text, (state->memory + 1023) / 1024, 5);
    text_add(text, "K ");
    text_add(text, state->program);
    if (state->call[0] != 0) {
        text_add(text, " (");
        text_add(text, state->call);
        text_add(text, ")");
    }
}

/* "%3d rw devno (qid) offset name", as Inferno has it; what has no device has "-". */
void descriptor_line(struct text *text, const struct prog_descriptor *descriptor) {
    static const char *const access[] = {"r ", "w ", "rw", "rw"};
    const struct chan *chan = descriptor->place ? descriptor->place->chan : NULL;
    const char letter = chan ? (char)chan->dev->letter : '-';
    text_number(text, descriptor->fd, 3);
    text_add(text, " ");
    text_add(text, access[descriptor->flags & 3]);
    text_add(text, " ");
    text_bytes(text, &letter, 1);
    text_number(text, chan ? chan->instance : 0, 5);
    text_add(text, " (");
    text_hex(text, chan ? chan->qid.path : 0, 8);
    text_number(text, chan ? chan->qid.version : 0, 5);
    text_add(text, ")");
    text_number(text, descriptor->offset, 10);
    text_add(text, " ");
}

static void fd_text(struct text *text, const struct machine_devices *devices, uint32_t id,
                    const struct caller *caller) {
    const struct view *view = devices->hooks->view(devices->context, id);
    struct prog_descriptor found;
    char path[PATH_MAX_BYTES];
    if (view && ns_path(view, caller, &view->here, path, sizeof path) >= 0) {
        text_add(text, path);
    }
    text_add(text, "\n");
    memset(&found, 0, sizeof found);
    for (uint32_t fd = 0; devices->hooks->descriptor(devices->context, id, fd, &found); fd++) {
        fd = found.fd;
        descriptor_line(text, &found);
        const bool dir = view && found.place && found.place->chan && chan_is_dir(found.place->chan);
        if (dir && ns_path(view, caller, found.place, path, sizeof path) >= 0) {
            text_add(text, path);
        } else {
            text_add(text, found.kind);
        }
        text_add(text, "\n");
        memset(&found, 0, sizeof found);
    }
}

static void ns_text(struct text *text, const struct machine_devices *devices, uint32_t id,
                    const struct caller *caller) {
    const struct view *view = devices->hooks->view(devices->context, id);
    char path[PATH_MAX_BYTES];
    uint32_t size;
    if (view == NULL) {
        return;
    }
    for (uint32_t i = 0; (size = ns_line(view, caller, i, path, sizeof path)) > 0; i++) {
        text_bytes(text, path, size);
        text_add(text, "\n");
    }
    if (ns_path(view, caller, &view->here, path, sizeof path) >= 0) {
        text_add(text, "cd ");
        text_add(text, path);
        text_add(text, "\n");
    }
}

static void regs_text(struct text *text, const struct prog_registers *registers) {
    static const char *const names[] = {"fp", "sp", "r0", "r1", "r2",  "r3",  "r4",  "r5",
                                        "r6", "r7", "r8", "r9", "r10", "r11", "r12", "r13"};
    for (uint32_t i = 0; i < 16; i++) {
        text_add(text, "$");
        text_add(text, names[i]);
        text_add(text, " ");
        text_hex(text, registers->r[i], 8);
        text_add(text, "\n");
    }
    text_add(text, "$pc ");
    text_hex(text, registers->pc, 8);
    text_add(text, "\n");
    for (uint32_t i = 0; i < 16; i++) {
        if (registers->sr[i] != 0) {
            text_add(text, "%");
            text_number(text, i, 0);
            text_add(text, " ");
            text_hex(text, registers->sr[i], 8);
            text_add(text, "\n");
        }
    }
}

static void number_line(struct text *text, const char *name, uint64_t number) {
    text_add(text, name);
    text_number(text, number, 0);
    text_add(text, "\n");
}

static int32_t make_text(const struct chan *chan, const struct caller *caller,
                         const struct prog_state *state, struct text *text) {
    const struct machine_devices *devices = chan->devices;
    const struct device_hooks *hooks = devices->hooks;
    struct prog_registers registers;
    const uint32_t id = id_of(chan);
    switch (file_of(chan)) {
    case FILE_BUDGET:
        number_line(text, "used ", state->used);
        number_line(text, "memory ", state->memory);
        return 0;
    case FILE_FD:
        if (hooks->view == NULL || hooks->descriptor == NULL) {
            return -MOX_EOPNOTSUPP;
        }
        fd_text(text, devices, id, caller);
        return 0;
    case FILE_NS:
        if (hooks->view == NULL) {
            return -MOX_EOPNOTSUPP;
        }
        ns_text(text, devices, id, caller);
        return 0;
    case FILE_PGRP: text_number(text, state->group, 0); return 0;
    case FILE_REGS:
        memset(&registers, 0, sizeof registers);
        if (hooks->registers == NULL || !hooks->registers(devices->context, id, &registers)) {
            return -MOX_EOPNOTSUPP;
        }
        regs_text(text, &registers);
        return 0;
    case FILE_STATUS: status_text(text, id, state); return 0;
    default: text_add(text, state->program); return 0;
    }
}

static bool has_text(uint32_t file) {
    return file != 0 && file != FILE_CTL && file != FILE_DBGCTL && file != FILE_MEM &&
           file != FILE_WAIT;
}

static int32_t prog_open(struct chan **chan, struct caller *caller, uint32_t mode) {
    struct prog_state state;
    const uint32_t file = file_of(*chan);
    const struct dev_row *row = rows_path(&prog_rows, file);
    if ((*chan)->qid.path == 0) {
        return may_open(caller, 0, 0, PROG_DIR_MODE, mode);
    }
    if (!state_of((*chan)->devices, id_of(*chan), &state)) {
        return -MOX_ESRCH;
    }
    int32_t result = may_open(caller, state.uid, state.gid, row ? row->mode : PROG_DIR_MODE, mode);
    if (result < 0 || !has_text(file) || (mode & OPEN_READ) == 0) {
        return result;
    }
    const struct mox_allocator *allocator = &(*chan)->devices->blocks;
    struct prog_text *made = alloc_get(allocator, sizeof *made);
    if (made == NULL) {
        return -MOX_ENOMEM;
    }
    struct text text = {made->bytes, sizeof made->bytes, 0};
    result = make_text(*chan, caller, &state, &text);
    made->size = text.size;
    if (result < 0) {
        alloc_give(allocator, made, sizeof *made);
    } else {
        (*chan)->state = made;
    }
    return result;
}

static int32_t read_wait(const struct chan *chan, struct caller *caller, uint8_t *to,
                         uint32_t size) {
    const struct machine_devices *devices = chan->devices;
    if (devices->hooks->wait == NULL) {
        return -MOX_EOPNOTSUPP;
    }
    return devices->hooks->wait(devices->context, id_of(chan), caller, (char *)to, size);
}

static int32_t prog_read(struct chan *chan, struct caller *caller, uint64_t offset, uint8_t *to,
                         uint32_t size) {
    const struct machine_devices *devices = chan->devices;
    const struct prog_text *text = chan->state;
    if (text) {
        return read_bytes(text->bytes, text->size, offset, to, size);
    }
    if (file_of(chan) == FILE_WAIT) {
        return read_wait(chan, caller, to, size);
    }
    if (file_of(chan) != FILE_MEM || devices->hooks->read_memory == NULL) {
        return -MOX_EOPNOTSUPP;
    }
    if (offset > UINT32_MAX) {
        return 0;
    }
    return devices->hooks->read_memory(devices->context, id_of(chan), (uint32_t)offset, to, size);
}

struct request {
    uint32_t file;
    const char *words;
    enum prog_command command;
};

static int32_t prog_write(struct chan *chan, struct caller *caller, uint64_t *offset,
                          const uint8_t *from, uint32_t size) {
    static const struct request requests[] = {{FILE_CTL, "kill", PROG_KILL},
                                              {FILE_CTL, "killgrp", PROG_KILL_GROUP},
                                              {FILE_DBGCTL, "stop", PROG_STOP},
                                              {FILE_DBGCTL, "unstop", PROG_START}};
    const struct machine_devices *devices = chan->devices;
    const struct name words = {(const char *)from, size - (size > 0 && from[size - 1] == '\n')};
    (void)offset;
    for (uint32_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        if (requests[i].file == file_of(chan) && name_is(words, requests[i].words)) {
            const int32_t result =
                devices->hooks->control
                    ? devices->hooks->control(devices->context, id_of(chan), requests[i].command)
                    : -MOX_EOPNOTSUPP;
            return result < 0 ? result : (int32_t)size;
        }
    }
    return chan_refuse(caller, MOX_EINVAL, WHY_REQUEST);
}

/* Ids in the order of their names: "10" stands before "2". */
static int32_t next_id(struct chan *dir, const struct dir_cursor *behind, struct entry *entry) {
    const struct machine_devices *devices = dir->devices;
    bool any = false;
    if (devices->hooks == NULL || devices->hooks->next == NULL) {
        return 0;
    }
    for (uint32_t id = devices->hooks->next(devices->context, 0); id != 0;
         id = devices->hooks->next(devices->context, id)) {
        char bytes[16];
        struct text name = {bytes, sizeof bytes, 0};
        text_number(&name, id, 0);
        if (name_before(behind->name, behind->name_size, bytes, name.size) &&
            (!any || name_before(bytes, name.size, entry->name, entry->name_size))) {
            entry_set(entry, (struct name){bytes, name.size}, path_of(id, 0), MODE_DIR);
            any = true;
        }
    }
    return any;
}

static int32_t prog_next(struct chan *dir, struct caller *caller, const struct dir_cursor *behind,
                         struct entry *entry) {
    (void)caller;
    if (dir->qid.path == 0) {
        return next_id(dir, behind, entry);
    }
    const struct dev_row *row = rows_behind(&prog_rows, behind);
    if (row == NULL) {
        return 0;
    }
    entry_set(entry, name_of_text(row->name), path_of(id_of(dir), row->path), row->mode);
    return 1;
}

static int32_t prog_name_of(struct chan *dir, const struct caller *caller, struct entry *entry) {
    struct prog_state state;
    char bytes[16];
    struct text name = {bytes, sizeof bytes, 0};
    (void)caller;
    if (!state_of(dir->devices, id_of(dir), &state)) {
        return -MOX_ENOENT;
    }
    text_number(&name, id_of(dir), 0);
    entry_set(entry, (struct name){bytes, name.size}, dir->qid.path, MODE_DIR);
    return 0;
}

static void prog_close(struct chan *chan) {
    alloc_give(&chan->devices->blocks, chan->state, sizeof(struct prog_text));
}

static void prog_codec(struct codec *codec, struct chan *chan) {
    bool there = chan->state != NULL;
    codec_flag(codec, &there);
    if (codec->loads && there) {
        chan->state = codec_get(codec, &chan->devices->blocks, sizeof(struct prog_text));
    }
    struct prog_text *text = chan->state;
    if (text && codec_good(codec)) {
        text->size = codec_most(codec, text->size, TEXT_MAX);
        codec_bytes(codec, text->bytes, text->size);
    }
}

const struct dev prog_device = {
    .letter = 'p',
    .name = "prog",
    .attach = prog_attach,
    .walk = prog_walk,
    .get_attributes = prog_get_attributes,
    .open = prog_open,
    .read = prog_read,
    .write = prog_write,
    .next = prog_next,
    .name_of = prog_name_of,
    .close = prog_close,
    .codec = prog_codec,
};
