/* Directories. The names of DIR's fields are newlib's, whose functions read them. */
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
#define d_fileno d_ino

/* As getdents gives them: 32-bit inode and cookie. */
struct dirent {
    ino_t d_ino;
    off_t d_off;
    unsigned short d_reclen;
    unsigned char d_type;
    char d_name[MAXNAMLEN + 1];
};

typedef struct {
    int dd_fd;
    long dd_loc;
    long dd_seek;
    char *dd_buf;
    int dd_len;
    long dd_size;
} DIR;

#define __dirfd(dir) (dir)->dd_fd

#endif
