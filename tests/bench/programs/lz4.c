/* lz4 packs and unpacks a text of 256 KiB, `size` times. What it packs to differs between machines
 * of 32 and 64 bits, so that the checksum is over what it unpacks. */
#include "bench_text.h"

#include <lz4.h>

enum { TEXT_SIZE = 256 << 10, PACKED_SIZE = 272 << 10 };
static uint8_t text[TEXT_SIZE];
static uint8_t unpacked[TEXT_SIZE];
static uint8_t packed[PACKED_SIZE];

uint32_t bench(uint32_t size) {
    uint32_t checksum = 1;
    bench_text(text, TEXT_SIZE);
    for (uint32_t i = 0; i < size; i++) {
        text[i % TEXT_SIZE] ^= 1;
        const int length =
            LZ4_compress_default((const char *)text, (char *)packed, TEXT_SIZE, PACKED_SIZE);
        const int back =
            LZ4_decompress_safe((const char *)packed, (char *)unpacked, length, TEXT_SIZE);
        if (back != TEXT_SIZE)
            return 0;
        checksum = bench_sum(checksum, unpacked, TEXT_SIZE);
    }
    return checksum;
}
