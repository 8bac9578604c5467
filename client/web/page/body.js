// SPDX-License-Identifier: MIT
// The text of a message as elements: paragraphs, code, links that say where they lead.
import {make} from "./dom.js";
import {blocks, harmless, spans} from "./spans.js";

/** @param {string} text as it came @param {string} me our name, to be marked */
export function bodyOf(text, me) {
	return blocks(harmless(text)).map((block) => block.kind === "code"
		? make("pre", {dir: "ltr"}, make("code", {}, block.lines.join("\n")))
		: make("p", {dir: "auto"}, ...lineOf(block.lines.join("\n"), me)));
}

/** A text in one line, as a topic or a quotation has it: its links can be clicked. */
export function lineOf(text, me = "") {
	return spans(text, me).map(elementOf);
}

const makers = {
	text: (span) => span.text,
	code: (span) => make("code", {dir: "ltr"}, span.text),
	name: (span) => make("mark", {}, span.text),
	link: (span) => make("a", {href: span.href, target: "_blank", rel: "noopener noreferrer"},
		span.text, span.host ? make("span", {class: "real-host"}, ` (${span.host})`) : null),
};

const elementOf = (span) => makers[span.kind](span);

/** The first `most` lines of a text, and how many more there are. */
export function cutLines(text, most) {
	const lines = text.split("\n");

	return {text: lines.slice(0, most).join("\n"), more: Math.max(0, lines.length - most)};
}
