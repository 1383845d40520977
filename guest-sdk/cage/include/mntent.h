/* The table of mounts as a file, which a cage does not have: it is always empty (its name space is
 * /prog/PID/ns). */
#ifndef _MNTENT_H
#define _MNTENT_H
#include <stdio.h>
#define MOUNTED "/etc/mtab"
struct mntent {
    char *mnt_fsname;
    char *mnt_dir;
    char *mnt_type;
    char *mnt_opts;
    int mnt_freq;
    int mnt_passno;
};
_BEGIN_STD_C
FILE *setmntent(const char *__path, const char *__mode);
struct mntent *getmntent(FILE *__file);
int endmntent(FILE *__file);
_END_STD_C
#endif
