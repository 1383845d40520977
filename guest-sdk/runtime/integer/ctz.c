/* How many zero bits are below the lowest one (libgcc's name); as with libgcc, anything for 0. */
#include <stdint.h>

int __ctzsi2(uint32_t n);

/*
 * A de Bruijn sequence: its 32 windows of 5 bits all differ, and multiplying by a power of two
 * moves one to the top (Leiserson, Prokop, Randall: Using de Bruijn Sequences to Index a 1 in a
 * Computer Word, 1998).
 */
#define SEQUENCE UINT32_C(0x077cb531)

static const uint8_t position[32] = {0,  1,  28, 2,  29, 14, 24, 3, 30, 22, 20, 15, 25, 17, 4,  8,
                                     31, 27, 13, 23, 21, 19, 16, 7, 26, 12, 18, 6,  11, 5,  10, 9};

int __ctzsi2(uint32_t n) {
    return position[(n & -n) * SEQUENCE >> 27];
}
