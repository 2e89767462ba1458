"use strict";
// The private key: the form that converts it.

const options = (list) => list.map(([value, label]) => make("option", { value }, label));

let offered = ""; // the private key that the form is for

function showConvert(p) {
	if (p && !p.targets.length) p = null; // no passphrase opens it
	$("convert-part").hidden = !p;
	const known = JSON.stringify(p);
	if (!p || known === offered) return; // what was chosen stays chosen
	offered = known;
	$("container").textContent = `${p.container}. Protection: ${p.protection}.`;
	$("passphrase-field").hidden = !p.encrypted;
	$("to").replaceChildren(...options(p.targets.map((t) => [t.name, t.title])));
	$("to").value = p.default;
	$("protect").replaceChildren(...options([
		...(p.encrypted ? [["keep", "the same"]] : []),
		["new", p.encrypted ? "another one" : "a new one"],
		["none", "none"],
	]));
	$("protect").value = p.encrypted ? "keep" : "none";
	protectChanged();
}

function protectChanged() {
	$("new-passphrase-field").hidden = $("protect").value !== "new";
	$("reveal-field").hidden = $("new-passphrase-field").hidden && $("passphrase-field").hidden;
}
$("protect").addEventListener("change", protectChanged);
$("reveal").addEventListener("change", () => {
	for (const id of ["passphrase", "new-passphrase"]) $(id).type = $("reveal").checked ? "text" : "password";
});

function problem(p) {
	$("problem").textContent = p ? [p.message + ".", p.hint].filter(Boolean).join("\n") : "";
	for (const id of ["passphrase", "new-passphrase", "comment"]) $(id).removeAttribute("aria-invalid");
	if (p?.field) {
		$(p.field).setAttribute("aria-invalid", "true");
		$(p.field).focus();
	}
}

async function convert(deliver) {
	const mine = turn;
	forget();
	for (const id of ["download", "show"]) $(id).disabled = true;
	$("delivery").textContent = "Working…";
	const answer = await engine.ask("convert", bytes(), JSON.stringify({
		to: $("to").value, passphrase: $("passphrase").value, protect: $("protect").value,
		new_passphrase: $("new-passphrase").value, comment: $("comment").value, name: source.name,
	}));
	for (const id of ["download", "show"]) $(id).disabled = false;
	$("delivery").textContent = "";
	if (answer === null || mine !== turn) return; // the text was changed meanwhile
	const d = answer.failed ? { problem: { message: "The key was not converted", hint: answer.failed } } : JSON.parse(answer.json);
	if (d.problem) {
		problem(d.problem);
		return;
	}
	if (!report.lines) { // the public half was encrypted too
		Object.assign(report, { lines: d.lines, rfc4716: d.rfc4716, keys: d.keys, advice: d.advice });
		show();
	}
	deliver(d, answer.data);
	answer.data.fill(0);
}

function told(d, what) {
	$("delivery").textContent = [what, d.title, ...d.findings.map((f) => `${kinds[f.severity]}: ${f.message}. ${f.hint}`)].join("\n");
}

function download(d, data) {
	const url = URL.createObjectURL(new Blob([data], { type: "application/octet-stream" }));
	make("a", { href: url, download: d.name }).click();
	setTimeout(() => URL.revokeObjectURL(url), 10_000);
	told(d, `Downloaded as “${d.name}”.`);
}

function reveal(d, data) {
	secret = new TextDecoder().decode(data);
	$("private").textContent = secret;
	$("private-part").hidden = false;
	told(d, "The private key is below.");
}

$("convert").addEventListener("submit", (event) => {
	event.preventDefault();
	convert(download);
});
$("show").addEventListener("click", () => convert(reveal));
$("private-hide").addEventListener("click", () => {
	forget();
	$("show").focus();
});
