/*
 * The State Buffer: counts its own runs. setreturn and setstate are called twice, and the last call
 * counts.
 *
 * Input:  the last run's State Buffer as data file 0, or nothing.
 * Output: the count as one byte, the digit from '0'.
 * State:  4 bytes, the count as a little-endian word.
 */
#include <moxbox.h>
#include <string.h>

int main(void) {
    static uint32_t count;
    static char digit;
    struct moxbox_bytes last;

    if (moxbox_input(0, &last) == 0 && last.size == sizeof count) {
        memcpy(&count, last.data, sizeof count);
    }
    count++;
    digit = (char)('0' + count % 10);
    setreturn("wrong", 5);
    setstate("wrong", 5);
    setreturn(&digit, sizeof digit);
    setstate(&count, sizeof count);
    return 0;
}
