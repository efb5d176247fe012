// The policy lab: faults while one types, names to insert, sliders that weigh at once. All of it
// works without this file, too, one button later.
"use strict";
const form = document.querySelector("[data-check]");
const text = form && form.querySelector("textarea");
const gutter = form && form.querySelector(".gutter");
const box = document.querySelector("#faults");

function number() {
  const bad = new Set([...box.querySelectorAll("[data-line]")].map((e) => Number(e.dataset.line)));
  const lines = text.value.split("\n").length;
  gutter.replaceChildren();
  for (let line = 1; line <= lines; line += 1) {
    const shown = document.createElement("span");
    shown.textContent = `${line}\n`;
    if (bad.has(line)) shown.className = "bad";
    gutter.append(shown);
  }
  gutter.scrollTop = text.scrollTop;
}

let waiting = 0;
let asked = 0;
async function check() {
  const mine = (asked += 1);
  const fields = new FormData(form);
  const answer = await fetch(form.dataset.check, {
    method: "POST", credentials: "same-origin",
    body: new URLSearchParams({ csrf: fields.get("csrf"), text: text.value }),
  });
  if (!answer.ok || mine !== asked) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  box.replaceChildren(...page.body.childNodes);
  number();
}

if (text) {
  text.addEventListener("scroll", () => { gutter.scrollTop = text.scrollTop; });
  text.addEventListener("input", () => {
    number();
    clearTimeout(waiting);
    waiting = setTimeout(check, 350);
  });
  box.addEventListener("click", (event) => {
    const line = Number(event.target.dataset.line);
    if (!line) return;
    const lines = text.value.split("\n");
    const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    text.focus();
    text.setSelectionRange(start, start + lines[line - 1].length);
    text.scrollTop = (text.scrollHeight / lines.length) * Math.max(line - 6, 0);
  });
  number();
}

const insert = document.querySelector("#insert");
if (insert) {
  const name = document.querySelector("#name");
  const put = () => {
    if (!name.value) return;
    text.setRangeText(name.value, text.selectionStart, text.selectionEnd, "end");
    name.value = "";
    text.focus();
    text.dispatchEvent(new Event("input"));
  };
  insert.addEventListener("click", put);
  name.addEventListener("keydown", (event) => {
    if (event.key === "Enter") { event.preventDefault(); put(); }
  });
}

const slides = document.querySelector("[data-slides]");
if (slides) {
  slides.addEventListener("input", (event) => {
    const shown = event.target.closest("label").querySelector("output");
    const at = Number(event.target.value);
    const value = "plain" in event.target.dataset ? at : Number(shown.dataset.base) * 2 ** at;
    shown.textContent = Number(value.toPrecision(3)).toLocaleString("en");
  });
  slides.addEventListener("change", async () => {
    const query = new URLSearchParams(new FormData(slides));
    const answer = await fetch(`${location.pathname}?${query}`, { credentials: "same-origin" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("#weighed");
    if (fresh) document.querySelector("#weighed").replaceWith(document.adoptNode(fresh));
  });
}
