// SPDX-License-Identifier: MIT
// A long history of a real server in the page: all of it can be read, little of it is held.
import assert from "node:assert/strict";
import {test} from "node:test";
import {until} from "./patience.mjs";
import {World} from "./world.mjs";

const MANY = 10_000; // many pages of the server's history

const seen = (page) => page.evaluate(() => {
	const log = document.getElementById("log");

	return {texts: [...log.querySelectorAll(".row .body p")].map((text) => text.innerText),
		top: log.querySelector(".top")?.innerText ?? "",
		screens: log.querySelector("ol").offsetHeight / log.clientHeight};
});

const scroll = (page, by) => page.evaluate((pixels) => new Promise((drawn) => {
	document.getElementById("log").scrollTop += pixels;
	requestAnimationFrame(() => requestAnimationFrame(drawn));
}), by);

test("one scrolls through all that was said, and no row is passed over", async (t) => {
	const world = await World.make(t), person = await world.person();
	const bob = await world.terminal("bob");

	await bob.run(["pipe"], Array.from({length: MANY}, (_, i) =>
		`${JSON.stringify({op: "send", target: "#lounge", text: `said ${i}`})}\n`).join(""));
	const page = await person.join(await world.server.pageLink("lounge"), "ann");
	const all = new Set();

	await page.getByText(`said ${MANY - 1}`).waitFor();
	await until(() => `the beginning; ${all.size} were seen`, async () => {
		const now = await seen(page);
		now.texts.forEach((text) => all.add(text));
		assert.ok(now.screens <= 3, `${now.screens} screens`);
		await scroll(page, -400);
		return now.top === "This is the beginning.";
	});
	const missing = Array.from({length: MANY}, (_, i) => `said ${i}`).filter((text) => !all.has(text));
	assert.deepEqual(missing, []);
	await page.getByRole("button", {name: "To the newest"}).click();
	await page.getByText(`said ${MANY - 1}`).waitFor();
});
