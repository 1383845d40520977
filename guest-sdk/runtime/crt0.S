/*
 * The first instructions of a C program. The box starts with special register 6 holding the address of the
 * memory-map descriptors and special register 7 the top of the stack; both are overwritten when the
 * program names its output, so they are kept in variables.
 *
 * A function compiled without optimisation spills its six register arguments into the 24 bytes above $sp
 * on entry, so the first frame leaves room for them, on a 16-byte boundary whatever the box gave.
 */
        .section .text.start, "ax"
        .global _start
        .type   _start, @function
_start:
        gsr     $sp, 7
        sta.l   __moxbox_stack_top, $sp
        dec     $sp, 32
        ldi.l   $r0, -16
        and     $sp, $r0
        mov     $fp, $sp
        gsr     $r0, 6
        sta.l   moxie_memmap, $r0
        jsra    __moxbox_main
        brk
        .size   _start, . - _start

        .section .bss.start, "aw", @nobits
        .balign 4
        .global moxie_memmap
        .type   moxie_memmap, @object
        .size   moxie_memmap, 4
moxie_memmap:
        .skip   4
        .global __moxbox_stack_top
        .type   __moxbox_stack_top, @object
        .size   __moxbox_stack_top, 4
__moxbox_stack_top:
        .skip   4
