/* Writes as many bytes as the first argument says to standard output: those from 32 to 95, over and
 * over. With a second argument it does not mind SIGINT. */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv) {
    static char bytes[64 << 10];
    long left = argc > 1 ? atol(argv[1]) : 0;
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (char)(32 + i % 64);
    }
    if (argc > 2) {
        signal(SIGINT, SIG_IGN);
    }
    while (left > 0) {
        const size_t wanted = left < (long)sizeof bytes ? (size_t)left : sizeof bytes;
        const ssize_t count = write(STDOUT_FILENO, bytes, wanted);
        if (count <= 0) {
            return 1;
        }
        left -= count;
    }
    return 0;
}
