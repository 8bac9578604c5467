// SPDX-License-Identifier: MIT
// What snug-picture ends with where it did not become the program that draws: none that such
// a program ends with by itself.
#pragma once

enum picture_end { PICTURE_NO_WALLS = 113, PICTURE_NO_PROGRAM = 114 };
