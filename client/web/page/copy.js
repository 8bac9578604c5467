// SPDX-License-Identifier: MIT
// Several messages copied at once become lines of `[time] <name> text`, as they were said, not
// as they look. Part of one message is copied as the browser does it.
import {clock} from "./days.js";
import {isSpeech, wrote} from "./units.js";

/** Does the selection of the page touch this row? */
export function isSelected(row) {
	const selection = document.getSelection();

	return Boolean(selection && !selection.isCollapsed && selection.containsNode(row, true));
}

export function copySelection(event, list, units) {
	const selection = document.getSelection();

	if (!selection || selection.isCollapsed || !list.contains(selection.anchorNode) ||
	    isInField(document.activeElement))
		return;
	const ids = new Set([...list.children].filter(isSelected).map((row) => row.dataset.id));
	const lines = units.flatMap((unit) => unit.lines).filter((line) => ids.has(line.id));
	if (lines.length < 2)
		return;
	event.clipboardData.setData("text/plain", lines.map(copied).join("\n"));
	event.preventDefault();
}

const isInField = (element) => ["TEXTAREA", "INPUT"].includes(element?.tagName);

/** One line as it is copied. */
export function copied(line) {
	const at = `[${clock(line.at)}]`;

	if (!isSpeech(line))
		return `${at} ${line.from} ${line.text}`;
	const name = line.kind === "action" ? `* ${line.from}` : `<${line.from}>`;
	return `${at} ${name} ${wrote(line)}`;
}
