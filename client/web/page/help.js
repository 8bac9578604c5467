// SPDX-License-Identifier: MIT
// Help: the keys of the page, and the commands that may be typed (F1, /help).
import {make} from "./dom.js";
import {openDialog} from "./dialog.js";
import {page} from "./page.js";
import {say} from "./texts.js";

// As they stand on a keyboard, and what they do.
const KEYS = [
	["Alt ↑ ↓", "help.next"], ["Alt Shift ↑ ↓", "help.unread"], ["Ctrl K", "help.goto"],
	["F6", "help.panes"], ["↑ ↓ Home End", "help.rows"], ["Esc", "help.back"],
	["Enter", "help.send"], ["Shift Enter", "help.line"], ["↑", "help.edit"], ["Tab", "help.complete"],
	["r + e d y s !", "help.acts"],
];

export function openHelp() {
	const keys = make("dl", {class: "help"}, KEYS.flatMap(([key, words]) =>
		[make("dt", {}, make("kbd", {}, key)), make("dd", {}, say(words))]));
	const commands = make("dl", {class: "help"}, page.core.commands().flatMap(({name, usage, help}) =>
		[make("dt", {}, make("code", {dir: "ltr"}, `/${name} ${usage}`.trim())), make("dd", {}, help)]));

	return openDialog(page, {title: say("help.title"), kind: "wide", body: [
		keys, make("h3", {}, say("help.commands")), commands,
	]});
}
