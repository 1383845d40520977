/* System calls as the kernel has them. Printed by core/tools/print_guest.c; do not edit. */
#ifndef MOX_SYSCALLS_H
#define MOX_SYSCALLS_H

#include <mox_abi.h>

/* Whether the real user may use a file so. */
#define SYS_access 2
/* Takes a name away; the file goes with its last name and descriptor. */
#define SYS_unlink 4
/* Gives a file another name. */
#define SYS_link 5
/* Moves a name, atomically, also across directories. */
#define SYS_rename 6
/* The attributes of a file. */
#define SYS_xstat 9
/* Opens or makes a file; O_TMPFILE and O_PATH are refused, and to open /fd/N (/dev/stdin) is to dup it. */
#define SYS_open 10
/* Frees a descriptor. */
#define SYS_close 11
/* Reads bytes at the file's offset, which moves. */
#define SYS_read 12
/* Writes bytes at the file's offset, which moves. */
#define SYS_write 13
/* Moves a file's offset; offsets are below 2^31. */
#define SYS_lseek 14
/* FIONBIO, FIONREAD, FIOASYNC, FIOCLEX and FIONCLEX; nothing is a terminal, so the others are -ENOTTY. */
#define SYS_ioctl 15
/* Sets the size of a file by its name. */
#define SYS_truncate 16
/* The attributes of an open file. */
#define SYS_fxstat 17
/* Sets the size of an open file. */
#define SYS_ftruncate 18
/* How full the file system of an open file is. */
#define SYS_fstatfs 19
/* Maps fresh memory, or a file's contents; what is shared with a file is written to it at msync, munmap and exit, and read once. */
#define SYS_mmap 21
/* Takes whole pages out of the address space. */
#define SYS_munmap 22
/* Reads entries of a directory, in the order of their names; in a union a name shows once. */
#define SYS_getdents 23
/* Another descriptor of the same open file. */
#define SYS_dup 24
/* The same with a number of the caller's choice. */
#define SYS_dup2 25
/* How full a file system is. */
#define SYS_statfs 26
/* F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_GETOWN, F_SETOWN and record locks, which know no -EDEADLK: who waits in a circle waits, and the machine stops with its wait graph. */
#define SYS_fcntl 28
/* The parent's id. */
#define SYS_getppid 29
/* Ends the cage; its status is for waitpid. */
#define SYS_exit 30
/* The cage's own id. */
#define SYS_getpid 31
/* Gives a socket its address. */
#define SYS_bind 33
/* Sends to the peer of a socket. */
#define SYS_send 34
/* Sends to an address. */
#define SYS_sendto 35
/* Receives from a socket; there is no MSG_OOB, and MSG_WAITALL gives no more than the socket's buffer holds at once. */
#define SYS_recv 36
/* As recv, with the sender's address. */
#define SYS_recvfrom 37
/* Connects a socket to an address of this machine. */
#define SYS_connect 38
/* Lets a socket take connections. */
#define SYS_listen 39
/* Takes the next connection of a listening socket. */
#define SYS_accept 40
/* An option of a socket; those without a meaning here are remembered, those of Linux that are not listed are -ENOPROTOOPT. */
#define SYS_getsockopt 43
/* Sets an option of a socket; times are a struct timespec. */
#define SYS_setsockopt 44
/* Ends one or both directions of a connection; the descriptor stays. */
#define SYS_shutdown 45
/* Waits for descriptors; the time-out is a struct timespec. */
#define SYS_select 46
/* The path of the working directory; gives its length with NUL. */
#define SYS_getcwd 47
/* Waits for descriptors, at most so many milliseconds. */
#define SYS_poll 48
/* Two sockets that are connected to each other: AF_UNIX, as in Linux. */
#define SYS_socketpair 49
/* The real user id. */
#define SYS_getuid 50
/* The effective user id. */
#define SYS_geteuid 51
/* The real group id. */
#define SYS_getgid 52
/* The effective group id. */
#define SYS_getegid 53
/* Locks or unlocks an open file, advisory. */
#define SYS_flock 54
/* Makes an epoll; size only has to be positive. */
#define SYS_epoll_create 56
/* Adds, changes or removes a descriptor of an epoll. */
#define SYS_epoll_ctl 57
/* Waits for the descriptors of an epoll. */
#define SYS_epoll_wait 58
/* Finds or makes shared memory. */
#define SYS_shmget 62
/* Maps shared memory; address 0 lets the kernel choose. */
#define SYS_shmat 63
/* Unmaps shared memory; gives 0 (SafePOSIX: its id). */
#define SYS_shmdt 64
/* IPC_STAT and IPC_RMID of shared memory. */
#define SYS_shmctl 65
/* Makes a pipe: the reading and the writing descriptor. */
#define SYS_pipe 66
/* The same with O_CLOEXEC and O_NONBLOCK. */
#define SYS_pipe2 67
/* Makes a copy of the cage; the kernel chooses the id (SafePOSIX: the caller). */
#define SYS_fork 68
/* Replaces the program by one of the name space (SafePOSIX: renames the cage). */
#define SYS_exec 69
/* Makes a mutex; gives its handle. */
#define SYS_mutex_create 70
/* Frees a mutex. */
#define SYS_mutex_destroy 71
/* Locks a mutex, first come, first served; -EDEADLK for the cage that has it. Fork shares mutexes with the child (SafePOSIX: fresh ones); one whose cage ends stays locked. */
#define SYS_mutex_lock 72
/* Locks a mutex, or -EBUSY. */
#define SYS_mutex_trylock 73
/* Unlocks a mutex. */
#define SYS_mutex_unlock 74
/* Makes a condition variable; gives its handle. */
#define SYS_cond_create 75
/* Frees a condition variable. */
#define SYS_cond_destroy 76
/* Waits for a condition variable with its mutex unlocked; first come, first served. Broken off by a signal it gives -EINTR, without the mutex when another cage has it then. */
#define SYS_cond_wait 77
/* Wakes all who wait. */
#define SYS_cond_broadcast 78
/* Wakes one who waits. */
#define SYS_cond_signal 79
/* Waits until a time of CLOCK_REALTIME at most. */
#define SYS_cond_timedwait 80
/* Makes a semaphore at an address. */
#define SYS_sem_init 91
/* Takes one, when there is one. */
#define SYS_sem_wait 92
/* Takes one, or -EAGAIN. */
#define SYS_sem_trywait 93
/* Waits until a time of CLOCK_REALTIME at most. */
#define SYS_sem_timedwait 94
/* Gives one. */
#define SYS_sem_post 95
/* Frees a semaphore. */
#define SYS_sem_destroy 96
/* How many there are, as the result. */
#define SYS_sem_getvalue 97
/* The machine's name; -ENAMETOOLONG when it does not fit. */
#define SYS_gethostname 125
/* Reads at an offset; the file's own does not move. */
#define SYS_pread 126
/* Writes at an offset; the file's own does not move. */
#define SYS_pwrite 127
/* Changes the working directory. */
#define SYS_chdir 130
/* Makes a directory. */
#define SYS_mkdir 131
/* Removes an empty directory. */
#define SYS_rmdir 132
/* Changes permissions. */
#define SYS_chmod 133
/* Changes permissions of an open file. */
#define SYS_fchmod 134
/* Makes a socket: AF_UNIX, AF_INET or AF_INET6, stream or datagram (AF_UNIX also SOCK_SEQPACKET), inside the machine; the only network is the loopback. */
#define SYS_socket 136
/* A socket's own address. */
#define SYS_getsockname 144
/* The address of a socket's peer. */
#define SYS_getpeername 145
/* The machine's interfaces as text, a line each: name, address, mask (SafePOSIX: those of its host). */
#define SYS_getifaddrs 146
/* What a signal does. */
#define SYS_sigaction 147
/* Sends a signal to a cage, a group, or all. */
#define SYS_kill 148
/* Which signals are held back. */
#define SYS_sigprocmask 149
/* Sets a timer: ITIMER_REAL only. */
#define SYS_setitimer 150
/* Changes the working directory to an open one. */
#define SYS_fchdir 161
/* Makes a file last. */
#define SYS_fsync 162
/* Makes a file's contents last. */
#define SYS_fdatasync 163
/* As fsync; the range is checked and then ignored. */
#define SYS_sync_file_range 164
/* Writes from several buffers at once. */
#define SYS_writev 170
/* Waits for a child to end, stop or go on. */
#define SYS_waitpid 200
/* Makes a symbolic link. */
#define SYS_symlink 201
/* What a symbolic link says. */
#define SYS_readlink 202
/* As xstat, of a symbolic link itself. */
#define SYS_lstat 203
/* Makes a file, fifo, socket or character device. */
#define SYS_mknod 204
/* Reads into several buffers at once. */
#define SYS_readv 205
/* The same at an offset. */
#define SYS_preadv 206
/* Writes from several buffers at an offset. */
#define SYS_pwritev 207
/* Sets the end of the heap; gives the end there is then. Less than 4 MiB is not taken back. */
#define SYS_brk 208
/* The machine's time, or what the cage used of it. */
#define SYS_clock_gettime 209
/* Waits for so long. */
#define SYS_nanosleep 210
/* Waits for so long, or until then (TIMER_ABSTIME). */
#define SYS_clock_nanosleep 211
/* Random bytes from the machine's seed. */
#define SYS_getrandom 212
/* Permissions that new files do not get. */
#define SYS_umask 213
/* Sets the times of a file: of access, of change; times before 1970 become 1970. */
#define SYS_utimens 214
/* A limit. */
#define SYS_getrlimit 215
/* Limits are the machine's: what is sound is taken and changes nothing. */
#define SYS_setrlimit 216
/* Lets the other cages run first. */
#define SYS_sched_yield 217
/* Changes owner and group. */
#define SYS_chown 218
/* The same, of a symbolic link itself. */
#define SYS_lchown 219
/* The same, of an open file. */
#define SYS_fchown 220
/* Sets the user ids. */
#define SYS_setuid 221
/* Sets the group ids. */
#define SYS_setgid 222
/* Sets real and effective user id; -1 leaves one. */
#define SYS_setreuid 223
/* Sets real and effective group id; -1 leaves one. */
#define SYS_setregid 224
/* Sets real, effective and saved user id; -1 leaves one. */
#define SYS_setresuid 225
/* Sets real, effective and saved group id; -1 leaves one. */
#define SYS_setresgid 226
/* The supplementary groups; count 0 only counts them. */
#define SYS_getgroups 227
/* Sets the supplementary groups. */
#define SYS_setgroups 228
/* Puts a cage into a process group. */
#define SYS_setpgid 229
/* The process group of a cage. */
#define SYS_getpgid 230
/* Starts a session. */
#define SYS_setsid 231
/* The session of a cage. */
#define SYS_getsid 232
/* SIGALRM in so many seconds; gives what was left. */
#define SYS_alarm 233
/* What is left of a timer: ITIMER_REAL only. */
#define SYS_getitimer 234
/* Waits for a signal. */
#define SYS_pause 235
/* Waits for a signal with another mask. */
#define SYS_sigsuspend 236
/* Which signals wait. */
#define SYS_sigpending 237
/* Goes back to where a signal came in; only the code on the frame makes it. */
#define SYS_sigreturn 238
/* Takes a signal of a set, waiting for it. */
#define SYS_sigtimedwait 239
/* The stack for handlers that ask for it. */
#define SYS_sigaltstack 240
/* Time used, in ticks of 1/100 s; gives the ticks since the start. */
#define SYS_times 241
/* What the cage, or its children, used. */
#define SYS_getrusage 242
/* What the machine is called. */
#define SYS_uname 243
/* Makes the whole file system last. */
#define SYS_sync 244
/* Changes the rights of whole pages. */
#define SYS_mprotect 245
/* Writes what was changed in a shared mapping to its file; MS_INVALIDATE reads nothing anew. */
#define SYS_msync 246
/* Changes what / means, for root. */
#define SYS_chroot 247
/* Sends a signal with a value to a cage; code is SI_QUEUE or SI_MESGQ. Signals from 32 on queue. */
#define SYS_sigqueue 248
/* Makes a timer of CLOCK_REALTIME or CLOCK_MONOTONIC that sends a signal (0: none), with its own id as the value when own_value is not 0; gives its id. */
#define SYS_timer_create 249
/* Frees a timer. */
#define SYS_timer_delete 250
/* Sets a timer: in so long, or then (TIMER_ABSTIME). */
#define SYS_timer_settime 251
/* What is left of a timer. */
#define SYS_timer_gettime 252
/* How often a timer went off again before its last signal was taken. */
#define SYS_timer_getoverrun 253
/* Puts a message into a queue in memory (struct mqueue), when there is room; with O_NONBLOCK in flags, or until a time of CLOCK_REALTIME at most. */
#define SYS_mq_send 254
/* Takes the oldest of the messages with the highest priority, in the same way; gives its size. */
#define SYS_mq_receive 255
/* Has the cage told by a signal (0: by none) when a message comes into the empty queue and nobody waits for it; -1: no more. */
#define SYS_mq_notify 256
/* As dup2, with O_CLOEXEC; the two must differ. */
#define SYS_dup3 260
/* As accept, with SOCK_CLOEXEC and SOCK_NONBLOCK. */
#define SYS_accept4 261
/* Sends from several buffers, and open files with them; of control messages there is SCM_RIGHTS. */
#define SYS_sendmsg 262
/* Receives into several buffers, and open files that came with the bytes; of control messages there is SCM_RIGHTS. */
#define SYS_recvmsg 263
/* Makes an epoll, with EPOLL_CLOEXEC. */
#define SYS_epoll_create1 264
/* As open, from a directory. */
#define SYS_openat 265
/* As xstat, from a directory, with AT_SYMLINK_NOFOLLOW and AT_EMPTY_PATH. */
#define SYS_fstatat 266
/* As unlink, or with AT_REMOVEDIR rmdir, from a directory. */
#define SYS_unlinkat 267
/* As mkdir, from a directory. */
#define SYS_mkdirat 268
/* As rename, from directories. */
#define SYS_renameat 269
/* As link, from directories, with AT_SYMLINK_FOLLOW. */
#define SYS_linkat 270
/* As symlink, from a directory. */
#define SYS_symlinkat 271
/* As readlink, from a directory. */
#define SYS_readlinkat 272
/* As mknod, from a directory. */
#define SYS_mknodat 273
/* As chmod, from a directory; AT_SYMLINK_NOFOLLOW is refused, as links have no permissions. */
#define SYS_fchmodat 274
/* As chown, from a directory, with AT_SYMLINK_NOFOLLOW. */
#define SYS_fchownat 275
/* As access, from a directory, with AT_EACCESS. */
#define SYS_faccessat 276
/* As utimens, from a directory; without a path, of the descriptor itself. */
#define SYS_utimensat 277
/* As poll, with a struct timespec as time-out, and with another mask of signals while it waits. */
#define SYS_ppoll 278
/* As select, with another mask of signals while it waits. */
#define SYS_pselect 279
/* As epoll_wait, with another mask of signals while it waits. */
#define SYS_epoll_pwait 280
/* Makes one place of the name space show another (Inferno sys-bind); for user 0, or in a name space of one's own (pctl). */
#define SYS_ns_bind 300
/* Mounts a server that speaks 9P on a descriptor: there is no 9P yet. */
#define SYS_ns_mount 301
/* Undoes a bind or mount, or all of them at a place. */
#define SYS_ns_unmount 302
/* Gives the cage its own name space, descriptors, environment or group (Inferno sys-pctl). */
#define SYS_pctl 303
/* Makes and opens a file, or empties it (Inferno sys-open); ORCLOSE is refused. */
#define SYS_create 304
/* The path of an open directory; gives its length. A file does not know its names. */
#define SYS_fd2path 305
/* Inferno's text of the last error of a call with a name; gives its length. */
#define SYS_errstr 306

/* The calls themselves (stubs.S): the kernel's answer, >= 0 or -errno. */
long __mox_access(long, long);
long __mox_unlink(long);
long __mox_link(long, long);
long __mox_rename(long, long);
long __mox_xstat(long, long);
long __mox_open(long, long, long);
long __mox_close(long);
long __mox_read(long, long, long);
long __mox_write(long, long, long);
long __mox_lseek(long, long, long);
long __mox_ioctl(long, long, long);
long __mox_truncate(long, long);
long __mox_fxstat(long, long);
long __mox_ftruncate(long, long);
long __mox_fstatfs(long, long);
long __mox_mmap(long, long, long, long, long, long);
long __mox_munmap(long, long);
long __mox_getdents(long, long, long);
long __mox_dup(long);
long __mox_dup2(long, long);
long __mox_statfs(long, long);
long __mox_fcntl(long, long, long);
long __mox_getppid(void);
long __mox_exit(long);
long __mox_getpid(void);
long __mox_bind(long, long, long);
long __mox_send(long, long, long, long);
long __mox_sendto(long, long, long, long, long, long);
long __mox_recv(long, long, long, long);
long __mox_recvfrom(long, long, long, long, long, long);
long __mox_connect(long, long, long);
long __mox_listen(long, long);
long __mox_accept(long, long, long);
long __mox_getsockopt(long, long, long, long, long);
long __mox_setsockopt(long, long, long, long, long);
long __mox_shutdown(long, long);
long __mox_select(long, long, long, long, long);
long __mox_getcwd(long, long);
long __mox_poll(long, long, long);
long __mox_socketpair(long, long, long, long);
long __mox_getuid(void);
long __mox_geteuid(void);
long __mox_getgid(void);
long __mox_getegid(void);
long __mox_flock(long, long);
long __mox_epoll_create(long);
long __mox_epoll_ctl(long, long, long, long);
long __mox_epoll_wait(long, long, long, long);
long __mox_shmget(long, long, long);
long __mox_shmat(long, long, long);
long __mox_shmdt(long);
long __mox_shmctl(long, long, long);
long __mox_pipe(long);
long __mox_pipe2(long, long);
long __mox_fork(void);
long __mox_exec(long, long, long);
long __mox_mutex_create(void);
long __mox_mutex_destroy(long);
long __mox_mutex_lock(long);
long __mox_mutex_trylock(long);
long __mox_mutex_unlock(long);
long __mox_cond_create(void);
long __mox_cond_destroy(long);
long __mox_cond_wait(long, long);
long __mox_cond_broadcast(long);
long __mox_cond_signal(long);
long __mox_cond_timedwait(long, long, long);
long __mox_sem_init(long, long, long);
long __mox_sem_wait(long);
long __mox_sem_trywait(long);
long __mox_sem_timedwait(long, long);
long __mox_sem_post(long);
long __mox_sem_destroy(long);
long __mox_sem_getvalue(long);
long __mox_gethostname(long, long);
long __mox_pread(long, long, long, long);
long __mox_pwrite(long, long, long, long);
long __mox_chdir(long);
long __mox_mkdir(long, long);
long __mox_rmdir(long);
long __mox_chmod(long, long);
long __mox_fchmod(long, long);
long __mox_socket(long, long, long);
long __mox_getsockname(long, long, long);
long __mox_getpeername(long, long, long);
long __mox_getifaddrs(long, long);
long __mox_sigaction(long, long, long);
long __mox_kill(long, long);
long __mox_sigprocmask(long, long, long);
long __mox_setitimer(long, long, long);
long __mox_fchdir(long);
long __mox_fsync(long);
long __mox_fdatasync(long);
long __mox_sync_file_range(long, long, long, long);
long __mox_writev(long, long, long);
long __mox_waitpid(long, long, long, long);
long __mox_symlink(long, long);
long __mox_readlink(long, long, long);
long __mox_lstat(long, long);
long __mox_mknod(long, long, long);
long __mox_readv(long, long, long);
long __mox_preadv(long, long, long, long);
long __mox_pwritev(long, long, long, long);
long __mox_brk(long);
long __mox_clock_gettime(long, long);
long __mox_nanosleep(long, long);
long __mox_clock_nanosleep(long, long, long, long);
long __mox_getrandom(long, long, long);
long __mox_umask(long);
long __mox_utimens(long, long);
long __mox_getrlimit(long, long);
long __mox_setrlimit(long, long);
long __mox_sched_yield(void);
long __mox_chown(long, long, long);
long __mox_lchown(long, long, long);
long __mox_fchown(long, long, long);
long __mox_setuid(long);
long __mox_setgid(long);
long __mox_setreuid(long, long);
long __mox_setregid(long, long);
long __mox_setresuid(long, long, long);
long __mox_setresgid(long, long, long);
long __mox_getgroups(long, long);
long __mox_setgroups(long, long);
long __mox_setpgid(long, long);
long __mox_getpgid(long);
long __mox_setsid(void);
long __mox_getsid(long);
long __mox_alarm(long);
long __mox_getitimer(long, long);
long __mox_pause(void);
long __mox_sigsuspend(long);
long __mox_sigpending(long);
long __mox_sigreturn(void);
long __mox_sigtimedwait(long, long, long);
long __mox_sigaltstack(long, long);
long __mox_times(long);
long __mox_getrusage(long, long);
long __mox_uname(long);
long __mox_sync(void);
long __mox_mprotect(long, long, long);
long __mox_msync(long, long, long);
long __mox_chroot(long);
long __mox_sigqueue(long, long, long, long);
long __mox_timer_create(long, long, long, long);
long __mox_timer_delete(long);
long __mox_timer_settime(long, long, long, long);
long __mox_timer_gettime(long, long);
long __mox_timer_getoverrun(long);
long __mox_mq_send(long, long, long, long, long, long);
long __mox_mq_receive(long, long, long, long, long, long);
long __mox_mq_notify(long, long, long);
long __mox_dup3(long, long, long);
long __mox_accept4(long, long, long, long);
long __mox_sendmsg(long, long, long);
long __mox_recvmsg(long, long, long);
long __mox_epoll_create1(long);
long __mox_openat(long, long, long, long);
long __mox_fstatat(long, long, long, long);
long __mox_unlinkat(long, long, long);
long __mox_mkdirat(long, long, long);
long __mox_renameat(long, long, long, long);
long __mox_linkat(long, long, long, long, long);
long __mox_symlinkat(long, long, long);
long __mox_readlinkat(long, long, long, long);
long __mox_mknodat(long, long, long, long);
long __mox_fchmodat(long, long, long, long);
long __mox_fchownat(long, long, long, long, long);
long __mox_faccessat(long, long, long, long);
long __mox_utimensat(long, long, long, long);
long __mox_ppoll(long, long, long, long);
long __mox_pselect(long, long, long, long, long, long);
long __mox_epoll_pwait(long, long, long, long, long);
long __mox_ns_bind(long, long, long);
long __mox_ns_mount(long, long, long, long);
long __mox_ns_unmount(long, long);
long __mox_pctl(long);
long __mox_create(long, long, long);
long __mox_fd2path(long, long, long);
long __mox_errstr(long, long);

#endif
