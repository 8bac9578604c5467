// SPDX-License-Identifier: MIT
// The parts with a real server: what they ask is what it answers.
import assert from "node:assert/strict";
import {readFile} from "node:fs/promises";
import {test} from "node:test";
import {until} from "./patience.mjs";
import {World, axe} from "./world.mjs";

const PASSWORD = "correct horse battery";

/** Somebody with an account, in #lounge, in a browser. */
async function someone(world, name = "ann", options = {}) {
	const person = await world.person(options);

	await world.server.user(name, PASSWORD);
	await world.server.run("room", "grant", "lounge", name);
	const page = await person.open(world.server.origin);

	await page.locator('input[name="name"]').fill(name);
	await page.locator('input[name="secret"]').fill(PASSWORD);
	await page.keyboard.press("Enter");
	await page.locator(".title", {hasText: "#lounge"}).waitFor();
	return {person, page, dialog: page.locator("dialog[open]").last()};
}

/** Opens what the menu of one's own name has. */
async function open(page, name) {
	await page.locator("button.me").click();
	await page.getByRole("menuitem", {name}).click();
	await page.locator("dialog[open] h2").waitFor();
}

async function close(page) {
	await page.keyboard.press("Escape");
	await page.locator("dialog").waitFor({state: "detached"});
}

test("a browser is a device of its own, and makes a link that lets another in", async (t) => {
	const world = await World.make(t), {page, dialog} = await someone(world);

	await open(page, "Your devices");
	await dialog.getByText("this browser").waitFor();
	assert.equal(await dialog.getByRole("listitem").count(), 1);
	assert.deepEqual(await axe(page), []);
	await dialog.getByRole("button", {name: "Let another device in"}).click();
	const link = await dialog.getByLabel("Link for the other device").inputValue();
	assert.match(link, new RegExp(`^${world.server.origin}/#device=[\\w-]{20,}$`));
});

test("rooms are found, made, entered and left", async (t) => {
	const world = await World.make(t);
	await world.server.run("room", "add", "garden", "--topic", "What grows");
	const {page, dialog} = await someone(world);

	await page.getByRole("button", {name: "Rooms of the server"}).click();
	await dialog.getByText("What grows").waitFor();
	await dialog.getByLabel("Search rooms").fill("grows");
	await dialog.getByRole("button", {name: "Join #garden"}).click();
	await page.locator(".title", {hasText: "#garden"}).waitFor();

	await page.getByRole("button", {name: "Rooms of the server"}).click();
	await dialog.getByLabel("Make a room").fill("my attic");
	await dialog.getByLabel("Private").check();
	await dialog.getByRole("button", {name: "Make it"}).click();
	await page.locator(".title", {hasText: "#my-attic"}).waitFor();
	await until("it to be private", async () =>
		/i.*s/.test((await world.server.json("room", "show", "my-attic")).modes));
});

test("a moderator sets the topic, the rules, and makes links", async (t) => {
	const world = await World.make(t);
	const {page, dialog} = await someone(world);

	await world.server.run("room", "grant", "lounge", "ann", "--role", "moderator");
	await page.getByRole("button", {name: "About this room"}).click();
	await dialog.getByRole("textbox", {name: "Topic"}).fill("Tea: at four");
	await page.keyboard.press("Enter");
	await dialog.getByText("The topic is set.").waitFor();
	await page.locator(".topic", {hasText: "Tea: at four"}).waitFor();
	await dialog.getByLabel("Only those with a voice write").check();
	await until("the mode", async () => (await world.server.json("room", "show", "lounge")).modes.includes("m"));
	await dialog.getByRole("button", {name: "Make a link"}).click();
	const link = await dialog.getByLabel(/^Link/).inputValue();
	assert.match(link, new RegExp(`^${world.server.origin}/#lounge,invite=[\\w-]+$`));
	await dialog.getByRole("button", {name: "Show open links"}).click();
	await dialog.getByText("1 of 1 left").waitFor();
	await dialog.getByRole("button", {name: "Revoke"}).click();
	await dialog.getByText("1 of 1 left").waitFor({state: "detached"});
	assert.deepEqual(await axe(page), []);
});

test("what one sets for oneself is kept by the server", async (t) => {
	const world = await World.make(t), {page, dialog} = await someone(world);

	await open(page, "Settings");
	await dialog.getByLabel("Do not disturb").check();
	await dialog.getByLabel("Nothing rings from").fill("21:30");
	await dialog.getByLabel("Nothing rings from").press("Enter");
	await dialog.getByText("The hours are set.").waitFor();
	await dialog.getByLabel("Shown as").fill("Ännchen");
	await dialog.getByLabel("Shown as").press("Enter");
	await dialog.getByText("Done.").waitFor();
	await close(page);
	await page.locator("button.me", {hasText: "Ännchen"}).waitFor();
	await open(page, "Settings");
	await page.waitForFunction(() => document.querySelector("dialog input[type=time]")?.value === "21:30");
	assert.equal(await dialog.getByLabel("Do not disturb").isChecked(), true);
	assert.deepEqual(await axe(page), []);
});

test("the password is changed, and a wrong old one is told", async (t) => {
	const world = await World.make(t), {page, dialog} = await someone(world);

	await open(page, "Settings");
	for (const [old, words] of [["not the old one", /password/i], [PASSWORD, /The new password is in force/]]) {
		await dialog.getByRole("button", {name: "Change the password…"}).click();
		await page.getByLabel("Old password").fill(old);
		await page.getByLabel("New password").fill("a quite new secret");
		await page.keyboard.press("Enter");
		await page.locator("dialog[open] .bar", {hasText: words}).waitFor();
	}
});

test("all that is stored of one is saved as a file", async (t) => {
	const world = await World.make(t), {page, dialog} = await someone(world);

	await page.locator("#field").fill("for the record");
	await page.keyboard.press("Enter");
	await page.locator("#log .row:not(.own)", {hasText: "for the record"}).waitFor();
	await open(page, "Settings");
	const saved = page.waitForEvent("download");
	await dialog.getByRole("button", {name: /Save all that is stored/}).click();
	const file = await saved;
	const rows = (await readFile(await file.path(), "utf8")).trim().split("\n").map(JSON.parse);

	assert.equal(file.suggestedFilename(), "ann.jsonl");
	assert.equal(rows[0].record, "export");
	assert.ok(rows.some((row) => JSON.stringify(row).includes("for the record")));
});

test("what was said is found and gone to, with a way back", async (t) => {
	const world = await World.make(t), {page, dialog} = await someone(world);
	const bob = await world.terminal("bob");

	await bob.say("#lounge", "the cake is in the oven");
	await page.locator("#log .row", {hasText: "in the oven"}).waitFor();
	await page.getByRole("button", {name: "Search", exact: true}).click();
	await page.keyboard.type("cake");
	await page.keyboard.press("Enter");
	await dialog.locator(".find", {hasText: "in the oven"}).waitFor();
	assert.deepEqual(await axe(page), []);
	await page.keyboard.press("Enter");
	await page.locator("dialog").waitFor({state: "detached"});
	await page.getByRole("button", {name: "Back to where I was"}).click();
});

test("a message is saved, listed and let go; another is reported", async (t) => {
	const world = await World.make(t), {page, dialog} = await someone(world);
	const bob = await world.terminal("bob");

	await bob.say("#lounge", "worth keeping");
	const row = page.locator("#log .row", {hasText: "worth keeping"});
	await row.focus();
	await page.keyboard.press("s");
	await page.getByText("Saved: it is in your list").first().waitFor();
	await open(page, "Saved messages");
	await dialog.getByText("worth keeping").waitFor();
	await dialog.getByRole("button", {name: "Let go"}).click();
	await dialog.getByText("worth keeping").waitFor({state: "detached"});
	await close(page);
	await row.focus();
	await page.keyboard.press("!");
	await dialog.getByLabel("What is wrong with it").fill("spam");
	await page.keyboard.press("Enter");
	await page.locator(".bar").waitFor();
});

test("a person is ignored and no longer, written to, and put out by a moderator", async (t) => {
	const world = await World.make(t), {page, dialog} = await someone(world);

	await world.terminal("bob");
	await world.server.run("room", "grant", "lounge", "ann", "--role", "moderator");
	await page.locator(".side .person, #side .person", {hasText: "bob"}).click();
	await dialog.getByRole("button", {name: "Ignore", exact: true}).click();
	await dialog.getByRole("button", {name: "Ignore no longer"}).click();
	await dialog.getByRole("button", {name: "Ignore", exact: true}).waitFor();
	assert.deepEqual(await axe(page), []);
	await dialog.getByRole("button", {name: "Remove from the room"}).click();
	await page.getByLabel("Reason").fill("too loud");
	await page.keyboard.press("Enter");
	await page.locator("#side .person", {hasText: "bob"}).waitFor({state: "detached"});
});

test("logging out forgets all, here and at the server", async (t) => {
	const world = await World.make(t), {page, dialog} = await someone(world);

	await open(page, "Settings");
	await dialog.getByRole("button", {name: "Log out here"}).click();
	await page.locator("dialog[open]").last().getByRole("button", {name: "Log out here"}).click();
	await page.locator('input[name="name"]').waitFor();
	assert.deepEqual((await world.server.json("user", "token", "list", "ann")).rows ?? [], []);
});

test("without a network the page starts, and says so", async (t) => {
	const world = await World.make(t), {person, page} = await someone(world);

	person.expect(/WebSocket/);
	await page.evaluate(() => navigator.serviceWorker.ready);
	await until("the page to be kept", () => page.evaluate(async () => Boolean(await caches.match("/"))));
	await world.server.stop();
	await page.reload();
	await page.locator("button.me", {hasText: "ann"}).waitFor();
	await page.locator(".link-state", {hasText: "cannot be reached"}).waitFor();
});
