/* The guest's main: the size is data file 0 (four bytes, little-endian), the checksum is the
 * output. */
#include "bench.h"
#include "moxbox.h"

#include <string.h>

static uint32_t checksum;

int main(void) {
    struct moxbox_bytes input;
    uint32_t size;
    if (moxbox_input(0, &input) != 0 || input.size != sizeof size)
        return 1;
    memcpy(&size, input.data, sizeof size);
    checksum = bench(size);
    setreturn(&checksum, sizeof checksum);
    return 0;
}
