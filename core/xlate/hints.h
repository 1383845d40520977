/* What a profile knows, as bytes that a later run of the same text can start from. They are a
 * stranger's: a profile is nothing but hints (profile.h), so that whatever bytes come, the machine
 * computes the same, and only its speed can change. */
#ifndef MOXBOX_XLATE_HINTS_H
#define MOXBOX_XLATE_HINTS_H

#include <stdbool.h>
#include <stdint.h>

#include "xlate/profile.h"

/* The bytes that hints_write fills. */
uint32_t hints_size(const struct profile *profile);
void hints_write(const struct profile *profile, uint8_t *bytes);

/* Adds what the bytes say to a profile. False, and nothing is added, when they are not whole or of
 * text at another place or of another size. */
bool hints_read(struct profile *profile, const uint8_t *bytes, uint32_t size);

#endif
