#ifndef _ARPA_INET_H
#define _ARPA_INET_H
#include <netinet/in.h>
_BEGIN_STD_C
in_addr_t inet_addr(const char *__text);
int inet_aton(const char *__text, struct in_addr *__address);
char *inet_ntoa(struct in_addr __address);
int inet_pton(int __family, const char *__text, void *__address);
const char *inet_ntop(int __family, const void *__address, char *__text, socklen_t __size);
_END_STD_C
#endif
