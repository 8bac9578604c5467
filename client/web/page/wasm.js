// SPDX-License-Identifier: MIT
// The module and what it is given (client/web/web_private.h): texts and values across the border.
//
// A text for the module is a struct span, an address and a length, which lies before its bytes
// in the module's room. A value of the module is built here piece by piece.

const SPAN_BYTES = 8;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Values under construction: what was opened last takes what is put. */
class Builder {
	stack = [];
	root = null;

	put(key, value) {
		const into = this.stack[this.stack.length - 1];
		if (into === undefined) this.root = value;
		else if (Array.isArray(into)) into.push(value);
		else into[key] = value;
	}

	open(key, value) {
		this.put(key, value);
		this.stack.push(value);
	}

	/** What was built, once. */
	take() {
		const value = this.root;
		this.root = null;
		return value;
	}
}

// How utf8proc numbers the general categories.
const CATEGORIES = "Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Cs Co"
	.split(" ");

/** What the browser knows of characters. */
function unicode() {
	const any = new RegExp(CATEGORIES.map((name) => `(\\p{${name}})`).join("|"), "u");
	// Written without blanks between words, or as wide as high.
	const wide = new RegExp("[\\p{sc=Han}\\p{sc=Hira}\\p{sc=Kana}\\p{sc=Hang}" +
		"\\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60]", "u");
	const known = new Map();
	const forms = [
		(text) => text.normalize("NFC"),
		(text) => text.normalize("NFKD"),
		(text) => text.normalize("NFKD").toUpperCase().toLowerCase().normalize("NFKD"),
	];

	function category(code) {
		const groups = any.exec(String.fromCodePoint(code));
		return groups ? groups.indexOf(groups[0], 1) : 0;
	}
	return {
		category(code) {
			if (!known.has(code)) known.set(code, category(code));
			return known.get(code);
		},
		tolower(code) {
			const small = String.fromCodePoint(code).toLowerCase();
			return [...small].length === 1 ? small.codePointAt(0) : code;
		},
		isWide: (code) => wide.test(String.fromCodePoint(code)),
		normal: (form, text) => forms[form](text),
	};
}

/**
 * Starts the module. `host` has the rest of client/web/web_private.h in JavaScript's terms: texts are
 * strings, values objects. The answer is `call(name, ...arguments)`, which gives what the export
 * returns, or the value that it put.
 */
export async function openModule(source, host) {
	const builder = new Builder();
	const keys = new Map();
	const characters = unicode();
	let exports = null;

	const bytes = (at, length) => new Uint8Array(exports.memory.buffer, at >>> 0, length);
	const text = (at, length) => (length ? decoder.decode(bytes(at, length)) : "");

	// Literals of the module stay where they are.
	function key(at) {
		if (!at) return null;
		if (!keys.has(at)) {
			const memory = new Uint8Array(exports.memory.buffer);
			keys.set(at, text(at, memory.indexOf(0, at) - at));
		}
		return keys.get(at);
	}

	// What does not fit ends before a character that is not whole.
	function answer(words, at, max) {
		const { read, written } = encoder.encodeInto(words, bytes(at, max));
		return read < words.length ? max + 1 : written;
	}

	const page = {
		mono_ms: host.monoMs,
		wall_ms: host.wallMs,
		dice: (at, length) => host.dice(bytes(at, length)),
		timer_set: host.timerSet,
		timer_stop: host.timerStop,
		socket_open: (at, length, port, portLength) =>
			host.socketOpen(text(at, length), text(port, portLength)),
		socket_close: host.socketClose,
		socket_send: (at, length) => host.socketSend(text(at, length)),
		socket_queued: host.socketQueued,
		open_object: (at) => builder.open(key(at), {}),
		open_list: (at) => builder.open(key(at), []),
		close: () => builder.stack.pop(),
		put_text: (at, from, length) => builder.put(key(at), text(from, length)),
		put_named: (at, atLength, from, length) =>
			builder.put(text(at, atLength), text(from, length)),
		put_number: (at, number) => builder.put(key(at), number),
		put_flag: (at, isSo) => builder.put(key(at), isSo !== 0),
		put_null: (at) => builder.put(key(at), null),
		store_put: (isNew) => host.storePut(builder.take(), isNew !== 0),
		store_delete: host.storeDelete,
		store_arranged: (at, length) => host.storeArranged(text(at, length)),
		changed: () => host.changed(builder.take()),
		act: () => (host.act(builder.take()) ? 1 : 0),
		words: (at, length, out, max) =>
			answer(host.words(text(at, length), builder.take()), out, max),
		spoken: (at, length, out, max) => answer(host.spoken(text(at, length)), out, max),
		ask_line: (number) => host.askLine(number, builder.take()),
		ask_end: (number, isLost) => host.askEnd(number, isLost !== 0),
		category: characters.category,
		tolower: characters.tolower,
		is_wide: (code) => (characters.isWide(code) ? 1 : 0),
		normal: (form, at, length, out, max) =>
			answer(characters.normal(form, text(at, length)), out, max),
		die: (at, length) => host.die(text(at, length)),
	};

	// Room for all texts of one call is taken before the first is written: it may move.
	function passed(values) {
		const texts = values.map((value) =>
			typeof value === "string" ? encoder.encode(value) : null);
		const size = texts.reduce((sum, one) => sum + (one ? SPAN_BYTES + one.length : 0), 0);
		let at = size ? exports.room(size + SPAN_BYTES * values.length) : 0;

		return values.map((value, i) => {
			if (!texts[i]) return value;
			const span = at;
			const view = new DataView(exports.memory.buffer, span, SPAN_BYTES);
			view.setUint32(0, span + SPAN_BYTES, true);
			view.setUint32(4, texts[i].length, true);
			bytes(span + SPAN_BYTES, texts[i].length).set(texts[i]);
			at += (SPAN_BYTES + texts[i].length + SPAN_BYTES - 1) & -SPAN_BYTES;
			return span;
		});
	}

	const { instance } = await instantiate(source, { page });
	exports = instance.exports;
	exports._initialize();
	return {
		call(name, ...values) {
			const result = exports[name](...passed(values));
			return result === undefined ? builder.take() : result;
		},
		/** What was said to it and must not lie there any longer. */
		wipe: () => exports.wipe(),
	};
}

/** `source`: bytes, or what fetch() answers. */
async function instantiate(source, imports) {
	const from = await source;
	if (typeof Response !== "undefined" && from instanceof Response)
		return WebAssembly.instantiateStreaming(from, imports);
	return WebAssembly.instantiate(from, imports);
}
