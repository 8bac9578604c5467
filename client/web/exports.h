// SPDX-License-Identifier: MIT
// How the page calls this module (client/web/page/core.js).
//
// A text is a struct span, passed by its address (the C ABI of WebAssembly); it is
// borrowed for the call. Times, ids and counts are numbers of JavaScript. What is read is put
// (client/web/put.h) and is the call's answer there. Owner: the page's one thread.
#pragma once

#include "common/span.h"

#define EXPORT(name) __attribute__((export_name(#name))) __attribute__((visibility("default")))
