/* Writes a whole function: the graph's control flow as nested blocks and loops, after Norman
 * Ramsey, "Beyond Relooper: Recursive Translation of Unstructured Control Flow to Structured
 * Control Flow" (2022): each block is written inside its dominator, loops at their headers, and a
 * block that several edges lead to behind a label that its dominator opens. */
#ifndef MOXBOX_XLATE_SHAPE_H
#define MOXBOX_XLATE_SHAPE_H

#include "xlate/emit.h"

/* Writes the function body, its size included. needs: graph and facts of the entry, e->w. False
 * when the nesting is deeper than engines take; the writer is then to be thrown away. */
bool shape_function(struct emitter *e);

/* Writes a function for the entry at pc, which begins `host`, a function with a dispatcher, there.
 */
void shape_inner(struct emitter *e, uint32_t pc, uint32_t host);

/* Writes a function that leaves for its entry at once, for text that is not translated. */
void shape_stub(struct emitter *e, uint32_t entry);

#endif
