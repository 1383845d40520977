/* Stands in for what elfutils' configure finds out; the build passes the few things that differ:
 *   MOXBOX_LIBELF_MEMORY_ONLY  files cannot be reached (WebAssembly): only elf_memory makes sense
 *   CHECK_UNDEFINED            no unaligned reads, so that sanitizers see none of libelf's
 * libelf is compiled with _GNU_SOURCE. */
#define HAVE_ERR_H 1 /* error() itself is not used in libelf/ */
#define HAVE_VISIBILITY 1
#define HAVE_FALLTHROUGH 1
#define HAVE_DECL_MEMRCHR 1
#define HAVE_DECL_POWEROF2 1
#define HAVE_DECL_MEMPCPY 1
#define HAVE_DECL_REALLOCARRAY 1

#include <eu-config.h>

#ifdef MOXBOX_LIBELF_MEMORY_ONLY
/* Reading and unmapping files would become imports of the module, for code that is
 * never reached. */
#include <sys/mman.h>
#include <unistd.h>
#define pread(file, to, size, offset) ((ssize_t)-1)
#define munmap(address, size) (-1)
/* libelf's <assert.h> comes later, and is ours (memory_only/assert.h). */
#endif
