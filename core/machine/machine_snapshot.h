/* A machine's snapshot, as machine_snapshot.c writes it and machine_restore.c reads it:
 *
 *     16 bytes  "moxbox machine" and two zero bytes
 *     3 words   bytes of each text
 *     3 texts   the machine's (machine_text.h), whose SHA-256 is its state hash; the host's part;
 * the inodes blobs     of the three texts, in their order, each as a block of pages (base/pieces.h)
 *     32 bytes  SHA-256 of all before */
#ifndef MOXBOX_MACHINE_MACHINE_SNAPSHOT_H
#define MOXBOX_MACHINE_MACHINE_SNAPSHOT_H

#include "base/pieces.h"
#include "machine/machine_text.h"

enum {
    SNAPSHOT_MAGIC = 16,
    SNAPSHOT_TEXTS = 3,
    SNAPSHOT_HEAD = SNAPSHOT_MAGIC + 4 * SNAPSHOT_TEXTS
};

static const uint8_t snapshot_magic[SNAPSHOT_MAGIC] = "moxbox machine";

/* A blob counted through several codecs; NULL: behind the last. */
static inline const struct codec_blob *snapshot_blob(struct codec *const codecs[SNAPSHOT_TEXTS],
                                                     uint32_t *of, uint32_t *blob) {
    while (*of < SNAPSHOT_TEXTS && *blob == codecs[*of]->blob_count) {
        ++*of;
        *blob = 0;
    }
    return *of < SNAPSHOT_TEXTS ? &codecs[*of]->blobs[*blob] : NULL;
}

#endif
