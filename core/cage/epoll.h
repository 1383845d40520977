/* Kind Epoll. */
#ifndef MOXBOX_CAGE_EPOLL_H
#define MOXBOX_CAGE_EPOLL_H

#include "cage/file.h"

/* A file's last reference goes: so do the interests in it. */
void epoll_forget(struct file *file);

bool epoll_check(const struct file *file);
struct state;
void epoll_state(const struct state *state, const struct file *file);

#endif
