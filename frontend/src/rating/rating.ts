/** Adds a ball to the ten radio buttons of the rating page: it appears at the first touch and can be dragged. */
const form = document.querySelector<HTMLFormElement>("[data-rate]");
const track = document.querySelector<HTMLElement>("[data-track]");
const said = document.querySelector<HTMLElement>("[data-said]");
const send = document.querySelector<HTMLButtonElement>("[data-send]");
const missing = document.querySelector<HTMLElement>("[data-choose]");

if (form && track && said && send && missing) {
  const radios = [...track.querySelectorAll<HTMLInputElement>("input")];
  const ball = document.createElement("span");
  ball.className = "ball";
  ball.setAttribute("aria-hidden", "true");
  ball.hidden = true;
  track.append(ball);

  const chosen = () => radios.find((radio) => radio.checked);

  const moveTo = (x: number, y: number) => {
    ball.style.setProperty("--x", `${x}px`);
    ball.style.setProperty("--y", `${y}px`);
  };

  /** Put the ball on the chosen number and say it. */
  const show = () => {
    const radio = chosen();
    send.setAttribute("aria-disabled", String(!radio));
    if (!radio) {
      said.textContent = said.dataset["empty"] ?? "";
      return;
    }
    const cell = radio.parentElement!;
    moveTo(cell.offsetLeft + cell.offsetWidth / 2, cell.offsetTop + cell.offsetHeight / 2);
    ball.hidden = false;
    ball.textContent = radio.value;
    said.classList.add("is-said");
    said.textContent = (said.dataset["of"] ?? "%s")
      .replace("%s", radio.value)
      .replace("%w", radio.dataset["word"] ?? "");
    missing.hidden = true;
  };

  const choose = (radio: HTMLInputElement | undefined) => {
    if (radio && !radio.checked) {
      radio.checked = true;
      show();
    }
  };

  /** The number whose middle lies nearest to a finger. */
  const nearest = (event: PointerEvent) => {
    const distance = (radio: HTMLInputElement) => {
      const box = radio.parentElement!.getBoundingClientRect();
      return Math.hypot(
        event.clientX - (box.left + box.width / 2),
        event.clientY - (box.top + box.height / 2),
      );
    };
    return radios.reduce((best, radio) => (distance(radio) < distance(best) ? radio : best));
  };

  let isDown = false;
  track.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    isDown = true;
    choose(nearest(event));
  });
  addEventListener("pointermove", (event) => {
    if (!isDown) return;
    choose(nearest(event));
    const box = track.getBoundingClientRect();
    const cell = chosen()!.parentElement!;
    ball.classList.add("is-dragged");
    moveTo(
      Math.min(box.width, Math.max(0, event.clientX - box.left)),
      cell.offsetTop + cell.offsetHeight / 2,
    );
  });
  const drop = () => {
    if (!isDown) return;
    isDown = false;
    ball.classList.remove("is-dragged");
    show();
  };
  addEventListener("pointerup", drop);
  addEventListener("pointercancel", drop);
  addEventListener("resize", show);

  track.addEventListener("change", show);
  track.addEventListener("keydown", (event) => {
    const target = event.key === "Home" ? radios[0] : event.key === "End" ? radios.at(-1) : undefined;
    if (!target) return;
    event.preventDefault();
    choose(target);
    target.focus();
  });
  form.addEventListener("submit", (event) => {
    if (chosen()) return;
    event.preventDefault();
    missing.textContent = missing.dataset["sentence"] ?? "";
    missing.hidden = false;
    radios[0]?.focus();
  });
  show();
  // A page that comes back from the browser's memory keeps the choice but not the ball.
  addEventListener("pageshow", show);
}
