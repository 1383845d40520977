/*
 * setjmp and longjmp. The C library's own pair forgets $r11, which GCC keeps across calls, so a variable
 * could change its value behind longjmp. The buffer has room for ten words:
 *
 *   0 .. 20   $r6 .. $r11
 *   24        the caller's $sp
 *   28        the caller's $fp
 *   32        the return address
 *
 * A call pushes [old $fp, return address, static chain slot] and sets $fp to that frame, so the caller's
 * $sp is $fp + 12.
 */
        .section .text.setjmp, "ax"
        .global setjmp
        .type   setjmp, @function
setjmp:
        st.l    ($r0), $r6
        sto.l   4($r0), $r7
        sto.l   8($r0), $r8
        sto.l   12($r0), $r9
        sto.l   16($r0), $r10
        sto.l   20($r0), $r11
        mov     $r1, $fp
        inc     $r1, 12
        sto.l   24($r0), $r1
        ldo.l   $r1, 0($fp)
        sto.l   28($r0), $r1
        ldo.l   $r1, 4($fp)
        sto.l   32($r0), $r1
        ldi.l   $r0, 0
        ret
        .size   setjmp, . - setjmp

        .section .text.longjmp, "ax"
        .global longjmp
        .type   longjmp, @function
longjmp:
        ldi.l   $r2, 0
        cmp     $r1, $r2
        bne     .Lvalue
        inc     $r1, 1
.Lvalue:
        ld.l    $r6, ($r0)
        ldo.l   $r7, 4($r0)
        ldo.l   $r8, 8($r0)
        ldo.l   $r9, 12($r0)
        ldo.l   $r10, 16($r0)
        ldo.l   $r11, 20($r0)
        ldo.l   $sp, 24($r0)
        ldo.l   $fp, 28($r0)
        ldo.l   $r2, 32($r0)
        mov     $r0, $r1
        jmp     $r2
        .size   longjmp, . - longjmp
