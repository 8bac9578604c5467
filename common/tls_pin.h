// SPDX-License-Identifier: MIT
// What a pin is, for those who compare keys and speak no TLS themselves.
#pragma once

#define TLS_PIN_LEN 32 // SHA-256 of the SubjectPublicKeyInfo
