// SPDX-License-Identifier: MIT
// The one place that names the version, of both programs.
#pragma once

#define SNUG_VERSION "0.1"
