/* Terminals: the console of the machine. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "kernel.h"

_Static_assert(sizeof(struct termios) == sizeof(struct mox_termios), "struct termios");

int isatty(int fd) {
    struct termios settings;
    return tcgetattr(fd, &settings) == 0;
}

int tcgetattr(int fd, struct termios *settings) {
    return ioctl(fd, TCGETS, settings);
}

int tcsetattr(int fd, int when, const struct termios *settings) {
    if (when < TCSANOW || when > TCSAFLUSH) {
        errno = EINVAL;
        return -1;
    }
    return ioctl(fd, (unsigned long)(TCSETS + when), settings);
}

/* Output arrives at once, and nothing is sent over a line. */
static int terminal_or_error(int fd) {
    return isatty(fd) ? 0 : -1;
}

int tcdrain(int fd) {
    return terminal_or_error(fd);
}

int tcflush(int fd, int queue) {
    (void)queue;
    return terminal_or_error(fd);
}

int tcflow(int fd, int action) {
    (void)action;
    return terminal_or_error(fd);
}

int tcsendbreak(int fd, int duration) {
    (void)duration;
    return terminal_or_error(fd);
}

pid_t tcgetpgrp(int fd) {
    pid_t group;
    return ioctl(fd, TIOCGPGRP, &group) < 0 ? -1 : group;
}

int tcsetpgrp(int fd, pid_t group) {
    return ioctl(fd, TIOCSPGRP, &group);
}

speed_t cfgetospeed(const struct termios *settings) {
    (void)settings;
    return B38400;
}

speed_t cfgetispeed(const struct termios *settings) {
    return cfgetospeed(settings);
}

int cfsetospeed(struct termios *settings, speed_t speed) {
    (void)settings;
    (void)speed;
    return 0;
}

int cfsetispeed(struct termios *settings, speed_t speed) {
    return cfsetospeed(settings, speed);
}

void cfmakeraw(struct termios *settings) {
    settings->c_iflag &=
        ~(tcflag_t)(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
    settings->c_oflag &= ~(tcflag_t)OPOST;
    settings->c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
    settings->c_cflag = (settings->c_cflag & ~(tcflag_t)(CSIZE | PARENB)) | CS8;
}

char *ttyname(int fd) {
    return isatty(fd) ? "/dev/cons" : NULL;
}

int ttyname_r(int fd, char *to, size_t size) {
    const char *name = ttyname(fd);
    if (name == NULL) {
        return errno;
    }
    return snprintf(to, size, "%s", name) < (int)size ? 0 : ERANGE;
}

char *ctermid(char *to) {
    static char name[] = "/dev/cons";
    return to != NULL ? strcpy(to, name) : name;
}
