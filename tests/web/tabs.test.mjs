// SPDX-License-Identifier: MIT
// Several tabs of one browser, and a page whose server got a newer one.
import assert from "node:assert/strict";
import {after, before, test} from "node:test";
import {partsOf} from "./answers.mjs";
import {enter, look} from "./looked.mjs";

let looked;

before(async () => { looked = await look(); });
after(() => looked.end());

const another = async (first) => {
	const page = await first.context().newPage();

	await page.goto(first.url());
	return page;
};
const elsewhere = (page) => page.getByRole("heading", {name: "Open in another tab"});
const begun = (page) => page.getByRole("textbox", {name: /name/i}).waitFor();

test("one tab has it, the next takes over when that is closed", async () => {
	const first = await looked.open();

	await enter(first);
	const second = await another(first);

	await elsewhere(second).waitFor();
	assert.equal(await second.evaluate(() => window.double), undefined, "it has no core");
	await second.keyboard.press("Escape");
	assert.equal(await elsewhere(second).isVisible(), true, "there is nothing behind it");
	await first.close();
	await begun(second);
	assert.equal(await elsewhere(second).count(), 0);
	await second.context().close();
});

test("the next takes over when the first one dies", async () => {
	const first = await looked.open();

	await enter(first);
	const second = await another(first), dying = await first.context().newCDPSession(first);

	await elsewhere(second).waitFor();
	dying.send("Page.crash").catch(() => {});
	await begun(second);
	await second.context().close();
});

test("a tab that is wanted takes over, and the first one stops and says so", async () => {
	const first = await looked.open();

	await enter(first);
	await first.evaluate(() => {
		window.stops = 0;
		window.double.core.stop = () => window.stops++;
	});
	const second = await another(first);

	await second.getByRole("button", {name: "Use it here"}).click();
	await begun(second);
	await elsewhere(first).waitFor();
	assert.equal(await first.evaluate(() => window.stops), 1);

	// Back again: what the first one knew is old, it starts anew.
	await first.getByRole("button", {name: "Use it here"}).click();
	await first.waitForFunction(() => window.stops === undefined);
	await begun(first);
	await elsewhere(second).waitFor();
	await first.context().close();
});

const NEWER = '<script type="module" src="/assets/app-2.js"></script>';

/** The page, with a server that has another one since it was gone for a moment. */
async function outlived() {
	const page = await looked.open({serviceWorkers: "block"});

	await enter(page);
	await partsOf(page);
	await page.evaluate((html) => {
		const {fetch: plain} = window;

		window.fetch = (what, how) => what === "/" ? Promise.resolve(new Response(html)) : plain(what, how);
		window.go = (state) => {
			window.double.model.link.state = state;
			window.double.change((c) => { c.link = true; });
		};
		window.queued = [];
		window.snug.core.own = (id) => id === 2 ? window.queued : [];
		window.isOld = true;
		window.go("online");
	}, NEWER);
	await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => done(window.go("offline")))));
	await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => done(window.go("online")))));
	await page.getByRole("button", {name: "Load it"}).waitFor();
	return page;
}

test("a newer page is offered, and comes when it is wanted", async () => {
	const page = await outlived();

	await page.getByRole("button", {name: "Load it"}).click();
	await page.waitForFunction(() => window.isOld === undefined);
	await page.context().close();
});

test("it does not come while something waits to be sent, and then by itself", async () => {
	const page = await outlived();

	await page.evaluate(() => { window.queued = [{localId: 1, state: "queued", kind: "message", text: "x"}]; });
	await page.getByRole("button", {name: "Load it"}).click();
	await page.getByText("It is loaded as soon as your messages are sent.").first().waitFor();
	await page.evaluate(() => {
		window.queued = [];
		window.double.change((c) => { c.own.add(2); });
	});
	await page.waitForFunction(() => window.isOld === undefined);
	await page.context().close();
});
