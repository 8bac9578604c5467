// SPDX-License-Identifier: MIT
// The whole way with one kind of hand: by keys alone, by fingers alone; and from one tab to another.
import assert from "node:assert/strict";
import {test} from "node:test";
import {until} from "./patience.mjs";
import {axe, PHONE, World} from "./world.mjs";

// By what is said there, not by what it answers.
const rowOf = (page, text) => page.locator("#log .row:not(.own)",
	{has: page.locator(".body > p", {hasText: text})}).last();

const focus = (page) => page.evaluate(() => document.activeElement.outerHTML.slice(0, 200));

async function isFocused(locator) {
	let now = "";

	await until(() => `the focus in ${locator}, it is in ${now}`, async () => {
		now = await focus(locator.page());
		return locator.evaluate((element) => element === document.activeElement);
	});
}

/** Presses the key until the focus is there, or in it. */
async function go(page, key, there) {
	for (let i = 0; i < 40; i++) {
		if (await there.evaluate((element) => element.contains(document.activeElement)))
			return;
		await page.keyboard.press(key);
	}
	assert.fail(`${key} does not lead to ${there}, but to ${await focus(page)}`);
}

function watchPointer() {
	window.pointed = 0;
	addEventListener("pointerdown", () => window.pointed++, true);
	addEventListener("pointermove", () => window.pointed++, true);
}

test("by keys alone: in, say, answer, react, edit, remove, have it back, search, go elsewhere", async (t) => {
	const world = await World.make(t), person = await world.person();
	const bob = await world.terminal("bob");
	await bob.say("#lounge", "who brings cake?");
	await person.context.addInitScript(watchPointer);
	const page = await person.open(await world.server.pageLink("lounge"));
	const {keyboard} = page, field = page.locator("#field");

	await isFocused(page.locator('input[name="name"]'));
	await keyboard.type("ann");
	await keyboard.press("Enter");
	await isFocused(field);
	await keyboard.type("hi");
	await keyboard.press("Enter");
	await rowOf(page, "hi").waitFor();

	// Back to the log, and up to what bob said.
	await keyboard.press("Shift+F6");
	await go(page, "ArrowUp", rowOf(page, "who brings cake?"));
	await keyboard.press("r");
	await isFocused(field);
	await keyboard.type("I do");
	await keyboard.press("Enter");
	await rowOf(page, "I do").locator(".quote", {hasText: "who brings cake?"}).waitFor();

	await keyboard.press("Shift+F6");
	await go(page, "ArrowUp", rowOf(page, "who brings cake?"));
	await keyboard.press("+");
	await page.getByRole("option", {name: "thumbsup"}).waitFor();
	await keyboard.type("tada");
	await page.getByRole("option", {name: "tada"}).first().waitFor();
	await keyboard.press("Enter");
	await rowOf(page, "who brings cake?").getByRole("button", {name: /🎉 1: ann/}).waitFor();
	await until("the server to have it", async () => await page.locator("#log .own").count() === 0);

	await keyboard.press("Escape");
	await isFocused(field);
	await keyboard.press("ArrowUp");
	await keyboard.press("End");
	await keyboard.type(", two of them");
	await keyboard.press("Enter");
	await rowOf(page, "I do, two of them").locator(".edited").waitFor();

	await keyboard.press("Shift+F6");
	await go(page, "ArrowDown", rowOf(page, "I do, two of them"));
	await keyboard.press("d");
	await page.getByText("Removed.").first().waitFor();
	await keyboard.press("Control+z");
	await rowOf(page, "I do, two of them").waitFor();

	await go(page, "F6", page.locator(".head"));
	await go(page, "Tab", page.getByRole("button", {name: "Search", exact: true}));
	await keyboard.press("Enter");
	await keyboard.type("cake");
	await keyboard.press("Enter");
	await isFocused(page.locator("dialog .find").first());
	await keyboard.press("Enter");
	await isFocused(rowOf(page, "who brings cake?"));

	await keyboard.press("Control+k");
	await page.locator("dialog[open]").waitFor();
	await keyboard.press("Escape");
	await page.locator("dialog").waitFor({state: "detached"});
	assert.equal(await page.evaluate(() => window.pointed), 0);
	assert.deepEqual(await axe(page), []);
	assert.ok((await bob.texts("#lounge")).includes("I do, two of them"), "what was had back is there");
});

/** A finger that stays until what it is for has come. */
async function holdFinger(page, on, come) {
	const touch = await page.context().newCDPSession(page), box = await on.boundingBox();

	await touch.send("Input.dispatchTouchEvent", {type: "touchStart",
		touchPoints: [{x: box.x + box.width / 2, y: box.y + box.height / 2}]});
	await come.waitFor();
	await touch.send("Input.dispatchTouchEvent", {type: "touchEnd", touchPoints: []});
}

/** Nothing is wider than the phone, nor higher, but for the way in, which can be scrolled. */
async function fits(page) {
	const [width, height] = await page.evaluate(() => [document.documentElement.scrollWidth - innerWidth,
		document.getElementById("chat").hidden ? 0 : document.documentElement.scrollHeight - innerHeight]);

	assert.ok(width <= 0 && height <= 0, `${width} px too wide, ${height} px too high`);
}

test("by fingers alone on a phone: in, say, answer, react, and back to the rooms", async (t) => {
	const world = await World.make(t), person = await world.person(PHONE);
	const bob = await world.terminal("bob");
	await bob.say("#lounge", "who brings cake?");
	const page = await person.open(await world.server.pageLink("lounge")), field = page.locator("#field");

	await page.locator('input[name="name"]').tap();
	await page.keyboard.type("ann");
	await fits(page);
	assert.deepEqual(await axe(page), []);
	await page.locator('button[type="submit"]').tap();
	await page.locator(".title", {hasText: "#lounge"}).waitFor();
	await field.tap();
	await page.keyboard.type("hi");
	await page.locator("button.send").tap();
	await rowOf(page, "hi").waitFor();

	const asked = rowOf(page, "who brings cake?");
	await holdFinger(page, asked, page.getByRole("menuitem", {name: /Reply/}));
	await page.getByRole("menuitem", {name: /Reply/}).tap();
	await page.locator(".banner", {hasText: "Reply to bob"}).waitFor();
	await isFocused(field);
	await page.keyboard.type("I do");
	await page.locator("button.send").tap();
	await rowOf(page, "I do").locator(".quote", {hasText: "who brings cake?"}).waitFor();
	await holdFinger(page, asked, page.locator(".quick"));
	await page.locator(".quick button", {hasText: "👍"}).tap();
	await asked.getByRole("button", {name: /👍 1: ann/}).waitFor();
	await fits(page);
	assert.deepEqual(await axe(page), []);

	await page.locator(".head button").first().tap();
	await page.locator("#list [data-place]", {hasText: "lounge"}).waitFor();
	await fits(page);
	assert.deepEqual(await axe(page), []);
	await page.locator("#list [data-place]", {hasText: "lounge"}).tap();
	await rowOf(page, "I do").waitFor();
});

test("a second tab takes over, and back: what each said is there once", async (t) => {
	const world = await World.make(t), person = await world.person();
	const bob = await world.terminal("bob");
	const first = await person.join(await world.server.pageLink("lounge"), "ann");
	const say = async (page, text) => {
		await page.locator("#field").fill(text);
		await page.locator("#field").press("Enter");
		await rowOf(page, text).waitFor();
	};
	const elsewhere = (page) => page.getByRole("heading", {name: "Open in another tab"});

	await say(first, "from the first");
	const second = await person.open(world.server.origin);
	await elsewhere(second).waitFor();
	assert.deepEqual(await axe(second), []);
	await second.getByRole("button", {name: "Use it here"}).click();
	await rowOf(second, "from the first").waitFor();
	await elsewhere(first).waitFor();
	await say(second, "from the second");
	await second.close();
	await rowOf(first, "from the second").waitFor();
	await say(first, "from the first again");
	assert.deepEqual((await bob.texts("#lounge")).filter((text) => /^from/.test(text)),
		["from the first", "from the second", "from the first again"]);
	assert.equal((await world.server.json("user", "token", "list", "ann")).rows?.length ?? 1, 1, "one device");
});
