// SPDX-License-Identifier: MIT
// Waiting in tests of the page: for an event, and no longer than PATIENCE, as tests/e2e/patience.py.
import {setTimeout as pass} from "node:timers/promises";

export const PATIENCE = 120_000; // ms
const STEP = 10; // between two looks

/**
 * Waits until condition() is true, and gives its result.
 * @param {string|function(): string} what it is waited for, named when it does not come
 */
export async function until(what, condition) {
	const end = Date.now() + PATIENCE;

	for (;;) {
		const found = await condition();

		if (found)
			return found;
		if (Date.now() > end)
			throw new Error(`waited ${PATIENCE / 1000} s for ${typeof what === "function" ? what() : what}`);
		await pass(STEP);
	}
}
