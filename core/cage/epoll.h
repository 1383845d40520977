/* Kind Epoll. */
#ifndef MOXBOX_CAGE_EPOLL_H
#define MOXBOX_CAGE_EPOLL_H

#include "cage/file.h"

/* A file's last reference goes: so do the interests in it. */
void epoll_forget(struct file *file);

bool epoll_check(const struct file *file);
extern const struct file_ops epoll_ops;

/* base/codec.h: those who watch a file; and an interest as a waiter, NULL when it is none. */
void epoll_watchers_codec(struct codec *codec, struct file *file);
bool epoll_is_waiter(const struct waiter *waiter);
struct waiter *epoll_waiter_codec(struct codec *codec, struct waiter *waiter);

#endif
