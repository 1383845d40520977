/*
 * Prime numbers in assembly, without the C library: a sieve and a decimal printer.
 *
 * Input:  none.
 * Output: the primes below 1000 in decimal, one a line.
 *
 * Link with -nostdlib; the entry is _start. A box gives no stack pointer, only its address in special
 * register 7, and this program calls a function, so it sets $sp.
 *
 *   $r6  the number under test     $r8   where the output goes on
 *   $r7  the sieve                 $r9   LIMIT
 */
        .equ    LIMIT, 1000
        .equ    SR_OUTPUT, 6
        .equ    SR_OUTPUT_LENGTH, 7
        .equ    SR_STACK, 7
        .equ    CALL_EXIT, 1

        .text
        .global _start
_start:
        gsr     $sp, SR_STACK
        ldi.l   $r6, 2
        ldi.l   $r7, sieve
        ldi.l   $r8, output
        ldi.l   $r9, LIMIT
.Lnext:
        mov     $r0, $r7
        add     $r0, $r6
        ld.b    $r0, ($r0)
        ldi.l   $r1, 0
        cmp     $r0, $r1
        bne     .Lcomposite
        mov     $r0, $r6
        jsra    put_number

        /* Strike out the multiples, from the square on: smaller ones have a smaller factor. */
        mov     $r0, $r6
        mul     $r0, $r6
        ldi.l   $r2, 1
.Lstrike:
        cmp     $r0, $r9
        bgeu    .Lcomposite
        mov     $r1, $r7
        add     $r1, $r0
        st.b    ($r1), $r2
        add     $r0, $r6
        jmpa    .Lstrike
.Lcomposite:
        inc     $r6, 1
        cmp     $r6, $r9
        bltu    .Lnext

        /* The box checks the range when the length is written, so the address goes first. */
        ldi.l   $r0, output
        ssr     $r0, SR_OUTPUT
        sub     $r8, $r0
        ssr     $r8, SR_OUTPUT_LENGTH
        ldi.l   $r0, 0
        swi     CALL_EXIT
        brk

/*
 * Appends $r0 in decimal and a newline at $r8. The digits come out last first, so they are written
 * backwards into a scratch area and then copied.
 */
put_number:
        ldi.l   $r2, 10
        ldi.l   $r3, scratch_end
        ldi.l   $r4, 0
.Ldigit:
        mov     $r1, $r0
        umod    $r1, $r2
        udiv    $r0, $r2
        inc     $r1, '0'
        dec     $r3, 1
        st.b    ($r3), $r1
        cmp     $r0, $r4
        bne     .Ldigit
        ldi.l   $r4, scratch_end
.Lcopy:
        ld.b    $r1, ($r3)
        st.b    ($r8), $r1
        inc     $r3, 1
        inc     $r8, 1
        cmp     $r3, $r4
        bltu    .Lcopy
        ldi.l   $r1, '\n'
        st.b    ($r8), $r1
        inc     $r8, 1
        ret

        .bss
scratch:
        .skip   12
scratch_end:
sieve:
        .skip   LIMIT
output:
        .skip   4096
