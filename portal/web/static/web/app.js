// Progressive enhancement only: every page works without this file.

// Menus close on Escape and when one clicks elsewhere.
const menus = () => document.querySelectorAll("details[data-menu][open]");
document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// A form is sent once: a second press of its button within a few seconds does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 4000);
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// How much room is left in a long text.
for (const area of document.querySelectorAll("textarea[maxlength]")) {
  const limit = Number(area.getAttribute("maxlength"));
  const note = document.createElement("div");
  note.className = "field__room";
  note.setAttribute("aria-live", "polite");
  const tell = () => {
    note.textContent = area.value.length > limit * 0.8 ? `${area.value.length} / ${limit}` : "";
  };
  area.after(note);
  area.addEventListener("input", tell);
  tell();
}
