// SPDX-License-Identifier: MIT
// Slash commands that want the page: of a message ("/react 🎉", "/report ID why"), and of lists.
import {notice} from "./bar.js";
import {ACTS, sendReaction, targetOf} from "./deeds.js";
import {told} from "./ask.js";
import {openFactor, openInbox, openSaved} from "./parts.js";
import {openMembers} from "./people.js";

/** Command of commands.def, and what it is called in deeds.js. */
const COMMANDS = {
	reply: "reply",
	react: "react",
	edit: "edit",
	redact: "remove",
	report: "report",
	save: "save",
	reactions: "reactions",
};

/** With a text behind it nothing has to be asked. */
const AT_ONCE = {
	reply: (page, {target, line}, text) =>
		page.core.message(target.id, "message", text, line.id),
	edit: (page, {target, line}, text) => page.core.message(target.id, "edit", text, line.id),
	react: sendReaction,
	report: (page, {target, line}, text) =>
		told(
			page,
			`PRIVMSG ChanServ :REPORT ${target.name} ${line.id} ${text}`,
			"act.reported",
		),
};

/** The message that the text begins with the id of, else the newest that fits; and the rest. */
export function chosen(page, deed, text) {
	const target = targetOf(page, page.here());
	const [id, ...rest] = text.split(" ");
	const named = id ? page.core.lineIndex(target.id, id) : -1;
	const fits = (line) => deed.can(line, page, target);

	if (named >= 0) {
		const line = page.core.lines(target.id, named, named + 1)[0];

		return {on: fits(line) ? {target, line} : null, rest: rest.join(" ").trim()};
	}
	const line = page.core.lines(target.id, 0, page.core.lineCount(target.id)).findLast(fits);

	return {on: line ? {target, line} : null, rest: text.trim()};
}

function doTo(page, name, text) {
	const deed = ACTS.find((one) => one.name === name);
	const {on, rest} = chosen(page, deed, text);

	if (!on) notice(page, page.t("slash.none"));
	else if (rest && AT_ONCE[name]) AT_ONCE[name](page, on, rest);
	else deed.act(page, on);
}

/** What core.acts gets: by the command's name, with the text behind it. */
export function slashActs(page) {
	const deeds = Object.entries(COMMANDS).map(([command, name]) => [
		command,
		(text) => doTo(page, name, text),
	]);

	return {
		...Object.fromEntries(deeds),
		"2fa": () => openFactor(page),
		inbox: () => openInbox(page),
		saved: () => openSaved(page),
		members: () => openMembers(page, page.here()),
	};
}
