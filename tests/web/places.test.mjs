// SPDX-License-Identifier: MIT
// A name with two addresses, one for each of two machines: who waits does not listen, and the page
// reconnects to whoever answers. To Chromium localhost is both of its addresses; the other machine
// is the same server, started there with what the first has stored.
import assert from "node:assert/strict";
import {readFileSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {test} from "node:test";
import {until} from "./patience.mjs";
import {World} from "./world.mjs";

const FIRST = "127.0.0.1", SECOND = "[::1]";

/** What served is gone, and what comes up serves here. */
async function moveTo(server, address) {
	const path = join(server.state, "snugd.conf");

	await server.stop("SIGKILL");
	writeFileSync(path, readFileSync(path, "utf8")
		.replaceAll(/(listen = (?:ircs:\/\/)?)(?:127\.0\.0\.1|\[::1\]):/g, `$1${address}:`));
	await server.start();
}

async function say(page, text) {
	await page.locator("#field").fill(text);
	await page.locator("#field").press("Enter");
}

async function stored(server, text) {
	await until(`${text} to be stored`, async () =>
		(await server.json("message", "search", text)).length === 1);
}

test("a page goes on where the server answers, at either address of its name", async (t) => {
	const world = await World.make(t, {resolves: true}), {server} = world;
	const person = await world.person(), page = await person.join(await server.pageLink("lounge"), "ann");

	person.expect(/WebSocket/, /ERR_/, /fetch/i, /sw\.js/);
	await say(page, "begun");
	await stored(server, "begun");
	for (const [address, text] of [[SECOND, "moved"], [FIRST, "returned"]]) {
		const moved = moveTo(server, address);

		await say(page, text);
		await moved;
		await stored(server, text);
	}
	// The page itself comes from where the server is, too.
	await moveTo(server, SECOND);
	await page.reload();
	await page.locator("#log").getByText("returned").waitFor();
	assert.equal(await page.locator("#log").getByText("moved").count(), 1);
});
