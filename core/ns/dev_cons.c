/* #c: the console, the clock, random bytes, and what /dev has everywhere else (null, zero, tty...).
 * The names are Inferno's and Linux's together. */
#include "ns/console.h"
#include "ns/dev_rows.h"

#include <string.h>

#include "base/codec.h"
#include "moxbox/errno.h"

/* Every file, in the order of names: its name, its mode, and its number as CONS_... */
#define CONS_FILES(FILE)                                                                           \
    FILE("cons", MODE_CHAR | 0666, CONS)                                                           \
    FILE("consctl", MODE_FILE | 0222, CTL)                                                         \
    FILE("drivers", MODE_FILE | 0444, DRIVERS)                                                     \
    FILE("fd", LINK, FD)                                                                           \
    FILE("full", MODE_CHAR | 0666, FULL)                                                           \
    FILE("hostowner", MODE_FILE | 0444, HOSTOWNER)                                                 \
    FILE("hoststderr", MODE_FILE | 0222, HOSTSTDERR)                                               \
    FILE("hoststdin", MODE_FILE | 0444, HOSTSTDIN)                                                 \
    FILE("hoststdout", MODE_FILE | 0222, HOSTSTDOUT)                                               \
    FILE("memory", MODE_FILE | 0444, MEMORY)                                                       \
    FILE("msec", MODE_FILE | 0444, MSEC)                                                           \
    FILE("notquiterandom", MODE_CHAR | 0444, NOTQUITERANDOM)                                       \
    FILE("null", MODE_CHAR | 0666, NULL)                                                           \
    FILE("random", MODE_CHAR | 0666, RANDOM)                                                       \
    FILE("stderr", LINK, STDERR)                                                                   \
    FILE("stdin", LINK, STDIN)                                                                     \
    FILE("stdout", LINK, STDOUT)                                                                   \
    FILE("sysctl", MODE_FILE | 0444, SYSCTL)                                                       \
    FILE("sysname", MODE_FILE | 0644, SYSNAME)                                                     \
    FILE("time", MODE_FILE | 0444, TIME)                                                           \
    FILE("tty", MODE_CHAR | 0666, TTY)                                                             \
    FILE("urandom", MODE_CHAR | 0666, URANDOM)                                                     \
    FILE("user", MODE_FILE | 0444, USER)                                                           \
    FILE("zero", MODE_CHAR | 0666, ZERO)

#define NUMBER(name, mode, number) CONS_##number,
#define ROW(name, mode, number) {name, mode, CONS_##number},
enum { CONS_DIR, CONS_FILES(NUMBER) };
enum { CONS_DIR_MODE = MODE_DIR | 0555, LINK = MODE_SYMLINK | 0777 };

static const struct dev_row cons_list[] = {CONS_FILES(ROW)};
static const struct dev_rows cons_rows = {cons_list, sizeof cons_list / sizeof *cons_list};

static uint32_t mode_of(const struct chan *chan) {
    const struct dev_row *row = rows_path(&cons_rows, chan->qid.path);
    return row ? row->mode : CONS_DIR_MODE;
}

/* Linux's numbers of character devices; 0 for files that only Inferno has. */
static uint32_t rdev_of(uint64_t path) {
    switch (path) {
    case CONS_NULL: return 1 << 8 | 3;
    case CONS_ZERO: return 1 << 8 | 5;
    case CONS_FULL: return 1 << 8 | 7;
    case CONS_RANDOM: return 1 << 8 | 8;
    case CONS_NOTQUITERANDOM:
    case CONS_URANDOM: return 1 << 8 | 9;
    case CONS_TTY: return 5 << 8 | 0;
    case CONS_CONS: return 5 << 8 | 1;
    default: return 0;
    }
}

static int32_t cons_attach(struct machine_devices *devices, const struct caller *caller,
                           struct name spec, struct chan **root) {
    return attach_plain(&cons_device, devices, caller, spec, root);
}

static int32_t cons_walk(struct chan *dir, const struct caller *caller, struct name name,
                         struct chan **to) {
    (void)caller; /* everybody may search here */
    if (name_is(name, "..")) {
        return chan_beside(dir, CONS_DIR, MODE_DIR, NULL, to);
    }
    const struct dev_row *row = rows_find(&cons_rows, name);
    return row ? chan_beside(dir, row->path, row->mode, NULL, to) : -MOX_ENOENT;
}

static const char *target_of(const struct chan *chan) {
    switch (chan->qid.path) {
    case CONS_FD: return "/fd";
    case CONS_STDIN: return "/fd/0";
    case CONS_STDOUT: return "/fd/1";
    default: return "/fd/2";
    }
}

static int32_t cons_get_attributes(struct chan *chan, const struct caller *caller,
                                   struct attributes *attributes) {
    (void)caller;
    attributes_set(attributes, mode_of(chan), 0, 0, chan->devices->start_time);
    attributes->rdev = rdev_of(chan->qid.path);
    if (chan_is_symlink(chan)) {
        attributes->size = strlen(target_of(chan));
    }
    return 0;
}

/* What open with O_TRUNC asks for of a device means nothing. */
static int32_t cons_set_attributes(struct chan *chan, const struct caller *caller,
                                   const struct attribute_change *change) {
    (void)chan;
    (void)caller;
    return change->set == SET_SIZE ? -MOX_EINVAL : -MOX_EPERM;
}

static int32_t cons_open(struct chan **chan, struct caller *caller, uint32_t mode) {
    return may_open(caller, 0, 0, mode_of(*chan), mode);
}

static void drivers_text(struct text *text) {
    const struct dev *dev;
    for (uint32_t i = 0; (dev = devtab_at(i)) != NULL; i++) {
        const char letter = (char)dev->letter; /* all of ours are ASCII */
        text_add(text, "#");
        text_bytes(text, &letter, 1);
        text_add(text, " ");
        text_add(text, dev->name);
        text_add(text, "\n");
    }
}

static void memory_text(struct machine_devices *devices, struct text *text) {
    uint64_t limit = 0;
    if (devices->hooks == NULL || devices->hooks->memory == NULL) {
        return;
    }
    text_number(text, devices->hooks->memory(devices->context, &limit), 11);
    text_number(text, limit, 12);
    text_add(text, " machine\n");
}

static int32_t read_text(struct chan *chan, const struct caller *caller, uint64_t offset,
                         uint8_t *to, uint32_t size) {
    char bytes[512];
    struct text text = {bytes, sizeof bytes, 0};
    struct machine_devices *devices = chan->devices;
    switch (chan->qid.path) {
    case CONS_DRIVERS: drivers_text(&text); break;
    case CONS_HOSTOWNER: text_number(&text, devices->host_uid, 0); break;
    case CONS_MEMORY: memory_text(devices, &text); break;
    case CONS_MSEC:
        text_number(&text, (caller->now - devices->start_time) / 1000000, 11);
        text_add(&text, " ");
        break;
    case CONS_SYSCTL: text_add(&text, "moxbox"); break;
    case CONS_SYSNAME: text_add(&text, devices->sysname); break;
    case CONS_TIME: text_number(&text, caller->now / 1000, 0); break;
    case CONS_USER: text_number(&text, caller->uid, 0); break;
    default: return -MOX_EINVAL;
    }
    return read_bytes(bytes, text.size, offset, to, size);
}

static int32_t cons_read(struct chan *chan, struct caller *caller, uint64_t offset, uint8_t *to,
                         uint32_t size) {
    switch (chan->qid.path) {
    case CONS_NULL: return 0;
    case CONS_FULL:
    case CONS_ZERO:
        if (size > 0) {
            memset(to, 0, size);
        }
        return (int32_t)size;
    case CONS_RANDOM:
    case CONS_URANDOM:
    case CONS_NOTQUITERANDOM: random_bytes(&chan->devices->random, to, size); return (int32_t)size;
    case CONS_CONS:
    case CONS_TTY: return console_read_line(chan->devices, caller, to, size);
    case CONS_HOSTSTDIN: return console_read(chan->devices, caller, to, size);
    default: return read_text(chan, caller, offset, to, size);
    }
}

/* Without the newline that echo writes. */
static struct name request_of(const uint8_t *from, uint32_t size) {
    size -= size > 0 && from[size - 1] == '\n';
    return (struct name){(const char *)from, size};
}

static int32_t control(struct chan *chan, const struct caller *caller, struct name request) {
    struct console *console = &chan->devices->console;
    if (name_is(request, "rawon")) {
        if (chan->state == NULL) {
            chan->state = console; /* any mark will do */
            console->raw++;
        }
        return 0;
    }
    if (name_is(request, "rawoff")) {
        console->raw -= chan->state != NULL;
        chan->state = NULL;
        return 0;
    }
    return chan_refuse(caller, MOX_EINVAL, WHY_REQUEST);
}

static int32_t set_sysname(struct machine_devices *devices, struct name name) {
    if (name.size == 0 || name.size > SYSNAME_MAX || memchr(name.bytes, 0, name.size) != NULL) {
        return -MOX_EINVAL;
    }
    memset(devices->sysname, 0, sizeof devices->sysname);
    memcpy(devices->sysname, name.bytes, name.size);
    return 0;
}

static int32_t cons_write(struct chan *chan, struct caller *caller, uint64_t *offset,
                          const uint8_t *from, uint32_t size) {
    int32_t result = 0;
    (void)offset;
    switch (chan->qid.path) {
    case CONS_NULL:
    case CONS_ZERO:
    case CONS_RANDOM:
    case CONS_URANDOM: return (int32_t)size;
    case CONS_FULL: return size == 0 ? 0 : -MOX_ENOSPC;
    case CONS_CONS:
    case CONS_TTY:
    case CONS_HOSTSTDOUT: return console_write(chan->devices, CONSOLE_OUT, from, size);
    case CONS_HOSTSTDERR: return console_write(chan->devices, CONSOLE_ERROR, from, size);
    case CONS_CTL: result = control(chan, caller, request_of(from, size)); break;
    case CONS_SYSNAME: result = set_sysname(chan->devices, request_of(from, size)); break;
    default: result = -MOX_EPERM; break;
    }
    return result < 0 ? result : (int32_t)size;
}

static int32_t cons_next(struct chan *dir, struct caller *caller, const struct dir_cursor *behind,
                         struct entry *entry) {
    (void)dir;
    (void)caller;
    const struct dev_row *row = rows_behind(&cons_rows, behind);
    if (row == NULL) {
        return 0;
    }
    entry_set(entry, name_of_text(row->name), row->path, row->mode);
    return 1;
}

static int32_t cons_read_link(struct chan *chan, const struct caller *caller, char *to,
                              uint32_t size) {
    (void)caller;
    const char *target = target_of(chan);
    return read_bytes(target, strlen(target), 0, (uint8_t *)to, size);
}

static int32_t cons_poll(struct chan *chan, struct waiter *waiter) {
    switch (chan->qid.path) {
    case CONS_CONS:
    case CONS_TTY: return console_poll_line(chan->devices, waiter);
    case CONS_HOSTSTDIN: return console_poll(chan->devices, CONSOLE_IN, waiter);
    default: return READY_IN | READY_OUT;
    }
}

static void cons_close(struct chan *chan) {
    if (chan->qid.path == CONS_CTL && chan->state != NULL) {
        chan->devices->console.raw--;
    }
}

static void cons_codec(struct codec *codec, struct chan *chan) {
    bool raw = chan->state != NULL;
    codec_flag(codec, &raw);
    if (codec->loads && raw) {
        (void)codec_need(codec, chan->qid.path == CONS_CTL);
        chan->state = &chan->devices->console;
        chan->devices->console.raw++;
    }
}

const struct dev cons_device = {
    .letter = 'c',
    .name = "cons",
    .attach = cons_attach,
    .walk = cons_walk,
    .get_attributes = cons_get_attributes,
    .set_attributes = cons_set_attributes,
    .open = cons_open,
    .read = cons_read,
    .write = cons_write,
    .next = cons_next,
    .read_link = cons_read_link,
    .poll = cons_poll,
    .close = cons_close,
    .codec = cons_codec,
};
