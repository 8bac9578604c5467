// SPDX-License-Identifier: MIT
// The functions of the parts that need no browser.  usage: node --test tests/web
import assert from "node:assert/strict";
import {execFileSync} from "node:child_process";
import {readFileSync} from "node:fs";
import {test} from "node:test";
import {confirmation} from "../../client/web/page/admin.js";
import {Refusal, ask, base64} from "../../client/web/page/ask.js";
import {isAllSent, scriptOf} from "../../client/web/page/version.js";
import {joinParts} from "../../client/web/page/export.js";
import {messageLink} from "../../client/web/page/deeds.js";
import {parseUsage, usageWords} from "../../client/web/page/usage.js";
import {recentEmoji} from "../../client/web/page/recent.js";
import {searchEmoji} from "../../client/web/page/emoji.js";
import {step} from "../../client/web/page/focus.js";
import {titleOf} from "../../client/web/page/notify.js";
import {webLink} from "../../client/web/page/room.js";

const root = new URL("../../", import.meta.url);
const read = (path) => readFileSync(new URL(path, root), "utf8");

test("the table of emoji is the terminal's, whole", () => {
	const table = JSON.parse(execFileSync("awk", ["-f", "client/web/page/emoji.awk",
		"client/model/emoji.def"], {cwd: root}));

	assert.equal(table.length, read("client/model/emoji.def").match(/^ROW\(/gm).length);
	assert.deepEqual(table[0], ["👍", "thumbsup +1 yes"]);
	assert.equal(searchEmoji(table, ":tad")[0][0], "🎉");
	assert.equal(searchEmoji(table, "ok")[0][0], "👌", "what begins with it is first");
	assert.deepEqual(searchEmoji(table, "no such thing"), []);
	assert.equal(searchEmoji(table, "").length, table.length);
});

test("the emoji that were used last are offered first, each once", () => {
	assert.deepEqual(recentEmoji({kept: () => "🔥 👍"}), ["🔥", "👍", "❤️", "😂", "🎉", "😮"]);
	assert.equal(recentEmoji({kept: () => undefined}).length, 6);
});

const field = (fields, name) => fields.find((one) => one.flag === name);

test("a usage line is the fields of a form", () => {
	const fields = parseUsage("NAME... [--role user|admin] [--generate | --no-password] --room ROOM " +
		"[--for 7d|TIME] [--confirm NAME]... [LABEL]");

	assert.deepEqual([fields[0].value, fields[0].isNeeded, fields[0].isMany], ["NAME", true, true]);
	assert.deepEqual(field(fields, "--role").choices, ["user", "admin"]);
	assert.equal(field(fields, "--generate").value, null);
	assert.equal(field(fields, "--no-password").value, null);
	assert.equal(field(fields, "--room").isNeeded, true);
	assert.equal(field(fields, "--for").choices, null, "TIME is a place for a word");
	assert.equal(field(fields, "--confirm").isMany, true);
	assert.deepEqual([fields.at(-1).value, fields.at(-1).isNeeded], ["LABEL", false]);
	assert.deepEqual(parseUsage(""), []);
});

test("each verb of the server has a usage that a form can show", () => {
	const rows = [...read("server/hub/admin/admin.def")
		.matchAll(/^(?:VERB|DEED|ACT|EACH)\("[^"]*", "[^"]*", \w+, "((?:[^"\\]|\\.)*)"/gm)];

	assert.ok(rows.length > 40);
	for (const [, usage] of rows) {
		const plain = usage.replaceAll('\\"', '"');
		const flags = [...plain.matchAll(/--[a-z-]+/g)].map(([flag]) => flag);
		const fields = parseUsage(plain);

		assert.deepEqual(fields.map((one) => one.flag).filter(Boolean), flags, plain);
		for (const one of fields.filter((it) => !it.flag))
			assert.match(one.value, /^[A-Za-z|_]+$/, plain);
	}
});

test("what was filled in becomes the words of a command line", () => {
	const fields = parseUsage("NAME... [--role user|admin] [--bot] [--reason TEXT]");
	const filled = {NAME: "ann  bob", "--role": "admin", "--bot": true, "--reason": "two words"};

	assert.deepEqual(usageWords(fields, (one) => filled[one.flag ?? one.value]),
		["--role", "admin", "--bot", "--reason", "two words", "ann", "bob"]);
	assert.deepEqual(usageWords(fields, (one) => one.value === null ? false : ""), []);
});

test("long lines of an export are put together again", () => {
	const line = (...params) => ({command: "EXPORT", params});

	assert.deepEqual(joinParts("EXPORT", [line("+", "{\"a\":"), line("*", "1}"), line("*", "{}"),
		{command: "NOTE", params: ["x"]}]), ["{\"a\":1}", "{}"]);
});

test("the title tells where one is and what waits", () => {
	assert.equal(titleOf({kind: "room", name: "#den"}, 0), "#den · snug");
	assert.equal(titleOf({kind: "room", name: "#t", people: "bob, cem"}, 3), "(3) bob, cem · snug");
	assert.equal(titleOf({kind: "server", name: "x"}, 0), "snug");
	assert.equal(titleOf(undefined, 0), "snug");
	assert.equal(titleOf({kind: "room", name: "#a\u202eb"}, 0), "#a\ufffdb · snug");
});

test("a newer page is told by its script, and what is no page is none", () => {
	assert.equal(scriptOf('<script type="module" src="/assets/app-1a.js"></script>'), "/assets/app-1a.js");
	assert.equal(scriptOf("<script type=module src=/assets/app-1a.js>"), "/assets/app-1a.js");
	assert.equal(scriptOf("<h1>Wartung</h1>"), null);
});

test("a page gives way when nothing waits to be sent", () => {
	const core = (...states) => ({targets: () => [{id: 1}], own: () => states.map((state) => ({state}))});

	assert.equal(isAllSent(core()), true);
	assert.equal(isAllSent(core("refused", "held", "lost")), true);
	for (const state of ["keeping", "queued", "sending"])
		assert.equal(isAllSent(core("refused", state)), false, state);
});

test("arrows go through lists and grids", () => {
	assert.equal(step("ArrowDown", 2, 3), 0);
	assert.equal(step("ArrowUp", 0, 3), 2);
	assert.equal(step("ArrowDown", 5, 10, 8), 5, "below the last row is nothing");
	assert.equal(step("ArrowDown", 1, 10, 8), 9);
	assert.equal(step("ArrowRight", 1, 10, 8), 2);
	assert.equal(step("ArrowRight", 1, 10), null, "a list leaves it to the field");
	assert.equal(step("End", 0, 4), 3);
	assert.equal(step("x", 0, 4), null);
});

test("links lead to this server's page", () => {
	globalThis.location = {origin: "https://chat.example"};
	assert.equal(webLink({name: "#den"}, "snug://chat.example/den,invite=Ab_-9,pin=x"),
		"https://chat.example/#den,invite=Ab_-9");
	assert.equal(webLink({name: "#den"}, "no link"), "no link");
	assert.equal(messageLink({name: "##a b"}, {id: "1k83"}), "https://chat.example/#%23a%20b,message=1k83");
});

const page = (answer) => ({t: (key) => key, core: {ask: answer}});
const lines = (...all) => page((line, on) => [...all, null].forEach((one) => on(one)));

test("a refusal is an error with the server's words, a lost answer one, too", async () => {
	const fail = {command: "FAIL", params: ["CERT", "NO_SUCH_CERT", "7", "There is none"]};

	assert.deepEqual(await ask(lines({command: "CERT", params: ["LIST"]}), "CERT LIST"),
		[{command: "CERT", params: ["LIST"]}]);
	await assert.rejects(ask(lines(fail), "x"), (error) => error instanceof Refusal &&
		error.code === "NO_SUCH_CERT" && error.message === "There is none");
	await assert.rejects(ask(lines({command: "482", params: ["ann", "#den", "No moderator"]}), "x"),
		{code: "482", message: "No moderator"});
	await assert.rejects(ask(page((line, on) => on(null, true)), "x"), {code: "OFFLINE"});
});

test("passwords go as base64 of their UTF-8", () => {
	assert.equal(base64("my old passphrase"), "bXkgb2xkIHBhc3NwaHJhc2U=");
	assert.equal(base64("größe€"), Buffer.from("größe€").toString("base64"));
});

test("what the server wants confirmed is said again with each place", () => {
	const verb = {usage: "NAME... [--role user|admin] [--bot] [--confirm NAME]..."};

	assert.deepEqual(confirmation(verb, ["--role", "admin", "--bot", "ann", "bob"]),
		["--confirm", "ann", "--confirm", "bob"]);
	assert.deepEqual(confirmation({usage: "ID... [--confirm]"}, ["7"]), ["--confirm"]);
	assert.deepEqual(confirmation({usage: "NAME... [--confirm NAME]..."}, ["attic"],
		"type the name as in  --confirm #attic  (or not)"), ["--confirm", "attic", "--confirm", "#attic"]);
});
