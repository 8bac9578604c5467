// SPDX-License-Identifier: MIT
// The core (client/web) as the face and its parts use it.
//
// Strings are JavaScript's, times milliseconds since 1970, ids of targets numbers, ids of
// messages strings ("" none). Reads are cheap and synchronous; nothing of the model is kept here
// but what is on screen. All acts return at once.
import { collectChanges } from "./changes.js";
import { keepLines, replayLines } from "./offline.js";
import { openModule } from "./wasm.js";
import { openSocket } from "./socket.js";
import { watchNetwork } from "./awake.js";
import { makeDevice } from "./device.js";
import { coreWords } from "./words.js";
import { fetchAlike } from "./alike.js";
import { makeTimers } from "./timers.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * store: store.js's; words: texts by id, of the chosen language, or a function that gives them;
 * spoken(english): a sentence of the core in that language, "" where it has none (texts/core_de.js);
 * wasm: the module, or what fetches it; place: {hostname, port}; alike(): the text of the table of
 * characters that look alike; WebSocket: a test's.
 */
export async function openCore({
	store, words = {}, spoken = () => "", wasm, place = globalThis.location, WebSocket,
	alike = fetchAlike,
}) {
	const core = new Core(store, { words, spoken }, place, alike);
	await core.begin(wasm || fetch("/assets/core.wasm"), WebSocket);
	return core;
}

class Core {
	/**
	 * Called at most once a frame with what changed: {targets, link, question, found, listed,
	 * devices: booleans; own, typing, members: Set of target ids; lines: Map of target id to
	 * Set of message ids, "*" for any; sought: {target, id, how: here|nowhere|offline|noHistory}
	 * or null; alerts: [{target, id, from, text}]; handOut: {words, link} or null; recall:
	 * {target, text, replyTo} or null, a message that is to be written anew; said: [texts]}.
	 */
	onChange = () => {};
	/** What slash commands ask of the face, by name: {help(), inbox(), search(text), ...}. */
	acts = {};

	#call = null;
	#changes;
	#version = 0;
	#asks = new Map();
	#lastAsk = 0;
	#numbers = new Map(); // places in the store's outbox, by the module's numbers
	#isStopped = false;
	#alike;
	#hasAlike = false;

	constructor(store, { words, spoken }, place, alike) {
		this.#alike = alike;
		this.store = store;
		this.spoken = spoken;
		this.words = typeof words === "function" ? words : () => words;
		this.place = place;
		this.#changes = collectChanges((all) => this.#complete(all), (all) => this.onChange(all));
	}

	async begin(wasm, WebSocket) {
		this.socket = openSocket({
			onUp: () => this.#run("socket_up"),
			onLine: (line) => this.#hear(line),
			onDown: (why) => this.#run("socket_down", why),
		}, WebSocket);
		const module = await openModule(wasm, this.#host());
		this.#call = module.call;
		this.wipeRoom = module.wipe;
		const device = this.store.device();
		this.#call("begin", device ? device.name : this.store.kept("core.name") || "me",
			this.store.kept("core.arranged"));
		for (const row of this.store.outbox) this.#load(row);
		this.#call("start");
		this.lines_ = keepLines(this.store, () => this.me().name);
		for (const name of this.#rooms()) this.#call("expect", name);
		replayLines(await this.store.lines(), (line) => this.#call("replay", line));
		this.#settle();
		watchNetwork(this);
	}

	// ---- what the module is given

	#host() {
		return {
			...makeTimers((timer) => this.#run("timer_due", timer)),
			monoMs: () => performance.now(),
			wallMs: () => Date.now(),
			dice: (bytes) => crypto.getRandomValues(bytes),
			socketOpen: (host, port) => {
				this.lines_.reset();
				this.socket.open(host, port);
			},
			socketClose: () => this.socket.close(),
			socketSend: (line) => this.socket.send(line),
			socketQueued: () => this.socket.queued(),
			storePut: (row, isNew) => this.#put(row, isNew),
			storeDelete: (localId) => {
				this.store.deleteUnsent(this.#numbers.get(localId)).catch(warn);
				this.#numbers.delete(localId);
			},
			storeArranged: (text) => this.store.keep("core.arranged", text),
			changed: (change) => this.#changes.add(change) || this.#told(change),
			act: ({ name, text }) => this.#act(name, text),
			words: (name, values) => coreWords(this.words(), name, values),
			spoken: (english) => this.spoken(english),
			askLine: (number, line) => this.#asks.get(number)?.(line),
			askEnd: (number, isLost) => {
				const onLine = this.#asks.get(number);
				this.#asks.delete(number);
				onLine?.(null, isLost);
			},
			die: (why) => console.error("snug: the core ended:", why),
		};
	}

	#put(row, isNew) {
		if (isNew) this.#numbers.set(row.localId, this.store.nextNo());
		const kept = this.store.putUnsent({ ...row, no: this.#numbers.get(row.localId) });
		if (isNew)
			kept.then(() => this.#run("unsent_kept", row.localId, ""),
				(error) => this.#run("unsent_kept", row.localId, error?.message || "?"));
		else kept.catch(warn);
	}

	#load(row) {
		const localId = this.#call("unsent_load", row.id, row.at, row.kind, row.target, row.text,
			row.replyTo, row.wasSent, row.isLost, row.messages, row.history, row.seq);
		if (localId) this.#numbers.set(localId, row.no);
	}

	// Acts run when the module has returned.
	#act(name, text) {
		const act = this.acts[name];
		if (!act) return false;
		queueMicrotask(() => act(text));
		return true;
	}

	// What is for this side, rather than for the face.
	#told({ what, id, name, token }) {
		if (what === "claimed") queueMicrotask(() => this.#claimed(name, token));
		if (what === "online") queueMicrotask(() => this.#online(id));
		if (what === "reconnect") queueMicrotask(() => this.#enterAgain());
		if (what === "quit") queueMicrotask(() => this.leave());
		if (what === "unsearched")
			this.#changes.add({ what: "said", id: coreWords(this.words(), "unsearched", {}) });
	}

	// Where nothing can be kept, it lasts as long as the page.
	async #claimed(name, token) {
		await this.store.keepDevice(name, token).catch(warn);
		this.enter({ how: "token" });
	}

	#online(caps) {
		this.#loadAlike();
		this.store.keep("core.caps", caps);
		this.store.keep("core.name", this.me().name);
		if (!this.store.device()) makeDevice(this);
	}

	// Until it is there, each name has its account beside it.
	async #loadAlike() {
		if (this.#hasAlike) return;
		this.#hasAlike = true;
		try {
			this.#run("alike_load", await this.#alike());
		} catch (error) {
			this.#hasAlike = false;
			console.warn("snug: the table of characters that look alike:", error);
		}
	}

	// ---- calls

	/** Whatever may change something: what did is told with the next frame. */
	#run(name, ...values) {
		if (this.#isStopped) return undefined;
		const result = this.#call(name, ...values);
		this.#settle();
		return result;
	}

	#settle() {
		const version = this.#call("settle");
		if (version !== this.#version) this.#changes.add({ what: "targets" });
		this.#version = version;
	}

	#hear(line) {
		this.lines_.take(line);
		this.#run("socket_line", line);
	}

	// What is not told by itself is of the target that is shown.
	#complete(all) {
		const current = this.#call("current");
		if (all.targets) all.members.add(current);
		if (all.targets) this.#keepRooms();
		if (all.targets || all.typing.size) all.typing = new Set([current]);
	}

	// Those that one is in, so that they are there without a connection.
	#keepRooms() {
		const rooms = this.targets().filter((target) => target.kind === "room" && target.joined);
		if (rooms.length) this.keep("core.rooms", rooms.map((room) => room.name).join(" "));
	}

	#rooms() {
		return this.store.kept("core.rooms").split(" ").filter(Boolean);
	}

	// ---- coming and going

	/**
	 * Connects. how: "token" (this browser's, which the store has), "password" (name, secret),
	 * "invite" (a new account: name, secret, invite), "check" (is the invite good?), "claim"
	 * (name of this device, device: the link's secret).
	 */
	enter({ how, name = "", secret = "", invite = "", device = "" }) {
		const own = this.store.device();
		if (how === "token" && own) [name, secret] = [own.name, own.token];
		this.#run("enter", this.place.hostname, String(this.place.port || 443), how, name, secret,
			how === "claim" ? device : invite, this.store.kept("core.caps"));
		this.wipeRoom();
	}

	#enterAgain() {
		if (this.store.device()) this.enter({ how: "token" });
	}

	/** Says goodbye; comes back by enter() only. */
	leave(reason = "") {
		this.#run("leave", reason);
	}

	/** Another tab took over: nothing is sent or written from now on. */
	stop() {
		this.#isStopped = true;
		this.lines_.stop();
		this.socket.close();
	}

	/** What waits to be kept for reading offline is written now. */
	flush() {
		return this.lines_.flush();
	}

	/** Logs in with this from now on: {name, token} is kept as this browser's device. */
	async keepDevice(name, token) {
		await this.store.keepDevice(name, token);
		this.#run("use_secret", token);
		this.wipeRoom();
	}

	/** {name, token} or null. */
	device() {
		return this.store.device();
	}

	/** False: the browser keeps nothing, all is lost with the page. */
	isKept() {
		return this.store.isLasting;
	}

	/** Goodbye, and nothing of the account stays in this browser. */
	async forget() {
		this.leave();
		this.stop();
		await this.store.wipe();
	}

	/** Tries at once. */
	reconnect() {
		this.#run("reconnect");
	}

	/** The network may be another one, or the page slept: does the server still answer? */
	networkChanged() {
		this.#run("network_changed");
	}

	/** Whether the person looks at the page. */
	focus(isFocused) {
		this.#run("focus", isFocused ? 1 : 0);
	}

	// ---- reads

	/** {name, account, display, away, isAway, isAdmin, isGuest} */
	me() {
		return this.#call("me");
	}

	/** {state: connecting|login|online|lagging|storing|offline|refused, since, nextAt, tries, lag, text,
	 * failure: an id of failure.def, detail, network, wantsCode: the login waits for prove() with
	 * one, wrongCodes: of these so far,
	 * takesFiles: it has a place for files, vapid: the key that
	 * it signs pushes with, or ""} */
	link() {
		return this.#call("link");
	}

	/** [{id, kind: server|room|person, name, display, people, topic, modes, joined, muted, pinned,
	 * alerts: mentions|all|none, unread, mentions, isCurrent, history: unknown|more|loading|all|
	 * none, typing: [names]}] */
	targets() {
		return this.#call("targets");
	}

	/** Its id, 0: there is none. */
	targetNamed(name) {
		return this.#call("target_named", name);
	}

	lineCount(id) {
		return this.#call("line_count", id);
	}

	/** [{i, id, at, kind, from, account, display, isBot, text, file: {id,
	 * name, type, size} or null (text is what was said with it), self, mention, gap, redacted,
	 * removal, edited, local, hushed, reply: {id, from, display, text, isHere} or null,
	 * reactions: [{sign, names, mine}], unreadFrom}], from the one on up to before the other */
	lines(id, from, to) {
		return this.#call("lines", id, from, to);
	}

	/** -1: not here. */
	lineIndex(id, message) {
		return this.#call("line_index", id, message);
	}

	/** [{localId, at, kind, text, words, state: keeping|queued|sending|refused|held|lost, reason,
	 * replyTo}] */
	own(id) {
		return this.#call("own", id);
	}

	/** How many messages are not stored by the server, in all targets. */
	unsentCount() {
		return this.#call("unsent_count");
	}

	/** [{name, account, display, prefixes, away, isAway, isBot, absent, isIgnored}] */
	members(id) {
		return this.#call("members", id);
	}

	/** Up to when all was read as the target was shown; 0 unknown. */
	newAt(id) {
		return this.#call("new_at", id);
	}

	/** The index of the oldest unread line, -1: none is. */
	firstUnread(id) {
		return this.#call("first_unread", id);
	}

	/** {id, text, choices: letters, about} or null */
	question() {
		const question = this.#call("question");
		return question.id ? question : null;
	}

	/** [{target: its name, id, from, display, text, at}] of the last search. */
	found() {
		return this.#call("found");
	}

	/** [{name, usage, help}] */
	commands() {
		return this.#call("commands");
	}

	/** {start, items} for the word before place `at`. */
	complete(id, text, at) {
		const before = encoder.encode(text.slice(0, at));
		const { start, items } = this.#call("complete", id, text, before.length);
		return { start: decoder.decode(before.subarray(0, start)).length, items };
	}

	/** [{room, by, at}] */
	invitations() {
		return this.#call("invitations");
	}

	/** [{target, id, at, from, text}] */
	saved() {
		return this.#call("saved");
	}

	/** Small things of the face. */
	kept(key) {
		return this.store.kept(key);
	}

	keep(key, text) {
		if (!this.#isStopped) this.store.keep(key, text);
	}

	// ---- acts

	/** Makes it the current one. */
	show(id) {
		this.#run("show", id);
	}

	/** Goes there now, joining it if need be, or as soon as there is a connection. */
	visit(name) {
		this.#run("visit", name);
	}

	/** These rows, the last one too, were on a screen that is looked at. */
	seen(id, from, to) {
		this.#run("seen", id, from, to);
	}

	/** Enter: a message or a /command. */
	typed(id, text) {
		this.#run("typed", id, text);
	}

	/** kind: message, action, notice, edit (of replyTo), reaction (text is its sign), topic. */
	message(id, kind, text, replyTo = "") {
		this.#run("message", id, kind, text, replyTo);
	}

	/** Waits five seconds, in which restore() takes it back. */
	remove(id, message) {
		this.#run("remove", id, message);
	}

	/** False: there was nothing to take back. */
	restore() {
		return this.#run("restore") === 1;
	}

	/** Loads what is before this message, or ("") before the oldest one here. */
	history(id, before) {
		this.#run("history", id, before);
	}

	/** Goes to this message, or ("") to what was said at that time first: changes.sought. */
	seek(id, message, at) {
		this.#run("seek", id, message, at || 0);
	}

	/** changes.found */
	search(words) {
		this.#run("search", words);
	}

	typing(id, isTyping) {
		this.#run("typing", id, isTyping ? 1 : 0);
	}

	/** An own message that was left: sends it again, or lets it go. */
	retry(localId) {
		this.#run("retry", localId);
	}

	drop(localId) {
		this.#run("drop", localId);
	}

	answer(question, choice) {
		this.#run("answer", question, choice);
	}

	prove(question, text) {
		this.#run("prove", question, text);
		this.wipeRoom();
	}

	/** One IRC line; false when not online. */
	raw(line) {
		return this.#run("raw", line) === 1;
	}

	/** The same as a request: onLine({tags, source, command, params}) for each line of the answer
	 * and onLine(null, isLost) at its end; isLost: it may have been carried out.
	 * isPrivate: the model learns nothing of it; false for what changes something. A refusal is
	 * for who asked alone in any case. */
	ask(line, onLine, { isPrivate = true } = {}) {
		const number = ++this.#lastAsk;
		this.#asks.set(number, onLine);
		if (this.#run("ask", number, line, isPrivate ? 1 : 0) === 1) return;
		this.#asks.delete(number);
		onLine(null, true);
	}
}
function warn(error) {
	console.warn("snug: the store:", error);
}
