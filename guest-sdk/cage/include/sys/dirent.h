/* Directories. A record of getdents is a struct dirent, cut behind its name. */
#ifndef _SYS_DIRENT_H
#define _SYS_DIRENT_H

#include <sys/types.h>

#define MAXNAMLEN 255
#define DT_UNKNOWN 0
#define DT_FIFO 1
#define DT_CHR 2
#define DT_DIR 4
#define DT_BLK 6
#define DT_REG 8
#define DT_LNK 10
#define DT_SOCK 12
#define IFTODT(mode) (((mode)&0170000) >> 12)
#define DTTOIF(type) ((type) << 12)
#define _DIRENT_HAVE_D_TYPE
#define _DIRENT_HAVE_D_OFF
#define d_fileno d_ino

struct dirent {
    ino_t d_ino;
    ino_t __ino_high;
    off_t d_off;
    off_t __off_high;
    unsigned short d_reclen;
    unsigned char d_type;
    char d_name[MAXNAMLEN + 1];
};

typedef struct {
    int fd;
    int at;
    int end;
    long position;
    char buffer[2048] __attribute__((__aligned__(8)));
} DIR;

#endif
