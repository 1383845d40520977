/* Output and State Buffer: two pairs of special registers that the box reads when the program ends.
 */
#include "sandboxrt.h"

#include "rt_internal.h"

/*
 * The length is cleared first, so that no moment exists in which the old length goes with the new
 * address. An empty range needs no address: the box would demand that it be mapped.
 */
#define NAME_RANGE(address_register, length_register, data, length)                                \
    do {                                                                                           \
        __asm__ volatile("ssr %0, %1" : : "r"(0), "i"(length_register) : "memory");                \
        if ((length) != 0) {                                                                       \
            __asm__ volatile("ssr %0, %1" : : "r"(data), "i"(address_register) : "memory");        \
            __asm__ volatile("ssr %0, %1" : : "r"(length), "i"(length_register) : "memory");       \
        }                                                                                          \
    } while (0)

static bool output_named;

void setreturn(const void *data, size_t length) {
    output_named = true;
    NAME_RANGE(SR_OUTPUT, SR_OUTPUT_LENGTH, data, length);
}

void setstate(const void *data, size_t length) {
    NAME_RANGE(SR_STATE, SR_STATE_LENGTH, data, length);
}

bool __moxbox_has_output(void) {
    return output_named;
}
