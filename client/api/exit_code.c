// SPDX-License-Identifier: MIT
#include "client/api/exit_code.h"

enum exit_code exit_code_of(enum failure f)
{
	switch (f) {
	case FAILURE_NONE:
		return EXIT_OK;
	case FAILURE_KEY:
	case FAILURE_UNTRUSTED:
		return EXIT_KEY;
	case FAILURE_PASSWORD:
	case FAILURE_CODE:
	case FAILURE_DEVICE:
	case FAILURE_NO_LOGIN:
	case FAILURE_SIGN_IN:
	case FAILURE_SIGN_IN_AGAIN:
	case FAILURE_BANNED:
	case FAILURE_DISABLED:
		return EXIT_LOGIN;
	case FAILURE_REGISTRATION:
	case FAILURE_NAME_TAKEN:
	case FAILURE_BAD_NAME:
	case FAILURE_WEAK_PASSWORD:
	case FAILURE_INVITE:
	case FAILURE_CLAIM:
		return EXIT_REFUSED;
	case FAILURE_CONFIG:
		return EXIT_CONFIG;
	case FAILURE_NO_HOST:
	case FAILURE_REFUSED:
	case FAILURE_UNREACHABLE:
	case FAILURE_TIMED_OUT:
	case FAILURE_TLS:
	case FAILURE_LOST:
	case FAILURE_SILENT:
	case FAILURE_ENDED:
	case FAILURE_SLOW_LOGIN:
	case FAILURE_CHANGED:
	case FAILURE_BUSY:
	case FAILURES:
		break;
	}
	return EXIT_UNREACHABLE;
}
