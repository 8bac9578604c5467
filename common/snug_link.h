// SPDX-License-Identifier: MIT
// What names a server: an invite link, a link of one's own device, or a plain address. The one
// grammar of both programs; links of any age stay good.
//
//   snug://HOST[:PORT][,HOST[:PORT]...]/ROOM,invite=TOKEN,device=SECRET,pin=PIN,pin=PIN
//   ircs://HOST[:PORT]/#room        HOST[:PORT]        [ADDR6]:PORT
//   https://HOST[:WEBPORT]/#ROOM,invite=TOKEN,irc=PORT
//
// Between parts may stand , ? & or #. The first host names the server: a certificate is
// verified for that name, whichever of the hosts answers. Any of the pins is right. Names in
// other letters than ASCII become "xn--" ones. Parts that are not known belong to later
// versions and are passed over. Of a link with several hosts or pins older programs take the
// first host and the last pin. The last form opens the server's page in a browser, which tells
// nobody what stands behind the '#'; its port is the page's, and `irc` where IRC is spoken.
//
// Pure. Owner: whoever holds the struct.
#pragma once

#include "common/buf.h"
#include "common/pin.h"

#define LINK_TEXT_MAX 2048
#define LINK_HOST_MAX 255
#define LINK_PORT_MAX 5
#define LINK_PORT "6697"
#define LINK_SECRET_MAX 128
#define LINK_OTHERS_MAX 3

struct link_host {
	char name[LINK_HOST_MAX + 1]; // or an address, without brackets
	char port[LINK_PORT_MAX + 1]; // LINK_PORT where none is named
};

// Where else the same server answers, in the order in which it is tried there.
struct link_others {
	size_t count;
	struct link_host at[LINK_OTHERS_MAX];
};

struct snug_link {
	char host[LINK_HOST_MAX + 1];
	char port[LINK_PORT_MAX + 1];
	struct link_others others;
	char room[65];                    // with its '#', or ""
	char invite[LINK_SECRET_MAX + 1]; // a secret: wipe after use; or ""
	char device[LINK_SECRET_MAX + 1]; // the same
	struct pins pins;
};

// NULL, or what is wrong with which part and how to mend it, in words; borrowed forever.
// Blanks around the text are ignored. *out is defined only when NULL is returned.
MUST_USE const char *snug_link_parse(struct span text, struct snug_link *out);
// Appends what snug_link_parse() makes the same of.
void snug_link_print(struct buf *out, const struct snug_link *link);

// Appends the form for browsers, which snug_link_parse() makes the same of, but for pins, other
// hosts and a device. web_port: where the page is.
void snug_link_print_page(struct buf *out, const struct snug_link *link, unsigned web_port);

// One host alone: "HOST", "HOST:PORT", "[ADDR6]", "[ADDR6]:PORT", an IPv6 address. NULL, or
// what is wrong as above.
MUST_USE const char *link_host_parse(struct span text, struct link_host *out);
// What link_host_parse() takes for this server: HOST, or with a port that is not LINK_PORT
// HOST:PORT, [ADDR6]:PORT. An empty port is LINK_PORT.
void link_address(struct buf *out, const char *host, const char *port);
