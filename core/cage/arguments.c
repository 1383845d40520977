/* Guest pointers end here: what a handler gets are host bytes that were checked. Where the bytes of
 * one buffer lie in several regions, the handler gets a copy, which is put back behind the call. */
#include "cage/arguments.h"

#include "base/alloc.h"
#include "cage/fdtable.h"

#include <string.h>

enum {
    SIZE_MAX_OF_CALL = 0x7ffff000, /* as Linux cuts it */
    POINTER = 4,
};

struct bounce {
    struct bounce *next;
    uint32_t address;
    uint32_t size;
    bool write_back;
    uint8_t bytes[];
};

/* Where an empty buffer points. Nobody writes it. */
static const uint8_t nothing[1];

static struct bounce *bounce_new(struct cage *cage, struct arguments *arguments, uint32_t address,
                                 uint32_t size) {
    struct bounce *bounce = alloc_get(&cage->machine->allocator, sizeof *bounce + size);
    if (bounce != NULL) {
        bounce->next = arguments->bounces;
        bounce->address = address;
        bounce->size = size;
        arguments->bounces = bounce;
    }
    return bounce;
}

/* Guest bytes as one piece of host memory. */
static int32_t take_bytes(struct cage *cage, struct arguments *arguments, uint32_t address,
                          uint32_t size, uint32_t rights, struct span *span) {
    if (size > SIZE_MAX_OF_CALL) {
        size = SIZE_MAX_OF_CALL;
    }
    *span = (struct span){(uint8_t *)(uintptr_t)nothing, 0};
    if (size == 0) {
        return 0;
    }
    const struct region *region = space_find(&cage->space, address);
    if (region == NULL) {
        return -MOX_EFAULT;
    }
    const uint32_t offset = address - region->base;
    if (size <= region->size - offset) {
        if ((region->rights & rights) != rights) {
            return -MOX_EFAULT;
        }
        *span = (struct span){region->bytes + offset, size};
    } else {
        if (!space_allows(&cage->space, address, size, rights)) {
            return -MOX_EFAULT;
        }
        struct bounce *bounce = bounce_new(cage, arguments, address, size);
        if (bounce == NULL) {
            return -MOX_ENOMEM;
        }
        bounce->write_back = (rights & RIGHT_WRITE) != 0;
        (void)space_fetch(&cage->space, address, bounce->bytes, size);
        *span = (struct span){bounce->bytes, size};
    }
    arguments->bytes += size <= UINT32_MAX - arguments->bytes ? size : 0;
    return 0;
}

/* The length of a string of at most `most` bytes with its NUL; -EFAULT, or `too_long`. */
static int32_t string_length(const struct space *space, uint32_t address, uint32_t most,
                             int32_t too_long) {
    uint32_t length = 0;
    while (length < most) {
        const struct region *region = space_find(space, address + length);
        if (region == NULL || !(region->rights & RIGHT_READ)) {
            return -MOX_EFAULT;
        }
        const uint32_t offset = address + length - region->base;
        const uint32_t left = region->size - offset;
        const uint32_t here = left < most - length ? left : most - length;
        const uint8_t *end = memchr(region->bytes + offset, 0, here);
        if (end != NULL) {
            return (int32_t)(length + (uint32_t)(end - (region->bytes + offset)));
        }
        length += here;
    }
    return too_long;
}

static int32_t take_path(struct cage *cage, struct arguments *arguments, uint32_t address,
                         struct name *name) {
    const int32_t length = string_length(&cage->space, address, PATH_MAX_BYTES, -MOX_ENAMETOOLONG);
    if (length < 0) {
        return length;
    }
    struct span span;
    const int32_t error = take_bytes(cage, arguments, address, (uint32_t)length, RIGHT_READ, &span);
    *name = (struct name){(const char *)span.bytes, span.size};
    return error;
}

/* The strings of an array of pointers, counted (to NULL) or collected. */
static int32_t collect_strings(struct cage *cage, uint32_t array, uint8_t *to, uint32_t *size) {
    *size = 0;
    for (uint32_t at = array;; at += POINTER) {
        uint32_t string;
        if (at < array || !space_load(&cage->space, at, POINTER, &string)) {
            return -MOX_EFAULT;
        }
        if (string == 0) {
            return 0;
        }
        const uint32_t room = ARGUMENTS_MAX - *size;
        const int32_t length = string_length(&cage->space, string, room, -MOX_E2BIG);
        if (length < 0) {
            return length;
        }
        if (to != NULL) {
            (void)space_fetch(&cage->space, string, to + *size, (uint32_t)length + 1);
        }
        *size += (uint32_t)length + 1;
    }
}

static int32_t take_strings(struct cage *cage, struct arguments *arguments, uint32_t array,
                            struct const_span *strings) {
    uint32_t size;
    *strings = (struct const_span){nothing, 0};
    if (array == 0) {
        return 0;
    }
    const int32_t error = collect_strings(cage, array, NULL, &size);
    if (error < 0 || size == 0) {
        return error;
    }
    struct bounce *bounce = bounce_new(cage, arguments, 0, size);
    if (bounce == NULL) {
        return -MOX_ENOMEM;
    }
    *strings = (struct const_span){bounce->bytes, size};
    arguments->bytes += size;
    return collect_strings(cage, array, bounce->bytes, &size);
}

static int32_t take_iovec(struct cage *cage, struct arguments *arguments, uint32_t array,
                          uint32_t count, uint32_t rights, struct spans *spans) {
    struct span list;
    *spans = (struct spans){arguments->items, count, 0};
    if (count > IOVEC_MAX) {
        return -MOX_EINVAL;
    }
    int32_t error = take_bytes(cage, arguments, array, count * ABI_IOVEC_SIZE, RIGHT_READ, &list);
    if (error < 0) {
        return error;
    }
    struct span *items = arguments->items;
    if (count > ARGUMENT_ITEMS) {
        items = alloc_get(&cage->machine->allocator, count * sizeof *items);
        if (items == NULL) {
            return -MOX_ENOMEM;
        }
        arguments->more_items = items;
        arguments->item_count = count;
    }
    spans->items = items;
    for (uint32_t i = 0; i < count; i++) {
        struct abi_iovec entry;
        abi_load(&entry, list.bytes + i * ABI_IOVEC_SIZE, ABI_IOVEC_SIZE);
        if (entry.size > (uint32_t)INT32_MAX - spans->size) {
            return -MOX_EINVAL;
        }
        error = take_bytes(cage, arguments, entry.base, entry.size, rights, &items[i]);
        if (error < 0) {
            return error;
        }
        spans->size += items[i].size;
    }
    return 0;
}

static int32_t take_room(struct cage *cage, struct arguments *arguments, uint32_t address,
                         uint32_t size, struct room *room) {
    struct span span;
    if (size > INT32_MAX) {
        return -MOX_EINVAL;
    }
    const int32_t error = take_bytes(cage, arguments, address, size, RIGHT_WRITE, &span);
    *room = (struct room){span.bytes, span.size, 0};
    return error;
}

/* The part of a message that may be missing. */
static int32_t take_part(struct cage *cage, struct arguments *arguments, uint32_t address,
                         uint32_t size, uint32_t rights, struct room *room) {
    struct span span = {NULL, 0};
    const int32_t error =
        address == 0 ? 0 : take_bytes(cage, arguments, address, size, rights, &span);
    *room = (struct room){span.bytes, span.size, 0};
    return error;
}

static int32_t take_message(struct cage *cage, struct arguments *arguments, uint32_t address,
                            uint32_t rights, struct message *message) {
    struct abi_msghdr header;
    struct span span;
    *message = (struct message){.flags = 0};
    int32_t error =
        take_bytes(cage, arguments, address, ABI_MSGHDR_SIZE, RIGHT_READ | rights, &span);
    if (error < 0) {
        return error;
    }
    abi_load(&header, span.bytes, ABI_MSGHDR_SIZE);
    error = take_part(cage, arguments, header.name, header.name_size, rights, &message->address);
    if (error == 0) {
        error = take_part(cage, arguments, header.control, header.control_size, rights,
                          &message->control);
    }
    if (error == 0) {
        error = take_iovec(cage, arguments, header.iov, header.iov_count, rights, &message->data);
    }
    if (rights & RIGHT_WRITE) {
        arguments->message = address;
    }
    return error == -MOX_EINVAL && header.iov_count > IOVEC_MAX ? -MOX_EMSGSIZE : error;
}

/* Bytes that a command's argument has, and whether the kernel reads or writes them. */
static uint32_t command_size(uint32_t call, uint32_t command, uint32_t *rights) {
    static const struct {
        uint16_t call;
        uint16_t command;
        uint8_t size;
        uint8_t rights;
    } commands[] = {
        {CALL_ioctl, 0x541b, 4, RIGHT_WRITE}, /* FIONREAD */
        {CALL_ioctl, 0x5421, 4, RIGHT_READ},  /* FIONBIO */
        {CALL_ioctl, 0x5452, 4, RIGHT_READ},  /* FIOASYNC */
        {CALL_ioctl, 0x5401, ABI_TERMIOS_SIZE, RIGHT_WRITE},
        {CALL_ioctl, 0x5402, ABI_TERMIOS_SIZE, RIGHT_READ},
        {CALL_ioctl, 0x5403, ABI_TERMIOS_SIZE, RIGHT_READ},
        {CALL_ioctl, 0x5404, ABI_TERMIOS_SIZE, RIGHT_READ},
        {CALL_ioctl, 0x540f, 4, RIGHT_WRITE}, /* TIOCGPGRP */
        {CALL_ioctl, 0x5410, 4, RIGHT_READ},  /* TIOCSPGRP */
        {CALL_ioctl, 0x5413, ABI_WINSIZE_SIZE, RIGHT_WRITE},
        {CALL_fcntl, 5, ABI_FLOCK_SIZE, RIGHT_READ | RIGHT_WRITE}, /* F_GETLK */
        {CALL_fcntl, 6, ABI_FLOCK_SIZE, RIGHT_READ},
        {CALL_fcntl, 7, ABI_FLOCK_SIZE, RIGHT_READ},
        {CALL_shmctl, 2, ABI_SHMID_SIZE, RIGHT_WRITE}, /* IPC_STAT */
        {CALL_shmctl, 1, ABI_SHMID_SIZE, RIGHT_READ},  /* IPC_SET */
    };
    for (uint32_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (commands[i].call == call && commands[i].command == command) {
            *rights = commands[i].rights;
            return commands[i].size;
        }
    }
    return 0;
}

/* Descriptors come first: a bad one is -EBADF whatever else is wrong. */
static int32_t take_descriptor(struct cage *cage, const struct argument_rule *rule,
                               const uint32_t words[ARGUMENTS], union argument *value) {
    const uint32_t fd = words[rule->reg];
    if (rule->kind == ARGUMENT_AT && fd == ABI_AT_FDCWD) {
        value->file = NULL;
        return 0;
    }
    struct file *file = fdtable_get(cage->fds, fd);
    uint32_t first;
    if (rule->kind == ARGUMENT_FD) {
        value->word = fd;
    } else {
        value->file = file;
    }
    if (file == NULL && rule->kind == ARGUMENT_AT &&
        space_load(&cage->space, words[rule->reg + 1], 1, &first) &&
        (first == '/' || first == '#')) {
        return 0;
    }
    return file != NULL ? 0 : -MOX_EBADF;
}

static int32_t take_list(struct cage *cage, const struct argument_rule *rule,
                         const uint32_t words[ARGUMENTS], struct arguments *arguments,
                         struct span *span) {
    const uint32_t count = words[rule->other];
    if (count > LIST_MAX) {
        return -MOX_EINVAL;
    }
    return take_bytes(cage, arguments, words[rule->reg], count * rule->size, rule->rights, span);
}

static int32_t take_one(struct cage *cage, uint32_t number, const struct argument_rule *rule,
                        const uint32_t words[ARGUMENTS], struct arguments *arguments) {
    union argument *value = &arguments->value[rule->reg];
    const uint32_t word = words[rule->reg];
    uint32_t rights = rule->rights;
    uint32_t size;
    if (rule->optional && word == 0) {
        memset(value, 0, sizeof *value);
        return 0;
    }
    switch ((enum argument_kind)rule->kind) {
    case ARGUMENT_NONE:
    case ARGUMENT_FILE:
    case ARGUMENT_FD:
    case ARGUMENT_AT: return 0;
    case ARGUMENT_WORD: value->word = word; return 0;
    case ARGUMENT_PATH: return take_path(cage, arguments, word, &value->name);
    case ARGUMENT_BYTES:
        return take_bytes(cage, arguments, word, words[rule->other], rights, &value->span);
    case ARGUMENT_FIXED: return take_bytes(cage, arguments, word, rule->size, rights, &value->span);
    case ARGUMENT_LIST: return take_list(cage, rule, words, arguments, &value->span);
    case ARGUMENT_ROOM:
        if (!space_allows(&cage->space, words[rule->other], POINTER, RIGHT_READ | RIGHT_WRITE)) {
            return -MOX_EFAULT;
        }
        (void)space_load(&cage->space, words[rule->other], POINTER, &size);
        arguments->room_words[rule->reg] = words[rule->other];
        return take_room(cage, arguments, word, size, &value->room);
    case ARGUMENT_STRINGS: return take_strings(cage, arguments, word, &value->const_span);
    case ARGUMENT_IOVEC:
        return take_iovec(cage, arguments, word, words[rule->other], rights, &value->spans);
    case ARGUMENT_MESSAGE: return take_message(cage, arguments, word, rights, &value->message);
    case ARGUMENT_COMMAND:
        size = command_size(number, words[rule->other], &rights);
        if (size == 0) {
            value->span = (struct span){NULL, word};
            return 0;
        }
        return take_bytes(cage, arguments, word, size, rights, &value->span);
    }
    return -MOX_EINVAL;
}

int32_t arguments_take(struct cage *cage, const struct call_info *info,
                       const uint32_t words[ARGUMENTS], struct arguments *arguments) {
    int32_t error = 0;
    arguments->bounces = NULL;
    arguments->more_items = NULL;
    arguments->message = 0;
    arguments->bytes = 0;
    memset(arguments->room_words, 0, sizeof arguments->room_words);
    for (const struct argument_rule *rule = info->rules; rule->kind != ARGUMENT_NONE; rule++) {
        if (rule->kind == ARGUMENT_FILE || rule->kind == ARGUMENT_FD || rule->kind == ARGUMENT_AT) {
            error = take_descriptor(cage, rule, words, &arguments->value[rule->reg]);
            if (error < 0) {
                return error;
            }
        }
    }
    for (const struct argument_rule *rule = info->rules; rule->kind != ARGUMENT_NONE; rule++) {
        error = take_one(cage, info->number, rule, words, arguments);
        if (error < 0) {
            arguments_end(cage, arguments, CALL_WAITS);
            return error;
        }
    }
    return 0;
}

/* Tells the guest how large things would have been. The addresses were checked before the call, and
 * calls with rooms change no mapping. */
static void tell_sizes(struct cage *cage, struct arguments *arguments) {
    for (uint32_t i = 0; i < ARGUMENTS; i++) {
        if (arguments->room_words[i] != 0) {
            (void)space_store(&cage->space, arguments->room_words[i], POINTER,
                              arguments->value[i].room.needed);
        }
    }
    if (arguments->message != 0) {
        const struct message *message = &arguments->value[1].message;
        const uint32_t words[][2] = {
            {offsetof(struct abi_msghdr, name_size), message->address.needed},
            {offsetof(struct abi_msghdr, control_size), message->control.needed},
            {offsetof(struct abi_msghdr, flags), message->flags},
        };
        for (uint32_t i = 0; i < 3; i++) {
            (void)space_store(&cage->space, arguments->message + words[i][0], POINTER, words[i][1]);
        }
    }
}

void arguments_end(struct cage *cage, struct arguments *arguments, int32_t result) {
    while (arguments->bounces != NULL) {
        struct bounce *bounce = arguments->bounces;
        arguments->bounces = bounce->next;
        if (result != CALL_WAITS && bounce->write_back) {
            space_put(&cage->space, bounce->address, bounce->bytes, bounce->size);
        }
        alloc_give(&cage->machine->allocator, bounce, sizeof *bounce + bounce->size);
    }
    if (result >= 0) {
        tell_sizes(cage, arguments);
    }
    if (arguments->more_items != NULL) {
        alloc_give(&cage->machine->allocator, arguments->more_items,
                   arguments->item_count * sizeof *arguments->more_items);
        arguments->more_items = NULL;
    }
}
