/* The order of doubles; arguments and result as in float64.S. */

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
