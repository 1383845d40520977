/*
 * What was printed is the output even when the program ends by a failed assertion, with status 134.
 *
 * Input:  none.
 * Output: "before", a newline, and the C library's message.
 */
#include <assert.h>
#include <stdio.h>

int main(void) {
    volatile int truth = 0;
    printf("before\n");
    fflush(stdout);
    assert(truth);
    return 0;
}
