// SPDX-License-Identifier: MIT
#include "server/errand/route.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

int route_open(void)
{
	return socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_ROUTE);
}

struct route_question {
	struct nlmsghdr head;
	struct rtmsg route;
	struct rtattr about;
	uint8_t address[16];
};

// One question has one answer, which is there at once: the kernel writes it while it is asked.
// Anything before it is of another question.
static bool ask(int fd, const struct route_question *q, struct nlmsghdr *answer, size_t max)
{
	while (recv(fd, answer, max, MSG_DONTWAIT) >= 0)
		;
	return send(fd, q, q->head.nlmsg_len, 0) == (ssize_t)q->head.nlmsg_len &&
	       recv(fd, answer, max, MSG_DONTWAIT) >=
		       (ssize_t)NLMSG_LENGTH(sizeof(struct rtmsg));
}

static bool is_away(const struct nlmsghdr *answer)
{
	const void *body = NLMSG_DATA(answer);

	// No way at all: connect() will say so.
	if (answer->nlmsg_type == NLMSG_ERROR) {
		int error = ((const struct nlmsgerr *)body)->error;
		return error == -ENETUNREACH || error == -EHOSTUNREACH;
	}
	return answer->nlmsg_type == RTM_NEWROUTE &&
	       ((const struct rtmsg *)body)->rtm_type == RTN_UNICAST;
}

bool route_leads_away(int fd, const struct cidr *address)
{
	bool is_ipv4 = cidr_is_ipv4(address);
	size_t len = is_ipv4 ? 4 : 16;
	_Alignas(struct nlmsghdr) char answer[4096];
	struct nlmsghdr *head = (struct nlmsghdr *)(void *)answer;
	struct route_question q = {
		.head = {.nlmsg_len =
				 (uint32_t)(offsetof(struct route_question, address) + len),
			 .nlmsg_type = RTM_GETROUTE,
			 .nlmsg_flags = NLM_F_REQUEST},
		.route = {.rtm_family = is_ipv4 ? AF_INET : AF_INET6,
			  .rtm_dst_len = (uint8_t)(8 * len)},
		.about = {.rta_len = (uint16_t)RTA_LENGTH(len), .rta_type = RTA_DST}};

	memcpy(q.address, address->bytes + 16 - len, len);
	return ask(fd, &q, head, sizeof(answer)) && is_away(head);
}
