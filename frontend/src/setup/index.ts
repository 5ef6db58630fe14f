/** Follows a file that the worker has in hand: moves the bar, says the step, and loads the page anew when it is over. */

interface Standing {
  isWorking: boolean;
  done: number;
  total: number;
  step: string;
}

const everyMs = 2000;
const watched = document.querySelector<HTMLElement>("[data-watch]");

if (watched) watch(watched);

function watch(part: HTMLElement): void {
  const bar = part.querySelector<HTMLProgressElement>("[data-watch-bar]");
  const words = part.querySelector<HTMLElement>("[data-watch-step]");
  const asking = window.setInterval(() => void look(), everyMs);

  async function look(): Promise<void> {
    const now = await standing(part.dataset.watch ?? "");
    if (!now) return;
    if (!now.isWorking) {
      window.clearInterval(asking);
      window.location.replace(window.location.pathname);
      return;
    }
    if (bar) [bar.max, bar.value] = [now.total, now.done];
    if (words && words.textContent !== now.step) words.textContent = now.step;
  }
}

/** What the server says; nothing while it cannot be asked, the next question finds out. */
async function standing(url: string): Promise<Standing | undefined> {
  try {
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    return answer.ok ? ((await answer.json()) as Standing) : undefined;
  } catch {
    return undefined;
  }
}
