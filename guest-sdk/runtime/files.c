/* The data files as stdio sees them: stdin is data file 0, and open() takes the names data0, data1,
 * ... */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "moxbox.h"

#include "rt_internal.h"

enum { FIRST_FREE = 3, FILE_COUNT = 16 };

static struct input {
    struct moxbox_bytes bytes;
    size_t position;
    bool open;
} inputs[FILE_COUNT];

static bool stdin_bound;

/* The open input behind `fd`, or NULL with errno set. A box without data files has an empty stdin.
 */
static struct input *input_of(int fd) {
    if (!stdin_bound) {
        stdin_bound = true;
        inputs[STDIN_FILENO].open = true;
        (void)moxbox_input(0, &inputs[STDIN_FILENO].bytes);
    }
    if (fd < 0 || fd >= FILE_COUNT || !inputs[fd].open) {
        errno = EBADF;
        return NULL;
    }
    return &inputs[fd];
}

static bool is_output(int fd) {
    return fd == STDOUT_FILENO || fd == STDERR_FILENO;
}

static bool find_file(const char *path, struct moxbox_bytes *out) {
    return strncmp(path, "data", 4) == 0 && moxbox_find(path, out) == 0;
}

int _open(const char *path, int flags, int mode) {
    (void)mode;
    struct moxbox_bytes bytes;
    if ((flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)) != 0) {
        errno = EROFS;
        return -1;
    }
    if (!find_file(path, &bytes)) {
        errno = ENOENT;
        return -1;
    }
    for (int fd = FIRST_FREE; fd < FILE_COUNT; fd++) {
        if (!inputs[fd].open) {
            inputs[fd] = (struct input){.bytes = bytes, .position = 0, .open = true};
            return fd;
        }
    }
    errno = EMFILE;
    return -1;
}

int _close(int fd) {
    if (is_output(fd)) {
        return 0;
    }
    struct input *input = input_of(fd);
    if (input == NULL) {
        return -1;
    }
    input->open = false;
    return 0;
}

ssize_t _read(int fd, void *to, size_t length) {
    struct input *input = input_of(fd);
    if (input == NULL) {
        return -1;
    }
    size_t left = input->position < input->bytes.size ? input->bytes.size - input->position : 0;
    if (length > left) {
        length = left;
    }
    memcpy(to, input->bytes.data + input->position, length);
    input->position += length;
    return (ssize_t)length;
}

off_t _lseek(int fd, off_t offset, int whence) {
    if (is_output(fd)) {
        errno = ESPIPE;
        return -1;
    }
    struct input *input = input_of(fd);
    if (input == NULL) {
        return -1;
    }
    int64_t base = whence == SEEK_SET   ? 0
                   : whence == SEEK_CUR ? (int64_t)input->position
                                        : (int64_t)input->bytes.size;
    int64_t target = base + offset;
    if (whence < SEEK_SET || whence > SEEK_END || target < 0 || target > INT32_MAX) {
        errno = EINVAL;
        return -1;
    }
    input->position = (size_t)target;
    return (off_t)target;
}

static void describe(struct stat *status, mode_t type, size_t size) {
    memset(status, 0, sizeof *status);
    status->st_mode = type | S_IRUSR;
    status->st_size = (off_t)size;
    status->st_blksize = RT_PAGE_SIZE;
}

int _fstat(int fd, struct stat *status) {
    if (is_output(fd)) {
        describe(status, S_IFIFO | S_IWUSR, 0);
        return 0;
    }
    const struct input *input = input_of(fd);
    if (input == NULL) {
        return -1;
    }
    describe(status, S_IFREG, input->bytes.size);
    return 0;
}

int _stat(const char *path, struct stat *status) {
    struct moxbox_bytes bytes;
    if (!find_file(path, &bytes)) {
        errno = ENOENT;
        return -1;
    }
    describe(status, S_IFREG, bytes.size);
    return 0;
}

int _isatty(int fd) {
    (void)fd;
    errno = ENOTTY;
    return 0;
}
