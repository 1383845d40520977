/* As many children as the first argument says, one after the other; each computes a little and says
 * in its exit status what. For what cages leave behind. */
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* Multiplied and folded until it has been through all of a child's work. */
static uint32_t work(uint32_t seed, uint32_t rounds) {
    uint32_t value = seed;
    for (uint32_t i = 0; i < rounds; i++) {
        value = value * 1664525 + 1013904223;
        value ^= value >> 15;
    }
    return value;
}

int main(int argc, char **argv) {
    const uint32_t children = argc > 1 ? (uint32_t)atoi(argv[1]) : 1;
    const uint32_t rounds = argc > 2 ? (uint32_t)atoi(argv[2]) : 1000;
    uint32_t sum = 0;
    for (uint32_t i = 0; i < children; i++) {
        const pid_t child = fork();
        if (child == 0) {
            _exit((int)(work(i, rounds) & 0x7f));
        }
        int status = 0;
        if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status)) {
            return 99;
        }
        sum += (uint32_t)WEXITSTATUS(status);
    }
    return (int)(sum % 90);
}
