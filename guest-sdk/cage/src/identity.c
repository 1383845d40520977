/* Users and groups: numbers from the kernel, names from /etc/passwd and /etc/group. */
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "kernel.h"

uid_t getuid(void) {
    return (uid_t)__mox_getuid();
}

uid_t geteuid(void) {
    return (uid_t)__mox_geteuid();
}

gid_t getgid(void) {
    return (gid_t)__mox_getgid();
}

gid_t getegid(void) {
    return (gid_t)__mox_getegid();
}

int setuid(uid_t uid) {
    return (int)answer(__mox_setuid((long)uid));
}

int setgid(gid_t gid) {
    return (int)answer(__mox_setgid((long)gid));
}

int setreuid(uid_t real, uid_t effective) {
    return (int)answer(__mox_setreuid((long)real, (long)effective));
}

int setregid(gid_t real, gid_t effective) {
    return (int)answer(__mox_setregid((long)real, (long)effective));
}

int seteuid(uid_t uid) {
    return (int)answer(__mox_setresuid(-1, (long)uid, -1));
}

int setegid(gid_t gid) {
    return (int)answer(__mox_setresgid(-1, (long)gid, -1));
}

int setresuid(uid_t real, uid_t effective, uid_t saved);
int setresuid(uid_t real, uid_t effective, uid_t saved) {
    return (int)answer(__mox_setresuid((long)real, (long)effective, (long)saved));
}

int setresgid(gid_t real, gid_t effective, gid_t saved);
int setresgid(gid_t real, gid_t effective, gid_t saved) {
    return (int)answer(__mox_setresgid((long)real, (long)effective, (long)saved));
}

int getgroups(int count, gid_t *groups) {
    return (int)answer(__mox_getgroups(count, (long)groups));
}

int setgroups(int count, const gid_t *groups) {
    return (int)answer(__mox_setgroups(count, (long)groups));
}

int initgroups(const char *user, gid_t group) {
    (void)user;
    return setgroups(1, &group);
}

/* The groups of /etc/group that name a user. */
int getgrouplist(const char *user, gid_t group, gid_t *list, int *count);
int getgrouplist(const char *user, gid_t group, gid_t *list, int *count) {
    const int room = *count;
    int found = 0;
    if (found++ < room) {
        list[0] = group;
    }
    setgrent();
    for (const struct group *entry; (entry = getgrent()) != NULL;) {
        for (char **member = entry->gr_mem; entry->gr_gid != group && *member != NULL; member++) {
            if (strcmp(*member, user) == 0 && found++ < room) {
                list[found - 1] = entry->gr_gid;
            }
        }
    }
    endgrent();
    *count = found;
    return found <= room ? found : -1;
}

int issetugid(void) {
    return getuid() != geteuid() || getgid() != getegid();
}

/* One line of a file cut at its colons: how many fields there are. */
static int split(char *line, char *fields[], int most) {
    int count = 0;
    line[strcspn(line, "\n")] = '\0';
    for (char *at = line; count < most && at != NULL; count++) {
        fields[count] = strsep(&at, ":");
    }
    return count;
}

static FILE *users;
static FILE *groups_file;

void setpwent(void) {
    if (users != NULL) {
        rewind(users);
    }
}

void endpwent(void) {
    if (users != NULL) {
        (void)fclose(users);
        users = NULL;
    }
}

struct passwd *getpwent(void) {
    static char line[512];
    static struct passwd user;
    char *fields[7];
    if (users == NULL && (users = fopen("/etc/passwd", "re")) == NULL) {
        return NULL;
    }
    while (fgets(line, sizeof line, users) != NULL) {
        if (split(line, fields, 7) == 7) {
            user = (struct passwd){
                .pw_name = fields[0],
                .pw_passwd = fields[1],
                .pw_uid = (uid_t)strtoul(fields[2], NULL, 10),
                .pw_gid = (gid_t)strtoul(fields[3], NULL, 10),
                .pw_gecos = fields[4],
                .pw_dir = fields[5],
                .pw_shell = fields[6],
            };
            return &user;
        }
    }
    return NULL;
}

struct passwd *getpwuid(uid_t uid) {
    struct passwd *user;
    setpwent();
    while ((user = getpwent()) != NULL && user->pw_uid != uid) {
    }
    endpwent();
    return user;
}

struct passwd *getpwnam(const char *name) {
    struct passwd *user;
    setpwent();
    while ((user = getpwent()) != NULL && strcmp(user->pw_name, name) != 0) {
    }
    endpwent();
    return user;
}

void setgrent(void) {
    if (groups_file != NULL) {
        rewind(groups_file);
    }
}

void endgrent(void) {
    if (groups_file != NULL) {
        (void)fclose(groups_file);
        groups_file = NULL;
    }
}

struct group *getgrent(void) {
    static char line[512];
    static char *members[32];
    static struct group group;
    char *fields[4];
    if (groups_file == NULL && (groups_file = fopen("/etc/group", "re")) == NULL) {
        return NULL;
    }
    while (fgets(line, sizeof line, groups_file) != NULL) {
        if (split(line, fields, 4) == 4) {
            int count = 0;
            for (char *at = fields[3]; count < 31 && at != NULL && *at != '\0';) {
                members[count++] = strsep(&at, ",");
            }
            members[count] = NULL;
            group = (struct group){
                .gr_name = fields[0],
                .gr_passwd = fields[1],
                .gr_gid = (gid_t)strtoul(fields[2], NULL, 10),
                .gr_mem = members,
            };
            return &group;
        }
    }
    return NULL;
}

struct group *getgrgid(gid_t gid) {
    struct group *group;
    setgrent();
    while ((group = getgrent()) != NULL && group->gr_gid != gid) {
    }
    endgrent();
    return group;
}

struct group *getgrnam(const char *name) {
    struct group *group;
    setgrent();
    while ((group = getgrent()) != NULL && strcmp(group->gr_name, name) != 0) {
    }
    endgrent();
    return group;
}

char *getlogin(void) {
    const struct passwd *user = getpwuid(getuid());
    return user != NULL ? user->pw_name : NULL;
}
