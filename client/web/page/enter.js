// SPDX-License-Identifier: MIT
// The way in: by an invite a name is enough (the page makes the password), without one name and
// password, by a link of one's own device one click. Whoever was here before does not see it.
import {bestLanguage, has, language, languages, say} from "./texts.js";
import {browserName} from "./device.js";
import {button, labelled, make} from "./dom.js";
import {iconButton} from "./icon.js";
import {makePassword, offerPassword} from "./password.js";
import {offerSignIn} from "./parts.js";
import {page} from "./page.js";

// Which field a refusal is about; the others are about the whole.
const FIELD_OF = {NAME_TAKEN: "name", BAD_NAME: "name", WEAK_PASSWORD: "secret", PASSWORD: "secret"};

// Its question in client/model/model.h.
const CODE = 10;

let box, link, onIn, form, back, failed;
let how = "password";
let isSent = false;
let made = "";
let who = ""; // the name that was sent
let asked = -1; // wrong codes when one was asked for the last time

/**
 * @param {{room: string, invite: string, device: string}} fragment
 * @param {function()} onEntered called once, when the server has let us in
 * @param {string} [why] the failure that sends us here
 * @param {string} [search] of the address: what a sign-in elsewhere came back with
 */
export function startEnter(fragment, onEntered, why, search = "") {
	back = search;
	failed = why;
	box = document.getElementById("enter");
	link = fragment;
	onIn = onEntered;
	how = link.device ? "claim" : link.invite ? "invite" : "password";
	made = makePassword();
	show();
	if (why)
		refuse("", say(`failure.${why}`));
}

export const isEntering = () => Boolean(box) && !box.hidden;

function show() {
	form = make("form", {class: "card", novalidate: true, method: "post", on: {submit: onSubmit}},
		make("img", {src: "/assets/icon.svg", alt: "", width: 56, height: 56}),
		make("h1", {}, say("enter.title", {host: location.hostname})),
		...fields[how](),
		make("p", {class: "failure", role: "alert", id: "enter-failure"}));
	box.replaceChildren(make("main", {}, form, languageChoice()));
	box.hidden = false;
	(form.querySelector(".field input") ?? form.querySelector("button"))?.focus();
	if (how === "password")
		signIn();
}

// By somebody else's word, where the server takes that.
function signIn() {
	const enter = () => {
		isSent = true;
		page.core.enter({how: "token"});
	};

	offerSignIn(form, {back, failed, busy, enter, refuse: (words) => refuse("", words)});
	back = "";
}

const fields = {
	invite: () => [
		make("p", {}, link.invite ? invitation() : null),
		nameField(),
		madeField(),
		submit("enter.join"),
		link.invite || canSwitch() ? other("password", "enter.to-login") : null,
	],
	password: () => [
		nameField(),
		labelled(say("enter.password"), make("input", {name: "secret", type: "password",
			autocomplete: "current-password", required: true})),
		submit("enter.login"),
		other("invite", "enter.to-register"),
	],
	code: () => [
		labelled(say("enter.code"), make("input", {name: "code", type: "text", maxlength: 64,
			autocomplete: "one-time-code", autocapitalize: "none", spellcheck: "false",
			required: true}), say("enter.code.hint")),
		submit("enter.code.go"),
	],
	claim: () => [make("p", {}, say("enter.claim")), submit("enter.claim.go")],
};

const canSwitch = () => !link.device;
const invitation = () => link.room ? say("enter.invited", {room: link.room}) : say("enter.invited.server");

function nameField() {
	const kept = form?.elements.namedItem("name")?.value ?? who;

	return labelled(say("enter.name"), make("input", {name: "name", type: "text", value: kept,
		autocomplete: "username", autocapitalize: "none", spellcheck: "false", maxlength: 32,
		required: true}), how === "invite" ? say("enter.name.hint") : undefined);
}

// In clear: it is shown once, here, and whoever wants another one types it over.
function madeField() {
	const field = make("input", {name: "secret", type: "text", value: made, class: "secret",
		autocomplete: "new-password", autocapitalize: "none", spellcheck: "false"});
	const copy = button(say("enter.copy"), async () => {
		await navigator.clipboard.writeText(field.value);
		copy.textContent = say("enter.copied");
	});
	const whole = labelled(say("enter.made"), field, say("enter.made.hint"));

	field.after(copy);
	whole.classList.add("with-button");
	return whole;
}

const submit = (key) => make("button", {type: "submit", class: "main"}, say(key));

const other = (next, key) => button(say(key), () => {
	how = next;
	show();
}, {class: "switch"});

function languageChoice() {
	const choice = make("select", {"aria-label": languages[language()], on: {change: async () => {
		await page.setLanguage(choice.value);
		show();
	}}}, Object.entries(languages).map(([tag, words]) =>
		make("option", {value: tag, lang: tag, selected: tag === language()}, words)));

	return choice;
}

// ---- sending

function onSubmit(event) {
	event.preventDefault();
	if (how === "code")
		return giveCode();
	const name = form.elements.namedItem("name")?.value.trim() ?? "";
	const secret = form.elements.namedItem("secret")?.value ?? "";

	if (how !== "claim" && !name)
		return refuse("name", say("enter.need-name"));
	if (how === "password" && !secret)
		return refuse("secret", say("enter.need-password"));
	refuse("", "");
	busy(true);
	isSent = true;
	who = name;
	asked = -1;
	// Of a link of one's own device the account is known: the name is this browser's.
	page.core.enter({how, name: how === "claim" ? browserName() : name, secret,
		invite: link.invite, device: link.device});
}

function giveCode() {
	const code = form.elements.namedItem("code").value.trim();

	if (!code)
		return refuse("code", say("enter.need-code"));
	refuse("", "");
	busy(true);
	page.core.prove(CODE, code);
}

/** The password is right; the login waits for the code of an app, after each that was wrong. */
function askCode(wrong) {
	if (asked === wrong)
		return;
	asked = wrong;
	how = "code";
	show();
	if (wrong)
		refuse("code", say("enter.code.wrong"));
}

function busy(is) {
	const send = form.querySelector('[type="submit"]');

	form.setAttribute("aria-busy", String(is));
	send.disabled = is;
	send.dataset.words ??= send.textContent;
	send.textContent = is ? say("enter.busy") : send.dataset.words;
}

function wait(words) {
	form.querySelector('[type="submit"]').textContent = words;
}

/** Says it at the field of this name, or of the whole form. */
function refuse(name, words) {
	const field = form.elements.namedItem(name);
	const failure = form.querySelector(".failure");

	for (const one of form.querySelectorAll("input"))
		one.removeAttribute("aria-invalid");
	failure.textContent = words;
	if (!field) {
		form.querySelector('[type="submit"]').before(failure);
		return;
	}
	field.setAttribute("aria-invalid", "true");
	field.setAttribute("aria-describedby", "enter-failure");
	field.closest(".field").after(failure);
	field.focus();
	field.select();
}

/** The link changed: in, or refused and why. */
export function drawEnter() {
	const state = page.core.link();

	if (!isEntering() || !isSent)
		return;
	if (["online", "lagging", "storing"].includes(state.state)) {
		entered();
	} else if (how === "claim" && state.state === "login" && state.detail) {
		wait(say("enter.claim.wait"));
	} else if (state.wantsCode) {
		askCode(state.wrongCodes);
	} else if (["refused", "offline"].includes(state.state) && state.failure !== "NONE") {
		if (how === "code") {
			how = "password";
			show();
		}
		busy(false);
		isSent = state.state === "offline";
		refuse(FIELD_OF[state.failure] ?? "", has(`failure.${state.failure}`)
			? say(`failure.${state.failure}`) : state.text);
	}
}

function entered() {
	if (how === "invite")
		offerPassword(form.elements.namedItem("name").value, form.elements.namedItem("secret").value);
	made = "";
	isSent = false;
	box.hidden = true;
	box.replaceChildren();
	onIn();
}

export const wantedLanguage = (kept) => kept || bestLanguage(navigator.languages);
