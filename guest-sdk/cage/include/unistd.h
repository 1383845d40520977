/* newlib's, and what it leaves out. */
#ifndef _CAGE_UNISTD_H
#define _CAGE_UNISTD_H
#include_next <unistd.h>
#include <sys/cdefs.h>
#define _CS_PATH 0
__BEGIN_DECLS
size_t confstr(int __name, char *__to, size_t __size);
int dup3(int __fd, int __to, int __flags);
int pipe2(int __fds[2], int __flags);
int eaccess(const char *__path, int __mode);
int setresuid(uid_t __new_real, uid_t __effective, uid_t __saved);
int setresgid(gid_t __new_real, gid_t __effective, gid_t __saved);
char *get_current_dir_name(void);
char *ctermid(char *__to);
__END_DECLS
#endif
