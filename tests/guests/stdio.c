/*
 * stdio in a box: stdin is data file 0, fopen takes a data file's name, stdout and stderr are
 * collected.
 *
 * Input:  data file 0: text; data file 1: at least four bytes.
 * Output: the lines of data file 0 with numbers, then what data file 1 begins with, then refusals.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int main(void) {
    char line[80];
    for (unsigned number = 1; fgets(line, sizeof line, stdin) != NULL; number++) {
        printf("%u: %s", number, line);
    }
    fflush(stdout);
    fprintf(stderr, "end of data0\n");

    FILE *file = fopen("data1", "rb");
    if (file == NULL) {
        return 1;
    }
    int first = getc(file);
    fseek(file, -1, SEEK_END);
    int last = getc(file);
    long size = ftell(file);
    printf("data1: %d .. %d, %ld bytes, end %d\n", first, last, size, getc(file) == EOF);
    fclose(file);

    errno = 0;
    printf("absent %d", fopen("data2", "r") == NULL);
    printf(" %d\n", errno == ENOENT);
    errno = 0;
    printf("written %d", fopen("data1", "w") == NULL);
    printf(" %d\n", errno == EROFS);
    printf("clock %d tty %d\n", time(NULL) == (time_t)-1, isatty(1));
    return 0;
}
