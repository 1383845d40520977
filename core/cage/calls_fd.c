/* Calls about descriptors: making pipes, dup, close, fcntl, ioctl. */
#include "base/bytes.h"
#include "cage/fdtable.h"
#include "cage/files_parts.h"
#include "cage/locks.h"
#include "cage/pipe.h"
#include "moxbox/errno.h"

int32_t sys_close(struct cage *cage, uint32_t fd) {
    struct file *file = fdtable_take(cage->fds, fd);
    locks_forget_cage(cage, file);
    file_drop(file);
    return 0;
}

static int32_t dup_from(struct cage *cage, uint32_t fd, uint32_t from, bool close_on_exec) {
    struct file *file = fdtable_get(cage->fds, fd);
    const int32_t made = fdtable_install(cage->fds, file, from, close_on_exec);
    if (made >= 0) {
        file_hold(file);
    }
    return made;
}

int32_t sys_dup(struct cage *cage, uint32_t fd) {
    return dup_from(cage, fd, 0, false);
}

static int32_t dup_to(struct cage *cage, uint32_t fd, uint32_t to, bool close_on_exec) {
    struct file *file = fdtable_get(cage->fds, fd);
    if (to >= FDS_MAX) {
        return -MOX_EBADF;
    }
    file_hold(file);
    if (fdtable_get(cage->fds, to) != NULL) {
        (void)sys_close(cage, to);
    }
    fdtable_put(cage->fds, to, file, close_on_exec);
    return (int32_t)to;
}

int32_t sys_dup2(struct cage *cage, uint32_t fd, int32_t new_fd) {
    const uint32_t to = (uint32_t)new_fd;
    return to == fd ? new_fd : dup_to(cage, fd, to, false);
}

int32_t sys_dup3(struct cage *cage, uint32_t fd, int32_t new_fd, uint32_t flags) {
    const uint32_t to = (uint32_t)new_fd;
    if (to == fd || (flags & ~ABI_O_CLOEXEC) != 0) {
        return -MOX_EINVAL;
    }
    return dup_to(cage, fd, to, flags != 0);
}

int32_t sys_pipe2(struct cage *cage, struct span pair, uint32_t flags) {
    struct file *ends[2];
    const bool close_on_exec = (flags & ABI_O_CLOEXEC) != 0;
    if ((flags & ~(ABI_O_CLOEXEC | ABI_O_NONBLOCK)) != 0) {
        return -MOX_EINVAL;
    }
    const int32_t error = pipe_open(files_of(cage), flags & ABI_O_NONBLOCK, ends);
    return error < 0 ? error : fdtable_install_pair(cage->fds, ends, close_on_exec, pair.bytes);
}

int32_t sys_pipe(struct cage *cage, struct span pair) {
    return sys_pipe2(cage, pair, 0);
}

static int32_t set_status(struct file *file, uint32_t flags) {
    const uint32_t changeable = ABI_O_APPEND | ABI_O_NONBLOCK;
    file->flags = (file->flags & ~changeable) | (flags & changeable);
    if (file->place.chan != NULL) { /* appending is the device's to do */
        struct chan *chan = file->place.chan;
        chan->mode = (chan->mode & ~(uint32_t)OPEN_APPEND) |
                     ((flags & ABI_O_APPEND) != 0 ? (uint32_t)OPEN_APPEND : 0);
    }
    return 0;
}

int32_t sys_fcntl(struct cage *cage, uint32_t fd, int32_t command_word, struct span words) {
    struct file *file = fdtable_get(cage->fds, fd);
    const uint32_t command = (uint32_t)command_word;
    const uint32_t argument = words.size; /* of commands that take a number */
    bool *close_on_exec = &cage->fds->close_on_exec[fd];
    const uint32_t making = ABI_O_CREAT | ABI_O_EXCL | ABI_O_NOCTTY | ABI_O_TRUNC | ABI_O_CLOEXEC;
    if (command == ABI_F_DUPFD || command == ABI_F_DUPFD_CLOEXEC) {
        if (argument >= FDS_MAX) {
            return -MOX_EINVAL;
        }
        return dup_from(cage, fd, argument, command == ABI_F_DUPFD_CLOEXEC);
    }
    if (command == ABI_F_GETFD) {
        return *close_on_exec ? (int32_t)ABI_FD_CLOEXEC : 0;
    }
    if (command == ABI_F_SETFD) {
        *close_on_exec = (argument & ABI_FD_CLOEXEC) != 0;
        return 0;
    }
    if (command == ABI_F_GETFL) {
        return (int32_t)(file->flags & ~making);
    }
    if (command == ABI_F_SETFL) {
        return set_status(file, argument);
    }
    if (command == ABI_F_GETOWN || command == ABI_F_SETOWN) {
        return 0; /* there is no SIGIO */
    }
    if (command == ABI_F_GETLK || command == ABI_F_SETLK || command == ABI_F_SETLKW) {
        return locks_fcntl(cage, file, command, words.bytes);
    }
    return -MOX_EINVAL;
}

int32_t sys_ioctl(struct cage *cage, struct file *file, uint32_t request, struct span argument) {
    if (request == ABI_FIOCLEX || request == ABI_FIONCLEX) {
        cage->fds->close_on_exec[cage->call_fd] = request == ABI_FIOCLEX;
        return 0;
    }
    if (request == ABI_FIONBIO) {
        const bool on = bytes_load32(argument.bytes) != 0;
        return set_status(file, (file->flags & ~ABI_O_NONBLOCK) | (on ? ABI_O_NONBLOCK : 0));
    }
    if (request == ABI_FIOASYNC) {
        return 0; /* as SafePOSIX: accepted; there is no SIGIO */
    }
    if (file->ops->ioctl == NULL) {
        return -MOX_ENOTTY;
    }
    return file->ops->ioctl(file, cage, request, argument.bytes);
}
