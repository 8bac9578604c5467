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
	const keys = KEYS.map(([key, words]) => [make("kbd", {}, key), say(words)]);
	const commands = page.core.commands().map(({name, usage, help}) =>
		[make("code", {dir: "ltr"}, `/${name} ${usage}`.trim()), help]);

	return openDialog(page, {title: say("help.title"), kind: "wide", body: [
		pairs(keys), make("h3", {}, say("help.commands")), pairs(commands),
	]});
}

const pairs = (rows) => make("dl", {class: "help"}, rows.flatMap(([what, words]) =>
	[make("dt", {}, what), make("dd", {}, words)]));
