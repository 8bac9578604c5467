// SPDX-License-Identifier: MIT
// One unit of the log (units.js) as one list item: the marks above it, and a message, a folded
// run of comings and goings, or a line of the server.
import {bodyOf, cutLines, lineOf} from "./body.js";
import {clock, dayName, moment} from "./days.js";
import {button, make} from "./dom.js";
import {page} from "./page.js";
import {colourClass, lettersOf} from "./person.js";
import {showFile} from "./parts.js";
import {has, say} from "./texts.js";
import {isSpeech} from "./units.js";

const FOLD_LINES = 20;
const unfolded = new Set();

/** `target` is where it was said; `act` is {redraw(), jump(id, at), load(id)}. */
export function rowOf(unit, target, act) {
	const line = unit.lines[0];

	return make("li", {
		class: ["row", `kind-${line.kind}`, unit.isJoined && "joined", line.mention && "mention",
			line.self && "self", line.redacted && "removed"].filter(Boolean).join(" "),
		"data-id": line.id, tabindex: -1,
	}, ...marks(unit, act), inside(unit, target, act));
}

function marks(unit, act) {
	const line = unit.lines[0];

	return [
		unit.gap && make("div", {class: "mark gap"}, make("span", {}, say("log.gap"), " ",
			make("button", {type: "button", tabindex: -1, on: {click: () => act.load(line.id)}},
				say("log.gap.load")))),
		unit.day && make("div", {class: "mark day"}, make("span", {}, dayName(line.at))),
		unit.isNew && make("div", {class: "mark new"}, make("span", {}, say("log.new"))),
	].filter(Boolean);
}

function inside(unit, target, act) {
	const line = unit.lines[0];

	if (unit.lines.length > 1 || line.hushed)
		return run(unit, act);
	return isSpeech(line) ? message(unit, line, target, act) : event(line);
}

function message(unit, line, target, act) {
	return make("div", {class: "message"},
		unit.isJoined ? null : picture(line),
		unit.isJoined ? make("span", {class: "sr-only"}, `${shownName(line)} `) : head(line),
		unit.isJoined ? time(line) : null,
		make("div", {class: "body"},
			line.reply ? quotation(line.reply, act) : null,
			...said(line, act),
			line.edited && !line.redacted
				? make("span", {class: "edited"}, say("row.edited")) : null,
			reactions(line, target)));
}

const shownName = (line) => line.display || line.from;

const picture = (line) => make("span",
	{class: `picture ${colourClass(line.from)}`, "aria-hidden": "true"}, lettersOf(shownName(line)));

function head(line) {
	return make("div", {class: "said-by"}, nameButton(line),
		line.isBot ? make("span", {class: "badge"}, say("row.bot")) : null,
		line.kind === "notice" ? make("span", {class: "badge"}, say("row.notice")) : null,
		time(line));
}

function nameButton(line) {
	return make("button", {type: "button", class: `name ${colourClass(line.from)}`, tabindex: -1,
		"data-person": line.from}, make("bdi", {}, shownName(line)));
}

const time = (line) => make("time",
	{datetime: new Date(line.at).toISOString(), title: moment(line.at)}, clock(line.at));

function quotation(reply, act) {
	const jump = () => act.jump(reply.id);

	if (!reply.isHere)
		return button(say("row.reply.gone"), jump, {class: "quote", tabindex: -1});
	return button([
		make("bdi", {class: colourClass(reply.from)}, reply.display || reply.from), " ",
		make("span", {dir: "auto"}, reply.text.split("\n")[0]),
	], jump, {class: "quote", tabindex: -1});
}

// What was said, a long text with what of it is folded.
function said(line, act) {
	if (line.redacted)
		return [make("p", {class: "gone"}, line.removal
			? say("row.removed.why", {why: line.removal}) : say("row.removed"))];
	const isOpen = unfolded.has(line.id);
	const cut = cutLines(line.text, isOpen ? Infinity : FOLD_LINES);
	const parts = cut.text || !line.file ? bodyOf(cut.text, page.core.me().name) : [];

	if (line.kind === "action")
		parts[0]?.prepend("* ", make("bdi", {}, shownName(line)), " ");
	return [...parts, cut.more || isOpen ? foldButton(line, cut.more, act) : null,
		line.file ? fileBox(line.file) : null];
}

// Its height is known before the file is there.
function fileBox(file) {
	const box = make("div", {class: `file ${file.type.split("/")[0]}`}, file.name);

	showFile(page, box, file);
	return box;
}

function foldButton(line, more, act) {
	const toggle = () => {
		if (!unfolded.delete(line.id))
			unfolded.add(line.id);
		act.redraw(line.id);
	};

	return make("button", {type: "button", class: "fold", tabindex: -1, on: {click: toggle}},
		more ? say("row.more", {count: more}) : say("row.less"));
}

function reactions(line, target) {
	if (!line.reactions?.length || line.redacted)
		return null;
	return make("div", {class: "signs"}, line.reactions.map((one) => {
		const names = one.names.join(", ");
		const label = say("row.reaction", {sign: one.sign, count: one.names.length, names});

		return make("button", {
			type: "button", tabindex: -1, title: names, "aria-label": label,
			"aria-pressed": String(Boolean(one.mine)),
			on: {click: () => page.core.message(target, "reaction", one.sign, line.id)},
		}, one.sign, " ", String(one.names.length));
	}));
}

// What kind of line comes to what words; the core's own where there are none.
function eventText(line) {
	const name = shownName(line) ?? "";
	const reason = line.kind === "join" ? "" : line.text.replace(/^[^:]*(:|$)/, "$1");

	if (["join", "part", "quit"].includes(line.kind))
		return say(`row.${line.kind}`, {name}) + reason;
	if (line.hushed)
		return `${name}: ${line.text}`;
	return has(`row.${line.kind}`) ? say(`row.${line.kind}`, {name, text: line.text}) : line.text;
}

function event(line) {
	return make("div", {class: "event"},
		make("p", {dir: "auto"}, ...lineOf(eventText(line))), time(line));
}

function run(unit, act) {
	const id = unit.key;
	const toggle = () => {
		if (!unfolded.delete(id))
			unfolded.add(id);
		act.redraw(id);
	};

	return make("div", {class: "event run"},
		make("button", {type: "button", class: "fold", tabindex: -1,
			"aria-expanded": String(unfolded.has(id)), on: {click: toggle}}, summary(unit.lines)),
		unfolded.has(id) ? make("div", {}, unit.lines.map(event)) : null);
}

function summary(lines) {
	const count = (...kinds) => lines.filter((line) => !line.hushed && kinds.includes(line.kind)).length;

	return [["row.hushed", lines.filter((line) => line.hushed).length],
		["row.joined", count("join")], ["row.left", count("part", "quit")],
		["row.renamed", count("nick")]]
		.filter(([, many]) => many)
		.map(([key, many]) => say(key, {count: many})).join(", ");
}
