/* zlib packs a text of 256 KiB once and unpacks it `size` times. */
#include "bench_text.h"

#include <zlib.h>

enum { TEXT_SIZE = 256 << 10, PACKED_SIZE = 264 << 10 };
static uint8_t text[TEXT_SIZE];
static uint8_t packed[PACKED_SIZE];

uint32_t bench(uint32_t size) {
    uint32_t checksum = 1;
    uLongf length = PACKED_SIZE;
    bench_text(text, TEXT_SIZE);
    if (compress2(packed, &length, text, TEXT_SIZE, Z_BEST_SPEED) != Z_OK)
        return 0;
    for (uint32_t i = 0; i < size; i++) {
        uLongf unpacked = TEXT_SIZE;
        memset(text, 0, TEXT_SIZE);
        if (uncompress(text, &unpacked, packed, length) != Z_OK || unpacked != TEXT_SIZE)
            return 0;
        checksum = bench_sum(checksum, text, TEXT_SIZE);
    }
    return checksum;
}
