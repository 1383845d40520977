/*
 * A chained run: each run takes up the State Buffer of the one before, so a long computation can be
 * cut into runs that anybody can check one by one.
 *
 * Input:  any number of data files. When the last one is a State Buffer of this program, it is the
 * state to go on from; all others are links to add, in their order. Output: "chain length N" and
 * the chain's digest in hexadecimal, as two lines of text. State:  48 bytes: "MOXCHAIN", the length
 * as two little-endian words, the digest. A link makes the new digest SHA-256(old digest,
 * SHA-256(file)); the first digest is 32 zero bytes. A last file that starts like a state but has
 * another size is refused with exit status 1.
 */
#include <stdio.h>
#include <string.h>

#include <moxbox.h>
#include <sandboxrt_crypto.h>

struct state {
    char magic[8];
    uint64_t length;
    uint8_t digest[SHA256_DIGEST_SIZE];
};

static struct state state = {.magic = {'M', 'O', 'X', 'C', 'H', 'A', 'I', 'N'}};

static void add_link(const struct moxbox_bytes *file) {
    struct sha256_ctx ctx;
    uint8_t digest[SHA256_DIGEST_SIZE];

    sha256_init(&ctx);
    sha256_update(&ctx, file->data, file->size);
    sha256_final(&ctx, digest);

    sha256_init(&ctx);
    sha256_update(&ctx, state.digest, sizeof state.digest);
    sha256_update(&ctx, digest, sizeof digest);
    sha256_final(&ctx, state.digest);
    state.length++;
}

int main(void) {
    unsigned count = moxbox_input_count();
    struct moxbox_bytes file;

    if (count != 0 && moxbox_input(count - 1, &file) == 0 && file.size >= sizeof state.magic &&
        memcmp(file.data, state.magic, sizeof state.magic) == 0) {
        if (file.size != sizeof state) {
            printf("the state has %lu bytes, not %lu\n", (unsigned long)file.size,
                   (unsigned long)sizeof state);
            return 1;
        }
        memcpy(&state, file.data, sizeof state);
        count--;
    }
    for (unsigned i = 0; i < count; i++) {
        (void)moxbox_input(i, &file);
        add_link(&file);
    }

    printf("chain length %llu\n", (unsigned long long)state.length);
    for (unsigned i = 0; i < sizeof state.digest; i++) {
        printf("%02x", state.digest[i]);
    }
    putchar('\n');
    setstate(&state, sizeof state);
    return 0;
}
