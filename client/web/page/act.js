// SPDX-License-Identifier: MIT
// The ways to what can be done to a message (deeds.js): the buttons over the row that the mouse is
// on, the menu of a row (context key, right button, long press), and the single keys of the
// terminal's chosen message.
import {button, make} from "./dom.js";
import {ACTS, isSaved, isSpeech, sendReaction, targetOf} from "./deeds.js";
import {recentEmoji} from "./recent.js";
import {iconButton} from "./icon.js";
import {openMenu} from "./menu.js";

const LONG_PRESS_MS = 500;
const PRESS_SLACK = 10;

/** @returns {{row: HTMLElement, line: object, target: object}|null} what a node stands in */
function messageAt(page, node) {
	const row = node?.closest?.("[data-id]");
	const target = row && page.log.contains(row) ? targetOf(page, page.here()) : null;
	const i = target ? page.core.lineIndex(target.id, row.dataset.id) : -1;

	return i < 0 ? null : {row, target, line: page.core.lines(target.id, i, i + 1)[0]};
}

function actsFor(page, on) {
	return ACTS.filter((act) => act.can(on.line, page, on.target));
}

/** Begins to listen; on the document, since the log is made anew in another language. */
export function watchActs(page) {
	let tools = null;

	document.addEventListener("pointerover", (event) => {
		tools = moveTools(page, tools, event);
	});
	document.addEventListener("keydown", (event) => onKey(page, event));
	document.addEventListener("contextmenu", (event) => onContext(page, event));
	watchLongPress(page);
}

// The buttons go from row to row with the mouse, and away with it.
function moveTools(page, tools, event) {
	const on = event.pointerType === "mouse" ? messageAt(page, event.target) : null;

	if (on && tools?.parentElement === on.row) return tools;
	tools?.remove();
	if (!on || !isSpeech(on.line)) return null;
	const fresh = makeTools(page);

	on.row.append(fresh);
	return fresh;
}

// Not among the tab stops: with the keyboard the row's own keys and menu do the same.
function makeTools(page) {
	const deed = (wanted) => ACTS.find((one) => one.name === wanted).act;
	const tool = (sign, act, key = `act.${sign}`) =>
		iconButton(
			sign,
			page.t(key),
			(event) => {
				const on = messageAt(page, event.currentTarget);

				if (on) act(page, on, event.currentTarget);
			},
			{tabindex: -1},
		);

	return make(
		"div",
		{class: "tools"},
		tool("reply", deed("reply")),
		tool("emoji", deed("react"), "act.react"),
		tool("more", (of, on, from) => openActs(of, on, corner(from))),
	);
}

function corner(element) {
	const box = element.getBoundingClientRect();

	return {x: box.left, y: box.bottom};
}

function onKey(page, event) {
	if (event.ctrlKey || event.metaKey || event.altKey || isField(event.target)) return;
	const on = messageAt(page, event.target);
	const act = on ? actsFor(page, on).find((one) => one.key === event.key) : null;

	if (act) {
		event.preventDefault();
		act.act(page, on);
	}
}

function isField(element) {
	return element.closest("input, textarea, select, [contenteditable]") !== null;
}

// Also what the context key and Shift+F10 send, then without a place of the pointer's.
function onContext(page, event) {
	const on = messageAt(page, event.target);

	if (!on || !isSpeech(on.line) || event.target.closest("a") || hasSelection()) return;
	event.preventDefault();
	openActs(
		page,
		on,
		event.button === 2 && event.clientX
			? {x: event.clientX, y: event.clientY}
			: corner(on.row),
	);
}

// Who has marked some text wants the browser's own menu, to copy it.
function hasSelection() {
	return !window.getSelection().isCollapsed;
}

function watchLongPress(page) {
	let timer = 0,
		from = null,
		isHeld = false;
	const end = () => clearTimeout(timer);

	document.addEventListener("pointerdown", (event) => {
		isHeld = false;
		if (event.pointerType === "mouse" || !page.log.contains(event.target)) return;
		from = {x: event.clientX, y: event.clientY};
		timer = setTimeout(() => {
			const on = messageAt(page, event.target);

			if (!on || !isSpeech(on.line) || document.querySelector("dialog[open]")) return;
			isHeld = true;
			openActs(page, on, from);
		}, LONG_PRESS_MS);
	});
	document.addEventListener("pointermove", (event) => {
		if (
			from &&
			Math.hypot(event.clientX - from.x, event.clientY - from.y) > PRESS_SLACK
		)
			end();
	});
	document.addEventListener("pointerup", end);
	document.addEventListener("pointercancel", end);
	// The finger that opened the menu is lifted over it: that takes nothing of it.
	document.addEventListener(
		"click",
		(event) => {
			if (isHeld && event.detail) event.stopPropagation();
		},
		true,
	);
}

function openActs(page, on, at) {
	const items = actsFor(page, on).map((act) => ({
		text: page.t(
			act.name === "save" && isSaved(page, on.line)
				? "act.unsave"
				: `act.${act.name}`,
		),
		key: act.key,
		kind: act.kind,
		act: () => act.act(page, on),
	}));
	const shown = openMenu(
		at,
		page.t("act.menu"),
		items,
		quickRow(page, (sign) => {
			shown.close();
			sendReaction(page, on, sign);
		}),
	);
}

function quickRow(page, take) {
	return make(
		"div",
		{class: "quick", role: "group", "aria-label": page.t("act.react")},
		recentEmoji(page.core).map((sign) => button(sign, () => take(sign))),
	);
}

