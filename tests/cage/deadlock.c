/* Two processes that wait for each other: each reads from a pipe that only the other could write.
 */
#include <stdio.h>
#include <unistd.h>

int main(void) {
    int there[2];
    int back[2];
    char byte;
    pipe(there);
    pipe(back);
    if (fork() == 0) {
        read(there[0], &byte, 1);
        write(back[1], "x", 1);
    } else {
        read(back[0], &byte, 1);
        write(there[1], "x", 1);
    }
    return 0;
}
