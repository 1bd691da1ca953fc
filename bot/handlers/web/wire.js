// All talk with the server. `ok` is false with status 0 when nothing was heard from it at all.

const meta = document.querySelector('meta[name="nhip-cau"]');
const language = document.documentElement.lang;
const PATIENCE = 25_000;

export const conversation = meta.dataset.local;
export const zone = meta.dataset.zone;

async function ask(path, options = {}) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  const headers = { ...options.headers, "Accept-Language": language }; // what goes wrong is said in the page's language
  try {
    const response = await fetch(path, { ...options, headers, signal: stop.signal, cache: "no-store" });
    const body = response.status === 204 ? {} : await response.json().catch(() => ({}));
    return { ok: response.ok, status: response.status, body };
  } catch {
    return { ok: false, status: 0, body: {} };
  } finally {
    clearTimeout(timer);
  }
}

function post(path, body) {
  const headers = { "Content-Type": "application/json", "X-Nhip-Cau": meta.content };
  return ask(path, { method: "POST", headers, body: JSON.stringify(body) });
}

export const messages = (after) => ask(`/chat/messages?after=${after}`);
export const forget = () => post("/chat/forget", {});

export function send(line, progress) {
  if (line.file) return upload(line, progress);
  const { id, kind, text, value, lat, lon } = line;
  const what = { said: { text }, tapped: { value }, started: {}, located: { lat, lon } }[kind];
  return post("/chat/say", { id, kind, ...what, language });
}

function upload(line, progress) {
  const form = new FormData();
  form.append("id", line.id);
  form.append("file", line.file, line.file.name);
  return new Promise((resolve) => {
    const request = new XMLHttpRequest(); // fetch cannot tell how far an upload is
    request.open("POST", "/chat/upload");
    request.setRequestHeader("X-Nhip-Cau", meta.content);
    request.setRequestHeader("Accept-Language", language);
    request.responseType = "json";
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    const over = () => resolve({ ok: request.status === 204, status: request.status, body: request.response ?? {} });
    request.onload = request.onerror = request.onabort = over;
    request.send(form);
  });
}

// Calls `more` whenever there may be something to fetch. Closed while nobody looks: browsers allow few connections.
export function listen(more) {
  let source = null;
  const open = () => {
    if (source && source.readyState !== EventSource.CLOSED) return;
    source = new EventSource("/chat/events");
    source.onmessage = more;
  };
  const look = () => {
    if (document.hidden) {
      source?.close();
    } else {
      open();
      more();
    }
  };
  document.addEventListener("visibilitychange", look);
  window.addEventListener("online", look);
  setInterval(() => document.hidden || look(), 45_000); // also where a proxy swallows the stream
  open();
}
