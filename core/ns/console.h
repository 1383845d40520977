/* The part of the console that only this folder needs. */
#ifndef MOXBOX_NS_CONSOLE_H
#define MOXBOX_NS_CONSOLE_H

#include "ns/devices.h"

void console_start(struct machine_devices *devices, uint64_t output_limit);
void console_end(struct machine_devices *devices);
bool console_check(const struct machine_devices *devices);

/* Cooked input: lines, in which \b erases a character, ^U the line, and ^D ends them (at the
 * beginning of a line: the end of the input, once). Raw while somebody holds consctl open who said
 * rawon. */
int32_t console_read_line(struct machine_devices *devices, struct caller *caller, uint8_t *to,
                          uint32_t size);
int32_t console_poll_line(struct machine_devices *devices, struct waiter *waiter);

#endif
