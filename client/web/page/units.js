// SPDX-License-Identifier: MIT
// Lines of core.lines as what stands in the log: units, each one row. A unit is a message,
// with the marks above it, or a folded run of comings and goings. Pure.
import {dayOf} from "./days.js";

const FOLDS = new Set(["join", "part", "quit", "nick"]);
const SPEECH = new Set(["message", "action", "notice"]);
const GROUP_MS = 10 * 60000;
const RUN_MAX = 500;

export const isSpeech = (line) => SPEECH.has(line.kind);

// Comings and goings, and what those say whom one ignores, are told by their number.
export const isFolded = (line) => FOLDS.has(line.kind) || Boolean(line.hushed);

// [{key, first, last, lines, day, isNew, gap, isJoined}] of `lines`, behind the line `before`
// (undefined: nothing is). first and last are indices of the core; day: a day begins here;
// isNew: the unread line stands above; gap: messages may be missing above; isJoined: said by
// the one above, soon after, so that no name is needed.
export function unitsOf(lines, before) {
	const units = [];
	let last = before?.kind === "edit" ? undefined : before;
	for (const line of lines) {
		if (line.kind === "edit")
			continue;
		const marks = marksOf(line, last);
		const run = units.at(-1);
		if (canFold(run, line, marks)) {
			run.lines.push(line);
			run.last = line.i;
			run.key = keyOf(line);
		} else {
			units.push({key: keyOf(line), first: line.i, last: line.i, lines: [line], ...marks});
		}
		last = line;
	}
	return units;
}

function marksOf(line, last) {
	const day = !last || dayOf(last.at) !== dayOf(line.at);
	const marks = {day, isNew: Boolean(line.unreadFrom), gap: Boolean(line.gap)};
	return {...marks, isJoined: !day && !marks.isNew && !marks.gap && isJoined(line, last)};
}

function isJoined(line, last) {
	return line.kind === "message" && last.kind === "message" && !line.reply && !last.hushed &&
		line.from === last.from && line.at - last.at < GROUP_MS;
}

function canFold(run, line, marks) {
	return isFolded(line) && run && isFolded(run.lines[0]) && !marks.day &&
		!marks.isNew && !marks.gap && run.lines.length < RUN_MAX;
}

/** What was said, as it was written: with the address of its file. */
export const wrote = ({text, file}) =>
	file ? `${text} ${location.origin}/f/${file.id}`.trim() : text;

// Lines of this program alone have no id: what they say tells them apart.
export const keyOf = (line) => line.id || `local ${line.at} ${line.kind} ${line.text}`;
