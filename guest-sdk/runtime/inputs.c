/* Finding what the box loaded, by walking the descriptor list. */
#include <string.h>

#include "moxbox.h"

#include "rt_internal.h"

/* True when `word` is one of the comma-separated words of `tags`. */
static bool tags_contain(const char *tags, const char *word) {
    size_t length = strlen(word);
    while (*tags != '\0') {
        if (strncmp(tags, word, length) == 0 && (tags[length] == ',' || tags[length] == '\0')) {
            return true;
        }
        const char *comma = strchr(tags, ',');
        if (comma == NULL) {
            return false;
        }
        tags = comma + 1;
    }
    return false;
}

static bool list_ends(const struct moxie_memory_map_ent *entry) {
    return entry->addr == 0 && entry->length == 0 && entry->tags[0] == '\0';
}

int moxbox_find(const char *tag, struct moxbox_bytes *out) {
    for (const struct moxie_memory_map_ent *entry = moxie_memmap; !list_ends(entry); entry++) {
        if (tags_contain(entry->tags, tag)) {
            out->data = (const uint8_t *)entry->addr;
            out->size = entry->length;
            return 0;
        }
    }
    return -1;
}

/* Writes "data" and the number; stdio's formatter would be most of a small program. */
static void data_tag(unsigned index, char tag[16]) {
    char digits[10];
    unsigned count = 0;
    do {
        digits[count++] = (char)('0' + index % 10);
        index /= 10;
    } while (index != 0);
    memcpy(tag, "data", 4);
    char *at = tag + 4;
    while (count != 0) {
        *at++ = digits[--count];
    }
    *at = '\0';
}

int moxbox_input(unsigned index, struct moxbox_bytes *out) {
    char tag[16];
    data_tag(index, tag);
    return moxbox_find(tag, out);
}

unsigned moxbox_input_count(void) {
    struct moxbox_bytes ignored;
    unsigned count = 0;
    while (moxbox_input(count, &ignored) == 0) {
        count++;
    }
    return count;
}

size_t moxbox_stack_size(void) {
    struct moxbox_bytes stack;
    return moxbox_find("stack", &stack) == 0 ? stack.size : 0;
}

size_t moxbox_stack_left(void) {
    struct moxbox_bytes stack;
    if (moxbox_find("stack", &stack) != 0) {
        return 0;
    }
    return (uintptr_t)__builtin_frame_address(0) - (uintptr_t)stack.data;
}
