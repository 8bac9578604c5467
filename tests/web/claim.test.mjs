// SPDX-License-Identifier: MIT
// A browser joins by a link that somebody's terminal made, and is a device from then on.
import assert from "node:assert/strict";
import {test} from "node:test";
import {Seated} from "./seated.mjs";
import {World, axe} from "./world.mjs";

/** The terminal of ann offers; a browser opens the link, and is asked about. */
async function claiming(t) {
	const world = await World.make(t);
	const ann = await world.terminal("ann");
	const seat = Seated.open(t, ann);
	const person = await world.person();

	await seat.until(/lounge/);
	seat.type("/device add");
	const [, secret] = await seat.until(/device=([\w-]{27})/);
	const page = await person.open(`${world.server.origin}/#device=${secret}`);

	await page.getByRole("button", {name: "Let this browser in"}).waitFor();
	assert.equal(page.url(), `${world.server.origin}/`);
	assert.deepEqual(await axe(page), []);
	await page.keyboard.press("Enter");
	await page.getByRole("button", {name: "Now say yes on the device"}).waitFor();
	await seat.until(/is a browser and calls itself Chromium-Linux: let it in\?/);
	return {world, person, page, seat};
}

const tokens = (world) => world.server.json("user", "token", "list", "ann");

test("the terminal says yes: the browser is in, and still is after a reload", async (t) => {
	const {world, page, seat} = await claiming(t);

	seat.type("y");
	await page.locator("button.me", {hasText: "ann"}).waitFor();
	await page.locator(".title", {hasText: "#lounge"}).waitFor();
	await page.reload();
	await page.locator(".title", {hasText: "#lounge"}).waitFor();
	await page.locator("#field").fill("from a browser");
	await page.keyboard.press("Enter");
	await page.locator("#log .row:not(.own)", {hasText: "from a browser"}).waitFor();
	assert.deepEqual((await tokens(world)).map((row) => [row.label, row.device]),
		[["Chromium-Linux", "yes"]]);
});

test("the terminal says no: the page says so, and nothing was made", async (t) => {
	const {world, page, seat} = await claiming(t);

	seat.type("n");
	await page.getByRole("alert").filter({hasText: "does not let this browser in"}).waitFor();
	assert.deepEqual(await tokens(world), []);
});
