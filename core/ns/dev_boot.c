/* #B: the sealed inputs of a machine, /boot/NAME, which nobody can change; /boot/.sha256 lists
 * their SHA-256 in the form of sha256sum. */
#include "ns/dev_rows.h"

#include <string.h>

#include "base/alloc.h"
#include "base/codec.h"
#include "base/sha256.h"
#include "moxbox/errno.h"

enum { BOOT_DIR_MODE = MODE_DIR | 0555, BOOT_MODE = MODE_FILE | 0555, SUMS = UINT32_MAX };

static const char sums_name[] = ".sha256";

static bool is_good(struct name name) {
    return name.size > 0 && name.size <= NAME_MAX_BYTES && name.bytes[0] != '.' &&
           !memchr(name.bytes, '/', name.size) && !memchr(name.bytes, 0, name.size);
}

bool boot_check(const struct machine_devices *devices) {
    uint32_t count = 0;
    for (const struct boot_input *input = devices->inputs; input; input = input->next) {
        const struct boot_input *next = input->next;
        if ((input->size > 0) != (input->bytes != NULL) || input->number == 0 ||
            input->number > devices->input_count ||
            !is_good((struct name){input->name, input->name_size}) ||
            (next && !name_before(input->name, input->name_size, next->name, next->name_size))) {
            return false;
        }
        count++;
    }
    return count == devices->input_count;
}

int32_t boot_add(struct machine_devices *devices, struct name name, uint32_t size,
                 uint8_t **bytes) {
    if (!is_good(name)) {
        return -MOX_EINVAL;
    }
    struct boot_input **at = &devices->inputs;
    while (*at && name_before((*at)->name, (*at)->name_size, name.bytes, name.size)) {
        at = &(*at)->next;
    }
    if (*at && (*at)->name_size == name.size && memcmp((*at)->name, name.bytes, name.size) == 0) {
        return -MOX_EEXIST;
    }
    struct boot_input *input = alloc_get(&devices->allocator, sizeof *input + name.size);
    if (input && size > 0) {
        input->bytes = alloc_get(&devices->blocks, size);
    }
    if (input == NULL || (size > 0 && input->bytes == NULL)) {
        alloc_give(&devices->allocator, input, sizeof *input + name.size);
        return -MOX_ENOMEM;
    }
    input->size = size;
    input->number = ++devices->input_count;
    input->name_size = name.size;
    memcpy(input->name, name.bytes, name.size);
    input->next = *at;
    *at = input;
    *bytes = input->bytes;
    return 0;
}

const uint8_t *boot_digest(struct boot_input *input) {
    if (!input->sealed) {
        sha256_of(input->bytes, input->size, input->digest);
        input->sealed = true;
    }
    return input->digest;
}

static struct boot_input *input_of(const struct chan *chan) {
    return chan->node;
}

static int32_t boot_attach(struct machine_devices *devices, const struct caller *caller,
                           struct name spec, struct chan **root) {
    return attach_plain(&boot_device, devices, caller, spec, root);
}

static int32_t boot_walk(struct chan *dir, const struct caller *caller, struct name name,
                         struct chan **to) {
    (void)caller;
    if (name_is(name, "..")) {
        return chan_beside(dir, 0, MODE_DIR, NULL, to);
    }
    if (name_is(name, sums_name)) {
        return chan_beside(dir, SUMS, MODE_FILE, NULL, to);
    }
    for (struct boot_input *input = dir->devices->inputs; input; input = input->next) {
        if (input->name_size == name.size && memcmp(input->name, name.bytes, name.size) == 0) {
            return chan_beside(dir, input->number, MODE_FILE, input, to);
        }
    }
    return -MOX_ENOENT;
}

/* "digest  name\n" for each input; as many bytes as there is room for behind offset. */
static uint32_t sums(struct machine_devices *devices, uint64_t offset, uint8_t *to, uint32_t size) {
    uint64_t at = 0;
    uint32_t given = 0;
    for (struct boot_input *input = devices->inputs; input; input = input->next) {
        char bytes[64 + 2 + NAME_MAX_BYTES + 1];
        struct text line = {bytes, sizeof bytes, 0};
        const uint8_t *digest = boot_digest(input);
        for (uint32_t i = 0; i < 32; i++) {
            text_hex(&line, digest[i], 2);
        }
        text_add(&line, "  ");
        text_bytes(&line, input->name, input->name_size);
        text_add(&line, "\n");
        for (uint32_t i = 0; i < line.size; i++, at++) {
            if (at >= offset && given < size) {
                to[given++] = (uint8_t)bytes[i];
            }
        }
    }
    return given;
}

static uint64_t sums_size(const struct machine_devices *devices) {
    uint64_t size = 0;
    for (const struct boot_input *input = devices->inputs; input; input = input->next) {
        size += 64 + 2 + input->name_size + 1;
    }
    return size;
}

static int32_t boot_get_attributes(struct chan *chan, const struct caller *caller,
                                   struct attributes *attributes) {
    (void)caller;
    const bool dir = chan_is_dir(chan);
    const uint32_t mode = dir                      ? BOOT_DIR_MODE
                          : chan->qid.path == SUMS ? MODE_FILE | 0444
                                                   : BOOT_MODE;
    attributes_set(attributes, mode, 0, 0, chan->devices->start_time);
    if (!dir) {
        attributes->size = input_of(chan) ? input_of(chan)->size : sums_size(chan->devices);
        attributes->blocks = (attributes->size + 511) / 512;
    }
    return 0;
}

static int32_t boot_set_attributes(struct chan *chan, const struct caller *caller,
                                   const struct attribute_change *change) {
    (void)chan;
    (void)caller;
    (void)change;
    return -MOX_EROFS;
}

static int32_t boot_open(struct chan **chan, struct caller *caller, uint32_t mode) {
    if (mode & (OPEN_WRITE | OPEN_TRUNCATE)) {
        return -MOX_EROFS;
    }
    return may_open(caller, 0, 0, input_of(*chan) ? BOOT_MODE : MODE_FILE | 0555, mode);
}

static int32_t boot_create(struct chan *dir, const struct caller *caller, struct name name,
                           const struct creation *creation, struct chan **made) {
    struct chan *chan;
    (void)creation;
    (void)made;
    if (boot_walk(dir, caller, name, &chan) == 0) {
        chan_drop(chan);
        return -MOX_EEXIST;
    }
    return -MOX_EROFS;
}

static int32_t boot_remove(struct chan *dir, const struct caller *caller, struct name name,
                           bool directory) {
    (void)dir;
    (void)caller;
    (void)name;
    (void)directory;
    return -MOX_EROFS;
}

static int32_t boot_read(struct chan *chan, struct caller *caller, uint64_t offset, uint8_t *to,
                         uint32_t size) {
    (void)caller;
    const struct boot_input *input = input_of(chan);
    if (input == NULL) {
        return (int32_t)sums(chan->devices, offset, to, size);
    }
    return read_bytes(input->bytes, input->size, offset, to, size);
}

static int32_t boot_next(struct chan *dir, struct caller *caller, const struct dir_cursor *behind,
                         struct entry *entry) {
    (void)caller;
    const struct name first = name_of_text(sums_name);
    const struct boot_input *input = dir->devices->inputs;
    while (input && !name_before(behind->name, behind->name_size, input->name, input->name_size)) {
        input = input->next;
    }
    if (name_before(behind->name, behind->name_size, first.bytes, first.size) &&
        (input == NULL || name_before(first.bytes, first.size, input->name, input->name_size))) {
        entry_set(entry, first, SUMS, MODE_FILE);
        return 1;
    }
    if (input == NULL) {
        return 0;
    }
    entry_set(entry, (struct name){input->name, input->name_size}, input->number, MODE_FILE);
    return 1;
}

static void boot_codec(struct codec *codec, struct chan *chan) {
    struct boot_input *input = chan->devices->inputs;
    while (codec->loads && input && input->number != chan->qid.path) {
        input = input->next;
    }
    chan->node = codec->loads ? input : chan->node; /* the path tells */
}

static bool boot_joined(struct chan *chan) {
    return chan_is_dir(chan) || chan->qid.path == SUMS || chan->node;
}

const struct dev boot_device = {
    .letter = 'B',
    .name = "boot",
    .attach = boot_attach,
    .walk = boot_walk,
    .get_attributes = boot_get_attributes,
    .set_attributes = boot_set_attributes,
    .open = boot_open,
    .create = boot_create,
    .read = boot_read,
    .next = boot_next,
    .remove = boot_remove,
    .codec = boot_codec,
    .joined = boot_joined,
};
