/*
 * setjmp and longjmp keep every register that a call keeps; so do constructors, destructors and
 * atexit run where they should.
 *
 * Input:  none.
 * Output: "c" (constructor), "m" (main), "a" (atexit), "d" (destructor), in this order.
 * Exit status: 0, or the number of the check that failed.
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

static jmp_buf place;
static volatile int sent;

__attribute__((constructor)) static void constructor(void) {
    putchar('c');
}

__attribute__((destructor)) static void destructor(void) {
    putchar('d');
}

static void at_exit(void) {
    putchar('a');
}

/* Overwrites the registers that a callee must restore, and leaves without restoring them. */
__attribute__((noinline)) static void spoil_and_jump(int value) {
    __asm__ volatile("ldi.l $r6, -1\n\tldi.l $r7, -1\n\tldi.l $r8, -1\n\t"
                     "ldi.l $r9, -1\n\tldi.l $r10, -1\n\tldi.l $r11, -1"
                     :
                     :
                     : "$r6", "$r7", "$r8", "$r9", "$r10", "$r11");
    longjmp(place, value);
}

/* The standard promises less than this test wants to see: all six registers come back. */
#pragma GCC diagnostic ignored "-Wclobbered"
static int registers_survive(void) {
    register int a __asm__("$r6") = 11;
    register int b __asm__("$r7") = 12;
    register int c __asm__("$r8") = 13;
    register int d __asm__("$r9") = 14;
    register int e __asm__("$r10") = 15;
    register int f __asm__("$r11") = 16;
    __asm__ volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d), "+r"(e), "+r"(f));
    int back = setjmp(place);
    if (back == 0) {
        spoil_and_jump(sent);
    }
    __asm__ volatile("" : : "r"(a), "r"(b), "r"(c), "r"(d), "r"(e), "r"(f));
    return back == (sent == 0 ? 1 : sent) && a == 11 && b == 12 && c == 13 && d == 14 && e == 15 &&
           f == 16;
}

int main(void) {
    atexit(at_exit);
    sent = 5;
    if (!registers_survive()) {
        return 1;
    }
    sent = 0;
    if (!registers_survive()) {
        return 2;
    }
    putchar('m');
    return 0;
}
