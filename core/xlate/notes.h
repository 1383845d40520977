/* Notes on a translated module: what of it comes from where. For people who look at translated
 * code; a module that is to be run is made without them. */
#ifndef MOXBOX_XLATE_NOTES_H
#define MOXBOX_XLATE_NOTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cpu/cpu.h"
#include "moxbox/allocator.h"

enum note_kind {
#define NOTE(name, json, sentence) NOTE_##name,
#include "xlate/note.def"
};

enum stub_reason {
#define STUB(name, json, sentence) STUB_##name,
#include "xlate/stub.def"
};

enum note_place {
    PLACE_REGISTERS = REG_COUNT - 1,
#define PLACE(name, json, bytes) PLACE_##name,
#include "xlate/place.def"
};

/* Crosses into JavaScript as three words. */
struct note {
    uint32_t kind;
    uint32_t at;
    uint32_t value;
};

struct note_list {
    struct mox_allocator allocator;
    struct note *notes;
    uint32_t count;
    uint32_t capacity;
    bool failed; /* no memory for some */
};

/* list NULL: nobody looks. */
void note_add(struct note_list *list, enum note_kind kind, size_t at, uint32_t value);
/* The code that notes so far were about lies `by` bytes further on. */
void note_move(struct note_list *list, size_t by);
void note_free(struct note_list *list);

#endif
