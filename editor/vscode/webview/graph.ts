import type { FromPage, ToPage } from "../src/messages";

declare function acquireVsCodeApi(): { postMessage(message: FromPage): void; getState(): View | undefined; setState(view: View): void };

/** Where the picture is and how large; fitted if it is to stay in whole within its window. */
interface View {
  x: number;
  y: number;
  scale: number;
  fitted: boolean;
}

const editor = acquireVsCodeApi();
const paper = element("paper");
const picture = element("picture") as HTMLImageElement;
const note = element("note");
let view: View = editor.getState() ?? { x: 0, y: 0, scale: 1, fitted: true };

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) {
    throw new Error(`the page has no element ${id}`);
  }
  return found;
}

function show(next: View): void {
  view = next;
  picture.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`;
  editor.setState(view);
}

/** Shows all of the picture, in the middle, and no larger than it is drawn. */
function fit(): void {
  const { naturalWidth: width, naturalHeight: height } = picture;
  if (width === 0 || height === 0) {
    return;
  }
  const margin = 24;
  const scale = Math.min(1, (paper.clientWidth - 2 * margin) / width, (paper.clientHeight - 2 * margin) / height);
  show({ x: (paper.clientWidth - width * scale) / 2, y: (paper.clientHeight - height * scale) / 2, scale, fitted: true });
}

/** Makes the picture larger or smaller; what is at the given place stays there. */
function zoom(factor: number, x = paper.clientWidth / 2, y = paper.clientHeight / 2): void {
  const scale = Math.min(8, Math.max(0.05, view.scale * factor));
  const by = scale / view.scale;
  show({ x: x - (x - view.x) * by, y: y - (y - view.y) * by, scale, fitted: false });
}

function move(x: number, y: number): void {
  show({ ...view, x: view.x + x, y: view.y + y, fitted: false });
}

picture.addEventListener("load", () => (view.fitted ? fit() : show(view)));
window.addEventListener("resize", () => view.fitted && fit());
window.addEventListener("message", ({ data }: MessageEvent<ToPage>) => {
  note.textContent = data.note;
  if (data.image !== undefined && data.image !== picture.getAttribute("src")) {
    picture.src = data.image;
  }
});

paper.addEventListener("wheel", (event) => {
  event.preventDefault();
  if (event.ctrlKey || event.metaKey) {
    zoom(Math.exp(-event.deltaY / 300), event.clientX, event.clientY);
  } else {
    move(-event.deltaX, -event.deltaY);
  }
}, { passive: false });
paper.addEventListener("pointerdown", (event) => paper.setPointerCapture(event.pointerId));
paper.addEventListener("pointermove", (event) => paper.hasPointerCapture(event.pointerId) && move(event.movementX, event.movementY));
paper.addEventListener("dblclick", fit);
element("larger").addEventListener("click", () => zoom(1.25));
element("smaller").addEventListener("click", () => zoom(0.8));
element("fit").addEventListener("click", fit);
window.addEventListener("keydown", ({ key }) => {
  const actions: Record<string, () => void> = {
    "+": () => zoom(1.25),
    "=": () => zoom(1.25),
    "-": () => zoom(0.8),
    "0": fit,
    ArrowLeft: () => move(40, 0),
    ArrowRight: () => move(-40, 0),
    ArrowUp: () => move(0, 40),
    ArrowDown: () => move(0, -40),
  };
  actions[key]?.();
});

editor.postMessage({ ready: true });
