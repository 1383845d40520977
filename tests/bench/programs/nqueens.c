/* All placements of `size` queens (at most 16) that do not attack each other, by backtracking. */
#include "bench.h"

#include <stdbool.h>

enum { MOST = 16 };

static bool column_used[MOST];
static bool rising_used[2 * MOST];
static bool falling_used[2 * MOST];
static uint32_t column_of[MOST];

static uint32_t place(uint32_t row, uint32_t side, uint32_t *checksum) {
    if (row == side) {
        *checksum = bench_mix(*checksum, column_of[0] * MOST + column_of[side - 1]);
        return 1;
    }
    uint32_t found = 0;
    for (uint32_t column = 0; column < side; column++) {
        uint32_t rising = row + column;
        uint32_t falling = row + side - column;
        if (column_used[column] || rising_used[rising] || falling_used[falling])
            continue;
        column_used[column] = rising_used[rising] = falling_used[falling] = true;
        column_of[row] = column;
        found += place(row + 1, side, checksum);
        column_used[column] = rising_used[rising] = falling_used[falling] = false;
    }
    return found;
}

uint32_t bench(uint32_t size) {
    uint32_t checksum = 0;
    uint32_t found = place(0, size > MOST ? MOST : size, &checksum);
    return bench_mix(checksum, found);
}
