// What the desk does beyond plain links and forms: keys in the queue, charts, small conveniences.
// Everything works without it, by mouse and by form.
(() => {
  "use strict";
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  const toast = (text) => {
    const place = one("#toast");
    if (!place || !text) return;
    const line = document.createElement("p");
    line.textContent = text;
    place.replaceChildren(line);
    setTimeout(() => line.remove(), 6000);
  };

  // The menu of narrow screens.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-toggle]");
    if (!button) return;
    const menu = document.getElementById(button.dataset.toggle);
    button.setAttribute("aria-expanded", String(menu.classList.toggle("open")));
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-all]")) {
      for (const box of all("[data-rows] input[type=checkbox]")) box.checked = event.target.checked;
    }
    if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
  });

  const queue = one("[data-queue]");
  if (queue) {
    const decided = [];
    const rows = () => all("[data-rows] .row");
    const current = () => one("[data-rows] .row.current");
    const cases = () => one("#detail [data-case]");

    const mark = (row) => {
      current()?.classList.remove("current");
      row.classList.add("current");
      row.querySelector("[data-open]").setAttribute("aria-current", "true");
      row.scrollIntoView({ block: "nearest" });
    };
    const open = (row) => {
      if (!row) return;
      all("[data-open][aria-current]").forEach((link) => link.removeAttribute("aria-current"));
      mark(row);
      htmx.ajax("GET", `/findings/${row.dataset.id}`, { target: "#detail", swap: "innerHTML" });
    };
    const step = (by) => {
      const list = rows();
      const next = list[list.indexOf(current()) + by];
      if (next) open(next);
    };
    const nextWaiting = () => {
      const list = rows();
      const from = list.indexOf(current());
      return list.slice(from + 1).find((row) => row.dataset.state === "flagged") ?? null;
    };
    const form = (kind) => one(`#detail form[data-decision=${kind}]`);

    const first = cases() && one(`#row-${cases().dataset.case}`);
    if (first) mark(first);

    document.addEventListener("click", (event) => {
      const row = event.target.closest("[data-rows] .row [data-open]")?.closest(".row");
      if (row) {
        all("[data-open][aria-current]").forEach((link) => link.removeAttribute("aria-current"));
        mark(row);
      }
    });

    // After a decision the row shows it and the next one opens; u takes the last one back.
    document.body.addEventListener("htmx:afterSettle", (event) => {
      if (event.detail.target.id !== "detail") return;
      const shown = cases();
      if (!shown) return;
      const row = one(`#row-${shown.dataset.case}`);
      if (row) mark(row);
      if (!shown.dataset.moved) return;
      const kind = event.detail.requestConfig?.elt?.dataset?.decision;
      if (shown.dataset.refused) {
        toast(shown.dataset.refused);
      } else if (kind === "confirm" || kind === "dismiss") {
        decided.push(shown.dataset.case);
        const next = nextWaiting();
        if (next) open(next);
      }
    });

    const undo = () => {
      const id = form("undo") ? cases().dataset.case : decided.pop();
      const row = id && one(`#row-${id}`);
      if (!id) return;
      const token = one("#detail input[name=csrf]")?.value ?? "";
      if (row) mark(row);
      htmx.ajax("POST", `/findings/${id}/undo`, {
        target: "#detail",
        swap: "innerHTML",
        values: { version: row?.dataset.version ?? 0, csrf: token },
      });
    };

    const keys = {
      j: () => step(1),
      ArrowDown: () => step(1),
      k: () => step(-1),
      ArrowUp: () => step(-1),
      s: () => { current()?.classList.add("skipped"); step(1); },
      y: () => form("confirm")?.requestSubmit(),
      n: () => {
        const box = one("#detail [data-dismiss]");
        if (!box) return;
        box.open = true;
        one("button", box).focus();
      },
      u: undo,
      m: () => one("#detail [data-note]")?.focus(),
      o: () => one("#detail [data-page]")?.click(),
      x: () => {
        const box = one("input[type=checkbox]", current() ?? document.createElement("i"));
        if (box) box.checked = !box.checked;
      },
      Escape: () => {
        const box = one("#detail [data-dismiss][open]");
        if (box) box.open = false;
      },
    };
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const writing = event.target.closest("input:not([type=checkbox]), select, textarea");
      if (writing) {
        if (event.key === "Escape") event.target.blur();
        return;
      }
      const box = one("#detail [data-dismiss][open]");
      if (box && /^[1-9]$/.test(event.key)) {
        one(`button[data-digit="${event.key}"]`, box)?.click();
        event.preventDefault();
        return;
      }
      const act = keys[event.key];
      // Arrows scroll where the list has not the focus.
      if (!act || (event.key.startsWith("Arrow") && !event.target.closest("[data-rows]"))) return;
      event.preventDefault();
      act();
    });
  }

  document.body.addEventListener("htmx:sendError", () => toast("网络中断，没有执行"));
})();
