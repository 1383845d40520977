/* newlib's, with getgrouplist. */
#ifndef _CAGE_GRP_H
#define _CAGE_GRP_H
#include_next <grp.h>
_BEGIN_STD_C
int getgrouplist(const char *__user, gid_t __group, gid_t *__list, int *__count);
int setgroups(int __count, const gid_t *__groups);
_END_STD_C
#endif
