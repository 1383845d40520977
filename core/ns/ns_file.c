/* namespace(6): a file of commands, one a line, that builds a name space.
 *
 *     bind [-abci] from to        unmount [-i] [from] to      fork     nodev
 *     cd directory                . file                      new
 *
 * Words may stand in quotes ('' is a quote within them) and may hold $variables of #e. A line whose
 * first character is '#' is a comment. -i: a failure does not matter. mount and import need a
 * server to dial and are refused. */
#include "ns/dev_rows.h"
#include "ns/mount.h"

#include <string.h>

#include "base/alloc.h"
#include "moxbox/errno.h"

enum { WORDS_MAX = 6, INCLUDE_MAX = 8, INCLUDED_SIZE = 64 << 10 };

struct words {
    struct name word[WORDS_MAX];
    uint32_t count;
    char bytes[2 * PATH_MAX_BYTES]; /* of all words */
    uint32_t used;
};

struct reader {
    struct view *view;
    struct caller *caller;
    struct words words;
};

static bool put(struct words *words, const char *bytes, uint32_t size) {
    if (size > sizeof words->bytes - words->used) {
        return false;
    }
    memcpy(words->bytes + words->used, bytes, size);
    words->used += size;
    words->word[words->count].size += size;
    return true;
}

static bool is_variable_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* $name at the front of the text: its value. Gives the bytes taken, 0 when it does not fit. */
static uint32_t put_variable(struct reader *reader, const char *text, uint32_t size) {
    uint32_t end = 1;
    while (end < size && is_variable_char(text[end])) {
        end++;
    }
    uint32_t value_size = 0;
    const uint8_t *value = NULL;
    if (reader->caller->environment) {
        value = environment_get(reader->caller->environment, (struct name){text + 1, end - 1},
                                &value_size);
    }
    return !value || put(&reader->words, (const char *)value, value_size) ? end : 0;
}

/* One word from the front of the text; the bytes taken, 0: something is wrong. */
static uint32_t take_word(struct reader *reader, const char *text, uint32_t size) {
    struct words *words = &reader->words;
    bool quoted = false;
    uint32_t at = 0;
    words->word[words->count] = (struct name){words->bytes + words->used, 0};
    while (at < size && (quoted || (text[at] != ' ' && text[at] != '\t'))) {
        const bool doubled = quoted && at + 1 < size && text[at + 1] == '\'';
        if (text[at] == '\'' && !doubled) {
            quoted = !quoted;
            at++;
        } else if (text[at] == '$' && !quoted) {
            const uint32_t taken = put_variable(reader, text + at, size - at);
            if (taken == 0) {
                return 0;
            }
            at += taken;
        } else {
            if (text[at] == 0 || !put(words, text + at, 1)) {
                return 0;
            }
            at += text[at] == '\'' ? 2 : 1;
        }
    }
    words->count++;
    return quoted ? 0 : at;
}

static bool take_words(struct reader *reader, const char *text, uint32_t size) {
    uint32_t at = 0;
    reader->words.count = 0;
    reader->words.used = 0;
    for (;;) {
        while (at < size && (text[at] == ' ' || text[at] == '\t' || text[at] == '\r')) {
            at++;
        }
        if (at == size) {
            return true;
        }
        if (reader->words.count == WORDS_MAX) {
            return false;
        }
        const uint32_t taken = take_word(reader, text + at, size - at);
        if (taken == 0) {
            return false;
        }
        at += taken;
    }
}

/* -abci; *arguments: the index of the first word that is no option. */
static bool take_options(const struct words *words, const char *allowed, uint32_t *flags,
                         bool *ignore, uint32_t *arguments) {
    *flags = MOUNT_REPLACE;
    *ignore = false;
    uint32_t i = 1;
    for (; i < words->count && words->word[i].size > 1 && words->word[i].bytes[0] == '-'; i++) {
        for (uint32_t j = 1; j < words->word[i].size; j++) {
            const char option = words->word[i].bytes[j];
            if (memchr(allowed, option, strlen(allowed)) == NULL) {
                return false;
            }
            *flags |= option == 'a'   ? (uint32_t)MOUNT_AFTER
                      : option == 'b' ? (uint32_t)MOUNT_BEFORE
                      : option == 'c' ? (uint32_t)MOUNT_CREATE
                                      : 0;
            *ignore = *ignore || option == 'i';
        }
    }
    *arguments = i;
    return true;
}

static int32_t do_bind(struct reader *reader) {
    const struct words *words = &reader->words;
    uint32_t flags;
    uint32_t first;
    bool ignore;
    if (!take_options(words, "abci", &flags, &ignore, &first) || words->count - first != 2) {
        return -MOX_EINVAL;
    }
    const int32_t result = view_bind(reader->view, reader->caller, NULL, words->word[first],
                                     words->word[first + 1], flags);
    return ignore && result < 0 ? 0 : result;
}

static int32_t do_unmount(struct reader *reader) {
    const struct words *words = &reader->words;
    uint32_t flags;
    uint32_t first;
    bool ignore;
    if (!take_options(words, "i", &flags, &ignore, &first) || words->count - first < 1 ||
        words->count - first > 2) {
        return -MOX_EINVAL;
    }
    const bool both = words->count - first == 2;
    const int32_t result =
        view_unmount(reader->view, reader->caller, NULL, both ? &words->word[first] : NULL,
                     words->word[words->count - 1]);
    return ignore && result < 0 ? 0 : result;
}

static int32_t do_cd(struct reader *reader) {
    struct place place;
    const int32_t result = ns_walk(reader->view, reader->caller, NULL, reader->words.word[1],
                                   WALK_DIRECTORY, &place, NULL);
    if (result < 0) {
        return result;
    }
    place_drop(&reader->view->here);
    reader->view->here = place;
    return 0;
}

/* All of a file, at most INCLUDED_SIZE bytes; the count. */
static int32_t read_whole(struct place *place, struct caller *caller, char *to) {
    int32_t size = 0;
    int32_t result = ns_open(place, caller, OPEN_READ);
    while (result >= 0) {
        result = chan_read(place->chan, caller, (uint32_t)size, (uint8_t *)to + size,
                           INCLUDED_SIZE - (uint32_t)size);
        if (result <= 0) {
            break;
        }
        size += result;
    }
    if (result == CALL_WAITS) { /* a namespace file has to be there */
        wait_leave(caller->waiter);
        return -MOX_EINVAL;
    }
    return result < 0 ? result : size == INCLUDED_SIZE ? -MOX_EFBIG : size;
}

static int32_t do_simple(struct reader *reader) {
    const struct name command = reader->words.word[0];
    if (reader->words.count != 1) {
        return -MOX_EINVAL;
    }
    if (name_is(command, "nodev")) {
        if (!ns_may_change(reader->view->ns, reader->caller)) {
            return -MOX_EPERM;
        }
        ns_no_devices(reader->view->ns);
        return 0;
    }
    int32_t result = -MOX_EINVAL;
    if (name_is(command, "new")) {
        result = view_new(reader->view);
    } else if (name_is(command, "fork")) {
        result = view_fork(reader->view);
    }
    if (result == 0) {
        ns_own(reader->view->ns, reader->caller->uid);
    }
    return result;
}

static int32_t do_line(struct reader *reader, const char *text, uint32_t size) {
    const struct words *words = &reader->words;
    if (size > 0 && text[0] == '#') {
        return 0;
    }
    if (!take_words(reader, text, size)) {
        return -MOX_EINVAL;
    }
    if (words->count == 0) {
        return 0;
    }
    if (name_is(words->word[0], "bind")) {
        return do_bind(reader);
    }
    if (name_is(words->word[0], "unmount")) {
        return do_unmount(reader);
    }
    if (name_is(words->word[0], "cd")) {
        return words->count == 2 ? do_cd(reader) : -MOX_EINVAL;
    }
    if (name_is(words->word[0], "mount") || name_is(words->word[0], "import")) {
        return -MOX_EOPNOTSUPP;
    }
    return do_simple(reader);
}

static int32_t read_text(struct reader *reader, const char *text, uint32_t size, uint32_t *line,
                         uint32_t depth);

/* ". file". Its own lines count as this one. */
static int32_t include(struct reader *reader, uint32_t depth) {
    const struct mox_allocator *allocator = &reader->view->ns->devices->allocator;
    struct place place;
    uint32_t line;
    if (reader->words.count != 2) {
        return -MOX_EINVAL;
    }
    if (depth == INCLUDE_MAX) {
        return -MOX_ELOOP;
    }
    int32_t result =
        ns_walk(reader->view, reader->caller, NULL, reader->words.word[1], 0, &place, NULL);
    if (result < 0) {
        return result;
    }
    char *text = alloc_get(allocator, INCLUDED_SIZE);
    result = text ? read_whole(&place, reader->caller, text) : -MOX_ENOMEM;
    place_drop(&place);
    if (result > 0) {
        result = read_text(reader, text, (uint32_t)result, &line, depth + 1);
    }
    alloc_give(allocator, text, INCLUDED_SIZE);
    return result;
}

/* Recursive in ". file" only, INCLUDE_MAX deep. */
static int32_t read_text(struct reader *reader, const char *text, uint32_t size, uint32_t *line,
                         uint32_t depth) {
    *line = 0;
    while (size > 0) {
        const char *end = memchr(text, '\n', size);
        const uint32_t length = end ? (uint32_t)(end - text) : size;
        int32_t result;
        ++*line;
        if (length > 1 && text[0] == '.' && (text[1] == ' ' || text[1] == '\t')) {
            result = take_words(reader, text, length) ? include(reader, depth) : -MOX_EINVAL;
        } else {
            result = do_line(reader, text, length);
        }
        if (result < 0) {
            return result;
        }
        text += end ? length + 1 : length;
        size -= end ? length + 1 : length;
    }
    return 0;
}

int32_t ns_read_file(struct view *view, struct caller *caller, const char *text, uint32_t size,
                     uint32_t *line) {
    const struct mox_allocator *allocator = &view->ns->devices->allocator;
    struct reader *reader = alloc_get(allocator, sizeof *reader);
    if (reader == NULL) {
        *line = 0;
        return -MOX_ENOMEM;
    }
    reader->view = view;
    reader->caller = caller;
    const int32_t result = read_text(reader, text, size, line, 0);
    alloc_give(allocator, reader, sizeof *reader);
    return result;
}
