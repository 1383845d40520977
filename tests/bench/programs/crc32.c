/* CRC-32 (IEEE 802.3), one byte a step through a table, over a buffer of 64 KiB `size` times. */
#include "bench.h"

enum { BUFFER_SIZE = 64 << 10 };

static uint32_t table[256];
static uint8_t buffer[BUFFER_SIZE];

static void make_table(void) {
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t c = i;
        for (int bit = 0; bit < 8; bit++)
            c = (c & 1) ? 0xedb88320u ^ (c >> 1) : c >> 1;
        table[i] = c;
    }
}

static uint32_t crc_of(uint32_t crc, const uint8_t *bytes, uint32_t count) {
    crc = ~crc;
    for (uint32_t i = 0; i < count; i++)
        crc = table[(crc ^ bytes[i]) & 255] ^ (crc >> 8);
    return ~crc;
}

uint32_t bench(uint32_t size) {
    uint32_t random = BENCH_SEED;
    uint32_t crc = 0;
    make_table();
    for (uint32_t i = 0; i < BUFFER_SIZE; i++)
        buffer[i] = (uint8_t)(bench_random(&random) >> 24);
    for (uint32_t i = 0; i < size; i++)
        crc = crc_of(crc, buffer, BUFFER_SIZE);
    return crc;
}
