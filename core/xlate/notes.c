#include "xlate/notes.h"

#include "base/alloc.h"

enum { FIRST_CAPACITY = 1024 };

void note_add(struct note_list *list, enum note_kind kind, size_t at, uint32_t value) {
    if (list == NULL || list->failed) {
        return;
    }
    if (list->count == list->capacity) {
        const uint32_t capacity = list->capacity == 0 ? FIRST_CAPACITY : 2 * list->capacity;
        struct note *notes = alloc_more(&list->allocator, list->notes,
                                        list->capacity * sizeof *notes, capacity * sizeof *notes);
        if (notes == NULL) {
            list->failed = true;
            return;
        }
        list->notes = notes;
        list->capacity = capacity;
    }
    list->notes[list->count++] = (struct note){kind, (uint32_t)at, value};
}

void note_move(struct note_list *list, size_t by) {
    for (uint32_t i = 0; list != NULL && i < list->count; i++) {
        struct note *note = &list->notes[i];
        if (note->kind != NOTE_LOCAL && note->kind != NOTE_PLACE && note->kind != NOTE_REGION) {
            note->at += (uint32_t)by;
        }
    }
}

void note_free(struct note_list *list) {
    alloc_give(&list->allocator, list->notes, list->capacity * sizeof *list->notes);
    *list = (struct note_list){.allocator = list->allocator};
}
