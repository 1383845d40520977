#ifndef _SYS_SYSMACROS_H
#define _SYS_SYSMACROS_H
#define major(d) (((d) >> 8) & 0xfff)
#define minor(d) ((d)&0xff)
#define makedev(a, b) (((a) << 8) | (b))
#endif
