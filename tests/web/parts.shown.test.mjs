// SPDX-License-Identifier: MIT
// Dialogs, menus and the acts on a message, in a browser over the double of the core.
import assert from "node:assert/strict";
import {after, afterEach, before, beforeEach, test} from "node:test";
import {readFileSync} from "node:fs";
import {answerWith, partsOf} from "./answers.mjs";
import {axePath, enter, look} from "./looked.mjs";
import {until} from "./patience.mjs";

const PHONE = {viewport: {width: 390, height: 844}, hasTouch: true, isMobile: true};
const axe = readFileSync(axePath(), "utf8");
let looked, page;

before(async () => { looked = await look(); });
after(() => looked.end());
beforeEach(() => open({permissions: ["clipboard-read", "clipboard-write"]}));
afterEach(() => page.context().close());

async function open(options) {
	page = await looked.open({reducedMotion: "reduce", ...options});
	await enter(page);
	await partsOf(page);
	await answerWith(page, {});
}

async function findings() {
	const {violations} = await page.evaluate(`${axe}; axe.run(document, {preload: false})`);

	return violations.map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 200)}`);
}

const call = (name, ...args) => page.evaluate(([part, rest]) => {
	window.parts[part](window.snug, ...rest);
}, [name, args]);
const asked = () => page.evaluate(() => window.asked);
const logged = (what) => page.evaluate((kind) => window.double.model.log
	.filter(([name]) => name === kind), what);
const change = (put) => page.evaluate(`window.double.change((c) => { ${put}; })`);
const dialog = () => page.locator("dialog[open]").last();
const closed = () => page.waitForSelector("dialog", {state: "detached"});

/** The row of the newest message, with the focus. */
async function focusRow(text) {
	const row = page.locator("#log .row", {hasText: text}).last();

	await row.focus();
	return row;
}

const FACTS = {
	"LIST": [["322", "ann", "#garden", "2", "What grows"], ["323", "ann", "End"]],
	"CERT LIST": [["CERT", "LIST", "17", "PIN", "2026-11-22T12:05:31.204Z", "*", "laptop"],
		["CERT", "LIST", "*"]],
	"CERT TOKEN LIST": [["CERT", "TOKEN", "LIST", "18", "DEVICE", "2026-11-22T12:05:31.204Z",
		"2026-11-30T08:00:00.000Z", "*", "Firefox-Linux"], ["CERT", "TOKEN", "LIST", "*"]],
	"QUIET LIST": [["QUIET", "ADD", "hours", "22:00-07:00", "*"], ["QUIET", "LIST", "*"]],
	"ADMIN VERBS": [["ADMIN", "*", '{"noun":"user","verb":"list","usage":"[--stale 90d]","help":"all"}']],
	"ADMIN RUN :[\"user\",\"list\"]": [["ADMIN", "*", '{"name":"ann","role":"admin"}']],
};

const DIALOGS = [["openSearch"], ["openInbox"], ["openSaved"], ["openMembers", 2],
	["openPerson", "bob", 2], ["openRoom", 2], ["openDirectory"], ["openSettings"], ["openDevices"],
	["openAdmin"], ["pickEmoji"]];

for (const [kind, options] of [["a desk", {}], ["the dark", {colorScheme: "dark"}], ["a phone", PHONE],
	["forced colours", {forcedColors: "active"}]]) {
	test(`axe finds nothing in any dialog, on ${kind}`, async () => {
		await page.context().close();
		await open(options);
		await answerWith(page, FACTS);
		for (const what of DIALOGS) {
			await call(...what);
			await dialog().waitFor();
			await page.evaluate(() => new Promise((done) => setTimeout(done, 0)));
			assert.deepEqual(await findings(), [], what[0]);
			await page.keyboard.press("Escape");
			await closed();
		}
	});
}

test("what closes gives the focus back, and goes home where that is gone", async () => {
	const me = page.locator("button.me");

	await me.focus();
	await page.keyboard.press("Enter");
	await page.keyboard.press("Escape");
	await closed();
	assert.equal(await me.evaluate((one) => one === document.activeElement), true);

	await page.evaluate(() => {
		document.body.append(Object.assign(document.createElement("button"), {id: "gone"}));
		document.getElementById("gone").focus();
	});
	await call("openSettings");
	await dialog().waitFor();
	await page.evaluate(() => document.getElementById("gone").remove());
	await page.keyboard.press("Escape");
	await closed();
	assert.match(await page.evaluate(() => document.activeElement.outerHTML), /data-home/);
});

test("a dialog over a dialog gives the focus back to it", async () => {
	await answerWith(page, FACTS);
	await call("openSettings");
	await page.getByRole("button", {name: "Devices…"}).click();
	await page.getByRole("heading", {name: "Devices"}).waitFor();
	await page.keyboard.press("Escape");
	assert.equal(await page.evaluate(() => document.activeElement.textContent), "Devices…");
});

test("a click beside a dialog closes it, one inside does not", async () => {
	await call("openInbox");
	await dialog().locator("h2").click();
	assert.equal(await dialog().count(), 1);
	await page.mouse.click(5, 5);
	await closed();
});

test("single keys do to a message what they do in the terminal", async () => {
	await focusRow("can you open the door");
	await page.keyboard.press("r");
	assert.match(await page.locator(".composer").textContent(), /Reply to bob/);
	await page.keyboard.press("Escape");

	await focusRow("can you open the door");
	await page.keyboard.press("+");
	await dialog().waitFor();
	await page.keyboard.type("rocket");
	await page.waitForSelector('[role=option][aria-label="rocket"][aria-selected=true]');
	await page.keyboard.press("Enter");
	await closed();
	const id = await page.locator("#log .row", {hasText: "can you open the door"}).getAttribute("data-id");
	assert.deepEqual(await logged("message"), [["message", 2, "reaction", "🚀", id]]);

	await focusRow("can you open the door");
	await page.keyboard.press("s");
	assert.deepEqual(await asked(), [`SAVED ADD #lounge ${id}`]);

	await focusRow("can you open the door");
	await page.keyboard.press("y");
	await page.getByText("Copied.").first().waitFor();
	assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "ann: can you open the door?");
	await focusRow("can you open the door");
	await page.keyboard.press("l");
	await until("a link to be copied", () =>
		page.evaluate(async () => (await navigator.clipboard.readText()).includes("message=")));
	assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `${new URL("/", page.url())}#lounge,message=${id}`);
});

test("a letter with Ctrl, or in a field, is no act", async () => {
	await focusRow("can you open the door");
	await page.keyboard.press("Control+s");
	await page.locator("[data-home]").focus();
	await page.keyboard.press("s");
	assert.deepEqual(await asked(), []);
	assert.equal(await page.locator("[data-home]").inputValue(), "s");
});

test("what is not one's own is neither edited nor removed", async () => {
	await focusRow("can you open the door");
	await page.keyboard.press("e");
	await page.keyboard.press("d");
	assert.deepEqual(await logged("remove"), []);
});

test("a removal can be taken back by the button and by Ctrl+Z", async () => {
	for (const undo of [() => page.getByRole("button", {name: "Undo"}).click(),
		() => page.keyboard.press("Control+z")]) {
		const before = (await logged("restore")).length;

		await focusRow("I am on the second floor");
		await page.keyboard.press("d");
		await page.getByText("Message removed.").first().waitFor();
		await undo();
		assert.equal((await logged("restore")).length, before + 1);
		assert.equal(await page.getByRole("button", {name: "Undo"}).count(), 0);
	}
	assert.equal((await logged("remove")).length, 2);
});

test("a report wants a reason and goes to the moderators", async () => {
	const row = await focusRow("can you open the door");
	const id = await row.getAttribute("data-id");

	await page.keyboard.press("!");
	await dialog().getByLabel("What is wrong with it").fill("spam,\tagain");
	await page.keyboard.press("Enter");
	await closed();
	assert.deepEqual(await asked(), [`PRIVMSG ChanServ :REPORT #lounge ${id} spam, again`]);
});

test("the menu of a message comes by its key, by the mouse and by a long press", async () => {
	const row = await focusRow("can you open the door");

	await page.keyboard.press("ContextMenu").catch(() => {});
	await page.keyboard.press("Shift+F10");
	await page.getByRole("menu").waitFor();
	await page.keyboard.press("ArrowDown");
	await page.keyboard.press("End");
	assert.match(await page.evaluate(() => document.activeElement.textContent), /Report/);
	await page.keyboard.press("Escape");
	await closed();
	assert.equal(await row.evaluate((one) => one === document.activeElement), true);

	await row.click({button: "right"});
	await page.getByRole("menuitem", {name: "Copy text"}).click();
	await page.getByText("Copied.").first().waitFor();
});

test("a finger that stays opens the menu, one that scrolls does not", async () => {
	await page.context().close();
	await open(PHONE);
	const row = page.locator("#log .row", {hasText: "can you open the door"});
	const box = await row.boundingBox();
	const touch = await page.context().newCDPSession(page);
	const put = (type, y) => touch.send("Input.dispatchTouchEvent",
		{type, touchPoints: y === null ? [] : [{x: box.x + 80, y}]});

	await put("touchStart", box.y + 20);
	await page.getByRole("menu").waitFor();
	await put("touchEnd", null);
	assert.deepEqual(await findings(), []);
	await page.keyboard.press("Escape");
	await closed();
});

test("who reacted is told by name", async () => {
	await page.evaluate(() => window.snug.jump(2, "m2", 0));
	await page.locator("#log [data-id=m2]").focus();
	await page.keyboard.press("i");
	assert.match(await dialog().textContent(), /👍bob, cem, ann/u);
});

test("a find is gone to, and the way back is a button", async () => {
	await page.evaluate(() => {
		window.snug.core.found = () => [{target: "dora", id: "m9000", from: "dora", display: "", text: "cake",
			at: 1e12}];
		window.snug.core.search = (words) => {
			window.words = words;
			window.double.change((c) => { c.found = true; });
		};
		window.snug.core.seek = (...what) => window.double.model.log.push(["seek", ...what]);
	});
	await call("openSearch");
	await page.keyboard.type("cake");
	await dialog().getByLabel("only in #lounge").check();
	await dialog().getByLabel("Words").press("Enter");
	await dialog().locator(".find").waitFor();
	assert.equal(await page.evaluate(() => window.words), "cake in:#lounge");
	assert.match(await dialog().getByRole("status").first().textContent(), /1 message/);
	await page.keyboard.press("Enter");
	await closed();
	assert.deepEqual(await logged("seek"), [["seek", 5, "m9000", 1e12]]);
	await page.getByRole("button", {name: "Back to where I was"}).click();
	assert.equal(await page.evaluate(() => window.snug.here()), 2);
});

const STEP_UP = [["FAIL", "CERT", "STEP_UP_REQUIRED", "Prove that it is you"]];

test("what changes who can log in wants a proof, and then goes out again", async () => {
	await answerWith(page, {...FACTS, "CERT DEL 17": [STEP_UP, [["CERT", "DEL", "17", "PIN", "laptop"]]],
		"CERT PROVE d3Jvbmc=": [["FAIL", "CERT", "WRONG_PASSWORD", "That is not it"]],
		"CERT PROVE cmlnaHQ=": [["CERT", "PROVE", "*", "600"]]});
	await call("openDevices");
	await page.getByRole("button", {name: "Log out laptop"}).click();
	await dialog().getByRole("button", {name: "Log out"}).click();
	await page.getByLabel("Your password").fill("wrong");
	await page.keyboard.press("Enter");
	await page.getByText("That is not it").waitFor();
	await page.getByLabel("Your password").fill("right");
	await page.keyboard.press("Enter");
	await page.waitForFunction(() => window.asked.filter((line) => line === "CERT LIST").length === 2);
	assert.equal((await asked()).filter((line) => line === "CERT DEL 17").length, 2);
});

test("a second factor is turned on by the code of an app, and its recovery codes are shown", async () => {
	const told = btoa('{"secret": "JBSWY3DP", "uri": "otpauth://totp/x:ann?secret=JBSWY3DP"}');
	const wrong = [["FAIL", "2FA", "INVALID_CREDENTIAL_DATA", "That is not the code"]];

	await answerWith(page, {...FACTS, "2FA STATUS": [["NOTE", "2FA", "DISABLED", "off"]],
		"2FA LIST": [["NOTE", "2FA", "NO_CREDENTIALS", "none"]],
		"2FA CHALLENGE TOTP": [["NOTE", "2FA", "REGISTRATION_CHALLENGE", "totp", told, "show it"]],
		"2FA ADD TOTP app 000000": wrong,
		"2FA ADD TOTP app 524891": [["2FA", "ADD", "SUCCESS", "totp", "21", "it makes them"]],
		"2FA ENABLE": [["NOTE", "2FA", "RECOVERY_CODES", "aaaa-bbbb", "cccc-dddd", "keep them"]]});
	await call("openFactor");
	await dialog().getByRole("button", {name: "Turn it on"}).click();
	assert.equal(await page.getByLabel("Secret").inputValue(), "JBSWY3DP");
	await page.getByLabel("Code", {exact: true}).fill("000000");
	await page.keyboard.press("Enter");
	await page.getByText("That is not the code").waitFor();
	await page.getByLabel("Code", {exact: true}).fill("524 891");
	await page.keyboard.press("Enter");
	assert.equal(await dialog().getByLabel("Your recovery codes").inputValue(), "aaaa-bbbb cccc-dddd");
	await page.keyboard.press("Escape");
	await closed();
});

test("a question about the account is a dialog, Esc is a no; one about messages is a bar", async () => {
	await page.evaluate(() => {
		window.snug.core.answer = (...what) => window.double.model.log.push(["answer", ...what]);
		window.snug.core.question = () => ({id: 6, text: "Let “laptop” in?", choices: "yn"});
	});
	await change("c.question = true");
	await dialog().getByText("Let “laptop” in?").waitFor();
	await page.keyboard.press("Escape");
	await closed();
	assert.deepEqual(await logged("answer"), [["answer", 6, "n"]]);

	await page.locator("[data-home]").focus();
	await page.evaluate(() => {
		window.snug.core.question = () => ({id: 1, text: "Send 2 messages from 09:14?", choices: "yned"});
	});
	await change("c.question = true");
	await page.getByRole("button", {name: "Send now"}).waitFor();
	assert.equal(await page.evaluate(() => document.activeElement.hasAttribute("data-home")), true);
	assert.deepEqual(await findings(), []);
	await page.getByRole("button", {name: "Drop them"}).click();
	assert.deepEqual((await logged("answer")).at(-1), ["answer", 1, "d"]);
});

test("a question that is over takes its dialog away, unanswered", async () => {
	await page.evaluate(() => {
		window.snug.core.answer = (...what) => window.double.model.log.push(["answer", ...what]);
		window.snug.core.question = () => ({id: 7, text: "Is it you?", choices: "yn"});
	});
	await change("c.question = true");
	await dialog().waitFor();
	await page.evaluate(() => { window.snug.core.question = () => null; });
	await change("c.question = true");
	await closed();
	assert.deepEqual(await logged("answer"), []);
});

test("the title counts what is for the reader", async () => {
	await page.waitForFunction(() => document.title.startsWith("(1) #lounge"));
	await page.evaluate(() => { window.double.model.targets.find((one) => one.id === 5).unread = 0; });
	await change("c.targets = true");
	await page.waitForFunction(() => document.title === "#lounge · snug");
});

test("permission for notifications is asked in a click alone, after the first call", async () => {
	await page.evaluate(() => {
		window.requests = 0;
		window.allowed = "default";
		Object.defineProperty(Notification, "permission", {get: () => window.allowed});
		window.Notification.requestPermission = async () => {
			window.requests++;
			return window.allowed = "denied";
		};
	});
	await change('c.alerts.push({target: 5, id: "m1", from: "dora", text: "psst"})');
	await page.getByRole("button", {name: "Yes, tell me"}).waitFor();
	assert.equal(await page.evaluate(() => window.requests), 0);
	await page.getByRole("button", {name: "Yes, tell me"}).click();
	await page.getByText("The browser refused.").first().waitFor();
	assert.equal(await page.evaluate(() => window.requests), 1);
	await change('c.alerts.push({target: 5, id: "m1", from: "dora", text: "psst"})');
	await page.waitForFunction(() => new Promise((done) => requestAnimationFrame(() => done(true))));
	assert.equal(await page.getByRole("button", {name: "Yes, tell me"}).count(), 0);
});

test("the members go by arrows, and their roles are told", async () => {
	await call("openMembers", 2);
	assert.match(await page.evaluate(() => document.activeElement.textContent), /^bobmoderator/);
	await page.keyboard.press("ArrowDown");
	await page.keyboard.press("Enter");
	await page.getByRole("heading", {name: "ann"}).waitFor();
	assert.equal(await dialog().getByRole("button", {name: "Write a message"}).count(), 0, "it is oneself");
});

test("a moderator's acts are there for moderators alone, and a ban puts out", async () => {
	await call("openPerson", "cem", 2);
	assert.equal(await dialog().getByRole("button", {name: "Ban from the room"}).count(), 0);
	await page.keyboard.press("Escape");
	await page.evaluate(() => {
		window.snug.core.me = () => ({name: "bob", display: "", isAdmin: false});
	});
	await call("openPerson", "cem", 2);
	await dialog().getByRole("button", {name: "Ban from the room"}).click();
	await dialog().getByLabel("Reason").fill("spam");
	await page.keyboard.press("Enter");
	await closed();
	assert.deepEqual((await asked()).slice(-2), ["MODE #lounge +b cem", "KICK #lounge cem :spam"]);
});

test("slash commands do to the newest message that fits what keys do to a chosen one", async () => {
	await page.evaluate(() => window.snug.core.acts.react("🚀"));
	assert.deepEqual((await logged("message")).at(-1), ["message", 2, "reaction", "🚀", "m16"]);
	await page.evaluate(() => window.snug.core.acts.edit("m14 on the third floor"));
	assert.deepEqual((await logged("message")).at(-1), ["message", 2, "edit", "on the third floor", "m14"]);
	await page.evaluate(() => window.snug.core.acts.report("spam"));
	assert.deepEqual(await asked(), ["PRIVMSG ChanServ :REPORT #lounge m16 spam"]);
	await page.evaluate(() => window.snug.core.acts.redact("m15"));
	await page.getByText("There is no message here that this can be done to.").first().waitFor();
});

test("what a typed search found is shown", async () => {
	await page.evaluate(() => {
		window.snug.core.found = () => [{target: "#lounge", id: "m2", from: "dora", display: "", text: "cake", at: 1e12}];
	});
	await change("c.found = true");
	await dialog().locator(".find").waitFor();
	assert.match(await page.evaluate(() => document.activeElement.textContent), /cake/);
});
