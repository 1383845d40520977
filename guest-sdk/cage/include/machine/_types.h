/* Widths of the types that newlib leaves to the machine. Its own defaults (16-bit inode, device and
 * user numbers) are too small for a file system. */
#ifndef _MACHINE__TYPES_H
#define _MACHINE__TYPES_H

#include <machine/_default_types.h>

#define __machine_dev_t_defined
typedef __uint32_t __dev_t;
#define __machine_ino_t_defined
typedef __uint32_t __ino_t;
#define __machine_uid_t_defined
typedef __uint32_t __uid_t;
#define __machine_gid_t_defined
typedef __uint32_t __gid_t;
#define __machine_sa_family_t_defined
typedef __uint16_t __sa_family_t;

#endif
