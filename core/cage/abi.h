/* What crosses between guest and kernel besides numbers: structures, constants, and how a program
 * starts. The guest's C library, JavaScript and the manual page have all of it printed from here.
 *
 * Every structure is a row of 32-bit little-endian words at any alignment (the few that are not say
 * so); a 64-bit number is two words, low and high. Constants are Linux's (asm-generic). The one
 * structure for times is {seconds low, seconds high, nanoseconds}, also where Linux has a timeval.
 *
 * Start of a program: $pc at its entry point, $sp a multiple of 16 that points to the words argc,
 * argv[0..argc-1], 0, the pointers of the environment, 0; the strings follow above. All other
 * registers are 0, and so are the special registers: 6 and 7 (a box's output buffer) have no
 * meaning here. The heap begins empty, on a page above the program (brk).
 *
 * Call: swi 0x1000 + number; arguments in $r0 to $r5; the result in $r0; nothing else changes. As
 * in a box, swi 1 is exit and swi 90 is mmap of fresh memory.
 *
 * Signal: the kernel pushes a frame (ABI_FRAME) onto the stack and calls the handler with the
 * signal in $r0, the address of a siginfo in $r1 and 0 in $r2, as if by jsra from code that the
 * frame holds; when the handler returns, that code makes the call sigreturn, and everything is as
 * before. A handler may leave by longjmp instead. */
#ifndef MOXBOX_CAGE_ABI_H
#define MOXBOX_CAGE_ABI_H

#include <stdint.h>

#include "base/bytes.h"

enum { ABI_SWI_BASE = 0x1000, ABI_SWI_EXIT = 1, ABI_SWI_MMAP = 90 };

/* The structures: STRUCT(name, words...) with WORD(name) for each word. */
#define ABI_STRUCTS(STRUCT, WORD)                                                                  \
    STRUCT(timespec, WORD(sec_low) WORD(sec_high) WORD(nsec))                                      \
    STRUCT(stat, WORD(ino_low) WORD(ino_high) WORD(dev) WORD(mode) WORD(nlink) WORD(uid) WORD(gid) \
                     WORD(rdev) WORD(size_low) WORD(size_high) WORD(blksize) WORD(blocks_low)      \
                         WORD(blocks_high) WORD(atime_low) WORD(atime_high) WORD(atime_nsec)       \
                             WORD(mtime_low) WORD(mtime_high) WORD(mtime_nsec) WORD(ctime_low)     \
                                 WORD(ctime_high) WORD(ctime_nsec))                                \
    STRUCT(statfs, WORD(type) WORD(bsize) WORD(blocks_low) WORD(blocks_high) WORD(bfree_low)       \
                       WORD(bfree_high) WORD(bavail_low) WORD(bavail_high) WORD(files) WORD(ffree) \
                           WORD(namelen) WORD(flags))                                              \
    STRUCT(itimer, WORD(interval_low) WORD(interval_high) WORD(interval_nsec) WORD(value_low)      \
                       WORD(value_high) WORD(value_nsec))                                          \
    STRUCT(sigset, WORD(low) WORD(high)) /* bit n - 1 of the 64 is signal n */                     \
    STRUCT(sigaction, WORD(handler) WORD(flags) WORD(mask_low) WORD(mask_high))                    \
    STRUCT(sigstack, WORD(address) WORD(flags) WORD(size))                                         \
    STRUCT(siginfo, WORD(signo) WORD(error) WORD(code) WORD(pid) WORD(uid) WORD(status)            \
                        WORD(address) WORD(value))                                                 \
    STRUCT(rusage, WORD(user_low) WORD(user_high) WORD(user_nsec) WORD(system_low)                 \
                       WORD(system_high) WORD(system_nsec) WORD(maxrss))                           \
    STRUCT(tms, WORD(user) WORD(system) WORD(children_user) WORD(children_system))                 \
    STRUCT(rlimit, WORD(current_low) WORD(current_high) WORD(most_low) WORD(most_high))            \
    STRUCT(pollfd, WORD(fd) WORD(events_and_revents)) /* events is the low half */                 \
    STRUCT(epoll_event, WORD(events) WORD(data_low) WORD(data_high))                               \
    STRUCT(iovec, WORD(base) WORD(size))                                                           \
    STRUCT(msghdr, WORD(name) WORD(name_size) WORD(iov) WORD(iov_count) WORD(control)              \
                       WORD(control_size) WORD(flags))                                             \
    STRUCT(cmsghdr, WORD(size) WORD(level) WORD(type)) /* what it says follows; then up to a word  \
                                                        */                                         \
    STRUCT(mqueue, WORD(receivers) WORD(senders) WORD(capacity) WORD(message_size) WORD(count)     \
                       WORD(next_order) WORD(notified) WORD(signal) WORD(value)) /* receivers and  \
                       senders: where they wait; then `capacity` times a mqmessage and its room */ \
    STRUCT(mqmessage, WORD(used) WORD(priority) WORD(order) WORD(size))   /* up to a word */       \
    STRUCT(flock, WORD(type_and_whence) WORD(start) WORD(size) WORD(pid)) /* type: low half */     \
    STRUCT(shmid, WORD(key) WORD(size) WORD(mode) WORD(uid) WORD(gid) WORD(attached) WORD(creator) \
                      WORD(last))                                                                  \
    STRUCT(winsize, WORD(rows_and_columns) WORD(pixels))                                           \
    STRUCT(termios, WORD(input) WORD(output) WORD(control) WORD(local) WORD(line_and_keys0)        \
                        WORD(keys1) WORD(keys2) WORD(keys3) WORD(keys4))

#define ABI_WORD(name) uint32_t name;
#define ABI_STRUCT(name, words)                                                                    \
    struct abi_##name {                                                                            \
        words                                                                                      \
    };
ABI_STRUCTS(ABI_STRUCT, ABI_WORD)
#undef ABI_STRUCT

#define ABI_SIZE_OF(name) (uint32_t)sizeof(struct abi_##name)
#define ABI_STAT_SIZE ABI_SIZE_OF(stat)
#define ABI_STATFS_SIZE ABI_SIZE_OF(statfs)
#define ABI_TIMESPEC_SIZE ABI_SIZE_OF(timespec)
#define ABI_TIMES_SIZE                                                                             \
    (2 * ABI_TIMESPEC_SIZE) /* access, change; UTIME_NOW and UTIME_OMIT in nsec */
#define ABI_ITIMER_SIZE ABI_SIZE_OF(itimer)
#define ABI_SIGSET_SIZE ABI_SIZE_OF(sigset)
#define ABI_SIGACTION_SIZE ABI_SIZE_OF(sigaction)
#define ABI_SIGSTACK_SIZE ABI_SIZE_OF(sigstack)
#define ABI_SIGINFO_SIZE ABI_SIZE_OF(siginfo)
#define ABI_RUSAGE_SIZE ABI_SIZE_OF(rusage)
#define ABI_TMS_SIZE ABI_SIZE_OF(tms)
#define ABI_RLIMIT_SIZE ABI_SIZE_OF(rlimit)
#define ABI_POLLFD_SIZE ABI_SIZE_OF(pollfd)
#define ABI_EPOLL_EVENT_SIZE ABI_SIZE_OF(epoll_event)
#define ABI_IOVEC_SIZE ABI_SIZE_OF(iovec)
#define ABI_MSGHDR_SIZE ABI_SIZE_OF(msghdr)
#define ABI_CMSGHDR_SIZE ABI_SIZE_OF(cmsghdr)
#define ABI_MQUEUE_SIZE ABI_SIZE_OF(mqueue)
#define ABI_MQMESSAGE_SIZE ABI_SIZE_OF(mqmessage)
#define ABI_FLOCK_SIZE ABI_SIZE_OF(flock)
#define ABI_SHMID_SIZE ABI_SIZE_OF(shmid)
#define ABI_WINSIZE_SIZE ABI_SIZE_OF(winsize)
#define ABI_TERMIOS_SIZE ABI_SIZE_OF(termios)
/* Not words: 1024 bits; six fields of 65 characters. */
enum { ABI_FD_SET_SIZE = 128, ABI_UTSNAME_FIELD = 65, ABI_UTSNAME_SIZE = 6 * ABI_UTSNAME_FIELD };

/* An entry that getdents gives: 64-bit inode, 64-bit cookie, 16-bit length of the record (a
 * multiple of 8), 8-bit DT_ type, the name and its NUL. */
enum {
    ABI_DIRENT_INODE = 0,
    ABI_DIRENT_COOKIE = 8,
    ABI_DIRENT_LENGTH = 16,
    ABI_DIRENT_TYPE = 18,
    ABI_DIRENT_NAME = 19
};

/* A structure's words to and from guest bytes. words: a struct abi_... */
static inline void abi_store(uint8_t *to, const void *words, uint32_t size) {
    const uint32_t *from = words;
    for (uint32_t i = 0; i < size / 4; i++) {
        bytes_store32(to + 4 * i, from[i]);
    }
}
static inline void abi_load(void *words, const uint8_t *from, uint32_t size) {
    uint32_t *to = words;
    for (uint32_t i = 0; i < size / 4; i++) {
        to[i] = bytes_load32(from + 4 * i);
    }
}

/* CONSTANT(name, value): everything that a program names in a call. */
#define ABI_CONSTANTS(CONSTANT)                                                                    \
    CONSTANT(O_RDONLY, 0)                                                                          \
    CONSTANT(O_WRONLY, 1)                                                                          \
    CONSTANT(O_RDWR, 2)                                                                            \
    CONSTANT(O_ACCMODE, 3)                                                                         \
    CONSTANT(O_CREAT, 0100)                                                                        \
    CONSTANT(O_EXCL, 0200)                                                                         \
    CONSTANT(O_NOCTTY, 0400)                                                                       \
    CONSTANT(O_TRUNC, 01000)                                                                       \
    CONSTANT(O_APPEND, 02000)                                                                      \
    CONSTANT(O_NONBLOCK, 04000)                                                                    \
    CONSTANT(O_DSYNC, 010000)                                                                      \
    CONSTANT(O_DIRECTORY, 0200000)                                                                 \
    CONSTANT(O_NOFOLLOW, 0400000)                                                                  \
    CONSTANT(O_CLOEXEC, 02000000)                                                                  \
    CONSTANT(O_SYNC, 04010000)                                                                     \
    CONSTANT(S_IFMT, 0170000)                                                                      \
    CONSTANT(S_IFIFO, 0010000)                                                                     \
    CONSTANT(S_IFCHR, 0020000)                                                                     \
    CONSTANT(S_IFDIR, 0040000)                                                                     \
    CONSTANT(S_IFBLK, 0060000)                                                                     \
    CONSTANT(S_IFREG, 0100000)                                                                     \
    CONSTANT(S_IFLNK, 0120000)                                                                     \
    CONSTANT(S_IFSOCK, 0140000)                                                                    \
    CONSTANT(S_ISUID, 04000)                                                                       \
    CONSTANT(S_ISGID, 02000)                                                                       \
    CONSTANT(S_ISVTX, 01000)                                                                       \
    CONSTANT(R_OK, 4)                                                                              \
    CONSTANT(W_OK, 2)                                                                              \
    CONSTANT(X_OK, 1)                                                                              \
    CONSTANT(F_OK, 0)                                                                              \
    CONSTANT(AT_FDCWD, -100)                                                                       \
    CONSTANT(AT_SYMLINK_NOFOLLOW, 0x100)                                                           \
    CONSTANT(AT_REMOVEDIR, 0x200)                                                                  \
    CONSTANT(AT_EACCESS, 0x200)                                                                    \
    CONSTANT(AT_SYMLINK_FOLLOW, 0x400)                                                             \
    CONSTANT(AT_EMPTY_PATH, 0x1000)                                                                \
    CONSTANT(UTIME_NOW, 0x3fffffff)                                                                \
    CONSTANT(UTIME_OMIT, 0x3ffffffe)                                                               \
    CONSTANT(SEEK_SET, 0)                                                                          \
    CONSTANT(SEEK_CUR, 1)                                                                          \
    CONSTANT(SEEK_END, 2)                                                                          \
    CONSTANT(DT_UNKNOWN, 0)                                                                        \
    CONSTANT(DT_FIFO, 1)                                                                           \
    CONSTANT(DT_CHR, 2)                                                                            \
    CONSTANT(DT_DIR, 4)                                                                            \
    CONSTANT(DT_BLK, 6)                                                                            \
    CONSTANT(DT_REG, 8)                                                                            \
    CONSTANT(DT_LNK, 10)                                                                           \
    CONSTANT(DT_SOCK, 12)                                                                          \
    CONSTANT(F_DUPFD, 0)                                                                           \
    CONSTANT(F_GETFD, 1)                                                                           \
    CONSTANT(F_SETFD, 2)                                                                           \
    CONSTANT(F_GETFL, 3)                                                                           \
    CONSTANT(F_SETFL, 4)                                                                           \
    CONSTANT(F_GETLK, 5)                                                                           \
    CONSTANT(F_SETLK, 6)                                                                           \
    CONSTANT(F_SETLKW, 7)                                                                          \
    CONSTANT(F_SETOWN, 8)                                                                          \
    CONSTANT(F_GETOWN, 9)                                                                          \
    CONSTANT(F_DUPFD_CLOEXEC, 1030)                                                                \
    CONSTANT(FD_CLOEXEC, 1)                                                                        \
    CONSTANT(F_RDLCK, 0)                                                                           \
    CONSTANT(F_WRLCK, 1)                                                                           \
    CONSTANT(F_UNLCK, 2)                                                                           \
    CONSTANT(LOCK_SH, 1)                                                                           \
    CONSTANT(LOCK_EX, 2)                                                                           \
    CONSTANT(LOCK_NB, 4)                                                                           \
    CONSTANT(LOCK_UN, 8)                                                                           \
    CONSTANT(TCGETS, 0x5401)                                                                       \
    CONSTANT(TCSETS, 0x5402)                                                                       \
    CONSTANT(TCSETSW, 0x5403)                                                                      \
    CONSTANT(TCSETSF, 0x5404)                                                                      \
    CONSTANT(TIOCGPGRP, 0x540f)                                                                    \
    CONSTANT(TIOCSPGRP, 0x5410)                                                                    \
    CONSTANT(TIOCGWINSZ, 0x5413)                                                                   \
    CONSTANT(FIONREAD, 0x541b)                                                                     \
    CONSTANT(FIONBIO, 0x5421)                                                                      \
    CONSTANT(FIONCLEX, 0x5450)                                                                     \
    CONSTANT(FIOCLEX, 0x5451)                                                                      \
    CONSTANT(FIOASYNC, 0x5452)                                                                     \
    CONSTANT(PROT_NONE, 0)                                                                         \
    CONSTANT(PROT_READ, 1)                                                                         \
    CONSTANT(PROT_WRITE, 2)                                                                        \
    CONSTANT(PROT_EXEC, 4)                                                                         \
    CONSTANT(MAP_SHARED, 1)                                                                        \
    CONSTANT(MAP_PRIVATE, 2)                                                                       \
    CONSTANT(MAP_FIXED, 0x10)                                                                      \
    CONSTANT(MAP_ANONYMOUS, 0x20)                                                                  \
    CONSTANT(MS_ASYNC, 1)                                                                          \
    CONSTANT(MS_INVALIDATE, 2)                                                                     \
    CONSTANT(MS_SYNC, 4)                                                                           \
    CONSTANT(IPC_CREAT, 01000)                                                                     \
    CONSTANT(IPC_EXCL, 02000)                                                                      \
    CONSTANT(IPC_PRIVATE, 0)                                                                       \
    CONSTANT(IPC_RMID, 0)                                                                          \
    CONSTANT(IPC_SET, 1)                                                                           \
    CONSTANT(IPC_STAT, 2)                                                                          \
    CONSTANT(SHM_RDONLY, 010000)                                                                   \
    CONSTANT(WNOHANG, 1)                                                                           \
    CONSTANT(WUNTRACED, 2)                                                                         \
    CONSTANT(WCONTINUED, 8)                                                                        \
    CONSTANT(CLOCK_REALTIME, 0)                                                                    \
    CONSTANT(CLOCK_MONOTONIC, 1)                                                                   \
    CONSTANT(CLOCK_PROCESS_CPUTIME_ID, 2)                                                          \
    CONSTANT(TIMER_ABSTIME, 1)                                                                     \
    CONSTANT(ITIMER_REAL, 0)                                                                       \
    CONSTANT(ITIMER_VIRTUAL, 1)                                                                    \
    CONSTANT(ITIMER_PROF, 2)                                                                       \
    CONSTANT(RLIMIT_CPU, 0)                                                                        \
    CONSTANT(RLIMIT_FSIZE, 1)                                                                      \
    CONSTANT(RLIMIT_DATA, 2)                                                                       \
    CONSTANT(RLIMIT_STACK, 3)                                                                      \
    CONSTANT(RLIMIT_CORE, 4)                                                                       \
    CONSTANT(RLIMIT_NPROC, 6)                                                                      \
    CONSTANT(RLIMIT_NOFILE, 7)                                                                     \
    CONSTANT(RLIMIT_AS, 9)                                                                         \
    CONSTANT(RUSAGE_SELF, 0)                                                                       \
    CONSTANT(RUSAGE_CHILDREN, -1)                                                                  \
    CONSTANT(SIG_DFL, 0)                                                                           \
    CONSTANT(SIG_IGN, 1)                                                                           \
    CONSTANT(SI_USER, 0)                                                                           \
    CONSTANT(SI_QUEUE, -1)                                                                         \
    CONSTANT(SI_TIMER, -2)                                                                         \
    CONSTANT(SI_MESGQ, -3)                                                                         \
    CONSTANT(SIG_BLOCK, 0)                                                                         \
    CONSTANT(SIG_UNBLOCK, 1)                                                                       \
    CONSTANT(SIG_SETMASK, 2)                                                                       \
    CONSTANT(SA_NOCLDSTOP, 1)                                                                      \
    CONSTANT(SA_NOCLDWAIT, 2)                                                                      \
    CONSTANT(SA_SIGINFO, 4)                                                                        \
    CONSTANT(SA_ONSTACK, 0x08000000)                                                               \
    CONSTANT(SA_RESTART, 0x10000000)                                                               \
    CONSTANT(SA_NODEFER, 0x40000000)                                                               \
    CONSTANT(SA_RESETHAND, 0x80000000)                                                             \
    CONSTANT(SS_ONSTACK, 1)                                                                        \
    CONSTANT(SS_DISABLE, 2)                                                                        \
    CONSTANT(GRND_NONBLOCK, 1)                                                                     \
    CONSTANT(GRND_RANDOM, 2)                                                                       \
    CONSTANT(POLLIN, 1)                                                                            \
    CONSTANT(POLLPRI, 2)                                                                           \
    CONSTANT(POLLOUT, 4)                                                                           \
    CONSTANT(POLLERR, 8)                                                                           \
    CONSTANT(POLLHUP, 16)                                                                          \
    CONSTANT(POLLNVAL, 32)                                                                         \
    CONSTANT(POLLRDHUP, 0x2000)                                                                    \
    CONSTANT(EPOLL_CTL_ADD, 1)                                                                     \
    CONSTANT(EPOLL_CTL_DEL, 2)                                                                     \
    CONSTANT(EPOLL_CTL_MOD, 3)                                                                     \
    CONSTANT(EPOLLONESHOT, 0x40000000)                                                             \
    CONSTANT(EPOLLET, 0x80000000)                                                                  \
    CONSTANT(AF_UNSPEC, 0)                                                                         \
    CONSTANT(AF_UNIX, 1)                                                                           \
    CONSTANT(AF_INET, 2)                                                                           \
    CONSTANT(AF_INET6, 10)                                                                         \
    CONSTANT(SOCK_STREAM, 1)                                                                       \
    CONSTANT(SOCK_DGRAM, 2)                                                                        \
    CONSTANT(SOCK_NONBLOCK, 04000)                                                                 \
    CONSTANT(SOCK_CLOEXEC, 02000000)                                                               \
    CONSTANT(SHUT_RD, 0)                                                                           \
    CONSTANT(SHUT_WR, 1)                                                                           \
    CONSTANT(SHUT_RDWR, 2)                                                                         \
    CONSTANT(MSG_PEEK, 2)                                                                          \
    CONSTANT(MSG_CTRUNC, 8)                                                                        \
    CONSTANT(MSG_TRUNC, 0x20)                                                                      \
    CONSTANT(MSG_DONTWAIT, 0x40)                                                                   \
    CONSTANT(MSG_WAITALL, 0x100)                                                                   \
    CONSTANT(MSG_NOSIGNAL, 0x4000)                                                                 \
    CONSTANT(MSG_CMSG_CLOEXEC, 0x40000000)                                                         \
    CONSTANT(SCM_RIGHTS, 1)                                                                        \
    CONSTANT(SOL_SOCKET, 1)                                                                        \
    CONSTANT(SO_REUSEADDR, 2)                                                                      \
    CONSTANT(SO_TYPE, 3)                                                                           \
    CONSTANT(SO_ERROR, 4)                                                                          \
    CONSTANT(SO_SNDBUF, 7)                                                                         \
    CONSTANT(SO_RCVBUF, 8)                                                                         \
    CONSTANT(SO_KEEPALIVE, 9)                                                                      \
    CONSTANT(SO_OOBINLINE, 10)                                                                     \
    CONSTANT(SO_LINGER, 13)                                                                        \
    CONSTANT(SO_REUSEPORT, 15)                                                                     \
    CONSTANT(SO_RCVLOWAT, 18)                                                                      \
    CONSTANT(SO_SNDLOWAT, 19)                                                                      \
    CONSTANT(SO_RCVTIMEO, 20)                                                                      \
    CONSTANT(SO_SNDTIMEO, 21)                                                                      \
    CONSTANT(SO_ACCEPTCONN, 30)                                                                    \
    CONSTANT(SO_PROTOCOL, 38)                                                                      \
    CONSTANT(SO_DOMAIN, 39)                                                                        \
    CONSTANT(IPPROTO_TCP, 6)                                                                       \
    CONSTANT(IPPROTO_UDP, 17)                                                                      \
    CONSTANT(IPPROTO_IPV6, 41)                                                                     \
    CONSTANT(IPV6_V6ONLY, 26)                                                                      \
    CONSTANT(TCP_NODELAY, 1)

/* With the prefix ABI_, because hosts have macros of these names. As uint32_t: (uint32_t)ABI_X. */
#define CONSTANT(name, value) static const uint32_t ABI_##name = (uint32_t)(value);
ABI_CONSTANTS(CONSTANT)
#undef CONSTANT

/* SIGNAL(name, number, what it does by default). */
#define ABI_SIGNALS(SIGNAL)                                                                        \
    SIGNAL(HUP, 1, END)                                                                            \
    SIGNAL(INT, 2, END)                                                                            \
    SIGNAL(QUIT, 3, CORE)                                                                          \
    SIGNAL(ILL, 4, CORE)                                                                           \
    SIGNAL(TRAP, 5, CORE)                                                                          \
    SIGNAL(ABRT, 6, CORE)                                                                          \
    SIGNAL(BUS, 7, CORE)                                                                           \
    SIGNAL(FPE, 8, CORE)                                                                           \
    SIGNAL(KILL, 9, END)                                                                           \
    SIGNAL(USR1, 10, END)                                                                          \
    SIGNAL(SEGV, 11, CORE)                                                                         \
    SIGNAL(USR2, 12, END)                                                                          \
    SIGNAL(PIPE, 13, END)                                                                          \
    SIGNAL(ALRM, 14, END)                                                                          \
    SIGNAL(TERM, 15, END)                                                                          \
    SIGNAL(STKFLT, 16, END)                                                                        \
    SIGNAL(CHLD, 17, IGNORE)                                                                       \
    SIGNAL(CONT, 18, CONTINUE)                                                                     \
    SIGNAL(STOP, 19, STOP)                                                                         \
    SIGNAL(TSTP, 20, STOP)                                                                         \
    SIGNAL(TTIN, 21, STOP)                                                                         \
    SIGNAL(TTOU, 22, STOP)                                                                         \
    SIGNAL(URG, 23, IGNORE)                                                                        \
    SIGNAL(XCPU, 24, CORE)                                                                         \
    SIGNAL(XFSZ, 25, CORE)                                                                         \
    SIGNAL(VTALRM, 26, END)                                                                        \
    SIGNAL(PROF, 27, END)                                                                          \
    SIGNAL(WINCH, 28, IGNORE)                                                                      \
    SIGNAL(IO, 29, END)                                                                            \
    SIGNAL(PWR, 30, END)                                                                           \
    SIGNAL(SYS, 31, CORE)

enum abi_signal {
#define SIGNAL(name, number, action) ABI_SIG##name = number,
    ABI_SIGNALS(SIGNAL)
#undef SIGNAL
        ABI_SIGNAL_REAL_TIME = 32, /* from here on signals queue; by default they end a cage */
    ABI_SIGNAL_COUNT = 64
};

#endif
