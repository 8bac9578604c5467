// SPDX-License-Identifier: MIT
// Lines as the server sent them, kept for reading without a connection: the newest of each
// target. They are given to the core before it connects, as a page of history; what was said
// meanwhile it then asks for as after any outage.

const LINES_MAX = 500;  // of a target
const TRIM_EVERY = 100; // lines more than that
const WRITE_AFTER_MS = 300;

const KEPT = new Set(["PRIVMSG", "NOTICE", "TAGMSG", "TOPIC"]);
const LOCAL_TAGS = new Set(["batch", "label"]); // mean something in one connection only

/** A line apart, as far as it is looked at here: tags are raw. */
export function parseLine(line) {
	const parts = /^(?:@(\S*) +)?(?::(\S*) +)?(\S+) *(.*)$/s.exec(line);
	if (!parts) return null;
	const [, tags = "", source = "", command, rest] = parts;
	const trailing = rest.startsWith(":") ? 0 : rest.indexOf(" :");
	const words = (trailing < 0 ? rest : rest.slice(0, trailing)).split(" ").filter(Boolean);
	if (trailing >= 0) words.push(rest.slice(trailing + (rest.startsWith(":") ? 1 : 2)));
	return {
		tags: new Map(tags.split(";").filter(Boolean).map((tag) => {
			const at = tag.indexOf("=");
			return at < 0 ? [tag, ""] : [tag.slice(0, at), tag.slice(at + 1)];
		})),
		source, command: command.toUpperCase(), params: words,
	};
}

/** The same line with these tags changed: null takes one out. */
function tagged(line, changes) {
	const { tags } = parseLine(line);
	for (const [name, value] of Object.entries(changes)) {
		if (value === null) tags.delete(name);
		else tags.set(name, value);
	}
	const words = [...tags].map(([name, value]) => (value ? `${name}=${value}` : name));
	const rest = line.replace(/^@\S* +/, "");
	return words.length ? `@${words.join(";")} ${rest}` : rest;
}

function bare(line) {
	return tagged(line, Object.fromEntries([...LOCAL_TAGS].map((name) => [name, null])));
}

// Who typed once is nobody's history; a reaction or its end is.
const isTyping = ({ command, tags }) => command === "TAGMSG" && tags.has("+typing");

/** Keeps the lines of one connection after the other. `me()` is our name. */
export function keepLines(store, me) {
	const counts = new Map();
	let open = new Map(); // messages of many lines that are coming in, by their reference
	let waiting = [];
	let timer = null;

	// What goes both ways between two people is kept under the other's name.
	function targetOf(message) {
		const [to] = message.params;
		const from = message.source.split("!")[0];
		return to.toLowerCase() === me().toLowerCase() ? from : to;
	}

	async function write() {
		timer = null;
		const rows = waiting;
		waiting = [];
		await store.putLines(rows);
		for (const { target } of rows) {
			const count = (counts.get(target) || 0) + 1;
			counts.set(target, count % TRIM_EVERY);
			if (count === TRIM_EVERY) await store.trimLines(target, LINES_MAX);
		}
	}

	function keep(target, message, lines) {
		const id = message.tags.get("msgid");
		const at = Date.parse(message.tags.get("time"));
		if (!id || Number.isNaN(at)) return;
		waiting.push({ target: target.toLowerCase(), at, id, lines });
		timer ??= setTimeout(write, WRITE_AFTER_MS);
	}

	function remove(id) {
		waiting = waiting.filter((row) => row.id !== id);
		store.deleteLine(id).catch(() => {});
	}

	function batch(message, line) {
		const [reference, kind, target] = message.params;
		const name = reference.slice(1);
		if (reference.startsWith("+") && kind === "draft/multiline")
			open.set(name, { message: { ...message, params: [target] }, lines: [bare(line)] });
		else if (reference.startsWith("-") && open.has(name)) {
			const whole = open.get(name);
			open.delete(name);
			keep(targetOf(whole.message), whole.message, whole.lines);
		}
	}

	return {
		take(line) {
			const message = parseLine(line);
			if (!message) return;
			const within = open.get(message.tags.get("batch"));
			if (message.command === "BATCH") batch(message, line);
			else if (message.command === "REDACT") remove(message.params[1]);
			else if (within) within.lines.push(bare(line));
			else if (KEPT.has(message.command) && !isTyping(message))
				keep(targetOf(message), message, [bare(line)]);
		},
		/** Another connection: what was open there never ends. */
		reset() {
			open = new Map();
		},
		/** What waits is written now. */
		flush() {
			clearTimeout(timer);
			return write();
		},
		stop() {
			clearTimeout(timer);
			waiting = [];
		},
	};
}

const PAGE = "kept"; // reference of the batch

function* linesOf(row, number) {
	if (row.lines.length === 1) {
		yield tagged(row.lines[0], { batch: PAGE });
		return;
	}
	const [first, ...others] = row.lines;
	const name = `${PAGE}${number}`;
	yield tagged(first, { batch: PAGE }).replace(/ BATCH \+\S+ /, ` BATCH +${name} `);
	for (const line of others) yield tagged(line, { batch: name });
	yield `BATCH -${name}`;
}

/** All kept lines as pages of history, for `replay(line)`. */
export function replayLines(rows, replay) {
	const targets = new Map();
	for (const row of rows) {
		if (!targets.has(row.target)) targets.set(row.target, []);
		targets.get(row.target).push(row);
	}
	for (const [target, own] of targets) {
		replay(`BATCH +${PAGE} chathistory ${target}`);
		own.sort((a, b) => a.at - b.at).slice(-LINES_MAX).forEach((row, i) => {
			for (const line of linesOf(row, i)) replay(line);
		});
		replay(`BATCH -${PAGE}`);
	}
}
