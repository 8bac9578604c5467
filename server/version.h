// SPDX-License-Identifier: MIT
// The one place that names the version.
#pragma once

#define SNUG_VERSION "0.1"
