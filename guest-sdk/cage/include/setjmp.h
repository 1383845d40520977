/* newlib's, with sigsetjmp, which it has for some systems only. */
#ifndef _CAGE_SETJMP_H
#define _CAGE_SETJMP_H
#include_next <setjmp.h>
#include <signal.h>
typedef struct {
    jmp_buf __registers;
    int __saved;
    sigset_t __mask;
} sigjmp_buf[1];
#define sigsetjmp(buffer, save) (__sigjmp_save((buffer), (save)), setjmp((buffer)[0].__registers))
_BEGIN_STD_C
void __sigjmp_save(sigjmp_buf __buffer, int __save);
_Noreturn void siglongjmp(sigjmp_buf __buffer, int __value);
_END_STD_C
#define _setjmp setjmp
#define _longjmp longjmp
#endif
