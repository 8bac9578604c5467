// SPDX-License-Identifier: MIT
// Is this an address that the whole Internet reaches, or one of a network of somebody's own?
//
// Users say where a push goes: it must not be where only this computer gets in. Pure.
#pragma once

#include "common/cidr.h"

// What is set aside for a use (IANA's registries of special-purpose addresses) is not public.
// An IPv4 address inside an IPv6 one (mapped, 6to4, NAT64) is judged as the IPv4 address.
MUST_USE bool address_is_public(const struct cidr *address);
