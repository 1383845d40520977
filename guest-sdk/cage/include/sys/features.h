/* newlib's, and the parts of POSIX that a cage has. */
#ifndef _CAGE_SYS_FEATURES_H
#define _CAGE_SYS_FEATURES_H
#include_next <sys/features.h>
#define _POSIX_JOB_CONTROL 1
#define _POSIX_SAVED_IDS 1
#define _POSIX_VERSION 200809L
#define _POSIX2_VERSION 200809L
#define _POSIX_TIMERS 1
#define _POSIX_MONOTONIC_CLOCK 200112L
#define _POSIX_CPUTIME 200112L
#define _POSIX_CLOCK_SELECTION 1
#define _POSIX_FSYNC 1
#define _POSIX_MAPPED_FILES 1
#define _POSIX_REGEXP 1
#define _POSIX_SHELL 1
#endif
