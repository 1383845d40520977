/* A system call by its number (mox_syscalls.h): the result, or -1 with errno set. */
#ifndef _SYS_SYSCALL_H
#define _SYS_SYSCALL_H
#include <mox_syscalls.h>
long syscall(long __number, ...);
#endif
