#ifndef _SYS__SIGSET_H_
#define _SYS__SIGSET_H_
/* Bit n - 1 is signal n. */
typedef unsigned long long __sigset_t;
#endif
