/** Reads codes from the camera or a photo, in plain JavaScript on this phone: no picture leaves it here. */
import jsQR from "jsqr";

const everyMs = 120;
const widest = 800;

export class Scanner {
  private stream: MediaStream | undefined;
  private timer: number | undefined;
  private readonly canvas = document.createElement("canvas");

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly found: (text: string) => void,
  ) {}

  /** Rejects when there is no camera or it is not allowed. */
  async start(): Promise<void> {
    if (!navigator.mediaDevices) throw new Error("no camera");
    this.stop();
    this.stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 } },
    });
    this.video.srcObject = this.stream;
    await this.video.play();
    this.timer = window.setInterval(() => this.look(), everyMs);
  }

  stop(): void {
    window.clearInterval(this.timer);
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = undefined;
    this.video.srcObject = null;
  }

  private look(): void {
    const { videoWidth, videoHeight } = this.video;
    if (!videoWidth) return;
    const text = decode(this.canvas, this.video, videoWidth, videoHeight);
    if (text) this.found(text);
  }
}

/** The text of a code on a photo, or undefined. */
export async function readPhoto(photo: Blob): Promise<string | undefined> {
  const image = await createImageBitmap(photo);
  return decode(document.createElement("canvas"), image, image.width, image.height, 1600);
}

function decode(
  canvas: HTMLCanvasElement,
  image: CanvasImageSource,
  width: number,
  height: number,
  most = widest,
): string | undefined {
  const share = Math.min(1, most / Math.max(width, height));
  canvas.width = Math.round(width * share);
  canvas.height = Math.round(height * share);
  const pen = canvas.getContext("2d", { willReadFrequently: true })!;
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
  return jsQR(data, canvas.width, canvas.height, { inversionAttempts: "dontInvert" })?.data || undefined;
}
