// Printed by core/tools/print_calls.c from the core's tables; do not edit.

/** @typedef {object} CallInfo
 * @property {number} number
 * @property {string} status full, partial, refused
 * @property {readonly (readonly [string, string])[]} registers what registers 0, 1, ... hold and its name */

/** The system calls by name. @type {Readonly<Record<string, CallInfo>>} */
export const CALLS = Object.freeze({
  /** Whether the real user may use a file so. */
  access: { number: 2, status: 'full', registers: [['path', 'path'], ['number', 'mode']] },
  /** Takes a name away; the file goes with its last name and descriptor. */
  unlink: { number: 4, status: 'full', registers: [['path', 'path']] },
  /** Gives a file another name. */
  link: { number: 5, status: 'full', registers: [['path', 'old_path'], ['path', 'new_path']] },
  /** Moves a name, atomically, also across directories. */
  rename: { number: 6, status: 'full', registers: [['path', 'old_path'], ['path', 'new_path']] },
  /** The attributes of a file. */
  xstat: { number: 9, status: 'full', registers: [['path', 'path'], ['structure out', 'stat']] },
  /** Opens or makes a file; O_TMPFILE and O_PATH are refused, and to open /fd/N (/dev/stdin) is to dup it. */
  open: { number: 10, status: 'partial', registers: [['path', 'path'], ['number', 'flags'], ['number', 'mode']] },
  /** Frees a descriptor. */
  close: { number: 11, status: 'full', registers: [['descriptor', 'fd']] },
  /** Reads bytes at the file's offset, which moves. */
  read: { number: 12, status: 'full', registers: [['descriptor', 'file'], ['bytes out', 'to'], ['size', 'to']] },
  /** Writes bytes at the file's offset, which moves. */
  write: { number: 13, status: 'full', registers: [['descriptor', 'file'], ['bytes in', 'from'], ['size', 'from']] },
  /** Moves a file's offset; offsets are below 2^31. */
  lseek: { number: 14, status: 'full', registers: [['descriptor', 'file'], ['number', 'offset'], ['number', 'whence']] },
  /** FIONBIO, FIONREAD, FIOASYNC, FIOCLEX and FIONCLEX; nothing is a terminal, so the others are -ENOTTY. */
  ioctl: { number: 15, status: 'partial', registers: [['descriptor', 'file'], ['number', 'request'], ['number or structure', 'argument']] },
  /** Sets the size of a file by its name. */
  truncate: { number: 16, status: 'full', registers: [['path', 'path'], ['number', 'length']] },
  /** The attributes of an open file. */
  fxstat: { number: 17, status: 'full', registers: [['descriptor', 'file'], ['structure out', 'stat']] },
  /** Sets the size of an open file. */
  ftruncate: { number: 18, status: 'full', registers: [['descriptor', 'file'], ['number', 'length']] },
  /** How full the file system of an open file is. */
  fstatfs: { number: 19, status: 'full', registers: [['descriptor', 'file'], ['structure out', 'statfs']] },
  /** Maps fresh memory, or a file's contents; what is shared with a file is written to it at msync, munmap and exit, and read once. */
  mmap: { number: 21, status: 'partial', registers: [['address', 'address'], ['number', 'length'], ['number', 'rights'], ['number', 'flags'], ['number', 'fd'], ['number', 'offset']] },
  /** Takes whole pages out of the address space. */
  munmap: { number: 22, status: 'full', registers: [['address', 'address'], ['number', 'length']] },
  /** Reads entries of a directory, in the order of their names; in a union a name shows once. */
  getdents: { number: 23, status: 'full', registers: [['descriptor', 'file'], ['bytes out', 'to'], ['size', 'to']] },
  /** Another descriptor of the same open file. */
  dup: { number: 24, status: 'full', registers: [['descriptor', 'fd']] },
  /** The same with a number of the caller's choice. */
  dup2: { number: 25, status: 'full', registers: [['descriptor', 'fd'], ['number', 'new_fd']] },
  /** How full a file system is. */
  statfs: { number: 26, status: 'full', registers: [['path', 'path'], ['structure out', 'statfs']] },
  /** F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_GETOWN, F_SETOWN and record locks, which know no -EDEADLK: who waits in a circle waits, and the machine stops with its wait graph. */
  fcntl: { number: 28, status: 'partial', registers: [['descriptor', 'fd'], ['number', 'command'], ['number or structure', 'argument']] },
  /** The parent's id. */
  getppid: { number: 29, status: 'full', registers: [] },
  /** Ends the cage; its status is for waitpid. */
  exit: { number: 30, status: 'full', registers: [['number', 'status']] },
  /** The cage's own id. */
  getpid: { number: 31, status: 'full', registers: [] },
  /** Gives a socket its address. */
  bind: { number: 33, status: 'full', registers: [['descriptor', 'file'], ['bytes in', 'address'], ['size', 'address']] },
  /** Sends to the peer of a socket. */
  send: { number: 34, status: 'full', registers: [['descriptor', 'file'], ['bytes in', 'from'], ['size', 'from'], ['number', 'flags']] },
  /** Sends to an address. */
  sendto: { number: 35, status: 'full', registers: [['descriptor', 'file'], ['bytes in', 'from'], ['size', 'from'], ['number', 'flags'], ['bytes in or 0', 'address'], ['size', 'address']] },
  /** Receives from a socket; there is no MSG_OOB, and MSG_WAITALL gives no more than the socket's buffer holds at once. */
  recv: { number: 36, status: 'partial', registers: [['descriptor', 'file'], ['bytes out', 'to'], ['size', 'to'], ['number', 'flags']] },
  /** As recv, with the sender's address. */
  recvfrom: { number: 37, status: 'partial', registers: [['descriptor', 'file'], ['bytes out', 'to'], ['size', 'to'], ['number', 'flags'], ['bytes out or 0', 'address'], ['address of the size', 'address']] },
  /** Connects a socket to an address of this machine. */
  connect: { number: 38, status: 'full', registers: [['descriptor', 'file'], ['bytes in', 'address'], ['size', 'address']] },
  /** Lets a socket take connections. */
  listen: { number: 39, status: 'full', registers: [['descriptor', 'file'], ['number', 'backlog']] },
  /** Takes the next connection of a listening socket. */
  accept: { number: 40, status: 'full', registers: [['descriptor', 'file'], ['bytes out or 0', 'address'], ['address of the size', 'address']] },
  /** An option of a socket; those without a meaning here are remembered, those of Linux that are not listed are -ENOPROTOOPT. */
  getsockopt: { number: 43, status: 'partial', registers: [['descriptor', 'file'], ['number', 'level'], ['number', 'option'], ['bytes out', 'value'], ['address of the size', 'value']] },
  /** Sets an option of a socket; times are a struct timespec. */
  setsockopt: { number: 44, status: 'partial', registers: [['descriptor', 'file'], ['number', 'level'], ['number', 'option'], ['bytes in', 'value'], ['size', 'value']] },
  /** Ends one or both directions of a connection; the descriptor stays. */
  shutdown: { number: 45, status: 'full', registers: [['descriptor', 'file'], ['number', 'how']] },
  /** Waits for descriptors; the time-out is a struct timespec. */
  select: { number: 46, status: 'full', registers: [['number', 'count'], ['structure in and out or 0', 'readable'], ['structure in and out or 0', 'writable'], ['structure in and out or 0', 'exceptional'], ['structure in or 0', 'timeout']] },
  /** The path of the working directory; gives its length with NUL. */
  getcwd: { number: 47, status: 'full', registers: [['bytes out', 'to'], ['size', 'to']] },
  /** Waits for descriptors, at most so many milliseconds. */
  poll: { number: 48, status: 'full', registers: [['list in and out', 'fds'], ['count', 'fds'], ['number', 'timeout']] },
  /** Two sockets that are connected to each other: AF_UNIX, as in Linux. */
  socketpair: { number: 49, status: 'partial', registers: [['number', 'domain'], ['number', 'type'], ['number', 'protocol'], ['structure out', 'pair']] },
  /** The real user id. */
  getuid: { number: 50, status: 'full', registers: [] },
  /** The effective user id. */
  geteuid: { number: 51, status: 'full', registers: [] },
  /** The real group id. */
  getgid: { number: 52, status: 'full', registers: [] },
  /** The effective group id. */
  getegid: { number: 53, status: 'full', registers: [] },
  /** Locks or unlocks an open file, advisory. */
  flock: { number: 54, status: 'full', registers: [['descriptor', 'file'], ['number', 'operation']] },
  /** Makes an epoll; size only has to be positive. */
  epoll_create: { number: 56, status: 'full', registers: [['number', 'size']] },
  /** Adds, changes or removes a descriptor of an epoll. */
  epoll_ctl: { number: 57, status: 'full', registers: [['descriptor', 'epoll'], ['number', 'operation'], ['descriptor', 'fd'], ['structure in or 0', 'event']] },
  /** Waits for the descriptors of an epoll. */
  epoll_wait: { number: 58, status: 'full', registers: [['descriptor', 'epoll'], ['list out', 'events'], ['count', 'events'], ['number', 'timeout']] },
  /** Finds or makes shared memory. */
  shmget: { number: 62, status: 'full', registers: [['number', 'key'], ['number', 'size'], ['number', 'flags']] },
  /** Maps shared memory; address 0 lets the kernel choose. */
  shmat: { number: 63, status: 'full', registers: [['number', 'id'], ['address', 'address'], ['number', 'flags']] },
  /** Unmaps shared memory; gives 0 (SafePOSIX: its id). */
  shmdt: { number: 64, status: 'partial', registers: [['address', 'address']] },
  /** IPC_STAT and IPC_RMID of shared memory. */
  shmctl: { number: 65, status: 'full', registers: [['number', 'id'], ['number', 'command'], ['number or structure', 'buffer']] },
  /** Makes a pipe: the reading and the writing descriptor. */
  pipe: { number: 66, status: 'full', registers: [['structure out', 'pair']] },
  /** The same with O_CLOEXEC and O_NONBLOCK. */
  pipe2: { number: 67, status: 'full', registers: [['structure out', 'pair'], ['number', 'flags']] },
  /** Makes a copy of the cage; the kernel chooses the id (SafePOSIX: the caller). */
  fork: { number: 68, status: 'full', registers: [] },
  /** Replaces the program by one of the name space (SafePOSIX: renames the cage). */
  exec: { number: 69, status: 'full', registers: [['path', 'path'], ['strings', 'arguments'], ['strings', 'environment']] },
  /** Makes a mutex; gives its handle. */
  mutex_create: { number: 70, status: 'full', registers: [] },
  /** Frees a mutex. */
  mutex_destroy: { number: 71, status: 'full', registers: [['number', 'mutex']] },
  /** Locks a mutex, first come, first served; -EDEADLK for the cage that has it. Fork shares mutexes with the child (SafePOSIX: fresh ones); one whose cage ends stays locked. */
  mutex_lock: { number: 72, status: 'partial', registers: [['number', 'mutex']] },
  /** Locks a mutex, or -EBUSY. */
  mutex_trylock: { number: 73, status: 'full', registers: [['number', 'mutex']] },
  /** Unlocks a mutex. */
  mutex_unlock: { number: 74, status: 'full', registers: [['number', 'mutex']] },
  /** Makes a condition variable; gives its handle. */
  cond_create: { number: 75, status: 'full', registers: [] },
  /** Frees a condition variable. */
  cond_destroy: { number: 76, status: 'full', registers: [['number', 'condition']] },
  /** Waits for a condition variable with its mutex unlocked; first come, first served. Broken off by a signal it gives -EINTR, without the mutex when another cage has it then. */
  cond_wait: { number: 77, status: 'partial', registers: [['number', 'condition'], ['number', 'mutex']] },
  /** Wakes all who wait. */
  cond_broadcast: { number: 78, status: 'full', registers: [['number', 'condition']] },
  /** Wakes one who waits. */
  cond_signal: { number: 79, status: 'full', registers: [['number', 'condition']] },
  /** Waits until a time of CLOCK_REALTIME at most. */
  cond_timedwait: { number: 80, status: 'partial', registers: [['number', 'condition'], ['number', 'mutex'], ['structure in', 'deadline']] },
  /** Makes a semaphore at an address. */
  sem_init: { number: 91, status: 'full', registers: [['address', 'semaphore'], ['number', 'shared'], ['number', 'value']] },
  /** Takes one, when there is one. */
  sem_wait: { number: 92, status: 'full', registers: [['address', 'semaphore']] },
  /** Takes one, or -EAGAIN. */
  sem_trywait: { number: 93, status: 'full', registers: [['address', 'semaphore']] },
  /** Waits until a time of CLOCK_REALTIME at most. */
  sem_timedwait: { number: 94, status: 'full', registers: [['address', 'semaphore'], ['structure in', 'deadline']] },
  /** Gives one. */
  sem_post: { number: 95, status: 'full', registers: [['address', 'semaphore']] },
  /** Frees a semaphore. */
  sem_destroy: { number: 96, status: 'full', registers: [['address', 'semaphore']] },
  /** How many there are, as the result. */
  sem_getvalue: { number: 97, status: 'full', registers: [['address', 'semaphore']] },
  /** The machine's name; -ENAMETOOLONG when it does not fit. */
  gethostname: { number: 125, status: 'full', registers: [['bytes out', 'to'], ['size', 'to']] },
  /** Reads at an offset; the file's own does not move. */
  pread: { number: 126, status: 'full', registers: [['descriptor', 'file'], ['bytes out', 'to'], ['size', 'to'], ['number', 'offset']] },
  /** Writes at an offset; the file's own does not move. */
  pwrite: { number: 127, status: 'full', registers: [['descriptor', 'file'], ['bytes in', 'from'], ['size', 'from'], ['number', 'offset']] },
  /** Changes the working directory. */
  chdir: { number: 130, status: 'full', registers: [['path', 'path']] },
  /** Makes a directory. */
  mkdir: { number: 131, status: 'full', registers: [['path', 'path'], ['number', 'mode']] },
  /** Removes an empty directory. */
  rmdir: { number: 132, status: 'full', registers: [['path', 'path']] },
  /** Changes permissions. */
  chmod: { number: 133, status: 'full', registers: [['path', 'path'], ['number', 'mode']] },
  /** Changes permissions of an open file. */
  fchmod: { number: 134, status: 'full', registers: [['descriptor', 'file'], ['number', 'mode']] },
  /** Makes a socket: AF_UNIX, AF_INET or AF_INET6, stream or datagram (AF_UNIX also SOCK_SEQPACKET), inside the machine; the only network is the loopback. */
  socket: { number: 136, status: 'partial', registers: [['number', 'domain'], ['number', 'type'], ['number', 'protocol']] },
  /** A socket's own address. */
  getsockname: { number: 144, status: 'full', registers: [['descriptor', 'file'], ['bytes out', 'address'], ['address of the size', 'address']] },
  /** The address of a socket's peer. */
  getpeername: { number: 145, status: 'full', registers: [['descriptor', 'file'], ['bytes out', 'address'], ['address of the size', 'address']] },
  /** The machine's interfaces as text, a line each: name, address, mask (SafePOSIX: those of its host). */
  getifaddrs: { number: 146, status: 'partial', registers: [['bytes out', 'to'], ['size', 'to']] },
  /** What a signal does. */
  sigaction: { number: 147, status: 'full', registers: [['number', 'signal'], ['structure in or 0', 'action'], ['structure out or 0', 'old']] },
  /** Sends a signal to a cage, a group, or all. */
  kill: { number: 148, status: 'full', registers: [['number', 'pid'], ['number', 'signal']] },
  /** Which signals are held back. */
  sigprocmask: { number: 149, status: 'full', registers: [['number', 'how'], ['structure in or 0', 'set'], ['structure out or 0', 'old']] },
  /** Sets a timer: ITIMER_REAL only. */
  setitimer: { number: 150, status: 'partial', registers: [['number', 'which'], ['structure in or 0', 'value'], ['structure out or 0', 'old']] },
  /** Changes the working directory to an open one. */
  fchdir: { number: 161, status: 'full', registers: [['descriptor', 'file']] },
  /** Makes a file last. */
  fsync: { number: 162, status: 'full', registers: [['descriptor', 'file']] },
  /** Makes a file's contents last. */
  fdatasync: { number: 163, status: 'full', registers: [['descriptor', 'file']] },
  /** As fsync; the range is checked and then ignored. */
  sync_file_range: { number: 164, status: 'partial', registers: [['descriptor', 'file'], ['number', 'offset'], ['number', 'bytes'], ['number', 'flags']] },
  /** Writes from several buffers at once. */
  writev: { number: 170, status: 'full', registers: [['descriptor', 'file'], ['buffers in', 'from'], ['count', 'from']] },
  /** Waits for a child to end, stop or go on. */
  waitpid: { number: 200, status: 'full', registers: [['number', 'pid'], ['structure out or 0', 'status'], ['number', 'options'], ['structure out or 0', 'usage']] },
  /** Makes a symbolic link. */
  symlink: { number: 201, status: 'full', registers: [['path', 'target'], ['path', 'path']] },
  /** What a symbolic link says. */
  readlink: { number: 202, status: 'full', registers: [['path', 'path'], ['bytes out', 'to'], ['size', 'to']] },
  /** As xstat, of a symbolic link itself. */
  lstat: { number: 203, status: 'full', registers: [['path', 'path'], ['structure out', 'stat']] },
  /** Makes a file, fifo, socket or character device. */
  mknod: { number: 204, status: 'full', registers: [['path', 'path'], ['number', 'mode'], ['number', 'device']] },
  /** Reads into several buffers at once. */
  readv: { number: 205, status: 'full', registers: [['descriptor', 'file'], ['buffers out', 'to'], ['count', 'to']] },
  /** The same at an offset. */
  preadv: { number: 206, status: 'full', registers: [['descriptor', 'file'], ['buffers out', 'to'], ['count', 'to'], ['number', 'offset']] },
  /** Writes from several buffers at an offset. */
  pwritev: { number: 207, status: 'full', registers: [['descriptor', 'file'], ['buffers in', 'from'], ['count', 'from'], ['number', 'offset']] },
  /** Sets the end of the heap; gives the end there is then. Less than 4 MiB is not taken back. */
  brk: { number: 208, status: 'partial', registers: [['address', 'end']] },
  /** The machine's time, or what the cage used of it. */
  clock_gettime: { number: 209, status: 'full', registers: [['number', 'clock'], ['structure out', 'time']] },
  /** Waits for so long. */
  nanosleep: { number: 210, status: 'full', registers: [['structure in', 'time'], ['structure out or 0', 'left']] },
  /** Waits for so long, or until then (TIMER_ABSTIME). */
  clock_nanosleep: { number: 211, status: 'full', registers: [['number', 'clock'], ['number', 'flags'], ['structure in', 'time'], ['structure out or 0', 'left']] },
  /** Random bytes from the machine's seed. */
  getrandom: { number: 212, status: 'full', registers: [['bytes out', 'to'], ['size', 'to'], ['number', 'flags']] },
  /** Permissions that new files do not get. */
  umask: { number: 213, status: 'full', registers: [['number', 'mask']] },
  /** Sets the times of a file: of access, of change; times before 1970 become 1970. */
  utimens: { number: 214, status: 'partial', registers: [['path', 'path'], ['structure in or 0', 'times']] },
  /** A limit. */
  getrlimit: { number: 215, status: 'full', registers: [['number', 'resource'], ['structure out', 'limit']] },
  /** Limits are the machine's: what is sound is taken and changes nothing. */
  setrlimit: { number: 216, status: 'partial', registers: [['number', 'resource'], ['structure in', 'limit']] },
  /** Lets the other cages run first. */
  sched_yield: { number: 217, status: 'full', registers: [] },
  /** Changes owner and group. */
  chown: { number: 218, status: 'full', registers: [['path', 'path'], ['number', 'uid'], ['number', 'gid']] },
  /** The same, of a symbolic link itself. */
  lchown: { number: 219, status: 'full', registers: [['path', 'path'], ['number', 'uid'], ['number', 'gid']] },
  /** The same, of an open file. */
  fchown: { number: 220, status: 'full', registers: [['descriptor', 'file'], ['number', 'uid'], ['number', 'gid']] },
  /** Sets the user ids. */
  setuid: { number: 221, status: 'full', registers: [['number', 'uid']] },
  /** Sets the group ids. */
  setgid: { number: 222, status: 'full', registers: [['number', 'gid']] },
  /** Sets real and effective user id; -1 leaves one. */
  setreuid: { number: 223, status: 'full', registers: [['number', 'real'], ['number', 'effective']] },
  /** Sets real and effective group id; -1 leaves one. */
  setregid: { number: 224, status: 'full', registers: [['number', 'real'], ['number', 'effective']] },
  /** Sets real, effective and saved user id; -1 leaves one. */
  setresuid: { number: 225, status: 'full', registers: [['number', 'real'], ['number', 'effective'], ['number', 'saved']] },
  /** Sets real, effective and saved group id; -1 leaves one. */
  setresgid: { number: 226, status: 'full', registers: [['number', 'real'], ['number', 'effective'], ['number', 'saved']] },
  /** The supplementary groups; count 0 only counts them. */
  getgroups: { number: 227, status: 'full', registers: [['number', 'count'], ['list out', 'groups']] },
  /** Sets the supplementary groups. */
  setgroups: { number: 228, status: 'full', registers: [['number', 'count'], ['list in', 'groups']] },
  /** Puts a cage into a process group. */
  setpgid: { number: 229, status: 'full', registers: [['number', 'pid'], ['number', 'group']] },
  /** The process group of a cage. */
  getpgid: { number: 230, status: 'full', registers: [['number', 'pid']] },
  /** Starts a session. */
  setsid: { number: 231, status: 'full', registers: [] },
  /** The session of a cage. */
  getsid: { number: 232, status: 'full', registers: [['number', 'pid']] },
  /** SIGALRM in so many seconds; gives what was left. */
  alarm: { number: 233, status: 'full', registers: [['number', 'seconds']] },
  /** What is left of a timer: ITIMER_REAL only. */
  getitimer: { number: 234, status: 'partial', registers: [['number', 'which'], ['structure out', 'value']] },
  /** Waits for a signal. */
  pause: { number: 235, status: 'full', registers: [] },
  /** Waits for a signal with another mask. */
  sigsuspend: { number: 236, status: 'full', registers: [['structure in', 'mask']] },
  /** Which signals wait. */
  sigpending: { number: 237, status: 'full', registers: [['structure out', 'set']] },
  /** Goes back to where a signal came in; only the code on the frame makes it. */
  sigreturn: { number: 238, status: 'full', registers: [] },
  /** Takes a signal of a set, waiting for it. */
  sigtimedwait: { number: 239, status: 'full', registers: [['structure in', 'set'], ['structure out or 0', 'info'], ['structure in or 0', 'timeout']] },
  /** The stack for handlers that ask for it. */
  sigaltstack: { number: 240, status: 'full', registers: [['structure in or 0', 'stack'], ['structure out or 0', 'old']] },
  /** Time used, in ticks of 1/100 s; gives the ticks since the start. */
  times: { number: 241, status: 'full', registers: [['structure out or 0', 'times']] },
  /** What the cage, or its children, used. */
  getrusage: { number: 242, status: 'full', registers: [['number', 'who'], ['structure out', 'usage']] },
  /** What the machine is called. */
  uname: { number: 243, status: 'full', registers: [['structure out', 'name']] },
  /** Makes the whole file system last. */
  sync: { number: 244, status: 'full', registers: [] },
  /** Changes the rights of whole pages. */
  mprotect: { number: 245, status: 'full', registers: [['address', 'address'], ['number', 'length'], ['number', 'rights']] },
  /** Writes what was changed in a shared mapping to its file; MS_INVALIDATE reads nothing anew. */
  msync: { number: 246, status: 'partial', registers: [['address', 'address'], ['number', 'length'], ['number', 'flags']] },
  /** Changes what / means, for root. */
  chroot: { number: 247, status: 'full', registers: [['path', 'path']] },
  /** Sends a signal with a value to a cage; code is SI_QUEUE or SI_MESGQ. Signals from 32 on queue. */
  sigqueue: { number: 248, status: 'full', registers: [['number', 'pid'], ['number', 'signal'], ['number', 'value'], ['number', 'code']] },
  /** Makes a timer of CLOCK_REALTIME or CLOCK_MONOTONIC that sends a signal (0: none), with its own id as the value when own_value is not 0; gives its id. */
  timer_create: { number: 249, status: 'partial', registers: [['number', 'clock'], ['number', 'signal'], ['number', 'value'], ['number', 'own_value']] },
  /** Frees a timer. */
  timer_delete: { number: 250, status: 'full', registers: [['number', 'timer']] },
  /** Sets a timer: in so long, or then (TIMER_ABSTIME). */
  timer_settime: { number: 251, status: 'full', registers: [['number', 'timer'], ['number', 'flags'], ['structure in', 'value'], ['structure out or 0', 'old']] },
  /** What is left of a timer. */
  timer_gettime: { number: 252, status: 'full', registers: [['number', 'timer'], ['structure out', 'value']] },
  /** How often a timer went off again before its last signal was taken. */
  timer_getoverrun: { number: 253, status: 'full', registers: [['number', 'timer']] },
  /** Puts a message into a queue in memory (struct mqueue), when there is room; with O_NONBLOCK in flags, or until a time of CLOCK_REALTIME at most. */
  mq_send: { number: 254, status: 'full', registers: [['address', 'queue'], ['bytes in', 'from'], ['size', 'from'], ['number', 'priority'], ['number', 'flags'], ['structure in or 0', 'deadline']] },
  /** Takes the oldest of the messages with the highest priority, in the same way; gives its size. */
  mq_receive: { number: 255, status: 'full', registers: [['address', 'queue'], ['bytes out', 'to'], ['size', 'to'], ['structure out or 0', 'priority'], ['number', 'flags'], ['structure in or 0', 'deadline']] },
  /** Has the cage told by a signal (0: by none) when a message comes into the empty queue and nobody waits for it; -1: no more. */
  mq_notify: { number: 256, status: 'full', registers: [['address', 'queue'], ['number', 'signal'], ['number', 'value']] },
  /** As dup2, with O_CLOEXEC; the two must differ. */
  dup3: { number: 260, status: 'full', registers: [['descriptor', 'fd'], ['number', 'new_fd'], ['number', 'flags']] },
  /** As accept, with SOCK_CLOEXEC and SOCK_NONBLOCK. */
  accept4: { number: 261, status: 'full', registers: [['descriptor', 'file'], ['bytes out or 0', 'address'], ['address of the size', 'address'], ['number', 'flags']] },
  /** Sends from several buffers, and open files with them; of control messages there is SCM_RIGHTS. */
  sendmsg: { number: 262, status: 'partial', registers: [['descriptor', 'file'], ['message in', 'message'], ['number', 'flags']] },
  /** Receives into several buffers, and open files that came with the bytes; of control messages there is SCM_RIGHTS. */
  recvmsg: { number: 263, status: 'partial', registers: [['descriptor', 'file'], ['message out', 'message'], ['number', 'flags']] },
  /** Makes an epoll, with EPOLL_CLOEXEC. */
  epoll_create1: { number: 264, status: 'full', registers: [['number', 'flags']] },
  /** As open, from a directory. */
  openat: { number: 265, status: 'partial', registers: [['descriptor or AT_FDCWD', 'at'], ['path', 'path'], ['number', 'flags'], ['number', 'mode']] },
  /** As xstat, from a directory, with AT_SYMLINK_NOFOLLOW and AT_EMPTY_PATH. */
  fstatat: { number: 266, status: 'full', registers: [['descriptor or AT_FDCWD', 'at'], ['path', 'path'], ['structure out', 'stat'], ['number', 'flags']] },
  /** As unlink, or with AT_REMOVEDIR rmdir, from a directory. */
  unlinkat: { number: 267, status: 'full', registers: [['descriptor or AT_FDCWD', 'at'], ['path', 'path'], ['number', 'flags']] },
  /** As mkdir, from a directory. */
  mkdirat: { number: 268, status: 'full', registers: [['descriptor or AT_FDCWD', 'at'], ['path', 'path'], ['number', 'mode']] },
  /** As rename, from directories. */
  renameat: { number: 269, status: 'full', registers: [['descriptor or AT_FDCWD', 'old_at'], ['path', 'old_path'], ['descriptor or AT_FDCWD', 'new_at'], ['path', 'new_path']] },
  /** As link, from directories, with AT_SYMLINK_FOLLOW. */
  linkat: { number: 270, status: 'full', registers: [['descriptor or AT_FDCWD', 'old_at'], ['path', 'old_path'], ['descriptor or AT_FDCWD', 'new_at'], ['path', 'new_path'], ['number', 'flags']] },
  /** As symlink, from a directory. */
  symlinkat: { number: 271, status: 'full', registers: [['path', 'target'], ['descriptor or AT_FDCWD', 'at'], ['path', 'path']] },
  /** As readlink, from a directory. */
  readlinkat: { number: 272, status: 'full', registers: [['descriptor or AT_FDCWD', 'at'], ['path', 'path'], ['bytes out', 'to'], ['size', 'to']] },
  /** As mknod, from a directory. */
  mknodat: { number: 273, status: 'full', registers: [['descriptor or AT_FDCWD', 'at'], ['path', 'path'], ['number', 'mode'], ['number', 'device']] },
  /** As chmod, from a directory; AT_SYMLINK_NOFOLLOW is refused, as links have no permissions. */
  fchmodat: { number: 274, status: 'partial', registers: [['descriptor or AT_FDCWD', 'at'], ['path', 'path'], ['number', 'mode'], ['number', 'flags']] },
  /** As chown, from a directory, with AT_SYMLINK_NOFOLLOW. */
  fchownat: { number: 275, status: 'full', registers: [['descriptor or AT_FDCWD', 'at'], ['path', 'path'], ['number', 'uid'], ['number', 'gid'], ['number', 'flags']] },
  /** As access, from a directory, with AT_EACCESS. */
  faccessat: { number: 276, status: 'full', registers: [['descriptor or AT_FDCWD', 'at'], ['path', 'path'], ['number', 'mode'], ['number', 'flags']] },
  /** As utimens, from a directory; without a path, of the descriptor itself. */
  utimensat: { number: 277, status: 'partial', registers: [['descriptor or AT_FDCWD', 'at'], ['path or 0', 'path'], ['structure in or 0', 'times'], ['number', 'flags']] },
  /** As poll, with a struct timespec as time-out, and with another mask of signals while it waits. */
  ppoll: { number: 278, status: 'full', registers: [['list in and out', 'fds'], ['count', 'fds'], ['structure in or 0', 'timeout'], ['structure in or 0', 'mask']] },
  /** As select, with another mask of signals while it waits. */
  pselect: { number: 279, status: 'full', registers: [['number', 'count'], ['structure in and out or 0', 'readable'], ['structure in and out or 0', 'writable'], ['structure in and out or 0', 'exceptional'], ['structure in or 0', 'timeout'], ['structure in or 0', 'mask']] },
  /** As epoll_wait, with another mask of signals while it waits. */
  epoll_pwait: { number: 280, status: 'full', registers: [['descriptor', 'epoll'], ['list out', 'events'], ['count', 'events'], ['number', 'timeout'], ['structure in or 0', 'mask']] },
  /** Makes one place of the name space show another (Inferno sys-bind); for user 0, or in a name space of one's own (pctl). */
  ns_bind: { number: 300, status: 'full', registers: [['path', 'from'], ['path', 'to'], ['number', 'flags']] },
  /** Mounts a server that speaks 9P on a descriptor: there is no 9P yet. */
  ns_mount: { number: 301, status: 'refused', registers: [['descriptor', 'server'], ['path', 'to'], ['number', 'flags'], ['path', 'spec']] },
  /** Undoes a bind or mount, or all of them at a place. */
  ns_unmount: { number: 302, status: 'full', registers: [['path or 0', 'from'], ['path', 'at']] },
  /** Gives the cage its own name space, descriptors, environment or group (Inferno sys-pctl). */
  pctl: { number: 303, status: 'full', registers: [['number', 'flags']] },
  /** Makes and opens a file, or empties it (Inferno sys-open); ORCLOSE is refused. */
  create: { number: 304, status: 'partial', registers: [['path', 'path'], ['number', 'mode'], ['number', 'permissions']] },
  /** The path of an open directory; gives its length. A file does not know its names. */
  fd2path: { number: 305, status: 'partial', registers: [['descriptor', 'fd'], ['bytes out', 'to'], ['size', 'to']] },
  /** Inferno's text of the last error of a call with a name; gives its length. */
  errstr: { number: 306, status: 'full', registers: [['bytes out', 'to'], ['size', 'to']] },
});

/** Structures as rows of 32-bit words. @type {Readonly<Record<string, readonly string[]>>} */
export const STRUCTURES = Object.freeze({
  timespec: ['sec_low', 'sec_high', 'nsec', ],
  stat: ['ino_low', 'ino_high', 'dev', 'mode', 'nlink', 'uid', 'gid', 'rdev', 'size_low', 'size_high', 'blksize', 'blocks_low', 'blocks_high', 'atime_low', 'atime_high', 'atime_nsec', 'mtime_low', 'mtime_high', 'mtime_nsec', 'ctime_low', 'ctime_high', 'ctime_nsec', ],
  statfs: ['type', 'bsize', 'blocks_low', 'blocks_high', 'bfree_low', 'bfree_high', 'bavail_low', 'bavail_high', 'files', 'ffree', 'namelen', 'flags', ],
  itimer: ['interval_low', 'interval_high', 'interval_nsec', 'value_low', 'value_high', 'value_nsec', ],
  sigset: ['low', 'high', ],
  sigaction: ['handler', 'flags', 'mask_low', 'mask_high', ],
  sigstack: ['address', 'flags', 'size', ],
  siginfo: ['signo', 'error', 'code', 'pid', 'uid', 'status', 'address', 'value', ],
  rusage: ['user_low', 'user_high', 'user_nsec', 'system_low', 'system_high', 'system_nsec', 'maxrss', ],
  tms: ['user', 'system', 'children_user', 'children_system', ],
  rlimit: ['current_low', 'current_high', 'most_low', 'most_high', ],
  pollfd: ['fd', 'events_and_revents', ],
  epoll_event: ['events', 'data_low', 'data_high', ],
  iovec: ['base', 'size', ],
  msghdr: ['name', 'name_size', 'iov', 'iov_count', 'control', 'control_size', 'flags', ],
  cmsghdr: ['size', 'level', 'type', ],
  mqueue: ['receivers', 'senders', 'capacity', 'message_size', 'count', 'next_order', 'notified', 'signal', 'value', ],
  mqmessage: ['used', 'priority', 'order', 'size', ],
  flock: ['type_and_whence', 'start', 'size', 'pid', ],
  shmid: ['key', 'size', 'mode', 'uid', 'gid', 'attached', 'creator', 'last', ],
  winsize: ['rows_and_columns', 'pixels', ],
  termios: ['input', 'output', 'control', 'local', 'line_and_keys0', 'keys1', 'keys2', 'keys3', 'keys4', ],
});

/** What programs name in calls. @type {Readonly<Record<string, number>>} */
export const CONSTANTS = Object.freeze({
  O_RDONLY: 0,
  O_WRONLY: 1,
  O_RDWR: 2,
  O_ACCMODE: 3,
  O_CREAT: 64,
  O_EXCL: 128,
  O_NOCTTY: 256,
  O_TRUNC: 512,
  O_APPEND: 1024,
  O_NONBLOCK: 2048,
  O_DSYNC: 4096,
  O_DIRECTORY: 65536,
  O_NOFOLLOW: 131072,
  O_CLOEXEC: 524288,
  O_SYNC: 1052672,
  S_IFMT: 61440,
  S_IFIFO: 4096,
  S_IFCHR: 8192,
  S_IFDIR: 16384,
  S_IFBLK: 24576,
  S_IFREG: 32768,
  S_IFLNK: 40960,
  S_IFSOCK: 49152,
  S_ISUID: 2048,
  S_ISGID: 1024,
  S_ISVTX: 512,
  R_OK: 4,
  W_OK: 2,
  X_OK: 1,
  F_OK: 0,
  AT_FDCWD: -100,
  AT_SYMLINK_NOFOLLOW: 256,
  AT_REMOVEDIR: 512,
  AT_EACCESS: 512,
  AT_SYMLINK_FOLLOW: 1024,
  AT_EMPTY_PATH: 4096,
  UTIME_NOW: 1073741823,
  UTIME_OMIT: 1073741822,
  SEEK_SET: 0,
  SEEK_CUR: 1,
  SEEK_END: 2,
  DT_UNKNOWN: 0,
  DT_FIFO: 1,
  DT_CHR: 2,
  DT_DIR: 4,
  DT_BLK: 6,
  DT_REG: 8,
  DT_LNK: 10,
  DT_SOCK: 12,
  F_DUPFD: 0,
  F_GETFD: 1,
  F_SETFD: 2,
  F_GETFL: 3,
  F_SETFL: 4,
  F_GETLK: 5,
  F_SETLK: 6,
  F_SETLKW: 7,
  F_SETOWN: 8,
  F_GETOWN: 9,
  F_DUPFD_CLOEXEC: 1030,
  FD_CLOEXEC: 1,
  F_RDLCK: 0,
  F_WRLCK: 1,
  F_UNLCK: 2,
  LOCK_SH: 1,
  LOCK_EX: 2,
  LOCK_NB: 4,
  LOCK_UN: 8,
  TCGETS: 21505,
  TCSETS: 21506,
  TCSETSW: 21507,
  TCSETSF: 21508,
  TIOCGPGRP: 21519,
  TIOCSPGRP: 21520,
  TIOCGWINSZ: 21523,
  FIONREAD: 21531,
  FIONBIO: 21537,
  FIONCLEX: 21584,
  FIOCLEX: 21585,
  FIOASYNC: 21586,
  PROT_NONE: 0,
  PROT_READ: 1,
  PROT_WRITE: 2,
  PROT_EXEC: 4,
  MAP_SHARED: 1,
  MAP_PRIVATE: 2,
  MAP_FIXED: 16,
  MAP_ANONYMOUS: 32,
  MS_ASYNC: 1,
  MS_INVALIDATE: 2,
  MS_SYNC: 4,
  IPC_CREAT: 512,
  IPC_EXCL: 1024,
  IPC_PRIVATE: 0,
  IPC_RMID: 0,
  IPC_SET: 1,
  IPC_STAT: 2,
  SHM_RDONLY: 4096,
  WNOHANG: 1,
  WUNTRACED: 2,
  WCONTINUED: 8,
  CLOCK_REALTIME: 0,
  CLOCK_MONOTONIC: 1,
  CLOCK_PROCESS_CPUTIME_ID: 2,
  TIMER_ABSTIME: 1,
  ITIMER_REAL: 0,
  ITIMER_VIRTUAL: 1,
  ITIMER_PROF: 2,
  RLIMIT_CPU: 0,
  RLIMIT_FSIZE: 1,
  RLIMIT_DATA: 2,
  RLIMIT_STACK: 3,
  RLIMIT_CORE: 4,
  RLIMIT_NPROC: 6,
  RLIMIT_NOFILE: 7,
  RLIMIT_AS: 9,
  RUSAGE_SELF: 0,
  RUSAGE_CHILDREN: -1,
  SIG_DFL: 0,
  SIG_IGN: 1,
  SI_USER: 0,
  SI_QUEUE: -1,
  SI_TIMER: -2,
  SI_MESGQ: -3,
  SIG_BLOCK: 0,
  SIG_UNBLOCK: 1,
  SIG_SETMASK: 2,
  SA_NOCLDSTOP: 1,
  SA_NOCLDWAIT: 2,
  SA_SIGINFO: 4,
  SA_ONSTACK: 134217728,
  SA_RESTART: 268435456,
  SA_NODEFER: 1073741824,
  SA_RESETHAND: 2147483648,
  SS_ONSTACK: 1,
  SS_DISABLE: 2,
  GRND_NONBLOCK: 1,
  GRND_RANDOM: 2,
  POLLIN: 1,
  POLLPRI: 2,
  POLLOUT: 4,
  POLLERR: 8,
  POLLHUP: 16,
  POLLNVAL: 32,
  POLLRDHUP: 8192,
  EPOLL_CTL_ADD: 1,
  EPOLL_CTL_DEL: 2,
  EPOLL_CTL_MOD: 3,
  EPOLLONESHOT: 1073741824,
  EPOLLET: 2147483648,
  AF_UNSPEC: 0,
  AF_UNIX: 1,
  AF_INET: 2,
  AF_INET6: 10,
  SOCK_STREAM: 1,
  SOCK_DGRAM: 2,
  SOCK_NONBLOCK: 2048,
  SOCK_CLOEXEC: 524288,
  SHUT_RD: 0,
  SHUT_WR: 1,
  SHUT_RDWR: 2,
  MSG_PEEK: 2,
  MSG_CTRUNC: 8,
  MSG_TRUNC: 32,
  MSG_DONTWAIT: 64,
  MSG_WAITALL: 256,
  MSG_NOSIGNAL: 16384,
  MSG_CMSG_CLOEXEC: 1073741824,
  SCM_RIGHTS: 1,
  SOL_SOCKET: 1,
  SO_REUSEADDR: 2,
  SO_TYPE: 3,
  SO_ERROR: 4,
  SO_SNDBUF: 7,
  SO_RCVBUF: 8,
  SO_KEEPALIVE: 9,
  SO_OOBINLINE: 10,
  SO_LINGER: 13,
  SO_REUSEPORT: 15,
  SO_RCVLOWAT: 18,
  SO_SNDLOWAT: 19,
  SO_RCVTIMEO: 20,
  SO_SNDTIMEO: 21,
  SO_ACCEPTCONN: 30,
  SO_PROTOCOL: 38,
  SO_DOMAIN: 39,
  IPPROTO_TCP: 6,
  IPPROTO_UDP: 17,
  IPPROTO_IPV6: 41,
  IPV6_V6ONLY: 26,
  TCP_NODELAY: 1,
});

/** Signals by number. @type {Readonly<Record<number, string>>} */
export const SIGNALS = Object.freeze({
  1: 'SIGHUP', 2: 'SIGINT', 3: 'SIGQUIT', 4: 'SIGILL',
  5: 'SIGTRAP', 6: 'SIGABRT', 7: 'SIGBUS', 8: 'SIGFPE',
  9: 'SIGKILL', 10: 'SIGUSR1', 11: 'SIGSEGV', 12: 'SIGUSR2',
  13: 'SIGPIPE', 14: 'SIGALRM', 15: 'SIGTERM', 16: 'SIGSTKFLT',
  17: 'SIGCHLD', 18: 'SIGCONT', 19: 'SIGSTOP', 20: 'SIGTSTP',
  21: 'SIGTTIN', 22: 'SIGTTOU', 23: 'SIGURG', 24: 'SIGXCPU',
  25: 'SIGXFSZ', 26: 'SIGVTALRM', 27: 'SIGPROF', 28: 'SIGWINCH',
  29: 'SIGIO', 30: 'SIGPWR', 31: 'SIGSYS',
});

/** Errors of calls by number. @type {Readonly<Record<number, {name: string, text: string}>>} */
export const ERRORS = Object.freeze({
  1: { name: 'EPERM', text: 'operation not permitted' },
  2: { name: 'ENOENT', text: 'no such file or directory' },
  3: { name: 'ESRCH', text: 'no such process' },
  4: { name: 'EINTR', text: 'interrupted system call' },
  5: { name: 'EIO', text: 'input/output error' },
  6: { name: 'ENXIO', text: 'no such device or address' },
  7: { name: 'E2BIG', text: 'argument list too long' },
  8: { name: 'ENOEXEC', text: 'exec format error' },
  9: { name: 'EBADF', text: 'bad file descriptor' },
  10: { name: 'ECHILD', text: 'no child processes' },
  11: { name: 'EAGAIN', text: 'resource temporarily unavailable' },
  12: { name: 'ENOMEM', text: 'cannot allocate memory' },
  13: { name: 'EACCES', text: 'permission denied' },
  14: { name: 'EFAULT', text: 'bad address' },
  15: { name: 'ENOTBLK', text: 'block device required' },
  16: { name: 'EBUSY', text: 'device or resource busy' },
  17: { name: 'EEXIST', text: 'file exists' },
  18: { name: 'EXDEV', text: 'invalid cross-device link' },
  19: { name: 'ENODEV', text: 'no such device' },
  20: { name: 'ENOTDIR', text: 'not a directory' },
  21: { name: 'EISDIR', text: 'is a directory' },
  22: { name: 'EINVAL', text: 'invalid argument' },
  23: { name: 'ENFILE', text: 'too many open files in system' },
  24: { name: 'EMFILE', text: 'too many open files' },
  25: { name: 'ENOTTY', text: 'inappropriate ioctl for device' },
  26: { name: 'ETXTBSY', text: 'text file busy' },
  27: { name: 'EFBIG', text: 'file too large' },
  28: { name: 'ENOSPC', text: 'no space left on device' },
  29: { name: 'ESPIPE', text: 'illegal seek' },
  30: { name: 'EROFS', text: 'read-only file system' },
  31: { name: 'EMLINK', text: 'too many links' },
  32: { name: 'EPIPE', text: 'broken pipe' },
  33: { name: 'EDOM', text: 'numerical argument out of domain' },
  34: { name: 'ERANGE', text: 'numerical result out of range' },
  35: { name: 'EDEADLK', text: 'resource deadlock avoided' },
  36: { name: 'ENAMETOOLONG', text: 'file name too long' },
  37: { name: 'ENOLCK', text: 'no locks available' },
  38: { name: 'ENOSYS', text: 'function not implemented' },
  39: { name: 'ENOTEMPTY', text: 'directory not empty' },
  40: { name: 'ELOOP', text: 'too many levels of symbolic links' },
  42: { name: 'ENOMSG', text: 'no message of desired type' },
  43: { name: 'EIDRM', text: 'identifier removed' },
  44: { name: 'ECHRNG', text: 'channel number out of range' },
  45: { name: 'EL2NSYNC', text: 'level 2 not synchronized' },
  46: { name: 'EL3HLT', text: 'level 3 halted' },
  47: { name: 'EL3RST', text: 'level 3 reset' },
  48: { name: 'ELNRNG', text: 'link number out of range' },
  49: { name: 'EUNATCH', text: 'protocol driver not attached' },
  50: { name: 'ENOCSI', text: 'no CSI structure available' },
  51: { name: 'EL2HLT', text: 'level 2 halted' },
  52: { name: 'EBADE', text: 'invalid exchange' },
  53: { name: 'EBADR', text: 'invalid request descriptor' },
  54: { name: 'EXFULL', text: 'exchange full' },
  55: { name: 'ENOANO', text: 'no anode' },
  56: { name: 'EBADRQC', text: 'invalid request code' },
  57: { name: 'EBADSLT', text: 'invalid slot' },
  59: { name: 'EBFONT', text: 'bad font file format' },
  60: { name: 'ENOSTR', text: 'device not a stream' },
  61: { name: 'ENODATA', text: 'no data available' },
  62: { name: 'ETIME', text: 'timer expired' },
  63: { name: 'ENOSR', text: 'out of streams resources' },
  64: { name: 'ENONET', text: 'machine is not on the network' },
  65: { name: 'ENOPKG', text: 'package not installed' },
  66: { name: 'EREMOTE', text: 'object is remote' },
  67: { name: 'ENOLINK', text: 'link has been severed' },
  68: { name: 'EADV', text: 'advertise error' },
  69: { name: 'ESRMNT', text: 'srmount error' },
  70: { name: 'ECOMM', text: 'communication error on send' },
  71: { name: 'EPROTO', text: 'protocol error' },
  72: { name: 'EMULTIHOP', text: 'multihop attempted' },
  73: { name: 'EDOTDOT', text: 'RFS specific error' },
  74: { name: 'EBADMSG', text: 'bad message' },
  75: { name: 'EOVERFLOW', text: 'value too large for defined data type' },
  76: { name: 'ENOTUNIQ', text: 'name not unique on network' },
  77: { name: 'EBADFD', text: 'file descriptor in bad state' },
  78: { name: 'EREMCHG', text: 'remote address changed' },
  79: { name: 'ELIBACC', text: 'can not access a needed shared library' },
  80: { name: 'ELIBBAD', text: 'accessing a corrupted shared library' },
  81: { name: 'ELIBSCN', text: '.lib section in a.out corrupted' },
  82: { name: 'ELIBMAX', text: 'attempting to link in too many shared libraries' },
  83: { name: 'ELIBEXEC', text: 'cannot exec a shared library directly' },
  84: { name: 'EILSEQ', text: 'invalid or incomplete multibyte or wide character' },
  85: { name: 'ERESTART', text: 'interrupted system call should be restarted' },
  86: { name: 'ESTRPIPE', text: 'streams pipe error' },
  87: { name: 'EUSERS', text: 'too many users' },
  88: { name: 'ENOTSOCK', text: 'socket operation on non-socket' },
  89: { name: 'EDESTADDRREQ', text: 'destination address required' },
  90: { name: 'EMSGSIZE', text: 'message too long' },
  91: { name: 'EPROTOTYPE', text: 'protocol wrong type for socket' },
  92: { name: 'ENOPROTOOPT', text: 'protocol not available' },
  93: { name: 'EPROTONOSUPPORT', text: 'protocol not supported' },
  94: { name: 'ESOCKTNOSUPPORT', text: 'socket type not supported' },
  95: { name: 'EOPNOTSUPP', text: 'operation not supported' },
  96: { name: 'EPFNOSUPPORT', text: 'protocol family not supported' },
  97: { name: 'EAFNOSUPPORT', text: 'address family not supported by protocol' },
  98: { name: 'EADDRINUSE', text: 'address already in use' },
  99: { name: 'EADDRNOTAVAIL', text: 'cannot assign requested address' },
  100: { name: 'ENETDOWN', text: 'network is down' },
  101: { name: 'ENETUNREACH', text: 'network is unreachable' },
  102: { name: 'ENETRESET', text: 'network dropped connection on reset' },
  103: { name: 'ECONNABORTED', text: 'software caused connection abort' },
  104: { name: 'ECONNRESET', text: 'connection reset by peer' },
  105: { name: 'ENOBUFS', text: 'no buffer space available' },
  106: { name: 'EISCONN', text: 'transport endpoint is already connected' },
  107: { name: 'ENOTCONN', text: 'transport endpoint is not connected' },
  108: { name: 'ESHUTDOWN', text: 'cannot send after transport endpoint shutdown' },
  109: { name: 'ETOOMANYREFS', text: 'too many references: cannot splice' },
  110: { name: 'ETIMEDOUT', text: 'connection timed out' },
  111: { name: 'ECONNREFUSED', text: 'connection refused' },
  112: { name: 'EHOSTDOWN', text: 'host is down' },
  113: { name: 'EHOSTUNREACH', text: 'no route to host' },
  114: { name: 'EALREADY', text: 'operation already in progress' },
  115: { name: 'EINPROGRESS', text: 'operation now in progress' },
  116: { name: 'ESTALE', text: 'stale file handle' },
  117: { name: 'EUCLEAN', text: 'structure needs cleaning' },
  118: { name: 'ENOTNAM', text: 'not a XENIX named type file' },
  119: { name: 'ENAVAIL', text: 'no XENIX semaphores available' },
  120: { name: 'EISNAM', text: 'is a named type file' },
  121: { name: 'EREMOTEIO', text: 'remote I/O error' },
  122: { name: 'EDQUOT', text: 'disk quota exceeded' },
  123: { name: 'ENOMEDIUM', text: 'no medium found' },
  124: { name: 'EMEDIUMTYPE', text: 'wrong medium type' },
  125: { name: 'ECANCELED', text: 'operation canceled' },
  126: { name: 'ENOKEY', text: 'required key not available' },
  127: { name: 'EKEYEXPIRED', text: 'key has expired' },
  128: { name: 'EKEYREVOKED', text: 'key has been revoked' },
  129: { name: 'EKEYREJECTED', text: 'key was rejected by service' },
  130: { name: 'EOWNERDEAD', text: 'owner died' },
  131: { name: 'ENOTRECOVERABLE', text: 'state not recoverable' },
});

/** The words of struct mox_machine_report, in order. @type {readonly string[]} */
export const MACHINE_REPORT_FIELDS = Object.freeze([
  'stop',
  'countLow',
  'countHigh',
  'timeLow',
  'timeHigh',
  'cages',
  'waitsInput',
  'waitsStore',
  'exitCage',
  'exitStatus',
  'memoryUsed',
  'outputSize',
  'errorSize',
  'spawned',
  'overdrawn',
]);

/** Fixed numbers. */
export const CAGE_LIMITS = Object.freeze({
  dispatchWaits: -512,
  swiBase: 4096,
  mostCages: 1024,
  quantum: 100000,
  pathMax: 4096,
  signals: 64,
  bareRoom: 65536,
  bareRoomSize: 1048576,
  direntLength: 16,
  direntName: 19,
});

/** Where the fields of struct mox_machine_options lie. */
export const MACHINE_OPTIONS = Object.freeze({
  memoryLimit: 0,
  stackSize: 4,
  cagesMax: 8,
  uid: 12,
  gid: 16,
  startTime: 24,
  seed: 32,
  outputLimit: 64,
  size: 72,
});
