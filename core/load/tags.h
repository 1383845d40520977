/* The text of a memory-map descriptor, as guests compare it: rights, name and number with a comma
 * behind each, "ro,data0," or "rw,stack,". */
#ifndef MOXBOX_LOAD_TAGS_H
#define MOXBOX_LOAD_TAGS_H

#include <stdint.h>

#include "mem/space.h"

enum { TAGS_NO_NUMBER = UINT32_MAX & INT32_MAX };

/* Fills all of tags; rights with RIGHT_WRITE give "rw", others "ro". name has at most 8 letters. */
void tags_write(char tags[SPACE_TAG_SIZE], uint32_t rights, const char *name, uint32_t number);

#endif
