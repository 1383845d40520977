/* See machine_text.h; and the hash of a whole machine: two machines with equal hashes do the same
 * from here on, whatever host they are on. */
#include "machine/machine_text.h"

#include "base/alloc.h"
#include "fs/fs.h"

#include <string.h>

/* What a step over very many small things counts for each, so that it ends too. */
enum { COST = 64 };

static void spend(uint32_t *max_bytes, uint64_t cost) {
    *max_bytes -= cost + COST < *max_bytes ? (uint32_t)cost + COST : *max_bytes;
}

mox_status machine_text_status(int32_t error) {
    return error == 0 ? MOX_OK : error == -MOX_EINVAL ? MOX_SNAPSHOT_KERNEL : machine_status(error);
}

void machine_text_start(struct machine_text *text, mox_machine *machine) {
    *text = (struct machine_text){.machine = machine};
    codec_save(&text->codec, &machine->host);
    text->codec.devices = &machine->devices;
    text->codec.machine = machine;
    text->codec.waiter = cage_waiter_codec;
}

void machine_text_free(struct machine_text *text) {
    codec_free(&text->codec);
}

bool machine_text_objects(struct machine_text *text, uint32_t *max_bytes) {
    struct codec *codec = &text->codec;
    bool more = true;
    while (more && *max_bytes > 0) {
        const uint32_t before = codec->size;
        if (before == 0) {
            machine_codec(codec, text->machine);
            more = codec_good(codec);
        } else {
            more = codec_next(codec);
        }
        spend(max_bytes, codec->size - before);
    }
    return !more;
}

/* The next part of a blob, or its end. */
static void blob_step(struct machine_text *text, uint32_t *max_bytes) {
    const struct codec_blob *blob = &text->codec.blobs[text->blob];
    uint8_t digest[MOX_HASH_SIZE];
    if (blob->digest != NULL) {
        memcpy(digest, blob->digest, sizeof digest);
    } else {
        const bool over = sha256_step(&text->contents, blob->bytes, blob->size, max_bytes, digest);
        spend(max_bytes, 0);
        if (!over) {
            return;
        }
    }
    codec_bytes(&text->codec, digest, sizeof digest);
    text->blob++;
}

bool machine_text_digests(struct machine_text *text, uint32_t *max_bytes) {
    struct codec *codec = &text->codec;
    uint8_t digest[MOX_HASH_SIZE];
    if (!text->has_files && *max_bytes > 0) {
        text->has_files = fs_hash_step(text->machine->devices.fs, *max_bytes, digest);
        if (!text->has_files) {
            *max_bytes = 0;
            return false;
        }
        codec_bytes(codec, digest, sizeof digest);
    }
    while (codec_good(codec) && text->blob<codec->blob_count && * max_bytes> 0) {
        blob_step(text, max_bytes);
    }
    return !codec_good(codec) || (text->has_files && text->blob == codec->blob_count);
}

void machine_forget_hash(mox_machine *machine) {
    if (machine->hashing != NULL) {
        machine_text_free(machine->hashing);
        alloc_give(&machine->host, machine->hashing, sizeof *machine->hashing);
        machine->hashing = NULL;
    }
}

mox_status mox_machine_state_hash(mox_machine *machine, uint32_t max_bytes,
                                  uint8_t digest[MOX_HASH_SIZE], bool *done) {
    *done = false;
    if (machine->hashing == NULL) {
        const mox_status status = machine_settle(machine);
        if (status != MOX_OK) {
            return status;
        }
        machine->hashing = alloc_get(&machine->host, sizeof *machine->hashing);
        if (machine->hashing == NULL) {
            return MOX_NO_MEMORY;
        }
        machine_text_start(machine->hashing, machine);
    }
    struct machine_text *text = machine->hashing;
    if (!machine_text_objects(text, &max_bytes) || !machine_text_digests(text, &max_bytes)) {
        return MOX_OK;
    }
    const mox_status status = machine_text_status(text->codec.error);
    if (status == MOX_OK) {
        sha256_of(text->codec.text, text->codec.size, digest);
        *done = true;
    }
    machine_forget_hash(machine);
    return status;
}
