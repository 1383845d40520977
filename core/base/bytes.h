/* Little-endian words in byte arrays, at any alignment. */
#ifndef MOXBOX_BASE_BYTES_H
#define MOXBOX_BASE_BYTES_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
/* memcpy is one instruction where the host has the guest's byte order, -O0 apart. */
static inline uint32_t bytes_load16(const uint8_t *at) {
    uint16_t value;
    memcpy(&value, at, sizeof value);
    return value;
}
static inline uint32_t bytes_load32(const uint8_t *at) {
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return value;
}
static inline void bytes_store16(uint8_t *at, uint32_t value) {
    const uint16_t low = (uint16_t)value;
    memcpy(at, &low, sizeof low);
}
static inline void bytes_store32(uint8_t *at, uint32_t value) {
    memcpy(at, &value, sizeof value);
}
#else
static inline uint32_t bytes_load16(const uint8_t *at) {
    return at[0] | (uint32_t)at[1] << 8;
}
static inline uint32_t bytes_load32(const uint8_t *at) {
    return bytes_load16(at) | bytes_load16(at + 2) << 16;
}
static inline void bytes_store16(uint8_t *at, uint32_t value) {
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}
static inline void bytes_store32(uint8_t *at, uint32_t value) {
    bytes_store16(at, value);
    bytes_store16(at + 2, value >> 16);
}
#endif

static inline uint32_t bytes_load8(const uint8_t *at) {
    return *at;
}
static inline void bytes_store8(uint8_t *at, uint32_t value) {
    *at = (uint8_t)value;
}

static inline bool bytes_are_zero(const uint8_t *bytes, uint32_t size) {
    uint32_t at = 0;
    for (uint64_t words[4]; size - at >= sizeof words; at += sizeof words) {
        memcpy(words, bytes + at, sizeof words);
        if ((words[0] | words[1] | words[2] | words[3]) != 0) {
            return false;
        }
    }
    while (at < size && bytes[at] == 0) {
        at++;
    }
    return at == size;
}

#endif
