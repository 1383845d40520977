/* A file's mode: type and permissions, with Linux's bits. */
#ifndef MOXBOX_BASE_MODE_H
#define MOXBOX_BASE_MODE_H

enum {
    MODE_TYPE = 0170000,
    MODE_SOCKET = 0140000,
    MODE_SYMLINK = 0120000,
    MODE_FILE = 0100000,
    MODE_BLOCK = 0060000,
    MODE_DIR = 0040000,
    MODE_CHAR = 0020000,
    MODE_FIFO = 0010000,
    MODE_SETUID = 04000,
    MODE_SETGID = 02000,
    MODE_STICKY = 01000,
    MODE_PERMISSIONS = 07777, /* with the three above */
    MODE_ALL = 0177777
};

#endif
