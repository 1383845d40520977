/* newlib's, but read and write give ssize_t, as POSIX says. */
#ifndef _CAGE_SYS_CONFIG_H
#define _CAGE_SYS_CONFIG_H
#define _READ_WRITE_RETURN_TYPE _ssize_t
#include_next <sys/config.h>
#endif
