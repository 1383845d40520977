/* zlib packs a text of 64 KiB at its usual level, `size` times. */
#include "bench_text.h"

#include <zlib.h>

enum { TEXT_SIZE = 64 << 10, PACKED_SIZE = 72 << 10 };
static uint8_t text[TEXT_SIZE];
static uint8_t packed[PACKED_SIZE];

uint32_t bench(uint32_t size) {
    uint32_t checksum = 1;
    bench_text(text, TEXT_SIZE);
    for (uint32_t i = 0; i < size; i++) {
        uLongf length = PACKED_SIZE;
        text[i % TEXT_SIZE] ^= 1;
        if (compress2(packed, &length, text, TEXT_SIZE, Z_DEFAULT_COMPRESSION) != Z_OK)
            return 0;
        checksum = bench_mix(bench_sum(checksum, packed, (uint32_t)length), (uint32_t)length);
    }
    return checksum;
}
