// SPDX-License-Identifier: MIT
// Administrators have the command line's verbs as forms, and nobody else has.
import assert from "node:assert/strict";
import {test} from "node:test";
import {until} from "./patience.mjs";
import {World, axe} from "./world.mjs";

const PASSWORD = "correct horse battery";

/** Somebody in a browser, logged in by the password. */
async function someone(world, name) {
	const person = await world.person();
	const page = await person.open(world.server.origin);

	await page.locator('input[name="name"]').fill(name);
	await page.locator('input[name="secret"]').fill(PASSWORD);
	await page.keyboard.press("Enter");
	await page.locator("button.me", {hasText: name}).waitFor();
	return page;
}

async function administrator(t) {
	const world = await World.make(t);

	await world.server.user("root", PASSWORD);
	await world.server.run("user", "role", "root", "admin");
	await world.server.run("room", "grant", "lounge", "root");
	return {world, page: await someone(world, "root")};
}

/** The menu of one's own name, with what is in it. */
async function menu(page) {
	await page.locator("button.me").click();
	await page.getByRole("menuitem").first().waitFor();
	return page.getByRole("menuitem", {name: "Administration"});
}

const dialogOf = (page) => page.locator("dialog.admin");

async function openForms(page) {
	await (await menu(page)).click();
	const dialog = dialogOf(page);

	await dialog.getByLabel("What to do").waitFor();
	return dialog;
}

/** Fills in the form of a verb, and sends it. @param {object} values texts by label; true: a box */
async function run(dialog, verb, values = {}) {
	await dialog.getByLabel("What to do").selectOption(verb);
	for (const [label, value] of Object.entries(values)) {
		const field = dialog.getByLabel(label, {exact: true});

		await (value === true ? field.check() : field.fill(value));
	}
	await dialog.getByRole("button", {name: "Do it", exact: true}).click();
}

const answer = (dialog, text) => dialog.locator(".answer", {hasText: text}).waitFor();

test("people, invites, bans, usage and the audit log are forms", async (t) => {
	const {world, page} = await administrator(t);
	await page.locator("#field").fill("something to be counted");
	await page.keyboard.press("Enter");
	await page.locator("#log .row:not(.own)", {hasText: "to be counted"}).waitFor();
	const dialog = await openForms(page);

	await dialog.locator(".answer td", {hasText: "root"}).first().waitFor();
	assert.deepEqual(await axe(page), []);
	await run(dialog, "user add", {name: "zoe", generate: true});
	await answer(dialog, "zoe");
	assert.equal((await world.server.json("user", "show", "zoe")).name, "zoe");
	await run(dialog, "invite create", {room: "lounge", uses: "2"});
	const link = await dialog.getByLabel("This is shown once: copy it now").first().inputValue();
	assert.match(link, /^(snug|https):.*invite=[\w-]+/);
	await run(dialog, "ban add", {"account|address|cidr": "zoe", reason: "too loud"});
	await until("the ban", async () => (await world.server.json("ban", "list")).length === 1);
	await run(dialog, "ban delete", {"account|address|cidr": "zoe"});
	await page.locator("dialog[open]").last().getByRole("button", {name: "Do it", exact: true}).click();
	await until("no ban", async () => (await world.server.json("ban", "list")).length === 0);
	await dialog.getByLabel("What to do").selectOption("usage");
	await dialog.locator(".answer table").waitFor();
	await dialog.getByLabel("What to do").selectOption("audit list");
	for (const verb of ["user add", "invite create", "ban add", "ban delete"])
		await dialog.locator(".answer td", {hasText: verb}).first().waitFor();
	assert.deepEqual(await axe(page), []);
});

test("what is to be confirmed is asked, and goes out again with a yes", async (t) => {
	const {world, page} = await administrator(t);

	await world.server.run("room", "add", "attic");
	const dialog = await openForms(page);
	await run(dialog, "room delete", {name: "attic"});
	await page.locator("dialog[open]").last().getByRole("button", {name: "Do it", exact: true}).click();
	await page.getByRole("button", {name: "Do it anyway"}).click();
	await until("the room to be gone", async () =>
		!(await world.server.json("room", "list")).some((room) => room.name === "#attic"));
});

test("a page that was there for long proves first that it is the person", async (t) => {
	const {world, page} = await administrator(t);

	await page.locator(".title", {hasText: "#lounge"}).waitFor();
	await page.reload(); // by its token: no proof of the password
	await page.locator(".title", {hasText: "#lounge"}).waitFor();
	const dialog = await openForms(page);
	await run(dialog, "user add", {name: "yan", generate: true});
	await page.locator('dialog[open] input[name="password"]').fill(PASSWORD);
	await page.keyboard.press("Enter");
	await answer(dialog, "yan");
	assert.equal((await world.server.json("user", "show", "yan")).name, "yan");
});

test("who is no administrator sees no forms, and is refused by the wire", async (t) => {
	const world = await World.make(t);

	await world.server.user("ann", PASSWORD);
	await world.server.run("room", "grant", "lounge", "ann");
	const page = await someone(world, "ann");
	await page.locator(".title", {hasText: "#lounge"}).waitFor();
	assert.equal(await (await menu(page)).count(), 0);
	await page.keyboard.press("Escape");
	await page.locator("#field").fill('/quote ADMIN RUN :["user","list"]');
	await page.keyboard.press("Enter");
	await page.getByText("Only administrators run verbs").first().waitFor();
});
