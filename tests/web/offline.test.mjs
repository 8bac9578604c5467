// SPDX-License-Identifier: MIT
// What a page has without a network, out of the browser's own IndexedDB.
import assert from "node:assert/strict";
import {test} from "node:test";
import {until} from "./patience.mjs";
import {Seated} from "./seated.mjs";
import {World} from "./world.mjs";

/** All rows of lines that the browser keeps, apart. */
const kept = (page) => page.evaluate(() => new Promise((told) => {
	const request = indexedDB.open("snug");

	request.onsuccess = () => {
		const all = request.result.transaction("lines").objectStore("lines").getAll();

		all.onsuccess = () => {
			request.result.close();
			told(all.result);
		};
	};
}));

async function join(world) {
	const person = await world.person();
	const page = await person.open(await world.server.pageLink("lounge"));

	person.expect(/WebSocket/, /socket/, /ERR_/, /fetch/i, /sw\.js/);
	await page.locator('input[name="name"]').fill("ann");
	await page.locator('button[type="submit"]').click();
	await page.locator(".title", {hasText: "#lounge"}).waitFor();
	await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
	await until("the page to be kept", () => page.evaluate(async () => Boolean(await caches.match("/"))));
	return page;
}

test("a room is there without a network, with its last line or without any", async (t) => {
	const world = await World.make(t);
	const page = await join(world);

	await page.locator("#field").fill("/join #silent");
	await page.keyboard.press("Enter");
	await page.locator("#list", {hasText: "silent"}).waitFor();
	await page.locator("#list [data-place]", {hasText: "lounge"}).click();
	await page.locator("#field").fill("the last word");
	await page.keyboard.press("Enter");
	await page.locator("#log .row:not(.own)", {hasText: "the last word"}).waitFor();
	await world.server.stop("SIGKILL"); // and at once, before anything is due to be written
	await page.reload();
	await page.locator(".title", {hasText: "#lounge"}).waitFor();
	await page.locator("#log .row", {hasText: "the last word"}).waitFor();
	await page.locator("#list", {hasText: "silent"}).waitFor();
});

test("who typed is not kept, what they said and how it was liked is", async (t) => {
	const world = await World.make(t);
	const page = await join(world);
	const bob = await world.terminal("bob");

	const seat = Seated.open(t, bob);

	await seat.until(/lounge/);
	seat.type("/raw @+typing=active TAGMSG #lounge");
	await page.locator(".typists", {hasText: "bob"}).waitFor();
	await bob.say("#lounge", "is it on?");
	const said = (await bob.tail("#lounge")).find((row) => row.text === "is it on?");
	await bob.run(["react", "--in", "#lounge", said.id, "👍"]);
	const rows = await until("the reaction to be kept", async () => {
		const all = await kept(page);

		return all.some((row) => /\+(draft\/)?react/.test(row.lines[0])) && all;
	});
	assert.ok(rows.some((row) => row.lines[0].includes("is it on?")));
	assert.deepEqual(rows.filter((row) => row.lines[0].includes("+typing")), []);
});
