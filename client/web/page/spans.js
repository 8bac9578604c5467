// SPDX-License-Identifier: MIT
// A message's text as what is shown: blocks of code and of text, and in a text its links,
// `code` and names. The rules are those of client/text/code.c and common/url.c. Pure.
import {mixedHost} from "./host.js";

const FENCE = "```";
const TAB = 8;
const LINK = /(?<![a-z0-9])(?:https?:\/\/|mailto:)[^\s<>"`\u0000-\u0020]+/gi;
const CODE = /`([^`\n]+)`/g;

// Control characters and bidi overrides never reach the screen; tabs and line ends do.
export function harmless(text) {
	return text
		.replace(/[\u202a-\u202e\u2066-\u2069]/g, "\ufffd")
		.replace(/\u0003(?:\d{1,2}(?:,\d{1,2})?)?/g, "")
		.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u2060\ufeff]/g, "")
		.replace(/(\p{M}{8})\p{M}+/gu, "$1");
}

// [{kind: "text"|"code", lines: ["..."]}]: between fences, and the indented lines of a message
// of several lines.
export function blocks(text) {
	const lines = text.split("\n");
	const found = [];
	let isInside = false;
	for (const line of lines) {
		const trimmed = line.trim();
		const isFence = trimmed.startsWith(FENCE);
		const isCode = isInside || isFence || (lines.length > 1 && /^(\t| {2})/.test(line));
		if (isFence && (isInside || !trimmed.slice(FENCE.length).includes(FENCE)))
			isInside = !isInside;
		addLine(found, isCode ? "code" : "text", line, isFence);
	}
	const shown = found.filter((block) => block.lines.length);
	// Fences round nothing are what was said.
	return shown.length ? shown : [{kind: "text", lines}];
}

// A fence that stands alone on its line, or with the name of a language, is not shown.
function addLine(found, kind, line, isFence) {
	if (found.at(-1)?.kind !== kind)
		found.push({kind, lines: []});
	if (!isFence || line.trim().slice(FENCE.length).includes(FENCE))
		found.at(-1).lines.push(kind === "code" ? withoutTabs(line.replaceAll(FENCE, "")) : line);
}

function withoutTabs(line) {
	let out = "";
	for (const part of line.split(/(\t)/))
		out += part === "\t" ? " ".repeat(TAB - out.length % TAB) : part;
	return out;
}

// [{kind: "text"|"code"|"link"|"name", text, href, host}]: host where it is not what it looks
// like. `name`: whom this page belongs to, "" of none.
export function spans(text, name = "") {
	return splitBy([{kind: "text", text}], CODE, (match) => ({kind: "code", text: match[1]}))
		.flatMap((span) => span.kind === "text" ? splitBy([span], LINK, linkOf) : [span])
		.flatMap((span) => span.kind === "text" ? splitNames(span, name) : [span]);
}

// `make` turns a match into a span; its own length is what of the match it takes.
function splitBy([span], pattern, make) {
	const found = [];
	let done = 0;
	for (const match of span.text.matchAll(pattern)) {
		const made = make(match);
		if (!made)
			continue;
		found.push({kind: "text", text: span.text.slice(done, match.index)}, made);
		done = match.index + (made.took ?? match[0].length);
	}
	found.push({kind: "text", text: span.text.slice(done)});
	return found.filter((part) => part.text);
}

function linkOf(match) {
	const text = trimEnd(match[0]);
	if (/^(https?:\/\/|mailto:)$/i.test(text))
		return null;
	return {kind: "link", text, href: text, host: mixedHost(text), took: text.length};
}

const count = (text, sign) => text.split(sign).length - 1;

// The sentence's own marks at the end are not the link's; a bracket is when it was opened.
function trimEnd(link) {
	for (;;) {
		const isClosing = link.endsWith(")") && count(link, "(") < count(link, ")");
		if (!isClosing && !/[.,;:!?'"\]}>]$/.test(link))
			return link;
		link = link.slice(0, -1);
	}
}

// Where our name stands as a word of its own.
function splitNames(span, name) {
	if (!name)
		return [span];
	const word = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
	const pattern = new RegExp(`(?<![\\p{L}\\p{N}_-])@?${word}(?![\\p{L}\\p{N}_-])`, "giu");
	return splitBy([span], pattern, (match) => ({kind: "name", text: match[0]}));
}
