// SPDX-License-Identifier: MIT
// What is sent from a browser comes once and in its order, whatever becomes of the server, the
// network and the tab. SNUG_SENDS=100 is the short form.
import assert from "node:assert/strict";
import {test} from "node:test";
import {until} from "./patience.mjs";
import {World} from "./world.mjs";

const SENDS = Number(process.env.SNUG_SENDS ?? 1000);
const BETWEEN = 20; // messages from one trouble to the next
const CUT_STEP = 50; // bytes by which a cut comes later than the one before

/** One person's only tab, and all that happens to it. */
class Tab {
	constructor(world, wire, person, page) {
		Object.assign(this, {world, wire, person, page, cuts: 0, restart: null});
	}

	async say(text) {
		await this.page.locator("#field").fill(text);
		await this.page.locator("#field").press("Enter");
	}

	// The server is gone and comes again while one types on.
	async kill() {
		await this.restart;
		this.restart = this.world.server.killAndStart();
	}

	async cut() {
		this.wire.cutAfter(++this.cuts * CUT_STEP);
	}

	// Until the next trouble: this is what goes on meanwhile.
	async goOffline() {
		await this.person.context.setOffline(true);
		this.wire.cut();
	}

	// A tab is closed when what was sent is on the disk: before, the page says so at the message.
	async reopen() {
		await until("the disk", async () => await this.page.locator("#log .own.keeping").count() === 0);
		await this.page.close();
		this.page = await this.person.open(this.world.server.origin);
		await this.page.locator("#field").waitFor();
	}

	async mend() {
		await this.person.context.setOffline(false);
		await this.restart;
	}
}

const TROUBLES = ["kill", "cut", "goOffline", "reopen", "cut"];

async function start(t) {
	const world = await World.make(t), wire = await world.wire();
	const person = await world.lasting(), bob = await world.terminal("bob");
	const page = await person.join(await world.server.pageLink("lounge"), "ann");

	// What a browser says of a network that is not there.
	person.expect(/WebSocket/, /ERR_/, /fetch/i, /sw\.js/);
	await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
	return {tab: new Tab(world, wire, person, page), bob};
}

test(`of ${SENDS} messages from a browser none is lost, none doubled, all in order`, async (t) => {
	const {tab, bob} = await start(t), wanted = Array.from({length: SENDS}, (_, i) => `send ${i}`);
	const told = {};

	for (const [i, text] of wanted.entries()) {
		if (i % BETWEEN === BETWEEN - 1) {
			const trouble = TROUBLES[Math.floor(i / BETWEEN) % TROUBLES.length];
			await tab.mend();
			await tab[trouble]();
			told[trouble] = (told[trouble] ?? 0) + 1;
		}
		await tab.say(text);
	}
	await tab.mend();
	await until("all to be stored", async () => await tab.page.locator("#log .own").count() === 0 &&
		await tab.page.locator("#log .row", {hasText: wanted.at(-1)}).count() > 0);
	const stored = (await bob.texts("#lounge", 2 * SENDS)).filter((one) => one.startsWith("send "));
	assert.deepEqual(stored, wanted);
	t.diagnostic(`${stored.length} stored; ${JSON.stringify(told)}`);
});
