// SPDX-License-Identifier: MIT
// What a test of the page begins with: a server, people with a browser, people at a terminal.
// An error of the page, a refusal of its policy, an answer that is an error or a request to another
// place fails the test, unless it said before that it expects it.
import assert from "node:assert/strict";
import {mkdirSync, mkdtempSync} from "node:fs";
import {createRequire} from "node:module";
import {join} from "node:path";
import {PATIENCE} from "./patience.mjs";
import {AUTHORITY, Server} from "./server.mjs";
import {Terminal} from "./terminal.mjs";
import {Wire} from "./wire.mjs";

const require = createRequire(`${process.env.SNUG_NPM}/`);
const {chromium} = require("playwright-core");
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const DESK = {viewport: {width: 1280, height: 800}};
export const PHONE = {viewport: {width: 390, height: 780}, hasTouch: true, isMobile: true, deviceScaleFactor: 2};

// Names lead here whatever a resolver says, unless the test is about that; the authority is in the
// certificates of this home.
const launch = (resolves) => ({
	executablePath: CHROMIUM,
	args: [
		...resolves ? [] : ["--host-resolver-rules=MAP * 127.0.0.1"],
		...process.getuid() === 0 ? ["--no-sandbox"] : [],
	],
	env: {...process.env, HOME: AUTHORITY},
});

/** One person's browser with nothing in it, and what went wrong there. */
export class Person {
	constructor(world, context) {
		this.world = world;
		this.context = context;
		this.wrong = [];
		this.asked = []; // every request
		this.expected = [];
		context.setDefaultTimeout(PATIENCE);
		context.on("page", (page) => this.watch(page));
		context.on("request", (request) => this.see(request));
		context.on("response", (got) => got.status() >= 400 && this.complain(`${got.status()} ${got.url()}`));
		context.on("weberror", (error) => this.complain(error.error().stack ?? String(error.error())));
		context.on("console", (said) => ["error", "warning"].includes(said.type()) && this.complain(`${said.text()} ${said.location().url}`));
	}

	complain(text) {
		this.wrong.push(text);
	}

	see(request) {
		const {origin} = this.world.server, url = request.url();

		this.asked.push(request);
		if (!url.startsWith(`${origin}/`) && !url.startsWith(`blob:${origin}/`) && !url.startsWith("data:"))
			this.complain(`a request to another place: ${url}`);
	}

	watch(page) {
		page.on("websocket", (socket) => {
			if (socket.url() !== `${this.world.server.origin.replace("https", "wss")}/socket`)
				this.complain(`a socket to another place: ${socket.url()}`);
		});
		page.on("crash", () => this.complain("the page crashed"));
	}

	/** What matches is no mistake from now on. */
	expect(...patterns) {
		this.expected.push(...patterns);
	}

	/** @returns {string[]} what went wrong and was not expected */
	mistakes() {
		return this.wrong.filter((text) => !this.expected.some((one) => one.test(text)));
	}

	/** A tab at this address. */
	async open(address) {
		const page = await this.context.newPage();

		await page.goto(address);
		return page;
	}

	/** Into the room by a link, as who types the name and clicks once. */
	async join(link, name) {
		const page = await this.open(link);

		await page.locator('input[name="name"]').waitFor();
		await page.keyboard.type(name);
		await page.locator('button[type="submit"]').click();
		await page.locator(".title", {hasText: "#lounge"}).waitFor();
		return page;
	}
}

// Before any script of the page: what its policy refuses is said where errors are.
function tellViolations() {
	document.addEventListener("securitypolicyviolation", (event) => {
		console.error(`securitypolicyviolation: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
	});
}

export class World {
	/**
	 * Everything goes with the test.
	 * @param {object} t of node:test
	 * @param {object} [more] see Server.make; resolves: a browser looks names up by itself
	 */
	static async make(t, more) {
		const made = new World();

		made.people = [];
		made.terminals = [];
		t.after(() => made.close());
		made.server = await Server.make(more);
		made.launch = launch(more?.resolves);
		made.browser = await chromium.launch(made.launch);
		return made;
	}

	/** @param {object} [options] of Playwright's context; PHONE */
	async person(options = {}) {
		return this.#in(await this.browser.newContext({...DESK, locale: "en", ...options}));
	}

	/** The same with a browser of its own that keeps on a disk what it stores. */
	async lasting(options = {}) {
		const folder = mkdtempSync(join(this.server.dir, "browser-"));

		return this.#in(await chromium.launchPersistentContext(folder,
			{...this.launch, ...DESK, locale: "en", ...options}));
	}

	async #in(context) {
		const person = new Person(this, context);

		await context.addInitScript(tellViolations);
		this.people.push(person);
		return person;
	}

	/** Between all browsers from now on and the server: what can be cut. */
	async wire() {
		this.way = await Wire.before(this.server);
		return this.way;
	}

	/** Somebody at a terminal, in the room. */
	async terminal(name, room = "lounge") {
		const made = await Terminal.join(name, await this.server.invite("--room", room));

		this.terminals.push(made);
		return made;
	}

	async close() {
		const wrong = this.people.flatMap((person) => person.mistakes());

		await Promise.all(this.people.map((person) => person.context.close()));
		this.way?.close();
		await this.browser?.close();
		this.terminals.forEach((terminal) => terminal.close());
		await this.server?.close();
		assert.deepEqual(wrong, []);
	}
}

/** A picture for docs/screens, where `make web SCREENS=1` wants them. */
export async function picture(page, name) {
	if (!process.env.SNUG_SCREENS)
		return;
	mkdirSync(process.env.SNUG_SCREENS, {recursive: true});
	await page.screenshot({path: join(process.env.SNUG_SCREENS, `${name}.png`), animations: "disabled", caret: "hide"});
}

/** What axe-core finds, as rows of rule and places. */
export async function axe(page) {
	const found = await page.evaluate(`${readAxe()}; axe.run(document, {resultTypes: ["violations"]})`);

	return found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).join(", ")}`);
}

const readAxe = () => require("axe-core").source;
