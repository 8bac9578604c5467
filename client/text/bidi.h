// SPDX-License-Identifier: MIT
// Does a text run from the right? Pure; any thread.
#pragma once

#include "common/span.h"

// Some character of it is Hebrew, Arabic or of another script that runs from the right.
MUST_USE bool bidi_has_rtl(struct span text);
