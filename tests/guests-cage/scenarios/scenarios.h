/* What the scenarios share. A scenario prints every call it tries with what came back, and holds
 * that to what POSIX demands; it runs as user 1000 (when it may choose), in an empty directory, in
 * a process of its own. */
#ifndef MOXBOX_TESTS_SCENARIOS_H
#define MOXBOX_TESTS_SCENARIOS_H

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

/* A moxie program is one in a cage. */
#ifdef __moxie__
#define IN_CAGE true
#else
#define IN_CAGE false
#endif

#define SCENARIO(name) void scenario_##name(void)

/* A call's text and its result: a number, or the name of the error when it is -1. */
long show(const char *text, long result);
void show_gives(int line, const char *text, long result, long wanted);
void show_fails(int line, const char *text, long result, int error);
void show_holds(int line, const char *text, bool holds);

#define SHOW(call) show(#call, (long)(call))
#define GIVES(call, wanted) show_gives(__LINE__, #call, (long)(call), (long)(wanted))
#define FAILS(call, error) show_fails(__LINE__, #call, (long)(call), error)
#define HOLDS(condition) show_holds(__LINE__, #condition, (condition))
/* What only a cage promises, or what only this scenario's set-up needs: printed when it fails. */
#define NEEDS(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            show_holds(__LINE__, #condition, false);                                               \
        }                                                                                          \
    } while (0)

/* The system cannot do what a scenario is about: says so and ends it. */
_Noreturn void cannot(const char *what);

/* A child. It stands for what is a thread in SafePOSIX's tests: one that runs a forked cage there,
 * or one more of the same cage, for which the two share memory or descriptors here. leave() ends it
 * with status 0 when everything it tried held. ended() waits for a child and gives its status, or
 * minus the signal that ended it. */
pid_t child(void);
_Noreturn void leave(void);
int ended(pid_t pid);

/* For the set-up: a file with these bytes; a descriptor of a fresh file for reading and writing. */
void make_file(const char *path, const char *text);
int fresh(const char *path);
/* The mode of a file (type and permissions), its size, its links; -1 when it is not there. */
long mode_of(const char *path);
long size_of(const char *path);
long links_of(const char *path);
/* Whether the next bytes of a descriptor are this text. */
bool reads(int fd, const char *text);
/* Prints a whole file, with . for what is not printable. */
void show_file(const char *path);
/* MAP_FAILED is -1, an address 0. */
int mapped(void *address);
/* Milliseconds of a clock that only goes forward. */
long now_ms(void);
/* The system call itself; in C programs it is behind readdir. */
long get_dents(int fd, void *to, size_t size);

/* This program, to be executed. */
extern const char *self;
/* What it does then, see sys_programs in sys.c: its exit status. */
int run_helper(int argc, char **argv);

#endif
