/* A source of "entropy" for Mbed TLS's self-test that gives the same numbers everywhere. */
#include <stddef.h>
#include <stdint.h>

int mbedtls_hardware_poll(void *data, unsigned char *output, size_t size, size_t *made);

int mbedtls_hardware_poll(void *data, unsigned char *output, size_t size, size_t *made) {
    static uint32_t state = 1;
    (void)data;
    for (size_t i = 0; i < size; i++) {
        state = state * 1664525u + 1013904223u;
        output[i] = (unsigned char)(state >> 24);
    }
    *made = size;
    return 0;
}
