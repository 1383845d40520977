/*
 * The first instructions of a program in a cage. $sp points to argc, argv[], 0, envp[], 0. The first
 * frame leaves room for the six register arguments that a function compiled without optimisation
 * spills into its caller's frame. main is named here, in the first file that is linked, so that it may
 * come from a library.
 */
        .section .text.start, "ax"
        .global _start
        .type   _start, @function
_start:
        mov     $r0, $sp
        dec     $sp, 32
        mov     $fp, $sp
        ldi.l   $r1, main
        jsra    __cage_main
        brk
        .size   _start, . - _start
