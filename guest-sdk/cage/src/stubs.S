/* Printed by core/tools/print_guest.c; do not edit. */

	.section .text.__mox_access, "ax"
	.global __mox_access
	.type __mox_access, @function
__mox_access:
	swi	0x1002
	ret

	.section .text.__mox_unlink, "ax"
	.global __mox_unlink
	.type __mox_unlink, @function
__mox_unlink:
	swi	0x1004
	ret

	.section .text.__mox_link, "ax"
	.global __mox_link
	.type __mox_link, @function
__mox_link:
	swi	0x1005
	ret

	.section .text.__mox_rename, "ax"
	.global __mox_rename
	.type __mox_rename, @function
__mox_rename:
	swi	0x1006
	ret

	.section .text.__mox_xstat, "ax"
	.global __mox_xstat
	.type __mox_xstat, @function
__mox_xstat:
	swi	0x1009
	ret

	.section .text.__mox_open, "ax"
	.global __mox_open
	.type __mox_open, @function
__mox_open:
	swi	0x100a
	ret

	.section .text.__mox_close, "ax"
	.global __mox_close
	.type __mox_close, @function
__mox_close:
	swi	0x100b
	ret

	.section .text.__mox_read, "ax"
	.global __mox_read
	.type __mox_read, @function
__mox_read:
	swi	0x100c
	ret

	.section .text.__mox_write, "ax"
	.global __mox_write
	.type __mox_write, @function
__mox_write:
	swi	0x100d
	ret

	.section .text.__mox_lseek, "ax"
	.global __mox_lseek
	.type __mox_lseek, @function
__mox_lseek:
	swi	0x100e
	ret

	.section .text.__mox_ioctl, "ax"
	.global __mox_ioctl
	.type __mox_ioctl, @function
__mox_ioctl:
	swi	0x100f
	ret

	.section .text.__mox_truncate, "ax"
	.global __mox_truncate
	.type __mox_truncate, @function
__mox_truncate:
	swi	0x1010
	ret

	.section .text.__mox_fxstat, "ax"
	.global __mox_fxstat
	.type __mox_fxstat, @function
__mox_fxstat:
	swi	0x1011
	ret

	.section .text.__mox_ftruncate, "ax"
	.global __mox_ftruncate
	.type __mox_ftruncate, @function
__mox_ftruncate:
	swi	0x1012
	ret

	.section .text.__mox_fstatfs, "ax"
	.global __mox_fstatfs
	.type __mox_fstatfs, @function
__mox_fstatfs:
	swi	0x1013
	ret

	.section .text.__mox_mmap, "ax"
	.global __mox_mmap
	.type __mox_mmap, @function
__mox_mmap:
	swi	0x1015
	ret

	.section .text.__mox_munmap, "ax"
	.global __mox_munmap
	.type __mox_munmap, @function
__mox_munmap:
	swi	0x1016
	ret

	.section .text.__mox_getdents, "ax"
	.global __mox_getdents
	.type __mox_getdents, @function
__mox_getdents:
	swi	0x1017
	ret

	.section .text.__mox_dup, "ax"
	.global __mox_dup
	.type __mox_dup, @function
__mox_dup:
	swi	0x1018
	ret

	.section .text.__mox_dup2, "ax"
	.global __mox_dup2
	.type __mox_dup2, @function
__mox_dup2:
	swi	0x1019
	ret

	.section .text.__mox_statfs, "ax"
	.global __mox_statfs
	.type __mox_statfs, @function
__mox_statfs:
	swi	0x101a
	ret

	.section .text.__mox_fcntl, "ax"
	.global __mox_fcntl
	.type __mox_fcntl, @function
__mox_fcntl:
	swi	0x101c
	ret

	.section .text.__mox_getppid, "ax"
	.global __mox_getppid
	.type __mox_getppid, @function
__mox_getppid:
	swi	0x101d
	ret

	.section .text.__mox_exit, "ax"
	.global __mox_exit
	.type __mox_exit, @function
__mox_exit:
	swi	0x101e
	ret

	.section .text.__mox_getpid, "ax"
	.global __mox_getpid
	.type __mox_getpid, @function
__mox_getpid:
	swi	0x101f
	ret

	.section .text.__mox_bind, "ax"
	.global __mox_bind
	.type __mox_bind, @function
__mox_bind:
	swi	0x1021
	ret

	.section .text.__mox_send, "ax"
	.global __mox_send
	.type __mox_send, @function
__mox_send:
	swi	0x1022
	ret

	.section .text.__mox_sendto, "ax"
	.global __mox_sendto
	.type __mox_sendto, @function
__mox_sendto:
	swi	0x1023
	ret

	.section .text.__mox_recv, "ax"
	.global __mox_recv
	.type __mox_recv, @function
__mox_recv:
	swi	0x1024
	ret

	.section .text.__mox_recvfrom, "ax"
	.global __mox_recvfrom
	.type __mox_recvfrom, @function
__mox_recvfrom:
	swi	0x1025
	ret

	.section .text.__mox_connect, "ax"
	.global __mox_connect
	.type __mox_connect, @function
__mox_connect:
	swi	0x1026
	ret

	.section .text.__mox_listen, "ax"
	.global __mox_listen
	.type __mox_listen, @function
__mox_listen:
	swi	0x1027
	ret

	.section .text.__mox_accept, "ax"
	.global __mox_accept
	.type __mox_accept, @function
__mox_accept:
	swi	0x1028
	ret

	.section .text.__mox_getsockopt, "ax"
	.global __mox_getsockopt
	.type __mox_getsockopt, @function
__mox_getsockopt:
	swi	0x102b
	ret

	.section .text.__mox_setsockopt, "ax"
	.global __mox_setsockopt
	.type __mox_setsockopt, @function
__mox_setsockopt:
	swi	0x102c
	ret

	.section .text.__mox_shutdown, "ax"
	.global __mox_shutdown
	.type __mox_shutdown, @function
__mox_shutdown:
	swi	0x102d
	ret

	.section .text.__mox_select, "ax"
	.global __mox_select
	.type __mox_select, @function
__mox_select:
	swi	0x102e
	ret

	.section .text.__mox_getcwd, "ax"
	.global __mox_getcwd
	.type __mox_getcwd, @function
__mox_getcwd:
	swi	0x102f
	ret

	.section .text.__mox_poll, "ax"
	.global __mox_poll
	.type __mox_poll, @function
__mox_poll:
	swi	0x1030
	ret

	.section .text.__mox_socketpair, "ax"
	.global __mox_socketpair
	.type __mox_socketpair, @function
__mox_socketpair:
	swi	0x1031
	ret

	.section .text.__mox_getuid, "ax"
	.global __mox_getuid
	.type __mox_getuid, @function
__mox_getuid:
	swi	0x1032
	ret

	.section .text.__mox_geteuid, "ax"
	.global __mox_geteuid
	.type __mox_geteuid, @function
__mox_geteuid:
	swi	0x1033
	ret

	.section .text.__mox_getgid, "ax"
	.global __mox_getgid
	.type __mox_getgid, @function
__mox_getgid:
	swi	0x1034
	ret

	.section .text.__mox_getegid, "ax"
	.global __mox_getegid
	.type __mox_getegid, @function
__mox_getegid:
	swi	0x1035
	ret

	.section .text.__mox_flock, "ax"
	.global __mox_flock
	.type __mox_flock, @function
__mox_flock:
	swi	0x1036
	ret

	.section .text.__mox_epoll_create, "ax"
	.global __mox_epoll_create
	.type __mox_epoll_create, @function
__mox_epoll_create:
	swi	0x1038
	ret

	.section .text.__mox_epoll_ctl, "ax"
	.global __mox_epoll_ctl
	.type __mox_epoll_ctl, @function
__mox_epoll_ctl:
	swi	0x1039
	ret

	.section .text.__mox_epoll_wait, "ax"
	.global __mox_epoll_wait
	.type __mox_epoll_wait, @function
__mox_epoll_wait:
	swi	0x103a
	ret

	.section .text.__mox_shmget, "ax"
	.global __mox_shmget
	.type __mox_shmget, @function
__mox_shmget:
	swi	0x103e
	ret

	.section .text.__mox_shmat, "ax"
	.global __mox_shmat
	.type __mox_shmat, @function
__mox_shmat:
	swi	0x103f
	ret

	.section .text.__mox_shmdt, "ax"
	.global __mox_shmdt
	.type __mox_shmdt, @function
__mox_shmdt:
	swi	0x1040
	ret

	.section .text.__mox_shmctl, "ax"
	.global __mox_shmctl
	.type __mox_shmctl, @function
__mox_shmctl:
	swi	0x1041
	ret

	.section .text.__mox_pipe, "ax"
	.global __mox_pipe
	.type __mox_pipe, @function
__mox_pipe:
	swi	0x1042
	ret

	.section .text.__mox_pipe2, "ax"
	.global __mox_pipe2
	.type __mox_pipe2, @function
__mox_pipe2:
	swi	0x1043
	ret

	.section .text.__mox_fork, "ax"
	.global __mox_fork
	.type __mox_fork, @function
__mox_fork:
	swi	0x1044
	ret

	.section .text.__mox_exec, "ax"
	.global __mox_exec
	.type __mox_exec, @function
__mox_exec:
	swi	0x1045
	ret

	.section .text.__mox_mutex_create, "ax"
	.global __mox_mutex_create
	.type __mox_mutex_create, @function
__mox_mutex_create:
	swi	0x1046
	ret

	.section .text.__mox_mutex_destroy, "ax"
	.global __mox_mutex_destroy
	.type __mox_mutex_destroy, @function
__mox_mutex_destroy:
	swi	0x1047
	ret

	.section .text.__mox_mutex_lock, "ax"
	.global __mox_mutex_lock
	.type __mox_mutex_lock, @function
__mox_mutex_lock:
	swi	0x1048
	ret

	.section .text.__mox_mutex_trylock, "ax"
	.global __mox_mutex_trylock
	.type __mox_mutex_trylock, @function
__mox_mutex_trylock:
	swi	0x1049
	ret

	.section .text.__mox_mutex_unlock, "ax"
	.global __mox_mutex_unlock
	.type __mox_mutex_unlock, @function
__mox_mutex_unlock:
	swi	0x104a
	ret

	.section .text.__mox_cond_create, "ax"
	.global __mox_cond_create
	.type __mox_cond_create, @function
__mox_cond_create:
	swi	0x104b
	ret

	.section .text.__mox_cond_destroy, "ax"
	.global __mox_cond_destroy
	.type __mox_cond_destroy, @function
__mox_cond_destroy:
	swi	0x104c
	ret

	.section .text.__mox_cond_wait, "ax"
	.global __mox_cond_wait
	.type __mox_cond_wait, @function
__mox_cond_wait:
	swi	0x104d
	ret

	.section .text.__mox_cond_broadcast, "ax"
	.global __mox_cond_broadcast
	.type __mox_cond_broadcast, @function
__mox_cond_broadcast:
	swi	0x104e
	ret

	.section .text.__mox_cond_signal, "ax"
	.global __mox_cond_signal
	.type __mox_cond_signal, @function
__mox_cond_signal:
	swi	0x104f
	ret

	.section .text.__mox_cond_timedwait, "ax"
	.global __mox_cond_timedwait
	.type __mox_cond_timedwait, @function
__mox_cond_timedwait:
	swi	0x1050
	ret

	.section .text.__mox_sem_init, "ax"
	.global __mox_sem_init
	.type __mox_sem_init, @function
__mox_sem_init:
	swi	0x105b
	ret

	.section .text.__mox_sem_wait, "ax"
	.global __mox_sem_wait
	.type __mox_sem_wait, @function
__mox_sem_wait:
	swi	0x105c
	ret

	.section .text.__mox_sem_trywait, "ax"
	.global __mox_sem_trywait
	.type __mox_sem_trywait, @function
__mox_sem_trywait:
	swi	0x105d
	ret

	.section .text.__mox_sem_timedwait, "ax"
	.global __mox_sem_timedwait
	.type __mox_sem_timedwait, @function
__mox_sem_timedwait:
	swi	0x105e
	ret

	.section .text.__mox_sem_post, "ax"
	.global __mox_sem_post
	.type __mox_sem_post, @function
__mox_sem_post:
	swi	0x105f
	ret

	.section .text.__mox_sem_destroy, "ax"
	.global __mox_sem_destroy
	.type __mox_sem_destroy, @function
__mox_sem_destroy:
	swi	0x1060
	ret

	.section .text.__mox_sem_getvalue, "ax"
	.global __mox_sem_getvalue
	.type __mox_sem_getvalue, @function
__mox_sem_getvalue:
	swi	0x1061
	ret

	.section .text.__mox_gethostname, "ax"
	.global __mox_gethostname
	.type __mox_gethostname, @function
__mox_gethostname:
	swi	0x107d
	ret

	.section .text.__mox_pread, "ax"
	.global __mox_pread
	.type __mox_pread, @function
__mox_pread:
	swi	0x107e
	ret

	.section .text.__mox_pwrite, "ax"
	.global __mox_pwrite
	.type __mox_pwrite, @function
__mox_pwrite:
	swi	0x107f
	ret

	.section .text.__mox_chdir, "ax"
	.global __mox_chdir
	.type __mox_chdir, @function
__mox_chdir:
	swi	0x1082
	ret

	.section .text.__mox_mkdir, "ax"
	.global __mox_mkdir
	.type __mox_mkdir, @function
__mox_mkdir:
	swi	0x1083
	ret

	.section .text.__mox_rmdir, "ax"
	.global __mox_rmdir
	.type __mox_rmdir, @function
__mox_rmdir:
	swi	0x1084
	ret

	.section .text.__mox_chmod, "ax"
	.global __mox_chmod
	.type __mox_chmod, @function
__mox_chmod:
	swi	0x1085
	ret

	.section .text.__mox_fchmod, "ax"
	.global __mox_fchmod
	.type __mox_fchmod, @function
__mox_fchmod:
	swi	0x1086
	ret

	.section .text.__mox_socket, "ax"
	.global __mox_socket
	.type __mox_socket, @function
__mox_socket:
	swi	0x1088
	ret

	.section .text.__mox_getsockname, "ax"
	.global __mox_getsockname
	.type __mox_getsockname, @function
__mox_getsockname:
	swi	0x1090
	ret

	.section .text.__mox_getpeername, "ax"
	.global __mox_getpeername
	.type __mox_getpeername, @function
__mox_getpeername:
	swi	0x1091
	ret

	.section .text.__mox_getifaddrs, "ax"
	.global __mox_getifaddrs
	.type __mox_getifaddrs, @function
__mox_getifaddrs:
	swi	0x1092
	ret

	.section .text.__mox_sigaction, "ax"
	.global __mox_sigaction
	.type __mox_sigaction, @function
__mox_sigaction:
	swi	0x1093
	ret

	.section .text.__mox_kill, "ax"
	.global __mox_kill
	.type __mox_kill, @function
__mox_kill:
	swi	0x1094
	ret

	.section .text.__mox_sigprocmask, "ax"
	.global __mox_sigprocmask
	.type __mox_sigprocmask, @function
__mox_sigprocmask:
	swi	0x1095
	ret

	.section .text.__mox_setitimer, "ax"
	.global __mox_setitimer
	.type __mox_setitimer, @function
__mox_setitimer:
	swi	0x1096
	ret

	.section .text.__mox_fchdir, "ax"
	.global __mox_fchdir
	.type __mox_fchdir, @function
__mox_fchdir:
	swi	0x10a1
	ret

	.section .text.__mox_fsync, "ax"
	.global __mox_fsync
	.type __mox_fsync, @function
__mox_fsync:
	swi	0x10a2
	ret

	.section .text.__mox_fdatasync, "ax"
	.global __mox_fdatasync
	.type __mox_fdatasync, @function
__mox_fdatasync:
	swi	0x10a3
	ret

	.section .text.__mox_sync_file_range, "ax"
	.global __mox_sync_file_range
	.type __mox_sync_file_range, @function
__mox_sync_file_range:
	swi	0x10a4
	ret

	.section .text.__mox_writev, "ax"
	.global __mox_writev
	.type __mox_writev, @function
__mox_writev:
	swi	0x10aa
	ret

	.section .text.__mox_waitpid, "ax"
	.global __mox_waitpid
	.type __mox_waitpid, @function
__mox_waitpid:
	swi	0x10c8
	ret

	.section .text.__mox_symlink, "ax"
	.global __mox_symlink
	.type __mox_symlink, @function
__mox_symlink:
	swi	0x10c9
	ret

	.section .text.__mox_readlink, "ax"
	.global __mox_readlink
	.type __mox_readlink, @function
__mox_readlink:
	swi	0x10ca
	ret

	.section .text.__mox_lstat, "ax"
	.global __mox_lstat
	.type __mox_lstat, @function
__mox_lstat:
	swi	0x10cb
	ret

	.section .text.__mox_mknod, "ax"
	.global __mox_mknod
	.type __mox_mknod, @function
__mox_mknod:
	swi	0x10cc
	ret

	.section .text.__mox_readv, "ax"
	.global __mox_readv
	.type __mox_readv, @function
__mox_readv:
	swi	0x10cd
	ret

	.section .text.__mox_preadv, "ax"
	.global __mox_preadv
	.type __mox_preadv, @function
__mox_preadv:
	swi	0x10ce
	ret

	.section .text.__mox_pwritev, "ax"
	.global __mox_pwritev
	.type __mox_pwritev, @function
__mox_pwritev:
	swi	0x10cf
	ret

	.section .text.__mox_brk, "ax"
	.global __mox_brk
	.type __mox_brk, @function
__mox_brk:
	swi	0x10d0
	ret

	.section .text.__mox_clock_gettime, "ax"
	.global __mox_clock_gettime
	.type __mox_clock_gettime, @function
__mox_clock_gettime:
	swi	0x10d1
	ret

	.section .text.__mox_nanosleep, "ax"
	.global __mox_nanosleep
	.type __mox_nanosleep, @function
__mox_nanosleep:
	swi	0x10d2
	ret

	.section .text.__mox_clock_nanosleep, "ax"
	.global __mox_clock_nanosleep
	.type __mox_clock_nanosleep, @function
__mox_clock_nanosleep:
	swi	0x10d3
	ret

	.section .text.__mox_getrandom, "ax"
	.global __mox_getrandom
	.type __mox_getrandom, @function
__mox_getrandom:
	swi	0x10d4
	ret

	.section .text.__mox_umask, "ax"
	.global __mox_umask
	.type __mox_umask, @function
__mox_umask:
	swi	0x10d5
	ret

	.section .text.__mox_utimens, "ax"
	.global __mox_utimens
	.type __mox_utimens, @function
__mox_utimens:
	swi	0x10d6
	ret

	.section .text.__mox_getrlimit, "ax"
	.global __mox_getrlimit
	.type __mox_getrlimit, @function
__mox_getrlimit:
	swi	0x10d7
	ret

	.section .text.__mox_setrlimit, "ax"
	.global __mox_setrlimit
	.type __mox_setrlimit, @function
__mox_setrlimit:
	swi	0x10d8
	ret

	.section .text.__mox_sched_yield, "ax"
	.global __mox_sched_yield
	.type __mox_sched_yield, @function
__mox_sched_yield:
	swi	0x10d9
	ret

	.section .text.__mox_chown, "ax"
	.global __mox_chown
	.type __mox_chown, @function
__mox_chown:
	swi	0x10da
	ret

	.section .text.__mox_lchown, "ax"
	.global __mox_lchown
	.type __mox_lchown, @function
__mox_lchown:
	swi	0x10db
	ret

	.section .text.__mox_fchown, "ax"
	.global __mox_fchown
	.type __mox_fchown, @function
__mox_fchown:
	swi	0x10dc
	ret

	.section .text.__mox_setuid, "ax"
	.global __mox_setuid
	.type __mox_setuid, @function
__mox_setuid:
	swi	0x10dd
	ret

	.section .text.__mox_setgid, "ax"
	.global __mox_setgid
	.type __mox_setgid, @function
__mox_setgid:
	swi	0x10de
	ret

	.section .text.__mox_setreuid, "ax"
	.global __mox_setreuid
	.type __mox_setreuid, @function
__mox_setreuid:
	swi	0x10df
	ret

	.section .text.__mox_setregid, "ax"
	.global __mox_setregid
	.type __mox_setregid, @function
__mox_setregid:
	swi	0x10e0
	ret

	.section .text.__mox_setresuid, "ax"
	.global __mox_setresuid
	.type __mox_setresuid, @function
__mox_setresuid:
	swi	0x10e1
	ret

	.section .text.__mox_setresgid, "ax"
	.global __mox_setresgid
	.type __mox_setresgid, @function
__mox_setresgid:
	swi	0x10e2
	ret

	.section .text.__mox_getgroups, "ax"
	.global __mox_getgroups
	.type __mox_getgroups, @function
__mox_getgroups:
	swi	0x10e3
	ret

	.section .text.__mox_setgroups, "ax"
	.global __mox_setgroups
	.type __mox_setgroups, @function
__mox_setgroups:
	swi	0x10e4
	ret

	.section .text.__mox_setpgid, "ax"
	.global __mox_setpgid
	.type __mox_setpgid, @function
__mox_setpgid:
	swi	0x10e5
	ret

	.section .text.__mox_getpgid, "ax"
	.global __mox_getpgid
	.type __mox_getpgid, @function
__mox_getpgid:
	swi	0x10e6
	ret

	.section .text.__mox_setsid, "ax"
	.global __mox_setsid
	.type __mox_setsid, @function
__mox_setsid:
	swi	0x10e7
	ret

	.section .text.__mox_getsid, "ax"
	.global __mox_getsid
	.type __mox_getsid, @function
__mox_getsid:
	swi	0x10e8
	ret

	.section .text.__mox_alarm, "ax"
	.global __mox_alarm
	.type __mox_alarm, @function
__mox_alarm:
	swi	0x10e9
	ret

	.section .text.__mox_getitimer, "ax"
	.global __mox_getitimer
	.type __mox_getitimer, @function
__mox_getitimer:
	swi	0x10ea
	ret

	.section .text.__mox_pause, "ax"
	.global __mox_pause
	.type __mox_pause, @function
__mox_pause:
	swi	0x10eb
	ret

	.section .text.__mox_sigsuspend, "ax"
	.global __mox_sigsuspend
	.type __mox_sigsuspend, @function
__mox_sigsuspend:
	swi	0x10ec
	ret

	.section .text.__mox_sigpending, "ax"
	.global __mox_sigpending
	.type __mox_sigpending, @function
__mox_sigpending:
	swi	0x10ed
	ret

	.section .text.__mox_sigreturn, "ax"
	.global __mox_sigreturn
	.type __mox_sigreturn, @function
__mox_sigreturn:
	swi	0x10ee
	ret

	.section .text.__mox_sigtimedwait, "ax"
	.global __mox_sigtimedwait
	.type __mox_sigtimedwait, @function
__mox_sigtimedwait:
	swi	0x10ef
	ret

	.section .text.__mox_sigaltstack, "ax"
	.global __mox_sigaltstack
	.type __mox_sigaltstack, @function
__mox_sigaltstack:
	swi	0x10f0
	ret

	.section .text.__mox_times, "ax"
	.global __mox_times
	.type __mox_times, @function
__mox_times:
	swi	0x10f1
	ret

	.section .text.__mox_getrusage, "ax"
	.global __mox_getrusage
	.type __mox_getrusage, @function
__mox_getrusage:
	swi	0x10f2
	ret

	.section .text.__mox_uname, "ax"
	.global __mox_uname
	.type __mox_uname, @function
__mox_uname:
	swi	0x10f3
	ret

	.section .text.__mox_sync, "ax"
	.global __mox_sync
	.type __mox_sync, @function
__mox_sync:
	swi	0x10f4
	ret

	.section .text.__mox_mprotect, "ax"
	.global __mox_mprotect
	.type __mox_mprotect, @function
__mox_mprotect:
	swi	0x10f5
	ret

	.section .text.__mox_msync, "ax"
	.global __mox_msync
	.type __mox_msync, @function
__mox_msync:
	swi	0x10f6
	ret

	.section .text.__mox_chroot, "ax"
	.global __mox_chroot
	.type __mox_chroot, @function
__mox_chroot:
	swi	0x10f7
	ret

	.section .text.__mox_sigqueue, "ax"
	.global __mox_sigqueue
	.type __mox_sigqueue, @function
__mox_sigqueue:
	swi	0x10f8
	ret

	.section .text.__mox_timer_create, "ax"
	.global __mox_timer_create
	.type __mox_timer_create, @function
__mox_timer_create:
	swi	0x10f9
	ret

	.section .text.__mox_timer_delete, "ax"
	.global __mox_timer_delete
	.type __mox_timer_delete, @function
__mox_timer_delete:
	swi	0x10fa
	ret

	.section .text.__mox_timer_settime, "ax"
	.global __mox_timer_settime
	.type __mox_timer_settime, @function
__mox_timer_settime:
	swi	0x10fb
	ret

	.section .text.__mox_timer_gettime, "ax"
	.global __mox_timer_gettime
	.type __mox_timer_gettime, @function
__mox_timer_gettime:
	swi	0x10fc
	ret

	.section .text.__mox_timer_getoverrun, "ax"
	.global __mox_timer_getoverrun
	.type __mox_timer_getoverrun, @function
__mox_timer_getoverrun:
	swi	0x10fd
	ret

	.section .text.__mox_mq_send, "ax"
	.global __mox_mq_send
	.type __mox_mq_send, @function
__mox_mq_send:
	swi	0x10fe
	ret

	.section .text.__mox_mq_receive, "ax"
	.global __mox_mq_receive
	.type __mox_mq_receive, @function
__mox_mq_receive:
	swi	0x10ff
	ret

	.section .text.__mox_mq_notify, "ax"
	.global __mox_mq_notify
	.type __mox_mq_notify, @function
__mox_mq_notify:
	swi	0x1100
	ret

	.section .text.__mox_dup3, "ax"
	.global __mox_dup3
	.type __mox_dup3, @function
__mox_dup3:
	swi	0x1104
	ret

	.section .text.__mox_accept4, "ax"
	.global __mox_accept4
	.type __mox_accept4, @function
__mox_accept4:
	swi	0x1105
	ret

	.section .text.__mox_sendmsg, "ax"
	.global __mox_sendmsg
	.type __mox_sendmsg, @function
__mox_sendmsg:
	swi	0x1106
	ret

	.section .text.__mox_recvmsg, "ax"
	.global __mox_recvmsg
	.type __mox_recvmsg, @function
__mox_recvmsg:
	swi	0x1107
	ret

	.section .text.__mox_epoll_create1, "ax"
	.global __mox_epoll_create1
	.type __mox_epoll_create1, @function
__mox_epoll_create1:
	swi	0x1108
	ret

	.section .text.__mox_openat, "ax"
	.global __mox_openat
	.type __mox_openat, @function
__mox_openat:
	swi	0x1109
	ret

	.section .text.__mox_fstatat, "ax"
	.global __mox_fstatat
	.type __mox_fstatat, @function
__mox_fstatat:
	swi	0x110a
	ret

	.section .text.__mox_unlinkat, "ax"
	.global __mox_unlinkat
	.type __mox_unlinkat, @function
__mox_unlinkat:
	swi	0x110b
	ret

	.section .text.__mox_mkdirat, "ax"
	.global __mox_mkdirat
	.type __mox_mkdirat, @function
__mox_mkdirat:
	swi	0x110c
	ret

	.section .text.__mox_renameat, "ax"
	.global __mox_renameat
	.type __mox_renameat, @function
__mox_renameat:
	swi	0x110d
	ret

	.section .text.__mox_linkat, "ax"
	.global __mox_linkat
	.type __mox_linkat, @function
__mox_linkat:
	swi	0x110e
	ret

	.section .text.__mox_symlinkat, "ax"
	.global __mox_symlinkat
	.type __mox_symlinkat, @function
__mox_symlinkat:
	swi	0x110f
	ret

	.section .text.__mox_readlinkat, "ax"
	.global __mox_readlinkat
	.type __mox_readlinkat, @function
__mox_readlinkat:
	swi	0x1110
	ret

	.section .text.__mox_mknodat, "ax"
	.global __mox_mknodat
	.type __mox_mknodat, @function
__mox_mknodat:
	swi	0x1111
	ret

	.section .text.__mox_fchmodat, "ax"
	.global __mox_fchmodat
	.type __mox_fchmodat, @function
__mox_fchmodat:
	swi	0x1112
	ret

	.section .text.__mox_fchownat, "ax"
	.global __mox_fchownat
	.type __mox_fchownat, @function
__mox_fchownat:
	swi	0x1113
	ret

	.section .text.__mox_faccessat, "ax"
	.global __mox_faccessat
	.type __mox_faccessat, @function
__mox_faccessat:
	swi	0x1114
	ret

	.section .text.__mox_utimensat, "ax"
	.global __mox_utimensat
	.type __mox_utimensat, @function
__mox_utimensat:
	swi	0x1115
	ret

	.section .text.__mox_ppoll, "ax"
	.global __mox_ppoll
	.type __mox_ppoll, @function
__mox_ppoll:
	swi	0x1116
	ret

	.section .text.__mox_pselect, "ax"
	.global __mox_pselect
	.type __mox_pselect, @function
__mox_pselect:
	swi	0x1117
	ret

	.section .text.__mox_epoll_pwait, "ax"
	.global __mox_epoll_pwait
	.type __mox_epoll_pwait, @function
__mox_epoll_pwait:
	swi	0x1118
	ret

	.section .text.__mox_ns_bind, "ax"
	.global __mox_ns_bind
	.type __mox_ns_bind, @function
__mox_ns_bind:
	swi	0x112c
	ret

	.section .text.__mox_ns_mount, "ax"
	.global __mox_ns_mount
	.type __mox_ns_mount, @function
__mox_ns_mount:
	swi	0x112d
	ret

	.section .text.__mox_ns_unmount, "ax"
	.global __mox_ns_unmount
	.type __mox_ns_unmount, @function
__mox_ns_unmount:
	swi	0x112e
	ret

	.section .text.__mox_pctl, "ax"
	.global __mox_pctl
	.type __mox_pctl, @function
__mox_pctl:
	swi	0x112f
	ret

	.section .text.__mox_create, "ax"
	.global __mox_create
	.type __mox_create, @function
__mox_create:
	swi	0x1130
	ret

	.section .text.__mox_fd2path, "ax"
	.global __mox_fd2path
	.type __mox_fd2path, @function
__mox_fd2path:
	swi	0x1131
	ret

	.section .text.__mox_errstr, "ax"
	.global __mox_errstr
	.type __mox_errstr, @function
__mox_errstr:
	swi	0x1132
	ret
