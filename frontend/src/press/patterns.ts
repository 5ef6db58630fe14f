/** Hatching for areas and places with too few votes: a pattern and not a colour, which would look like a figure. */

/** Slanting lines that continue over the edges of the picture. */
export function hatchImage(ink: string): ImageData {
  const size = 16;
  return drawn(size, (pen) => {
    pen.strokeStyle = ink;
    pen.lineWidth = 1.5;
    for (const shift of [-size, 0, size]) line(pen, shift, size, shift + size, 0);
  });
}

/** A hatched disc with a thin edge. */
export function discImage(ink: string, ground: string): ImageData {
  const size = 48;
  return drawn(size, (pen) => {
    pen.beginPath();
    pen.arc(size / 2, size / 2, size / 2 - 3, 0, 2 * Math.PI);
    pen.fillStyle = ground;
    pen.fill();
    pen.clip();
    pen.strokeStyle = ink;
    pen.lineWidth = 2.5;
    for (let shift = -size; shift < size; shift += 11) line(pen, shift, size, shift + size, 0);
    pen.lineWidth = 6;
    pen.beginPath();
    pen.arc(size / 2, size / 2, size / 2 - 3, 0, 2 * Math.PI);
    pen.stroke();
  });
}

function drawn(size: number, draw: (pen: CanvasRenderingContext2D) => void): ImageData {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = canvas.getContext("2d")!;
  draw(pen);
  return pen.getImageData(0, 0, size, size);
}

function line(pen: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  pen.beginPath();
  pen.moveTo(x1, y1);
  pen.lineTo(x2, y2);
  pen.stroke();
}
