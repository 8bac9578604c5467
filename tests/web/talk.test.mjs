// SPDX-License-Identifier: MIT
// From the link to the talk: a real server, somebody at a terminal, somebody with a browser.
import assert from "node:assert/strict";
import {test} from "node:test";
import {until} from "./patience.mjs";
import {PHONE, World} from "./world.mjs";

const rowOf = (page, text) => page.locator("#log .row", {hasText: text}).last();

async function say(page, text) {
	await page.locator("#field").fill(text);
	await page.keyboard.press("Enter");
}

test("from the link to a talk with somebody at a terminal", async (t) => {
	const world = await World.make(t), person = await world.person();
	const bob = await world.terminal("bob");
	const page = await person.join(await world.server.pageLink("lounge"), "ann");

	assert.equal(page.url(), `${world.server.origin}/`);
	await page.keyboard.type("hi");
	await page.keyboard.press("Enter");
	await rowOf(page, "hi").and(page.locator(":not(.own)")).waitFor();
	await until("the terminal to have it", async () => (await bob.texts("#lounge")).includes("hi"));
	await bob.say("#lounge", "ann: welcome, see https://a.example/b");
	await rowOf(page, "welcome").waitFor();
	assert.equal(await rowOf(page, "welcome").locator("a").getAttribute("href"), "https://a.example/b");
	assert.equal(await rowOf(page, "welcome").locator("mark").innerText(), "ann");
});

test("a message is answered, reacted to, edited and removed", async (t) => {
	const world = await World.make(t), person = await world.person();
	const bob = await world.terminal("bob");
	const page = await person.join(await world.server.pageLink("lounge"), "ann");

	await bob.say("#lounge", "who brings cake?");
	await rowOf(page, "who brings cake?").focus();
	await page.keyboard.press("r");
	await say(page, "I do");
	await rowOf(page, "I do").and(page.locator(":not(.own)")).waitFor();
	assert.match(await rowOf(page, "I do").locator(".quote").innerText(), /bob.*who brings cake\?/);
	await page.keyboard.press("ArrowUp");
	await say(page, "I do, two of them");
	await rowOf(page, "I do, two of them").locator(".edited").waitFor();
	const asked = (await bob.tail("#lounge")).find((row) => row.text === "who brings cake?");
	await bob.run(["react", "--in", "#lounge", asked.id, "👍"]);
	await page.getByRole("button", {name: /👍 1: bob/}).click();
	await page.getByRole("button", {name: /👍 2/}).waitFor();
	await rowOf(page, "I do, two of them").focus();
	await page.keyboard.press("d");
	await page.getByText("This message was removed.").waitFor();
});

test("who was here before is in at once, by a token of its own", async (t) => {
	const world = await World.make(t), person = await world.person();
	const page = await person.join(await world.server.pageLink("lounge"), "ann");

	await say(page, "before");
	await rowOf(page, "before").and(page.locator(":not(.own)")).waitFor();
	await page.reload();
	await page.locator(".title", {hasText: "#lounge"}).waitFor();
	await rowOf(page, "before").waitFor();
	await page.locator(".link-state").waitFor({state: "hidden"});
	await say(page, "after");
	await rowOf(page, "after").and(page.locator(":not(.own)")).waitFor();
});

test("name and password are enough, a wrong one is told at its field", async (t) => {
	const world = await World.make(t), person = await world.person(PHONE);

	await world.server.user("ann", "correct horse battery");
	const page = await person.open(world.server.origin);
	await page.locator('input[name="name"]').fill("ann");
	await page.locator('input[name="secret"]').fill("wrong horse battery");
	await page.keyboard.press("Enter");
	await page.getByText(/Name or password is wrong/).waitFor();
	await page.locator('input[name="secret"]').fill("correct horse battery");
	await page.keyboard.press("Enter");
	await page.locator("#chat").waitFor();
});

test("what is typed offline is sent once the server is back", async (t) => {
	const world = await World.make(t), person = await world.person();
	const bob = await world.terminal("bob");
	const page = await person.join(await world.server.pageLink("lounge"), "ann");

	person.expect(/WebSocket/, /socket/);
	await world.server.stop("SIGKILL");
	await page.getByText(/Offline since/).waitFor();
	await say(page, "kept one");
	await say(page, "kept two");
	await rowOf(page, "kept two").getByText("kept, not sent yet").waitFor();
	await world.server.start();
	await rowOf(page, "kept two").and(page.locator(":not(.own)")).waitFor();
	assert.deepEqual((await bob.texts("#lounge")).filter((text) => /^kept/.test(text)),
		["kept one", "kept two"]);
});

// Whether the page's store holds a message.
const keepsLines = () => new Promise((told) => {
	const request = indexedDB.open("snug");

	request.onsuccess = () => {
		const all = request.result.transaction("lines").objectStore("lines").getAll();
		all.onsuccess = () => {
			request.result.close();
			told(all.result.some((row) => row.lines.join().includes(":before")));
		};
	};
});

test("without a network the page starts, shows what was said, and sends once it is back", async (t) => {
	const world = await World.make(t), person = await world.person();
	const bob = await world.terminal("bob");
	const page = await person.join(await world.server.pageLink("lounge"), "ann");

	person.expect(/WebSocket/, /socket/, /ERR_/, /fetch/i, /sw\.js/);
	await say(page, "before");
	await rowOf(page, "before").and(page.locator(":not(.own)")).waitFor();
	await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
	await until("the browser to keep what was said", () => page.evaluate(keepsLines));
	await page.close();
	await world.server.stop("SIGKILL");
	const offline = await person.open(`${world.server.origin}/`);
	await rowOf(offline, "before").waitFor();
	await offline.getByText(/What you write is kept/).waitFor();
	await say(offline, "typed without a network");
	await rowOf(offline, "typed without").getByText("kept, not sent yet").waitFor();
	await offline.close();
	await world.server.start();
	const back = await person.open(`${world.server.origin}/`);
	await rowOf(back, "typed without").and(back.locator(":not(.own)")).waitFor();
	assert.equal((await bob.texts("#lounge")).filter((text) => text === "typed without a network").length, 1);
});
