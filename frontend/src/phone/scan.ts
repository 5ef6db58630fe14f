/** Reads the code of a sign with the camera, a photo or the keyboard, and opens the sign's page. */
import { ForeignCode, readScanned, readTyped } from "../crew/codes";
import { readPhoto, Scanner } from "../crew/scanner";

class ScanPage {
  private readonly scanner: Scanner;

  constructor(private readonly root: HTMLElement) {
    this.scanner = new Scanner(this.part<HTMLVideoElement>("video"), (text) => this.scanned(text));
    this.part("start").addEventListener("click", () => void this.start());
    this.part("typed").addEventListener("submit", (event) => {
      event.preventDefault();
      const { value } = this.part<HTMLFormElement>("typed").elements.namedItem("code") as HTMLInputElement;
      this.open(readTyped(value));
    });
    this.part("photo").addEventListener("change", (event) => void this.read(event));
    addEventListener("pagehide", () => this.scanner.stop());
  }

  private part<Kind extends HTMLElement = HTMLElement>(name: string): Kind {
    return this.root.querySelector<Kind>(`[data-scan-${name}]`)!;
  }

  private say(name: string): void {
    this.part("problem").textContent = this.root.dataset[name] ?? "";
  }

  private async start(): Promise<void> {
    this.say("");
    const video = this.part("video");
    try {
      video.hidden = false;
      await this.scanner.start();
    } catch {
      video.hidden = true;
      this.say("msgNoCamera");
    }
  }

  private async read(event: Event): Promise<void> {
    const photo = (event.target as HTMLInputElement).files?.[0];
    const text = photo && (await readPhoto(photo).catch(() => undefined));
    if (text) this.scanned(text);
    else this.say("msgNoCode");
  }

  private scanned(text: string): void {
    try {
      this.open(readScanned(text, this.root.dataset["origin"]!));
    } catch (error) {
      if (!(error instanceof ForeignCode)) throw error;
      this.say("msgForeign");
    }
  }

  private open(code: string | undefined): void {
    if (!code) return this.say("msgMistyped");
    this.scanner.stop();
    // A rating is for the place and the moment: it is never kept for later.
    if (!navigator.onLine) return this.say("msgOffline");
    location.assign(`${this.root.dataset["origin"]}/S/${code}`);
  }
}

const root = document.querySelector<HTMLElement>("[data-scan]");
if (root) new ScanPage(root);
