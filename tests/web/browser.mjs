// SPDX-License-Identifier: MIT
// A browser with the page over the double of the core, for tests of what the page does by itself.
//
// WEB_MODULES names the folder whose node_modules has playwright-core and axe-core. A test fails by
// any error of the console, any report of the policy, and any request to elsewhere.
import {createRequire} from "node:module";
import {readFileSync} from "node:fs";
import {stand} from "./stand.mjs";

const modules = createRequire(`${process.env.WEB_MODULES ?? process.cwd()}/`);
const {chromium} = modules("playwright-core");
/** How long any wait may last: tests/e2e/patience.py. */
const PATIENCE_MS = Number(process.env.PATIENCE ?? 120) * 1000;
const axe = readFileSync(modules.resolve("axe-core/axe.min.js"), "utf8");

export const DESK = {viewport: {width: 1100, height: 760}};
export const PHONE = {viewport: {width: 390, height: 844}, hasTouch: true, isMobile: true,
	deviceScaleFactor: 2};

/** @returns {{browser, base: string, end: function()}} one for a file of tests */
export async function startBrowser(serve = stand) {
	const server = await serve();
	const browser = await chromium.launch({
		executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
		args: process.getuid() === 0 ? ["--no-sandbox"] : [],
	});

	return {
		browser, server,
		base: `http://localhost:${server.address().port}/`,
		async end() {
			await browser.close();
			server.close();
			server.closeAllConnections();
		},
	};
}

/** A context whose pages tell what went wrong: context.wrong. */
export async function newContext({browser, base}, options = DESK) {
	const context = await browser.newContext({locale: "en", reducedMotion: "reduce", ...options});

	context.setDefaultTimeout(PATIENCE_MS);

	context.wrong = [];
	await context.addInitScript(axe);
	await context.addInitScript(() => {
		document.addEventListener("securitypolicyviolation", (event) =>
			console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
	});
	context.on("page", (page) => {
		page.on("pageerror", (error) => context.wrong.push(error.stack));
		page.on("console", (message) => {
			if (message.type() === "error")
				context.wrong.push(message.text());
		});
		page.on("request", (request) => {
			if (!/^(blob|data):/.test(request.url()) && !request.url().startsWith(base))
				context.wrong.push(`a request to ${request.url()}`);
		});
	});
	return context;
}

/** The page, logged in, with #lounge shown; its core is the double, at window.double. */
export async function enter(web, context) {
	const page = await context.newPage();

	await page.goto(web.base);
	await page.fill("input[name=name]", "ann");
	await page.fill("input[type=password]", "a long secret");
	await page.keyboard.press("Enter");
	await page.waitForSelector("#chat:not([hidden])");
	await page.evaluate(async () => {
		const {page: snug} = await import("/assets/page.js");
		const parts = await import("/assets/parts.js");

		Object.assign(window, {snug, parts});
		snug.show(2);
	});
	await answerWith(page, {});
	await page.waitForSelector("#log [data-id]");
	return page;
}

/**
 * What the double answers to requests: by the line, lists of [command, ...params]; else nothing.
 * A list of lists of lists answers one after the other. All that was asked is in window.asked.
 */
export function answerWith(page, answers) {
	return page.evaluate((by) => {
		window.asked ??= [];
		window.answers = {...window.answers, ...by};
		window.snug.core.ask = (line, onLine) => {
			window.asked.push(line);
			const known = window.answers[line] ?? [];
			const turn = Array.isArray(known[0]?.[0]) ? known.shift() : known;

			queueMicrotask(() => {
				for (const [command, ...params] of turn)
					onLine({tags: {}, source: "chat.example", command, params});
				onLine(null, false);
			});
		};
	}, answers);
}

/** What axe finds, in words; none should be. */
export async function findings(page) {
	const {violations} = await page.evaluate(() => window.axe.run(document));

	return violations.map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 200)}`);
}
