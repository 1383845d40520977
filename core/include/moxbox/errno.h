/* Errors of system calls, as -MOX_ENOENT and so on; the rows are base/errno.def. */
#ifndef MOXBOX_ERRNO_H
#define MOXBOX_ERRNO_H

#include <stdint.h>

enum mox_errno {
#define ERRNO(name, number, sentence) MOX_E##name = number,
#include "base/errno.def"
};

/* The sentence for an errno; NULL when there is none of that number. */
const char *mox_errno_text(int32_t error);

/* "ENOENT" and so on; NULL when there is none of that number. */
const char *mox_errno_name(int32_t error);

#endif
