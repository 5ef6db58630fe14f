/** The page of what waits on this phone: see it, send it, throw it away; and forget everything. */
import { button, made } from "../crew/dom";
import { changedEvent, sendEvent, tell } from "./events";
import { forgetPhone } from "./forget";
import { PhoneStore, type KeptReport, type State } from "./store";
import { wireWhere } from "./where";

class WaitingPage {
  constructor(
    private readonly root: HTMLElement,
    private readonly store: PhoneStore,
  ) {
    addEventListener(changedEvent, () => void this.show());
    root.querySelector("[data-send-all]")!.addEventListener("click", () => tell(sendEvent));
    root.querySelector("[data-forget]")!.addEventListener("click", () => void this.forget());
  }

  async show(): Promise<void> {
    const reports = (await this.store.reports()).reverse();
    this.root.querySelector("[data-list]")!.replaceChildren(...reports.map((one) => this.row(one)));
    this.root.querySelector<HTMLElement>("[data-none]")!.hidden = reports.length > 0;
    const waits = reports.some(({ state }) => state === "waiting");
    this.root.querySelector<HTMLElement>("[data-send-all]")!.hidden = !waits;
  }

  private row(report: KeptReport): HTMLElement {
    const { msgReport } = this.root.dataset;
    const words = report.fields.find(([name]) => name === "words")?.[1] ?? "";
    const title = made("strong", {}, report.label || msgReport!);
    const row = made("li", { class: "card", "data-state": report.state }, made("p", {}, title, ` ${words.slice(0, 120)}`));
    row.append(made("p", {}, made("span", { class: badge(report.state) }, this.stateWords(report.state)), this.when(report)));
    if (report.sentence) row.append(made("p", { class: "error-text" }, report.sentence));
    row.append(this.buttons(report));
    return row;
  }

  private when({ changed, photos }: KeptReport): string {
    const day = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
    const pictures = photos.length ? ` · ${this.root.dataset["msgPhotos"]} ${photos.length}` : "";
    return ` ${day.format(changed)}${pictures}`;
  }

  private stateWords(state: State): string {
    const name = `state${state[0]!.toUpperCase()}${state.slice(1)}`;
    return this.root.dataset[name] ?? "";
  }

  private buttons(report: KeptReport): HTMLElement {
    const { form, msgGoOn, msgAgain, msgRemove, msgPutAway, msgReceipt, msgSure } = this.root.dataset;
    const part = made("p", { class: "buttons" });
    const remove = async () => {
      await this.store.remove(report.key);
      tell(changedEvent);
    };
    if (report.state === "sent") {
      part.append(made("a", { class: "button", href: report.receipt! }, `${msgReceipt} ${report.reference}`));
      part.append(button(msgPutAway!, "is-quiet", () => void remove()));
      return part;
    }
    const open = `${form}?kept=${report.key}`;
    if (report.state !== "other") part.append(made("a", { class: "button", href: open }, msgGoOn!));
    if (report.state === "refused" || report.state === "other") {
      part.append(button(msgAgain!, "", () => void this.again(report)));
    }
    part.append(button(msgRemove!, "is-quiet", () => void (confirm(msgSure!) && remove())));
    return part;
  }

  private async again(report: KeptReport): Promise<void> {
    await this.store.put({ ...report, state: "waiting", sentence: "", failures: 0 });
    tell(changedEvent);
    tell(sendEvent);
  }

  private async forget(): Promise<void> {
    if (!confirm(this.root.dataset["msgForget"]!)) return;
    await forgetPhone(this.root.dataset["town"]!);
    location.replace(this.root.dataset["home"]!);
  }
}

function badge(state: State): string {
  if (state === "sent") return "badge is-good";
  return state === "draft" ? "badge" : "badge is-warn";
}

wireWhere();
const root = document.querySelector<HTMLElement>("[data-waiting-list]");
if (root) {
  // The page stands in for others when there is no network.
  const away = document.querySelector<HTMLElement>("[data-no-network]")!;
  away.hidden = location.pathname === root.dataset["here"];
  const store = await PhoneStore.open(root.dataset["town"]!);
  await new WaitingPage(root, store).show();
}
