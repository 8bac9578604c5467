// SPDX-License-Identifier: MIT
// The page in Chromium over the double: what a test of the face begins with. An error of the
// page, a refusal of its policy or a request that nobody answers fails the test.
import {createRequire} from "node:module";
import assert from "node:assert/strict";
import {PATIENCE} from "./patience.mjs";
import {stand} from "./stand.mjs";

const require = createRequire(`${process.env.SNUG_NPM ?? `${process.cwd()}/build/web`}/`);
const {chromium} = require("playwright-core");

export const axePath = () => require.resolve("axe-core/axe.min.js");

/** {open(options, hash): a page of a new person, end()}; `end` tells what went wrong. */
export async function look() {
	const server = await stand();
	const address = `http://127.0.0.1:${server.address().port}/`;
	const browser = await chromium.launch({executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
		args: ["--no-sandbox"]});
	const wrong = [];

	async function open(options = {}, hash = "") {
		const context = await browser.newContext({viewport: {width: 1280, height: 800}, locale: "en", ...options});
		const page = await context.newPage();

		page.setDefaultTimeout(PATIENCE);

		page.on("pageerror", (error) => wrong.push(error.stack));
		page.on("console", (said) => said.type() === "error" && wrong.push(said.text()));
		page.on("response", (got) => got.status() >= 400 && wrong.push(`${got.status()} ${got.url()}`));
		page.on("request", (asked) => /^(blob:)?http:\/\/127\.0\.0\.1:/.test(asked.url()) || wrong.push(asked.url()));
		await page.goto(address + hash);
		return page;
	}

	async function end() {
		await browser.close();
		server.close();
		assert.deepEqual(wrong, []);
	}

	return {open, end};
}

/** Into the chat, in #lounge, with nothing in the log of the double. */
export async function enter(page) {
	await page.getByRole("textbox", {name: /name/i}).fill("ann");
	await page.locator('input[name="secret"]').fill("correct horse battery");
	await page.keyboard.press("Enter");
	await page.locator("#chat").waitFor();
	if (await page.locator('[data-place="2"]').isVisible())
		await page.locator('[data-place="2"]').click();
	await page.locator("#log .row").first().waitFor();
}

/** What the core was told to do under this name since the last time it was asked. */
export const told = (page, name) => page.evaluate((wanted) => {
	const log = window.double.model.log;
	const found = log.filter((entry) => entry[0] === wanted).map((entry) => entry.slice(1));

	window.double.model.log = log.filter((entry) => entry[0] !== wanted);
	return found;
}, name);

/** Gives #lounge so many messages, "message 0" to the newest. */
export const fillLounge = (page, count) => page.evaluate((many) => {
	const {line, model, change} = window.double;
	const start = Date.now() - many * 60000;
	const lines = Array.from({length: many}, (_, i) => line(i % 3 ? "bob" : "cem",
		`message ${i}${i % 7 ? "" : " with more words, so that it takes more than one row of the screen".repeat(3)}`,
		{at: start + i * 60000}));

	model.lines.set(2, lines);
	change((changes) => changes.lines.set(2, new Set(["*"])));
}, count);

/** Two frames: what was to be drawn is drawn. */
export const drawn = (page) => page.evaluate(() => new Promise((done) =>
	requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done)))));
