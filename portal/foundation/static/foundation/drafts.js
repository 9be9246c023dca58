// Keeps what is typed into a long form every few seconds. Without this file the button does it.
const PAUSE = 3000;

for (const box of document.querySelectorAll("[data-draft]")) {
  const form = box.closest("form");
  const said = box.querySelector("[data-draft-said]");
  const over = box.querySelector("[data-draft-over]");
  const version = form.elements.draft_version;
  const kept = () => {
    const data = new FormData(form);
    for (const field of form.elements) {
      if (field.type === "password" || field.type === "file") data.delete(field.name);
    }
    return data;
  };
  const written = () => {
    const data = kept();
    data.delete("draft_version");
    return new URLSearchParams(data).toString();
  };
  let last = written();
  let timer = 0;
  let going = null;
  let stopped = box.dataset.draftWaits === "1";

  const tell = (text, choice) => {
    said.textContent = text;
    over.hidden = !choice;
  };

  const send = async (extra) => {
    const now = written();
    if (!extra && (stopped || now === last)) return;
    if (going) {
      wait();
      return;
    }
    const data = new URLSearchParams(kept());
    for (const [name, value] of Object.entries(extra || {})) data.set(name, value);
    going = new AbortController();
    try {
      const answer = await fetch(box.dataset.draft, {
        method: "POST",
        body: data,
        headers: { Accept: "application/json" },
        signal: going.signal,
        keepalive: data.toString().length < 60000,
      });
      const body = await answer.json();
      if (answer.ok) {
        last = now;
        stopped = false;
        version.value = body.version;
        tell(body.message, false);
      } else {
        stopped = answer.status === 409 || answer.status === 410;
        tell(body.message, answer.status === 409);
      }
    } catch (error) {
      if (error.name !== "AbortError") tell(box.dataset.draftFailed, false);
    } finally {
      going = null;
    }
  };

  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(send, PAUSE);
  };

  form.addEventListener("input", () => {
    if (stopped && box.dataset.draftWaits === "1") tell(box.dataset.draftKeptOff, true);
    wait();
  });
  over.addEventListener("click", () => send({ draft_over: "1" }));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") send();
  });
  // What is sent needs no draft any more.
  form.addEventListener("submit", () => {
    stopped = true;
    clearTimeout(timer);
    if (going) going.abort();
  });
}
