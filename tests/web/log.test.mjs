// SPDX-License-Identifier: MIT
// The log: how much of it is in the page, and that what one reads stays where it is.
import assert from "node:assert/strict";
import {after, before, test} from "node:test";
import {drawn, enter, fillLounge, look, told} from "./looked.mjs";

const MANY = 10000;
let looked, page;

before(async () => {
	looked = await look();
	page = await looked.open();
	await enter(page);
});
after(() => looked.end());

const state = () => page.evaluate(() => {
	const log = document.getElementById("log");
	const rows = [...log.querySelectorAll(".row:not(.top)")];
	const seen = rows.find((row) => row.offsetTop + row.offsetHeight > log.scrollTop);

	return {screens: log.querySelector("ol").offsetHeight / log.clientHeight, count: rows.length,
		first: rows[0].innerText, last: rows.at(-1).innerText, top: log.scrollTop,
		below: log.scrollHeight - log.clientHeight - log.scrollTop,
		seen: seen.dataset.id, offset: seen.getBoundingClientRect().top};
});

const scrollBy = async (pixels) => {
	await page.evaluate((by) => { document.getElementById("log").scrollTop += by; }, pixels);
	await drawn(page);
};

async function many() {
	await fillLounge(page, MANY);
	await page.locator('[data-place="3"]').click();
	await page.locator('[data-place="2"]').click();
	await drawn(page);
}

test("of 10,000 messages three screens are in the page, wherever one is", async () => {
	await many();
	assert.match((await state()).last, new RegExp(`message ${MANY - 1}`));
	for (let i = 0; i < 60; i++) {
		await scrollBy(i % 5 === 4 ? 900 : -700);
		const now = await state();
		assert.ok(now.screens <= 3, `${now.screens} screens`);
		assert.ok(now.top > 0 && now.below > 0 || i < 5, JSON.stringify(now));
	}
	await page.keyboard.press("F6");
});

test("a row that one reads stays where it is while others come above and below", async () => {
	await many();
	for (let i = 0; i < 8; i++)
		await scrollBy(-500);
	const was = await state();
	await page.evaluate(() => {
		const {line, model, change, say} = window.double;
		const first = model.lines.get(2)[0].at;
		const older = Array.from({length: 200}, (_, i) => line("eve", `older ${i}`, {at: first - (200 - i) * 1000}));
		model.lines.set(2, [...older, ...model.lines.get(2)]);
		say(2, line("eve", "newer"), line("eve", "newest"));
		change((changes) => changes.lines.set(2, new Set(["*"])));
	});
	await drawn(page);
	const now = await state();
	assert.deepEqual([now.seen, Math.round(now.offset)], [was.seen, Math.round(was.offset)]);
});

test("the end stays in sight while messages come, also a thousand at once", async () => {
	await many();
	for (const count of [1, 3, 1000]) {
		await page.evaluate((n) => {
			const {line, say} = window.double;
			say(2, ...Array.from({length: n}, (_, i) => line("bob", `come ${i}`, {at: Date.now()})));
		}, count);
		await drawn(page);
		const now = await state();
		assert.ok(now.below < 1, `${now.below} px below`);
		assert.ok(now.screens <= 3, `${now.screens} screens`);
		assert.match(now.last, new RegExp(`come ${count - 1}`));
	}
});

test("a jump replaces the window, and the button leads back to the newest", async () => {
	await many();
	const id = await page.evaluate(() => window.double.model.lines.get(2)[500].id);
	await page.evaluate((wanted) => {
		window.double.change((changes) => { changes.sought = {target: 2, id: wanted, how: "here"}; });
	}, id);
	const row = page.locator(`#log .row[data-id="${id}"]`);
	await row.waitFor();
	await drawn(page);
	assert.equal(await row.evaluate((element) => element === document.activeElement), true);
	await assertSeen(row);
	await page.getByRole("button", {name: "To the newest"}).click();
	await drawn(page);
	assert.match((await state()).last, new RegExp(`message ${MANY - 1}`));
	assert.equal(await page.locator(".newest").isVisible(), false);
});

const assertSeen = async (row) => assert.ok(await row.evaluate((element) => {
	const box = element.getBoundingClientRect(), log = document.getElementById("log").getBoundingClientRect();

	return box.top >= log.top && box.bottom <= log.bottom;
}));

test("rows under a selection stay", async () => {
	await many();
	const id = await page.evaluate(() => {
		const rows = [...document.querySelectorAll("#log .row")].slice(-6);
		document.getSelection().setBaseAndExtent(rows[0], 0, rows[1], 1);
		return rows[0].dataset.id;
	});
	for (let i = 0; i < 12; i++)
		await scrollBy(-700);
	assert.equal(await page.locator(`#log .row[data-id="${id}"]`).count(), 1);
	await page.evaluate(() => document.getSelection().removeAllRanges());
	await scrollBy(-700);
	assert.equal(await page.locator(`#log .row[data-id="${id}"]`).count(), 0);
});

test("several messages are copied as lines of time, name and text", async () => {
	await many();
	const copied = await page.evaluate(() => {
		const rows = [...document.querySelectorAll("#log .row")].slice(-2);
		const data = new DataTransfer();
		document.getSelection().setBaseAndExtent(rows[0], 0, rows[1], rows[1].childNodes.length);
		document.activeElement.blur();
		document.dispatchEvent(new ClipboardEvent("copy", {clipboardData: data, cancelable: true}));
		return data.getData("text/plain");
	});
	assert.match(copied, /^\[[^\]]+\] <\w+> message 9998\n\[[^\]]+\] <\w+> message 9999$/);
});

test("older pages are asked for ahead, and the seen is told", async () => {
	await page.evaluate(() => { window.double.model.targets.find((one) => one.id === 2).history = "more"; });
	await fillLounge(page, 60);
	await page.locator('[data-place="3"]').click();
	await page.locator('[data-place="2"]').click();
	await drawn(page);
	await told(page, "history");
	assert.ok((await told(page, "seen")).some(([place, , to]) => place === 2 && to === 59));
	for (let i = 0; i < 4; i++)
		await scrollBy(-400);
	const first = await page.evaluate(() => window.double.model.lines.get(2)[0].id);
	assert.deepEqual((await told(page, "history"))[0], [2, first]);
	assert.ok((await state()).top > 0);
});
