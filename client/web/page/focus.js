// SPDX-License-Identifier: MIT
// Where the focus goes: one place decides it.
//
// What closes gives the focus back to where it was. Where that is gone, it goes home: to the
// element with data-home (the line one writes in). With a finger home is data-rest instead,
// since focus in a text field would bring the keyboard up.

const SOFT_KEYBOARD = "(pointer: coarse)";

function canTake(element) {
	return (
		Boolean(element) &&
		element !== document.body &&
		element.isConnected &&
		element.getClientRects().length > 0 &&
		!element.closest("[inert]")
	);
}

/** @returns {HTMLElement|null} who has the focus now, to be given to giveFocusBack() later */
export function whoHasFocus() {
	return document.activeElement === document.body ? null : document.activeElement;
}

export function giveFocusBack(was) {
	if (canTake(was)) was.focus({preventScroll: true});
	else goHome();
}

export function goHome() {
	const order = window.matchMedia(SOFT_KEYBOARD).matches
		? ["[data-rest]", "[data-home]"]
		: ["[data-home]", "[data-rest]"];
	const home = order.map((one) => document.querySelector(one)).find(canTake);

	home?.focus({preventScroll: true});
}

/**
 * Arrows, Home and End in a row of elements of which one is the tab stop (roving tabindex).
 * @param {KeyboardEvent} event
 * @param {HTMLElement[]} items in order
 * @param {number} [columns] of a grid, for up and down; 1: a list
 * @returns {HTMLElement|null} where the focus went
 */
export function moveFocus(event, items, columns = 1) {
	const at = items.indexOf(document.activeElement);
	const next = step(event.key, at, items.length, columns);

	if (next === null || !items.length) return null;
	event.preventDefault();
	items.forEach((item, i) => {
		item.tabIndex = i === next ? 0 : -1;
	});
	items[next].focus();
	return items[next];
}

/** The index that a key leads to in count items of so many columns; null: no key for that. */
export function step(key, at, count, columns = 1) {
	const last = count - 1;
	const wrapped = (to) => (to < 0 ? last : to > last ? 0 : to);
	const held = (to) => (to < 0 || to > last ? at : to);

	switch (key) {
		case "ArrowDown":
			return columns > 1 ? held(at + columns) : wrapped(at + 1);
		case "ArrowUp":
			return columns > 1 ? held(at - columns) : wrapped(at - 1);
		case "ArrowRight":
			return columns > 1 ? held(at + 1) : null;
		case "ArrowLeft":
			return columns > 1 ? held(at - 1) : null;
		case "Home":
			return 0;
		case "End":
			return last;
		default:
			return null;
	}
}
