/* Counts its runs in /count, which it saves, and says the number and whether it knows /later, which
 * it writes afterwards and does not save. Then it waits for the end of standard input. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(void) {
    char text[16] = "";
    const int count = open("/count", O_RDWR | O_CREAT, 0644);
    if (count < 0 || read(count, text, sizeof text - 1) < 0) {
        return 1;
    }
    const int number = atoi(text) + 1;
    text[0] = (char)('0' + number % 10);
    text[1] = '\0';
    if (pwrite(count, text, strlen(text), 0) < 0 || fsync(count) != 0) {
        return 2;
    }
    strcat(text, access("/later", F_OK) == 0 ? " known\n" : " new\n");
    const int later = open("/later", O_WRONLY | O_CREAT, 0644);
    if (later < 0 || write(later, text, strlen(text)) < 0 || close(later) != 0 ||
        write(STDOUT_FILENO, text, strlen(text)) < 0) {
        return 3;
    }
    while (read(STDIN_FILENO, text, sizeof text) > 0) {
    }
    return 0;
}
