// Single keys press buttons, focus fields and walk rows. Everything works without this file, too.
"use strict";
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const on = event.target;
  const typing = on.matches("textarea, select, input:not([type=radio])");
  if (event.key === "Escape" && typing) return on.blur();
  if (typing) return;
  const keyed = [...document.querySelectorAll("[data-key]")].find((e) => e.dataset.key === event.key);
  if (keyed) {
    event.preventDefault();
    if (keyed.matches("input:not([type=radio])")) keyed.focus();
    else keyed.click();
    return;
  }
  const rows = [...document.querySelectorAll(".row-link")];
  const step = { j: 1, k: -1 }[event.key];
  if (!step || !rows.length) return;
  const next = rows.indexOf(document.activeElement) + step;
  rows[Math.min(Math.max(next, 0), rows.length - 1)].focus();
});
