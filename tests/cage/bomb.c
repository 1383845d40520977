/* Forks as often as it can, in all generations; prints nothing and never ends by itself. */
#include <stdlib.h>
#include <unistd.h>

int main(void) {
    for (;;) {
        if (fork() < 0) {
            free(malloc(1000));
        }
    }
}
