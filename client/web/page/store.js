// SPDX-License-Identifier: MIT
// What this browser keeps: the outbox, the device's token, small things of the face, lines for
// reading without a connection. IndexedDB; without one all of it lies in memory, and `isLasting`
// is false.
//
// A message counts as kept when its transaction is complete, strictly on disk, and not before.
// Where there is no more space, the lines go first, and the outbox never.

const NAME = "snug";
const VERSION = 1;
const STORES = { outbox: "no", device: "key", kept: "key", lines: ["target", "at", "id"] };

function asked(request) {
	return new Promise((resolve, reject) => {
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error);
	});
}

function upgraded(database) {
	for (const [name, keyPath] of Object.entries(STORES)) {
		const store = database.createObjectStore(name, { keyPath });
		if (name === "lines") store.createIndex("id", "id");
	}
}

function opened(indexedDB) {
	const request = indexedDB.open(NAME, VERSION);
	request.onupgradeneeded = () => upgraded(request.result);
	return asked(request);
}

/** One transaction over these stores: `work(stores)` asks, its end is the answer's end. */
function transact(database, names, mode, work) {
	return new Promise((resolve, reject) => {
		const transaction = database.transaction(names, mode, { durability: "strict" });
		let result = null;
		transaction.oncomplete = () => resolve(result);
		transaction.onabort = () => reject(transaction.error);
		const stores = names.map((name) => transaction.objectStore(name));
		const request = work(...stores);
		if (request) request.onsuccess = () => (result = request.result);
	});
}

function isFull(error) {
	return error !== null && error.name === "QuotaExceededError";
}

/** The database: rows in and out by store. */
class Database {
	isLasting = true;

	constructor(database) {
		this.database = database;
		// Another tab has a newer version of it: that one goes first.
		database.onversionchange = () => database.close();
	}

	all(name) {
		return transact(this.database, [name], "readonly", (store) => store.getAll());
	}

	change(name, work) {
		return transact(this.database, [name], "readwrite", (store) => void work(store));
	}

	put(name, row) {
		return this.putAll(name, [row]);
	}

	// All is said: it counts also when the page is gone before an answer comes.
	putAll(name, rows) {
		return this.change(name, (store) => {
			for (const row of rows) store.put(row);
			store.transaction.commit?.();
		});
	}

	delete(name, key) {
		return this.change(name, (store) => store.delete(key));
	}

	clear(...names) {
		return transact(this.database, names, "readwrite", (...stores) => {
			for (const store of stores) store.clear();
		});
	}

	/** Lines of a target by their id go; of no target: of whichever has it. */
	deleteLine(id) {
		return this.change("lines", (store) => {
			store.index("id").openCursor(IDBKeyRange.only(id)).onsuccess = (event) => {
				const cursor = event.target.result;
				if (!cursor) return;
				cursor.delete();
				cursor.continue();
			};
		});
	}

	/** All but the newest `max` lines of the target go. */
	trimLines(target, max) {
		return this.change("lines", (store) => {
			const range = IDBKeyRange.bound([target], [target, []]);
			let held = 0;
			store.openKeyCursor(range, "prev").onsuccess = (event) => {
				const cursor = event.target.result;
				if (!cursor) return;
				held++;
				if (held > max) store.delete(cursor.primaryKey);
				cursor.continue();
			};
		});
	}
}

/** The same in memory. */
class Memory {
	isLasting = false;
	rows = new Map(Object.keys(STORES).map((name) => [name, new Map()]));

	key(name, row) {
		const path = STORES[name];
		return JSON.stringify(Array.isArray(path) ? path.map((part) => row[part]) : row[path]);
	}

	async all(name) {
		return [...this.rows.get(name).values()];
	}

	async put(name, row) {
		this.rows.get(name).set(this.key(name, row), row);
	}

	async putAll() {} // lines: nobody reads them after the page is gone
	async deleteLine() {}
	async trimLines() {}

	async delete(name, key) {
		this.rows.get(name).delete(JSON.stringify(key));
	}

	async clear(...names) {
		for (const name of names) this.rows.get(name).clear();
	}
}

async function openRows(indexedDB) {
	if (!indexedDB) return new Memory();
	try {
		return new Database(await opened(indexedDB));
	} catch {
		// Private windows of some browsers have it, and refuse to open one.
		return new Memory();
	}
}

/** The store, with what it held read already: `kept` and `device` answer at once. */
export async function openStore({ indexedDB = globalThis.indexedDB, rows = null } = {}) {
	const base = rows || (await openRows(indexedDB));
	const [kept, device, outbox] = await Promise.all(
		["kept", "device", "outbox"].map((name) => base.all(name)));
	return new Store(base, kept, device, outbox);
}

class Store {
	constructor(base, kept, device, outbox) {
		this.base = base;
		this.small = new Map(kept.map((row) => [row.key, row.text]));
		this.own = device.length ? device[0] : null;
		this.outbox = outbox.sort((a, b) => a.no - b.no);
		this.last = outbox.reduce((most, row) => Math.max(most, row.no), 0);
		this.hasPersisted = false;
	}

	get isLasting() {
		return this.base.isLasting;
	}

	/** {name, token} of this browser as a device of the account, or null. */
	device() {
		return this.own;
	}

	keepDevice(name, token) {
		this.own = { key: "device", name, token };
		return this.base.put("device", this.own);
	}

	kept(key) {
		return this.small.has(key) ? this.small.get(key) : "";
	}

	/** Small things; "" takes one out. What cannot be kept is there until the page goes. */
	keep(key, text) {
		if (this.kept(key) === text) return;
		if (text) this.small.set(key, text);
		else this.small.delete(key);
		const written = text ? this.base.put("kept", { key, text }) : this.base.delete("kept", key);
		written.catch((error) => console.warn("snug: not kept:", key, error));
	}

	/** The place of the next message in the outbox. */
	nextNo() {
		return ++this.last;
	}

	/** Ends when it is on disk. */
	async putUnsent(row) {
		this.persist();
		try {
			await this.base.put("outbox", row);
		} catch (error) {
			if (!isFull(error)) throw error;
			await this.base.clear("lines");
			await this.base.put("outbox", row);
		}
	}

	deleteUnsent(no) {
		return this.base.delete("outbox", no);
	}

	/** From the first message on there is something that must not be lost. */
	persist() {
		if (this.hasPersisted || !globalThis.navigator?.storage?.persist) return;
		this.hasPersisted = true;
		navigator.storage.persist().catch(() => {});
	}

	lines() {
		return this.base.all("lines");
	}

	/** Lines are an aid: where there is no space for more, there are none. */
	async putLines(rows) {
		try {
			await this.base.putAll("lines", rows);
		} catch (error) {
			if (isFull(error)) await this.base.clear("lines");
		}
	}

	deleteLine(id) {
		return this.base.deleteLine(id);
	}

	trimLines(target, max) {
		return this.base.trimLines(target, max);
	}

	/** Nothing of the account stays in this browser. */
	wipe() {
		this.small.clear();
		this.own = null;
		return this.base.clear(...Object.keys(STORES));
	}
}
