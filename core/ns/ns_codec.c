/* Channels, mounts, name spaces and views for a codec (base/codec.h). References are counted as
 * they are met, so that what is loaded has just the counts that it needs. */
#include "base/codec.h"

#include "ns/mount.h"

static void chan_begin(struct codec *codec, void *object) {
    struct chan *chan = object;
    uint32_t letter = codec->loads ? 0 : chan->dev->letter;
    codec_word(codec, &letter);
    codec_word(codec, &chan->instance);
    codec_wide(codec, &chan->qid.path);
    codec_word(codec, &chan->qid.version);
    chan->qid.type = (uint8_t)codec_most(codec, chan->qid.type, UINT8_MAX);
    if (codec->loads) {
        chan->dev = devtab_letter(letter);
        chan->devices = codec->devices;
        (void)codec_need(codec, chan->dev != NULL && chan->dev != &indir_device);
    }
}

static void chan_body(struct codec *codec, void *object) {
    enum { MODES = OPEN_READ | OPEN_WRITE | OPEN_EXEC | OPEN_TRUNCATE | OPEN_APPEND };
    struct chan *chan = object;
    chan->mode = codec_most(codec, chan->mode, MODES);
    if (codec_good(codec) && chan->dev->codec != NULL) {
        chan->dev->codec(codec, chan);
    }
}

static bool chan_end(struct codec *codec, void *object) {
    struct chan *chan = object;
    (void)codec;
    return chan->dev->joined == NULL || chan->dev->joined(chan);
}

void chan_codec(struct codec *codec, struct chan **chan) {
    static const struct codec_kind kind = {
        .size = sizeof **chan, .begin = chan_begin, .body = chan_body, .end = chan_end};
    *chan = codec_reference(codec, &kind, *chan);
    if (codec->loads && *chan != NULL) {
        chan_hold(*chan);
    }
}

static void element_codec(struct codec *codec, struct mount *mount, struct element **at) {
    if (codec->loads) {
        *at = codec_get(codec, &mount->devices->allocator, sizeof **at);
    }
    struct element *element = *at;
    if (element != NULL) {
        chan_codec(codec, &element->chan);
        codec_word(codec, &element->id);
        codec_flag(codec, &element->create);
        codec_flag(codec, &element->kept);
        (void)codec_need(codec, element->chan != NULL);
    }
}

static void mount_body(struct codec *codec, void *object) {
    struct mount *mount = object;
    struct element **at = &mount->elements;
    uint32_t count = 0;
    mount->devices = codec->devices;
    codec_word(codec, &mount->number);
    place_codec(codec, &mount->point);
    do {
        element_codec(codec, mount, at);
        at = *at != NULL ? &(*at)->next : at;
    } while (codec_more(codec, *at) && codec_need(codec, ++count < MOUNT_ELEMENTS_MAX));
}

/* The way up from a mount ends: those that are known to be sound need not be gone again. */
static bool leads_up(struct codec *codec, struct mount *mount) {
    uint32_t steps = 0;
    for (const struct mount *at = mount; at != NULL && !at->sound; at = at->point.mount) {
        if (++steps > codec->count) {
            return false;
        }
    }
    for (struct mount *at = mount; at != NULL && !at->sound; at = at->point.mount) {
        at->sound = true;
    }
    return true;
}

static bool mount_end(struct codec *codec, void *object) {
    struct mount *mount = object;
    const struct chan *point = mount->point.chan;
    if (point == NULL || mount->point.top || mount->refs == 0) {
        return false;
    }
    for (const struct element *one = mount->elements; one != NULL; one = one->next) {
        if (chan_is_dir(one->chan) != chan_is_dir(point)) {
            return false;
        }
    }
    return leads_up(codec, mount);
}

static const struct codec_kind mount_kind = {
    .size = sizeof(struct mount), .body = mount_body, .end = mount_end};

void place_codec(struct codec *codec, struct place *place) {
    chan_codec(codec, &place->chan);
    place->mount = codec_reference(codec, &mount_kind, place->mount);
    codec_flag(codec, &place->top);
    if (codec->loads && place->mount != NULL) {
        place->mount->refs++;
    }
    (void)codec_need(codec, (place->mount != NULL || !place->top) &&
                                (place->chan != NULL || place->mount == NULL));
}

/* Mounts in the order of their making. Where each belongs in the table follows from what it is
 * mounted on, which is known in the end only: until then all stand in the first bucket. */
static void ns_body(struct codec *codec, void *object) {
    struct ns *ns = object;
    const struct mount *saved = codec->loads ? NULL : mount_after(ns, 0);
    struct mount **end = &ns->buckets[0];
    uint32_t count = 0;
    ns->devices = codec->devices;
    codec_flag(codec, &ns->no_devices);
    codec_word(codec, &ns->owner);
    codec_word(codec, &ns->numbers);
    while (codec_more(codec, saved) && codec_need(codec, ++count <= MOUNT_ELEMENTS_MAX)) {
        struct mount *mount = codec_owned(codec, &mount_kind, (struct mount *)(uintptr_t)saved);
        if (codec->loads && mount != NULL) {
            mount->refs++;
            *end = mount;
            end = &mount->next;
        } else if (!codec->loads) {
            saved = mount_after(ns, mount->number);
        }
    }
}

static bool ns_end(struct codec *codec, void *object) {
    struct ns *ns = object;
    struct mount *next = ns->buckets[0];
    (void)codec;
    ns->buckets[0] = NULL;
    while (next != NULL) {
        struct mount *mount = next;
        next = mount->next;
        if (mount->point.chan == NULL) {
            return false;
        }
        mount_settle(ns, mount);
    }
    return ns_check(ns);
}

void view_codec(struct codec *codec, struct view *view) {
    static const struct codec_kind kind = {
        .size = sizeof(struct ns), .body = ns_body, .end = ns_end};
    view->ns = codec_reference(codec, &kind, view->ns);
    if (codec->loads && view->ns != NULL) {
        ns_hold(view->ns);
    }
    place_codec(codec, &view->root);
    place_codec(codec, &view->here);
    (void)codec_need(codec, (view->ns != NULL) == (view->root.chan != NULL) &&
                                (view->ns != NULL) == (view->here.chan != NULL));
}
