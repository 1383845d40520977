/* Addition, subtraction and multiplication of floats: as float64.S, with one word for each. Arguments
 * lie in $r0 and $r1, the result in $r0. */

/* Rounds the packed result in $r0 by the guard $r5, and returns it. */
.macro ROUND
	ldi.l	$r4, 0x80000000
	cmp	$r5, $r4
	bltu	.Lrounded\@
	beq	.Ltie\@
	inc	$r0, 1
.Lrounded\@:
	ret
.Ltie\@:
	ldi.l	$r4, 1
	and	$r4, $r0
	add	$r0, $r4
	ret
.endm

/* \b's significand, moved \down (0 to 31) places down, and what is below it in $r5; more: \far. $r4
 * becomes the bit above the fraction. */
.macro ALIGN b, down, far
	ldi.l	$r12, 32
	cmp	\down, $r12
	bgeu	\far
	ldi.l	$r4, 0x7fffff
	and	\b, $r4
	inc	$r4, 1
	or	\b, $r4
	mov	$r5, \b
	add	$r5, $r5
	lshr	\b, \down
	not	\down, \down
	ashl	$r5, \down
.endm

/* The sum; \a (doubled without its sign: \e) has the greater absolute value, \b (\f) the lesser. */
.macro SUM a, e, b, f, slow
	ldi.l	$r12, 24
	lshr	\e, $r12
	lshr	\f, $r12
	ldi.l	$r12, 254
	cmp	\e, $r12
	bgeu	\slow
	xor	$r12, $r12
	cmp	\f, $r12
	beq	\slow
	sub	\e, \f
	mov	\f, \a
	xor	\f, \b
	cmp	\f, $r12
	blt	.Ldifference\@
	ALIGN	\b, \e, .Lgreater\@
	mov	$r12, \a
	add	$r0, $r1
	xor	$r12, $r0
	cmp	$r12, $r4
	bgeu	.Lcarried\@
	ROUND
.Lcarried\@:
	/* The significand has one bit more: the exponent goes to $r12, what is above it to $r0. */
	xor	$r12, $r0
	dec	$r4, 1
	or	$r12, $r4
	inc	$r12, 1
	sub	$r0, $r12
	ldi.l	$r4, 1
	mov	$r2, $r4
	and	$r2, $r0
	lshr	$r0, $r4
	add	$r0, $r12
	/* $r2 is what is rounded away, in halves; in a tie the last bit takes its place. */
	xor	$r3, $r3
	cmp	$r5, $r3
	bne	.Lup\@
	and	$r2, $r0
.Lup\@:
	add	$r0, $r2
	ret
.Lgreater\@:
	mov	$r0, \a
	ret

.Ldifference\@:
	ALIGN	\b, \e, .Lgreater\@
	mov	$r12, \a
	neg	$r5, $r5
	xor	$r2, $r2
	cmp	$r5, $r2
	beq	.Lborrowed\@
	inc	\b, 1
.Lborrowed\@:
	sub	\a, \b
	.ifnc	\a, $r0
	mov	$r0, \a
	.endif
	xor	$r12, $r0
	cmp	$r12, $r4
	bgeu	.Lcancelled\@
.Lround\@:
	ROUND
.Lcancelled\@:
	/* The significand has fewer bits, and the exponent is one less. */
	mov	$r3, $r4
	dec	$r3, 1
	and	$r3, $r0
	mov	$r1, $r0
	sub	$r1, $r3
	add	$r1, $r1
	cmp	$r1, $r2
	beq	.Ldeep\@
	ldi.l	$r12, 0x400000
	cmp	$r3, $r12
	bltu	.Ldeep\@
	sub	$r3, $r4
	add	$r0, $r3
	mov	$r4, $r5
	ldi.l	$r12, 31
	lshr	$r4, $r12
	add	$r0, $r4
	add	$r5, $r5
	jmpa	.Lround\@
.Ldeep\@:
	mov	$r1, $r5
	jmpa	__moxbox_f32_cancelled
.endm

/* $r2, $r3: the absolute values, doubled; \second if the second one is greater. */
.macro ORDER second
	mov	$r2, $r0
	add	$r2, $r2
	mov	$r3, $r1
	add	$r3, $r3
	cmp	$r2, $r3
	bltu	\second
.endm

	.section .text.__addsf3, "ax", @progbits
	.p2align 1
	.global	__addsf3
	.type	__addsf3, @function
__addsf3:
	ORDER	.Ladd_second
	SUM	$r0, $r2, $r1, $r3, .Ladd_slow
.Ladd_second:
	SUM	$r1, $r3, $r0, $r2, .Ladd_slow
.Ladd_slow:
	jmpa	__moxbox_f32_add
	.size	__addsf3, . - __addsf3

	.section .text.__subsf3, "ax", @progbits
	.p2align 1
	.global	__subsf3
	.type	__subsf3, @function
__subsf3:
	ldi.l	$r12, 0x80000000
	xor	$r1, $r12
	ORDER	.Lsub_second
	SUM	$r0, $r2, $r1, $r3, .Lsub_slow
.Lsub_second:
	SUM	$r1, $r3, $r0, $r2, .Lsub_slow
.Lsub_slow:
	ldi.l	$r12, 0x80000000
	xor	$r1, $r12
	jmpa	__moxbox_f32_sub
	.size	__subsf3, . - __subsf3

	.section .text.__mulsf3, "ax", @progbits
	.p2align 1
	.global	__mulsf3
	.type	__mulsf3, @function
__mulsf3:
	mov	$r2, $r0
	add	$r2, $r2
	ldi.l	$r12, 24
	lshr	$r2, $r12
	mov	$r3, $r1
	add	$r3, $r3
	lshr	$r3, $r12
	dec	$r2, 1
	dec	$r3, 1
	ldi.l	$r12, 254
	cmp	$r2, $r12
	bgeu	.Lmul_slow
	cmp	$r3, $r12
	bgeu	.Lmul_slow
	add	$r2, $r3
	ldi.l	$r12, 126
	sub	$r2, $r12
	ldi.l	$r12, 252
	cmp	$r2, $r12
	bgeu	.Lmul_slow
	ldi.l	$r12, 23
	ashl	$r2, $r12
	mov	$r3, $r0
	xor	$r3, $r1
	ldi.l	$r12, 0x80000000
	and	$r3, $r12
	or	$r2, $r3
	/* The first significand with its upper bit in bit 31: the product's upper word is the result's 24
	 * bits, or 23 of them, and the lower word the guard. */
	ldi.l	$r3, 8
	ashl	$r0, $r3
	or	$r0, $r12
	ldi.l	$r12, 0x7fffff
	and	$r1, $r12
	inc	$r12, 1
	or	$r1, $r12
	mov	$r5, $r0
	mul	$r5, $r1
	umul.x	$r0, $r1
	cmp	$r0, $r12
	bltu	.Lmul_23
	add	$r0, $r12
.Lmul_round:
	add	$r0, $r2
	ROUND
.Lmul_23:
	ldi.l	$r12, 31
	add	$r0, $r0
	mov	$r3, $r5
	lshr	$r3, $r12
	add	$r0, $r3
	add	$r5, $r5
	jmpa	.Lmul_round
.Lmul_slow:
	jmpa	__moxbox_f32_mul
	.size	__mulsf3, . - __mulsf3
