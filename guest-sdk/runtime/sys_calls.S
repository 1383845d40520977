/* The system calls of a box. Arguments are already where C put them, $r0 to $r5; results come in $r0. */

        .section .text.__moxbox_stop, "ax"
        .global __moxbox_stop
        .type   __moxbox_stop, @function
__moxbox_stop:
        swi     1
        /* A box ends there; a debugger that goes on should not run into the next function. */
        brk
        .size   __moxbox_stop, . - __moxbox_stop

        .section .text.__moxbox_mmap, "ax"
        .global __moxbox_mmap
        .type   __moxbox_mmap, @function
__moxbox_mmap:
        swi     90
        ret
        .size   __moxbox_mmap, . - __moxbox_mmap
