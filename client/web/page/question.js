// SPDX-License-Identifier: MIT
// What the core asks the person: a bar with its answers, which takes no focus, so that who is
// writing goes on writing. What is about the account's safety is a dialog instead.
import {askCode, askProof} from "./ask.js";
import {askChoice} from "./dialog.js";
import {button, make} from "./dom.js";
import {isEntering} from "./enter.js";
import {has} from "./texts.js";

/** Questions of client/model/model.h that another device or a stranger brings. */
const LET_IN = 6,
	VOUCH = 7,
	STEP_UP = 8,
	CODE = 10,
	DEVICE = 3;

const ESCAPE = "n";

export function watchQuestions(page) {
	const place = make("div", {class: "question", role: "status"});
	let shownId = 0,
		end = null;

	const draw = () => {
		const question = page.core.question();
		const id = question ? question.id : 0;

		if (id === shownId) return;
		shownId = id;
		end?.();
		end = question ? showQuestion(page, place, question) : null;
	};

	page.watch((changes) => {
		if (changes.question) draw();
	});
	draw();
}

function showQuestion(page, place, question) {
	if (question.id === STEP_UP) return showProof(page, question);
	if (question.id === CODE && isEntering()) return null;
	if (question.id === CODE) return showCode(page, question);
	if ([LET_IN, VOUCH, DEVICE].includes(question.id)) return showDialog(page, question);
	page.bars.before(place);
	place.replaceChildren(
		make("p", {}, question.text),
		make(
			"div",
			{class: "acts"},
			answersOf(page, question).map((one) =>
				button(
					one.text,
					() => page.core.answer(question.id, one.value),
					{class: one.kind},
				),
			),
		),
	);
	page.announce(question.text);
	return () => place.replaceChildren();
}

/** One answer for each letter, by the question's own words for it where there are some. */
function answersOf(page, question) {
	return [...question.choices].map((letter) => {
		const own = `question.${question.id}.${letter}`;

		return {
			value: letter,
			text: page.t(has(own) ? own : `question.${letter}`),
			kind: letter === "y" ? "main" : "",
		};
	});
}

function showDialog(page, question) {
	let isOver = false;

	askChoice(
		page,
		page.t("question.title"),
		question.text,
		answersOf(page, question).reverse(),
	).then((letter) => {
		if (!isOver) page.core.answer(question.id, letter ?? ESCAPE);
	});
	const element = document.querySelector("dialog[open]:last-of-type");

	return () => {
		isOver = true;
		element.close();
	};
}

// Where one enters, the form there asks.
function showCode(page, question) {
	let isOver = false;

	askCode(page, question.text).then((code) => {
		if (isOver) return;
		if (code) page.core.prove(question.id, code);
		else page.core.answer(question.id, ESCAPE);
	});
	return () => {
		isOver = true;
	};
}

// The password, or a yes on another device; what was asked for goes out again by itself.
function showProof(page, question) {
	let isOver = false;

	askProof(page, null).then((answer) => {
		if (isOver) return;
		if (answer && !answer.others) page.core.prove(question.id, answer.password);
		else page.core.answer(question.id, answer ? "d" : ESCAPE);
	});
	return () => {
		isOver = true;
	};
}
