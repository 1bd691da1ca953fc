// The chat page: what people do becomes a line, lines go through the outbox, and bubbles are fetched.

import * as kept from "./kept.js";
import * as outbox from "./outbox.js";
import * as view from "./view.js";
import * as wire from "./wire.js";

const LARGEST_FILE = 20_000_000;
const DOUBLE_TAP = 500; // milliseconds; the answer may well be there before the second tap of a hasty thumb
const BRIEF = 100; // pixels: three lines
const $ = (id) => document.getElementById(id);
const { words } = view;
let newest = 0; // the last bubble that was fetched
let fetching = null;
let again = false;
let started = false;
let hidden = false;
let busyGroup = null; // the choices just tapped: a second tap waits for the answer
let byKeyboard = false;

// ---- lines out

function add(kind, text, more = {}) {
  const line = { id: kept.newId(), kind, text, at: Date.now(), after: newest, state: "unsent", ...more };
  kept.save(line);
  view.showLine(line);
  refresh();
  toEnd();
  flush();
}

function flush() {
  outbox.run({
    sending: (line) => line.file || typing(true),
    progress: view.noteProgress,
    settled,
    stuck: (line, answer) => {
      typing(false);
      view.noteStuck(line, flush);
      answer.status ? problem(answer.body.error) : offline(true);
    },
    refused: (line, answer) => {
      typing(false);
      release();
      view.showLine(line, () => retry(line.id));
      problem(answer.body.error);
    },
    hidden: () => fetchMore(),
    ended,
  });
}

async function settled(line) {
  problem("");
  offline(false);
  view.showLine(line);
  await fetchMore();
  if (!kept.unsent().length) typing(false);
  release();
}

function retry(id) {
  const line = kept.line(id);
  if (!line) return;
  kept.save({ ...line, state: "unsent" });
  view.showLine(kept.line(id));
  flush();
}

function release() {
  busyGroup?.classList.remove("busy");
  busyGroup = null;
}

function tapped({ event, node, group, value, label }) {
  const twice = event.detail > 1 || event.timeStamp - (group.tappedAt ?? -Infinity) < DOUBLE_TAP;
  if (twice || group === busyGroup) return;
  group.tappedAt = event.timeStamp;
  busyGroup = group;
  byKeyboard = node.matches(":focus-visible");
  group.querySelectorAll(".tapped").forEach((other) => other.classList.remove("tapped"));
  node.classList.add("tapped");
  add("tapped", label, { value });
}

function say(event) {
  event?.preventDefault();
  const text = $("line").value;
  if (!text.trim()) return;
  $("line").value = "";
  kept.keepDraft("");
  grow();
  add("said", text);
}

// ---- bubbles in

function fetchMore() {
  again = fetching !== null;
  fetching ??= fetchAll().finally(() => (fetching = null));
  return fetching;
}

async function fetchAll() {
  let answer;
  do {
    again = false;
    answer = await wire.messages(newest);
    if (!answer.ok) return lost(answer);
    offline(false);
    if (answer.body.hidden) return hide();
    unhide();
    showAll(answer.body.messages);
  } while (again || answer.body.messages.length);
  begin();
}

function lost(answer) {
  if (answer.status === 403) ended(answer);
  else if (answer.status) problem(answer.body.error);
  else offline(true);
}

function showAll(messages) {
  const near = atEnd();
  const nodes = messages.map((message) => view.showMessage(message, tapped)).filter(Boolean);
  newest = Math.max(newest, ...messages.map(({ id }) => id));
  if (!nodes.length) return;
  if (!kept.unsent().length) typing(false);
  refresh();
  if (near) scrollTo(nodes);
  else $("down").classList.add("new");
  offerEnd();
  if (byKeyboard) (view.firstLiveChoice() ?? $("line")).focus({ preventScroll: true });
  byKeyboard = false;
}

// A conversation begins by itself, once, when there is nothing yet.
function begin() {
  if (!started && newest === 0 && !kept.lines().length) add("started", "");
  started = true;
}

function refresh() {
  const wants = view.markPast();
  $("attach").hidden = !wants.has("file");
  $("locate").hidden = !wants.has("location") || !navigator.geolocation;
}

// ---- hidden after half an hour, and the end on this device

function hide() {
  if (hidden) return;
  hidden = true;
  const waiting = kept.unsent().filter((line) => line.kind === "said").map((line) => line.text);
  kept.lines().forEach((line) => kept.remove(line.id));
  if (waiting.length) write([...waiting, $("line").value].filter(Boolean).join("\n"));
  view.clear();
  typing(false);
  release();
  newest = 0;
  $("hidden").hidden = false;
  $("write").hidden = true;
  $("down").hidden = true;
}

function unhide() {
  if (!hidden) return;
  hidden = false;
  $("hidden").hidden = true;
  $("write").hidden = false;
}

function ended(answer) {
  const before = Number(sessionStorage.getItem("nhip-cau:reloaded"));
  sessionStorage.setItem("nhip-cau:reloaded", String(Date.now()));
  if (Date.now() - before > 60_000) location.reload();
  else problem(answer.body.error);
}

async function end() {
  kept.clear();
  kept.noteEnding();
  view.clear();
  const answer = await wire.forget();
  if (!answer.ok && answer.status !== 403) return offline(true);
  kept.clear();
  location.reload();
}

function askEnd() {
  $("menu").open = false;
  $("unsent").hidden = !kept.unsent().length;
  $("unsent").textContent = words.unsent;
  $("ending").returnValue = "no";
  $("ending").showModal();
}

// ---- files and places

function chosen() {
  const [file] = $("file").files;
  $("file").value = "";
  if (!file) return;
  if (file.size > LARGEST_FILE) problem(words.too_large);
  else add("file", file.name, { file });
}

function locate() {
  const found = ({ coords }) => add("located", words.here, { lat: coords.latitude, lon: coords.longitude });
  navigator.geolocation.getCurrentPosition(found, () => problem(words.no_location), { timeout: 15_000 });
}

// ---- what the page shows around the bubbles

// One strip at a time, and what was in sight above it stays in sight.
function problem(words = "") {
  keepingEnd(() => {
    $("problem").hidden = !words;
    if (words) $("offline").hidden = true;
    if ($("problem").textContent !== words) $("problem").textContent = words;
  });
}

function offline(is) {
  keepingEnd(() => {
    $("offline").hidden = !is;
    if (is) $("problem").hidden = true;
  });
}

function keepingEnd(change) {
  const near = atEnd();
  change();
  if (near) toEnd();
}

function typing(is) {
  if (is) keepingEnd(() => ($("typing").hidden = false));
  else $("typing").hidden = true;
}

const below = () => $("talk").scrollHeight - $("talk").scrollTop - $("talk").clientHeight;
const atEnd = () => below() < 60;

function toEnd() {
  $("talk").scrollTop = $("talk").scrollHeight;
  offerEnd();
}

function offerEnd() {
  if (atEnd()) $("down").classList.remove("new");
  const far = below() > $("talk").clientHeight * 0.75;
  $("down").hidden = !far && !$("down").classList.contains("new");
  $("foot").classList.toggle("more", !atEnd());
}

// To the end, but never so far that the first new bubble is out of sight; of three and more, a short word of thanks may be.
function scrollTo(nodes) {
  toEnd();
  const brief = nodes.length > 2 && nodes[0].offsetHeight < BRIEF && !nodes[0].classList.contains("asks");
  const first = nodes[brief ? 1 : 0];
  const above = $("talk").getBoundingClientRect().top + 12 - first.getBoundingClientRect().top;
  if (above > 0) $("talk").scrollTop -= above;
}

function write(words) {
  $("line").value = words;
  kept.keepDraft(words);
  grow();
}

function grow() {
  keepingEnd(() => {
    $("line").style.height = "auto";
    $("line").style.height = `${$("line").scrollHeight + 2}px`;
  });
}

function pressed(event) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  say(event);
}

// ---- wiring

function fromMenu(act) {
  return () => {
    $("menu").open = false;
    act();
  };
}

function wireUp() {
  $("write").addEventListener("submit", say);
  $("line").addEventListener("keydown", pressed);
  $("line").addEventListener("input", () => write($("line").value));
  $("file").addEventListener("change", chosen);
  $("attach").addEventListener("click", () => $("file").click());
  $("menu-attach").addEventListener("click", fromMenu(() => $("file").click()));
  $("locate").addEventListener("click", locate);
  $("language").addEventListener("click", fromMenu(() => add("tapped", $("language").textContent, { value: "go.language" })));
  $("restart").addEventListener("click", fromMenu(() => add("started", hidden ? "" : $("restart").textContent)));
  $("start-again").addEventListener("click", () => add("started", ""));
  $("someone-else").addEventListener("click", end);
  $("end").addEventListener("click", askEnd);
  $("ending").addEventListener("close", () => $("ending").returnValue === "yes" && end());
  $("down").addEventListener("click", toEnd);
  $("talk").addEventListener("scroll", offerEnd, { passive: true });
  document.addEventListener("click", (event) => $("menu").contains(event.target) || ($("menu").open = false));
  document.addEventListener("keydown", (event) => event.key === "Escape" && ($("menu").open = false));
  window.addEventListener("offline", () => offline(true));
  window.addEventListener("storage", otherTab);
}

function otherTab(event) {
  const change = kept.changedLine(event);
  if (event.key === "nhip-cau:conversation" && event.newValue !== wire.conversation) location.reload();
  if (change?.line && !hidden) view.showLine(change.line);
  if (change) refresh();
}

async function open() {
  wireUp();
  if (kept.ending()) return end();
  kept.belongTo(wire.conversation);
  kept.prune();
  write(kept.draft());
  kept.lines().forEach((line) => view.showLine(line, () => retry(line.id)));
  await fetchMore();
  toEnd();
  document.getElementById("log").setAttribute("aria-live", "polite");
  if (matchMedia("(pointer: fine)").matches) $("line").focus();
  wire.listen(fetchMore);
  flush();
}

open();
