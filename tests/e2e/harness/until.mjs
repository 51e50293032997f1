// Waiting for conditions, never for time alone.

const PATIENCE = 30_000;
const TICK = 50;

/**
 * Asks until the answer is neither undefined nor false, and returns it. `what` says in the error what did not come.
 */
export async function until(what, ask, patience = PATIENCE) {
  const end = performance.now() + patience;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > end) throw new Error(`waited ${patience / 1000} s in vain for: ${what}`);
    await new Promise((resume) => setTimeout(resume, TICK));
  }
}
