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
    const detail = one("#detail");
    const decided = [];
    const ahead = new Map();
    let turn = 0; // answers of earlier turns come too late
    const rows = () => all("[data-rows] .row");
    const current = () => one("[data-rows] .row.current");
    const form = (kind) => one(`form[data-decision=${kind}]`, detail);
    const headers = { "HX-Request": "true", ...JSON.parse(document.body.getAttribute("hx-headers") ?? "{}") };

    const ask = async (address, body) => {
      const answer = await fetch(address, { method: body ? "POST" : "GET", headers, body });
      if (answer.status === 401) location.assign("/login");
      return answer.text();
    };
    const put = (nodes) => {
      detail.replaceChildren(...nodes);
      detail.scrollTop = 0;
      htmx.process(detail);
    };
    const parsed = (text) => {
      const holder = document.createElement("template");
      holder.innerHTML = text;
      return holder.content;
    };
    const mark = (row) => {
      const before = current();
      before?.classList.remove("current");
      before && one("[data-open]", before).removeAttribute("aria-current");
      row.classList.add("current");
      one("[data-open]", row).setAttribute("aria-current", "true");
      row.scrollIntoView({ block: "nearest" });
    };
    const nextWaiting = () => {
      const list = rows();
      return list.slice(list.indexOf(current()) + 1).find((row) => row.dataset.state === "flagged");
    };
    const look = (row) => {
      const id = row.dataset.id;
      if (!ahead.has(id)) ahead.set(id, ask(`/findings/${id}`).catch(() => null));
      return ahead.get(id);
    };
    const open = async (row) => {
      if (!row) return;
      const mine = ++turn;
      mark(row);
      const text = await look(row);
      ahead.delete(row.dataset.id);
      if (mine !== turn) return;
      if (text === null) return toast("网络中断，没有打开");
      put(parsed(text).childNodes);
      const next = nextWaiting();
      if (next) look(next);
    };
    const step = (by) => {
      const list = rows();
      open(list[list.indexOf(current()) + by]);
    };

    // What a decision, an undo or a note answers: the finding as it stands now, and its row.
    const settle = (text, id, kind) => {
      const content = parsed(text);
      const row = one("li.row", content);
      const shown = one("[data-case]", content);
      const here = current()?.dataset.id === id;
      ahead.delete(id);
      if (row) {
        row.remove();
        row.classList.toggle("current", here);
        one(`#row-${id}`)?.replaceWith(row);
        if (here) one("[data-open]", row).setAttribute("aria-current", "true");
      }
      const refused = shown ? shown.dataset.refused : one(".problem p", content)?.textContent;
      if (refused) toast(refused);
      const done = !refused && (kind === "confirm" || kind === "dismiss");
      if (done) decided.push(id);
      const next = done && here ? nextWaiting() : null;
      if (next) open(next);
      else if (here) {
        turn += 1;
        put(content.childNodes);
      }
    };
    const send = async (address, body, id, kind) => {
      const text = await ask(address, body).catch(() => null);
      if (text === null) toast("网络中断，没有执行");
      else settle(text, id, kind);
    };
    detail.addEventListener(
      "submit",
      (event) => {
        const shown = one("[data-case]", detail);
        if (!shown || !event.target.matches("[hx-post]")) return;
        event.preventDefault();
        event.stopPropagation();
        const body = new FormData(event.target, event.submitter);
        for (const button of all("button", event.target)) button.disabled = true;
        send(event.target.action, body, shown.dataset.case, event.target.dataset.decision);
      },
      true,
    );
    document.addEventListener("click", (event) => {
      const link = event.target.closest("[data-rows] [data-open]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      event.stopPropagation();
      open(link.closest(".row"));
    }, true);

    const undo = () => {
      if (form("undo")) return form("undo").requestSubmit();
      const id = decided.pop();
      const row = id && one(`#row-${id}`);
      if (!row) return;
      mark(row);
      const body = new FormData();
      body.set("version", row.dataset.version);
      send(`/findings/${id}/undo`, body, id, "undo");
    };

    const first = one("[data-case]", detail);
    if (first && one(`#row-${first.dataset.case}`)) mark(one(`#row-${first.dataset.case}`));

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
