/* Address spaces for a codec: regions in their order, each with bytes of its own or a part of a
 * backing, which others may show as well. */
#include "base/codec.h"
#include "mem/space_change.h"
#include "moxbox/errno.h"

static void backing_begin(struct codec *codec, void *object) {
    struct backing *backing = object;
    if (codec->loads) {
        backing->allocator = codec->structures;
        backing->blocks = codec->blocks;
    }
    codec_flag(codec, &backing->shared);
    backing->size = codec_most(codec, backing->size, SPACE_END);
    (void)codec_need(codec, backing->size > 0);
    codec_blob(codec, &backing->blocks, &backing->bytes, backing->size, backing->size, NULL);
}

static bool backing_end(struct codec *codec, void *object) {
    const struct backing *backing = object;
    (void)codec;
    return backing->refs > 0;
}

static const struct codec_kind backing_kind = {
    .size = sizeof(struct backing), .begin = backing_begin, .end = backing_end};

struct backing *backing_codec(struct codec *codec, struct backing *backing) {
    return codec_reference(codec, &backing_kind, backing);
}

struct backing *backing_codec_held(struct codec *codec, struct backing *backing) {
    backing = backing_codec(codec, backing);
    if (codec->loads && backing != NULL) {
        backing_hold(backing);
    }
    return backing;
}

static void region_codec(struct codec *codec, struct space *space, struct region *region) {
    codec_word(codec, &region->base);
    region->size = codec_most(codec, region->size, SPACE_END);
    region->rights = codec_most(codec, region->rights, RIGHT_READ | RIGHT_WRITE);
    region->capacity = codec_most(codec, region->capacity, SPACE_END);
    region->backing = backing_codec_held(codec, region->backing);
    const struct backing *backing = region->backing;
    if (backing == NULL) {
        (void)codec_need(codec, region->size > 0 && region->size <= region->capacity);
        codec_blob(codec, &space->blocks, &region->bytes, region->size, region->capacity, NULL);
        return;
    }
    uint32_t offset = codec->loads ? 0 : (uint32_t)(region->bytes - backing->bytes);
    offset = codec_most(codec, offset, backing->size);
    if (codec_need(codec, region->size <= backing->size - offset &&
                              (backing->shared || (region->rights & RIGHT_WRITE) == 0))) {
        region->bytes = backing->bytes + offset;
    }
}

void space_codec(struct codec *codec, struct space *space) {
    enum { WORDS = 5 * 4 }; /* that each region has, at least */
    const uint32_t left = codec->loads ? (codec->size - codec->at) / WORDS : UINT32_MAX;
    const uint32_t count = codec_most(codec, space->count, left);
    if (codec->loads && codec_good(codec) && space_reserve(space, count) != MOX_OK) {
        codec_fail(codec, -MOX_ENOMEM);
    }
    for (uint32_t i = 0; i < count && codec_good(codec); i++) {
        struct region *region = &space->regions[i];
        if (codec->loads) {
            *region = (struct region){.base = 0};
        }
        region_codec(codec, space, region);
        if (codec->loads && codec_good(codec)) {
            space->used += (uint32_t)space_whole_pages(region->size);
            space->count++;
        }
    }
}
