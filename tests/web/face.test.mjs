// SPDX-License-Identifier: MIT
// The way in, the composer, the keys, the looks.
import assert from "node:assert/strict";
import {after, before, test} from "node:test";
import {axePath, drawn, enter, look, told} from "./looked.mjs";

let looked;

before(async () => { looked = await look(); });
after(() => looked.end());

const phone = {viewport: {width: 390, height: 780}, hasTouch: true, isMobile: true};

async function inside(options) {
	const page = await looked.open(options);
	await enter(page);
	return page;
}

const focused = (page) => page.evaluate(() => document.activeElement.id || document.activeElement.className);

// ---- the way in

test("by an invite a name is enough: 8 keys and one click, then one writes", async () => {
	const page = await looked.open({}, "#lounge,invite=a1b2");

	await page.locator('input[name="name"]').waitFor();
	assert.equal(await page.evaluate(() => location.href.includes("a1b2") || history.length > 2), false);
	await page.keyboard.type("ann");
	const made = await page.locator('input[name="secret"]').inputValue();
	await page.getByRole("button", {name: "Join"}).click();
	await page.locator("#chat").waitFor();
	assert.deepEqual(await told(page, "enter"),
		[[{how: "invite", name: "ann", secret: made, invite: "a1b2", device: ""}]]);
	assert.equal(await page.locator(".title").innerText(), "#lounge");
	await page.keyboard.type("hi");
	await page.keyboard.press("Enter");
	assert.deepEqual(await told(page, "typed"), [[2, "hi"]]);
});

test("a refusal stands at the field that it is about", async () => {
	const page = await looked.open({}, "#lounge,invite=a1b2");

	for (const [name, field, words] of [["taken", "name", /taken/], ["weak", "secret", /12 characters/]]) {
		await page.locator('input[name="name"]').fill(name);
		await page.keyboard.press("Enter");
		await page.getByText(words).waitFor();
		assert.equal(await page.locator('[aria-invalid="true"]').getAttribute("name"), field);
		assert.equal(await page.evaluate(() => document.activeElement.name), field);
	}
	await page.locator('input[name="name"]').fill("used");
	await page.locator('input[name="name"]').press("Enter");
	await page.getByText(/invite was used up/).waitFor();
	assert.equal(await page.locator('[aria-invalid="true"]').count(), 0);
	await page.locator('input[name="name"]').fill(" ");
	await page.locator('input[name="name"]').press("Enter");
	await page.getByText("Type a name first.").waitFor();
});

test("a link of an own device asks before it lets the browser in", async () => {
	const page = await looked.open({}, "#device=s3cret");

	const button = page.getByRole("button", {name: "Let this browser in"});
	await button.waitFor();
	assert.deepEqual(await told(page, "enter"), []);
	await button.click();
	await page.locator("#chat").waitFor();
	const [[how]] = await told(page, "enter");
	assert.deepEqual([how.how, how.name, how.device], ["claim", "Chromium-Linux", "s3cret"]);
});

// ---- the composer

test("Enter sends, Shift+Enter begins a line, a composition is no Enter", async () => {
	const page = await inside();
	const field = page.locator("#field");

	await field.fill("one");
	await field.press("Shift+Enter");
	await page.keyboard.type("two");
	await page.evaluate(() => document.getElementById("field").dispatchEvent(
		new KeyboardEvent("keydown", {key: "Enter", keyCode: 229, bubbles: true, cancelable: true})));
	await page.evaluate(() => {
		const at = document.getElementById("field");
		at.dispatchEvent(new CompositionEvent("compositionstart", {bubbles: true}));
		at.dispatchEvent(new CompositionEvent("compositionend", {bubbles: true}));
		at.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true, cancelable: true}));
	});
	assert.deepEqual(await told(page, "typed"), []);
	await drawn(page);
	await field.press("Enter");
	assert.deepEqual(await told(page, "typed"), [[2, "one\ntwo"]]);
	assert.equal(await field.inputValue(), "");
});

test("a draft stays with its room", async () => {
	const page = await inside();

	await page.locator("#field").fill("half a thought");
	await page.locator('[data-place="3"]').click();
	assert.equal(await page.locator("#field").inputValue(), "");
	await page.locator('[data-place="2"]').click();
	assert.equal(await page.locator("#field").inputValue(), "half a thought");
});

test("up edits the last own message, and what stood there comes back", async () => {
	const page = await inside();
	const field = page.locator("#field");

	await field.press("ArrowUp");
	assert.equal(await field.inputValue(), "I am on the second floor");
	await field.press("Escape");
	assert.equal(await field.inputValue(), "");
	await field.press("ArrowUp");
	await field.fill("I am on the third floor");
	await field.press("Enter");
	const [[place, kind, text]] = await told(page, "message");
	assert.deepEqual([place, kind, text], [2, "edit", "I am on the third floor"]);
});

test("a word is completed from a list that is heard", async () => {
	const page = await inside();
	const field = page.locator("#field");

	await field.pressSequentially("@d");
	await page.getByRole("option", {name: "@dora"}).waitFor();
	assert.equal(await field.getAttribute("aria-activedescendant"), "candidate-0");
	await field.press("Enter");
	assert.equal(await field.inputValue(), "@dora ");
	await field.fill("do");
	await field.press("Tab");
	assert.equal(await field.inputValue(), "dora: ");
	await field.fill("/jo");
	await field.press("End");
	await field.pressSequentially("i");
	await field.press("Escape");
	assert.equal(await page.getByRole("listbox").count(), 0);
	assert.deepEqual(await told(page, "typed"), []);
});

test("what is not stored says where it is, and may be sent again or dropped", async () => {
	const page = await inside();

	await page.evaluate(() => { window.double.model.frozen = true; });
	await page.locator("#field").fill("am I there?");
	await page.keyboard.press("Enter");
	await page.getByText("only on this device").waitFor();
	await page.evaluate(() => {
		const {model, change} = window.double;
		model.own.set(2, model.own.get(2).map((own) => ({...own, state: "refused", reason: "too long"})));
		change((changes) => changes.own.add(2));
	});
	await page.getByText("not sent: too long").waitFor();
	await page.getByRole("button", {name: "Send again"}).click();
	await page.getByRole("button", {name: "Drop"}).click();
	assert.equal((await told(page, "retry")).length, 1);
	assert.equal((await told(page, "drop")).length, 1);
});

test("typing is told while one writes, and that it ended", async () => {
	const page = await inside();

	await page.locator("#field").fill("h");
	await page.locator("#field").fill("he");
	await page.locator("#field").fill("");
	await page.locator("#field").fill("/quiet");
	assert.deepEqual(await told(page, "typing"), [[2, true], [2, false]]);
});

// ---- by keyboard and by ear

test("everything can be reached by keys", async () => {
	const page = await inside();

	await page.keyboard.press("Alt+ArrowDown");
	assert.equal(await page.locator(".title").innerText(), "#dev");
	await page.keyboard.press("Alt+ArrowUp");
	assert.equal(await page.locator(".title").innerText(), "#lounge");
	await page.keyboard.press("Control+k");
	await page.keyboard.type("ev");
	await page.keyboard.press("Enter");
	await page.locator(".title", {hasText: "eve"}).waitFor();
	await page.keyboard.press("Control+k");
	await page.keyboard.type("lou");
	await page.keyboard.press("Enter");
	await page.locator(".title", {hasText: "#lounge"}).waitFor();
	await page.keyboard.press("Shift+F6");
	assert.match(await focused(page), /row/);
	await page.keyboard.press("ArrowUp");
	assert.match(await page.evaluate(() => document.activeElement.innerText), /door/);
	await page.keyboard.press("Escape");
	assert.equal(await focused(page), "field");
	await page.keyboard.press("F6");
	await page.keyboard.press("F6");
	assert.equal(await page.evaluate(() => Boolean(document.activeElement.closest("#list"))), true);
	await page.keyboard.press("Escape");
	await page.keyboard.press("Shift+F6");
	await page.keyboard.press("w");
	assert.equal(await page.locator("#field").inputValue(), "w");
});

test("new texts of the open room are read out, a burst as a number", async () => {
	const page = await inside();
	const say = (count) => page.evaluate((n) => window.double.say(2, ...Array.from({length: n},
		(_, i) => window.double.line("bob", `heard ${i}`, {at: Date.now() + i}))), count);

	assert.equal(await page.locator("#live").innerText(), "");
	await say(1);
	await page.locator("#live").getByText("bob: heard 0").waitFor({state: "attached"});
	await page.evaluate(() => new Promise((done) => setTimeout(done, 5)));
	await say(12);
	await page.locator("#live").getByText("12 new messages").waitFor({state: "attached"});
	assert.equal(await page.locator("#log").getAttribute("aria-live"), null);
});

for (const colorScheme of ["light", "dark"]) {
	test(`axe finds nothing in ${colorScheme}`, async () => {
		// The tool itself puts styles into the page, which the policy refuses.
		const seen = {colorScheme, bypassCSP: true};
		const entrance = await looked.open(seen, "#lounge,invite=x");
		const page = await inside(seen);
		const small = await inside({...seen, ...phone});

		for (const one of [entrance, page, small])
			assert.deepEqual(await axe(one), []);
	});
}

async function axe(page) {
	await page.addScriptTag({path: axePath()});
	return page.evaluate(async () => {
		const {violations} = await window.axe.run(document, {resultTypes: ["violations"]});

		return violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(" | ")}`);
	});
}

// ---- the looks

test("on a phone one pane is seen, and back leads to the list", async () => {
	const page = await inside(phone);

	assert.equal(await page.locator("#list").isVisible(), false);
	assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
	assert.ok(await page.evaluate(() => parseFloat(getComputedStyle(document.getElementById("field")).fontSize)) >= 16);
	await page.goBack();
	assert.equal(await page.locator("#talk").isVisible(), false);
	assert.equal(await page.locator("#list").isVisible(), true);
	await page.locator('[data-place="3"]').click();
	await page.getByRole("button", {name: "Back to the list"}).click();
	await page.locator("#list").waitFor();
});

test("the page speaks the browser's language, and another one when asked", async () => {
	const page = await inside({locale: "de-AT"});

	await page.getByText("Räume", {exact: true}).waitFor();
	await page.getByText("Diese Nachricht wurde entfernt.").waitFor({state: "attached"});
	assert.equal(await page.evaluate(() => document.documentElement.lang), "de");
	await page.locator("#field").fill("ein Entwurf");
	await page.locator(".me").click();
	await page.getByRole("menuitem", {name: "Einstellungen"}).click();
	await page.getByLabel("Sprache").selectOption("en");
	await page.keyboard.press("Escape");
	await page.getByText("This message was removed.").waitFor({state: "attached"});
	await page.getByText("Rooms", {exact: true}).waitFor();
	assert.equal(await page.locator("#field").inputValue(), "ein Entwurf");
	await page.locator("#log .row").last().focus();
	await page.keyboard.press("r");
	await page.getByText("Reply to").waitFor();
});

test("a theme overrides the system's", async () => {
	const page = await inside({colorScheme: "dark"});
	const paper = () => page.evaluate(() => getComputedStyle(document.getElementById("talk")).backgroundColor);
	const dark = await paper();

	await page.evaluate(() => { document.documentElement.dataset.theme = "light"; });
	assert.notEqual(await paper(), dark);
});

test("offline is said in words, with a way to try now", async () => {
	const page = await inside();

	await page.evaluate(() => {
		const {model, change} = window.double;
		model.link = {...model.link, state: "offline", since: Date.now(), failure: "LOST"};
		change((changes) => { changes.link = true; });
	});
	await page.getByText(/Offline since/).waitFor();
	await page.getByRole("button", {name: "Try now"}).click();
	assert.equal((await told(page, "reconnect")).length, 1);
});

test("a browser that was logged out asks for the way in again", async () => {
	const page = await inside();

	await page.evaluate(() => {
		const {model, change} = window.double;
		model.link = {...model.link, state: "refused", failure: "DEVICE"};
		change((changes) => { changes.link = true; });
	});
	await page.locator('input[type="password"]').waitFor();
	await page.getByText(/This browser was logged out/).first().waitFor();
});
