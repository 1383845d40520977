/* Addition, subtraction, multiplication, division and comparison of doubles. The arithmetic is for what
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
 * the numbers of instructions, too): it need not run, as its result, its number of instructions and what it
 * leaves behind follow from the operands. Therefore there are no addresses in it, one `ret`, the same number
 * of instructions whatever carries (a `nop` stands for what another way does more), and at the end 0 in all
 * scratch registers but the result's, of which the lower word was compared with 0 last. */

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

/* Rounds the packed result in $r0, $r1 by the guard $r5; 17 instructions. */
.macro ROUND
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
	.rept 4
	nop
	.endr
.Lrounded\@:
	xor	$r4, $r4
	xor	$r5, $r5
	ret
.Lup\@:
	inc	$r0, 1
	cmp	$r0, $r12
	beq	.Lcarry\@
	nop
	bne	.Lrounded\@
.Lcarry\@:
	inc	$r1, 1
	beq	.Lrounded\@
.endm

/* The smaller operand's significand from its packed upper word; $r4 compared with 32. Uses $r5. */
.macro SIGNIFICAND
	ldi.l	$r5, 0xfffff
	and	$r3, $r5
	inc	$r5, 1
	or	$r3, $r5
	ldi.l	$r12, 32
	cmp	$r4, $r12
.endm

/* Moves it $r4 (0 to 31) places down; the guard is $r5. Uses $r12. */
.macro ALIGN
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

/* The same for $r4 (32 to 63) places; bits beyond the guard are 1 in its last bit. With more places,
 * nothing is left that counts. */
.macro ALIGN_FAR nothing
	sub	$r4, $r12
	cmp	$r4, $r12
	bgeu	\nothing
	ALIGN
	mov	$r12, $r5
	mov	$r5, $r2
	mov	$r2, $r3
	xor	$r3, $r3
	NONZERO	$r4, $r12
	or	$r5, $r4
.endm

/* The sum, to the end of the function. $r4 and $r5 are the upper words, doubled. */
.macro SUM name, slow
	ldi.l	$r12, 0x200000
	sub	$r4, $r12
	sub	$r5, $r12
	ldi.l	$r12, 0xffa00000
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
.Lgreater\@:	/* as many as .Lswap */
	.rept 8
	nop
	.endr
.Lordered\@:
	xor	$r12, $r12
	mov	$r5, $r1
	xor	$r5, $r3
	cmp	$r5, $r12
	blt	.Ldifference\@
	SIGNIFICAND
	bgeu	.Ladd_far\@
	ALIGN
.Ladd\@:
	mov	$r12, $r1
	add	$r0, $r2
	CARRY	$r0, $r2, $r1
	add	$r1, $r3
	xor	$r12, $r1
	ldi.l	$r4, 0x100000
	cmp	$r12, $r4
	bgeu	.Lcarried\@
.Lround\@:
	ROUND
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
	.rept 9		/* in all as many as for one place that cancelled */
	nop
	.endr
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
.Ldifference\@:
	SIGNIFICAND
	bgeu	.Lsubtract_far\@
	ALIGN
.Lsubtract\@:
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
	bltu	.Lround\@
	/* The significand has fewer bits: it moves up a place at a time, with the exponent one less. Not when
	 * nothing is left of it, or the result could be subnormal. */
	dec	$r4, 1
	and	$r4, $r1
	mov	$r3, $r1
	sub	$r3, $r4
	mov	$r2, $r3
	add	$r2, $r2
	ldi.l	$r12, 55 << 21
	cmp	$r2, $r12
	bltu	.Llow\@
.Lplaces\@:
	mov	$r2, $r4
	or	$r2, $r0
	or	$r2, $r5
	xor	$r12, $r12
	cmp	$r2, $r12
	beq	.Ldeep\@
	ldi.l	$r1, 0x100000
	ldi.l	$r12, 31
.Lhigher\@:
	add	$r4, $r4
	mov	$r2, $r0
	lshr	$r2, $r12
	or	$r4, $r2
	add	$r0, $r0
	mov	$r2, $r5
	lshr	$r2, $r12
	or	$r0, $r2
	add	$r5, $r5
	sub	$r3, $r1
	cmp	$r4, $r1
	bltu	.Lhigher\@
	add	$r4, $r3
	mov	$r1, $r4
	bgeu	.Lround\@
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
.Ladd_far\@:
	ALIGN_FAR	.Lalone\@
	bltu	.Ladd\@
.Lsubtract_far\@:
	ALIGN_FAR	.Lalone\@
	bltu	.Lsubtract\@
\name\().known:
.Llow\@:
	/* One place only is no matter, if there is an exponent left. */
	xor	$r12, $r12
	cmp	$r2, $r12
	beq	.Ldeep\@
	ldi.l	$r12, 0x80000
	cmp	$r4, $r12
	bgeu	.Lplaces\@
.Ldeep\@:
	mov	$r2, $r5
	jmpa	__moxbox_f64_cancelled
.Lalone\@:
	ret
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
.Lmul_round:
	add	$r1, $r4
	mov	$r0, $r12
	ROUND
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
	bltu	.Ldiv_less
.Ldiv_greater:
	add	$r4, $r12
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

/* -1, 0 or 1 as the first is less, equal or greater; \unordered with a NaN. Bits of numbers that are
 * not negative stand in the numbers' order, and most numbers that are compared are of these. */
.macro COMPARE unordered
	ldi.l	$r4, 0x7ff00000
	cmp	$r1, $r4
	bgeu	.Lspecial\@
	cmp	$r3, $r4
	bgeu	.Lspecial\@
.Lpositive\@:
	cmp	$r1, $r3
	bltu	.Lless\@
	bgtu	.Lgreater\@
	cmp	$r0, $r2
	bltu	.Lless\@
	bgtu	.Lgreater\@
.Lequal\@:
	xor	$r0, $r0
	ret
.Lless\@:
	ldi.l	$r0, -1
	ret
.Lgreater\@:
	ldi.l	$r0, 1
	ret
.Lspecial\@:
	add	$r4, $r4
	mov	$r5, $r1
	add	$r5, $r5
	mov	$r12, $r3
	add	$r12, $r12
	cmp	$r5, $r4
	bgeu	.Lfirst\@
.Lfirst_number\@:
	cmp	$r12, $r4
	bgeu	.Lsecond\@
.Lnumbers\@:
	xor	$r4, $r4
	cmp	$r1, $r4
	blt	.Lnegative\@
	cmp	$r3, $r4
	bge	.Lpositive\@
	or	$r5, $r12
	or	$r5, $r0
	or	$r5, $r2
	cmp	$r5, $r4
	beq	.Lequal\@
	jmpa	.Lgreater\@
.Lnegative\@:
	cmp	$r3, $r4
	bge	.Lopposite\@
	cmp	$r1, $r3
	bltu	.Lgreater\@
	bgtu	.Lless\@
	cmp	$r0, $r2
	bltu	.Lgreater\@
	bgtu	.Lless\@
	jmpa	.Lequal\@
.Lopposite\@:
	or	$r5, $r12
	or	$r5, $r0
	or	$r5, $r2
	cmp	$r5, $r4
	beq	.Lequal\@
	jmpa	.Lless\@
.Lfirst\@:
	bgtu	.Lunordered\@
	xor	$r4, $r4
	cmp	$r0, $r4
	bne	.Lunordered\@
	ldi.l	$r4, 0xffe00000
	jmpa	.Lfirst_number\@
.Lsecond\@:
	bgtu	.Lunordered\@
	xor	$r4, $r4
	cmp	$r2, $r4
	beq	.Lnumbers\@
.Lunordered\@:
	ldi.l	$r0, \unordered
	ret
.endm

	.section .text.__ledf2, "ax", @progbits
	.p2align 1
	.global	__ledf2, __ltdf2
	.type	__ledf2, @function
	.type	__ltdf2, @function
__ledf2:
__ltdf2:
	COMPARE	2
	.size	__ledf2, . - __ledf2
	.size	__ltdf2, . - __ltdf2

	.section .text.__gedf2, "ax", @progbits
	.p2align 1
	.global	__gedf2, __gtdf2
	.type	__gedf2, @function
	.type	__gtdf2, @function
__gedf2:
__gtdf2:
	COMPARE	-2
	.size	__gedf2, . - __gedf2
	.size	__gtdf2, . - __gtdf2
