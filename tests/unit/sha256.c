/* SHA-256 against the vectors of FIPS 180 and NIST's test suite, at every split and length. */
#include "base/sha256.h"

#include <stdlib.h>
#include <string.h>

#include "unit/check.h"

static void check_hex(const uint8_t digest[32], const char *expected) {
    char hex[65];
    for (unsigned i = 0; i < 32; i++) {
        snprintf(hex + (size_t)2 * i, 3, "%02x", digest[i]);
    }
    if (!CHECK(strcmp(hex, expected) == 0)) {
        printf("  got %s, expected %s\n", hex, expected);
    }
}

static void vectors(void) {
    static const struct {
        const char *text;
        const char *digest;
    } known[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrl"
         "mn"
         "opqrsmnopqrstnopqrstu",
         "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
        {"\xbd", "68325720aabd7c82f30f554b313d0570c95accbb7dc4b5aae11204c08ffe732b"},
        {"\xc9\x8c\x8e\x55", "7abc22c0ae5af26ce93dbb94433a0e0b2e119d014f8e7f65bd56c61ccccd9504"},
    };
    uint8_t digest[32];
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        sha256_of(known[i].text, strlen(known[i].text), digest);
        check_hex(digest, known[i].digest);
    }
    static uint8_t zeros[1000000];
    static const struct {
        size_t size;
        const char *digest;
    } of_zeros[] = {
        {55, "02779466cdec163811d078815c633f21901413081449002f24aa3e80f0b88ef7"},
        {56, "d4817aa5497628e7c77e6b606107042bbba3130888c5f47a375e6179be789fbb"},
        {57, "65a16cb7861335d5ace3c60718b5052e44660726da4cd13bb745381b235a1785"},
        {64, "f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b"},
        {1000, "541b3e9daa09b20bf85fa273e5cbd3e80185aa4ec298e765db87742b70138a53"},
        {1000000, "d29751f2649b32ff572b5e0a9f541ea660a50f94ff0beedfb0b692b924cc8025"},
    };
    for (size_t i = 0; i < sizeof of_zeros / sizeof of_zeros[0]; i++) {
        sha256_of(zeros, of_zeros[i].size, digest);
        check_hex(digest, of_zeros[i].digest);
    }
    memset(zeros, 'a', sizeof zeros);
    sha256_of(zeros, sizeof zeros, digest);
    check_hex(digest, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

/* A block after another, and what is left of the budget. */
static void in_steps(const uint8_t *data, uint32_t size, uint32_t cut, const uint8_t whole[32]) {
    struct sha256_steps steps = {.at = 0};
    for (uint32_t i = 0; i < 2; i++) {
        uint8_t digest[32] = {0};
        uint32_t first = cut;
        uint32_t rest = size;
        const bool at_once = sha256_step(&steps, data, size, &first, digest);
        CHECK(at_once == (cut == size) && first == 0);
        CHECK(at_once || sha256_step(&steps, data, size, &rest, digest));
        CHECK_EQ(rest, at_once ? size : cut);
        CHECK(memcmp(whole, digest, sizeof digest) == 0);
    }
}

/* Every way to cut a message in two gives the hash of the whole; each message in a block of its
 * exact size, so that the sanitizers see a read too far. */
static void splits(void) {
    for (size_t size = 0; size <= 200; size++) {
        uint8_t *data = malloc(size > 0 ? size : 1);
        uint8_t whole[32];
        uint8_t parts[32];
        if (!CHECK(data != NULL)) {
            return;
        }
        for (size_t i = 0; i < size; i++) {
            data[i] = (uint8_t)(i * 37 + size);
        }
        sha256_of(data, size, whole);
        for (size_t cut = 0; cut <= size; cut++) {
            struct sha256 sha;
            sha256_start(&sha);
            sha256_update(&sha, data, cut);
            sha256_update(&sha, data + cut, size - cut);
            sha256_finish(&sha, parts);
            CHECK(memcmp(whole, parts, sizeof whole) == 0);
            in_steps(data, (uint32_t)size, (uint32_t)cut, whole);
        }
        free(data);
    }
}

/* The length field behind 2^32 bits: 600,000,000 bytes in odd pieces. */
static void long_message(void) {
    static uint8_t piece[6000007];
    uint64_t left = 600000000;
    uint8_t digest[32];
    struct sha256 sha;
    sha256_start(&sha);
    while (left > 0) {
        const size_t taken = left < sizeof piece ? (size_t)left : sizeof piece;
        sha256_update(&sha, piece, taken);
        left -= taken;
    }
    sha256_finish(&sha, digest);
    check_hex(digest, "6abed397aee08fde271430d40c2407613c7cf79abfcf35fa40bb55ba5fe1cd0a");
}

int main(void) {
    vectors();
    splits();
    long_message();
    return check_report("sha256");
}
