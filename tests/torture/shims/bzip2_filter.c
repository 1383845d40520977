/* bzip2's library as a filter from stdin to stdout: compresses at LEVEL, or decompresses when LEVEL
 * is 0. */
#include <stdio.h>
#include <stdlib.h>

#include "bzlib.h"

enum { ROOM = 4 << 20 };

int main(void) {
    char *from = malloc(ROOM);
    char *to = malloc(ROOM);
    if (!from || !to) {
        return 2;
    }
    const unsigned from_size = (unsigned)fread(from, 1, ROOM, stdin);
    unsigned to_size = ROOM;
    const int status = LEVEL > 0
                           ? BZ2_bzBuffToBuffCompress(to, &to_size, from, from_size, LEVEL, 0, 0)
                           : BZ2_bzBuffToBuffDecompress(to, &to_size, from, from_size, 0, 0);
    if (status != BZ_OK) {
        fprintf(stderr, "status %d\n", status);
        return 1;
    }
    fwrite(to, 1, to_size, stdout);
    free(from);
    free(to);
    return 0;
}
