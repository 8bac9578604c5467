// SPDX-License-Identifier: MIT
// The worker (client/web/page/sw.js) with a page of its own, whose server is replaced, breaks and
// goes away.
import assert from "node:assert/strict";
import {once} from "node:events";
import {readFileSync} from "node:fs";
import {createServer} from "node:http";
import {createRequire} from "node:module";
import {after, before, beforeEach, afterEach, test} from "node:test";
import {PATIENCE, until} from "./patience.mjs";

const require = createRequire(`${process.env.SNUG_NPM ?? `${process.cwd()}/build/web`}/`);
const {chromium} = require("playwright-core");
const source = (name) => readFileSync(new URL(`../../client/web/page/${name}`, import.meta.url), "utf8");

/** A server whose page is of some version: state.version, .isBroken, .status, .worker */
class Stand {
	version = 1;
	isBroken = false; // one file of the page is missing
	status = 200;
	worker = "sw.js";

	async start(port = 0) {
		this.server = createServer((request, response) => this.answer(request.url, response));
		this.server.listen(port, "127.0.0.1");
		await once(this.server, "listening");
		this.port = this.server.address().port;
		this.base = `http://localhost:${this.port}/`;
	}

	async stop() {
		const over = once(this.server, "close");

		this.server.close();
		this.server.closeAllConnections();
		await over;
	}

	answer(path, response) {
		const found = this.files()[path];
		const kind = path === "/" || !found ? "text/html" : path.endsWith(".css") ? "text/css"
			: "text/javascript";
		// A server of another kind: what it does not know is a page as well.
		const [status, body] = path === "/" && this.status !== 200 ? [this.status, "down"]
			: found === null ? [404, "none"] : [200, found ?? "<h1>What?</h1>"];

		response.writeHead(status, {"Content-Type": kind, "Cache-Control": "no-store"});
		response.end(body);
	}

	files() {
		const v = this.version;

		return {
			"/": `<link rel="stylesheet" href="/assets/app-${v}.css"><script type="module" ` +
				`src="/assets/app-${v}.js"></script>`,
			[`/assets/app-${v}.js`]: `document.title = "page ${v}"; window.late = "/assets/late-${v}.json"; ` +
				'navigator.serviceWorker.register("/sw.js", {updateViaCache: "none"});',
			[`/assets/app-${v}.css`]: "body { color: red }",
			[`/assets/late-${v}.json`]: this.isBroken ? null : `"late ${v}"`,
			"/sw.js": source(this.worker),
			"/favicon.ico": "",
		};
	}
}

let browser, stand, context, page;

before(async () => {
	browser = await chromium.launch({executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
		args: process.getuid() === 0 ? ["--no-sandbox"] : []});
});
after(() => browser.close());
beforeEach(async () => {
	stand = new Stand();
	await stand.start();
	context = await browser.newContext();
	context.setDefaultTimeout(PATIENCE);
	page = await context.newPage();
	await page.goto(stand.base);
	await page.evaluate(() => navigator.serviceWorker.ready);
	await page.waitForFunction(() => navigator.serviceWorker.controller);
});
afterEach(async () => {
	await context.close();
	await stand.stop().catch(() => {});
});

const fetched = (path) => page.evaluate(async (where) => {
	const answer = await fetch(where);

	return [answer.status, await answer.text()];
}, path);
const shells = () => page.evaluate(async () => (await caches.keys()).sort());
const kept = (name) => until(`${name} to be kept`, async () => (await shells()).includes(name));

test("without a network the page starts, with what its script names", async () => {
	await stand.stop();
	await page.reload();
	assert.equal(await page.title(), "page 1");
	assert.deepEqual(await fetched("/assets/late-1.json"), [200, '"late 1"']);
	assert.equal(await page.evaluate(() => getComputedStyle(document.body).color), "rgb(255, 0, 0)");
});

test("a server that answers is believed: a newer page is there at the next load", async () => {
	stand.version = 2;
	await page.reload();
	assert.equal(await page.title(), "page 2");
	await kept("shell-2");
	await stand.stop();
	await page.reload();
	assert.equal(await page.title(), "page 2");
	assert.deepEqual(await fetched("/assets/late-1.json"), [200, '"late 1"'], "of the page before");
});

test("two shells are kept, and no more", async () => {
	for (stand.version = 2; stand.version <= 4; stand.version++) {
		await page.reload();
		await kept(`shell-${stand.version}`);
	}
	await until("two shells", async () => (await shells()).length === 2);
	assert.deepEqual(await shells(), ["shell-3", "shell-4"]);
});

test("a page of which something is missing is not kept: the one before is", async () => {
	stand.version = 2;
	stand.isBroken = true;
	await page.reload();
	assert.equal(await page.title(), "page 2");
	await until("shell-2 to be gone", async () => !(await shells()).includes("shell-2"));
	await stand.stop();
	await page.reload();
	assert.equal(await page.title(), "page 1");
});

test("a server that is out of order is none", async () => {
	stand.status = 503;
	await page.reload();
	assert.equal(await page.title(), "page 1");
});

test("what is no asset of the server's is never a page", async () => {
	assert.deepEqual(await fetched("/assets/nothing.js"), [404, ""]);
	assert.deepEqual(await fetched("/other"), [200, "<h1>What?</h1>"], "the rest is not touched");
});

test("the worker of the other kind ends it all", async () => {
	stand.worker = "sw_off.js";
	stand.version = 2;
	const again = page.waitForEvent("load");

	await page.evaluate(() => navigator.serviceWorker.getRegistration().then((one) => one.update()));
	await again;
	assert.equal(await page.title(), "page 2");
	await until("no shell", async () => (await shells()).length === 0);
	await stand.stop();
	await assert.rejects(page.reload(), /ERR_CONNECTION_REFUSED/);
});

const SAID = "@time=2026-11-30T12:00:00.000Z;msgid=m1;account=ann :ann!ann@chat.example PRIVMSG";

/** Notes are shown of a page that nobody looks at. */
async function lookAway() {
	await context.grantPermissions(["notifications"]);
	await (await context.newCDPSession(page)).send("Emulation.setFocusEmulationEnabled", {enabled: false});
	await (await context.newPage()).bringToFront();
	// The browser tells the worker in its own time.
	const [worker] = context.serviceWorkers();
	await until("nobody to look at the page", () => worker.evaluate(async () =>
		!(await self.clients.matchAll({type: "window", includeUncontrolled: true}))
			.some((client) => client.visibilityState === "visible" && client.focused)));
}

/** Counts in the worker what the browser says it has shown; so many so far. */
function countShown() {
	if (self.shown === undefined) {
		const kind = ServiceWorkerRegistration.prototype, show = kind.showNotification;

		self.shown = 0;
		kind.showNotification = async function (...all) {
			await show.apply(this, all);
			self.shown++;
		};
	}
	return self.shown;
}

/** How to give the worker a push, as the browser's push service would. */
async function pusher(text) {
	const session = await context.newCDPSession(page);
	const isThere = new Promise((resolve) =>
		session.on("ServiceWorker.workerRegistrationUpdated", ({registrations}) =>
			registrations[0] && resolve(registrations[0].registrationId)));

	await session.send("ServiceWorker.enable");
	const registrationId = await isThere;

	return () => session.send("ServiceWorker.deliverPushMessage", {origin: stand.base, registrationId, data: text});
}

/**
 * Pushes, and gives what stands on the screen then. Chromium without a screen loses a note now and
 * then that it has shown, in its first moments: where it says so and none is there, it is pushed again.
 */
async function pushed(text, before = "") {
	const [worker] = context.serviceWorkers(), push = await pusher(text), from = await worker.evaluate(countShown);
	let given = 0;

	return until("another note", async () => {
		const shown = await worker.evaluate(countShown) - from;
		const notes = await page.evaluate(async () => {
			const registration = await navigator.serviceWorker.getRegistration();

			return (await registration.getNotifications()).map(({title, body, tag, data}) => ({title, body, tag, data}));
		});

		if (notes.length && JSON.stringify(notes) !== before)
			return notes;
		if (shown >= given) {
			given++;
			await push();
		}
		return null;
	});
}

test("a push is shown as one note of its place, and what is hidden in it is not", async () => {
	await lookAway();
	const first = await pushed(`${SAID} #den :bob: \u202Ecake\u0007 is here`);

	assert.deepEqual(first, [{title: "ann · #den", body: "bob:  cake  is here", tag: "#den",
		data: {name: "#den", id: "m1"}}]);
	assert.deepEqual(await pushed(`${SAID} #den :and tea`, JSON.stringify(first)), [{title: "ann · #den", body: "and tea", tag: "#den",
		data: {name: "#den", id: "m1"}}]);
});

test("a push to oneself has the sender's name, and one that is not known shows that there is something", async () => {
	await lookAway();
	assert.deepEqual(await pushed(`${SAID} bob :\u0001ACTION waves\u0001`), [{title: "ann", body: "waves", tag: "ann",
		data: {name: "ann", id: "m1"}}]);
});

test("what is no line shows that there is something", async () => {
	await lookAway();
	assert.deepEqual(await pushed("what?"), [{title: "snug", body: "", tag: "", data: {name: "", id: ""}}]);
});

test("an invitation is shown with its room", async () => {
	await lookAway();
	assert.deepEqual(await pushed(":ann!ann@h INVITE bob #den"), [{title: "ann", body: "#den", tag: "#den",
		data: {name: "#den", id: ""}}]);
});
