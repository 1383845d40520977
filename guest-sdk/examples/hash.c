/*
 * SHA-256 of a file.
 *
 * Input:  data file 0, of any size; none counts as empty.
 * Output: 64 hexadecimal digits and a newline, the first field of what sha256sum prints.
 */
#include <moxbox.h>
#include <sandboxrt_crypto.h>

static char text[2 * SHA256_DIGEST_SIZE + 1];

int main(void) {
    static const char digits[] = "0123456789abcdef";
    struct moxbox_bytes input = {NULL, 0};
    struct sha256_ctx ctx;
    uint8_t digest[SHA256_DIGEST_SIZE];

    (void)moxbox_input(0, &input);
    sha256_init(&ctx);
    sha256_update(&ctx, input.data, input.size);
    sha256_final(&ctx, digest);
    for (unsigned i = 0; i < sizeof digest; i++) {
        text[2 * i] = digits[digest[i] >> 4];
        text[2 * i + 1] = digits[digest[i] & 15];
    }
    text[sizeof text - 1] = '\n';
    setreturn(text, sizeof text);
    return 0;
}
