/* What the scenarios of sockets share. */
#ifndef MOXBOX_TESTS_SCENARIOS_NET_H
#define MOXBOX_TESTS_SCENARIOS_NET_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "scenarios.h"

/* An address as the calls take it: its pointer and its size. */
#define AT(address) (struct sockaddr *)&(address), sizeof(address)

/* 127.0.0.1 and this port; a path. */
struct sockaddr_in loopback(unsigned port);
struct sockaddr_un path_address(const char *path);
/* A socket bound to a free port of 127.0.0.1, whose address goes to *address; listening when it is
 * a stream. */
int bound(int type, struct sockaddr_in *address);
/* Two connected stream sockets of AF_INET: the server's side is the result. */
int connected(int *client);
bool same_address(const struct sockaddr_in *a, const struct sockaddr_in *b);

#endif
