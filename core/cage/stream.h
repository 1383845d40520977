/* The console's streams as files. */
#ifndef MOXBOX_CAGE_STREAM_H
#define MOXBOX_CAGE_STREAM_H

#include "cage/files_parts.h"
#include "ns/devices.h"

extern const struct file_ops stream_ops;

enum { STREAM_MAJOR = 5 }; /* as Linux's /dev/tty */

/* Stream 0 (stdin), 1 or 2; NULL: no memory. */
struct file *stream_new(struct machine_devices *devices, const struct mox_allocator *allocator,
                        uint32_t stream);

#endif
