// Single keys press buttons, focus fields and walk rows. Everything works without this file, too.
"use strict";
(() => {
  // What a key of a row does: presses a button, ticks a box, opens a menu and goes into it.
  const press = (keyed) => {
    keyed.click();
    const menu = keyed.matches("summary") && keyed.parentElement;
    if (menu && menu.open) menu.querySelector("button, a[href], input:not([type=hidden])").focus();
  };
  // A box that ticks all others of a form.
  for (const all of document.querySelectorAll("[data-all]")) {
    all.hidden = false;
    all.addEventListener("change", () => {
      for (const one of document.querySelectorAll(`input[type=checkbox][form=${all.dataset.all}]`)) one.checked = all.checked;
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const on = event.target;
    const typing = on.matches("textarea, select, input:not([type=radio], [type=checkbox])");
    if (event.key === "Escape") {
      const menu = on.closest("details.more[open]");
      if (menu) { menu.open = false; return menu.querySelector("summary").focus(); }
      if (typing) return on.blur();
    }
    if (typing) return;
    const row = on.closest("tr");
    const own = row && [...row.querySelectorAll("[data-row-key]")].find((e) => e.dataset.rowKey === event.key);
    if (own) {
      event.preventDefault();
      return press(own);
    }
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
    const here = rows.findIndex((e) => e === on || (row && row.contains(e)));
    rows[Math.min(Math.max(here + step, 0), rows.length - 1)].focus();
  });
})();
