// SPDX-License-Identifier: MIT
// The page's core without a browser: JSON lines in, {call, args} each, JSON lines out, {result}.
// usage: node core_agent.mjs CORE.WASM PORT STORE.JSON
//
// The store is a file, so that a closed tab can be opened again; how it behaves is told by
// {call: "store", args: [{late: ms, never: bool, full: bool}]}.
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import { webcrypto } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { openCore } from "../../client/web/page/core.js";
import { openStore } from "../../client/web/page/store.js";
import { words } from "../../client/web/page/texts.js";

globalThis.crypto ??= webcrypto; // Node 18
const WebSocket = globalThis.WebSocket || createRequire(import.meta.url)("ws");
const [, , wasm, port, file] = process.argv;
const KEYS = { outbox: "no", device: "key", kept: "key", lines: "id" };

class FileRows {
	isLasting = true;
	ways = { late: 0, never: false, full: false };
	rows = existsSync(file) ? JSON.parse(readFileSync(file, "utf8"))
		: Object.fromEntries(Object.keys(KEYS).map((name) => [name, {}]));

	// A turn later at the least, as a database would be.
	async written(change, mayBeFull = true) {
		if (this.ways.never) return new Promise(() => {});
		await new Promise((done) => setTimeout(done, this.ways.late));
		if (this.ways.full && mayBeFull && Object.keys(this.rows.lines).length)
			throw Object.assign(new Error("no space"), { name: "QuotaExceededError" });
		change();
		// Whole or not at all, as a browser keeps it: the tab may be killed in the middle.
		writeFileSync(`${file}.new`, JSON.stringify(this.rows));
		renameSync(`${file}.new`, file);
	}

	all = async (name) => Object.values(this.rows[name]);
	put = (name, row) => this.written(() => (this.rows[name][row[KEYS[name]]] = row));
	putAll = (name, rows) =>
		this.written(() => rows.forEach((row) => (this.rows[name][row.id] = row)), false);
	delete = (name, key) => this.written(() => delete this.rows[name][key], false);
	clear = (...names) => this.written(() => names.forEach((name) => (this.rows[name] = {})), false);
	deleteLine = (id) => this.delete("lines", id);
	trimLines = async () => {};
}

// As client/web/bundle makes it.
const alike = readFileSync(new URL("../../common/alike.def", import.meta.url), "utf8")
	.match(/ALIKE\(0x[^)]*/g)
	.map((row) => row.replace("ALIKE(0x", "").replaceAll(", 0x", " ")).join("\n");

const rows = new FileRows();
const seen = { alerts: [], said: [], sought: [], handOut: [], recall: [] };
const core = await openCore({
	store: await openStore({ rows }), words, wasm: readFileSync(wasm),
	place: { hostname: "localhost", port }, WebSocket, alike: async () => alike,
});

core.onChange = (changes) => {
	seen.alerts.push(...changes.alerts);
	seen.said.push(...changes.said);
	for (const name of ["sought", "handOut", "recall"])
		if (changes[name]) seen[name].push(changes[name]);
};

const extras = {
	store: (ways) => Object.assign(rows.ways, ways),
	seen_: () => seen,
	rows: (name) => Object.values(rows.rows[name]),
	flush: () => core.flush(),
	timers: () => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length,
	all: (id) => core.lines(id, 0, core.lineCount(id)),
	asked: (line) => new Promise((done) => {
		const lines = [];
		core.ask(line, (one, isLost) => (one ? lines.push(one) : done({ lines, isLost })));
	}),
};

for await (const line of createInterface({ input: process.stdin })) {
	const { call, args = [] } = JSON.parse(line);
	try {
		const result = await (call in extras ? extras[call](...args) : core[call](...args));
		console.log(JSON.stringify({ result: result ?? null }));
	} catch (error) {
		console.log(JSON.stringify({ error: String(error.stack) }));
	}
}
process.exit(0);
