/* Fuzz input as a stream: numbers are taken from its front; behind its end come zeros. */
#ifndef MOXBOX_TESTS_FUZZ_BYTES_IN_H
#define MOXBOX_TESTS_FUZZ_BYTES_IN_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bytes_in {
    const uint8_t *at;
    size_t left;
};

static inline uint32_t take8(struct bytes_in *in) {
    if (in->left == 0) {
        return 0;
    }
    in->left--;
    return *in->at++;
}

static inline uint32_t take16(struct bytes_in *in) {
    const uint32_t low = take8(in);
    return low | take8(in) << 8;
}

static inline uint32_t take32(struct bytes_in *in) {
    const uint32_t low = take16(in);
    return low | take16(in) << 16;
}

/* Ends the fuzzer's process when what must hold does not, so that it keeps the input. */
#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            printf("%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                         \
            fflush(stdout);                                                                        \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
