/*
 * Small functions, one for each thing that the translator does in its own way; what becomes of each stands in
 * the file with its name. _start calls each once or twice; golden.js says how to make all of this again.
 */
        .text
        .global _start
        .macro  call name
        ldi.l   $r0, 6
        ldi.l   $r1, data
        jsra    \name
        .endm
        .macro  case name
        .p2align 6
        .type   \name, @function
\name:
        .endm

_start:
        gsr     $sp, 7
        dec     $sp, 64
        mov     $fp, $sp
        call    nothing
        call    arithmetic
        call    shifts
        call    products
        call    extensions
        call    quotients
        call    loop_count
        call    loop_read
        call    loop_write
        call    loop_copy
        call    loop_nested
        call    loop_two_ways
        call    loop_call
        call    branch_around
        call    branch_both
        call    branch_compares
        call    branch_later
        call    return_early
        call    compare_dead
        call    call_direct
        call    call_register
        call    call_known
        call    known_by_register
        call    recursion
        call    jump_away
        call    jump_table
        ldi.l   $r0, 2
        ldi.l   $r1, data
        jsra    jump_table
        call    jump_one
        call    push_pop
        call    frame
        call    absolute
        call    offsets
        call    halfwords
        call    many_bases
        call    two_regions
        ldi.l   $r0, 6
        mov     $r1, $sp
        jsra    two_regions
        call    constant_data
        call    special_read
        call    special_write
        call    breakpoint
        call    bad_code
        call    irreducible
        call    long_block
        call    swap
        ldi.l   $r0, 0
        swi     1

case nothing
        ret

case arithmetic
        add     $r0, $r1
        sub     $r0, $r2
        and     $r0, $r3
        or      $r0, $r4
        xor     $r0, $r5
        not     $r2, $r0
        neg     $r3, $r2
        inc     $r3, 7
        dec     $r3, 200
        mov     $r0, $r3
        ret

case shifts
        ldi.l   $r2, 3
        ashl    $r0, $r2
        ashr    $r0, $r2
        lshr    $r0, $r1
        ret

case products
        mov     $r2, $r0
        mul     $r0, $r1
        mul.x   $r1, $r2
        umul.x  $r2, $r0
        ret

case extensions
        sex.b   $r2, $r1
        sex.s   $r3, $r1
        zex.b   $r4, $r1
        zex.s   $r5, $r1
        ret

case quotients
        ldi.l   $r2, 7
        div     $r0, $r2
        udiv    $r1, $r2
        mod     $r0, $r2
        umod    $r1, $r2
        ret

case loop_count
        ldi.l   $r2, 0
1:      dec     $r0, 1
        cmp     $r0, $r2
        bne     1b
        ret

case loop_read
        ldi.l   $r2, 0
        ldi.l   $r3, 0
1:      ld.b    $r4, ($r1)
        add     $r2, $r4
        inc     $r1, 1
        dec     $r0, 1
        cmp     $r0, $r3
        bgt     1b
        mov     $r0, $r2
        ret

case loop_write
        ldi.l   $r3, 0
1:      st.l    ($r1), $r0
        inc     $r1, 4
        dec     $r0, 1
        cmp     $r0, $r3
        bgtu    1b
        ret

case loop_copy
        ldi.l   $r2, copy
        ldi.l   $r3, 0
1:      ld.l    $r4, ($r1)
        st.l    ($r2), $r4
        inc     $r1, 4
        inc     $r2, 4
        dec     $r0, 1
        cmp     $r0, $r3
        bne     1b
        ret

case loop_nested
        ldi.l   $r4, 0
        ldi.l   $r5, 0
1:      ldi.l   $r2, 3
2:      add     $r5, $r2
        dec     $r2, 1
        cmp     $r2, $r4
        bne     2b
        dec     $r0, 1
        cmp     $r0, $r4
        bne     1b
        mov     $r0, $r5
        ret

case loop_two_ways
        ldi.l   $r2, 0
        ldi.l   $r3, 4
1:      dec     $r0, 1
        cmp     $r0, $r3
        beq     1b
        cmp     $r0, $r2
        beq     2f
        inc     $r5, 1
        jmpa    1b
2:      ret

case loop_call
        push    $sp, $r6
        mov     $r6, $r0
1:      jsra    nothing
        dec     $r6, 1
        ldi.l   $r2, 0
        cmp     $r6, $r2
        bne     1b
        pop     $sp, $r6
        ret

case branch_around
        ldi.l   $r2, 5
        cmp     $r0, $r2
        ble     1f
        mov     $r0, $r2
1:      ret

case branch_both
        ldi.l   $r2, 5
        cmp     $r0, $r2
        bltu    1f
        inc     $r0, 1
        jmpa    2f
1:      dec     $r0, 1
2:      add     $r0, $r0
        ret

case branch_compares
        cmp     $r0, $r1
        beq     1f
        blt     1f
        bge     2f
1:      inc     $r2, 1
2:      bgeu    3f
        inc     $r2, 2
3:      bleu    4f
        inc     $r2, 4
4:      ret

case branch_later
        cmp     $r0, $r1
        jmpa    1f
1:      inc     $r0, 1
        bgt     2f
        inc     $r0, 2
2:      ret

case return_early
        ldi.l   $r2, 0
        cmp     $r0, $r2
        bne     1f
        ret
1:      inc     $r0, 1
        ret

case compare_dead
        cmp     $r0, $r1
        cmp     $r1, $r0
        inc     $r0, 1
        cmp     $r0, $r2
        beq     1f
        inc     $r0, 1
1:      ret

case call_direct
        jsra    nothing
        jsra    arithmetic
        ret

case call_register
        ldi.l   $r2, nothing
        jsr     $r2
        ldi.l   $r2, arithmetic
        jsr     $r2
        ret

/* 1.5 times 1.5, and divided by that; the functions are the runtime's. */
case call_known
        xor     $r0, $r0
        ldi.l   $r1, 0x3ff80000
        mov     $r2, $r0
        mov     $r3, $r1
        jsra    __muldf3
        ret

case known_by_register
        xor     $r0, $r0
        ldi.l   $r1, 0x3ff80000
        mov     $r2, $r0
        ldi.l   $r3, 0x40020000
        ldi.l   $r4, __divdf3
        jsr     $r4
        ret

case recursion
        ldi.l   $r2, 1
        cmp     $r0, $r2
        bgt     1f
        ret
1:      push    $sp, $r6
        mov     $r6, $r0
        dec     $r0, 1
        jsra    recursion
        mul     $r0, $r6
        pop     $sp, $r6
        ret

case jump_away
        inc     $r0, 1
        jmpa    branch_around

case jump_table
        ldi.l   $r2, 3
        and     $r0, $r2
        ldi.l   $r2, 2
        ashl    $r0, $r2
        ldi.l   $r2, table
        add     $r2, $r0
        ld.l    $r2, ($r2)
        jmp     $r2
.Ljump_to_1:
        inc     $r0, 1
        ret
.Ljump_to_2:
        inc     $r0, 2
        ret
.Ljump_to_3:
        inc     $r0, 3
        ret

case jump_one
        ldi.l   $r2, 1f
        jmp     $r2
1:      ret

case push_pop
        push    $sp, $r6
        push    $sp, $r7
        push    $sp, $r8
        pop     $sp, $r6
        pop     $sp, $r7
        pop     $sp, $r8
        ret

case frame
        dec     $sp, 16
        sto.l   -4($fp), $r0
        sto.l   -8($fp), $r1
        ldo.l   $r2, -4($fp)
        ldo.l   $r3, -8($fp)
        st.l    ($sp), $r2
        inc     $sp, 16
        ret

case absolute
        lda.l   $r2, data
        inc     $r2, 1
        sta.l   data, $r2
        lda.b   $r3, data
        sta.s   data + 8, $r3
        ret

case offsets
        ldo.l   $r2, 4($r1)
        ldo.b   $r3, 9($r1)
        ldo.s   $r4, 10($r1)
        sto.b   12($r1), $r3
        sto.s   14($r1), $r4
        sto.l   16($r1), $r2
        ret

case halfwords
        ld.s    $r2, ($r1)
        inc     $r2, 1
        st.s    ($r1), $r2
        st.b    ($r1), $r2
        ret

case many_bases
        mov     $r2, $r1
        mov     $r3, $sp
        mul     $r2, $r0
        div     $r2, $r0
        ld.l    $r4, ($r1)
        ld.l    $r5, ($r2)
        st.l    ($r3), $r4
        ldo.l   $r4, 4($r2)
        sto.l   4($r1), $r4
        ret

case two_regions
        ld.l    $r2, ($r1)
        st.l    ($r1), $r2
        ret

case constant_data
        ldi.l   $r2, table
        ld.l    $r0, ($r2)
        lda.l   $r1, table + 4
        ret

case special_read
        gsr     $r0, 3
        ret

case special_write
        inc     $r0, 1
        ssr     $r0, 12
        dec     $r0, 1
        ret

case breakpoint
        ldi.l   $r2, 0
        cmp     $r0, $r2
        bne     1f
        brk
1:      ret

case bad_code
        ldi.l   $r2, 0
        cmp     $r0, $r2
        bne     1f
        .short  0x1600
1:      ret

case irreducible
        ldi.l   $r2, 0
        cmp     $r0, $r1
        beq     2f
1:      dec     $r0, 1
2:      inc     $r3, 1
        cmp     $r0, $r2
        bne     1b
        ret

case long_block
        .rept   12
        add     $r2, $r0
        xor     $r2, $r1
        .endr
        ret

case swap
        ld.l    $r2, ($r1)
        ldo.l   $r3, 4($r1)
        st.l    ($r1), $r3
        sto.l   4($r1), $r2
        ret

        .section .rodata
        .balign 4
table:
        .long   .Ljump_to_1
        .long   .Ljump_to_2
        .long   .Ljump_to_3
        .long   .Ljump_to_2

        .data
        .balign 4
data:
        .rept   16
        .long   0x01020304
        .endr
copy:
        .skip   64
