// SPDX-License-Identifier: MIT
// The list of rooms and people: where one is, what waits there, who writes.
import {make} from "./dom.js";
import {icon} from "./icon.js";
import {page, titleOf} from "./page.js";
import {colourClass, lettersOf} from "./person.js";
import {harmless} from "./spans.js";
import {say} from "./texts.js";

let list;
let drawn = "";

/** The element of the list, drawn by drawRooms(). */
export function startRooms() {
	list = make("div", {class: "places"});
	list.addEventListener("click", (event) => {
		const place = event.target.closest("[data-place]");
		if (place)
			page.show(Number(place.dataset.place));
	});
	list.addEventListener("keydown", onKey);
	return list;
}

/** Drawn anew only when something of it looks different. */
export function drawRooms() {
	const targets = page.core.targets();
	const now = JSON.stringify([targets, page.place, page.core.link().state,
		document.documentElement.lang]);

	if (now === drawn)
		return;
	drawn = now;
	const focused = document.activeElement?.dataset?.place;
	list.replaceChildren(...sections(targets).flatMap(section),
		targets.length < 2 ? make("p", {class: "none"}, say("rooms.none")) : "");
	if (focused)
		list.querySelector(`[data-place="${focused}"]`)?.focus({preventScroll: true});
}

/** [words, targets] in the order of the list; also that of Alt+arrows. */
function sections(targets) {
	const rest = targets.filter((target) => !target.pinned);

	return [
		["rooms.pinned", targets.filter((target) => target.pinned)],
		["rooms.rooms", rest.filter((target) => target.kind === "room" && !target.people)],
		["rooms.people", rest.filter((target) => target.kind === "person" || target.people)],
		["", rest.filter((target) => target.kind === "server")],
	].filter(([, of]) => of.length);
}

export const inOrder = () => sections(page.core.targets()).flatMap(([, of]) => of);

function section([words, targets], i) {
	const id = `places-${i}`;

	return [
		words ? make("h2", {id}, say(words)) : make("hr"),
		make("ul", {role: "list", "aria-labelledby": words ? id : null},
			targets.map((target) => make("li", {}, place(target)))),
	];
}

function place(target) {
	const isHere = target.id === page.place;
	const isQuiet = target.muted || !target.unread;
	const isLeft = isOutside(target);

	return make("button", {
		type: "button", "data-place": target.id, "aria-current": isHere ? "page" : null,
		class: ["place", !isQuiet && "unread", target.muted && "muted", isLeft && "left"]
			.filter(Boolean).join(" "),
	},
	sign(target),
	make("bdi", {class: "place-name"}, nameOf(target)),
	...notes(target).map((note) => make("span", {class: "sr-only"}, `, ${note}`)),
	target.typing.length ? make("span", {class: "dots", "aria-hidden": "true"}, "…") : null,
	target.muted ? icon("muted") : null,
	badge(target));
}

const nameOf = (target) => target.kind === "server" ? say("rooms.server")
	: harmless(titleOf(target).replace(/^#/, ""));

function sign(target) {
	if (target.kind === "room" && !target.people)
		return make("span", {class: "sign", "aria-hidden": "true"}, "#");
	if (target.kind === "server")
		return make("span", {class: "sign", "aria-hidden": "true"}, "›");
	return make("span", {class: `picture small ${colourClass(target.name)}`, "aria-hidden": "true"},
		lettersOf(titleOf(target)));
}

// Without a connection one is in no room, which says nothing of the room.
const isOutside = (target) => target.kind === "room" && !target.joined &&
	page.core.link().state === "online";

// What the looks say, in words.
function notes(target) {
	return [
		isOutside(target) && say("rooms.left"),
		target.muted && say("rooms.muted"),
		!target.muted && target.unread && say("rooms.unread", {count: target.unread}),
		!target.muted && target.mentions && say("rooms.mentions", {count: target.mentions}),
		target.typing.length && say("rooms.typing"),
	].filter(Boolean);
}

const MOST = 999;

function badge(target) {
	if (target.muted || !target.unread)
		return null;
	const text = target.unread > MOST ? `${MOST}+` : String(target.unread);

	return make("span", {class: target.mentions ? "badge called" : "badge", "aria-hidden": "true"},
		target.mentions && target.kind === "room" ? `@${target.mentions}` : text);
}

// Up and down lead from one to the next; Tab goes past.
function onKey(event) {
	const all = [...list.querySelectorAll("[data-place]")];
	const at = all.indexOf(document.activeElement);
	const to = {ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: all.length - 1}[event.key];

	if (at < 0 || to === undefined || event.altKey || event.ctrlKey)
		return;
	event.preventDefault();
	all[to]?.focus();
}

/** The next place in the list, or the next one with something unread, mentions first. */
export function nextPlace(step, isUnread) {
	const all = inOrder();
	const at = all.findIndex((target) => target.id === page.place);
	const round = all.slice(at + 1).concat(all.slice(0, Math.max(0, at)));
	const way = step > 0 ? round : round.toReversed();

	if (!isUnread)
		return way[0];
	const waiting = way.filter((target) => target.unread && !target.muted);
	return waiting.find((target) => target.mentions) ?? waiting[0];
}
