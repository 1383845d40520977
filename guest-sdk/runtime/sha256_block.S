/*
 * void __moxbox_sha256_block(uint32_t state[8], const uint8_t block[64])
 *
 * One block of SHA-256 in about 5,400 instructions, a third less than GCC's code for the same steps. Moxie
 * has no rotate and shifts only by a register: a rotation right by n is the 64-bit product with 2^(32-n),
 * its halves or-ed, five instructions with the factor loaded afresh. The three rotations of a sum are
 * nested, so that each works on what the next one needs. Majority is b ^ ((a ^ b) & (b ^ c)), where b ^ c
 * is the a ^ b of the round before.
 *
 * The frame: 64 words w, 64 words w + k, the address of the state.
 */
        .equ    SUMS, 256
        .equ    STATE, 512
        .equ    FRAME, 516

        /* into = from rotated right by count; all three registers differ */
        .macro  rotate into, from, spare, count
        ldi.l   \into, 1 << (32 - \count)
        mov     \spare, \into
        mul     \spare, \from
        umul.x  \into, \from
        or      \into, \spare
        .endm

        /* into = from rotated by third ^ rotated by third + second ^ rotated by third + second + first */
        .macro  rotations into, from, t, u, first, second, third
        rotate  \into, \from, \t, \first
        xor     \into, \from
        rotate  \t, \into, \u, \second
        xor     \t, \from
        rotate  \into, \t, \u, \third
        .endm

        /* old is b ^ c on entry; t2 is a ^ b afterwards, so the next round names them the other way round */
        .macro  round a, b, c, d, e, f, g, h, offset, t2, old
        rotations $r0, \e, $r1, \t2, 14, 5, 6
        add     \h, $r0
        mov     $r0, \f
        xor     $r0, \g
        and     $r0, \e
        xor     $r0, \g
        add     \h, $r0
        ldo.l   $r0, \offset($r12)
        add     \h, $r0
        add     \d, \h
        rotations $r0, \a, $r1, \t2, 9, 11, 2
        add     \h, $r0
        mov     \t2, \a
        xor     \t2, \b
        and     \old, \t2
        xor     \old, \b
        add     \h, \old
        .endm

        /* w[16 + n] and its sum, where $r7 points to w[0] and $r6 to k[16]; $r8 is 3 and $r9 is 10 */
        .macro  extend n
        ldo.l   $r0, 4 * (\n + 1)($r7)
        rotate  $r1, $r0, $r2, 11
        xor     $r1, $r0
        rotate  $r2, $r1, $r3, 7
        lshr    $r0, $r8
        xor     $r2, $r0
        ldo.l   $r0, 4 * (\n + 14)($r7)
        rotate  $r1, $r0, $r3, 2
        xor     $r1, $r0
        rotate  $r3, $r1, $r4, 17
        lshr    $r0, $r9
        xor     $r3, $r0
        add     $r2, $r3
        ldo.l   $r0, 4 * \n($r7)
        add     $r2, $r0
        ldo.l   $r0, 4 * (\n + 9)($r7)
        add     $r2, $r0
        sto.l   4 * (\n + 16)($r7), $r2
        ldo.l   $r0, 4 * \n($r6)
        add     $r0, $r2
        sto.l   SUMS + 4 * (\n + 16)($r7), $r0
        .endm

        .section .text.__moxbox_sha256_block, "ax"
        .global __moxbox_sha256_block
        .type   __moxbox_sha256_block, @function
__moxbox_sha256_block:
        push    $sp, $r6
        push    $sp, $r7
        push    $sp, $r8
        push    $sp, $r9
        push    $sp, $r10
        push    $sp, $r11
        ldi.l   $r2, FRAME
        sub     $sp, $r2
        sto.l   STATE($sp), $r0

        ldi.l   $r6, constants
        mov     $r7, $sp
        ldi.l   $r8, 8
        ldi.l   $r9, 16
        ldi.l   $r10, 24
        mov     $r11, $sp
        inc     $r11, 64
.Lload:
        ld.b    $r0, ($r1)
        ashl    $r0, $r10
        ldo.b   $r2, 1($r1)
        ashl    $r2, $r9
        or      $r0, $r2
        ldo.b   $r2, 2($r1)
        ashl    $r2, $r8
        or      $r0, $r2
        ldo.b   $r2, 3($r1)
        or      $r0, $r2
        st.l    ($r7), $r0
        ld.l    $r2, ($r6)
        add     $r2, $r0
        sto.l   SUMS($r7), $r2
        inc     $r1, 4
        inc     $r6, 4
        inc     $r7, 4
        cmp     $r7, $r11
        bne     .Lload

        mov     $r7, $sp
        ldi.l   $r8, 3
        ldi.l   $r9, 10
        mov     $r11, $sp
        inc     $r11, 4 * 48
.Lextend:
        extend  0
        extend  1
        extend  2
        extend  3
        inc     $r6, 16
        inc     $r7, 16
        cmp     $r7, $r11
        bne     .Lextend

        ldo.l   $r12, STATE($sp)
        ld.l    $r4, ($r12)
        ldo.l   $r5, 4($r12)
        ldo.l   $r6, 8($r12)
        ldo.l   $r7, 12($r12)
        ldo.l   $r8, 16($r12)
        ldo.l   $r9, 20($r12)
        ldo.l   $r10, 24($r12)
        ldo.l   $r11, 28($r12)
        mov     $r3, $r5
        xor     $r3, $r6
        mov     $r12, $sp
        inc     $r12, 128
        inc     $r12, 128
.Lrounds:
        round   $r4, $r5, $r6, $r7, $r8, $r9, $r10, $r11, 0, $r2, $r3
        round   $r11, $r4, $r5, $r6, $r7, $r8, $r9, $r10, 4, $r3, $r2
        round   $r10, $r11, $r4, $r5, $r6, $r7, $r8, $r9, 8, $r2, $r3
        round   $r9, $r10, $r11, $r4, $r5, $r6, $r7, $r8, 12, $r3, $r2
        round   $r8, $r9, $r10, $r11, $r4, $r5, $r6, $r7, 16, $r2, $r3
        round   $r7, $r8, $r9, $r10, $r11, $r4, $r5, $r6, 20, $r3, $r2
        round   $r6, $r7, $r8, $r9, $r10, $r11, $r4, $r5, 24, $r2, $r3
        round   $r5, $r6, $r7, $r8, $r9, $r10, $r11, $r4, 28, $r3, $r2
        inc     $r12, 32
        mov     $r0, $sp
        ldi.l   $r1, STATE
        add     $r0, $r1
        cmp     $r12, $r0
        beq     .Lfinish
        jmpa    .Lrounds

        /* The state's address follows the last sum, where $r12 now points. */
.Lfinish:
        ld.l    $r12, ($r12)
        .irp    register, $r4, $r5, $r6, $r7, $r8, $r9, $r10, $r11
        ld.l    $r0, ($r12)
        add     $r0, \register
        st.l    ($r12), $r0
        inc     $r12, 4
        .endr

        ldi.l   $r2, FRAME
        add     $sp, $r2
        pop     $sp, $r11
        pop     $sp, $r10
        pop     $sp, $r9
        pop     $sp, $r8
        pop     $sp, $r7
        pop     $sp, $r6
        ret
        .size   __moxbox_sha256_block, . - __moxbox_sha256_block

        /* The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
        .section .rodata.__moxbox_sha256_block, "a"
        .balign 4
constants:
        .long   0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5
        .long   0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174
        .long   0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da
        .long   0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967
        .long   0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85
        .long   0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070
        .long   0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3
        .long   0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
