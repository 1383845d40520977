/* F9: an image that is changed by the input, and by somebody who makes the keys fit. What opens has
 * no fault, can be changed, saved, and opens again as it is; what does not names what is wrong. */
#include "bytes_in.h"
#include "fsimage/images.h"

enum { CHANGES = 12, GROWTH = 300 };

/* Made once and only read afterwards. */
static struct store base;

static void make_base(void) {
    struct fs *fs = new_fs();
    fill(fs);
    store_save(&base, fs);
    fs_free(fs);
}

/* One change of an object's bytes; which one, where and what come from the input. */
static void change(struct bytes_in *in, struct store *store) {
    const uint32_t index = take8(in) % store->count;
    struct stored *object = &store->items[index];
    const uint32_t how = take8(in);
    const uint32_t at = object->size == 0 ? 0 : take16(in) % object->size;
    uint32_t count = take8(in) % 16 + 1;
    count = count < object->size - at ? count : object->size - at;
    switch (how % 5) {
    case 0:
        for (uint32_t i = 0; i < count; i++) {
            object->bytes[at + i] = (uint8_t)take8(in);
        }
        break;
    case 1: /* less */
        memmove(object->bytes + at, object->bytes + at + count, object->size - at - count);
        object->size -= count;
        break;
    case 2: /* more, of itself */
        object->bytes = realloc(object->bytes, object->size + GROWTH);
        memmove(object->bytes + at + count, object->bytes + at, object->size - at);
        object->size += count;
        break;
    case 3: /* it leads elsewhere */
        if (object->size - at >= KEY_SIZE) {
            memcpy(object->bytes + at, store->items[take8(in) % store->count].key, KEY_SIZE);
        }
        break;
    default:
        if (object->size > 0) {
            object->bytes[at] ^= (uint8_t)(1u << count % 8);
        }
        break;
    }
    if (how < 250) {
        rekey(store, index);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct bytes_in in = {data, size};
    struct store store;
    struct damage damage;
    int32_t error;
    if (base.count == 0) {
        make_base();
    }
    store_copy(&store, &base);
    for (uint32_t i = 0; i < CHANGES && in.left > 0; i++) {
        change(&in, &store);
    }
    struct fs *fs = open_fs(&store, &error, &damage);
    if (fs == NULL) {
        MUST(error == -MOX_ENOSPC || (error == -MOX_EUCLEAN && damage.problem != NULL));
    } else {
        uint32_t number;
        MUST(fs_check(fs, false, &number) == NULL);
        MUST(lives_on(&store, fs));
        fs_free(fs);
    }
    store_clear(&store);
    return 0;
}
