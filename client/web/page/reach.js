// SPDX-License-Identifier: MIT
// How much of a history is in the page: at most a screen above what is seen and one below.
// Pure: heights in pixels, rows as their heights.

const KEEP = 1;       // screens that stay beyond each edge
const NEAR = 0.5;     // with less than that beyond an edge, more is added
const AHEAD = 1.5;    // screens of the core's lines above which older ones are asked for
const ROW_LEAST = 24; // what a row is taken for before one was measured

// Rows to add at an edge with `beyond` pixels of rows beyond it, so that a screen is there.
export function rowsToAdd(beyond, screen, rowHeight) {
	if (beyond >= NEAR * screen)
		return 0;
	return Math.ceil((KEEP * screen - beyond) / Math.max(rowHeight, ROW_LEAST));
}

// How many rows go from the far end of an edge, so that no more than what stays is beyond it; a row
// whose place would soon be filled again is left. `heights` from the far end inwards, `beyond`
// pixels of rows beyond the edge.
export function rowsToDrop(heights, beyond, screen) {
	let count = 0;
	while (count < heights.length && beyond > KEEP * screen &&
	       beyond - heights[count] >= NEAR * screen)
		beyond -= heights[count++];
	return count;
}

// Are older lines to be asked for? `hidden` lines of the core stand above the first row.
export function wantsOlder(beyond, screen, hidden, rowHeight) {
	return beyond + hidden * Math.max(rowHeight, ROW_LEAST) < AHEAD * screen;
}

// Rows that a window begins with: a screen, and one beyond each edge that there is.
export const rowsOfScreens = (screens, screen, rowHeight) =>
	Math.ceil(screens * screen / Math.max(rowHeight, ROW_LEAST));
