#include "base/codec.h"

#include <string.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "moxbox/errno.h"

enum { ROOM_FIRST = 1024, TABLE_FIRST = 64, NO_PLACE = UINT32_MAX };

void codec_save(struct codec *codec, const struct mox_allocator *allocator) {
    *codec = (struct codec){.allocator = *allocator};
}

void codec_load(struct codec *codec, const struct mox_allocator *allocator,
                const struct mox_allocator *structures, const uint8_t *text, uint32_t size) {
    *codec = (struct codec){.allocator = *allocator,
                            .structures = *structures,
                            .loads = true,
                            .text = (uint8_t *)(uintptr_t)text, /* only read */
                            .size = size};
}

void codec_free(struct codec *codec) {
    const struct mox_allocator *allocator = &codec->allocator;
    if (!codec->loads) {
        alloc_give(allocator, codec->text, codec->room);
    }
    alloc_give(allocator, codec->objects, codec->object_room * sizeof *codec->objects);
    alloc_give(allocator, codec->places, codec->place_count * sizeof *codec->places);
    alloc_give(allocator, codec->blobs, codec->blob_room * sizeof *codec->blobs);
    codec->text = NULL;
    codec->objects = NULL;
    codec->places = NULL;
    codec->blobs = NULL;
}

bool codec_good(const struct codec *codec) {
    return codec->error == 0;
}

void codec_fail(struct codec *codec, int32_t error) {
    codec->error = codec->error != 0 ? codec->error : error;
}

bool codec_need(struct codec *codec, bool condition) {
    if (!condition) {
        codec_fail(codec, -MOX_EINVAL);
    }
    return codec_good(codec);
}

void *codec_get(struct codec *codec, const struct mox_allocator *allocator, size_t size) {
    if (!codec_good(codec) || size == 0) {
        return NULL;
    }
    void *memory = alloc_get(allocator, size);
    if (memory == NULL) {
        codec_fail(codec, -MOX_ENOMEM);
    }
    return memory;
}

/* Room for one more element of an array that grows by doubling. */
static bool grow(struct codec *codec, void **array, uint32_t *room, uint32_t count, size_t size,
                 uint32_t first) {
    if (count < *room) {
        return true;
    }
    const uint32_t wanted = *room == 0 ? first : *room * 2;
    void *larger = codec_good(codec) && wanted > *room
                       ? alloc_more(&codec->allocator, *array, *room * size, wanted * size)
                       : NULL;
    if (larger == NULL) {
        codec_fail(codec, -MOX_ENOMEM);
        return false;
    }
    *array = larger;
    *room = wanted;
    return true;
}

/* Where the next `size` bytes of the text are. NULL: there are none. */
static uint8_t *text_place(struct codec *codec, uint32_t size) {
    if (!codec_good(codec)) {
        return NULL;
    }
    if (codec->loads) {
        if (!codec_need(codec, size <= codec->size - codec->at)) {
            return NULL;
        }
        codec->at += size;
        return codec->text + codec->at - size;
    }
    if (size > UINT32_MAX / 2 - codec->size) {
        codec_fail(codec, -MOX_ENOMEM);
        return NULL;
    }
    while (codec->room < codec->size + size) {
        void *text = codec->text;
        if (!grow(codec, &text, &codec->room, codec->room, 1, ROOM_FIRST)) {
            return NULL;
        }
        codec->text = text;
    }
    codec->size += size;
    return codec->text + codec->size - size;
}

void codec_bytes(struct codec *codec, void *bytes, uint32_t size) {
    uint8_t *place = size > 0 ? text_place(codec, size) : NULL;
    if (place == NULL) {
        return;
    }
    if (codec->loads) {
        memcpy(bytes, place, size);
    } else {
        memcpy(place, bytes, size);
    }
}

void codec_word(struct codec *codec, uint32_t *word) {
    uint8_t *place = text_place(codec, 4);
    if (place == NULL) {
        *word = codec->loads ? 0 : *word;
    } else if (codec->loads) {
        *word = bytes_load32(place);
    } else {
        bytes_store32(place, *word);
    }
}

void codec_words(struct codec *codec, uint32_t *words, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        codec_word(codec, &words[i]);
    }
}

void codec_wide(struct codec *codec, uint64_t *wide) {
    uint32_t low = (uint32_t)*wide;
    uint32_t high = (uint32_t)(*wide >> 32);
    codec_word(codec, &low);
    codec_word(codec, &high);
    *wide = low | (uint64_t)high << 32;
}

uint32_t codec_most(struct codec *codec, uint32_t value, uint32_t most) {
    codec_word(codec, &value);
    return codec_need(codec, value <= most) || !codec->loads ? value : 0;
}

void codec_flag(struct codec *codec, bool *flag) {
    *flag = codec_most(codec, *flag ? 1 : 0, 1) == 1;
}

bool codec_more(struct codec *codec, const void *next) {
    bool more = next != NULL;
    codec_flag(codec, &more);
    return more && codec_good(codec);
}

void codec_blob_at(struct codec *codec, uint8_t *bytes, uint32_t size, const uint8_t *digest) {
    void *blobs = codec->blobs;
    if (codec_good(codec) && size > 0 &&
        grow(codec, &blobs, &codec->blob_room, codec->blob_count, sizeof *codec->blobs,
             TABLE_FIRST)) {
        codec->blobs = blobs;
        codec->blobs[codec->blob_count++] = (struct codec_blob){bytes, size, digest};
    }
}

void codec_blob(struct codec *codec, const struct mox_allocator *allocator, uint8_t **bytes,
                uint32_t size, uint32_t room, const uint8_t *digest) {
    if (codec->loads) {
        *bytes = codec_get(codec, allocator, room);
    }
    codec_blob_at(codec, *bytes, size, codec->loads ? NULL : digest);
}

/* Addresses decide where a number stands in `places`, and nothing that can be seen. */
static uint32_t *place_of(const struct codec *codec, const void *object) {
    const uint64_t mixed = (uint64_t)(uintptr_t)object * 0x9e3779b97f4a7c15u;
    uint32_t at = (uint32_t)(mixed >> 32) & (codec->place_count - 1);
    while (codec->places[at] != 0 && codec->objects[codec->places[at] - 1].object != object) {
        at = (at + 1) & (codec->place_count - 1);
    }
    return &codec->places[at];
}

/* Twice as many places as objects, at least. */
static bool more_places(struct codec *codec) {
    if (codec->count < codec->place_count / 2) {
        return true;
    }
    const uint32_t before = codec->place_count;
    uint32_t *old = codec->places;
    const uint32_t wanted = before == 0 ? 2 * TABLE_FIRST : before * 2;
    uint32_t *places = codec_get(codec, &codec->allocator, wanted * sizeof *places);
    if (places == NULL) {
        return false;
    }
    codec->places = places;
    codec->place_count = wanted;
    for (uint32_t i = 0; i < codec->count; i++) {
        *place_of(codec, codec->objects[i].object) = i + 1;
    }
    alloc_give(&codec->allocator, old, before * sizeof *old);
    return true;
}

/* The number of an object that has none yet; 0: no memory. */
static uint32_t add_object(struct codec *codec, const struct codec_kind *kind, void *object) {
    void *objects = codec->objects;
    if (!grow(codec, &objects, &codec->object_room, codec->count, sizeof *codec->objects,
              TABLE_FIRST)) {
        return 0;
    }
    codec->objects = objects;
    codec->objects[codec->count] = (struct codec_object){kind, object, false};
    return ++codec->count;
}

static void begin(struct codec *codec, const struct codec_kind *kind, void *object) {
    if (kind->begin != NULL) {
        kind->begin(codec, object);
    }
}

static uint32_t save_reference(struct codec *codec, const struct codec_kind *kind, void *object) {
    uint32_t number = 0;
    bool fresh = false;
    if (object != NULL && more_places(codec)) {
        uint32_t *place = place_of(codec, object);
        fresh = *place == 0;
        if (fresh) {
            *place = add_object(codec, kind, object);
        }
        number = *place;
    }
    codec_word(codec, &number);
    if (fresh && number != 0) {
        begin(codec, kind, object);
    }
    return number;
}

static uint32_t load_reference(struct codec *codec, const struct codec_kind *kind) {
    uint32_t number = 0;
    codec_word(codec, &number);
    if (number > codec->count && codec_need(codec, number == codec->count + 1)) {
        void *object = codec_get(codec, &codec->structures, kind->size);
        number = object != NULL ? add_object(codec, kind, object) : 0;
        if (number == 0) {
            alloc_give(&codec->structures, object, kind->size);
            return 0;
        }
        begin(codec, kind, object);
    }
    if (number != 0 && codec_good(codec)) {
        (void)codec_need(codec, codec->objects[number - 1].kind == kind);
    }
    return codec_good(codec) ? number : 0;
}

void *codec_reference(struct codec *codec, const struct codec_kind *kind, void *object) {
    if (!codec->loads) {
        (void)save_reference(codec, kind, object);
        return object;
    }
    const uint32_t number = load_reference(codec, kind);
    return number != 0 ? codec->objects[number - 1].object : NULL;
}

void *codec_owned(struct codec *codec, const struct codec_kind *kind, void *object) {
    if (!codec->loads) {
        (void)save_reference(codec, kind, object);
        return object;
    }
    const uint32_t number = load_reference(codec, kind);
    if (!codec_need(codec, number != 0) || !codec_need(codec, !codec->objects[number - 1].owned)) {
        return NULL;
    }
    codec->objects[number - 1].owned = true;
    return codec->objects[number - 1].object;
}

bool codec_next(struct codec *codec) {
    if (!codec_good(codec) || codec->next == codec->count) {
        return false;
    }
    const struct codec_object object = codec->objects[codec->next++];
    if (object.kind->body != NULL) {
        object.kind->body(codec, object.object);
    }
    return true;
}

bool codec_end(struct codec *codec) {
    for (uint32_t i = 0; i < codec->count && codec_good(codec); i++) {
        const struct codec_object *object = &codec->objects[i];
        const struct codec_kind *kind = object->kind;
        (void)codec_need(codec, (object->owned || !kind->single) &&
                                    (kind->end == NULL || kind->end(codec, object->object)));
    }
    return codec_good(codec);
}
