// Tells which place of the list was opened, and nothing of who opened it. Without this file
// clicks are not counted; everything else works.
const list = document.querySelector("[data-clicks-url]");
const told = new Set();

const tell = (event) => {
  const link = event.target.closest("a[href]");
  const hit = [...list.children].find((one) => one.contains(link));
  if (!link || !hit || told.has(hit) || event.button > 1) return;
  told.add(hit);
  const position = Number(list.dataset.first) + [...list.children].indexOf(hit);
  navigator.sendBeacon(
    list.dataset.clicksUrl,
    new URLSearchParams({ search: list.dataset.search, position }),
  );
};

if (list && navigator.sendBeacon) {
  list.addEventListener("click", tell);
  list.addEventListener("auxclick", tell);
}
