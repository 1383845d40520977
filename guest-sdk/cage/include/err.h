#ifndef _ERR_H
#define _ERR_H
#include <stdarg.h>
#include <sys/cdefs.h>
__BEGIN_DECLS
void warn(const char *__format, ...) __attribute__((__format__(__printf__, 1, 2)));
void warnx(const char *__format, ...) __attribute__((__format__(__printf__, 1, 2)));
void vwarn(const char *__format, va_list __list);
void vwarnx(const char *__format, va_list __list);
_Noreturn void err(int __status, const char *__format, ...)
    __attribute__((__format__(__printf__, 2, 3)));
_Noreturn void errx(int __status, const char *__format, ...)
    __attribute__((__format__(__printf__, 2, 3)));
_Noreturn void verr(int __status, const char *__format, va_list __list);
_Noreturn void verrx(int __status, const char *__format, va_list __list);
__END_DECLS
#endif
