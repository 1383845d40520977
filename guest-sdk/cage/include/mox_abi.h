/* What crosses between a program and the kernel besides numbers. Printed by core/tools/print_guest.c; do not edit. */
#ifndef MOX_ABI_H
#define MOX_ABI_H

#include <stdint.h>

struct mox_timespec {
    uint32_t sec_low;
    uint32_t sec_high;
    uint32_t nsec;
};
struct mox_stat {
    uint32_t ino_low;
    uint32_t ino_high;
    uint32_t dev;
    uint32_t mode;
    uint32_t nlink;
    uint32_t uid;
    uint32_t gid;
    uint32_t rdev;
    uint32_t size_low;
    uint32_t size_high;
    uint32_t blksize;
    uint32_t blocks_low;
    uint32_t blocks_high;
    uint32_t atime_low;
    uint32_t atime_high;
    uint32_t atime_nsec;
    uint32_t mtime_low;
    uint32_t mtime_high;
    uint32_t mtime_nsec;
    uint32_t ctime_low;
    uint32_t ctime_high;
    uint32_t ctime_nsec;
};
struct mox_statfs {
    uint32_t type;
    uint32_t bsize;
    uint32_t blocks_low;
    uint32_t blocks_high;
    uint32_t bfree_low;
    uint32_t bfree_high;
    uint32_t bavail_low;
    uint32_t bavail_high;
    uint32_t files;
    uint32_t ffree;
    uint32_t namelen;
    uint32_t flags;
};
struct mox_itimer {
    uint32_t interval_low;
    uint32_t interval_high;
    uint32_t interval_nsec;
    uint32_t value_low;
    uint32_t value_high;
    uint32_t value_nsec;
};
struct mox_sigset {
    uint32_t low;
    uint32_t high;
};
struct mox_sigaction {
    uint32_t handler;
    uint32_t flags;
    uint32_t mask_low;
    uint32_t mask_high;
};
struct mox_sigstack {
    uint32_t address;
    uint32_t flags;
    uint32_t size;
};
struct mox_siginfo {
    uint32_t signo;
    uint32_t error;
    uint32_t code;
    uint32_t pid;
    uint32_t uid;
    uint32_t status;
    uint32_t address;
    uint32_t value;
};
struct mox_rusage {
    uint32_t user_low;
    uint32_t user_high;
    uint32_t user_nsec;
    uint32_t system_low;
    uint32_t system_high;
    uint32_t system_nsec;
    uint32_t maxrss;
};
struct mox_tms {
    uint32_t user;
    uint32_t system;
    uint32_t children_user;
    uint32_t children_system;
};
struct mox_rlimit {
    uint32_t current_low;
    uint32_t current_high;
    uint32_t most_low;
    uint32_t most_high;
};
struct mox_pollfd {
    uint32_t fd;
    uint32_t events_and_revents;
};
struct mox_epoll_event {
    uint32_t events;
    uint32_t data_low;
    uint32_t data_high;
};
struct mox_iovec {
    uint32_t base;
    uint32_t size;
};
struct mox_msghdr {
    uint32_t name;
    uint32_t name_size;
    uint32_t iov;
    uint32_t iov_count;
    uint32_t control;
    uint32_t control_size;
    uint32_t flags;
};
struct mox_cmsghdr {
    uint32_t size;
    uint32_t level;
    uint32_t type;
};
struct mox_mqueue {
    uint32_t receivers;
    uint32_t senders;
    uint32_t capacity;
    uint32_t message_size;
    uint32_t count;
    uint32_t next_order;
    uint32_t notified;
    uint32_t signal;
    uint32_t value;
};
struct mox_mqmessage {
    uint32_t used;
    uint32_t priority;
    uint32_t order;
    uint32_t size;
};
struct mox_flock {
    uint32_t type_and_whence;
    uint32_t start;
    uint32_t size;
    uint32_t pid;
};
struct mox_shmid {
    uint32_t key;
    uint32_t size;
    uint32_t mode;
    uint32_t uid;
    uint32_t gid;
    uint32_t attached;
    uint32_t creator;
    uint32_t last;
};
struct mox_winsize {
    uint32_t rows_and_columns;
    uint32_t pixels;
};
struct mox_termios {
    uint32_t input;
    uint32_t output;
    uint32_t control;
    uint32_t local;
    uint32_t line_and_keys0;
    uint32_t keys1;
    uint32_t keys2;
    uint32_t keys3;
    uint32_t keys4;
};

#define MOX_O_RDONLY 0
#define MOX_O_WRONLY 1
#define MOX_O_RDWR 2
#define MOX_O_ACCMODE 3
#define MOX_O_CREAT 0100
#define MOX_O_EXCL 0200
#define MOX_O_NOCTTY 0400
#define MOX_O_TRUNC 01000
#define MOX_O_APPEND 02000
#define MOX_O_NONBLOCK 04000
#define MOX_O_DSYNC 010000
#define MOX_O_DIRECTORY 0200000
#define MOX_O_NOFOLLOW 0400000
#define MOX_O_CLOEXEC 02000000
#define MOX_O_SYNC 04010000
#define MOX_S_IFMT 0170000
#define MOX_S_IFIFO 0010000
#define MOX_S_IFCHR 0020000
#define MOX_S_IFDIR 0040000
#define MOX_S_IFBLK 0060000
#define MOX_S_IFREG 0100000
#define MOX_S_IFLNK 0120000
#define MOX_S_IFSOCK 0140000
#define MOX_S_ISUID 04000
#define MOX_S_ISGID 02000
#define MOX_S_ISVTX 01000
#define MOX_R_OK 4
#define MOX_W_OK 2
#define MOX_X_OK 1
#define MOX_F_OK 0
#define MOX_AT_FDCWD -100
#define MOX_AT_SYMLINK_NOFOLLOW 0x100
#define MOX_AT_REMOVEDIR 0x200
#define MOX_AT_EACCESS 0x200
#define MOX_AT_SYMLINK_FOLLOW 0x400
#define MOX_AT_EMPTY_PATH 0x1000
#define MOX_UTIME_NOW 0x3fffffff
#define MOX_UTIME_OMIT 0x3ffffffe
#define MOX_SEEK_SET 0
#define MOX_SEEK_CUR 1
#define MOX_SEEK_END 2
#define MOX_DT_UNKNOWN 0
#define MOX_DT_FIFO 1
#define MOX_DT_CHR 2
#define MOX_DT_DIR 4
#define MOX_DT_BLK 6
#define MOX_DT_REG 8
#define MOX_DT_LNK 10
#define MOX_DT_SOCK 12
#define MOX_F_DUPFD 0
#define MOX_F_GETFD 1
#define MOX_F_SETFD 2
#define MOX_F_GETFL 3
#define MOX_F_SETFL 4
#define MOX_F_GETLK 5
#define MOX_F_SETLK 6
#define MOX_F_SETLKW 7
#define MOX_F_SETOWN 8
#define MOX_F_GETOWN 9
#define MOX_F_DUPFD_CLOEXEC 1030
#define MOX_FD_CLOEXEC 1
#define MOX_F_RDLCK 0
#define MOX_F_WRLCK 1
#define MOX_F_UNLCK 2
#define MOX_LOCK_SH 1
#define MOX_LOCK_EX 2
#define MOX_LOCK_NB 4
#define MOX_LOCK_UN 8
#define MOX_TCGETS 0x5401
#define MOX_TCSETS 0x5402
#define MOX_TCSETSW 0x5403
#define MOX_TCSETSF 0x5404
#define MOX_TIOCGPGRP 0x540f
#define MOX_TIOCSPGRP 0x5410
#define MOX_TIOCGWINSZ 0x5413
#define MOX_FIONREAD 0x541b
#define MOX_FIONBIO 0x5421
#define MOX_FIONCLEX 0x5450
#define MOX_FIOCLEX 0x5451
#define MOX_FIOASYNC 0x5452
#define MOX_PROT_NONE 0
#define MOX_PROT_READ 1
#define MOX_PROT_WRITE 2
#define MOX_PROT_EXEC 4
#define MOX_MAP_SHARED 1
#define MOX_MAP_PRIVATE 2
#define MOX_MAP_FIXED 0x10
#define MOX_MAP_ANONYMOUS 0x20
#define MOX_MS_ASYNC 1
#define MOX_MS_INVALIDATE 2
#define MOX_MS_SYNC 4
#define MOX_IPC_CREAT 01000
#define MOX_IPC_EXCL 02000
#define MOX_IPC_PRIVATE 0
#define MOX_IPC_RMID 0
#define MOX_IPC_SET 1
#define MOX_IPC_STAT 2
#define MOX_SHM_RDONLY 010000
#define MOX_WNOHANG 1
#define MOX_WUNTRACED 2
#define MOX_WCONTINUED 8
#define MOX_CLOCK_REALTIME 0
#define MOX_CLOCK_MONOTONIC 1
#define MOX_CLOCK_PROCESS_CPUTIME_ID 2
#define MOX_TIMER_ABSTIME 1
#define MOX_ITIMER_REAL 0
#define MOX_ITIMER_VIRTUAL 1
#define MOX_ITIMER_PROF 2
#define MOX_RLIMIT_CPU 0
#define MOX_RLIMIT_FSIZE 1
#define MOX_RLIMIT_DATA 2
#define MOX_RLIMIT_STACK 3
#define MOX_RLIMIT_CORE 4
#define MOX_RLIMIT_NPROC 6
#define MOX_RLIMIT_NOFILE 7
#define MOX_RLIMIT_AS 9
#define MOX_RUSAGE_SELF 0
#define MOX_RUSAGE_CHILDREN -1
#define MOX_SIG_DFL 0
#define MOX_SIG_IGN 1
#define MOX_SI_USER 0
#define MOX_SI_QUEUE -1
#define MOX_SI_TIMER -2
#define MOX_SI_MESGQ -3
#define MOX_SIG_BLOCK 0
#define MOX_SIG_UNBLOCK 1
#define MOX_SIG_SETMASK 2
#define MOX_SA_NOCLDSTOP 1
#define MOX_SA_NOCLDWAIT 2
#define MOX_SA_SIGINFO 4
#define MOX_SA_ONSTACK 0x08000000
#define MOX_SA_RESTART 0x10000000
#define MOX_SA_NODEFER 0x40000000
#define MOX_SA_RESETHAND 0x80000000
#define MOX_SS_ONSTACK 1
#define MOX_SS_DISABLE 2
#define MOX_GRND_NONBLOCK 1
#define MOX_GRND_RANDOM 2
#define MOX_POLLIN 1
#define MOX_POLLPRI 2
#define MOX_POLLOUT 4
#define MOX_POLLERR 8
#define MOX_POLLHUP 16
#define MOX_POLLNVAL 32
#define MOX_POLLRDHUP 0x2000
#define MOX_EPOLL_CTL_ADD 1
#define MOX_EPOLL_CTL_DEL 2
#define MOX_EPOLL_CTL_MOD 3
#define MOX_EPOLLONESHOT 0x40000000
#define MOX_EPOLLET 0x80000000
#define MOX_AF_UNSPEC 0
#define MOX_AF_UNIX 1
#define MOX_AF_INET 2
#define MOX_AF_INET6 10
#define MOX_SOCK_STREAM 1
#define MOX_SOCK_DGRAM 2
#define MOX_SOCK_NONBLOCK 04000
#define MOX_SOCK_CLOEXEC 02000000
#define MOX_SHUT_RD 0
#define MOX_SHUT_WR 1
#define MOX_SHUT_RDWR 2
#define MOX_MSG_PEEK 2
#define MOX_MSG_CTRUNC 8
#define MOX_MSG_TRUNC 0x20
#define MOX_MSG_DONTWAIT 0x40
#define MOX_MSG_WAITALL 0x100
#define MOX_MSG_NOSIGNAL 0x4000
#define MOX_MSG_CMSG_CLOEXEC 0x40000000
#define MOX_SCM_RIGHTS 1
#define MOX_SOL_SOCKET 1
#define MOX_SO_REUSEADDR 2
#define MOX_SO_TYPE 3
#define MOX_SO_ERROR 4
#define MOX_SO_SNDBUF 7
#define MOX_SO_RCVBUF 8
#define MOX_SO_KEEPALIVE 9
#define MOX_SO_OOBINLINE 10
#define MOX_SO_LINGER 13
#define MOX_SO_REUSEPORT 15
#define MOX_SO_RCVLOWAT 18
#define MOX_SO_SNDLOWAT 19
#define MOX_SO_RCVTIMEO 20
#define MOX_SO_SNDTIMEO 21
#define MOX_SO_ACCEPTCONN 30
#define MOX_SO_PROTOCOL 38
#define MOX_SO_DOMAIN 39
#define MOX_IPPROTO_TCP 6
#define MOX_IPPROTO_UDP 17
#define MOX_IPPROTO_IPV6 41
#define MOX_IPV6_V6ONLY 26
#define MOX_TCP_NODELAY 1

#endif
