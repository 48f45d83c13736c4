// Sends without leaving the page, and looks into the store about once a second. The page works
// without this file; all that is shown is made by the server, which escapes it.

const SOON_MS = 250;
const USUAL_MS = 1000;
const TROUBLE_MS = 3000;
const SOON_FOR_MS = 5000;
const GIVE_UP_MS = 10000;

const compose = document.getElementById("compose");
const text = document.getElementById("text");
const send = document.getElementById("send");
const statusLine = document.getElementById("status");
const thread = document.getElementById("thread");
const messages = document.getElementById("messages");
const empty = document.getElementById("empty");
const newer = document.getElementById("newer");
const field = (name) => compose.elements.namedItem(name);

const LOST = "Mất liên lạc với cổng, đang thử lại.";

// --- looking -------------------------------------------------------------------------------------

let timer = 0;
let looking = false;
let soonUntil = 0;
let lastSeen = "";
let trouble = "";

const atBottom = () => Math.abs(thread.scrollTop) < 8;

function toBottom() {
  thread.scrollTop = 0;
  newer.hidden = true;
}

function firstInSight() {
  const top = thread.getBoundingClientRect().top;
  return [...messages.children].find((item) => item.getBoundingClientRect().bottom > top);
}

// Changes only what differs, so that neither a reader's eye nor a screen reader starts again.
function merge(fresh) {
  const wanted = new Set(fresh.map((item) => item.id));
  for (const item of [...messages.children]) {
    if (!wanted.has(item.id)) item.remove();
  }
  let added = false;
  let next = messages.firstElementChild;
  for (const item of fresh) {
    const old = document.getElementById(item.id);
    if (!old) {
      messages.insertBefore(item, next);
      added = true;
      continue;
    }
    if (old !== next) messages.insertBefore(old, next);
    next = old.nextElementSibling;
    old.className = item.className;
    const [meta, oldMeta] = [item.querySelector(".meta"), old.querySelector(".meta")];
    if (meta && meta.innerHTML !== oldMeta.innerHTML) oldMeta.replaceChildren(...meta.childNodes);
  }
  return added;
}

function show(html) {
  if (html === lastSeen) return;
  lastSeen = html;
  const fresh = [...new DOMParser().parseFromString(html, "text/html").body.children];
  const stay = atBottom();
  const anchor = stay ? undefined : firstInSight();
  const before = anchor?.getBoundingClientRect().top;
  const added = merge(fresh);
  empty.hidden = fresh.length > 0;
  if (stay) {
    toBottom();
  } else {
    if (anchor?.isConnected) thread.scrollTop += anchor.getBoundingClientRect().top - before;
    if (added) newer.hidden = false;
  }
}

// Not over what is said about a text that could not be sent.
function complain(problem) {
  if (statusLine.textContent === trouble) statusLine.textContent = problem;
  trouble = problem;
}

async function look() {
  clearTimeout(timer);
  if (looking || document.hidden) return;
  looking = true;
  let wait = TROUBLE_MS;
  try {
    const body = new URLSearchParams({
      number: field("from").value,
      short_code: field("to").value,
    });
    const response = await fetch("/phone/thread", {
      method: "POST",
      body,
      signal: AbortSignal.timeout(GIVE_UP_MS),
    });
    if (response.ok) {
      show(await response.text());
      wait = Date.now() < soonUntil ? SOON_MS : USUAL_MS;
      complain("");
    } else {
      complain(await problemOf(response));
    }
  } catch {
    complain(LOST);
  }
  looking = false;
  timer = setTimeout(look, wait);
}

async function problemOf(response) {
  if (response.status === 503) return "Cổng đang bận hoặc kho tin ngừng. Xin thử lại sau ít giây.";
  const said = await response.json().catch(() => ({}));
  return said.message ?? `Cổng không nhận (${response.status}).`;
}

document.addEventListener("visibilitychange", look);
thread.addEventListener("scroll", () => {
  if (atBottom()) newer.hidden = true;
});
newer.addEventListener("click", () => {
  toBottom();
  thread.focus();
});

// --- sending -------------------------------------------------------------------------------------

let sending = false;
let pending = { text: "", id: "" };

const newId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0")).join("");

compose.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (sending) return;
  sending = true;
  send.setAttribute("aria-disabled", "true");
  statusLine.textContent = "";
  const written = text.value;
  // The same text keeps its id until the gateway said that it has it: a second try of one sending
  // is then the same delivery, and does not appear twice.
  if (pending.text !== written || !pending.id) pending = { text: written, id: newId() };
  field("id").value = pending.id;
  try {
    const response = await fetch("/phone/messages", {
      method: "POST",
      body: new URLSearchParams(new FormData(compose)),
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(GIVE_UP_MS),
    });
    if (response.ok) {
      pending = { text: "", id: "" };
      if (text.value === written) text.value = "";
      soonUntil = Date.now() + SOON_FOR_MS;
      toBottom();
      look();
    } else {
      statusLine.textContent = `Chưa gửi được. ${await problemOf(response)}`;
    }
  } catch {
    statusLine.textContent = "Chưa rõ cổng đã nhận chưa. Bấm Gửi lần nữa, tin sẽ không bị gửi hai lần.";
  }
  sending = false;
  send.removeAttribute("aria-disabled");
});

text.addEventListener("keydown", (event) => {
  // While an input method composes a Vietnamese letter, Enter belongs to it.
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    compose.requestSubmit();
  }
});

for (const link of document.querySelectorAll("a.example")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    text.value = link.textContent.trim();
    text.focus();
  });
}

toBottom();
look();
