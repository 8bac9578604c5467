// SPDX-License-Identifier: MIT
#include "client/outside/near.h"

#include "common/clock.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sodium.h>
#include <sys/socket.h>
#include <unistd.h>

#define GROUP "224.0.0.251"
#define NETWORKS_MAX 16
#define MESSAGE_MAX 9000 // RFC 6762 section 17

struct near_network {
	uint32_t own, mask; // as in packets
};

struct near_asking {
	int fd;
	uint16_t id;
	struct near_network networks[NETWORKS_MAX];
	size_t n_networks;
};

static uint32_t ipv4_of(const struct sockaddr *a)
{
	struct sockaddr_in in;

	if (!a || a->sa_family != AF_INET)
		return 0;
	memcpy(&in, a, sizeof(in));
	return in.sin_addr.s_addr;
}

// Each network that can carry it and is up.
static void find_networks(struct near_asking *n)
{
	struct ifaddrs *all = NULL;

	if (getifaddrs(&all) < 0)
		return;
	for (const struct ifaddrs *i = all; i && n->n_networks < NETWORKS_MAX;
	     i = i->ifa_next) {
		struct near_network found = {ipv4_of(i->ifa_addr), ipv4_of(i->ifa_netmask)};
		bool is_usable = (i->ifa_flags & IFF_UP) && (i->ifa_flags & IFF_MULTICAST) &&
				 !(i->ifa_flags & IFF_LOOPBACK);
		if (is_usable && found.own && found.mask)
			n->networks[n->n_networks++] = found;
	}
	freeifaddrs(all);
}

static void send_question(const struct near_asking *n, const struct near_network *network)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(MDNS_PORT)};
	struct in_addr from = {network->own};
	uint8_t question[MDNS_QUESTION_LEN];

	mdns_question(question, n->id);
	if (inet_pton(AF_INET, GROUP, &to.sin_addr) != 1 ||
	    setsockopt(n->fd, IPPROTO_IP, IP_MULTICAST_IF, &from, sizeof(from)) < 0)
		return;
	// A network that takes nothing has no servers for us.
	(void)sendto(n->fd, question, sizeof(question), MSG_NOSIGNAL,
		     (const struct sockaddr *)&to, sizeof(to));
}

// Whoever answers from the port and from a network that was asked.
static bool is_near(const struct near_asking *n, const struct sockaddr_in *from)
{
	if (from->sin_family != AF_INET || from->sin_port != htons(MDNS_PORT))
		return false;
	for (size_t i = 0; i < n->n_networks; i++) {
		const struct near_network *k = &n->networks[i];
		if ((from->sin_addr.s_addr & k->mask) == (k->own & k->mask))
			return true;
	}
	return false;
}

static size_t take_answer(const struct near_asking *n, struct near_server *out, size_t count)
{
	struct mdns_server told[NEAR_MAX];
	struct sockaddr_in from = {0};
	socklen_t from_len = sizeof(from);
	char message[MESSAGE_MAX];

	for (size_t i = 0; i < count; i++)
		told[i] = out[i].told;
	ssize_t got = recvfrom(n->fd, message, sizeof(message), MSG_DONTWAIT,
			       (struct sockaddr *)&from, &from_len);
	if (got <= 0 || !is_near(n, &from))
		return count;
	size_t now = mdns_answer(span_from(message, (size_t)got), n->id, told, count, NEAR_MAX);
	for (; count < now; count++) {
		out[count].told = told[count];
		if (!inet_ntop(AF_INET, &from.sin_addr, out[count].address,
			       sizeof(out[count].address)))
			break;
	}
	return count;
}

static size_t gather(const struct near_asking *n, struct near_server *out)
{
	int64_t end = clock_mono_ms() + NEAR_MS;
	size_t count = 0;

	for (;;) {
		int64_t left = end - clock_mono_ms();
		struct pollfd fd = {.fd = n->fd, .events = POLLIN};
		if (left <= 0 || count == NEAR_MAX)
			return count;
		if (poll(&fd, 1, (int)left) > 0)
			count = take_answer(n, out, count);
	}
}

size_t near_ask(struct near_server out[static NEAR_MAX])
{
	struct near_asking n = {.fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
	size_t count = 0;

	if (n.fd < 0)
		return 0;
	// Answers to others' questions, and what is made up from afar, do not fit.
	randombytes_buf(&n.id, sizeof(n.id));
	find_networks(&n);
	for (size_t i = 0; i < n.n_networks; i++)
		send_question(&n, &n.networks[i]);
	if (n.n_networks)
		count = gather(&n, out);
	close(n.fd);
	return count;
}
