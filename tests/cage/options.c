/* getopt and execvp: printed in a cage and on this system. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct option names[] = {
    {"all", no_argument, NULL, 'a'},
    {"file", required_argument, NULL, 'f'},
    {"level", optional_argument, NULL, 'l'},
    {"alter", no_argument, NULL, 'A'},
    {0},
};

static void try(const char *letters, int kind, const char *line) {
    char text[200];
    char *argv[20] = {"prog"};
    int argc = 1;
    int letter;
    int index = -1;
    strcpy(text, line);
    for (char *word = strtok(text, " "); word != NULL; word = strtok(NULL, " ")) {
        argv[argc++] = word;
    }
    optind = 0;
    printf("%s | %s:", letters, line);
    fflush(stdout);
    while ((letter = kind == 0   ? getopt(argc, argv, letters)
                     : kind == 1 ? getopt_long(argc, argv, letters, names, &index)
                                 : getopt_long_only(argc, argv, letters, names, &index)) != -1) {
        printf(" %c(%s)%d", letter < ' ' ? '0' + letter : letter, optarg != NULL ? optarg : "",
               optind);
        if (letter == '?') {
            printf("[%d]", optopt);
        }
    }
    printf(" ; %d:", optind);
    for (int i = 0; i < argc; i++) {
        printf(" %s", argv[i]);
    }
    puts("");
    fflush(stdout);
}

static void run(const char *file, const char *path) {
    fflush(stdout);
    if (fork() == 0) {
        char *argv[] = {"x", "one", NULL};
        path != NULL ? setenv("PATH", path, 1) : unsetenv("PATH");
        execvp(file, argv);
        printf("%s in %.30s: error %d\n", file, path != NULL ? path : "nothing", errno);
        fflush(stdout);
        _exit(1);
    }
    int status;
    wait(&status);
}

int main(void) {
    static const char *const lines[] = {
        "",
        "-a",
        "-",
        "- -a",
        "x -a y -b z",
        "-ab",
        "-fout x",
        "-f out -a",
        "-a -- -b x",
        "x -- -a",
        "-x",
        "-f",
        "a -l b -l5 c",
        "--all x",
        "--fil=7 y",
        "--file 8 z",
        "--file",
        "--al",
        "--all=3",
        "--nothing",
        "--level --level=2",
        "-all -fil 3",
        "-level=2",
        "-ba -f x - y -a",
    };
    static const char *const letters[] = {"abf:l::", "+abf:l::", "-abf:l::", ":abf:"};
    setvbuf(stdout, NULL, _IOLBF, 0);
    dup2(1, 2);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        for (size_t j = 0; j < 4; j++) {
            for (int kind = 0; kind < 3; kind++) {
                try(letters[j], kind, lines[i]);
            }
        }
    }
    mkdir("one", 0755);
    mkdir("two", 0755);
    const int file = open("two/script", O_WRONLY | O_CREAT | O_TRUNC, 0755);
    write(file, "echo script $1\n", 15);
    close(file);
    close(open("one/script", O_WRONLY | O_CREAT | O_TRUNC, 0644));
    chmod("two/script", 0755);
    static char long_path[3000];
    memset(long_path, 'n', sizeof long_path - 1);
    memcpy(long_path + 2990, ":two", 5);
    run("script", "two");
    run("script", "one:two");
    run("script", "one");
    run("script", "two/script:nowhere:two");
    run("script", long_path);
    run("none", "one:two:");
    run("two/script", "nowhere");
    run("", "two");
    run("sh-is-not-there", NULL);
    return 0;
}
