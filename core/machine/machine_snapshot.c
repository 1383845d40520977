/* Writes a machine's snapshot, in steps. See machine_snapshot.h. */
#include "machine/machine_snapshot.h"

#include "base/alloc.h"
#include "cage/process.h"
#include "fs/image.h"
#include "moxbox/errno.h"

#include <string.h>

enum phase { WRITE_TEXT, WRITE_HOST, WRITE_FILES, WRITE_HEAD, WRITE_TEXTS, WRITE_BLOBS, WRITE_END };

struct machine_snapshot {
    struct machine_text text;
    struct codec host;
    struct codec files;
    uint32_t inode; /* whose text came last */
    enum phase phase;
    uint32_t of; /* which text, or whose blobs */
    uint32_t blob;
    uint32_t at;
    struct pieces_out out;
};

void machine_forget_snapshot(mox_machine *machine) {
    struct machine_snapshot *snapshot = machine->snapshot;
    if (snapshot != NULL) {
        machine_text_free(&snapshot->text);
        codec_free(&snapshot->host);
        codec_free(&snapshot->files);
        alloc_give(&machine->host, snapshot, sizeof *snapshot);
        machine->snapshot = NULL;
    }
}

static mox_status start(mox_machine *machine) {
    const mox_status status = machine_settle(machine);
    if (status != MOX_OK) {
        return status;
    }
    if (fs_save_wanted(machine->devices.fs)) {
        return MOX_BAD_PHASE;
    }
    struct machine_snapshot *snapshot = alloc_get(&machine->host, sizeof *snapshot);
    if (snapshot == NULL) {
        return MOX_NO_MEMORY;
    }
    process_sweep(machine);
    machine_text_start(&snapshot->text, machine);
    codec_save(&snapshot->host, &machine->host);
    codec_save(&snapshot->files, &machine->host);
    pieces_out_start(&snapshot->out);
    machine->snapshot = snapshot;
    return MOX_OK;
}

static bool write_files(struct machine_snapshot *snapshot, struct fs *fs, uint32_t *max_bytes) {
    while (*max_bytes > 0) {
        const uint32_t before = snapshot->files.size;
        snapshot->inode = fs_codec(&snapshot->files, fs, snapshot->inode);
        const uint32_t cost = snapshot->files.size - before;
        *max_bytes -= cost < *max_bytes ? cost : *max_bytes;
        if (snapshot->inode == 0) {
            return true;
        }
    }
    return false;
}

static bool write_texts(struct machine_snapshot *snapshot, struct codec *const codecs[]) {
    while (snapshot->of < SNAPSHOT_TEXTS) {
        const struct codec *codec = codecs[snapshot->of];
        const uint32_t left = codec->size - snapshot->at;
        const uint32_t here = left < PIECES_PAGE ? left : PIECES_PAGE;
        if (!pieces_fits(&snapshot->out, here)) {
            return false;
        }
        pieces_put_bytes(&snapshot->out, codec->text + snapshot->at, here);
        snapshot->at += here;
        if (snapshot->at == codec->size) {
            snapshot->at = 0;
            snapshot->of++;
        }
    }
    snapshot->of = 0;
    return true;
}

static bool write_blobs(struct machine_snapshot *snapshot, struct codec *const codecs[],
                        uint32_t *max_bytes) {
    const struct codec_blob *blob;
    while ((blob = snapshot_blob(codecs, &snapshot->of, &snapshot->blob)) != NULL) {
        if (!pieces_put_pages(&snapshot->out, blob->bytes, blob->size, &snapshot->at, max_bytes)) {
            return false;
        }
        snapshot->blob++;
    }
    return true;
}

static bool write_head(struct machine_snapshot *snapshot, struct codec *const codecs[]) {
    if (!pieces_fits(&snapshot->out, SNAPSHOT_HEAD)) {
        return false;
    }
    pieces_put_bytes(&snapshot->out, snapshot_magic, SNAPSHOT_MAGIC);
    for (uint32_t i = 0; i < SNAPSHOT_TEXTS; i++) {
        pieces_put_word(&snapshot->out, codecs[i]->size);
    }
    return true;
}

/* One phase, as far as it gets. True when it is over. */
static bool phase_step(mox_machine *machine, uint32_t *max_bytes) {
    struct machine_snapshot *snapshot = machine->snapshot;
    struct codec *const codecs[] = {&snapshot->text.codec, &snapshot->host, &snapshot->files};
    switch (snapshot->phase) {
    case WRITE_TEXT:
        return machine_text_objects(&snapshot->text, max_bytes) &&
               machine_text_digests(&snapshot->text, max_bytes);
    case WRITE_HOST: machine_host_codec(&snapshot->host, machine); return true;
    case WRITE_FILES: return write_files(snapshot, machine->devices.fs, max_bytes);
    case WRITE_HEAD: return write_head(snapshot, codecs);
    case WRITE_TEXTS: return write_texts(snapshot, codecs);
    case WRITE_BLOBS: return write_blobs(snapshot, codecs, max_bytes);
    case WRITE_END: break;
    }
    if (!pieces_fits(&snapshot->out, PIECES_DIGEST)) {
        return false;
    }
    pieces_put_digest(&snapshot->out);
    return true;
}

mox_status mox_machine_snapshot(mox_machine *machine, uint32_t max_bytes, uint8_t *bytes,
                                uint32_t room, uint32_t *size, bool *done) {
    *size = 0;
    *done = false;
    if (room < MOX_SNAPSHOT_ROOM) {
        return MOX_BAD_ARGUMENT;
    }
    const mox_status started = machine->snapshot == NULL ? start(machine) : MOX_OK;
    if (started != MOX_OK) {
        return started;
    }
    struct machine_snapshot *snapshot = machine->snapshot;
    pieces_out_into(&snapshot->out, bytes, room);
    while (!*done && max_bytes > 0 && phase_step(machine, &max_bytes)) {
        const struct codec *const codecs[] = {&snapshot->text.codec, &snapshot->host,
                                              &snapshot->files};
        for (uint32_t i = 0; i < SNAPSHOT_TEXTS; i++) {
            if (!codec_good(codecs[i])) {
                const mox_status status = machine_text_status(codecs[i]->error);
                machine_forget_snapshot(machine);
                return status;
            }
        }
        *done = snapshot->phase == WRITE_END;
        snapshot->phase++;
    }
    *size = pieces_out_cut(&snapshot->out);
    if (*done) {
        machine_forget_snapshot(machine);
    }
    return MOX_OK;
}
