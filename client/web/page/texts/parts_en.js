// SPDX-License-Identifier: MIT
// English, of the parts: what stands in dialogs, menus and bars.

export const en = {
	// act.js
	"act.menu": "Message",
	"act.reply": "Reply",
	"act.react": "React",
	"act.more": "More",
	"act.reactions": "Who reacted",
	"act.edit": "Edit",
	"act.copy": "Copy text",
	"act.link": "Copy link",
	"act.save": "Save for later",
	"act.unsave": "No longer saved",
	"act.saved": "Saved: it is in your list of saved messages.",
	"act.let_go": "No longer saved.",
	"act.report": "Report to the moderators",
	"act.report_who": "The moderators of this room will see the message of {name} and your reason. {name} is not told.",
	"act.report_reason": "What is wrong with it",
	"act.report_send": "Report",
	"act.reported": "The moderators were told.",
	"act.remove": "Remove",

	// ask.js
	"ask.offline": "Not connected: try again when the connection is back.",
	"ask.prove_title": "Prove that it is you",
	"ask.prove_why": "This changes who can log in as you.",
	"ask.password": "Your password, or a code of your app",
	"ask.prove": "Go on",
	"ask.other": "Ask my other devices instead",
	"ask.others_wait": "Your other devices are asked. Say yes on one of them, then go on here.",
	"ask.others_said": "I said yes",

	// bar.js
	"bar.removed": "Message removed.",
	"bar.undo": "Undo",

	// dialog.js
	"dialog.close": "Close",
	"dialog.cancel": "Cancel",

	// link.js
	"link.copy": "Copy",
	"link.copied": "Copied.",
	"link.not_copied": "The browser did not let it be copied: mark the text and copy it yourself.",

	// notify.js
	"notify.title": "Notifications",
	"notify.offer": "Shall this browser tell you when somebody calls for you?",
	"notify.yes": "Yes, tell me",
	"notify.no": "No",
	"notify.allowed": "You will be told.",
	"notify.refused": "The browser refused. Its settings of this page can change that.",
	"notify.state_granted": "This browser tells you when somebody calls for you.",
	"notify.state_off": "Turned off in this browser.",
	"notify.state_default": "This browser was not asked yet.",
	"notify.state_denied": "The browser refuses notifications of this page. Its settings of this page can change that.",
	"notify.state_missing": "This browser has no notifications for pages. On an iPhone or iPad: add the page to the home screen first.",
	"notify.turn_on": "Turn on",
	"notify.turn_off": "Turn off",

	// people.js
	"people.members": "Members of {room}",
	"people.founder": "founder",
	"people.moderator": "moderator",
	"people.voice": "voice",
	"people.member": "member",
	"people.bot": "bot",
	"people.absent": "not connected",
	"people.away": "away",
	"people.account": "Account",
	"people.role": "In this room",
	"people.real_name": "Real name",
	"people.rooms": "Rooms",
	"people.since": "Connected since",
	"people.whois": "More",
	"people.write": "Write a message",
	"people.ignore": "Ignore",
	"people.unignore": "Ignore no longer",
	"people.op": "Make a moderator",
	"people.deop": "No longer a moderator",
	"people.give_voice": "Give a voice",
	"people.devoice": "Take the voice back",
	"people.kick": "Remove from the room",
	"people.ban": "Ban from the room",
	"people.reason": "Reason (may be left out)",
	"people.out": "{name} is no longer in {room}.",

	// question.js
	"question.title": "A question",
	"question.y": "Yes",
	"question.n": "No",
	"question.e": "Edit them",
	"question.d": "Drop them",
	"question.p": "By my password",
	"question.1.y": "Send now",
	"question.1.n": "Not now",
	"question.2.y": "Send again",
	"question.2.n": "Not now",
	"question.4.y": "Send again",
	"question.4.n": "Not now",
	"question.6.y": "Let it in",
	"question.6.n": "Refuse",
	"question.7.y": "It is me",
	"question.7.n": "It is not me",

	// slash.js
	"slash.none": "There is no message here that this can be done to.",

	// tabs.js
	"tabs.title": "Open in another tab",
	"tabs.what": "snug is open in another tab or window of this browser. When that is closed, it goes on here.",
	"tabs.here": "Use it here",

	// version.js
	"version.new": "The server has a newer page.",
	"version.reload": "Load it",
	"version.waits": "It is loaded as soon as your messages are sent.",
};
