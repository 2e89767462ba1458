"use strict";
// The page: shows what the engine answers. All text gets in as text, never as
// markup.

const $ = (id) => document.getElementById(id);

// What is asked about. bytes is null where the text area holds the text.
const source = { bytes: null, name: "", binary: false, shown: false };
let report = null;
let secret = null; // the private key that was asked to be shown, to copy

const maxInput = 1 << 20;
const engine = new Engine($("worker").textContent);

// make builds an element: make("p", {className: "x"}, "text", child…)
function make(tag, properties, ...children) {
	const e = Object.assign(document.createElement(tag), properties);
	e.append(...children);
	return e;
}

function status(verdict, title, advice = "") {
	$("status").className = "verdict " + verdict;
	const [t, a] = $("status").children;
	if (t.textContent !== title) t.textContent = title; // said once, not with every letter
	if (a.textContent !== advice) a.textContent = advice;
}

let ready = false; // the engine runs
let readyAt = 0; // since when, for scripts/web-figures.sh

// Answers come later, and some too late: only the newest turn may speak.
let turn = 0;

function refuse(title, advice) {
	turn++;
	report = null;
	$("result").hidden = true;
	status("refused", title, advice);
}

const size = (n) => n < 10_000 ? `${n} bytes` : n < 10_000_000 ? `${Math.round(n / 1000)} kB` : `${Math.round(n / 1_000_000)} MB`;

function tooLarge(what, n) {
	refuse(`This is too large: ${what} has ${size(n)}, and this page takes up to 1 MB.`,
		"A key has a few kilobytes: is it the right file? The keyconv program reads authorized_keys files of any size.");
}

// -- the input

function bytes() {
	return source.bytes ? source.bytes.slice() : new TextEncoder().encode($("text").value);
}

async function look() {
	const mine = ++turn;
	const asked = bytes();
	$("clear").hidden = asked.length === 0;
	if (asked.length > maxInput) {
		tooLarge("it", asked.length);
		return;
	}
	if (asked.length === 0) {
		report = null;
		show();
		return;
	}
	const answer = await engine.ask("look", asked, $("expect").value.trim());
	if (answer === null || mine !== turn) return; // something newer is on its way
	if (answer.failed) {
		refuse("The page could not read this text.", `${answer.failed} The page goes on: try a smaller part of the text.`);
		return;
	}
	report = JSON.parse(answer.json);
	show();
}

// changed is called when there is another text: what was typed for the old
// one is forgotten.
function changed() {
	forget();
	offered = "";
	for (const id of ["passphrase", "new-passphrase", "comment"]) $(id).value = "";
	look();
}

function forget() {
	secret = null;
	$("private").textContent = "";
	$("private-part").hidden = true;
	$("delivery").textContent = "";
	problem(null);
}

// take makes a text or a file's bytes the source.
function take(text, file = null, name = "") {
	source.bytes = file;
	source.name = name;
	source.binary = text === null;
	source.shown = false;
	$("text").value = text ?? "";
	$("expect").value = "";
	changed();
}

async function takeFile(file) {
	if (file.size > maxInput) {
		clear();
		tooLarge(`the file “${file.name}”`, file.size);
		return;
	}
	let data;
	try {
		data = new Uint8Array(await file.arrayBuffer());
	} catch {
		clear();
		refuse(`The file “${file.name}” cannot be read.`, "Is it a folder, or open in another program? Drop the key file itself.");
		return;
	}
	take(textOf(data), data, file.name);
}

// textOf is what a file says, or null where it is no text.
function textOf(data) {
	const utf16 = { "255 254": "utf-16le", "254 255": "utf-16be" }[`${data[0]} ${data[1]}`];
	try {
		const text = new TextDecoder(utf16 ?? "utf-8", { fatal: true }).decode(data);
		return text.includes("\0") ? null : text;
	} catch {
		return null;
	}
}

function clear() {
	take("");
	report = null;
	$("file").value = "";
	$("text").focus();
}

$("text").addEventListener("input", () => {
	source.bytes = null;
	source.name = "";
	source.binary = false;
	changed();
});

// A text that is too large is not even put into the text area: browsers need
// minutes to lay it out.
document.addEventListener("paste", (event) => {
	const field = event.target.closest?.("input, textarea");
	const file = event.clipboardData.files[0];
	const text = event.clipboardData.getData("text/plain");
	if (file && !text) {
		event.preventDefault();
		takeFile(file);
	} else if (text.length > maxInput) {
		event.preventDefault();
		clear();
		tooLarge("the text", text.length);
	} else if (!field && text) {
		event.preventDefault();
		take(text);
	}
});

document.addEventListener("dragover", (event) => {
	event.preventDefault();
	document.body.classList.add("dropping");
});
document.addEventListener("dragleave", (event) => {
	if (!event.relatedTarget) document.body.classList.remove("dropping");
});
document.addEventListener("drop", (event) => {
	event.preventDefault();
	document.body.classList.remove("dropping");
	const file = event.dataTransfer.files[0];
	const text = event.dataTransfer.getData("text/plain");
	if (file) takeFile(file);
	else if (text.length <= maxInput) take(text);
	else {
		clear();
		tooLarge("the text", text.length);
	}
});

$("open").addEventListener("click", () => $("file").click());
$("file").addEventListener("change", () => $("file").files[0] && takeFile($("file").files[0]));
$("clear").addEventListener("click", clear);
$("expect").addEventListener("input", look);
for (const button of document.querySelectorAll("[data-example]")) {
	button.addEventListener("click", () => {
		take($(button.dataset.example).textContent, null, button.dataset.example === "example-ppk" ? "example.ppk" : "");
	});
}

// -- the answer

function show() {
	const r = report;
	veil();
	if (r === null || r.verdict === "empty") {
		$("result").hidden = true;
		if (ready) status("empty", "Ready.", "What you paste is answered at once.");
		return;
	}
	status(r.verdict, r.title, r.advice);
	showKeys(r);
	showFindings(r);
	showConvert(r.private);
	$("expect-part").hidden = !r.findings.some((f) => f.severity === "refused") && !$("expect").value;
	$("still").hidden = !r.lines;
	$("result").hidden = false;
}

// veil hides private text until it is asked for.
function veil() {
	const hide = (report?.secret || source.binary) && !source.shown;
	const focused = document.activeElement === $("text");
	$("veil").hidden = !hide;
	$("text").hidden = hide;
	if (!hide) return;
	const name = source.name ? `“${source.name}”` : "The text that you gave";
	$("veil-text").textContent = source.binary
		? `${name} is no text (${size(source.bytes.length)}), so it is not shown.`
		: `${name} holds a private key, so it is not shown (${size(bytes().length)}).`;
	$("veil-show").hidden = source.binary;
	if (focused) $("veil").focus();
}

$("veil-show").addEventListener("click", () => {
	source.shown = true;
	show();
	$("text").focus();
});

// Longer text is copied in full and shown in part: a browser takes long to lay
// it out.
const maxShown = 20_000;

function showKeys({ lines, rfc4716, keys, more }) {
	$("lines-part").hidden = !lines;
	$("lines-title").textContent = keys.length <= 1 ? "The line for the server" : "The lines for the server";
	$("lines").textContent = lines.length > maxShown ? lines.slice(0, maxShown) + "\n… (Copy takes all of it)" : lines.trimEnd();
	$("rfc-part").hidden = !rfc4716;
	$("rfc").textContent = rfc4716;
	$("keys-part").hidden = keys.length === 0;
	$("keys-title").textContent = keys.length === 1 ? "The key" : "The keys";
	$("keys").replaceChildren(...keys.map(describe));
	$("more").hidden = !more;
	$("more").textContent = `and ${more} more`;
}

function describe(k) {
	const rows = [
		["Type", k.bits ? `${k.algorithm}, ${k.bits} bits` : k.algorithm],
		["Comment", k.comment || "none"],
		["SHA256", k.sha256, "code"], ["MD5", k.md5, "code"],
		["In PuTTY", k.putty, "code"], ["In old PuTTY", k.old_putty, "code"],
	];
	return make("dl", {}, ...rows.flatMap(([name, value, className = ""]) => [make("dt", {}, name), make("dd", { className }, value)]));
}

const kinds = { repaired: "Repaired", refused: "Not possible", warning: "Warning", note: "Note" };

function showFindings({ findings, unlisted, pieces, secret }) {
	$("findings-part").hidden = findings.length === 0;
	$("findings-title").textContent = findings.some((f) => f.severity === "repaired" || f.severity === "refused") ? "What was wrong" : "What there is to say";
	$("findings").replaceChildren(...findings.map((f, i) => {
		const place = f.line ? [make("span", { className: "place" }, ` (line ${f.line}, column ${f.column})`)] : [];
		return make("li", { className: f.severity },
			make("span", { className: "number" }, String(i + 1)),
			make("p", {}, make("span", { className: "kind" }, kinds[f.severity] + ": "), f.message, ...place),
			...(f.hint ? [make("p", { className: "hint" }, f.hint)] : []));
	}));
	$("unlisted").hidden = !unlisted;
	$("unlisted").textContent = `and ${unlisted} more of the kind`;
	$("pieces-part").hidden = pieces.length === 0 || secret && !source.shown;
	$("pieces").replaceChildren(...pieces.map((p) => p.marks
		? make("mark", {}, p.text, make("sup", {}, p.marks.join(",")))
		: p.text));
}

for (const button of document.querySelectorAll("[data-copy]")) {
	const label = button.textContent;
	button.addEventListener("click", async () => {
		const text = { lines: report?.lines, rfc: report?.rfc4716, private: secret }[button.dataset.copy];
		button.textContent = await copy(text, $(button.dataset.copy)) ? "Copied" : "Press Ctrl+C";
		setTimeout(() => { button.textContent = label; }, 2000);
	});
}

// copy falls back to selecting the text where the browser has no clipboard for
// the page.
async function copy(text, element) {
	try {
		await navigator.clipboard.writeText(text);
		return true;
	} catch {
		getSelection().selectAllChildren(element);
		return document.execCommand("copy");
	}
}

// -- the start

// WebRTC is a way out that no policy closes.
delete globalThis.RTCPeerConnection;
delete globalThis.webkitRTCPeerConnection;

async function start() {
	const module = $("module");
	const base64 = module.textContent.trim();
	module.remove();
	await engine.start(await unpack(base64));
	ready = true;
	readyAt = performance.now();
	if (bytes().length === 0) { // the browser compiles the program as it is used, so the first question is slow
		engine.ask("look", new TextEncoder().encode($("example-broken").textContent), "");
	}
	look();
}

document.addEventListener("DOMContentLoaded", () => start().catch((error) => refuse(
	"This page cannot run in this browser.", `It needs WebAssembly: a Firefox, Chrome, Edge or Safari of 2023 or later. (${error.message})`)));
