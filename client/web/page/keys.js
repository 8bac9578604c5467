// SPDX-License-Identifier: MIT
// Keys that work wherever the focus is. Dialogs have their own.
import {byPage, enterLog, moveInLog} from "./log.js";
import {focusComposer, isComposer} from "./compose.js";
import {nextPlace} from "./rooms.js";
import {openGoto} from "./goto.js";
import {openHelp} from "./parts.js";
import {page} from "./page.js";

const IN_TEXT = "input, textarea, select, [contenteditable]";

// What F6 goes round, in the order of the screen.
const panes = [
	{holds: (at) => at?.closest("#list"), enter: () => inside("#list", '[aria-current], [data-place]')},
	{holds: (at) => at?.closest(".head"), enter: () => inside(".head", "button:not([hidden])")},
	{holds: (at) => at?.closest(".log-frame"), enter: enterLog},
	{holds: (at) => at?.closest(".composer"), enter: focusComposer},
	{holds: (at) => at?.closest("#side"), enter: () => inside("#side", "button, [tabindex]")},
];

function inside(pane, what) {
	const found = [...document.querySelectorAll(`${pane} :is(${what})`)]
		.find((element) => element.getClientRects().length);

	found?.focus();
}

function nextPane(step) {
	const at = panes.findIndex((pane) => pane.holds(document.activeElement));

	for (let i = 1; i <= panes.length; i++) {
		const pane = panes[(at + i * step + 2 * panes.length) % panes.length];
		pane.enter();
		if (pane.holds(document.activeElement))
			return;
	}
}

export function startKeys() {
	document.addEventListener("keydown", (event) => {
		if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]") ||
		    !page.place)
			return;
		if (used(event))
			event.preventDefault();
	});
}

function used(event) {
	const isControl = event.ctrlKey || event.metaKey;

	if (event.key === "F1")
		return openHelp(), true;
	if (event.key === "F6")
		return nextPane(event.shiftKey ? -1 : 1), true;
	if (isControl && !event.altKey && event.key.toLowerCase() === "k")
		return openGoto(), true;
	if (event.altKey && !isControl && ["ArrowUp", "ArrowDown"].includes(event.key))
		return go(event.key === "ArrowDown" ? 1 : -1, event.shiftKey);
	if (isControl || event.altKey)
		return false;
	return inLog(event) || elsewhere(event);
}

function go(step, isUnread) {
	const next = nextPlace(step, isUnread);

	if (next)
		page.show(next.id);
	return true;
}

function inLog(event) {
	if (isComposer(event.target) && ["PageUp", "PageDown"].includes(event.key))
		return byPage(event.key === "PageUp" ? -1 : 1);
	return Boolean(event.target.closest?.(".log-frame")) && !event.target.matches(IN_TEXT) &&
		moveInLog(event);
}

// Esc goes back to the line one writes in; so does a letter, which is then written there.
function elsewhere(event) {
	if (isComposer(event.target) || event.target.matches?.(IN_TEXT))
		return false;
	if (event.key === "Escape")
		return focusComposer(), true;
	const isLetter = event.key.length === 1 && event.key !== " ";
	if (isLetter && !event.target.closest?.("#list, #side"))
		focusComposer();
	return false;
}
