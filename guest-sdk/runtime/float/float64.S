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
 */

/* The absolute values' upper words, doubled, in $r4 and $r5; \second if the second one is greater. */
.macro ORDER second
	mov	$r4, $r1
	add	$r4, $r4
	mov	$r5, $r3
	add	$r5, $r5
	cmp	$r4, $r5
	bgtu	.Lordered\@
	bltu	\second
	cmp	$r0, $r2
	bltu	\second
.Lordered\@:
.endm

/* From those words to the exponents, \e of the greater operand and \f of the other; \slow unless both
 * numbers are normal and the sum must be finite. $r12 becomes 0. */
.macro EXPONENTS e, f, slow
	ldi.l	$r12, 21
	lshr	\e, $r12
	lshr	\f, $r12
	ldi.l	$r12, 2046
	cmp	\e, $r12
	bgeu	\slow
	xor	$r12, $r12
	cmp	\f, $r12
	beq	\slow
.endm

/* The smaller operand's significand from its packed upper word; $r4 compared with 32. Uses $r5. */
.macro SIGNIFICAND high
	ldi.l	$r5, 0xfffff
	and	\high, $r5
	inc	$r5, 1
	or	\high, $r5
	ldi.l	$r12, 32
	cmp	$r4, $r12
.endm

/* Moves it $r4 (0 to 31) places down; the guard is $r5. Uses $r12. */
.macro ALIGN low, high
	mov	$r5, \low
	add	$r5, $r5
	mov	$r12, \high
	add	$r12, $r12
	lshr	\low, $r4
	lshr	\high, $r4
	not	$r4, $r4
	ashl	$r5, $r4
	ashl	$r12, $r4
	or	\low, $r12
.endm

/* The same for $r4 (32 to 63) places; bits beyond the guard are 1 in its last bit. With more places,
 * nothing is left that counts. */
.macro ALIGN_FAR low, high, nothing
	sub	$r4, $r12
	cmp	$r4, $r12
	bgeu	\nothing
	ALIGN	\low, \high
	mov	$r12, $r5
	mov	$r5, \low
	mov	\low, \high
	xor	\high, \high
	cmp	$r12, \high
	beq	.Lexact\@
	ldi.l	$r12, 1
	or	$r5, $r12
.Lexact\@:
.endm

/* Rounds the packed result in $r0, $r1 by the guard $r5, and returns it. */
.macro ROUND
	ldi.l	$r4, 0x80000000
	cmp	$r5, $r4
	bltu	.Lrounded\@
	beq	.Ltie\@
	inc	$r0, 1
	xor	$r4, $r4
	cmp	$r0, $r4
	beq	.Lcarry\@
.Lrounded\@:
	ret
.Ltie\@:
	ldi.l	$r4, 1
	and	$r4, $r0
	add	$r0, $r4
	cmp	$r0, $r4
	bgeu	.Lrounded\@
.Lcarry\@:
	inc	$r1, 1
	ret
.endm

.macro RESULT low, high
	.ifnc	\low, $r0
	mov	$r0, \low
	mov	$r1, \high
	.endif
.endm

/* The sum; \al, \ah (exponent \e) is the operand with the greater absolute value, and normal. */
.macro SUM al, ah, e, bl, bh, f, slow
	EXPONENTS \e, \f, \slow
	.ifc	\e, $r4
	sub	$r4, $r5
	.else
	sub	$r5, $r4
	mov	$r4, $r5
	.endif
	mov	$r5, \ah
	xor	$r5, \bh
	cmp	$r5, $r12
	blt	.Ldifference\@
	SIGNIFICAND \bh
	bgeu	.Ladd_far\@
	ALIGN	\bl, \bh
.Ladd\@:
	mov	$r12, \ah
	add	$r0, $r2
	cmp	$r0, $r2
	bgeu	.Ladded_low\@
	inc	$r1, 1
.Ladded_low\@:
	add	$r1, $r3
	xor	$r12, $r1
	ldi.l	$r4, 0x100000
	cmp	$r12, $r4
	bgeu	.Lcarried\@
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
	ldi.l	$r12, 31
	mov	$r4, $r3
	ashl	$r4, $r12
	ldi.l	$r12, 1
	mov	$r2, $r12
	and	$r2, $r0
	lshr	$r0, $r12
	lshr	$r3, $r12
	or	$r0, $r4
	add	$r1, $r3
	/* $r2 is what is rounded away, in halves; in a tie the last bit takes its place. */
	xor	$r3, $r3
	cmp	$r5, $r3
	bne	.Lup\@
	and	$r2, $r0
.Lup\@:
	add	$r0, $r2
	cmp	$r0, $r2
	bgeu	.Ldone\@
	inc	$r1, 1
.Ldone\@:
	ret
.Ladd_far\@:
	ALIGN_FAR \bl, \bh, .Lgreater\@
	jmpa	.Ladd\@
.Lgreater\@:
	RESULT	\al, \ah
	ret

.Ldifference\@:
	SIGNIFICAND \bh
	bgeu	.Lsubtract_far\@
	ALIGN	\bl, \bh
.Lsubtract\@:
	mov	$r12, \ah
	neg	$r5, $r5
	xor	$r4, $r4
	cmp	$r5, $r4
	beq	.Lborrowed\@
	inc	\bl, 1
	cmp	\bl, $r4
	bne	.Lborrowed\@
	inc	\bh, 1
.Lborrowed\@:
	cmp	\al, \bl
	bgeu	.Lsubtracted_low\@
	inc	\bh, 1
.Lsubtracted_low\@:
	sub	\al, \bl
	sub	\ah, \bh
	RESULT	\al, \ah
	xor	$r12, $r1
	ldi.l	$r4, 0x100000
	cmp	$r12, $r4
	bgeu	.Lcancelled\@
.Lround\@:
	ROUND
.Lcancelled\@:
	/* The significand has fewer bits, and the exponent is one less. */
	dec	$r4, 1
	and	$r4, $r1
	mov	$r3, $r1
	sub	$r3, $r4
	add	$r3, $r3
	xor	$r2, $r2
	cmp	$r3, $r2
	beq	.Ldeep\@
	ldi.l	$r12, 0x80000
	cmp	$r4, $r12
	bltu	.Ldeep\@
	add	$r12, $r12
	sub	$r4, $r12
	add	$r1, $r4
	ldi.l	$r12, 31
	mov	$r4, $r0
	lshr	$r4, $r12
	add	$r1, $r4
	add	$r0, $r0
	mov	$r4, $r5
	lshr	$r4, $r12
	add	$r0, $r4
	add	$r5, $r5
	jmpa	.Lround\@
.Ldeep\@:
	mov	$r2, $r5
	jmpa	__moxbox_f64_cancelled
.Lsubtract_far\@:
	ALIGN_FAR \bl, \bh, .Lgreater\@
	jmpa	.Lsubtract\@
.endm

	.section .text.__adddf3, "ax", @progbits
	.p2align 1
	.global	__adddf3
	.type	__adddf3, @function
__adddf3:
	ORDER	.Ladd_second
	SUM	$r0, $r1, $r4, $r2, $r3, $r5, .Ladd_slow
.Ladd_second:
	SUM	$r2, $r3, $r5, $r0, $r1, $r4, .Ladd_slow
.Ladd_slow:
	jmpa	__moxbox_f64_add
	.size	__adddf3, . - __adddf3

	.section .text.__subdf3, "ax", @progbits
	.p2align 1
	.global	__subdf3
	.type	__subdf3, @function
__subdf3:
	ldi.l	$r12, 0x80000000
	xor	$r3, $r12
	ORDER	.Lsub_second
	SUM	$r0, $r1, $r4, $r2, $r3, $r5, .Lsub_slow
.Lsub_second:
	SUM	$r2, $r3, $r5, $r0, $r1, $r4, .Lsub_slow
.Lsub_slow:
	ldi.l	$r12, 0x80000000
	xor	$r3, $r12
	jmpa	__moxbox_f64_sub
	.size	__subdf3, . - __subdf3

	.section .text.__muldf3, "ax", @progbits
	.p2align 1
	.global	__muldf3
	.type	__muldf3, @function
__muldf3:
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
	bgeu	.Lmul_slow
	cmp	$r5, $r12
	bgeu	.Lmul_slow
	add	$r4, $r5
	ldi.l	$r12, 1022
	sub	$r4, $r12
	ldi.l	$r12, 2044
	cmp	$r4, $r12
	bgeu	.Lmul_slow
	ldi.l	$r12, 20
	ashl	$r4, $r12
	mov	$r5, $r1
	xor	$r5, $r3
	ldi.l	$r12, 0x80000000
	and	$r5, $r12
	or	$r4, $r5
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
	push	$sp, $r6
	mov	$r5, $r0
	umul.x	$r5, $r2
	mov	$r12, $r0
	umul.x	$r12, $r3
	mov	$r6, $r0
	mul	$r6, $r3
	add	$r5, $r6
	cmp	$r5, $r6
	bgeu	1f
	inc	$r12, 1
1:	mov	$r6, $r1
	mul	$r6, $r2
	add	$r5, $r6
	cmp	$r5, $r6
	bgeu	1f
	inc	$r12, 1
1:	mov	$r6, $r1
	mul	$r6, $r3
	umul.x	$r3, $r1
	add	$r12, $r6
	cmp	$r12, $r6
	bgeu	1f
	inc	$r3, 1
1:	umul.x	$r1, $r2
	add	$r12, $r1
	cmp	$r12, $r1
	mov	$r1, $r3
	bgeu	1f
	inc	$r1, 1
1:	ldi.l	$r6, 0x100000
	cmp	$r1, $r6
	bltu	.Lmul_52
	add	$r1, $r6
.Lmul_round:
	/* Of the lowest word only counts whether it is 0, and that only in a tie of the others. */
	add	$r1, $r4
	ldi.l	$r6, 0x80000000
	cmp	$r5, $r6
	pop	$sp, $r6
	bltu	.Lmul_down
	beq	.Lmul_tie
.Lmul_up:
	mov	$r0, $r12
	inc	$r0, 1
	xor	$r12, $r12
	cmp	$r0, $r12
	bne	1f
	inc	$r1, 1
1:	ret
.Lmul_tie:
	mul	$r0, $r2
	xor	$r5, $r5
	cmp	$r0, $r5
	bne	.Lmul_up
	ldi.l	$r5, 1
	and	$r5, $r12
	cmp	$r0, $r5
	bne	.Lmul_up
.Lmul_down:
	mov	$r0, $r12
	ret
.Lmul_52:
	ldi.l	$r6, 31
	add	$r1, $r1
	mov	$r3, $r12
	lshr	$r3, $r6
	add	$r1, $r3
	add	$r12, $r12
	mov	$r3, $r5
	lshr	$r3, $r6
	add	$r12, $r3
	add	$r5, $r5
	jmpa	.Lmul_round
.Lmul_slow:
	jmpa	__moxbox_f64_mul
	.size	__muldf3, . - __muldf3

	.section .text.__divdf3, "ax", @progbits
	.p2align 1
	.global	__divdf3
	.type	__divdf3, @function
__divdf3:
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
	bgeu	.Ldiv_slow
	cmp	$r5, $r12
	bgeu	.Ldiv_slow
	sub	$r4, $r5
	ldi.l	$r12, 1021
	add	$r4, $r12
	ldi.l	$r12, 2044
	cmp	$r4, $r12
	bgeu	.Ldiv_slow
	ldi.l	$r12, 20
	ashl	$r4, $r12
	mov	$r5, $r1
	xor	$r5, $r3
	ldi.l	$r12, 0x80000000
	and	$r5, $r12
	or	$r4, $r5
	/* The significands: A in $r0, $r1 and B in $r2, $r3, and A doubled if it is less. */
	ldi.l	$r12, 0xfffff
	and	$r1, $r12
	and	$r3, $r12
	inc	$r12, 1
	or	$r1, $r12
	or	$r3, $r12
	cmp	$r1, $r3
	bgtu	.Ldiv_greater
	bltu	.Ldiv_less
	cmp	$r0, $r2
	bgeu	.Ldiv_greater
.Ldiv_less:
	mov	$r5, $r0
	add	$r0, $r0
	add	$r1, $r1
	cmp	$r0, $r5
	bgeu	.Ldiv_reciprocal
	inc	$r1, 1
	jmpa	.Ldiv_reciprocal
.Ldiv_greater:
	add	$r4, $r12
.Ldiv_reciprocal:
	/* B's upper 32 bits as $r5; 2^63 / $r5 as $r6, from 16 bits of it and a step of Newton's, too small
	 * by less than 2^-27.7 of itself. */
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
	cmp	$r0, $r5
	bgeu	1f
	dec	$r1, 1
1:	sub	$r0, $r5
	sub	$r1, $r12
	/* That divided by B, * 2^28, as $r5, up to 20 too small. The result's last bit is worth 64 in it, and
	 * no quotient lies between two doubles exactly, so that 32 and a shift round. */
	mov	$r5, $r1
	ldi.l	$r12, 7
	ashl	$r5, $r12
	mov	$r8, $r0
	ldi.l	$r12, 25
	lshr	$r8, $r12
	or	$r5, $r8
	umul.x	$r5, $r6
	add	$r5, $r5
	mov	$r8, $r5
	ldi.l	$r12, 63
	and	$r8, $r12
	dec	$r8, 11
	ldi.l	$r12, 21
	cmp	$r8, $r12
	bltu	.Ldiv_unsure
.Ldiv_round:
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
	cmp	$r0, $r5
	bgeu	1f
	inc	$r1, 1
1:	pop	$sp, $r8
	pop	$sp, $r7
	pop	$sp, $r6
	ret
.Ldiv_unsure:
	/* A little more could reach the half: whether it does says the sign of what it would leave. */
	sub	$r12, $r8
	add	$r5, $r12
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
	cmp	$r0, $r8
	bgeu	1f
	dec	$r1, 1
1:	sub	$r1, $r12
	xor	$r12, $r12
	cmp	$r1, $r12
	bge	.Ldiv_round
	dec	$r5, 1
	jmpa	.Ldiv_round
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
