// SPDX-License-Identifier: MIT
// Included before each unit test, whose main the Makefile renames: its prototype.
#pragma once

int main(void);
