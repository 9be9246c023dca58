// The search box proposes while somebody types, and the place can be the visitor's own. Without
// this file both are plain forms that work.

const WAIT = 150;
const kept = new Map();

// A combobox as the ARIA practices describe it: focus stays in the box, arrows walk the list.
class Suggestions {
  constructor(input) {
    this.input = input;
    this.form = input.form;
    this.list = document.createElement("ul");
    this.list.id = "suggestions";
    this.list.className = "suggestions";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", input.dataset.suggestLabel);
    this.list.hidden = true;
    this.status = document.createElement("div");
    this.status.className = "sr-only";
    this.status.setAttribute("role", "status");
    this.form.append(this.list, this.status);
    for (const [name, value] of Object.entries({
      role: "combobox",
      autocomplete: "off",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
    })) input.setAttribute(name, value);
    this.items = [];
    this.current = -1;
    input.addEventListener("input", (event) => event.isComposing || this.later());
    input.addEventListener("compositionend", () => this.later());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    this.form.addEventListener("submit", () => this.close());
    // The box keeps the focus while the list is clicked.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose([...this.list.children].indexOf(option));
    });
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), WAIT);
  }

  async ask() {
    const typed = this.input.value.trim();
    this.asked = typed;
    if (!typed) return this.close();
    if (!kept.has(typed)) {
      const url = `${this.input.dataset.suggest}?${new URLSearchParams({ q: typed })}`;
      try {
        const answer = await fetch(url, { headers: { Accept: "application/json" } });
        if (!answer.ok) return this.close();
        kept.set(typed, (await answer.json()).items);
      } catch {
        return this.close();
      }
    }
    // Something else may have been typed meanwhile, or the box left.
    if (this.asked === typed && document.activeElement === this.input) this.show(kept.get(typed));
  }

  show(items) {
    this.items = items;
    this.current = -1;
    this.list.replaceChildren(...items.map((item, number) => this.option(item, number)));
    this.list.hidden = !items.length;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.input.removeAttribute("aria-activedescendant");
    this.status.textContent = items.length ? `${this.list.ariaLabel}: ${items.length}` : "";
  }

  option(item, number) {
    const option = document.createElement("li");
    option.id = `suggestion-${number}`;
    option.className = "suggestions__item";
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const text = document.createElement("span");
    text.textContent = item.text;
    text.lang = item.lang;
    const kind = document.createElement("span");
    kind.className = "suggestions__kind";
    kind.textContent = item.kind;
    option.append(text, " ", kind);
    return option;
  }

  key(event) {
    if (event.isComposing) return;
    const open = !this.list.hidden;
    if (event.key === "Escape" && open) {
      event.preventDefault();
      this.close();
    } else if (event.key === "Enter" && open && this.current >= 0) {
      event.preventDefault();
      this.choose(this.current);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) return void this.ask();
      const step = event.key === "ArrowDown" ? 1 : -1;
      const places = this.items.length + 1;
      // One place of the round is the box itself.
      this.mark(((this.current + 1 + step + places) % places) - 1);
    }
  }

  mark(number) {
    this.list.children[this.current]?.setAttribute("aria-selected", "false");
    this.current = number;
    const option = this.list.children[number];
    if (!option) return this.input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  choose(number) {
    const item = this.items[number];
    this.close();
    if (item.url) {
      window.location.assign(item.url);
      return;
    }
    this.input.value = item.text;
    this.form.requestSubmit();
  }

  close() {
    clearTimeout(this.timer);
    this.asked = "";
    if (!this.list.hidden) this.show([]);
  }
}

const box = document.querySelector("input[data-suggest]");
if (box) new Suggestions(box);

// In a text of several lines Enter searches and Shift+Enter begins a line.
for (const area of document.querySelectorAll(".searchbox textarea")) {
  area.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    area.form.requestSubmit();
  });
}

// An address without empty names is one that can be passed on.
for (const form of document.querySelectorAll("form[method=get]")) {
  form.addEventListener("submit", () => {
    const fields = [...form.elements].filter((field) => field.name && !field.value);
    // A distance without a place says nothing.
    const near = form.querySelector("[name=near]:checked, [name=near][type=hidden]");
    if (!near && form.elements.place?.value === "") fields.push(form.elements.within);
    for (const field of fields) field.disabled = true;
    // The page may be shown again by the way back.
    setTimeout(() => fields.forEach((field) => (field.disabled = false)));
  });
}

// The coordinates go into the address of the results and nowhere else, to about a hundred metres.
const mine = document.querySelector("[data-my-place]");
if (mine && navigator.geolocation) {
  const button = mine.querySelector("button");
  const told = mine.querySelector("[role=status]");
  mine.hidden = false;
  button.addEventListener("click", () => {
    told.textContent = mine.dataset.waiting;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const form = button.form;
        form.querySelectorAll("[name=near]").forEach((field) => field.remove());
        form.elements.place.value = "";
        const near = document.createElement("input");
        near.type = "hidden";
        near.name = "near";
        near.value = `${coords.latitude.toFixed(3)},${coords.longitude.toFixed(3)}`;
        form.append(near);
        form.requestSubmit();
      },
      () => (told.textContent = mine.dataset.failed),
      { timeout: 10_000, maximumAge: 600_000 },
    );
  });
}
