/* Addition, subtraction, multiplication and division of doubles. The arithmetic is for what
 * programs have most of: normal numbers with a normal result. Everything else (zeros, subnormals,
 * infinities, NaNs, results too large or too small) jumps on to the complete functions in float64.c,
 * with the operands as they came. Assembly, because a carry costs GCC three times as much here, and C
 * would save registers on the stack before it knows whether it needs them: the same for floats took half
 * as many instructions more in C. The README of this SDK has the counts.
 *
 * Arguments lie in $r0 (low) and $r1, $r2 (low) and $r3; the result in $r0 (low) and $r1. Shift counts
 * count modulo 32, so that `not n` turns a shift by n into one by 31 - n. A significand is 53 bits in
 * two words; what is shifted out of it lies in a third word, the guard, whose upper bit is worth half a
 * unit. In a sum the greater operand stays packed: the sum's carry then goes into its exponent.
 *
 * What lies between a function's label and NAME.known is known to the engine (core/cpu/known.def, which has
 * the numbers of instructions, too): it need not run, as its result and what it leaves behind follow from the
 * operands, and it takes the same number of instructions for all of them that it is known for. Therefore there
 * are no addresses in it, one `ret`, a `nop` for each instruction that another way does more, and at the end 0
 * in all scratch registers but the result's, of which the lower word was compared with 0 last. */

/* Stands for what another way does more. */
.macro IDLE count
	.rept \count
	nop
	.endr
.endm

/* The same, 2 + 3 * \turns instructions. Uses $r4 and $r12, which are equal then and were compared last. */
.macro WAIT turns
	ldi.l	$r4, \turns
	xor	$r12, $r12
.Lturn\@:
	dec	$r4, 1
	cmp	$r4, $r12
	bne	.Lturn\@
.endm

/* \word + 1 if the sum just made, \sum, is less than its part \part. */
.macro CARRY sum, part, word
	cmp	\sum, \part
	bgeu	.Lnone\@
	inc	\word, 1
	bltu	.Lcarried\@
.Lnone\@:
	nop
	nop
.Lcarried\@:
.endm

/* The same for what will be taken from \from. */
.macro BORROW from, what, word
	cmp	\from, \what
	bgeu	.Lnone\@
	dec	\word, 1
	bltu	.Lborrowed\@
.Lnone\@:
	nop
	nop
.Lborrowed\@:
.endm

/* 1 into \bit if \value is not 0, else 0. $r12 becomes 31; it may be \value. */
.macro NONZERO bit, value
	neg	\bit, \value
	or	\bit, \value
	ldi.l	$r12, 31
	lshr	\bit, $r12
.endm

/* Rounds the packed result in $r0, $r1 by the guard $r5 and returns; 17 instructions. What jumps to \finished
 * has nothing more to do than clear $r4 and $r5. */
.macro ROUND finished
	ldi.l	$r4, 1
	and	$r4, $r0
	ldi.l	$r12, 0x7fffffff
	add	$r4, $r12
	add	$r5, $r4
	xor	$r12, $r12
	xor	$r2, $r2
	xor	$r3, $r3
	cmp	$r5, $r4
	bltu	.Lup\@
	cmp	$r0, $r12
	IDLE	4
\finished:
	xor	$r4, $r4
	xor	$r5, $r5
	ret
.Lup\@:
	inc	$r0, 1
	cmp	$r0, $r12
	beq	.Lcarry\@
	nop
	bne	\finished
.Lcarry\@:
	inc	$r1, 1
	beq	\finished
.endm

/* Moves $r3, $r2 as many places down as $r4 says (0 to 31); the guard is $r5. Uses $r12. */
.macro SHIFT
	mov	$r5, $r2
	add	$r5, $r5
	mov	$r12, $r3
	add	$r12, $r12
	lshr	$r2, $r4
	lshr	$r3, $r4
	not	$r4, $r4
	ashl	$r5, $r4
	ashl	$r12, $r4
	or	$r2, $r12
.endm

/* The smaller operand's significand from its packed upper word, $r4 places down; the guard is $r5, bits beyond
 * it are 1 in its last bit. More than 63 places count as 63, as nothing is left then that could matter. Uses
 * $r12. */
.macro ALIGN
	ldi.l	$r5, 0xfffff
	and	$r3, $r5
	inc	$r5, 1
	or	$r3, $r5
	ldi.l	$r12, 32
	cmp	$r4, $r12
	bgeu	.Lfar\@
	SHIFT
	IDLE	14
	bltu	.Laligned\@
.Lfar\@:
	sub	$r4, $r12
	ldi.l	$r5, 31
	cmp	$r4, $r5
	bltu	.Lnear\@
	mov	$r4, $r5
	bgeu	.Lplaces\@
.Lnear\@:
	IDLE	2
.Lplaces\@:
	SHIFT
	mov	$r12, $r5
	mov	$r5, $r2
	mov	$r2, $r3
	xor	$r3, $r3
	NONZERO	$r4, $r12
	or	$r5, $r4
.Laligned\@:
.endm

/* One step of finding the first 1 in $r4: moves it \places up, and counts them in $r5, if there are at least
 * so many zeros above it: if it is less than \bound. */
.macro FIRST_ONE places, bound
	ldi.l	$r12, \bound
	cmp	$r4, $r12
	bgeu	.Lless\@
	ldi.l	$r12, \places
	ashl	$r4, $r12
	inc	$r5, \places
	bltu	.Lcounted\@
.Lless\@:
	IDLE	4
.Lcounted\@:
.endm

/* The sum, to the end of the function. $r4 and $r5 are the upper words, doubled. */
.macro SUM name, slow
	ldi.l	$r12, 0x200000
	sub	$r4, $r12
	sub	$r5, $r12
	ldi.l	$r12, 0xffc00000
	cmp	$r4, $r12
	bgeu	\slow
	cmp	$r5, $r12
	bgeu	\slow
	cmp	$r4, $r5
	ldi.l	$r12, 21
	lshr	$r4, $r12
	lshr	$r5, $r12
	sub	$r4, $r5
	beq	.Lsame\@
	nop
	bltu	.Lswap\@
.Lgreater\@:
	IDLE	8
.Lordered\@:
	xor	$r12, $r12
	mov	$r5, $r1
	xor	$r5, $r3
	cmp	$r5, $r12
	blt	.Ldifference\@
	ALIGN
	mov	$r12, $r1
	add	$r0, $r2
	CARRY	$r0, $r2, $r1
	add	$r1, $r3
	xor	$r12, $r1
	IDLE	10
	ldi.l	$r4, 0x100000
	cmp	$r12, $r4
	bgeu	.Lcarried\@
.Lsame_exponent\@:
	WAIT	24
.Lround\@:
	ROUND	.Lfinished\@
.Lcarried\@:
	/* The significand has one bit more. $r1 becomes the packed exponent, one more than it was, and
	 * $r3 what is above it, which is half a unit there for each unit. */
	xor	$r12, $r1
	dec	$r4, 1
	or	$r12, $r4
	inc	$r12, 1
	mov	$r3, $r1
	sub	$r3, $r12
	mov	$r1, $r12
	mov	$r4, $r12
	add	$r4, $r4
	ldi.l	$r2, 0xffe00000
	cmp	$r4, $r2
	bgeu	.Linfinite\@
	WAIT	14
	IDLE	2
	ldi.l	$r2, 1
	ldi.l	$r12, 31
	mov	$r4, $r5
	and	$r4, $r2
	lshr	$r5, $r2
	or	$r5, $r4
	mov	$r4, $r0
	ashl	$r4, $r12
	or	$r5, $r4
	lshr	$r0, $r2
	mov	$r4, $r3
	ashl	$r4, $r12
	or	$r0, $r4
	lshr	$r3, $r2
	add	$r1, $r3
	bgeu	.Lround\@
.Linfinite\@:
	xor	$r0, $r0
	bgeu	.Lclear\@
.Ldifference\@:
	ALIGN
	NONZERO	$r4, $r5
	neg	$r5, $r5
	mov	$r12, $r1
	add	$r2, $r4
	CARRY	$r2, $r4, $r3
	BORROW	$r0, $r2, $r1
	sub	$r0, $r2
	sub	$r1, $r3
	xor	$r12, $r1
	ldi.l	$r4, 0x100000
	cmp	$r12, $r4
	bltu	.Lsame_exponent\@
	/* The significand has fewer bits. $r4 becomes its upper word, $r3 the packed exponent less one. Not when
	 * the result could be subnormal. */
	dec	$r4, 1
	and	$r4, $r1
	mov	$r3, $r1
	sub	$r3, $r4
	mov	$r2, $r3
	add	$r2, $r2
	ldi.l	$r12, 55 << 21
	cmp	$r2, $r12
	bltu	.Llow\@
	ldi.l	$r12, 0x80000
	cmp	$r4, $r12
	bltu	.Lcancelled\@
	/* It has one bit fewer. */
.Lone\@:
	ldi.l	$r12, 31
	add	$r4, $r4
	mov	$r2, $r0
	lshr	$r2, $r12
	or	$r4, $r2
	add	$r0, $r0
	mov	$r2, $r5
	lshr	$r2, $r12
	or	$r0, $r2
	add	$r5, $r5
	ldi.l	$r2, 0x100000
	sub	$r3, $r2
	mov	$r1, $r3
	add	$r1, $r4
	WAIT	15
	bgeu	.Lround\@
.Lcancelled\@:
	/* It has several bits fewer, so that the exponents differed by one at most, the guard is a single bit, and
	 * nothing needs rounding. The significand with that moves to the upper end of $r4, $r0; $r5 counts how
	 * many places more than one it is away from there. */
	ldi.l	$r12, 12
	ldi.l	$r2, 20
	ashl	$r4, $r12
	mov	$r1, $r0
	lshr	$r1, $r2
	or	$r4, $r1
	ashl	$r0, $r12
	lshr	$r5, $r2
	or	$r0, $r5
	xor	$r5, $r5
	cmp	$r4, $r5
	bne	.Lupper\@
	mov	$r4, $r0
	cmp	$r4, $r5
	beq	.Lnothing\@
	xor	$r0, $r0
	inc	$r5, 32
.Lcount\@:
	FIRST_ONE	16, 0x10000
	FIRST_ONE	8, 0x1000000
	FIRST_ONE	4, 0x10000000
	FIRST_ONE	2, 0x40000000
	FIRST_ONE	1, 0x80000000
	ldi.l	$r2, 1
	mov	$r1, $r0
	lshr	$r1, $r2
	mov	$r12, $r5
	not	$r12, $r12
	lshr	$r1, $r12
	or	$r4, $r1
	ashl	$r0, $r5
	/* Packed again. */
	inc	$r5, 1
	ldi.l	$r12, 20
	ashl	$r5, $r12
	sub	$r3, $r5
	ldi.l	$r12, 11
	lshr	$r0, $r12
	mov	$r1, $r4
	lshr	$r1, $r12
	ldi.l	$r12, 21
	ashl	$r4, $r12
	or	$r0, $r4
	add	$r1, $r3
.Lclear\@:
	xor	$r2, $r2
	xor	$r3, $r3
	xor	$r12, $r12
	cmp	$r0, $r12
	bgeu	.Lfinished\@
.Lupper\@:
	IDLE	4
	bne	.Lcount\@
.Lnothing\@:
	xor	$r1, $r1
	beq	.Lclear\@
.Lsame\@:
	cmp	$r0, $r2
	bgeu	.Lgreater\@
.Lswap\@:
	neg	$r4, $r4
	mov	$r12, $r0
	mov	$r0, $r2
	mov	$r2, $r12
	mov	$r12, $r1
	mov	$r1, $r3
	mov	$r3, $r12
	bltu	.Lordered\@
\name\().known:
.Llow\@:
	/* One place only is no matter, if there is an exponent left. */
	xor	$r12, $r12
	cmp	$r2, $r12
	beq	.Lsubnormal\@
	ldi.l	$r12, 0x80000
	cmp	$r4, $r12
	bgeu	.Lone\@
.Lsubnormal\@:
	mov	$r2, $r5
	jmpa	__moxbox_f64_cancelled
.endm

/* \other unless both operands are finite; else $r4 and $r5 are 0 for those that are 0, and $r12 is. */
.macro ZEROS other
	mov	$r4, $r1
	add	$r4, $r4
	mov	$r5, $r3
	add	$r5, $r5
	ldi.l	$r12, 0xffe00000
	cmp	$r4, $r12
	bgeu	\other
	cmp	$r5, $r12
	bgeu	\other
	or	$r4, $r0
	or	$r5, $r2
	xor	$r12, $r12
.endm

/* The sum when one of the two is 0, else to \other. */
.macro ZERO_SUM other
	ZEROS	\other
	cmp	$r5, $r12
	bne	.Lfirst\@
	cmp	$r4, $r12
	beq	\other
	ret
.Lfirst\@:
	cmp	$r4, $r12
	bne	\other
	mov	$r0, $r2
	mov	$r1, $r3
	ret
.endm

/* The result's packed sign and exponent, without what its significand adds to them, as $r4; $r12 is
 * 0x80000000. Uses $r5. */
.macro PACKED change, unbias, bias, slow
	mov	$r4, $r1
	add	$r4, $r4
	ldi.l	$r12, 21
	lshr	$r4, $r12
	mov	$r5, $r3
	add	$r5, $r5
	lshr	$r5, $r12
	dec	$r4, 1
	dec	$r5, 1
	ldi.l	$r12, 2046
	cmp	$r4, $r12
	bgeu	\slow
	cmp	$r5, $r12
	bgeu	\slow
	\change	$r4, $r5
	ldi.l	$r12, \bias
	\unbias	$r4, $r12
	ldi.l	$r12, 2044
	cmp	$r4, $r12
	bgeu	\slow
	ldi.l	$r12, 20
	ashl	$r4, $r12
	mov	$r5, $r1
	xor	$r5, $r3
	ldi.l	$r12, 0x80000000
	and	$r5, $r12
	or	$r4, $r5
.endm

	.section .text.__adddf3, "ax", @progbits
	.p2align 1
	.global	__adddf3
	.type	__adddf3, @function
__adddf3:
	mov	$r4, $r1
	add	$r4, $r4
	mov	$r5, $r3
	add	$r5, $r5
	SUM	__adddf3, .Ladd_slow
.Ladd_slow:
	ZERO_SUM	.Ladd_other
.Ladd_other:
	jmpa	__moxbox_f64_add
	.size	__adddf3, . - __adddf3

	.section .text.__subdf3, "ax", @progbits
	.p2align 1
	.global	__subdf3
	.type	__subdf3, @function
__subdf3:
	mov	$r4, $r1
	ldi.l	$r12, 0x80000000
	xor	$r3, $r12
	add	$r4, $r4
	mov	$r5, $r3
	add	$r5, $r5
	SUM	__subdf3, .Lsub_slow
.Lsub_slow:
	ZERO_SUM	.Lsub_other
.Lsub_other:
	ldi.l	$r12, 0x80000000
	xor	$r3, $r12
	jmpa	__moxbox_f64_sub
	.size	__subdf3, . - __subdf3

	.section .text.__muldf3, "ax", @progbits
	.p2align 1
	.global	__muldf3
	.type	__muldf3, @function
__muldf3:
	PACKED	add, sub, 1022, .Lmul_slow
	/* The second significand with its upper bit in bit 63: of the product's four words the upper two
	 * are the result's 53 bits, or 52 of them. */
	ldi.l	$r5, 11
	ashl	$r3, $r5
	or	$r3, $r12
	mov	$r12, $r2
	ashl	$r2, $r5
	ldi.l	$r5, 21
	lshr	$r12, $r5
	or	$r3, $r12
	ldi.l	$r12, 0xfffff
	and	$r1, $r12
	inc	$r12, 1
	or	$r1, $r12
	/* Of the lowest word only counts whether it is 0: $r4's last bit for now. */
	mov	$r12, $r0
	mul	$r12, $r2
	NONZERO	$r5, $r12
	or	$r4, $r5
	mov	$r5, $r0
	umul.x	$r5, $r2
	mov	$r12, $r0
	umul.x	$r12, $r3
	mul	$r0, $r3
	add	$r5, $r0
	CARRY	$r5, $r0, $r12
	mov	$r0, $r1
	mul	$r0, $r2
	add	$r5, $r0
	CARRY	$r5, $r0, $r12
	mov	$r0, $r1
	mul	$r0, $r3
	umul.x	$r3, $r1
	add	$r12, $r0
	CARRY	$r12, $r0, $r3
	umul.x	$r1, $r2
	add	$r12, $r1
	CARRY	$r12, $r1, $r3
	mov	$r1, $r3
	ldi.l	$r2, 1
	mov	$r0, $r4
	and	$r0, $r2
	or	$r5, $r0
	xor	$r4, $r0
	ldi.l	$r0, 0x100000
	cmp	$r1, $r0
	bltu	.Lmul_52
	add	$r1, $r0
	IDLE	10
.Lmul_round:
	add	$r1, $r4
	mov	$r0, $r12
	ROUND	.Lmul_finished
.Lmul_52:
	ldi.l	$r0, 31
	add	$r1, $r1
	mov	$r3, $r12
	lshr	$r3, $r0
	add	$r1, $r3
	add	$r12, $r12
	mov	$r3, $r5
	lshr	$r3, $r0
	add	$r12, $r3
	add	$r5, $r5
	bltu	.Lmul_round
__muldf3.known:
.Lmul_slow:
	ZEROS	.Lmul_other
	cmp	$r4, $r12
	beq	.Lmul_zero
	cmp	$r5, $r12
	bne	.Lmul_other
.Lmul_zero:
	xor	$r1, $r3
	ldi.l	$r12, 0x80000000
	and	$r1, $r12
	xor	$r0, $r0
	ret
.Lmul_other:
	jmpa	__moxbox_f64_mul
	.size	__muldf3, . - __muldf3

	.section .text.__divdf3, "ax", @progbits
	.p2align 1
	.global	__divdf3
	.type	__divdf3, @function
__divdf3:
	PACKED	sub, add, 1021, .Ldiv_slow
	/* The significands: A in $r0, $r1 and B in $r2, $r3, and A doubled if it is less. */
	ldi.l	$r12, 0xfffff
	and	$r1, $r12
	and	$r3, $r12
	inc	$r12, 1
	or	$r1, $r12
	or	$r3, $r12
	cmp	$r1, $r3
	beq	.Ldiv_same
	nop
	bltu	.Ldiv_less
.Ldiv_greater:
	add	$r4, $r12
	IDLE	6
.Ldiv_reciprocal:
	/* B's upper 32 bits as $r5; 2^63 / $r5 as $r6, from 16 bits of it and a step of Newton's, too
	 * small by less than 2^-27.7 of itself. */
	push	$sp, $r6
	push	$sp, $r7
	push	$sp, $r8
	mov	$r5, $r3
	ldi.l	$r12, 11
	ashl	$r5, $r12
	mov	$r6, $r2
	ldi.l	$r12, 21
	lshr	$r6, $r12
	or	$r5, $r6
	mov	$r12, $r5
	ldi.l	$r6, 16
	lshr	$r12, $r6
	inc	$r12, 1
	ldi.l	$r6, 0xffffffff
	udiv	$r6, $r12
	ldi.l	$r12, 15
	ashl	$r6, $r12
	mov	$r12, $r6
	umul.x	$r12, $r5
	ldi.l	$r7, 0x80000000
	sub	$r7, $r12
	add	$r7, $r7
	umul.x	$r7, $r6
	add	$r6, $r7
	dec	$r6, 4
	/* A / B * 2^30 as $r7, up to 12 too small; what is left of A * 2^30 in $r0, $r1. */
	mov	$r7, $r1
	ldi.l	$r12, 10
	ashl	$r7, $r12
	mov	$r5, $r0
	ldi.l	$r12, 22
	lshr	$r5, $r12
	or	$r7, $r5
	umul.x	$r7, $r6
	ldi.l	$r12, 30
	ashl	$r1, $r12
	mov	$r5, $r0
	ashl	$r0, $r12
	ldi.l	$r12, 2
	lshr	$r5, $r12
	or	$r1, $r5
	mov	$r5, $r7
	mul	$r5, $r2
	mov	$r12, $r7
	umul.x	$r12, $r2
	mov	$r8, $r7
	mul	$r8, $r3
	add	$r12, $r8
	BORROW	$r0, $r5, $r1
	sub	$r0, $r5
	sub	$r1, $r12
	/* That divided by B, * 2^28, as $r5, up to 20 too small. */
	mov	$r5, $r1
	ldi.l	$r12, 7
	ashl	$r5, $r12
	mov	$r8, $r0
	ldi.l	$r12, 25
	lshr	$r8, $r12
	or	$r5, $r8
	umul.x	$r5, $r6
	add	$r5, $r5
	/* The result's last bit is worth 64 in it. The sign of what the half above would leave says which
	 * way to round; no quotient lies between two doubles exactly. */
	ldi.l	$r12, 63
	or	$r5, $r12
	dec	$r5, 31
	ldi.l	$r12, 28
	ashl	$r1, $r12
	mov	$r8, $r0
	ashl	$r0, $r12
	ldi.l	$r12, 4
	lshr	$r8, $r12
	or	$r1, $r8
	mov	$r8, $r5
	mul	$r8, $r2
	mov	$r12, $r5
	umul.x	$r12, $r2
	mov	$r6, $r5
	mul	$r6, $r3
	add	$r12, $r6
	BORROW	$r0, $r8, $r1
	sub	$r1, $r12
	ldi.l	$r12, 31
	lshr	$r1, $r12
	sub	$r5, $r1
	inc	$r5, 32
	ldi.l	$r12, 6
	lshr	$r5, $r12
	mov	$r0, $r7
	ldi.l	$r12, 22
	ashl	$r0, $r12
	add	$r0, $r5
	mov	$r1, $r7
	ldi.l	$r12, 10
	lshr	$r1, $r12
	add	$r1, $r4
	CARRY	$r0, $r5, $r1
	pop	$sp, $r8
	pop	$sp, $r7
	pop	$sp, $r6
	xor	$r2, $r2
	xor	$r3, $r3
	xor	$r4, $r4
	xor	$r5, $r5
	xor	$r12, $r12
	cmp	$r0, $r12
	ret
.Ldiv_same:
	cmp	$r0, $r2
	bgeu	.Ldiv_greater
.Ldiv_less:
	mov	$r5, $r0
	ldi.l	$r12, 31
	lshr	$r5, $r12
	add	$r0, $r0
	add	$r1, $r1
	add	$r1, $r5
	bltu	.Ldiv_reciprocal
__divdf3.known:
.Ldiv_slow:
	jmpa	__moxbox_f64_div
	.size	__divdf3, . - __divdf3
