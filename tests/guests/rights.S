/*
 * A load and a store through the same register: the load reads the program's own code all the time, which it may, and
 * in the last turn the store writes there, which it may not. Whoever checks the load and lets the store go by the same
 * check lets it through.
 *
 * Ends with a write fault of four bytes.
 */
        .text
        .global _start
_start:
        ldi.l   $r0, .Lturn
        ldi.l   $r2, 50000
        ldi.l   $r3, 0
.Lturn:
        ld.l    $r1, ($r0)
        dec     $r2, 1
        cmp     $r2, $r3
        bne     .Lnext
        st.l    ($r0), $r1
.Lnext:
        jmpa    .Lturn
