// SPDX-License-Identifier: MIT
// How long a test waits for an event, the only time that stands in one.
#pragma once

#define PATIENCE_MS 120000
