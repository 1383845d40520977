/* The two ways out of a box: an exit status, and abort. */
#include <stdlib.h>
#include <unistd.h>

#include "rt_internal.h"

extern _Noreturn void __moxbox_stop(int status);

void _exit(int status) {
    if (__moxbox_publish) {
        __moxbox_publish();
    }
    __moxbox_stop(status);
}

/* The status that a shell shows for a program that aborted: 128 + SIGABRT. */
_Noreturn void abort(void) {
    _exit(134);
    __builtin_unreachable();
}
