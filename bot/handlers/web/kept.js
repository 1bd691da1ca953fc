// What this device keeps: the person's own lines (until the server has them, and to show them again), and the draft.
// One key for each line, so that two tabs never overwrite each other. Where the browser forbids storing: memory.

const PREFIX = "nhip-cau:";
const MOST_SENT = 300;
const memory = new Map();

function local() {
  try {
    localStorage.setItem(`${PREFIX}probe`, "1");
    localStorage.removeItem(`${PREFIX}probe`);
    return localStorage;
  } catch {
    return null;
  }
}

const disk = local();

function put(name, value) {
  memory.delete(name);
  try {
    disk.setItem(PREFIX + name, value);
  } catch {
    memory.set(name, value);
  }
}

function get(name) {
  return memory.get(name) ?? (disk ? disk.getItem(PREFIX + name) : null);
}

function drop(name) {
  memory.delete(name);
  if (disk) disk.removeItem(PREFIX + name);
}

function names() {
  const ours = disk ? Object.keys(disk).filter((key) => key.startsWith(PREFIX)) : [];
  return [...new Set([...ours.map((key) => key.slice(PREFIX.length)), ...memory.keys()])];
}

// ---- lines: {id, kind, text, at, after, state: unsent | sent | failed}; `after`: the last bubble that was there before

const files = new Map(); // lines with a file that is not sent yet: no browser keeps a file for us
let last = 0;

export function newId() {
  last = Math.max(last + 1, Date.now()); // sorts by time, and within one tab strictly
  const chance = crypto.getRandomValues(new Uint32Array(2));
  return `${last.toString(36)}-${chance[0].toString(36)}${chance[1].toString(36)}`;
}

export function save(line) {
  if (line.file) files.set(line.id, line);
  else {
    files.delete(line.id);
    put(`line:${line.id}`, JSON.stringify(line));
  }
}

export function line(id) {
  return files.get(id) ?? parsed(get(`line:${id}`));
}

export function lines() {
  const stored = names().filter((name) => name.startsWith("line:")).map((name) => parsed(get(name)));
  return [...stored.filter(Boolean), ...files.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

export function unsent() {
  return lines().filter((one) => one.state === "unsent");
}

export function remove(id) {
  files.delete(id);
  drop(`line:${id}`);
}

export function prune() {
  lines().filter((one) => one.state === "sent").slice(0, -MOST_SENT).forEach((one) => remove(one.id));
}

export function changedLine(event) {
  if (event.key === null || !event.key.startsWith(`${PREFIX}line:`)) return null;
  return { id: event.key.slice(PREFIX.length + 5), line: parsed(event.newValue) };
}

function parsed(words) {
  try {
    return JSON.parse(words);
  } catch {
    return null;
  }
}

// ---- the rest

export const draft = () => get("draft") ?? "";
export const keepDraft = (words) => (words ? put("draft", words) : drop("draft"));
export const ending = () => get("ending") !== null;
export const noteEnding = () => put("ending", "1");

export function clear() {
  files.clear();
  names().forEach(drop);
}

export function belongTo(conversation) {
  if (get("conversation") !== conversation) clear();
  put("conversation", conversation);
}
