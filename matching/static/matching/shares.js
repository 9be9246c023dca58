// Shows the sum of the milestones' shares while they are typed; without it the page does so
// whenever it is sent.
const output = document.querySelector("[data-shares]");
const fields = [...document.querySelectorAll("input[name^='parts-'][name$='-share']")];

function update() {
  const sum = fields.reduce((total, field) => total + (Number.parseInt(field.value, 10) || 0), 0);
  output.textContent = output.textContent.replace(/\d+/, String(sum));
}

if (output) for (const field of fields) field.addEventListener("input", update);
