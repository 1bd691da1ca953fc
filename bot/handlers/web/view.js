// Bubbles. Everything that people or the server wrote is set as text and never as markup.

import { zone } from "./wire.js";

export const words = JSON.parse(document.getElementById("words").textContent);
const language = document.documentElement.lang;
const log = document.getElementById("log");
const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", timeZone: zone });
const calendar = new Intl.DateTimeFormat(language, { day: "2-digit", month: "2-digit", year: "numeric", timeZone: zone });
const STYLES = { bold: "strong", italic: "em", code: "code" };

export function element(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

// ---- the order: a bubble of the bot has its number, a line of the person stands after the bubble that it followed

const place = (node) => [Number(node.dataset.after), node.dataset.line ?? ""];

function before(a, b) {
  const [one, other] = [place(a), place(b)];
  return one[0] !== other[0] ? one[0] < other[0] : one[1] < other[1];
}

function insert(node) {
  let next = null;
  while ((next ? next.previousSibling : log.lastChild) && before(node, next ? next.previousSibling : log.lastChild)) {
    next = next ? next.previousSibling : log.lastChild;
  }
  log.insertBefore(node, next);
  [node, node.nextSibling].forEach((one) => one && markDay(one));
  [node.previousSibling, node].forEach((one) => one && markJoined(one));
  return node;
}

// Bubbles of one author in one minute show their time once, at the last.
function markJoined(node) {
  const next = node.nextSibling;
  const author = (one) => one.classList.contains("me");
  const minute = (one) => one.querySelector("time").textContent;
  const joined = next && !next.dataset.day && author(next) === author(node) && minute(next) === minute(node);
  node.classList.toggle("joined", Boolean(joined));
}

function markDay(node) {
  const day = (one) => calendar.format(new Date(one.dataset.at));
  if (node.previousSibling && day(node.previousSibling) === day(node)) delete node.dataset.day;
  else node.dataset.day = dayName(day(node));
}

function dayName(day) {
  const now = Date.now();
  if (day === calendar.format(now)) return words.today;
  return day === calendar.format(now - 86_400_000) ? words.yesterday : day;
}

// ---- bubbles

function bubble(author, at, content) {
  const node = element("div", `bubble ${author}`);
  node.dataset.at = at;
  const body = element("div", "body");
  const time = element("time", "time", clock.format(new Date(at)));
  time.dateTime = at;
  body.append(element("span", "aside", `${words[author]}: `), content, time);
  node.append(body);
  return node;
}

export function showMessage(message, act) {
  if (log.querySelector(`[data-id="${message.id}"]`)) return null;
  const node = bubble("bot", message.at, styled(message));
  node.dataset.id = node.dataset.after = message.id;
  node.dataset.wants = message.wants;
  if (message.choices.length) {
    node.classList.add("asks");
    node.append(choices(message, act));
  }
  return insert(node);
}

export function showLine(line, retry) {
  if (!line.text) return null;
  const node = find(line.id) ?? newLine(line);
  node.dataset.state = line.state;
  const state = node.querySelector(".state");
  state.textContent = { unsent: words.sending, sent: words.sent, failed: words.failed }[line.state];
  if (line.state === "failed" && retry) state.append(" ", button("", words.retry, retry));
  markLast();
  return node;
}

function newLine(line) {
  const text = element("p", "text", line.kind === "file" ? words.file.replace("{name}", () => line.text) : line.text);
  const node = bubble("me", new Date(line.at).toISOString(), text);
  node.dataset.line = line.id;
  node.dataset.after = line.after;
  node.append(element("p", "state"));
  return insert(node);
}

export const find = (id) => log.querySelector(`[data-line="${CSS.escape(id)}"]`);

export function noteStuck(line, retry) {
  find(line.id)?.querySelector(".state").replaceChildren(`${words.waiting} `, button("", words.retry, retry));
}

export function noteProgress(line, part) {
  const state = find(line.id)?.querySelector(".state");
  if (!state) return;
  const bar = state.querySelector("progress") ?? element("progress");
  bar.value = part;
  bar.setAttribute("aria-label", words.sending);
  if (!bar.parentNode) state.replaceChildren(bar);
}

function markLast() {
  const mine = [...log.querySelectorAll(".me")];
  mine.forEach((node, index) => node.classList.toggle("last", index === mine.length - 1));
}

// What came before the person's last line looks past, yet can still be tapped. What the live bubbles want is returned.
export function markPast() {
  const wants = new Set();
  let past = false;
  for (const node of [...log.children].reverse()) {
    if (node.classList.contains("me")) past = true;
    else node.classList.toggle("past", past);
    if (!past && node.dataset.wants) wants.add(node.dataset.wants);
  }
  return wants;
}

export function firstLiveChoice() {
  return log.querySelector(".bot:not(.past) .choices button, .bot:not(.past) .choices input");
}

export function clear() {
  log.replaceChildren();
}

// ---- text with its styles; positions count code points

function styled({ text, spans, links }) {
  const points = Array.from(text);
  const node = element("p", "text");
  let at = 0;
  for (const link of links.filter(safe).sort((a, b) => a.start - b.start)) {
    node.append(...pieces(points, at, link.start, spans), anchor(points, link, spans));
    at = link.start + link.length;
  }
  node.append(...pieces(points, at, points.length, spans));
  return node;
}

const safe = ({ href }) => /^(https?:|tel:|mailto:)/i.test(href);

function anchor(points, { start, length, href }, spans) {
  const node = element("a");
  node.href = href;
  if (/^http/i.test(href)) Object.assign(node, { target: "_blank", rel: "noopener noreferrer" });
  node.append(...pieces(points, start, start + length, spans));
  return node;
}

function pieces(points, start, stop, spans) {
  const inside = (at) => at > start && at < stop;
  const cuts = spans.flatMap((span) => [span.start, span.start + span.length]).filter(inside);
  const edges = [...new Set([start, ...cuts, stop])].sort((a, b) => a - b);
  return edges.slice(1).map((end, index) => piece(points, edges[index], end, spans));
}

function piece(points, start, stop, spans) {
  const over = spans.filter((span) => span.start <= start && span.start + span.length >= stop);
  return over.reduce((inner, { style }) => {
    const outer = element(STYLES[style] ?? "span");
    outer.append(inner);
    return outer;
  }, document.createTextNode(points.slice(start, stop).join("")));
}

// ---- choices

function button(className, label, act) {
  const node = element("button", className, label);
  node.type = "button";
  node.addEventListener("click", act);
  return node;
}

function choices(message, act) {
  const answers = message.choices.filter((choice) => !isControl(choice));
  const controls = message.choices.filter((choice) => isControl(choice) && !(message.many && isDone(choice)));
  const group = element(message.many ? "fieldset" : "div", "choices");
  const tap = (event, node, choice) => act({ event, node, group, value: choice.value, label: choice.label });
  if (message.many) group.append(...boxes(message, answers, tap));
  else group.append(...answers.map((choice) => tappable(choice, tap)));
  const row = element("div", "row");
  row.append(...controls.map((choice) => tappable(choice, tap)));
  if (controls.length) group.append(row);
  return group;
}

function tappable(choice, tap) {
  const node = button("", choice.label, (event) => tap(event, node, choice));
  return node;
}

const isControl = (choice) => choice.control || /\.![a-z_]+$/.test(choice.value);
const isDone = (choice) => choice.value.endsWith(".!done");

function boxes(message, answers, tap) {
  const legend = element("legend", "aside", message.text);
  const ticks = answers.map((choice) => {
    const input = element("input");
    input.type = "checkbox";
    input.value = choice.value;
    const label = element("label");
    label.append(input, element("span", "", choice.label));
    return { input, label, choice };
  });
  const hint = element("p", "problem");
  hint.setAttribute("role", "alert");
  const name = message.choices.find(isDone)?.label ?? words.done;
  const done = button("done", name, (event) => {
    const picked = ticks.filter(({ input }) => input.checked).map(({ choice }) => choice);
    hint.textContent = picked.length ? "" : words.pick_one;
    if (picked.length) tap(event, done, together(picked));
  });
  return [legend, ...ticks.map(({ label }) => label), hint, done];
}

function together(picked) {
  const [run, question] = picked[0].value.split(".");
  const options = picked.map(({ value }) => value.split(".").slice(2).join("."));
  return { value: `${run}.${question}.=${options.join(",")}`, label: picked.map(({ label }) => label).join(", ") };
}
