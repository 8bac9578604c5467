// SPDX-License-Identifier: MIT
// A tab in which nothing happens does nothing: no timer of it ends or is set, nothing is asked. What
// the server asks now and then, whether there still is somebody, is answered.
import assert from "node:assert/strict";
import {test} from "node:test";
import {setTimeout as pass} from "node:timers/promises";
import {until} from "./patience.mjs";
import {World} from "./world.mjs";

const IDLE = 60_000; // ms: time itself is what is looked at
const QUIET = 20_000; // ms without anything: what the start set going is over

// Before the page's own scripts: all that it can begin, with when, as [what, ms].
function watchWork() {
	const done = window.done = [];
	const note = (what) => done.push([what, performance.now()]);
	const wrap = (of, name, inner) => {
		const plain = of[name];
		of[name] = function(...words) {
			note(name);
			return plain.apply(this, inner ? inner(words) : words);
		};
	};
	const told = (what) => ([work, ms, ...others]) => [(...words) => {
		note(`${what} of ${ms} ms ended`);
		work(...words);
	}, ms, ...others];

	wrap(window, "setTimeout", told("setTimeout"));
	wrap(window, "setInterval", told("setInterval"));
	wrap(window, "requestAnimationFrame");
	wrap(window, "requestIdleCallback");
	wrap(window, "fetch");
	wrap(XMLHttpRequest.prototype, "send");
	wrap(navigator, "sendBeacon");
	wrap(WebSocket.prototype, "send", (words) => {
		done.at(-1)[0] = `send ${/(?:^| )([A-Z]+)/.exec(words[0])[1]}`;
		return words;
	});
}

/** What was done in the last so many milliseconds, but for an answer to the server's PING. */
const doneIn = (page, ms) => page.evaluate((span) => window.done.filter(([what, at]) =>
	at > performance.now() - span && what !== "send PONG"), ms);

test("an idle tab asks nothing and has no timer", async (t) => {
	const world = await World.make(t), person = await world.person();
	const bob = await world.terminal("bob");

	await person.context.addInitScript(watchWork);
	const page = await person.join(await world.server.pageLink("lounge"), "ann");
	await page.locator("#field").fill("hello");
	await page.keyboard.press("Enter");
	await page.locator("#log .row:not(.own)", {hasText: "hello"}).waitFor();
	await bob.say("#lounge", "good night");
	await page.locator("#log .row", {hasText: "good night"}).waitFor();
	await until(async () => `quiet: ${JSON.stringify(await doneIn(page, QUIET))}`, async () =>
		await page.evaluate(() => performance.now()) > QUIET && (await doneIn(page, QUIET)).length === 0);
	const kinds = new Set((await page.evaluate(() => window.done)).map(([what]) => what));
	for (const what of ["setTimeout", "setTimeout of 300 ms ended", "send PRIVMSG", "fetch"])
		assert.ok(kinds.has(what), `${what} is noticed`);

	const asked = person.asked.length;
	await pass(IDLE); // time: an idle tab is the subject
	assert.deepEqual(await doneIn(page, IDLE), []);
	assert.equal(person.asked.length, asked);
	t.diagnostic(`before: ${(await page.evaluate(() => window.done)).map(([what, at]) =>
		`${what} at ${Math.round(at / 1000)} s`).filter((one) => /ended|PONG/.test(one)).join(", ")}`);
});
