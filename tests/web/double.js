// SPDX-License-Identifier: MIT
// A core without a server, for looking at the page and for tests of what it draws: the API of
// client/web/page/core.js over plain arrays. A test drives it by `window.double`.

const HOUR = 3600000;
const now = Date.now();
let serial = 0;

const id = () => `m${++serial}`;

export function line(from, text, more = {}) {
	return {id: id(), at: now, kind: "message", from, account: from, display: "", isBot: false, text,
		self: from === "ann", mention: false, gap: false, redacted: false, removal: "", hushed: false, edited: false,
		local: false, reply: null, reactions: [], unreadFrom: false, ...more};
}

function target(number, kind, name, more = {}) {
	return {id: number, kind, name, people: "", topic: "", joined: true, muted: false, pinned: false,
		alerts: "mentions", unread: 0, mentions: 0, isCurrent: false, typing: [], history: "all",
		modes: "", ...more};
}

function lounge() {
	const first = line("bob", "are we still on for three?", {at: now - 26 * HOUR});
	const slides = line("dora", "yes — slides at https://wiki.example.org/slides (3 MB pdf)",
		{at: now - 26 * HOUR + 60000, display: "Dora Weiß",
			reactions: [{sign: "👍", names: ["bob", "cem", "ann"], mine: true}, {sign: "🎉", names: ["cem"], mine: false}]});

	return [
		first, slides,
		line("cem", "I'll print them", {at: now - 25 * HOUR,
			reply: {id: slides.id, from: "dora", display: "Dora Weiß", text: slides.text, isHere: true}}),
		line("eve", "joined", {kind: "join", at: now - 5 * HOUR}),
		line("fay", "joined", {kind: "join", at: now - 5 * HOUR + 1000}),
		line("gus", "left: bye", {kind: "part", at: now - 5 * HOUR + 2000}),
		line("cem", "This is how it starts:\n```c\nint main(void)\n{\n\treturn 0;\n}\n```\nand `make` does the rest", {at: now - 4 * HOUR}),
		line("cem", "", {at: now - 4 * HOUR + 20000, redacted: true}),
		line("cem", "שלום לכולם, see also https://аpple.com/x", {at: now - 4 * HOUR + 40000, edited: true}),
		line("snugbot", "build 812 passed", {kind: "notice", isBot: true, at: now - 3 * HOUR}),
		line("bob", "waves", {kind: "action", at: now - 3 * HOUR + 5000}),
		line("dora", "Release Friday, bring cake", {kind: "topic", at: now - 2 * HOUR}),
		line("ann", "sure, two minutes", {at: now - 2 * HOUR + 1000}),
		line("ann", "I am on the second floor", {at: now - 2 * HOUR + 9000}),
		line("bob", "ann: can you open the door?", {at: now - HOUR, mention: true, unreadFrom: true}),
		line("dora", "I can", {at: now - HOUR + 1000, display: "Dora Weiß", gap: true}),
	];
}

const model = {
	link: {state: "online", since: now, nextAt: 0, lag: 12, text: "", failure: "NONE"},
	targets: [
		target(1, "server", "Example"),
		target(2, "room", "#lounge", {topic: "Release Friday, bring cake · https://wiki.example.org", unread: 2, mentions: 1}),
		target(3, "room", "#dev", {unread: 41}),
		target(4, "room", "#ops", {muted: true, unread: 7}),
		target(5, "person", "dora", {unread: 1, mentions: 1, typing: ["dora"]}),
		target(6, "person", "eve"),
		target(7, "room", "#~q7", {people: "bob, cem"}),
		target(8, "room", "#announcements", {pinned: true}),
	],
	lines: new Map(),
	own: new Map(),
	kept: new Map(),
	device: null,
	log: [],
	frozen: false,
};
model.lines.set(2, lounge());
model.own.set(2, []);

const linesOf = (place) => model.lines.get(place) ?? [];
const found = (place) => model.targets.find((one) => one.id === place);

let core;

const empty = () => ({targets: false, link: false, question: false, own: new Set(), lines: new Map(),
	typing: new Set(), found: false, sought: null, alerts: [], members: new Set(), handOut: null, recall: null,
	said: [], listed: false, devices: false});

// What changed goes out in the next frame, all at once.
let waiting = null;

function change(put) {
	if (!waiting) {
		waiting = empty();
		requestAnimationFrame(() => {
			const changes = waiting;
			waiting = null;
			core.onChange(changes);
		});
	}
	put(waiting);
}

function store(place, text, kind, replyTo) {
	const own = {localId: ++serial, at: Date.now(), kind, text, state: "keeping", reason: "", replyTo};

	model.own.set(place, [...(model.own.get(place) ?? []), own]);
	change((c) => c.own.add(place));
	if (model.frozen)
		return;
	setTimeout(() => {
		model.own.set(place, model.own.get(place).filter((one) => one !== own));
		say(place, line("ann", text, {at: Date.now(), kind: kind === "action" ? kind : "message"}));
		change((c) => c.own.add(place));
	}, 50);
}

function say(place, ...lines) {
	model.lines.set(place, [...linesOf(place), ...lines]);
	change((c) => c.lines.set(place, new Set(lines.map((one) => one.id))));
}

const ROOMS_ALL = ["bob", "cem", "dora", "eve", "ann"];

export async function openStore() {
	return {kept: (key) => model.kept.get(key)};
}

export async function openCore() {
	core = {
		onChange: () => undefined,
		acts: {},
		enter(how) {
			model.log.push(["enter", how]);
			const failure = {taken: "NAME_TAKEN", weak: "WEAK_PASSWORD", used: "INVITE"}[how.name];
			model.link = failure ? {...model.link, state: "refused", failure} : {...model.link, state: "online", failure: "NONE"};
			change((c) => { c.link = true; });
		},
		leave: () => undefined,
		stop: () => undefined,
		device: () => model.device,
		isKept: () => true,
		me: () => ({name: "ann", display: "Ann", away: false, isAdmin: true, isGuest: false}),
		link: () => model.link,
		targets: () => model.targets.map((one) => ({...one, isCurrent: one.id === model.current})),
		show(place) {
			model.current = place;
			found(place).unread = found(place).mentions = 0;
			change((c) => { c.targets = true; });
		},
		lineCount: (place) => linesOf(place).length,
		lines: (place, from, to) => linesOf(place).slice(from, to).map((one, i) => ({...one, i: from + i})),
		lineIndex: (place, wanted) => linesOf(place).findIndex((one) => one.id === wanted),
		own: (place) => model.own.get(place) ?? [],
		members: () => ROOMS_ALL.map((name) => ({name, account: name, display: "", prefixes: name === "bob" ? "@" : "", away: "", isBot: false, absent: name === "eve"})),
		newAt: () => 0,
		firstUnread: (place) => linesOf(place).findIndex((one) => one.unreadFrom),
		seen: (...what) => model.log.push(["seen", ...what]),
		visit: (name) => model.log.push(["visit", name]),
		typed(place, text) {
			model.log.push(["typed", place, text]);
			store(place, text, "message", "");
		},
		message(place, kind, text, replyTo) {
			model.log.push(["message", place, kind, text, replyTo]);
			if (kind === "message")
				store(place, text, kind, replyTo);
		},
		remove: (...what) => model.log.push(["remove", ...what]),
		restore: () => model.log.push(["restore"]),
		history: (...what) => model.log.push(["history", ...what]),
		seek(place, wanted) {
			model.log.push(["seek", place, wanted]);
			change((c) => { c.sought = {target: place, id: wanted, how: "nowhere"}; });
		},
		search: () => undefined,
		found: () => [],
		typing: (...what) => model.log.push(["typing", ...what]),
		retry: (own) => model.log.push(["retry", own]),
		drop: (own) => model.log.push(["drop", own]),
		answer: () => undefined,
		prove: () => undefined,
		question: () => null,
		reconnect: () => model.log.push(["reconnect"]),
		networkChanged: () => undefined,
		raw: () => true,
		ask: (text, onLine) => onLine(null),
		commands: () => [{name: "join", usage: "#room [key]", help: "enter a room"}],
		complete(place, text, at) {
			const word = /\S*$/.exec(text.slice(0, at))[0];
			const all = word.startsWith("/") ? ["/join ", "/me ", "/topic "] : ROOMS_ALL.flatMap((name) => [`${name}: `, `@${name} `]);
			return {start: at - word.length, items: word ? all.filter((one) => one.startsWith(word)) : []};
		},
		keep: (key, text) => model.kept.set(key, text),
		kept: (key) => model.kept.get(key),
		invitations: () => [],
		saved: () => [],
	};
	window.double = {model, change, say, line, core};
	return core;
}
