/*
 * The SHA-256 of the first data file, as 32 bytes.
 *
 * Input:  data file 0; the classic one has 4096 bytes.
 * Output: the digest. It is made twice, at once and in pieces of growing size; status 1 if they
 * differ.
 */
#include <moxbox.h>
#include <sandboxrt_crypto.h>
#include <string.h>

int main(void) {
    static uint8_t digest[SHA256_DIGEST_SIZE];
    uint8_t other[SHA256_DIGEST_SIZE];
    struct moxbox_bytes input;
    struct sha256_ctx ctx;

    if (moxbox_input(0, &input) != 0) {
        return 2;
    }
    sha256_init(&ctx);
    sha256_update(&ctx, input.data, input.size);
    sha256_final(&ctx, digest);

    sha256_init(&ctx);
    size_t wish = 1;
    for (size_t at = 0; at < input.size;) {
        size_t piece = wish < input.size - at ? wish : input.size - at;
        sha256_update(&ctx, input.data + at, piece);
        at += piece;
        wish = wish % 150 + 1;
    }
    sha256_final(&ctx, other);
    setreturn(digest, sizeof digest);
    return memcmp(digest, other, sizeof digest) != 0;
}
