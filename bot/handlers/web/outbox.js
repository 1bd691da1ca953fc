// Unsent lines go one after the other, in order, until the server has them; sent again, a line keeps its id.

import * as kept from "./kept.js";
import * as wire from "./wire.js";

const LONGEST_PAUSE = 60_000;
const locks = navigator.locks ?? { request: (_, work) => work() };
let pause = 0;
let running = false;
let wake = () => {};

// `on`: sending(line), progress(line, part), settled(line), stuck(line, answer), refused(line, answer), hidden(), ended()
export async function run(on) {
  wake();
  if (running) return;
  running = true;
  try {
    while (kept.unsent().length && (await step(kept.unsent()[0], on)));
  } finally {
    running = false;
  }
}

// One attempt. The lock keeps two tabs from sending the same line at once; the server would count it once anyway.
async function step({ id }, on) {
  const answer = await locks.request("nhip-cau:outbox", async () => {
    const line = kept.line(id);
    if (!line || line.state !== "unsent") return null;
    on.sending(line);
    return wire.send(line, (part) => on.progress(line, part));
  });
  return answer ? settle(kept.line(id), answer, on) : true;
}

async function settle(line, answer, on) {
  if (!line) return true;
  // 422: the bot has heard of the file and says itself why not; but of one that nobody asked for it has not
  if (answer.ok || (answer.status === 422 && answer.body?.problem !== "unasked")) {
    pause = 0;
    delete line.file;
    kept.save({ ...line, state: "sent" });
    on.settled({ ...line, state: "sent" });
    return true;
  }
  if (answer.status === 403) return on.ended(answer), false;
  if (answer.status === 409) return on.hidden(), false;
  if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) {
    const failed = { ...line, state: "failed" };
    kept.save(failed);
    on.refused(failed, answer);
    return true;
  }
  on.stuck(line, answer);
  pause = Math.min(LONGEST_PAUSE, Math.max(1500, pause * 2));
  await sleep(pause * (0.75 + Math.random() / 2));
  return true;
}

// Sleeps until the time is over, the network is back or somebody asks for another try.
function sleep(milliseconds) {
  return new Promise((resolve) => {
    wake = resolve;
    window.addEventListener("online", resolve, { once: true });
    setTimeout(resolve, milliseconds);
  });
}
