/* One description of a structure for its hash, its saved form and its loading: a function that
 * tells a codec each of its fields in order. A codec that saves writes them down as text; one that
 * loads sets them from such a text, which may be anybody's and anything: the describing function
 * says what each may be, and whatever is not so makes the codec bad, after which it gives zeros.
 *
 * Structures that refer to one another are objects, numbered in the order in which they are first
 * met; a reference is a number. A new object's `begin` stands directly behind the first reference
 * to it, its body behind the bodies of all objects with smaller numbers, so nothing is recursive.
 * What is large (guest memory, contents of queues) is a blob: the text has its size alone, its
 * bytes and their hashes are the owner's business, who finds them in `blobs`.
 *
 * All numbers are little-endian 32-bit words or two of them, so the same machine has the same text
 * on every host. */
#ifndef MOXBOX_BASE_CODEC_H
#define MOXBOX_BASE_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "moxbox/allocator.h"

struct codec;
struct machine_devices;
struct mox_machine;
struct waiter;

/* A kind of object. A function that is NULL has nothing to do. */
struct codec_kind {
    size_t size; /* of the structure, which loading allocates zeroed */
    bool single; /* exactly one codec_owned must lead to each object */
    /* What whoever refers to it wants to know at once; must not refer to anything. */
    void (*begin)(struct codec *codec, void *object);
    void (*body)(struct codec *codec, void *object);
    /* After everything was loaded, blobs too: joins what could not be joined before, and says
     * whether the object is as it must be. */
    bool (*end)(struct codec *codec, void *object);
};

struct codec_object {
    const struct codec_kind *kind;
    void *object;
    bool owned;
};

struct codec_blob {
    uint8_t *bytes; /* loading: zeroed, to be filled in by the owner of the codec */
    uint32_t size;
    const uint8_t *digest; /* their SHA-256 when it is known already; else NULL */
};

struct codec {
    struct mox_allocator allocator;  /* of its own tables */
    struct mox_allocator structures; /* of what loading makes */
    struct mox_allocator blocks; /* the same, of contents: counted against the machine's limit */
    struct machine_devices *devices; /* what is being described, for ns/ and for cage/ */
    struct mox_machine *machine;
    /* Tells whose a waiter is, which the lower layers do not know (base/wait.h). */
    struct waiter *(*waiter)(struct codec *codec, struct waiter *waiter);
    bool loads;
    int32_t error; /* 0, -EINVAL: the text is bad, -ENOMEM, -ENOSPC */

    uint8_t *text; /* written, or to be read: then the owner's */
    uint32_t size;
    uint32_t room;
    uint32_t at; /* where reading stands */

    struct codec_object *objects;
    uint32_t count;
    uint32_t object_room;
    uint32_t next;    /* whose body comes next */
    uint32_t *places; /* saving: numbers of objects by their address */
    uint32_t place_count;

    struct codec_blob *blobs;
    uint32_t blob_count;
    uint32_t blob_room;
};

/* The fields blocks, devices, machine and waiter are then the caller's to set. */
void codec_save(struct codec *codec, const struct mox_allocator *allocator);
void codec_load(struct codec *codec, const struct mox_allocator *allocator,
                const struct mox_allocator *structures, const uint8_t *text, uint32_t size);
/* Gives its own tables back, not what it has loaded. */
void codec_free(struct codec *codec);

/* The body of the next object. False: there is none, or the codec is bad. */
bool codec_next(struct codec *codec);

/* `end` of all objects; false when one is not as it must be. */
bool codec_end(struct codec *codec);

/* Says that the text is wrong when a condition does not hold. Gives whether all is well. */
bool codec_need(struct codec *codec, bool condition);
bool codec_good(const struct codec *codec);
void codec_fail(struct codec *codec, int32_t error);

void codec_word(struct codec *codec, uint32_t *word);
void codec_wide(struct codec *codec, uint64_t *wide);
void codec_flag(struct codec *codec, bool *flag);
void codec_bytes(struct codec *codec, void *bytes, uint32_t size);
void codec_words(struct codec *codec, uint32_t *words, uint32_t count);

/* Writes a number, or reads one that is at most `most` (else: 0, and bad). */
uint32_t codec_most(struct codec *codec, uint32_t value, uint32_t most);

/* Whether a list goes on, which stands before each of its elements and behind the last; saving:
 * with `next`. */
bool codec_more(struct codec *codec, const void *next);

/* Loading: zeroed memory, or NULL with the codec failed. size 0: NULL. */
void *codec_get(struct codec *codec, const struct mox_allocator *allocator, size_t size);

/* Memory of `room` bytes with a blob of `size` bytes in it, allocated when loading. digest: its
 * SHA-256 where it is known already, else NULL. */
void codec_blob(struct codec *codec, const struct mox_allocator *allocator, uint8_t **bytes,
                uint32_t size, uint32_t room, const uint8_t *digest);
/* The same where its memory is there already, zeroed when loading. */
void codec_blob_at(struct codec *codec, uint8_t *bytes, uint32_t size, const uint8_t *digest);

/* A reference: the object that was given (saving) or read. NULL when there is none, or all is bad.
 */
void *codec_reference(struct codec *codec, const struct codec_kind *kind, void *object);
/* The same, of which each object has at most one; it is not NULL. */
void *codec_owned(struct codec *codec, const struct codec_kind *kind, void *object);

#endif
