// SPDX-License-Identifier: MIT
// What can be done to a message: the buttons over the row that the mouse is on, the menu of a
// row (context key, right button, long press), and the single keys of the terminal's chosen
// message.
import {told} from "./ask.js";
import {removeWithUndo} from "./bar.js";
import {askForm, openDialog} from "./dialog.js";
import {button, labelled, make, name} from "./dom.js";
import {pickEmoji, recentEmoji} from "./emoji.js";
import {iconButton} from "./icon.js";
import {copy} from "./link.js";
import {openMenu} from "./menu.js";
import {mayModerate} from "./people.js";

const LONG_PRESS_MS = 500,
	PRESS_SLACK = 10;

const isSpeech = (line) => Boolean(line.id) && !line.redacted;

/** In the order of the menu; can: whether it is for this line; key: as on the terminal. */
const ACTS = [
	{name: "reply", key: "r", can: isSpeech, act: (page, on) => page.reply(on.line)},
	{name: "react", key: "+", can: isSpeech, act: react},
	{name: "reactions", key: "i", can: hasReactions, act: showReactions},
	{name: "edit", key: "e", can: isOwn, act: (page, on) => page.edit(on.line)},
	{name: "copy", key: "y", can: isSpeech, act: copyText},
	{name: "link", key: "l", can: isSpeech, act: copyLink},
	{name: "save", key: "s", can: isSpeech, act: toggleSaved},
	{name: "report", key: "!", can: isReportable, act: report},
	{name: "remove", key: "d", can: isRemovable, act: remove, kind: "danger"},
];

function isOwn(line) {
	return isSpeech(line) && line.self;
}

function hasReactions(line) {
	return isSpeech(line) && Boolean(line.reactions?.length);
}

function isReportable(line, page, target) {
	return isSpeech(line) && !line.self && target.kind === "room";
}

function isRemovable(line, page, target) {
	return isSpeech(line) && (line.self || mayModerate(page, target));
}

function targetOf(page, id) {
	return page.core.targets().find((target) => target.id === id);
}

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
		tool("reply", (of, on) => of.reply(on.line)),
		tool("emoji", react, "act.react"),
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
		from = null;
	const end = () => clearTimeout(timer);

	document.addEventListener("pointerdown", (event) => {
		if (event.pointerType === "mouse" || !page.log.contains(event.target)) return;
		from = {x: event.clientX, y: event.clientY};
		timer = setTimeout(() => {
			const on = messageAt(page, event.target);

			if (on && isSpeech(on.line) && !document.querySelector("dialog[open]"))
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

function sendReaction(page, on, sign) {
	page.core.message(on.target.id, "reaction", sign, on.line.id);
}

async function react(page, on) {
	const sign = await pickEmoji(page);

	if (sign) sendReaction(page, on, sign);
}

function showReactions(page, on) {
	openDialog(page, {
		title: page.t("act.reactions"),
		kind: "small",
		body: make(
			"dl",
			{class: "reactions"},
			on.line.reactions.map((reaction) => [
				make("dt", {}, reaction.sign),
				make(
					"dd",
					{},
					reaction.names.flatMap((who, i) => [
						i ? ", " : "",
						name(who),
					]),
				),
			]),
		),
	});
}

function copyText(page, on) {
	return copy(page, on.line.text);
}

/** The address of a message; who opens it, and may read it, is led to it. */
export function messageLink(target, line) {
	const room = encodeURIComponent(target.name.replace(/^#/, ""));

	return `${location.origin}/#${room},message=${encodeURIComponent(line.id)}`;
}

function copyLink(page, on) {
	return copy(page, messageLink(on.target, on.line));
}

function isSaved(page, line) {
	return page.core.saved().some((saved) => saved.id === line.id);
}

function toggleSaved(page, on) {
	const words = isSaved(page, on.line)
		? `SAVED DEL ${on.line.id}`
		: `SAVED ADD ${on.target.name} ${on.line.id}`;

	return told(page, words, isSaved(page, on.line) ? "act.let_go" : "act.saved");
}

async function report(page, on) {
	const field = make("input", {
		type: "text",
		name: "reason",
		required: true,
		maxlength: 300,
	});
	const answer = await askForm(page, {
		title: page.t("act.report"),
		intro: page.t("act.report_who", {name: on.line.display ?? on.line.from}),
		fields: [labelled(page.t("act.report_reason"), field)],
		send: page.t("act.report_send"),
		danger: true,
	});

	if (answer)
		await told(
			page,
			`PRIVMSG ChanServ :REPORT ${on.target.name} ${on.line.id} ` +
				answer.reason.replace(/\s+/g, " "),
			"act.reported",
		);
}

function remove(page, on) {
	page.core.remove(on.target.id, on.line.id);
	removeWithUndo(page);
}
