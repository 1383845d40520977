/* Open files on their way in a message of an AF_UNIX socket (SCM_RIGHTS). A parcel lies in the
 * receiving socket beside its queue and knows with which bytes it came: whoever takes the first of
 * them has it, and who does not want it loses it. The bytes of a stream that one call reads end
 * where those of a parcel do, as in Linux.
 *
 * Sockets can be in parcels too, also in those of sockets that are in parcels: then closing gives
 * nothing back. So whenever parcels alone hold a socket any more, parcels_settle looks, behind the
 * call, which sockets can still be reached from a descriptor, and drops the parcels of the others.
 */
#ifndef MOXBOX_CAGE_PARCEL_H
#define MOXBOX_CAGE_PARCEL_H

#include "cage/files_parts.h"

struct socket;
struct transfer;

/* In one message, as Linux has it; in all parcels of a machine, beyond which it is -ETOOMANYREFS;
 * and bytes of control messages (-ENOBUFS). */
enum { PARCEL_FILES_MAX = 253, UNDER_WAY_MAX = 4096, CONTROL_MAX = 20480 };

struct parcel {
    struct parcel *next;
    uint64_t start, end; /* of its bytes, among all that the socket has ever got */
    uint32_t count;
    struct file *files[]; /* each holds a reference, which file->in_parcels counts too */
};

/* What control messages say that is to be sent through a socket; NULL: nothing. -EBADF, -EINVAL,
 * -EOPNOTSUPP, -ENOBUFS, -ETOOMANYREFS, -ENOMEM. */
int32_t parcel_pack(struct cage *cage, const struct socket *socket, struct const_span control,
                    struct parcel **made);

/* The transfer's parcel, if it has one, goes with the `size` bytes that were just put into the
 * queue of `to`. */
void parcel_post(struct transfer *transfer, struct socket *to, uint32_t size);

/* How many of the next `size` bytes of a stream one call may read. */
uint32_t parcel_limit(const struct socket *socket, uint32_t size);

/* Takes `size` bytes off a socket's queue, unless it is only looked at; the parcel that comes with
 * them is the transfer's then, or, of a look, still the socket's. */
void parcel_take(struct transfer *transfer, struct socket *socket, uint32_t size);

/* Makes descriptors of as many of a parcel's files as there is room for and tells of them. */
void parcel_unpack(struct cage *cage, const struct parcel *parcel, struct message *message,
                   bool close_on_exec);

/* A list of parcels that nobody will receive. NULL is allowed. */
void parcels_drop(struct files *files, struct parcel *parcels);

/* A reference to a file has gone; others are left. */
void parcel_suspect(const struct file *file);
/* Behind a call, and behind the end of a cage, which pays for it. */
void parcels_settle(struct cage *cage);

bool parcels_check(const struct files *files);

/* Nobody has descriptors any more: what sockets hold that lie in their own parcels. */
void parcels_free(struct files *files);

/* base/codec.h: those of a socket. */
void parcels_codec(struct codec *codec, struct socket *socket);

#endif
