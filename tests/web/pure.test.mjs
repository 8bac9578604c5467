// SPDX-License-Identifier: MIT
// The page's functions that need no browser.  usage: node --test tests/web
import assert from "node:assert/strict";
import {test} from "node:test";
import {blocks, harmless, spans} from "../../client/web/page/spans.js";
import {bestLanguage, languages, say, setLanguage, spoken, words} from "../../client/web/page/texts.js";
import "../../client/web/page/texts/later.js";
import {colourOf, lettersOf} from "../../client/web/page/person.js";
import {cutLines} from "../../client/web/page/body.js";
import {dayName, dayOf, untilMidnight} from "../../client/web/page/days.js";
import {makePassword} from "../../client/web/page/password.js";
import {mixedHost} from "../../client/web/page/host.js";
import {parseFragment} from "../../client/web/page/fragment.js";
import {rowsToAdd, rowsToDrop, wantsOlder} from "../../client/web/page/reach.js";
import {unitsOf} from "../../client/web/page/units.js";

const shown = (text, name) => spans(text, name).map((span) => [span.kind, span.text]);

test("a link is http, https or mailto, and ends before the sentence does", () => {
	assert.deepEqual(shown("see https://a.example/b_(c), or (http://d.example)."), [
		["text", "see "], ["link", "https://a.example/b_(c)"], ["text", ", or ("],
		["link", "http://d.example"], ["text", ")."]]);
	assert.deepEqual(shown("mailto:ann@a.example"), [["link", "mailto:ann@a.example"]]);
	for (const text of ["javascript:alert(1)", "data:text/html,x", "ftp://a.example", "https://", "xhttps://a.example"])
		assert.deepEqual(shown(text), [["text", text]]);
});

test("a host that mixes alphabets is told as the network knows it", () => {
	assert.equal(mixedHost("https://аpple.com/x"), "xn--pple-43d.com");
	assert.equal(mixedHost("https://me@аpple.com:8/x"), "xn--pple-43d.com");
	for (const link of ["https://apple.com", "https://пример.рф", "https://ελλάδα.gr/p?q=я".replace(".gr", ".ελ"), "https://日本.jp"])
		assert.equal(mixedHost(link), "", link);
});

test("code stands between fences, in back ticks, and indented in a text of several lines", () => {
	assert.deepEqual(blocks("a\n```c\nint x;\n```\nb"), [
		{kind: "text", lines: ["a"]}, {kind: "code", lines: ["int x;"]}, {kind: "text", lines: ["b"]}]);
	assert.deepEqual(blocks("one:\n\tx"), [
		{kind: "text", lines: ["one:"]}, {kind: "code", lines: ["        x"]}]);
	assert.deepEqual(blocks("```a b```"), [{kind: "code", lines: ["a b"]}]);
	assert.deepEqual(blocks("  alone"), [{kind: "text", lines: ["  alone"]}]);
	assert.deepEqual(blocks("```"), [{kind: "text", lines: ["```"]}]);
	assert.deepEqual(blocks("```\nnever closed"), [{kind: "code", lines: ["never closed"]}]);
	assert.deepEqual(shown("try `https://a.example` now"), [
		["text", "try "], ["code", "https://a.example"], ["text", " now"]]);
});

test("our name is marked where it stands as a word", () => {
	assert.deepEqual(shown("ann: and Ann, not annual or joann", "ann"), [
		["name", "ann"], ["text", ": and "], ["name", "Ann"], ["text", ", not annual or joann"]]);
	assert.deepEqual(shown("a.b or axb", "a.b"), [["name", "a.b"], ["text", " or axb"]]);
});

test("no control character, override or tower of marks reaches the screen", () => {
	assert.equal(harmless("a\u001b[31mb\u0007\u009bc\u0003" + "04,12red"), "a[31mbcred");
	assert.equal(harmless("a\u202eb\u2066c"), "a\ufffdb\ufffdc");
	assert.equal([...harmless("e" + "\u0301".repeat(500))].length, 9);
	assert.equal(harmless("a\tb\nc"), "a\tb\nc");
});

let serial = 0;
const at = (hours, more) => ({i: serial, id: `m${++serial}`, at: new Date(2026, 10, 20, hours).getTime(),
	kind: "message", from: "bob", text: "x", reply: null, ...more});

test("a day mark stands above the first line of each local day", () => {
	const units = unitsOf([at(1), at(23.5), at(24), at(25)], undefined);

	assert.deepEqual(units.map((unit) => unit.day), [true, false, true, false]);
	assert.equal(unitsOf([at(2)], at(1))[0].day, false);
	assert.equal(unitsOf([at(26)], at(1))[0].day, true);
});

test("one person's lines are joined until something comes between", () => {
	const joined = (...lines) => unitsOf(lines, undefined).map((unit) => unit.isJoined);

	assert.deepEqual(joined(at(1), at(1), at(1)), [false, true, true]);
	assert.deepEqual(joined(at(1), at(1, {from: "cem"})), [false, false]);
	assert.deepEqual(joined(at(1), at(2)), [false, false]);
	assert.deepEqual(joined(at(1), at(1, {gap: true})), [false, false]);
	assert.deepEqual(joined(at(1), at(1, {unreadFrom: true})), [false, false]);
	assert.deepEqual(joined(at(1), at(1, {reply: {id: "m"}})), [false, false]);
	assert.deepEqual(joined(at(1), at(1, {kind: "action"})), [false, false]);
});

test("comings and goings are one unit, edits are none", () => {
	const lines = [at(1, {kind: "join"}), at(1, {kind: "edit"}), at(1, {kind: "part"}), at(1),
		at(1, {kind: "quit"}), at(1, {kind: "nick", gap: true})];
	const units = unitsOf(lines, undefined);

	assert.deepEqual(units.map((unit) => unit.lines.length), [2, 1, 1, 1]);
	assert.deepEqual([units[0].first, units[0].last], [lines[0].i, lines[2].i]);
	assert.equal(units[0].key, lines[2].id);
});

test("rows are added until a screen lies beyond an edge, and dropped behind that", () => {
	assert.equal(rowsToAdd(600, 1000, 40), 0);
	assert.equal(rowsToAdd(400, 1000, 40), 15);
	assert.equal(rowsToAdd(0, 1000, 0), 42);
	assert.equal(rowsToDrop([100, 100, 100, 100], 1250, 1000), 3);
	assert.equal(rowsToDrop([300, 100], 1250, 1000), 1);
	assert.equal(rowsToDrop([600, 100], 1050, 1000), 0, "it would be fetched again at once");
	assert.equal(rowsToDrop([], 5000, 1000), 0);
});

test("older pages are asked for before their place is seen", () => {
	assert.equal(wantsOlder(0, 1000, 0, 40), true);
	assert.equal(wantsOlder(1000, 1000, 10, 40), true);
	assert.equal(wantsOlder(1000, 1000, 20, 40), false);
});

test("what stands behind the # is told apart", () => {
	const parsed = (hash) => Object.values(parseFragment(hash));

	assert.deepEqual(parsed("#lounge,invite=a%2Fb"), ["#lounge", "a/b", "", ""]);
	assert.deepEqual(parsed("##lounge&invite=x"), ["#lounge", "x", "", ""]);
	assert.deepEqual(parsed("#device=s3"), ["", "", "s3", ""]);
	assert.deepEqual(parsed("#caf%C3%A9,pin=zz,message=q1"), ["#café", "", "", "q1"]);
	assert.deepEqual(parsed("#100%"), ["#100%", "", "", ""]);
	assert.deepEqual(parsed(""), ["", "", "", ""]);
	assert.deepEqual(parsed("#room=x"), ["", "", "", ""]);
});

test("days are said by the local clock", async () => {
	const now = new Date(2026, 10, 22, 0, 30).getTime();

	await setLanguage("de");
	assert.equal(dayName(new Date(2026, 10, 22, 0, 1), now), "Heute");
	assert.equal(dayName(new Date(2026, 10, 21, 23, 59), now), "Gestern");
	assert.equal(dayName(new Date(2026, 10, 17, 12), now), "Dienstag, 17. November");
	assert.match(dayName(new Date(2025, 10, 17, 12), now), /2025/);
	assert.equal(untilMidnight(now), 23.5 * 3600000);
	await setLanguage("en");
});

test("the day that the clocks change is one day", () => {
	const dayOfChange = [new Date(2026, 9, 25, 0, 1), new Date(2026, 9, 25, 23, 59)].map(dayOf);

	assert.equal(dayOfChange[0], dayOfChange[1]);
	assert.equal(dayOf(new Date(2026, 9, 26, 0, 1)) - dayOfChange[0], 1);
});

test("the browser's languages choose, English else", () => {
	assert.equal(bestLanguage(["fr-FR", "de-AT", "en"]), "de");
	assert.equal(bestLanguage(["EN-us", "de"]), "en");
	assert.equal(bestLanguage(["fr"]), "en");
	assert.equal(bestLanguage(["constructor"]), "en");
	assert.deepEqual(Object.keys(languages), ["en", "de"]);
});

test("a number chooses its plural, and a key without a text is an error", () => {
	assert.equal(say("bar.people", {count: 1}), "1 person");
	assert.equal(say("bar.people", {count: 0}), "0 people");
	assert.throws(() => say("no.such"), /no text no\.such/);
});

test("a made password has 100 bits that can be read out", () => {
	assert.match(makePassword(), /^([a-km-np-z2-9]{5}-){3}[a-km-np-z2-9]{5}$/);
	assert.notEqual(makePassword(), makePassword());
});

test("a person has the colour of the terminal, and letters", () => {
	assert.equal(colourOf("Bob"), colourOf("bob"));
	assert.deepEqual(["ann", "bob", "cem", "dora"].map(colourOf), [8, 0, 8, 6]);
	assert.deepEqual(["Dora Weiß", "bob", "", "👍 x"].map(lettersOf), ["DW", "B", "?", "👍X"]);
});

test("a long text is cut at a line", () => {
	assert.deepEqual(cutLines("a\nb\nc", 2), {text: "a\nb", more: 1});
	assert.deepEqual(cutLines("a", 2), {text: "a", more: 0});
});

test("what the core says is in the chosen language, and in English where there is no other", async () => {
	await setLanguage("de");
	assert.equal(spoken("is now known as %.*s"), "heißt jetzt %.*s");
	assert.equal(spoken("what nobody says"), "");
	await setLanguage("en");
	assert.equal(spoken("is now known as %.*s"), "");
});

test("both languages say all the same, with the same places and plurals", async () => {
	const tables = {};
	for (const tag of ["en", "de"]) {
		await setLanguage(tag);
		tables[tag] = words();
	}
	const {en, de} = tables;
	const shape = (text) => typeof text === "string" ? [...new Set(text.match(/\{\w+\}/g))].sort()
		: Object.fromEntries(Object.entries(text).map(([form, one]) => [form, shape(one)]));
	const whole = (table) => Object.fromEntries(Object.entries(table).map(([key, text]) => [key, shape(text)]));

	await setLanguage("en");
	assert.ok(Object.keys(en).length > 200);
	assert.deepEqual(whole(de), whole(en));
	for (const [key, text] of [...Object.entries(en), ...Object.entries(de)])
		assert.ok(typeof text === "string" ? text.trim() : text.one && text.other, key);
});
