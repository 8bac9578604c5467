// SPDX-License-Identifier: MIT
// Whether the way to an address leads off this computer: the kernel's word.
#include "server/errand/route.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <sys/socket.h>
#include <unistd.h>

static bool leads_away(int fd, const char *text)
{
	struct cidr address;

	assert_true(cidr_parse(span_of(text), &address));
	return route_leads_away(fd, &address);
}

static const char *text_of(const struct sockaddr *at, char *text)
{
	const struct sockaddr_in *four = (const void *)at;
	const struct sockaddr_in6 *six = (const void *)at;

	if (at && at->sa_family == AF_INET)
		return inet_ntop(AF_INET, &four->sin_addr, text, INET6_ADDRSTRLEN);
	if (at && at->sa_family == AF_INET6 && !IN6_IS_ADDR_LINKLOCAL(&six->sin6_addr))
		return inet_ntop(AF_INET6, &six->sin6_addr, text, INET6_ADDRSTRLEN);
	return NULL;
}

// Proves X8.
static void no_address_of_this_computer_leads_away(void **state)
{
	int fd = route_open();
	struct ifaddrs *all = NULL;
	unsigned n = 0;
	(void)state;

	assert_true(fd >= 0);
	assert_int_equal(getifaddrs(&all), 0);
	for (struct ifaddrs *one = all; one; one = one->ifa_next) {
		char space[INET6_ADDRSTRLEN];
		const char *text = text_of(one->ifa_addr, space);

		if (!text)
			continue;
		n++;
		if (leads_away(fd, text))
			fail_msg("%s", text);
	}
	freeifaddrs(all);
	assert_true(n > 0);
	// All of it is this computer's, one by one or as a whole.
	assert_false(leads_away(fd, "127.1.2.3"));
	assert_false(leads_away(fd, "255.255.255.255"));
	assert_false(leads_away(fd, "224.0.0.1"));
	close(fd);
}

// Another computer, or no way there: that is connect()'s to say.
static void elsewhere_is_away(void **state)
{
	int fd = route_open();
	(void)state;

	assert_true(leads_away(fd, "1.1.1.1"));
	assert_true(leads_away(fd, "2a00:1450:4001::1"));
	close(fd);
}

static void what_cannot_be_asked_does_not_lead_away(void **state)
{
	(void)state;

	assert_false(leads_away(-1, "1.1.1.1"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_address_of_this_computer_leads_away),
		cmocka_unit_test(elsewhere_is_away),
		cmocka_unit_test(what_cannot_be_asked_does_not_lead_away),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
