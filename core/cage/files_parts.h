/* What the files of this folder that make up `struct files` share: pipes, sockets, locks, ipc. Not
 * for others; they have files.h. */
#ifndef MOXBOX_CAGE_FILES_PARTS_H
#define MOXBOX_CAGE_FILES_PARTS_H

#include "base/byte_queue.h"
#include "cage/calls.h"
#include "cage/cage.h"
#include "cage/file.h"
#include "cage/files.h"
#include "cage/key_table.h"

/* What all cages of a machine may have of things that count as no memory of theirs: beyond it
 * -ENOMEM, -ENOSPC and -ENOLCK. */
enum { SOCKETS_MAX = 65536, INTERESTS_MAX = 262144, RECORDS_OF_ALL_MAX = 65536 };

struct files {
    struct mox_allocator allocator; /* of structures */
    struct mox_allocator blocks;    /* of contents, which count against the machine's memory */
    uint64_t next_number;           /* of pipes, sockets, epolls: their inode numbers and names */

    struct key_table fifos;      /* pipe.c: struct pipe, by inode */
    struct key_table locks;      /* locks.c: struct inode_locks, by inode */
    struct key_table sockets;    /* socket.c: every struct socket, by number */
    struct key_table ports;      /* socket_inet.c: struct socket, by port */
    struct key_table names;      /* socket_unix.c: struct socket, by inode or abstract name */
    struct key_table segments;   /* ipc_shm.c: struct segment, by id */
    struct key_table semaphores; /* ipc_sem.c: struct semaphore, by where they lie */
    struct parcel *dropped;      /* parcel.c: those whose files are still to be let go */
    bool dropping;
    bool suspects;         /* sockets that parcels alone hold: can they be reached? */
    uint32_t under_way;    /* files in all parcels */
    uint32_t interests;    /* of all epolls */
    uint32_t records;      /* of all record locks */
    uint32_t next_port;    /* socket_inet.c */
    uint32_t next_segment; /* ipc_shm.c: the last id */
};

enum { MILLISECOND = 1000000, SECOND = 1000000000 }; /* in nanoseconds */

struct files *files_of(const struct cage *cage);
bool file_check(const struct file *file); /* its kind's own invariants */
struct machine_devices *devices_of(const struct cage *cage);

/* The key of the file that a channel leads to. Different files may share one, so compare with
 * chan_same. */
uint64_t files_key(const struct chan *chan);

/* The attributes of what has no inode: pipes, sockets, epolls, streams. */
void files_attributes(const struct cage *cage, uint32_t mode, uint64_t number,
                      struct attributes *attributes);

uint32_t files_text_label(const char *what, char *to, uint32_t size);
/* "pipe " and 7 as "pipe 7"; the length. */
uint32_t files_number_label(const char *what, uint64_t number, char *to, uint32_t size);

/* The caller joins the queue and the call waits: CALL_WAITS, or -ENOMEM. */
int32_t call_waits_for(struct cage *cage, struct wait_queue *queue);

/* A write to what nobody can read any more: SIGPIPE, unless the call does not want it; -EPIPE. */
int32_t call_broken_pipe(struct cage *cage, bool quiet);

/* Between byte queues and several buffers. Put takes `count` bytes from number `skip` of the
 * buffers on, and needs reserved room; peek gives bytes from number `offset` of the queue on. */
void spans_put(struct byte_queue *queue, const struct const_spans *from, uint32_t skip,
               uint32_t count);
uint32_t spans_peek(const struct byte_queue *queue, uint32_t offset, const struct spans *to,
                    uint32_t count);

/* Copies what fits of `size` bytes and tells the guest the full size. NULL is allowed. */
void room_fill(struct room *room, const void *bytes, uint32_t size);

#endif
