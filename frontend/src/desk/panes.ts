/** Three panes on a wide screen: a report opens beside its list. On a phone its page opens instead. */
import { wireCase } from "./case";

const wide = window.matchMedia("(min-width: 75rem)");

export class Panes {
  private readonly pane: HTMLElement;

  constructor(private readonly desk: HTMLElement) {
    this.pane = desk.querySelector<HTMLElement>("[data-desk-case]")!;
    const filters = desk.querySelector<HTMLDetailsElement>("[data-desk-filters]");
    const fold = (): void => {
      if (filters && wide.matches) filters.open = true;
    };
    fold();
    wide.addEventListener("change", fold);
    desk.addEventListener("click", (event) => this.clicked(event));
    const named = /^#case-(\d+)$/.exec(location.hash)?.[1];
    if (named) void this.reopen(named);
  }

  get links(): HTMLAnchorElement[] {
    return [...this.desk.querySelectorAll<HTMLAnchorElement>("[data-desk-open]")];
  }

  /** The row that has the focus, or the report that is open. */
  get current(): HTMLAnchorElement | undefined {
    const row = document.activeElement?.closest("[data-desk-row]");
    const open = this.desk.querySelector<HTMLAnchorElement>("[data-desk-open][aria-current]");
    return row?.querySelector<HTMLAnchorElement>("[data-desk-open]") ?? open ?? undefined;
  }

  /** Goes to the next or the previous row. */
  step(by: 1 | -1): void {
    const { links } = this;
    const at = this.current ? links.indexOf(this.current) : by > 0 ? -1 : links.length;
    links[Math.min(Math.max(at + by, 0), links.length - 1)]?.focus();
  }

  /** Opens a report in the third pane; resolves once it is there. */
  async open(link: HTMLAnchorElement): Promise<boolean> {
    if (!wide.matches) {
      location.assign(link.href);
      return false;
    }
    const answer = await fetch(`${link.href}?fragment=1`);
    if (!answer.ok || answer.redirected) {
      location.assign(link.href);
      return false;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    this.pane.replaceChildren(...page.body.childNodes);
    for (const other of this.links) other.removeAttribute("aria-current");
    link.setAttribute("aria-current", "true");
    const number = new URL(link.href).pathname.split("/").at(-2)!;
    history.replaceState(null, "", `#case-${number}`);
    this.comeBack(number);
    wireCase(this.pane);
    return true;
  }

  private clicked(event: MouseEvent): void {
    const link = (event.target as Element).closest<HTMLAnchorElement>("[data-desk-open]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !wide.matches) return;
    event.preventDefault();
    void this.open(link).then((isHere) => {
      if (isHere) this.pane.querySelector<HTMLElement>("[data-case-title]")?.focus();
    });
  }

  private async reopen(number: string): Promise<void> {
    const link = this.links.find(({ pathname }) => pathname.endsWith(`/${number}/`));
    if (link && wide.matches) await this.open(link);
  }

  /** Forms of the open report come back to this list with the report open. */
  private comeBack(number: string): void {
    for (const form of this.pane.querySelectorAll<HTMLFormElement>("form[method=post]")) {
      if (form.getAttribute("action")?.match(/\/desk\/\d+\/$/)) continue;
      const next = document.createElement("input");
      next.type = "hidden";
      next.name = "next";
      next.value = `${location.pathname}${location.search}#case-${number}`;
      form.append(next);
    }
  }
}
