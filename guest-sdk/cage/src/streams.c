/* Locks of streams, which newlib has only with threads: there is one thread, so they are always
 * free. */
#include <stdio.h>

void flockfile(FILE *stream) {
    (void)stream;
}

int ftrylockfile(FILE *stream) {
    (void)stream;
    return 0;
}

void funlockfile(FILE *stream) {
    (void)stream;
}
