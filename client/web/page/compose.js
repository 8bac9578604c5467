// SPDX-License-Identifier: MIT
// The field one writes in: what Enter does, the draft of each target, and the banner that says
// that the text answers a message or writes one anew.
import {attachButton} from "./attach.js";
import {make} from "./dom.js";
import {iconButton} from "./icon.js";
import {page, shownTarget, titleOf} from "./page.js";
import {completesKey, startCompletion, updateCompletion} from "./completion.js";
import {harmless} from "./spans.js";
import {say} from "./texts.js";
import {isSpeech, wrote} from "./units.js";

const DRAFT_MS = 400;
const TYPING_MS = 3000;
const EDIT_SEARCH = 200; // lines back for the last own message

let field, banner, typists;
// What the banner says: {kind: "reply"|"edit", line}, or null; and what the edit put aside.
let aim = null;
let isComposing = false;
let draftTimer = 0, typedAt = 0;

/** @param {{emoji: function()}} acts @returns {HTMLElement} the form */
export function startComposer(acts) {
	field = make("textarea", {id: "field", rows: 1, autocapitalize: "sentences", spellcheck: true,
		enterkeyhint: "send", "aria-autocomplete": "list", "data-home": true});
	banner = make("div", {class: "banner", hidden: true});
	typists = make("div", {class: "typists", "aria-hidden": "true"});
	page.bars = make("div", {class: "bars"});
	field.addEventListener("keydown", onKey);
	field.addEventListener("input", onInput);
	field.addEventListener("compositionstart", () => { isComposing = true; });
	// Some browsers send the Enter that ends a composition after it: it sends nothing.
	field.addEventListener("compositionend", () => setTimeout(() => { isComposing = false; }));
	return make("form", {class: "composer", on: {submit: onSubmit}},
		page.bars, typists, banner, startCompletion(field, grow),
		make("div", {class: "writing"},
			attachButton(),
			iconButton("emoji", say("compose.emoji"), acts.emoji),
			field,
			iconButton("send", say("compose.send"), null,
				{type: "submit", class: "icon-button send"})));
}

function onSubmit(event) {
	event.preventDefault();
	send();
	field.focus();
}

function send() {
	const text = field.value;

	if (!text.trim())
		return;
	if (aim)
		page.core.message(page.place, aim.kind === "edit" ? "edit" : "message", text, aim.line.id);
	else
		page.core.typed(page.place, text);
	setText(aim?.kind === "edit" ? aim.aside : "");
	setAim(null);
	typedAt = 0;
	keepDraft();
	page.newest();
}

function setText(text) {
	field.value = text;
	field.setSelectionRange(text.length, text.length);
	grow();
	updateCompletion();
}

function grow() {
	field.style.height = "auto";
	field.style.height = `${field.scrollHeight}px`;
}

// ---- the target

/** Another target is shown: its draft comes, the last one's stays with it. */
export function showComposer() {
	const target = shownTarget();

	setAim(null);
	setText(page.core.kept(draftKey(target)) ?? "");
	field.placeholder = say("compose.message", {name: harmless(titleOf(target))});
	field.setAttribute("aria-label", field.placeholder);
	drawTypists();
}

const draftKey = (target) => `draft ${target.name}`;

/** To be called before another target is shown, too. */
export function keepDraft() {
	const target = shownTarget();
	const text = aim?.kind === "edit" ? aim.aside : field.value;

	clearTimeout(draftTimer);
	if (target && (page.core.kept(draftKey(target)) ?? "") !== text)
		page.core.keep(draftKey(target), text);
}

/** Who writes here just now. */
export function drawTypists() {
	const names = (shownTarget()?.typing ?? []).map(harmless);
	const key = names.length > 2 ? "n" : names.length;

	typists.textContent = key ? say(`compose.typing.${key}`, {a: names[0], b: names[1]}) : "";
}

// ---- the banner

/** The next message answers this line. */
export function reply(line) {
	setAim({kind: "reply", line});
	// Behind a menu by finger the field has the focus again, but Chromium's caret is not in it.
	setText(field.value);
	field.focus();
}

/** A message that was kept back is written anew, in its own target. */
export function recall({target, text, replyTo}) {
	if (target !== page.place)
		page.show(target);
	const at = replyTo ? page.core.lineIndex(target, replyTo) : -1;
	setAim(at < 0 ? null : {kind: "reply", line: page.core.lines(target, at, at + 1)[0]});
	setText([field.value, text].filter(Boolean).join("\n"));
	keepDraft();
}

/** This own line is written anew; what stood in the field comes back afterwards. */
export function edit(line) {
	setAim({kind: "edit", line, aside: field.value});
	setText(wrote(line));
	field.focus();
}

function setAim(next) {
	aim = next;
	banner.hidden = !aim;
	banner.replaceChildren();
	if (!aim)
		return;
	const words = aim.kind === "edit" ? say("compose.edit")
		: say("compose.reply", {name: aim.line.display || aim.line.from});
	banner.append(make("strong", {}, words),
		make("span", {class: "cut", dir: "auto"}, aim.line.text.split("\n")[0]),
		iconButton("close", say("compose.cancel"), leaveAim));
}

function leaveAim() {
	const aside = aim?.kind === "edit" ? aim.aside : field.value;

	setAim(null);
	setText(aside);
	field.focus();
}

// ---- keys

const mayBeComposing = (event) => isComposing || event.isComposing || event.keyCode === 229;

function onKey(event) {
	if (mayBeComposing(event) || completesKey(event) || event.altKey || event.ctrlKey || event.metaKey)
		return;
	if (event.key === "Enter" && !event.shiftKey) {
		event.preventDefault();
		send();
	} else if (event.key === "Escape" && aim) {
		event.preventDefault();
		leaveAim();
	} else if (event.key === "ArrowUp" && !field.value && !aim) {
		editLast(event);
	}
}

function editLast(event) {
	const end = page.core.lineCount(page.place);
	const line = page.core.lines(page.place, Math.max(0, end - EDIT_SEARCH), end)
		.findLast((one) => one.self && one.id && isSpeech(one) && !one.redacted);

	if (!line)
		return;
	event.preventDefault();
	edit(line);
}

function onInput() {
	grow();
	updateCompletion();
	clearTimeout(draftTimer);
	draftTimer = setTimeout(keepDraft, DRAFT_MS);
	tellTyping();
}

// A command is nobody's business before it is sent.
function tellTyping() {
	const isText = Boolean(field.value) && !field.value.startsWith("/");
	const isDue = Date.now() - typedAt > TYPING_MS;

	if (isText && isDue)
		page.core.typing(page.place, true);
	else if (!isText && typedAt)
		page.core.typing(page.place, false);
	typedAt = isText ? (isDue ? Date.now() : typedAt) : 0;
}

// ---- for others

/** Text comes in where the cursor is. */
export function insert(text) {
	field.focus();
	field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
	onInput();
}

export const focusComposer = () => field.focus({preventScroll: true});
export const isComposer = (element) => element === field;
