/* Calls on their way. */
#ifndef MOXBOX_CAGE_DISPATCH_H
#define MOXBOX_CAGE_DISPATCH_H

#include "cage/cage.h"

/* Makes one call in the name of a cage: >= 0, -errno or CALL_WAITS. The cage may have ended behind
 * it (state). */
int32_t dispatch_call(struct cage *cage, uint32_t number, const uint32_t words[6]);

/* A call that waited is over, with a result or without one. */
void dispatch_ended(struct cage *cage);

/* The name of a call, "" when there is none of that number. */
const char *call_name(uint32_t number);

#endif
