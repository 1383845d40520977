/* The text of a machine, of which its state hash is the SHA-256 and which its snapshot begins with:
 *
 *     16 bytes  "moxbox cages v2" and a zero byte
 *     word      MOX_SEMANTICS_VERSION
 *     what machine_codec.c says, then every object that this leads to (base/codec.h)
 *     32 bytes  the digest of the file system (fs.h)
 *     32 bytes  SHA-256 of each blob */
#ifndef MOXBOX_MACHINE_MACHINE_TEXT_H
#define MOXBOX_MACHINE_MACHINE_TEXT_H

#include "base/codec.h"
#include "base/sha256.h"
#include "machine/machine_parts.h"

/* One that is being written. The machine must not change meanwhile. */
struct machine_text {
    struct codec codec;
    mox_machine *machine;
    bool has_files;
    uint32_t blob;
    struct sha256_steps contents; /* of that blob */
};

void machine_text_start(struct machine_text *text, mox_machine *machine);
void machine_text_free(struct machine_text *text);

/* Goes on with the objects, or with what is behind them, for about *max_bytes of the text and of
 * what it is made from, which count down. True when they are done; text->codec may have failed. */
bool machine_text_objects(struct machine_text *text, uint32_t *max_bytes);
bool machine_text_digests(struct machine_text *text, uint32_t *max_bytes);

/* machine_codec.c: the beginning of the text; and what the host has of a machine, which is no part
 * of its state: the budget that it has overdrawn, why it stopped, output that nobody took. Loading
 * needs a machine with its files, devices and file system empty, whose options are what the host
 * grants. */
void machine_codec(struct codec *codec, mox_machine *machine);
void machine_host_codec(struct codec *codec, mox_machine *machine);

/* A status for an error of a codec. */
mox_status machine_text_status(int32_t error);

#endif
