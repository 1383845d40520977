#ifndef _MACHTIME_H_
#define _MACHTIME_H_
/* What POSIX wants clock() to count. */
#define _CLOCKS_PER_SEC_ 1000000
#endif
