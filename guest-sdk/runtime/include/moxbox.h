/*
 * What moxbox adds to the plain sandbox interface (sandboxrt.h): finding input data, room on the
 * stack, and the rules of stdio.
 *
 * stdio in a box: stdin is data file 0, and fopen("data1", "r") opens a data file by its name. What
 * is written to stdout and stderr is collected in memory, in the order written, and becomes the
 * program's output when it ends (also by abort), unless the program has called setreturn itself.
 */
#ifndef MOXBOX_H
#define MOXBOX_H

#include <stddef.h>
#include <stdint.h>

#include "sandboxrt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes that the box placed in memory; they live as long as the program and cannot be written. */
struct moxbox_bytes {
    const uint8_t *data;
    size_t size;
};

/* How many data files the host gave. */
unsigned moxbox_input_count(void);

/* Data file number `index`, in the host's order from 0. Returns 0, or -1 when there is none. */
int moxbox_input(unsigned index, struct moxbox_bytes *out);

/* The first range whose tags contain the word `tag`, e.g. "data0" or "elf1". Returns 0, or -1. */
int moxbox_find(const char *tag, struct moxbox_bytes *out);

/* The whole stack's size, and how much of it lies below the caller's frame. */
size_t moxbox_stack_size(void);
size_t moxbox_stack_left(void);

#ifdef __cplusplus
}
#endif

#endif
