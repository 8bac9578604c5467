// SPDX-License-Identifier: MIT
// What can be done to a message, by whom, and how. `on` is {line, target} of core.js.
import {told} from "./ask.js";
import {removeWithUndo} from "./bar.js";
import {askForm, openDialog} from "./dialog.js";
import {labelled, make, name} from "./dom.js";
import {pickEmoji} from "./parts.js";
import {copy} from "./link.js";
import {mayModerate} from "./people.js";

export const isSpeech = (line) => Boolean(line.id) && !line.redacted;

/** In the order of the menu; can: whether it is for this line; key: as on the terminal. */
export const ACTS = [
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

/** The target of this id, as core.targets() has it. */
export function targetOf(page, id) {
	return page.core.targets().find((target) => target.id === id);
}

export function sendReaction(page, on, sign) {
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

export function isSaved(page, line) {
	return page.core.saved().some((saved) => saved.id === line.id);
}

function toggleSaved(page, on) {
	const words = isSaved(page, on.line)
		? `SAVED DEL ${on.line.id}`
		: `SAVED ADD ${on.target.name} ${on.line.id}`;

	return told(page, words, isSaved(page, on.line) ? "act.let_go" : "act.saved");
}

export async function report(page, on) {
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
