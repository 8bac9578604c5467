// SPDX-License-Identifier: MIT
// The page's start, and what becomes of the core's changes.
import {announce, announceLines} from "./live.js";
import {drawEnter, isEntering, startEnter, wantedLanguage} from "./enter.js";
import {drawHead, drawLink} from "./head.js";
import {drawLog, goToLine, newDay, showLog} from "./log.js";
import {drawRooms, inOrder} from "./rooms.js";
import {drawTypists, focusComposer, keepDraft, recall, showComposer} from "./compose.js";
import {goToPane, isNarrow} from "./panes.js";
import {notice} from "./bar.js";
import {openCore} from "./core.js";
import {openStore} from "./store.js";
import {openGoto} from "./goto.js";
import {page, shownTarget} from "./page.js";
import {parseFragment} from "./fragment.js";
import {say, setLanguage, spoken, words} from "./texts.js";
import {setTheme} from "./theme.js";
import {build, drawFoot, drawSide, rebuild} from "./build.js";
import {button, make} from "./dom.js";
import {oneTab, openHelp, startParts} from "./parts.js";

// Before any request: what it holds is a secret.
const fragment = parseFragment(location.hash), {search} = location;
history.replaceState(null, "", location.pathname);

let newestAt = 0;      // of the shown target, what was read out
let tellParts = () => undefined;
let isWanted = Boolean(fragment.room); // the room of the link is still to be entered
let isAsked = false;
let isChosen = false;  // where one is: by the person, rather than by choosePlace()

async function begin() {
	const store = await openStore();

	await useLanguage(wantedLanguage(store.kept("language")));
	setTheme(store.kept("theme"));
	page.core = await openCore({store, words, spoken});
	Object.assign(page, {show, jump, announce, setTheme: chooseTheme, setLanguage: chooseLanguage});
	page.core.onChange = onChange;
	if (page.core.device() && !fragment.device && !search.includes("state=")) {
		page.core.enter({how: "token"});
		open();
	} else {
		startEnter(fragment, open, "", search);
	}
}

function open() {
	if (!page.log) {
		build();
		tellParts = startParts(page);
		Object.assign(page.core.acts, {help: openHelp, go_to: openGoto});
	}
	document.getElementById("chat").hidden = false;
	newDay();
	choosePlace();
	drawRooms();
	drawFoot();
	drawLink();
	enterWanted();
	if (!page.core.isKept())
		notice(page, say("enter.no-store"));
}

// Where one was last, else the first room, else the server. A small screen shows the list first.
function choosePlace() {
	if (isNarrow())
		return;
	const all = inOrder();
	const first = all.find((target) => target.name === page.core.kept("place")) ??
		all.find((target) => target.kind !== "server") ?? all[0];

	if (first && first.id !== page.place)
		put(first.id);
}

// The link named a room: into it, once there is a connection.
function enterWanted() {
	const state = page.core.link().state;
	const target = page.core.targets().find((one) => one.name === fragment.room);

	if (!isWanted || isEntering() || state !== "online")
		return;
	if (target?.joined) {
		isWanted = false;
		show(target.id);
		if (fragment.message)
			jump(target.id, fragment.message, 0);
	} else if (!isAsked) {
		isAsked = true;
		page.core.visit(fragment.room);
	}
}

function show(id) {
	const target = page.core.targets().find((one) => one.id === id);

	if (!target)
		return;
	isChosen = true;
	page.core.keep("place", target.name);
	goToPane("talk"); // before it is drawn: what is hidden has no heights
	put(id);
}

function put(id) {
	keepDraft();
	page.core.show(id);
	page.place = id;
	newestAt = newestOf(id);
	drawRooms();
	drawHead();
	showLog(id);
	showComposer();
	drawSide();
	if (!matchMedia("(pointer: coarse)").matches)
		focusComposer();
}

function newestOf(id) {
	const count = page.core.lineCount(id);

	return count ? page.core.lines(id, count - 1, count)[0].at : 0;
}

function jump(place, id, at) {
	if (page.core.lineIndex(place, id) < 0) {
		page.core.seek(place, id, at);
		return;
	}
	if (place !== page.place)
		show(place);
	goToPane("talk");
	goToLine(id);
}

// ---- changes

function onChange(changes) {
	if (changes.link) {
		drawEnter();
		refused();
	}
	if (!page.place && isEntering())
		return;
	if (changes.targets || changes.link)
		drawPlaces();
	if (changes.link)
		drawLink();
	if (changes.lines.has(page.place) || changes.own.has(page.place) || changes.targets || changes.link)
		drawLog();
	if (changes.lines.has(page.place))
		readOut();
	if (changes.typing.size) {
		drawTypists();
		drawRooms();
	}
	if (changes.members.has(page.place)) {
		drawHead();
		drawSide();
	}
	if (changes.sought)
		arrive(changes.sought);
	if (changes.recall)
		recall(changes.recall);
	for (const text of changes.said)
		notice(page, text);
	tellParts(changes);
}

function drawPlaces() {
	if (page.place && !shownTarget())
		page.place = 0;
	if (!isChosen)
		choosePlace();
	drawRooms();
	drawFoot();
	drawHead();
	drawTypists();
	enterWanted();
}

// This browser's access is gone: it has to be let in anew.
function refused() {
	const {state, failure} = page.core.link();

	if (state !== "refused" || isEntering() ||
			!["DEVICE", "PASSWORD", "CODE", "SIGN_IN_AGAIN"].includes(failure))
		return;
	document.getElementById("chat").hidden = true;
	startEnter({room: "", invite: "", device: ""}, open, failure);
}

const READ_MAX = 200;

function readOut() {
	const end = page.core.lineCount(page.place);
	const lines = page.core.lines(page.place, Math.max(0, end - READ_MAX), end)
		.filter((line) => line.at > newestAt);

	newestAt = lines.at(-1)?.at ?? newestAt;
	if (!document.hidden)
		announceLines(lines);
}

function arrive({target, id, how}) {
	if (how === "here")
		jump(target, id, 0);
	else
		notice(page, say(how === "offline" ? "log.not-loaded" : "log.not-found"));
}

// ---- choices of the person

async function useLanguage(tag) {
	await setLanguage(tag);
	document.documentElement.lang = tag;
}

async function chooseLanguage(tag) {
	page.core.keep("language", tag);
	await useLanguage(tag);
	if (page.log)
		rebuild();
}

function chooseTheme(theme) {
	page.core.keep("theme", theme);
	setTheme(theme);
}

function broken(error) {
	document.body.replaceChildren(make("main", {class: "broken"},
		make("p", {role: "alert"}, say("enter.broken", {why: error.message})),
		button(say("enter.reload"), () => location.reload())));
	throw error;
}

await useLanguage(wantedLanguage("")).catch(broken);
oneTab({t: say, begin: () => begin().catch(broken), end: () => page.core?.stop()});
