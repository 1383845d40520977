/* A view for the state hash: where it stands and every mount, by the numbers that make a channel
 * what it is and not by names, which may be gone. */
#include "ns/mount.h"

#include "base/bytes.h"

struct state_out {
    devices_sink *sink;
    void *context;
};

static void put(const struct state_out *out, uint64_t value) {
    uint8_t bytes[8];
    bytes_store32(bytes, (uint32_t)value);
    bytes_store32(bytes + 4, (uint32_t)(value >> 32));
    out->sink(out->context, bytes, sizeof bytes);
}

static void put_chan(const struct state_out *out, const struct chan *chan) {
    put(out, chan->dev->letter);
    put(out, chan->instance);
    put(out, chan->qid.path);
}

static void put_place(const struct state_out *out, const struct place *place) {
    put_chan(out, place->chan);
    put(out, place->top);
    put(out, place->mount != NULL);
    if (place->mount) {
        put_chan(out, place->mount->point.chan);
    }
}

void view_state(const struct view *view, devices_sink *sink, void *context) {
    const struct state_out out = {sink, context};
    put_place(&out, &view->root);
    put_place(&out, &view->here);
    put(&out, view->ns->no_devices);
    put(&out, view->ns->owner);
    for (const struct mount *mount = mount_after(view->ns, 0); mount;
         mount = mount_after(view->ns, mount->number)) {
        put_place(&out, &mount->point);
        for (const struct element *one = mount->elements; one; one = one->next) {
            put_chan(&out, one->chan);
            put(&out, (uint64_t)one->id << 2 | (one->create ? 2u : 0) | (one->kept ? 1u : 0));
        }
        put(&out, UINT64_MAX); /* no letter: the end of this mount */
    }
}
