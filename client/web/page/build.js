// SPDX-License-Identifier: MIT
// The three panes, put together once, and again in another language; and what opens from them.
import {watchFiles} from "./attach.js";
import {
	fillMembers, openAdmin, openDevices, openDirectory, openHelp, openInbox, openMembers, openPerson,
	openRoom, openSaved, openSearch, openSettings, pickEmoji,
} from "./parts.js";
import {edit, insert, keepDraft, reply, showComposer, startComposer} from "./compose.js";
import {drawHead, drawLink, startHead} from "./head.js";
import {drawRooms, startRooms} from "./rooms.js";
import {goBack, isNarrow, startPanes} from "./panes.js";
import {iconButton} from "./icon.js";
import {logList, showLog, startLog, toNewest, watchLog} from "./log.js";
import {make} from "./dom.js";
import {openGoto} from "./goto.js";
import {openMenu} from "./menu.js";
import {page, shownTarget} from "./page.js";
import {colourClass, lettersOf} from "./person.js";
import {say} from "./texts.js";
import {startKeys} from "./keys.js";

const WIDE = "(min-width: 1100px)";
const byId = (id) => document.getElementById(id);

export function build() {
	fill();
	startPanes();
	startKeys();
	watchLog();
	watchFiles();
	window.addEventListener("pagehide", keepDraft);
	document.addEventListener("click", onPerson);
	matchMedia(WIDE).addEventListener("change", drawSide);
}

/** Another language was chosen. */
export function rebuild() {
	keepDraft();
	fill();
	drawRooms();
	drawLink();
	if (!page.place)
		return;
	drawHead();
	showLog(page.place);
	showComposer();
	drawSide();
}

function fill() {
	const [head, state] = startHead({back: goBack, people: showPeople,
		room: () => openRoom(page, page.place)});
	const places = startRooms();

	byId("list").setAttribute("aria-label", say("rooms.list"));
	byId("list").replaceChildren(listHead(), places, listFoot());
	byId("talk").replaceChildren(head, state, startLog(), startComposer({emoji: addEmoji}));
	byId("talk").setAttribute("aria-label", say("log.messages"));
	byId("side").setAttribute("aria-label", say("rooms.people"));
	Object.assign(page, {log: logList(), reply, edit, newest: toNewest});
}

function listHead() {
	const server = page.core.targets().find((target) => target.kind === "server");

	return make("div", {class: "list-head"},
		make("h1", {class: "network"}, server?.name ?? ""),
		iconButton("search", say("build.search"), () => openSearch(page)),
		iconButton("add", say("build.directory"), () => openDirectory(page)),
		iconButton("goto", say("rooms.goto"), openGoto));
}

function listFoot() {
	return make("div", {class: "list-foot"}, make("button", {
		type: "button", class: "me", "aria-haspopup": "menu", title: say("build.menu"),
		on: {click: (event) => openOwnMenu(event.currentTarget)},
	}, ownName()));
}

function ownName() {
	const me = page.core.me();

	return [make("span", {class: `picture small ${colourClass(me.name)}`, "aria-hidden": "true"},
		lettersOf(me.display || me.name)),
	make("bdi", {}, me.display || me.name),
	make("span", {"aria-hidden": "true"}, "⋯")];
}

/** One's own name and the server's may have changed; what has the focus stays. */
export function drawFoot() {
	const server = page.core.targets().find((target) => target.kind === "server");

	document.querySelector(".list-foot .me")?.replaceChildren(...ownName());
	document.querySelector(".list-head .network")?.replaceChildren(server?.name ?? "");
}

function openOwnMenu(from) {
	const box = from.getBoundingClientRect();
	const items = [["inbox", openInbox], ["saved", openSaved], ["settings", openSettings],
		["devices", openDevices], ["help", openHelp],
		page.core.me().isAdmin && ["admin", openAdmin]].filter(Boolean);

	openMenu({x: box.left, y: box.top}, say("build.menu"), items.map(([key, open]) =>
		({text: say(`build.${key}`), act: () => open(page)})));
}

async function addEmoji() {
	const sign = await pickEmoji(page);

	if (sign)
		insert(sign);
}

// A name anywhere in the log is a way to that person.
function onPerson(event) {
	const name = event.target.closest?.("[data-person]")?.dataset.person;

	if (name)
		openPerson(page, name, page.place);
}

// ---- people of a room: beside the talk where there is room, else over it

function showPeople() {
	if (!matchMedia(WIDE).matches || isNarrow()) {
		openMembers(page, page.place);
		return;
	}
	page.core.keep("people", page.core.kept("people") === "off" ? "on" : "off");
	drawSide();
}

export function drawSide() {
	const side = byId("side");
	const isRoom = shownTarget()?.kind === "room";

	side.hidden = !isRoom || !matchMedia(WIDE).matches || page.core.kept("people") === "off";
	if (!side.hidden)
		fillMembers(page, side, page.place);
}
