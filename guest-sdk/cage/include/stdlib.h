/* newlib's, with all of BSD's random(), and what POSIX and Linux programs look for here. */
#ifndef _CAGE_STDLIB_H
#define _CAGE_STDLIB_H
/* Names that are newlib's own inventions, which programs use for theirs. */
#define itoa __newlib_itoa
#define utoa __newlib_utoa
#include_next <stdlib.h>
#undef itoa
#undef utoa
_BEGIN_STD_C
char *initstate(unsigned __seed, char *__memory, size_t __size);
char *setstate(char *__memory);
int clearenv(void);
_END_STD_C
#endif
