// SPDX-License-Identifier: MIT
// The log of the shown target: a window of its lines, at most a screen beyond each edge.
//
// 1. Nothing but scrollTo() writes scrollTop; the browser's own anchoring is off (base.css).
// 2. `view.from` and `view.to` are the core's indices; lines that come above move them, so each
//    drawing finds them again by the id of a row that is there (refind).
// 3. A drawing keeps where the first row that is seen stands, or the end where the end was seen.
import {copySelection, isSelected} from "./copy.js";
import {make} from "./dom.js";
import {forgetZone, untilMidnight} from "./days.js";
import {keyOf, unitsOf} from "./units.js";
import {makeRows} from "./rows.js";
import {ownKey, ownRow} from "./own.js";
import {page, shownTarget} from "./page.js";
import {rowOf} from "./row.js";
import {rowsOfScreens, rowsToAdd, rowsToDrop, wantsOlder} from "./reach.js";
import {say} from "./texts.js";

const START_SCREENS = 2;
const END_PX = 8;      // so near to the end is at the end
const FILLS_MAX = 12;  // each adds twice as many: more than any core holds

const view = {place: 0, from: 0, to: 0, units: [], sticks: true, isChosen: false, drawn: ""};
let scroller, list, rows, newest;

/** The element of the log; in another language it is the same, for who listens to its rows. */
export function startLog() {
	if (!list)
		makeLog();
	rows.arrange([]);
	list.setAttribute("aria-label", say("log.messages"));
	return make("div", {class: "log-frame"}, scroller, newest);
}

function makeLog() {
	list = make("ol", {class: "log-rows", role: "list"});
	newest = make("button", {type: "button", class: "newest", hidden: true, on: {click: toNewest}});
	scroller = make("div", {id: "log", tabindex: -1}, list);
	rows = makeRows(list);
	scroller.addEventListener("scroll", onScroll, {passive: true});
	new ResizeObserver(() => view.sticks ? toEnd() : settle()).observe(scroller);
}

/** Once, whatever list there is. */
export function watchLog() {
	document.addEventListener("copy", (event) => copySelection(event, list, view.units));
	document.addEventListener("visibilitychange", () => document.hidden || newDay());
	window.addEventListener("focus", tellSeen);
}

export const logList = () => list;

/** The target was changed: begins where one stopped reading, else at the end. */
export function showLog(place) {
	const unread = page.core.firstUnread(place);

	Object.assign(view, {place, units: [], sticks: unread < 0, isChosen: false});
	openAt(unread < 0 ? page.core.lineCount(place) : unread);
	if (unread >= 0)
		bringTo(view.units.find((unit) => unit.last >= unread)?.key, 0.25);
	settle();
}

// A window of START_SCREENS that holds line `at`.
function openAt(at) {
	const count = page.core.lineCount(view.place);
	const half = Math.ceil(rowsOfScreens(START_SCREENS, screen(), rowHeight()) / 2);

	view.from = Math.max(0, Math.min(at - half, count - 2 * half));
	view.to = Math.min(count, view.from + 2 * half);
	view.units = [];
	arrange();
	if (view.sticks)
		toEnd();
}

/** Something of the shown target changed: lines, own ones, the state of its history. */
export function drawLog() {
	if (view.place)
		settle();
}

/** Goes to a message that is held; `page.jump` gets it first. */
export function goToLine(id) {
	const at = page.core.lineIndex(view.place, id);

	if (at < 0)
		return;
	view.sticks = false;
	if (at < view.from || at >= view.to)
		openAt(at);
	const {key} = view.units.find((unit) => at <= unit.last);
	bringTo(key, 0.4);
	settle();
	flash(rowOfKey(key));
}

function flash(row) {
	focusRow(row);
	row.classList.add("flash");
	row.addEventListener("animationend", () => row.classList.remove("flash"), {once: true});
}

export function toNewest() {
	view.sticks = true;
	view.isChosen = false;
	openAt(page.core.lineCount(view.place));
	settle();
}

// ---- what stands in the window

// Draws, and changes the window until there is enough beyond its edges and not too much.
function settle() {
	refind();
	keepPlace(arrange);
	for (let i = 0; i < FILLS_MAX && widen(1 << i); i++)
		keepPlace(arrange);
	if (narrow())
		keepPlace(arrange);
	askOlder();
	showNewest();
	tellSeen();
}

// Indices of the core move when older lines come: the first row that has an id tells by how much.
function refind() {
	const count = page.core.lineCount(view.place);
	const known = view.units.flatMap((unit) => unit.lines).find((line) =>
		line.id && page.core.lineIndex(view.place, line.id) >= 0);
	const moved = known ? page.core.lineIndex(view.place, known.id) - known.i : 0;
	const length = view.to - view.from;

	view.from = Math.max(0, view.from + moved);
	view.to = Math.min(count, view.from + length);
	if (!view.sticks)
		return;
	view.to = count;
	const most = rowsOfScreens(START_SCREENS, screen(), rowHeight());
	view.from = Math.max(view.from, count - Math.max(length, most));
}

function arrange() {
	const {core} = page;
	const before = view.from > 0 ? core.lines(view.place, view.from - 1, view.from)[0] : undefined;

	view.units = unitsOf(core.lines(view.place, view.from, view.to), before);
	rows.arrange([top(), ...view.units.map(wanted), ...ownWanted()].filter(Boolean));
	giveTabStop();
}

const act = {
	redraw: (id) => {
		redrawn.set(id, (redrawn.get(id) ?? 0) + 1);
		settle();
	},
	jump: (id) => page.jump(view.place, id, 0),
	load: (id) => page.core.history(view.place, id),
};
const redrawn = new Map();

// Of a line all that is shown, but for its index, which moves.
function wanted(unit) {
	const shown = unit.lines.map((line) => ({...line, i: 0}));
	const says = JSON.stringify([shown, unit.day, unit.isNew, unit.gap, unit.isJoined,
		redrawn.get(unit.key), view.today]);

	return {key: `${view.place} ${unit.key}`, says, make: () => rowOf(unit, view.place, act)};
}

function ownWanted() {
	if (view.to < page.core.lineCount(view.place))
		return [];
	return page.core.own(view.place).map((own) =>
		({key: ownKey(own), says: JSON.stringify(own), make: () => ownRow(own)}));
}

// What stands above the oldest line that is held.
function top() {
	const words = view.from > 0 ? "" : topWords(shownTarget());

	return words && {key: `top ${view.place}`, says: words,
		make: () => make("li", {class: "row top"}, words)};
}

function topWords(target) {
	const isOnline = ["online", "lagging", "storing"].includes(page.core.link().state);

	if (!target || target.kind === "server")
		return "";
	switch (target.history) {
	case "all": return say(page.core.lineCount(target.id) ? "log.beginning" : "log.empty");
	case "none": return say("log.none");
	default: return say(isOnline ? "log.loading" : "log.offline");
	}
}

// ---- heights

const screen = () => scroller.clientHeight || window.innerHeight;
const below = () => scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop;
const rowOfKey = (key) => rows.element(`${view.place} ${key}`);
const elementOf = (unit) => rowOfKey(unit.key);

function rowHeight() {
	const count = view.units.length;

	return count ? list.offsetHeight / count : 0;
}

// True: lines were added at an edge.
function widen(factor) {
	const count = page.core.lineCount(view.place);
	const older = view.from > 0 ? factor * rowsToAdd(scroller.scrollTop, screen(), rowHeight()) : 0;
	const newer = view.to < count ? factor * rowsToAdd(below(), screen(), rowHeight()) : 0;

	view.from = Math.max(0, view.from - older);
	view.to = Math.min(count, view.to + newer);
	return older + newer > 0;
}

// True: rows far beyond an edge are to go. Those under a selection stay, and all between; so does
// the last one, by which the others are found, where what waits to be sent fills the screens.
function narrow() {
	const elements = view.units.map(elementOf);
	const above = far(elements, scroller.scrollTop);
	const under = far(elements.slice(above).toReversed(), belowStored(elements.at(-1)));

	if (!above && !under)
		return false;
	if (above)
		view.from = view.units[above].first;
	if (under)
		view.to = view.units[view.units.length - 1 - under].last + 1;
	return true;
}

// What is stored and stands below the screen: own rows that wait stand below that.
const belowStored = (last) => last
	? last.offsetTop + last.offsetHeight - scroller.scrollTop - scroller.clientHeight : 0;

function far(elements, beyond) {
	const heights = elements.map((element) => element.offsetHeight);

	return held(elements.slice(0, -1), rowsToDrop(heights, beyond, screen()));
}

// A row that goes gives its focus to the log.
function held(elements, count) {
	const selected = elements.slice(0, count).findIndex((element) => isSelected(element));
	const going = elements.slice(0, selected < 0 ? count : selected);

	if (going.some((element) => element.contains(document.activeElement)))
		scroller.focus({preventScroll: true});
	return going.length;
}

// ---- the place

function scrollTo(y) {
	scroller.scrollTop = y;
}

const toEnd = () => scrollTo(scroller.scrollHeight);

function keepPlace(change) {
	const anchor = view.sticks ? null : firstSeen();
	const was = anchor && anchor.element.offsetTop;
	change();
	const now = anchor && rows.element(anchor.key);
	if (view.sticks)
		toEnd();
	else if (now && now.offsetTop !== was)
		scrollTo(scroller.scrollTop + now.offsetTop - was);
}

// The first row whose end is seen.
function firstSeen() {
	for (const unit of view.units) {
		const element = elementOf(unit);
		if (element && element.offsetTop + element.offsetHeight > scroller.scrollTop)
			return {key: `${view.place} ${unit.key}`, element};
	}
	return null;
}

// The row stands at this part of the screen's height.
function bringTo(key, part) {
	const row = rowOfKey(key);

	if (row)
		scrollTo(row.offsetTop - part * screen());
}

let isAwaited = false;

function onScroll() {
	if (isAwaited)
		return;
	isAwaited = true;
	requestAnimationFrame(() => {
		isAwaited = false;
		view.sticks = view.to === page.core.lineCount(view.place) && below() < END_PX;
		settle();
	});
}

function askOlder() {
	const target = shownTarget();
	const first = view.units[0];
	const hidden = view.from;

	if (target?.history === "more" && page.core.link().state === "online" &&
	    wantsOlder(scroller.scrollTop, screen(), hidden, rowHeight()))
		page.core.history(view.place, hidden ? oldestId() : first?.lines.find((l) => l.id)?.id ?? "");
}

function oldestId() {
	return page.core.lines(view.place, 0, 1)[0]?.id ?? "";
}

function showNewest() {
	const count = page.core.lineCount(view.place);
	const isAway = !view.sticks && (view.to < count || below() > screen() / 2);
	const unread = shownTarget()?.unread ?? 0;

	newest.hidden = !isAway;
	newest.textContent = unread ? say("log.below", {count: unread}) : say("log.newest");
}

// What is on a screen that somebody looks at.
function tellSeen() {
	if (!view.place || document.hidden || !document.hasFocus() || !scroller.clientHeight)
		return;
	const bottom = scroller.scrollTop + scroller.clientHeight;
	const seen = view.units.filter((unit) => {
		const element = elementOf(unit);
		return element.offsetTop + element.offsetHeight > scroller.scrollTop &&
			element.offsetTop < bottom;
	});
	const told = seen.length ? `${view.place} ${keyOf(seen.at(-1).lines.at(-1))} ${seen[0].key}` : "";

	if (told && told !== view.told)
		page.core.seen(view.place, seen[0].first, seen.at(-1).last);
	view.told = told;
}

// ---- by keyboard

const allRows = () => [...list.querySelectorAll(".row:not(.top)")];

// One row can be reached by Tab: the one that was chosen last, else the newest.
function giveTabStop() {
	const all = allRows(), stop = all.find((row) => row.tabIndex === 0);

	if (!all.length || stop && (view.isChosen || stop.contains(document.activeElement)))
		return;
	if (stop)
		stop.tabIndex = -1;
	all.at(-1).tabIndex = 0;
}

/** The focus goes to this row, which is brought into sight. */
export function focusRow(row) {
	for (const other of list.querySelectorAll('[tabindex="0"].row'))
		other.tabIndex = -1;
	row.tabIndex = 0;
	view.isChosen = true;
	row.focus({preventScroll: true});
	const top = row.offsetTop, end = top + row.offsetHeight;
	if (top < scroller.scrollTop)
		scrollTo(top - 8);
	else if (end > scroller.scrollTop + scroller.clientHeight)
		scrollTo(end - scroller.clientHeight + 8);
}

/** Into the log from outside: to the row that is its tab stop. */
export function enterLog() {
	const row = list.querySelector('.row[tabindex="0"]') ?? allRows().at(-1);

	(row ?? scroller).focus({preventScroll: true});
}

/** Arrows, Home, End, pages: over the rows. True: the key was used. */
export function moveInLog(event) {
	const row = document.activeElement.closest?.(".row");
	const all = allRows();
	const at = all.indexOf(row);

	switch (event.key) {
	case "ArrowUp": return to(all[at - 1]);
	case "ArrowDown": return to(all[at + 1]);
	case "Home": return toOldest();
	case "End": return toNewest(), to(allRows().at(-1));
	case "PageUp": return byPage(-1);
	case "PageDown": return byPage(1);
	default: return false;
	}
}

function to(row) {
	if (row)
		focusRow(row);
	return true;
}

function toOldest() {
	view.sticks = false;
	openAt(0);
	scrollTo(0);
	settle();
	return to(allRows()[0]);
}

/** Scrolls by most of a screen; the focus goes with it where a row had it. */
export function byPage(direction) {
	const hadRow = document.activeElement.closest?.(".row");

	scrollTo(scroller.scrollTop + direction * 0.85 * scroller.clientHeight);
	view.sticks = view.to === page.core.lineCount(view.place) && below() < END_PX;
	settle();
	const first = firstSeen();
	return hadRow && first ? to(first.element) : true;
}

/** Day marks say "Today", by the clock of this place: both may have changed. */
export function newDay() {
	forgetZone();
	view.today = new Date().toDateString();
	drawLog();
	clearTimeout(view.midnight);
	if (!document.hidden)
		view.midnight = setTimeout(newDay, untilMidnight() + 1000);
}
