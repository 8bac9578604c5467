// SPDX-License-Identifier: MIT
// What a browser with nothing in it fetches until one can type, as the browser counts it: bodies as
// they came over the wire; the heads are told beside.
import assert from "node:assert/strict";
import {test} from "node:test";
import {until} from "./patience.mjs";
import {World} from "./world.mjs";

const BYTES_MAX = 110_000, REQUESTS_MAX = 8;

// When the field that one types in has come, by the page's own clock.
function watchField() {
	new MutationObserver((_, watch) => {
		if (document.activeElement?.name === "name") {
			window.canTypeAt = performance.timeOrigin + performance.now();
			watch.disconnect();
		}
	}).observe(document, {subtree: true, childList: true});
}

/** Requests of a tab, [{url, at, coding, head, whole}], the last two in bytes; what it held is none. */
async function watchRequests(page) {
	const network = await page.context().newCDPSession(page), all = new Map();
	const told = {
		requestWillBeSent: (one, {request, wallTime}) =>
			Object.assign(one, {url: request.url, at: wallTime * 1000}),
		responseReceived: (one, {response}) => Object.assign(one, {head: response.encodedDataLength,
			coding: response.headers["Content-Encoding"]}),
		loadingFinished: (one, {encodedDataLength}) => { one.whole = encodedDataLength; },
	};

	for (const [event, note] of Object.entries(told))
		network.on(`Network.${event}`, (words) => {
			all.set(words.requestId, all.get(words.requestId) ?? {});
			note(all.get(words.requestId), words);
		});
	await network.send("Network.enable");
	return () => [...all.values()].filter((one) => one.url?.startsWith("https:") && one.whole !== 0);
}

const sum = (all, what) => all.reduce((bytes, one) => bytes + one[what], 0);

test("until one can type at most 110 kB come, in at most 8 requests", async (t) => {
	const world = await World.make(t), person = await world.person();

	await person.context.addInitScript(watchField);
	const page = await person.context.newPage(), requests = await watchRequests(page);
	await page.goto(await world.server.pageLink("lounge"));
	await page.waitForFunction(() => window.canTypeAt);
	const end = await page.evaluate(() => window.canTypeAt);
	const before = () => requests().filter((one) => one.at < end);
	await until(() => `all of them whole: ${JSON.stringify(before())}`,
		() => before().every((one) => one.whole !== undefined));
	const came = before(), bytes = sum(came, "whole") - sum(came, "head");

	t.diagnostic(`${bytes} bytes in ${came.length} requests, ${sum(came, "whole")} with their heads: ` +
		came.map((one) => `${one.url.replace(world.server.origin, "").replace(/#.*/, "")} ${one.whole - one.head}`).join(", "));
	assert.ok(came.some((one) => /\.wasm$/.test(one.url) && one.coding === "br"), "the core comes in brotli");
	assert.ok(bytes > 0 && bytes <= BYTES_MAX, `${bytes} bytes`);
	assert.ok(came.length <= REQUESTS_MAX, `${came.length} requests`);
});
