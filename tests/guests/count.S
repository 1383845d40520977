/*
 * A small loop whose every step can be looked at: 43 instructions in all, the last one `swi`.
 *
 * Input:  none.
 * Output: the sum 1 + 2 + ... + 6 = 21 as one byte. Exit status: 21.
 *
 * Before the loop 3 instructions, 6 turns of 5, after it 10.
 */
        .text
        .global _start
_start:
        ldi.l   $r1, 0
        ldi.l   $r2, 1
        ldi.l   $r3, 6
.Lturn:
        add     $r1, $r2
        sta.l   total, $r1
        inc     $r2, 1
        cmp     $r2, $r3
        ble     .Lturn
        lda.l   $r0, total
        ldi.l   $r4, result
        st.b    ($r4), $r0
        ssr     $r4, 6
        ldi.l   $r5, 1
        ssr     $r5, 7
        mov     $r6, $r0
        push    $r4, $r6
        pop     $r4, $r0
        swi     1
        brk

        .bss
        .balign 4
total:
        .skip   4
scratch:
        .skip   8
result:
        .skip   1
