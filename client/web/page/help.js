// SPDX-License-Identifier: MIT
// The keys of the page, those of a message, and the slash commands, which the core knows.
import {ACTS} from "./deeds.js";
import {openDialog} from "./dialog.js";
import {make} from "./dom.js";

const KEYS = [
	["Shift+Enter", "newline"],
	["F6", "pane"],
	["Ctrl+K", "goto"],
	["Alt+↑ Alt+↓", "places"],
	["↑ ↓", "log"],
	["Esc", "escape"],
];

export function openHelp(page) {
	const keys = KEYS.map(([key, text]) => [key, page.t(`help.${text}`)]);
	const acts = ACTS.map((act) => [act.key, page.t(`act.${act.name}`)]);
	const commands = page.core
		.commands()
		.map((one) => [`/${one.name} ${one.usage}`.trim(), one.help]);

	return openDialog(page, {
		title: page.t("help.title"),
		kind: "wide",
		body: [
			...part(page.t("help.keys"), keys),
			...part(page.t("help.message"), [
				...acts,
				["Shift+F10", page.t("help.context")],
			]),
			...part(page.t("help.commands"), commands),
		],
	});
}

function part(title, rows) {
	const items = rows.map(([key, text]) => [
		make("dt", {}, make("kbd", {}, key)),
		make("dd", {}, text),
	]);

	return [make("h3", {}, title), make("dl", {class: "facts keys"}, items)];
}
