/*
 * One way to fail after the other.
 *
 * Input:  data file 0: one byte, the letter of the failure (see the table below).
 * Exit status: 99 when nothing failed, 98 for an unknown letter.
 *
 *   a  read of an unmapped word              l  division by zero, div
 *   b  write to an unmapped word             m  division by zero, udiv
 *   c  write into the code                   n  division by zero, mod
 *   d  write into the input                  o  division by zero, umod
 *   e  jump to an unmapped address           p  output length beyond the mapped range
 *   f  jump to an odd address                q  output at an unmapped address
 *   g  instruction 0 (bad)                   r  state length that wraps around the address space
 *   h  instruction 0x16 (undefined)          s  brk
 *   i  form 3 instruction 10 (undefined)     t  unknown system call: goes on, status is its answer
 *   j  read of the word at address 0         u  read across the end of the stack
 *   k  call with no room on the stack        v  form 1 instruction 0x7f (undefined)
 */
        .text
        .global _start
_start:
        gsr     $sp, 7
        dec     $sp, 32
        /* The data file is the first range whose fifth letter of the tags, after "ro,", is the d of "data0". */
        gsr     $r0, 6
.Lentry:
        ldo.b   $r1, 11($r0)
        ldi.l   $r2, 'd'
        cmp     $r1, $r2
        beq     .Lfound
        inc     $r0, 32
        jmpa    .Lentry
.Lfound:
        ld.l    $r11, ($r0)
        ld.b    $r0, ($r11)
        ldi.l   $r1, 'a'
        sub     $r0, $r1
        ldi.l   $r1, (table_end - table) / 4
        cmp     $r0, $r1
        bgeu    .Lunknown
        ldi.l   $r1, 2
        ashl    $r0, $r1
        ldi.l   $r1, table
        add     $r0, $r1
        ld.l    $r0, ($r0)
        ldi.l   $r8, 0xfffffffc
        ldi.l   $r9, 0
        ldi.l   $r10, 77
        jmp     $r0
.Lunknown:
        ldi.l   $r0, 98
        swi     1

read_unmapped:
        ldi.l   $r1, 0x7ffffff0
        ld.l    $r0, ($r1)
        jmpa    survived
write_unmapped:
        ldi.l   $r1, 0x7ffffff0
        st.l    ($r1), $r10
        jmpa    survived
write_code:
        sta.l   _start, $r10
        jmpa    survived
write_input:
        st.b    ($r11), $r10
        jmpa    survived
jump_unmapped:
        jmpa    0x7ffffff0
jump_odd:
        jmpa    _start + 1
bad_0:
        .short  0x0000
        jmpa    survived
bad_16:
        .short  0x1600
        jmpa    survived
bad_form3:
        .short  0xe800
        jmpa    survived
read_zero:
        ld.l    $r0, ($r9)
        jmpa    survived
call_no_stack:
        ldi.l   $sp, 0x7ffffff0
        jsra    survived
div_zero:
        div     $r10, $r9
        jmpa    survived
udiv_zero:
        udiv    $r10, $r9
        jmpa    survived
mod_zero:
        mod     $r10, $r9
        jmpa    survived
umod_zero:
        umod    $r10, $r9
        jmpa    survived
output_length:
        ldi.l   $r0, _start
        ssr     $r0, 6
        ldi.l   $r0, 0x10000000
        ssr     $r0, 7
        jmpa    survived
output_address:
        ssr     $r9, 6
        jmpa    survived
state_wraps:
        ldi.l   $r0, _start
        ssr     $r0, 8
        ldi.l   $r0, 0xfffff800
        ssr     $r0, 9
        jmpa    survived
breakpoint:
        brk
        jmpa    survived
unknown_call:
        swi     12345
        neg     $r0, $r0
        swi     1
read_stack_end:
        gsr     $r1, 7
        inc     $r1, 62
        ld.l    $r0, ($r1)
        jmpa    survived
bad_7f:
        .short  0x7f00
survived:
        ldi.l   $r0, 99
        swi     1

        .section .rodata
        .balign 4
table:
        .long   read_unmapped, write_unmapped, write_code, write_input, jump_unmapped, jump_odd
        .long   bad_0, bad_16, bad_form3, read_zero, call_no_stack
        .long   div_zero, udiv_zero, mod_zero, umod_zero
        .long   output_length, output_address, state_wraps, breakpoint, unknown_call, read_stack_end, bad_7f
table_end:
